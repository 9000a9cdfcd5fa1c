"""A cluster that cannot be reached is one line, and nothing is written."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from frame2frame.errors import InputError, MissingPackageError
from frame2frame.evaluation.batch import connection
from frame2frame.evaluation.batch.connection import connected, ray_package

from ...command import f2f

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of a program that takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "edits.jsonl"
    path.write_text(json.dumps({"id": "a", "picture": "a.png", "instruction": "lift it"}) + "\n")
    return path


def test_another_program_at_the_address_is_told_after_seconds(
    mute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "JOIN_SECONDS", 0.5)
    with (
        pytest.raises(InputError, match=f"no cluster of Ray can be reached at {mute}; got no answer"),
        connected(mute),
    ):
        pass


def test_a_cluster_that_asks_for_a_token_is_told_as_such(mute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "import sys; sys.exit('RPC error: InvalidAuthToken')"
    monkeypatch.setattr(connection, "_JOIN", told)
    with pytest.raises(InputError, match="asks for its token; set RAY_AUTH_MODE=token"), connected(mute):
        pass


@pytest.mark.parametrize("words", [["--ray", "127.0.0.1:1"], ["--ray=127.0.0.1:1"], ["--ray"]])
def test_an_address_where_nobody_is_ends_the_command_before_anything_is_written(
    words: list[str], manifest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    assert f2f(monkeypatch, "batch", str(manifest), "--out", "out", *words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "no cluster of Ray can be reached at 127.0.0.1:1" in line and "refused" in line
    assert not Path("out").exists()


def test_without_ray_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ray_package.cache_clear()
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'frame2frame\[ray\]'"), connected("local"):
        pass
