"""Run folders in tar files: whole or not in there, and read like any other."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from frame2frame.errors import InputError, WriteError
from frame2frame.reselecting import opened
from frame2frame.runs import packed
from frame2frame.runs.packed import pack, unpacked
from frame2frame.runs.read import recorded
from frame2frame.runs.write import write_run

from ..finished import finished
from .test_write import files_of_at_most


def a_folder(place: Path, name: str, text: str = "") -> Path:
    (folder := place / name).mkdir(parents=True)
    (folder / "done.json").write_text(text or name)
    (folder / "clip.mp4").write_bytes(name.encode() * 700)
    return folder


@pytest.fixture
def tar(tmp_path: Path) -> Path:
    """Two folders in a tar file."""
    for name in ("dog-1", "dog-2"):
        pack(tmp_path / "042.tar", a_folder(tmp_path / "made", name))
    return tmp_path / "042.tar"


def said(place: Path) -> str:
    return (unpacked(place) / "done.json").read_text()


def test_what_was_put_in_is_found_by_its_path(tar: Path) -> None:
    assert [said(tar / name) for name in ("dog-1", "dog-2")] == ["dog-1", "dog-2"]
    assert unpacked(tar / "dog-2" / "clip.mp4").read_bytes() == b"dog-2" * 700


def test_any_program_for_tar_files_reads_it(tar: Path) -> None:
    with tarfile.open(tar) as archive:
        names = archive.getnames()
    assert names == ["dog-1/clip.mp4", "dog-1/done.json", "dog-2/clip.mp4", "dog-2/done.json"]


def test_a_line_of_the_index_says_where_a_folder_lies(tar: Path, tmp_path: Path) -> None:
    last = json.loads(tar.with_suffix(".index").read_text().splitlines()[-1])
    alone = tmp_path / "alone.tar"
    alone.write_bytes(tar.read_bytes()[last["offset"] :][: last["length"]])
    with tarfile.open(alone) as archive:
        assert archive.getnames() == ["dog-2/clip.mp4", "dog-2/done.json"]


def test_a_tar_file_without_its_index_is_read_too(tar: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "042.tar"
    other.parent.mkdir()
    shutil.copy(tar, other)
    assert said(other / "dog-2") == "dog-2"


@pytest.mark.parametrize("cut", ["tar", "index"])
def test_what_a_killed_program_left_is_cut_off_and_nothing_before_it_is_lost(
    cut: str, tmp_path: Path
) -> None:
    tar = tmp_path / "042.tar"
    index = tar.with_suffix(".index")
    pack(tar, a_folder(tmp_path / "made", "dog-1"))
    file = tar if cut == "tar" else index
    before, ahead = file.stat().st_size, index.read_bytes()
    pack(tar, a_folder(tmp_path / "made", "dog-2"))
    whole = file.read_bytes()
    for size in {before + 1, (before + len(whole)) // 2, len(whole) - 1}:
        file.write_bytes(whole[:size])
        if cut == "tar":
            index.write_bytes(ahead)  # its line comes last
        pack(tar, tmp_path / "made" / "dog-2")
        with tarfile.open(tar) as archive:
            assert [name for name in archive.getnames() if "done" in name] == [
                "dog-1/done.json",
                "dog-2/done.json",
            ]
        assert len(index.read_text().splitlines()) == 2


def test_one_that_was_put_in_last_and_is_made_again_is_there_once(tar: Path, tmp_path: Path) -> None:
    pack(tar, a_folder(tmp_path / "again", "dog-2", "newer"))
    with tarfile.open(tar) as archive:
        assert archive.getnames().count("dog-2/done.json") == 1
    assert said(tar / "dog-2") == "newer"


def test_a_full_disk_is_one_line_and_leaves_the_folders_before_it(tar: Path, tmp_path: Path) -> None:
    third = a_folder(tmp_path / "made", "dog-3")
    with files_of_at_most(20_000 + 512), pytest.raises(WriteError, match=r"cannot write .*042\.tar"):
        for _ in range(20):
            pack(tar, third)
            third = third.rename(third.with_name(third.name + "x"))
    assert said(tar / "dog-2") == "dog-2"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("dog-1/../../x", tarfile.REGTYPE),
        ("dog-1/a/b", tarfile.REGTYPE),
        ("dog-1/link", tarfile.SYMTYPE),
        ("dog-1/holes", tarfile.GNUTYPE_SPARSE),
    ],
)
def test_a_member_that_is_no_file_of_a_run_is_refused(name: str, kind: bytes, tmp_path: Path) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.addfile(member)
    with pytest.raises(InputError, match="no file of a run"):
        unpacked(tmp_path / "a.tar" / "dog-1")


def test_what_is_not_in_there_and_what_is_no_tar_file_is_one_line(tar: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no run dog-3 in"):
        unpacked(tar / "dog-3")
    (tmp_path / "b.tar").write_bytes(os.urandom(2_000))
    with pytest.raises(InputError, match="cannot read"):
        unpacked(tmp_path / "b.tar" / "dog-1")


def test_a_path_into_a_tar_file_stands_for_a_run_folder(tmp_path: Path) -> None:
    tar = tmp_path / "042.tar"
    pack(tar, write_run(tmp_path / "made", finished(), name="dog-1"))
    for place in (tar / "dog-1", tar / "dog-1" / "final_frame.png"):
        record, is_own = recorded(unpacked(place))
        assert record.settings.instruction == finished().record.settings.instruction and is_own
        assert opened(place).frames()[0].shape[0] == 9


def test_of_many_that_are_read_the_last_ones_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "MOST_UNPACKED", 3)
    tar, names = tmp_path / "042.tar", [f"dog-{number}" for number in range(6)]
    for name in names:
        pack(tar, a_folder(tmp_path / "made", name))
    found = [unpacked(tar / name) for name in names]
    assert [one.exists() for one in found] == [False] * 3 + [True] * 3
    assert unpacked(tar / "dog-3") == found[3], "what is held is not read again"
    assert said(tar / "dog-0") == "dog-0" and not found[4].exists() and found[3].exists()
