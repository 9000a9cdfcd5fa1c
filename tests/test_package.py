from __future__ import annotations

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
HEAVY = ("torch", "diffusers", "transformers", "av", "jinja2", "numba")


def loaded_by(*arguments: str) -> list[str]:
    """The heavy modules that a fresh Python has loaded when it ends."""
    report = f"import atexit, sys; atexit.register(lambda: print([m for m in {HEAVY} if m in sys.modules]));"
    command = [sys.executable, "-c", report + arguments[0], *arguments[1:]]
    finished = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return re.findall(r"'(\w+)'", finished.stdout.splitlines()[-1])


def test_every_public_name_exists_and_the_list_is_sorted() -> None:
    assert list(frame2frame.__all__) == sorted(frame2frame.__all__)
    assert all(hasattr(frame2frame, name) for name in frame2frame.__all__)


def test_the_names_that_were_promised_are_public() -> None:
    assert {"edit", "stream", "Result", "Frame2FrameError"} <= set(frame2frame.__all__)


def test_only_public_names_are_listed_and_submodules_are_imported_all_the_same() -> None:
    assert dir(frame2frame) == sorted([*frame2frame.__all__, "__version__"])
    from frame2frame.worlds import tabletop

    assert frame2frame.worlds.tabletop is tabletop


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import frame2frame") == []


@pytest.mark.parametrize(
    "arguments", [("--help",), ("edit", "--help"), ("bench", "bundle", "--help"), ("--version",)]
)
def test_the_command_answers_without_loading_anything_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by("from frame2frame.cli import main; main()", *arguments) == []


def test_the_report_on_heavy_modules_sees_one() -> None:
    assert loaded_by("import numba") == ["numba"]


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
