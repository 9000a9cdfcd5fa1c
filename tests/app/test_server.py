"""The page on this machine's own address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from frame2frame.app import main
from frame2frame.app.server import Place, bound, build
from frame2frame.cli import commands as cli
from frame2frame.errors import InputError, MissingPackageError, WriteError

from .conftest import ROOT


def test_without_gradio_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'frame2frame\[ui\]'"):
        build(Place())


def test_a_python_without_the_package_is_told_how_to_get_it() -> None:
    bare = [sys.executable, "-I", "-S", str(ROOT / "app.py")]
    ended = subprocess.run(bare, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "lacks frame2frame" in ended.stderr and "-m pip install -e '.[ui]'" in ended.stderr


@pytest.mark.enable_socket
def test_the_command_line_serves_the_page_too() -> None:
    with bound(0) as taken:
        port = str(taken.getsockname()[1])
        ended = CliRunner().invoke(cli.app, ["app", "--port", port])
    assert isinstance(ended.exception, InputError) and port in str(ended.exception)
    assert "Serve the page" in CliRunner().invoke(cli.app, ["--help"]).output


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with bound(0) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == InputError.exit_code
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and str(port) in err and "--port" in err


def test_a_number_that_is_no_port_is_called_that(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "99999"]) == InputError.exit_code
    assert "a port is a number from 0 to 65535; got 99999" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said_before_the_page_is_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--port", "0", "--out", str(tmp_path / "file")]) == WriteError.exit_code
    err = capsys.readouterr().err
    assert "cannot write" in err and "--out" in err and err.count("\n") == 1
