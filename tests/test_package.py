from __future__ import annotations

import pkgutil
import re
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

import frame2frame

ROOT = Path(__file__).parents[1]
HEAVY = {"torch", "diffusers", "transformers", "av", "jinja2", "numba"}
NEEDED_BY_AN_EDIT = HEAVY | {"numpy", "PIL"}
COMMAND = "from frame2frame.cli import main; main()"


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a fresh Python has loaded when it ends."""
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules));"
    command = [sys.executable, "-c", report + arguments[0], *arguments[1:]]
    finished = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return set(finished.stdout.splitlines()[-1].split())


def ours(modules: set[str]) -> set[str]:
    """Those of the package, without its name in front."""
    return {name.partition(".")[2] for name in modules if name.partition(".")[0] == "frame2frame"} - {""}


def test_every_public_name_exists_and_the_list_is_sorted() -> None:
    assert list(frame2frame.__all__) == sorted(frame2frame.__all__)
    assert all(hasattr(frame2frame, name) for name in frame2frame.__all__)


def test_the_names_that_were_promised_are_public() -> None:
    assert {"edit", "stream", "Result", "Frame2FrameError"} <= set(frame2frame.__all__)


def test_only_public_names_are_listed_and_submodules_are_imported_all_the_same() -> None:
    assert dir(frame2frame) == sorted([*frame2frame.__all__, "__version__"])
    from frame2frame.worlds import tabletop

    assert frame2frame.worlds.tabletop is tabletop


def test_a_public_name_is_found_when_it_is_asked_for_and_no_other_is() -> None:
    from frame2frame.editor import pick
    from frame2frame.reselecting import reselect

    assert frame2frame.pick is pick and frame2frame.reselect is reselect
    with pytest.raises(AttributeError, match=r"'frame2frame' has no attribute 'pik'"):
        frame2frame.pik  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("module", [one.name for one in pkgutil.iter_modules(frame2frame.__path__)])
def test_no_module_would_take_the_place_of_a_public_name(module: str) -> None:
    assert module not in frame2frame.__all__


def test_importing_the_package_loads_its_errors_and_no_more() -> None:
    loaded = loaded_by("import frame2frame")
    assert ours(loaded) == {"errors", "moved"} and not loaded & NEEDED_BY_AN_EDIT


def test_an_edit_can_be_asked_for_without_loading_anything_heavy() -> None:
    loaded = loaded_by("from frame2frame import *; from frame2frame import Editor")
    assert "editor" in ours(loaded) and not loaded & HEAVY


def test_the_help_loads_what_lists_the_commands_and_no_more() -> None:
    loaded = loaded_by(COMMAND, "--help")
    listing = {f"cli.{name}" for name in ("answering", "commands", "flags", "listing", "manual", "run")}
    stopping = {"engine", "engine.device", "engine.device.signals", "engine.device.threads"}
    assert ours(loaded) <= {"cli", *listing, *stopping, "errors", "files", "files.as_json", "moved"}
    assert not loaded & NEEDED_BY_AN_EDIT


@pytest.mark.parametrize("arguments", [("edit", "--help"), ("bench", "bundle", "--help"), ("--version",)])
def test_the_command_answers_without_loading_anything_heavy(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(COMMAND, *arguments) & HEAVY


def test_the_report_on_heavy_modules_sees_one() -> None:
    assert loaded_by("import numba") & HEAVY == {"numba"}


def test_the_version_is_the_same_everywhere() -> None:
    newest = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == metadata.version("frame2frame") == frame2frame.__version__


def test_the_command_is_installed() -> None:
    (command,) = metadata.entry_points(group="console_scripts", name="f2f")
    assert command.load().__module__ == "frame2frame.cli.commands"


def test_tests_cannot_reach_a_network() -> None:
    with pytest.warns(UserWarning, match="socket"), pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)
