"""A run folder is whole or not there, whatever happens while it is written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame.errors import InputError, WriteError
from frame2frame.runs import write as leaving
from frame2frame.runs.read import Run, read_run
from frame2frame.runs.write import require_writable, slug, write_run

from ..finished import NOON, finished


def test_two_runs_in_one_second_do_not_collide(tmp_path: Path) -> None:
    folders = [write_run(tmp_path, finished(), now=NOON) for _ in range(3)]
    assert len(set(folders)) == 3
    assert all(read_run(folder) for folder in folders)


def test_equal_runs_make_equal_pictures(tmp_path: Path) -> None:
    slow = finished()
    slow = replace(slow, record=replace(slow.record, execution=replace(slow.record.execution, seconds={})))
    first, second = write_run(tmp_path, finished()), write_run(tmp_path, slow)
    assert (first / "final_frame.png").read_bytes() == (second / "final_frame.png").read_bytes()


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("Paint it blue!", "paint-it-blue"),
        ("../../etc/passwd", "etc-passwd"),
        ('CON: <a|b> "c"?*', "con-a-b-c"),
        ("Mach größer, Żółw", "mach-groer-zow"),
        ("把球变成蓝色", "edit"),
        ("   ", "edit"),
        ("x" * 300, "x" * 40),
        ("word " * 30, "word-word-word-word-word-word-word-word"),
    ],
)
def test_a_slug_is_short_and_safe_on_every_file_system(instruction: str, expected: str) -> None:
    assert slug(instruction) == expected


def test_the_disk_has_every_file_before_the_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited_for, named = set[int](), list[set[int]]()
    rename = os.rename
    monkeypatch.setattr(os, "fsync", lambda descriptor: waited_for.add(os.fstat(descriptor).st_ino))

    def renamed(before: Path, after: Path) -> None:
        named.append(set(waited_for))
        rename(before, after)

    monkeypatch.setattr(os, "rename", renamed)
    folder = write_run(tmp_path, finished(), now=NOON)
    assert {path.stat().st_ino for path in (folder, *folder.iterdir())} <= named[0]


class Interrupted(BaseException):
    """Like KeyboardInterrupt, but pytest does not stop at it."""


@pytest.mark.parametrize("failure", [Interrupted, RuntimeError, MemoryError])
def test_whatever_stops_the_writing_leaves_nothing_behind(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    def page(run: Run) -> str:
        assert (run.folder / "clip.mp4").exists()
        raise failure

    with pytest.raises(failure):
        write_run(tmp_path / "outputs", finished(), page=page)
    assert list(tmp_path.iterdir()) == []


def test_runs_that_were_there_outlive_a_failed_one(tmp_path: Path) -> None:
    def page(run: Run) -> str:
        raise Interrupted

    kept = write_run(tmp_path, finished())
    with pytest.raises(Interrupted):
        write_run(tmp_path, finished(), page=page)
    assert list(tmp_path.iterdir()) == [kept]


def test_the_folder_bears_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def page(run: Run) -> str:
        seen.append([folder.name for folder in tmp_path.iterdir()])
        assert not (run.folder / "done.json").exists()
        return "<html>"

    write_run(tmp_path, finished(), page=page)
    assert [name.startswith(".unfinished-") for name in seen[0]] == [True]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A real limit of the operating system, so that a write fails midway as on a full disk."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [10, 200, 700, 1_500])
def test_a_disk_that_fills_up_midway_is_one_line_and_leaves_nothing(tmp_path: Path, size: int) -> None:
    with files_of_at_most(size), pytest.raises(WriteError) as caught:
        write_run(tmp_path / "outputs", finished())
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"cannot write {tmp_path / 'outputs'};")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("I am a file")
    for attempt in (require_writable, lambda out: write_run(out, finished())):
        with pytest.raises(WriteError, match="--out"):
            attempt(tmp_path / "outputs")
    assert (tmp_path / "outputs").read_text() == "I am a file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WriteError, match="--out"):
        require_writable(tmp_path)


def test_too_little_room_is_said_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "ROOM_BYTES", 2**70)  # more than any disk has
    with pytest.raises(WriteError, match=r"too little room .* MiB free; free .* with --out"):
        require_writable(tmp_path / "outputs")
    assert list(tmp_path.iterdir()) == []


def test_asking_whether_a_place_is_writable_leaves_no_trace(tmp_path: Path) -> None:
    require_writable(tmp_path / "outputs")
    require_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not of Windows")
def test_a_killed_run_leaves_no_folder_that_looks_whole(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from finished import finished; from frame2frame.runs.write import write_run;"
        "write_run(Path(sys.argv[2]), finished(), page=lambda run: os.kill(os.getpid(), signal.SIGKILL))"
    )
    arguments = [sys.executable, "-c", program, str(Path(__file__).parents[1]), str(tmp_path)]
    killed = subprocess.run(
        arguments, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert killed.returncode == -9
    (left,) = tmp_path.iterdir()
    with pytest.raises(InputError, match="not finished"):
        read_run(left)


def test_a_run_of_the_same_name_goes_only_once_the_new_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving.put_run(tmp_path, "dog", {"done.json": b"old"})
    rename, calls = os.rename, list[str]()

    def failing(source: Path, target: Path) -> None:
        calls.append(Path(target).name)
        if calls == [calls[0], "dog"]:
            raise OSError("no room")
        rename(source, target)

    monkeypatch.setattr("os.rename", failing)
    with pytest.raises(WriteError):
        leaving.put_run(tmp_path, "dog", {"done.json": b"new"})
    assert (tmp_path / "dog" / "done.json").read_bytes() == b"old"
    monkeypatch.undo()
    leaving.put_run(tmp_path, "dog", {"done.json": b"new"})
    assert (tmp_path / "dog" / "done.json").read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["dog"]
