"""Files and folders appear whole or not at all, and what a killed program left of them is swept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from frame2frame.errors import WriteError
from frame2frame.files.unfinished import OLD_SECONDS, OLD_UNHELD_SECONDS, sweep, unfinished_folder, write_file

fcntl = pytest.importorskip("fcntl")


def left(out: Path, age: float, name: str = ".unfinished-0123456789ab") -> Path:
    """What a killed program left so many seconds ago."""
    folder = out / name
    folder.mkdir()
    (folder / "clip.mp4").write_bytes(b"half of it")
    os.utime(folder, (time.time() - age,) * 2)
    return folder


def make_folder(out: Path) -> None:
    with unfinished_folder(out):
        pass


WRITERS: list[Callable[[Path], None]] = [make_folder, lambda out: write_file(out / "a.json", b"{}")]


@pytest.mark.parametrize("write", WRITERS)
def test_what_a_killed_program_left_is_swept_by_the_next_that_writes_there(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    folder = left(tmp_path, OLD_SECONDS + 60)
    file = tmp_path / ".unfinished-ab"
    file.write_bytes(b"half")
    os.utime(file, (0, 0))
    write(tmp_path)
    assert not folder.exists() and not file.exists()


def test_what_is_young_stays(tmp_path: Path) -> None:
    folder = left(tmp_path, OLD_SECONDS - 60)
    sweep(tmp_path)
    assert (folder / "clip.mp4").exists()


def test_what_a_living_program_holds_stays_however_old_it_is(tmp_path: Path) -> None:
    with unfinished_folder(tmp_path) as folder:
        os.utime(folder, (0, 0))
        sweep(tmp_path)
        assert folder.is_dir()


def test_where_locks_tell_nothing_it_has_to_be_a_day_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, how: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    young, old = (
        left(tmp_path, OLD_UNHELD_SECONDS - 60),
        left(tmp_path, OLD_UNHELD_SECONDS + 60, ".unfinished-b"),
    )
    sweep(tmp_path)
    assert young.is_dir() and not old.exists()


def test_only_what_bears_such_a_name_is_swept(tmp_path: Path) -> None:
    run, path = (
        left(tmp_path, 1e9, "20300102-120000-edit"),
        left(tmp_path, 1e9, ".path-0123456789abcdef-01234567"),
    )
    sweep(tmp_path)
    assert run.is_dir() and path.is_dir()


def test_a_link_of_such_a_name_leads_the_sweep_nowhere(tmp_path: Path) -> None:
    kept = left(tmp_path, 1e9, "precious")
    (tmp_path / ".unfinished-ab").symlink_to(kept)
    os.utime(tmp_path / ".unfinished-ab", (0, 0), follow_symlinks=False)
    sweep(tmp_path)
    assert (kept / "clip.mp4").exists()


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    link = tmp_path / "report.html"
    link.symlink_to(tmp_path / "precious")
    write_file(link, b"<html>")
    assert not link.is_symlink() and link.read_bytes() == b"<html>"
    assert (tmp_path / "precious").read_bytes() == b"precious"


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/null")],
    ids=["pipe", "folder", "device"],
)
def test_what_is_no_file_is_not_written_over(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "report.html")
    with pytest.raises(WriteError, match="is no file; name another"):
        write_file(tmp_path / "report.html", b"<html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_name_that_no_disk_takes_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="File name too long") as caught:
        write_file(tmp_path / ("x" * 300), b"")
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []


def test_a_file_that_was_there_stays_whole_where_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    write_file(tmp_path / "a.json", b"before")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteError, match="no room left"):
        write_file(tmp_path / "a.json", b"after")
    assert (tmp_path / "a.json").read_bytes() == b"before" and len(list(tmp_path.iterdir())) == 1
