"""Every code block of the pages does what it says, on models and files that stand in for those it names."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from frame2frame.evaluation.bundle.edits import Wanted

from ..command import f2f
from ..hub_server import HubServer, settings
from ..plugins.test_example import install
from .blocks import PAGES, ROOT, Command, blocks, blocks_of
from .reader import FOR_REAL, Reader, parse
from .standins import lay_out_files, make_small, served, small_photographs

MOST = {
    "installs": 9,
    "another program": 6,
    "measures for minutes": 20,
    "trains": 5,
    "fetches several gigabytes": 1,
    "needs a model that was pulled": 4,
    "needs a list of your own": 12,
    "a drawing": 10,
    "a formula": 3,
    "a file": 12,
}
"""The reasons for which a block may be left alone, and how many blocks may be for each."""
WHOLE_PICTURE = {"make it night", "make it foggy"}
"""What the pages ask of a photograph without naming a large model."""
INSTALLERS = ("pip", "conda", "git", "bash", "python3")
PROGRAMS = (*INSTALLERS, "python", "f2f", "hf", "cp", "export")

ALL = [block for page in PAGES for block in blocks_of(page)]


def left_for(*reasons: str) -> list[Command]:
    """The commands that are not run for one of these reasons."""
    return [
        command
        for block in ALL
        if block.reason in reasons and block.language != "python"
        for command in block.commands()
    ]


def test_a_block_is_found_with_its_place_its_language_and_why_it_is_not_run() -> None:
    shell, python = "    f2f demo\n\ntext\n\n", "```python\nx = 1\n```\n\n"
    page = f"# A\n\n{shell}{python}<!-- not run: installs -->\n\n    pip install x\n"
    found = [(block.place, block.language, block.text, block.reason) for block in blocks("a.md", page)]
    assert found == [
        ("a.md:3", "shell", "f2f demo\n", None),
        ("a.md:8", "python", "x = 1\n", None),
        ("a.md:13", "shell", "pip install x\n", "installs"),
    ]


def test_commands_come_without_comments_and_variables_and_go_on_after_a_backslash() -> None:
    text = "    A=b f2f demo --seed \\\n        1  # a comment\n    f2f doctor && f2f edit a.png 'b c'\n"
    (block,) = blocks("a.md", text)
    assert block.commands() == [
        Command("a.md:1", ("f2f", "demo", "--seed", "1")),
        Command("a.md:3", ("f2f", "doctor")),
        Command("a.md:3", ("f2f", "edit", "a.png", "b c")),
    ]


def test_a_block_is_left_alone_only_for_a_reason_that_is_known_and_seldom() -> None:
    for block in ALL:
        assert block.reason is None or block.reason in MOST, f"{block.place}: {block.reason} is no reason"
        known = block.language in ("shell", "python") or block.reason is not None
        assert known, f"{block.place}: nobody here can run {block.language!r}"
    count = Counter(block.reason for block in ALL if block.reason)
    assert all(count[reason] <= most for reason, most in MOST.items()), count


def test_what_is_called_a_drawing_or_a_formula_holds_no_command() -> None:
    drawn = [block for block in ALL if block.reason in ("a drawing", "a formula")]
    for block in drawn:
        first = [line.split()[0] for line in block.text.splitlines() if line.split()]
        assert not set(first) & set(PROGRAMS), f"{block.place}: this is a command"


def test_what_a_page_installs_is_there_to_be_installed() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for command in left_for("installs"):
        program, *rest = command.words
        assert program in INSTALLERS, f"{command.place}: {program} installs nothing"
        named = re.findall(r"[\w-]+", "".join(re.findall(r"\[(.+?)\]", str(command))))
        assert set(named) <= set(extras), f"{command.place}: there is no such extra"
        if program in ("python3", "bash"):
            assert (ROOT / rest[0]).is_file(), f"{command.place}: there is no such file"
    assert {command.words[0] for command in left_for("another program")} == {"hf", "ray", "sbatch"}


PLUGIN = ROOT / "examples" / "frame2frame-plugin"


def test_the_page_on_plugins_shows_what_stands_in_the_example_package() -> None:
    files = [path for path in PLUGIN.rglob("*.*") if path.suffix in (".py", ".toml")]
    source = {line for path in files for line in path.read_text("utf-8").splitlines()}
    own = blocks_of("docs/how-to/write-a-plugin.md")
    shown = [block for block in own if "class Latest" in block.text or "class Warmth" in block.text]
    shown += [block for block in own if block.reason == "a file" and block.language != "text"]
    assert len(shown) == 5
    for block in shown:
        assert set(block.text.splitlines()) <= source, block.place


LONG = left_for(
    "measures for minutes",
    "trains",
    "fetches several gigabytes",
    "needs a model that was pulled",
    "needs a list of your own",
)
LONG = [command for command in LONG if command.words != ("…",)]


@pytest.mark.parametrize("command", LONG, ids=lambda command: command.place)
def test_what_takes_long_is_understood_by_its_program(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse(command.words, monkeypatch)


def wishes(text: str) -> set[tuple[str, str]]:
    """Pictures of the package with what a text wants of them."""
    return set(re.findall(r"""(\w+\.png)"?,? "([^"]+)\"""", text))


def test_the_wishes_of_the_pages_are_those_that_the_embedded_model_is_seen_to_fulfil() -> None:
    run = [block for block in blocks_of(FOR_REAL) if block.language == "python"]
    seen = {wish for block in run for wish in wishes(block.text)}
    assert seen
    for block in ALL:
        assert wishes(block.text) <= seen, f"{block.place}: {FOR_REAL} does not show this wish"


def test_a_page_asks_the_embedded_model_for_a_change_of_the_whole_photograph_only() -> None:
    run = [command for block in ALL if block.reason is None for command in block.commands()]
    edits = [command for command in run if command.words[:2] == ("f2f", "edit")]
    assert edits
    for command in edits:
        is_known = WHOLE_PICTURE & {*command.words} or "--model" in command.words
        assert ".jpg" not in str(command) or is_known, command.place


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    with HubServer(served(tmp_path_factory.mktemp("served"))) as server:
        yield server


@pytest.fixture(scope="module")
def store(hub: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models that the pages name, pulled."""
    folder = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRAME2FRAME_MODEL_DIR", str(folder))
        for name, value in settings(hub, folder).items():
            patch.setattr(constants, name, value)
        for name in hub.repositories:
            what = f"{name}/FILE.safetensors" if name == "ORG/NAME" else name
            assert f2f(patch, "models", "pull", what, "--yes") == 0, what
    return folder


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Wanted, ...]:
    return small_photographs(tmp_path_factory.mktemp("photographs"))


@pytest.fixture
def reader(
    hub: HubServer,
    store: Path,
    photographs: tuple[Wanted, ...],
    small_embedded: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Reader:
    for name, value in settings(hub, tmp_path / "home").items():
        monkeypatch.setattr(constants, name, value)
    monkeypatch.syspath_prepend(ROOT)
    make_small(monkeypatch, photographs)
    install(monkeypatch)
    lay_out_files(tmp_path, hub.repositories["zai-org/CogVideoX1.5-5B-I2V"].folder)
    return Reader(monkeypatch, capsys, store)


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("page", [page for page in PAGES if any(b.reason is None for b in blocks_of(page))])
def test_what_a_page_says_works_from_top_to_bottom(reader: Reader, page: str) -> None:
    todo = [block for block in blocks_of(page) if block.reason is None]
    failures = [line for block in todo for line in reader.fails(block)]
    assert not failures, "\n".join(failures)
    if page == FOR_REAL:
        assert reader.names["result"].index is not None, reader.names["result"].reason
