"""How a name becomes a model.

The model named > the one chosen with `f2f models use` > the embedded one; never another.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import InputError, ModelError, PluginError, WriteError, nearest
from ...files.regular import read_bytes
from ...plugins import capabilities, registry
from ...plugins.model import CLIP
from ...plugins.model import Model as Model
from ..files.index import INDEX, read_index
from ..files.tensors import read_header
from .known_models import EMBEDDED as EMBEDDED
from .known_models import MODELS as MODELS
from .known_models import PICTURES as PICTURES
from .known_models import WEIGHTS as WEIGHTS


def shown(repository: str) -> str:
    """How a repository is named in records: the embedded ones by name, not by the folder they lie in."""
    return "tabletop" if Path(repository).is_relative_to(WEIGHTS) else repository


def clip_repository(name: str) -> str:
    """The folder or hub id of a CLIP model: `tabletop` is the embedded one, `clip` the published one."""
    known = {EMBEDDED: MODELS[EMBEDDED].encoder, "clip": CLIP}
    return known.get(name) or os.path.expanduser(name)


def is_clip(name: str) -> bool:
    """Whether a name by itself can stand for a CLIP model, of which `clip_repository` tells where it is."""
    return name in (EMBEDDED, "clip") or bool(_HUB_ID.fullmatch(name)) or is_folder(name)


def encoder_named(wish: str) -> tuple[str, tuple[str, ...]]:
    """The encoder's name among the plugins, and its first options: what a wish says after a colon.

    `clip`, `tabletop` and a folder or hub id by itself are CLIP models.
    """
    if is_clip(wish):
        return "clip", (clip_repository(wish),)
    name, _, rest = wish.partition(":")
    return name, tuple(filter(None, rest.split(",")))


def is_hub_id(name: str) -> bool:
    """Whether a repository is one of the hub, and not a folder here."""
    return bool(_HUB_ID.fullmatch(name)) and not is_folder(name)


_HUB_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
_PATH = re.compile(r"[./\\~]|[A-Za-z]:[/\\]|[^/]+/[^/]*/")
"""How a path begins that can be no hub id, which has a single slash."""


def model_folder(cache_dir: str | None) -> str | None:
    """Where hub models are kept; None is the Hugging Face cache. The environment wins over `cache_dir`."""
    return os.environ.get("FRAME2FRAME_MODEL_DIR") or cache_dir


def pull_command(repository: str, revision: str | None = None, cache_dir: str | None = None) -> str:
    """The command that fetches a model, named by what it is known by or by its repository."""
    model = known_as(repository)
    name = model.name if model else repository
    pinned = f"@{revision}" if revision and not (model and model.revision == revision) else ""
    place = ["--dir", cache_dir] if cache_dir and not os.environ.get("FRAME2FRAME_MODEL_DIR") else []
    return shlex.join(["f2f", "models", "pull", f"{name}{pinned}", *place])


def download_size(repository: str) -> str:
    """About how much a pull fetches, in words; empty where only the hub knows."""
    model = known_as(repository)
    size = model.download_gb if model else None
    return f"about {size:g} GB" if size else ""


def models() -> dict[str, Model]:
    """All models that are known by name: the built-in ones first, then those of other packages."""
    return {**MODELS, **{name: model for name, model in registry.models().items() if name not in MODELS}}


def known_as(name: str) -> Model | None:
    """The model of this name or repository, whatever the capitals; other packages are asked last."""
    return _among(MODELS, name) or _among(registry.models(), name)


def _among(models: Mapping[str, Model], name: str) -> Model | None:
    listed = sorted(models.values(), key=lambda model: not model.loras)  # last the one as it was published
    by_repository = {model.repository.lower(): model for model in listed if model.repository}
    return {**by_repository, **models}.get(name.lower())


def find(name: str | None = None, cache_dir: str | None = None) -> Model:
    """The model that will run.

    `name` is a name of the catalogue, a folder in the diffusers layout, or a hub id, each but the folder with
    `@revision` if wanted; None is the chosen one. What runs a hub id that the catalogue does not know is read
    from its index in `cache_dir`, or in the Hugging Face cache. Raises ModelError with the nearest name for
    any other, and for a revision of what lies in a folder.
    """
    return _the_chosen(cache_dir) if name is None else _named(name, cache_dir)


def _the_chosen(cache_dir: str | None) -> Model:
    """Raises ModelError, which names the way back, for one that is here no more."""
    name = chosen()
    try:
        model = _named(name, cache_dir)
    except ModelError as error:
        what = f"the chosen model cannot be used: {error.what}"
        raise ModelError(what, got=error.got, remedy=f"choose another: {_USE_ANOTHER}") from error
    if _is_missing(model, cache_dir):
        remedy = f"get it with: {_pull_of(model, cache_dir)}, or choose another: {_USE_ANOTHER}"
        raise ModelError("the chosen model is not here", got=repr(model.label), remedy=remedy)
    return model


def require_here(model: Model, cache_dir: str | None = None) -> None:
    """Raise ModelError, by the name that was asked for, if nothing of a hub model is here."""
    if _is_missing(model, cache_dir):
        size = f" ({about})" if (about := download_size(model.repository)) else ""
        remedy = f"get it{size} with: {_pull_of(model, cache_dir)}"
        raise ModelError("the model is not here", got=repr(model.label), remedy=remedy)


def _is_missing(model: Model, cache_dir: str | None) -> bool:
    return is_hub_id(model.repository) and _index_of(model, cache_dir) is None


def _pull_of(model: Model, cache_dir: str | None) -> str:
    return pull_command(model.name, model.revision, cache_dir)


_USE_ANOTHER = f"f2f models use {EMBEDDED}"


def _named(name: str, cache_dir: str | None) -> Model:
    plain, _, revision = name.partition("@")
    if plain.lower() not in MODELS and is_folder(name):  # a folder that bears a known name is `./name`
        return _in_folder(name)
    known = known_as(plain)
    _check_revision(name, known)
    if known:
        return replace(known, revision=revision or known.revision)
    if _HUB_ID.fullmatch(plain) and not plain.startswith("."):
        return _from_the_hub(plain, revision or None, cache_dir)
    if _PATH.match(name):
        raise ModelError("there is no such folder", got=repr(name), remedy="name one that is here")
    near = nearest(plain, models())
    what = f"did you mean {near}?" if near else "see `f2f models list`."
    remedy = f"{what} A folder or a hub id will do too"
    raise ModelError("there is no such model", got=repr(name), remedy=remedy)


def _check_revision(name: str, known: Model | None) -> None:
    """Raise ModelError for a revision of a model that is not of the hub, such as the embedded one."""
    plain, at, revision = name.rpartition("@")
    if at and (not is_hub_id(known.repository) if known else is_folder(plain)):
        remedy = f"leave out @{revision}, or name the repository of the hub"
        raise ModelError("a model in a folder has no revisions", got=repr(name), remedy=remedy)


def is_folder(name: str) -> bool:
    """Whether a repository is a folder here; that of a model without weights is none."""
    return bool(name.strip()) and os.path.isdir(os.path.expanduser(name))


def _in_folder(name: str) -> Model:
    """A model in a folder, scored by the encoder that lies in it, if there is one.

    One that the tabletop trainers made, such as a copy of the embedded one, is run like the embedded one.
    """
    folder = Path(os.path.expanduser(name))
    own = folder / "clip"
    model = Model(name, str(folder), _family(folder), encoder=str(own) if own.is_dir() else CLIP)
    if _trainer(folder) != _TABLETOP_TRAINER:
        return model
    like = MODELS[EMBEDDED]
    shared = ("frames", "steps", "guidance", "knows", "knowing", "meaning", "untaught")
    return replace(model, **{name: getattr(like, name) for name in shared})


def _from_the_hub(repository: str, revision: str | None, cache_dir: str | None) -> Model:
    """A model that the catalogue does not know; of one that is not here only its name is known."""
    model = Model(repository, repository=repository, revision=revision)
    index = _index_of(model, cache_dir)
    return model if index is None else replace(model, family=_family(index.parent))


def _index_of(model: Model, cache_dir: str | None) -> Path | None:
    """The index of a hub model as far as it is here."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    place = model_folder(cache_dir)
    try:
        found = try_to_load_from_cache(model.repository, INDEX, cache_dir=place, revision=model.revision)
    except HFValidationError:  # which whoever asks the hub for it is told
        return None
    return Path(found) if isinstance(found, str) else None


def _family(folder: Path) -> str:
    """The generator for a folder in the diffusers layout; it says itself what is wrong with the folder."""
    try:
        index = read_index(folder)
    except ModelError:
        index = {}
    return family_of(index) or "pipeline"


def family_of(index: Mapping[str, Any]) -> str:
    """The first generator that recognises a `model_index.json`, built-in ones asked first; empty for none."""
    for name in registry.names("generators"):
        with suppress(PluginError):  # of a package that cannot be used
            if capabilities.of_generator(registry.find("generators", name)).recognises(index):
                return name
    return ""


_TABLETOP_TRAINER = "tools/tabletop/video.py"


def _trainer(folder: Path) -> str | None:
    """The program that trained the transformer, as the story in its weights' header says; None if untold."""
    files = sorted((folder / "transformer").glob("*.safetensors"))
    try:
        return read_header(files[0]).notes.get("program") if files else None
    except ModelError:  # the generator says what is wrong
        return None


_LONGEST_CHOICE = 10_000
"""Bytes of a name or a path."""


def chosen() -> str:
    """The name kept by `f2f models use`, else the embedded model."""
    try:
        if not choice_file().exists():
            return EMBEDDED
        return read_bytes(choice_file(), _LONGEST_CHOICE).decode().strip() or EMBEDDED
    except (InputError, OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"cannot read the chosen model from {choice_file()}", got=str(error), remedy="delete that file"
        ) from error


def choose(name: str, cache_dir: str | None = None) -> Model:
    """Keep a model as the one to use from now on, a folder by its full path; whether it is here is not asked.

    Raises ModelError, WriteError.
    """
    model = find(name, cache_dir)
    if is_folder(model.repository) and model.name not in models():
        name = str(Path(model.repository).absolute())
        model = find(name)
    try:
        choice_file().parent.mkdir(parents=True, exist_ok=True)
        choice_file().write_text(name + "\n", encoding="utf-8")
    except OSError as error:
        raise WriteError(f"cannot keep the choice in {choice_file()}", got=str(error)) from error
    return model


def lost_choice(repository: str, cache_dir: str | None = None) -> bool:
    """Whether the chosen model is of this repository, and neither in `cache_dir` nor where an edit looks."""
    try:
        model = _named(chosen(), cache_dir)
    except ModelError:
        return False
    places = (cache_dir, None)
    return model.repository == repository and all(_index_of(model, place) is None for place in places)


def choice_file() -> Path:
    """Where the choice of `f2f models use` is kept; it need not be there yet."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA") or Path.home() / ".config"
    return Path(base) / "frame2frame" / "model"


def user_cache(name: str) -> Path:
    """The folder `name` of ours in the user's cache; it need not be there yet."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "frame2frame" / name


def user_data(name: str) -> Path:
    """The folder `name` of ours among the user's data; it need not be there yet."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".local/share"
    return Path(base) / "frame2frame" / name
