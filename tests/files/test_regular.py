"""Only regular files are read, and never more of them than is allowed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from frame2frame.errors import InputError
from frame2frame.files.regular import opened, read_bytes

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def refused(path: str | Path, limit: int = 100) -> str:
    with pytest.raises(InputError) as caught:
        read_bytes(path, limit)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    return str(caught.value)


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\r\n" * 50)
    assert read_bytes(tmp_path / "a", 100) == b"\r\n" * 50
    assert read_bytes(str(tmp_path / "a"), 100) == b"\r\n" * 50


def test_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert read_bytes(tmp_path / "b", 1) == b"x"


def test_one_byte_too_many_is_refused_with_both_sizes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1_001)
    assert "got 1,001 bytes; at most 1,000 bytes" in refused(tmp_path / "a", 1_000)


@posix
def test_of_a_file_that_says_it_is_empty_no_more_than_the_limit_is_read() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("this system has no /proc")
    assert "is too large" in refused("/proc/self/status", 10)


def test_a_file_with_more_than_memory_holds_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(2**40)
    assert "1,099,511,627,776 bytes" in refused(tmp_path / "sparse", 2**30)


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    assert "there is no file" in refused(tmp_path / "none")


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    assert "a folder" in refused(tmp_path)


@posix
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "a pipe or a device" in refused(tmp_path / "pipe")


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/stdin"])
def test_a_link_to_a_device_is_refused(tmp_path: Path, device: str) -> None:
    (tmp_path / "link").symlink_to(device)
    if Path(device).is_file():  # the tests' own input may be a file
        pytest.skip("it leads to a file here")
    refused(tmp_path / "link")


@posix
def test_a_link_to_nothing_and_one_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "nothing").symlink_to("none")
    (tmp_path / "circle").symlink_to("circle")
    assert "there is no file" in refused(tmp_path / "nothing")
    assert "cannot read" in refused(tmp_path / "circle")


@pytest.mark.parametrize("path", ["a\0b", "x" * 5_000])
def test_an_impossible_path_is_refused(path: str) -> None:
    assert "cannot read" in refused(path)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser reads all")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").touch(mode=0)
    assert "Permission denied" in refused(tmp_path / "a")


@posix
def test_a_refusal_leaves_no_file_open(tmp_path: Path) -> None:
    before = os.open("/dev/null", os.O_RDONLY)
    os.close(before)
    for _ in range(3):
        refused(tmp_path)
    after = os.open("/dev/null", os.O_RDONLY)
    os.close(after)
    assert after == before


def test_an_opened_file_reads_from_its_start(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    with opened(tmp_path / "a") as file:
        assert file.read(3) == b"012"
