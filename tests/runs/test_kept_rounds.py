"""A kept round comes back as it was, or is drawn again with a note; whatever stands in its place."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frame2frame.runs.resume import Rounds
from frame2frame.values import Step

from ..finished import a_round, drawn

HERE = {"torch": "2.13.0", "device": "cpu, 2 threads"}
STEPS = (a_round(5, 1, (3,)), a_round(5, 2, ()))


def rounds(out: Path, drawn_with: dict[str, str] = HERE, of: str = "0123456789abcdef") -> Rounds:
    circumstances = hashlib.sha256(repr(drawn_with).encode()).hexdigest()[:8]
    return Rounds.of(out, f"{of}-{circumstances}", drawn_with)


def kept(out: Path) -> Rounds:
    found = rounds(out)
    for number, step in enumerate(STEPS):
        found.keep(number, step)
    return found


def same(one: Step, other: Step) -> bool:
    takes = [zip((step, *step.others), (step, *step.others), strict=True) for step in (one, other)]
    arrays = all(
        np.array_equal(a.clip.frames, b.clip.frames) and a.scores == b.scores and a.clip.seed == b.clip.seed
        for (a, _), (b, _) in zip(*takes, strict=True)
    )
    vectors = [step.scores.vectors for step in (one, other)]
    return arrays and np.array_equal(*vectors) and (one.choice, one.passed) == (other.choice, other.passed)  # type: ignore[arg-type]


def test_kept_rounds_come_back_as_they_were(tmp_path: Path) -> None:
    steps, notes = kept(tmp_path).finished()
    assert len(steps) == 2 and all(map(same, steps, STEPS)) and notes == []


@pytest.mark.parametrize("number", [0, 1])
def test_of_a_stop_while_a_round_is_kept_only_whole_rounds_are_left(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rounds(tmp_path)
    for one, step in enumerate(STEPS[:number]):
        found.keep(one, step)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("frame2frame.files.unfinished.settle", stop)
    with pytest.raises(KeyboardInterrupt):
        found.keep(number, STEPS[number])
    assert found.kept() == number and len(list(tmp_path.rglob("*.npz"))) == number
    assert found.folder.exists() is (number > 0)


def repacked(**changes: Any) -> Callable[[Path], None]:
    """Writes the file anew with some of its arrays changed, or without those that are None."""

    def write(file: Path) -> None:
        with np.load(file) as arrays:
            rows = {name: rows for name, rows in {**arrays, **changes}.items() if rows is not None}
        np.savez(file, **rows)

    return write


def told(**changes: Any) -> Callable[[Path], None]:
    """Writes the file anew with some fields of its record changed."""

    def write(file: Path) -> None:
        with np.load(file) as arrays:
            record = json.loads(arrays["record"].tobytes()) | changes
        repacked(record=np.frombuffer(json.dumps(record).encode(), np.uint8))(file)

    return write


def packed_tightly(file: Path) -> None:
    """A little archive that unpacks to 64 GiB, as it says."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("frames_0.npy", b"\0" * 2**20)
    data = file.read_bytes()
    size = (2**20).to_bytes(4, "little")
    file.write_bytes(data.replace(size, (2**32 - 2).to_bytes(4, "little")))


def announcing(shape: tuple[int, ...]) -> Callable[[Path], None]:
    """An array whose header names a shape that its bytes do not have."""

    def write(file: Path) -> None:
        buffer = io.BytesIO()
        np.lib.format.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": shape})
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("frames_0.npy", buffer.getvalue())

    return write


def replaced(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.unlink()
        make(file)

    return write


def an_object(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive, archive.open("record.npy", "w") as entry:
        np.lib.format.write_array(entry, np.array([print], dtype=object))


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


CHOICE = {"index": 3, "reason": "why", "runner_up": None, "notes": []}

BROKEN: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-40]),
    "zeros, as after a power cut": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "a bit turned": lambda file: file.write_bytes(
        file.read_bytes().replace(b"\xc8\xcd\xd2", b"\xc8\xcd\xd3", 1)
    ),
    "a text": lambda file: file.write_text("hello"),
    "one array": lambda file: file.write_bytes(npy(np.zeros(3))),
    "an archive of nothing": lambda file: zipfile.ZipFile(file, "w").close(),
    "an object that would be run": an_object,
    "far larger than its bytes": packed_tightly,
    "a shape beyond memory": announcing((2**62,)),
    "a shape beyond numbers": announcing((2**62, 2**62)),
    "a folder": replaced(lambda file: (file / "within").mkdir(parents=True)),
    "a pipe": replaced(os.mkfifo) if hasattr(os, "mkfifo") else replaced(Path.mkdir),
    "a device": replaced(lambda file: file.symlink_to("/dev/zero")),
    "a link to nothing": replaced(lambda file: file.symlink_to("nothing")),
    "no record": repacked(record=None),
    "a record that is no JSON": repacked(record=np.frombuffer(b"{", np.uint8)),
    "a record of brackets": repacked(record=np.frombuffer(b"[" * 100_000, np.uint8)),
    "a record of floats": repacked(record=np.zeros(4)),
    "no frames": repacked(frames_0=None),
    "frames of floats": repacked(frames_0=drawn(5).astype(np.float32)),
    "frames without colours": repacked(frames_0=drawn(5)[..., 0]),
    "another number of frames": repacked(frames_0=drawn(4)),
    "frames without pixels": repacked(frames_0=drawn(5)[:, :0]),
    "other vectors": repacked(vectors_0=np.ones((4, 3), np.float32)),
    "vectors of whole numbers": repacked(vectors_0=np.ones((5, 3), np.int64)),
    "vectors that are not finite": repacked(vectors_0=np.full((5, 3), np.nan, np.float32)),
    "a start of another kind": repacked(start_0=np.ones((1, 9), np.float32)),
    "the round of another path": told(key=".path-0123456789abcdef-01234567"),
    "no takes": told(takes=[]),
    "takes that are a number": told(takes=5),
    "a frame that is not there": told(choice=CHOICE | {"index": 5}),
    "a frame before the first": told(choice=CHOICE | {"index": -1}),
    "a choice that is a text": told(choice="3"),
    "a way through no frame": told(passed=[7]),
    "seconds that are a list": told(seconds=[1.0]),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_round_that_cannot_be_read_is_dropped_with_a_note_and_kept_anew(
    tmp_path: Path, broken: Callable[[Path], object]
) -> None:
    kept_before = kept(tmp_path)
    broken(kept_before.folder / "round_00.npz")
    steps, notes = kept_before.finished()
    assert steps == [] and len(notes) == 1
    assert notes[0].text.startswith("Round 1 of the interrupted path could not be read and is drawn again")
    assert not list(kept_before.folder.glob("round_*")), "nor is what came after it"
    assert all(map(same, kept(tmp_path).finished()[0], STEPS))


def test_the_rounds_before_a_broken_one_stay(tmp_path: Path) -> None:
    found = kept(tmp_path)
    (found.folder / "round_01.npz").write_bytes(b"")
    steps, (note,) = found.finished()
    assert same(steps[0], STEPS[0]) and len(steps) == 1 and note.text.startswith("Round 2 ")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_round_that_may_not_be_read_is_drawn_again(tmp_path: Path) -> None:
    found = kept(tmp_path)
    (found.folder / "round_00.npz").chmod(0)
    assert "Permission denied" in found.finished()[1][0].text


@pytest.mark.parametrize(
    "make", [lambda p: p.write_bytes(b""), lambda p: p.symlink_to("/nowhere"), Path.mkdir]
)
def test_whatever_stands_in_the_place_of_the_folder_gives_way(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(rounds(tmp_path).folder)
    assert rounds(tmp_path).finished() == ([], [])
    assert len(kept(tmp_path).finished()[0]) == 2


def test_rounds_drawn_with_another_version_are_not_used_and_stay(tmp_path: Path) -> None:
    before = kept(tmp_path)
    os.utime(before.folder, (time.time() - 7_300,) * 2)
    steps, (note,) = rounds(tmp_path, HERE | {"torch": "2.14.0"}).finished()
    assert steps == []
    assert note.text == (
        "Earlier rounds of this path, 2 hours old, are not used, as they were drawn with torch 2.13.0 "
        f"(now 2.14.0); they stay in {before.folder.name}."
    )
    assert len(before.finished()[0]) == 2


@pytest.mark.parametrize(
    "spoil", [lambda p: p.write_bytes(b"\xff"), Path.unlink, lambda p: p.write_text("[]")]
)
def test_rounds_that_do_not_say_what_drew_them_are_not_used(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(kept(tmp_path).folder / "drawn_with.json")
    (note,) = rounds(tmp_path, HERE | {"torch": "2.14.0"}).finished()[1]
    assert "drawn with other packages" in note.text


def test_paths_that_nobody_went_on_with_are_told_by_their_age(tmp_path: Path) -> None:
    folder = kept(tmp_path).folder
    other = rounds(tmp_path, of="fedcba9876543210")
    assert other.finished()[1] == [], "a young one may be at work"
    os.utime(folder, (time.time() - 12.5 * 86_400,) * 2)
    (note,) = other.finished()[1]
    assert "another interrupted path are kept" in note.text and "12 days old" in note.text
    assert not note.is_warning


def test_rounds_that_an_earlier_version_kept_are_drawn_anew_and_said(tmp_path: Path) -> None:
    before = kept(tmp_path)
    told = before.folder / "drawn_with.json"
    told.write_text(json.dumps({"drawn_with": HERE}))
    steps, (note,) = rounds(tmp_path, of="fedcba9876543210").finished()
    assert steps == []
    assert note.text == (
        "An interrupted path that an earlier version began, less than a minute ago, cannot be gone on with "
        f"and is drawn anew; its rounds stay in {before.folder.name}."
    )


def test_a_round_with_what_is_not_a_number_comes_back(tmp_path: Path) -> None:
    scores = replace(STEPS[0].scores, columns={"semantic": (float("nan"),) * 5, "energy": (-1.0,) * 5})
    found = rounds(tmp_path)
    found.keep(0, replace(STEPS[0], scores=scores, others=()))
    (step,), _ = found.finished()
    assert np.isnan(step.scores["semantic"]).all() and step.scores.columns["energy"] == (-1.0,) * 5
