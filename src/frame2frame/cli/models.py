"""The commands `f2f models …`. Words for people go to stderr, answers to stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CancelledError, InputError, printable
from ..plugins.wishes import Wishes
from ..request import Request
from . import completion
from .answering import answer
from .asking import asking
from .flags import AsJson

if TYPE_CHECKING:
    from ..engine.hub.pull import Pull
    from ..engine.hub.store import Store
    from ..engine.hub.verify import Checked

models = typer.Typer(
    help="Video models: see which fit, fetch, check, choose and remove them.", no_args_is_help=True
)

commands = typer.Typer()
commands.add_typer(models, name="models")

Name = Annotated[
    str,
    typer.Argument(
        help="A name of `f2f models list`, a hub id (ORG/NAME), or a folder. A name or a hub id may end in "
        "@REVISION: a commit, tag or branch.",
        autocompletion=completion.models,
    ),
]
Place = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        help="The folder in which models are kept; FRAME2FRAME_MODEL_DIR wins over it.",
        show_default="the Hugging Face cache",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Go ahead without asking.")]


@models.command("list")
def list_models(place: Place = None, as_json: AsJson = False) -> None:
    """List the known models and those on this disk; a star marks the one that runs by default."""
    from .model_list import LEGEND, rows, table

    found = rows(_store(place), _say)
    if as_json:
        answer([row.facts() for row in found])
        return
    table(found)
    _say(LEGEND)


@models.command("suggest")
@asking(Request, Wishes)
def suggest_model(
    gpu: Annotated[
        float | None,
        typer.Option(min=0, help="A GPU of so many GiB in place of this machine's; 0 is none."),
    ] = None,
    main: Annotated[
        float | None, typer.Option(min=0, help="GiB of main memory in place of this machine's.")
    ] = None,
    disk: Annotated[
        float | None, typer.Option(min=0, help="GB of free disk in place of this machine's.")
    ] = None,
    device: str = "auto",
    place: Place = None,
    as_json: AsJson = False,
) -> None:
    """Say which models this machine can run, best first, with the commands to fetch and use them."""
    from ..engine.suggest import Machine, described, facts, on_disk

    store = _store(place)
    machine = Machine.here(store).but(gpu=gpu, main=main, disk=disk, on_cpu=device == "cpu")
    here = on_disk(store)
    if as_json:
        answer(facts(machine, here))
    else:
        typer.echo(described(machine, here))


@models.command("pull")
def pull_model(name: Name, yes: Yes = False, place: Place = None) -> None:
    """Fetch a model and all that it needs, or a LoRA (ORG/NAME/FILE); shows the size and asks first."""
    from ..engine.hub.pull import plan, plan_file, require_room
    from ..engine.models.catalogue import find
    from ..engine.models.lora import HUB_FILE

    store = _store(place)
    pulls = (plan_file(name, store),) if HUB_FILE.fullmatch(name) else plan(find(name), store, _say)
    for pull in pulls:
        _say(_takes(pull))
    size = sum(pull.size for pull in pulls)
    _say(f"{_gb(size)} to fetch into {store.folder}, where {_gb(store.free())} are free.")
    require_room(pulls, store)
    if size and not yes:
        _ask("Fetch it?", "nothing was fetched")
    _quiet_unless_watched()
    for pull in pulls:
        _say(_whole(pull.remote.repository, pull.run(_checking, _say)))
    typer.echo(pulls[0].place)


@models.command("verify")
def verify_model(name: Name, place: Place = None) -> None:
    """Read all files of a model and say whether it is complete and undamaged."""
    from ..engine.hub.verify import check
    from ..engine.models.catalogue import find, is_folder, pull_command
    from .doctor import require

    store = _store(place)
    model = find(name, store.wish)
    if not model.repository:
        require(model, store)
        typer.echo(f"{model.label} has no weights to read; it comes with {model.package} and can be used.")
        return
    checked = check(store.folder_of(model), _checking)
    command = pull_command(model.name, model.revision, store.wish)
    checked.require(
        f"mend it with: {command}" if not is_folder(model.repository) else "copy the folder again"
    )
    typer.echo(_whole(model.label, checked))


@models.command("path")
def path_of_model(name: Name, place: Place = None) -> None:
    """Print the folder of a model."""
    from ..engine.models.catalogue import find

    typer.echo(_store(place).folder_of(find(name)))


@models.command("remove")
def remove_model(name: Name, yes: Yes = False, place: Place = None) -> None:
    """Remove a model from this disk: the revision you name, or all of them."""
    from ..engine.hub.remove import removal
    from ..engine.models.catalogue import EMBEDDED, choose, find, is_hub_id, lost_choice

    store = _store(place)
    model = find(name, store.wish)
    if not is_hub_id(model.repository):
        remedy = "it is a part of frame2frame" if model.is_embedded else "delete a folder yourself"
        remedy = f"uninstall {model.package}" if model.package else remedy
        raise InputError("only models of the hub are removed", got=repr(name), remedy=remedy)
    found = removal(model, store)
    many = "" if len(found.commits) == 1 else f", {len(found.commits)} revisions"
    _say(f"{model.repository}{many}: {_gb(found.freed)} will be freed.")
    if not yes:
        _ask("Remove it?", "nothing was removed")
    found.run()
    typer.echo(f"{model.label} is removed.")
    if lost_choice(model.repository, store.wish):
        typer.echo(f"It ran when no model was named; from now on {choose(EMBEDDED).label} does.")


@models.command("use")
def use_model(name: Name, place: Place = None) -> None:
    """Choose the model that runs when you name none; it must be on this disk."""
    from ..engine.models.catalogue import choose, find, is_hub_id
    from .doctor import require

    store = _store(place)
    wanted = find(name, store.wish)
    require(wanted, store)
    if is_hub_id(wanted.repository) and store.folder != _store(None).folder:
        _say(f"Note: f2f edit looks there only with FRAME2FRAME_MODEL_DIR={store.folder}.")
    typer.echo(f"{choose(name, store.wish).label} runs from now on when no model is named.")


def _store(place: Path | None) -> Store:
    from ..engine.hub.store import Store

    return Store.of(place)


def _takes(pull: Pull) -> str:
    """What is known of a repository before it is fetched."""
    from ..engine.models.catalogue import known_as

    remote = pull.remote
    known = known_as(remote.repository)
    asked = f" ({pull.revision or 'main'})" if pull.revision != remote.commit else ""
    licence = known.licence if known else remote.licence or "not stated on its card"
    terms = f": {known.terms}" if known and known.terms else ""
    whole = sum(file.size for file in pull.needed.files)
    runs = f", {pull.needed.kind}, run by {_title(pull.needed.family)}" if pull.needed.video else ""
    return (
        f"{remote.repository} at {remote.commit[:12]}{asked}{runs}, licence: {licence}{terms}; "
        f"{_gb(whole)}, {_gb(pull.size)} of it not here"
    )


def _title(family: str) -> str:
    """What the generator of this name draws with, in words."""
    from ..plugins import capabilities, registry

    return capabilities.of_generator(registry.find("generators", family)).title or family


def _whole(name: str, checked: Checked) -> str:
    return f"{name} is whole: {checked.files} files, {checked.with_digest} of them held against a digest."


def _checking(name: str, size: int) -> None:
    if size > 10**8 and sys.stderr.isatty():
        _say(f"Reading {name} ({_gb(size)}) …")


def _ask(question: str, left: str) -> None:
    """Raise CancelledError if the answer is no, InputError if there is nobody to answer."""
    watched = sys.stdin.isatty()
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        _say("")
        if watched:
            raise
        raise InputError("nobody answered", remedy="say --yes where nobody can be asked") from None
    if not watched:
        _say("")  # no key was pressed, so the question's line is still open
    if not agreed:
        raise CancelledError("not wanted", remedy=left)


def _quiet_unless_watched() -> None:
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():
        disable_progress_bars()


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 10**8 else f"{size / 1e6:.1f} MB"


def _say(text: str) -> None:
    typer.echo(printable(text), err=True)
