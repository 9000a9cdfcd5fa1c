"""The finished rounds of a path that was interrupted, so that it can go on.

    <out>/.path-<plan>-<circumstances>/
      drawn_with.json   the program, packages, devices and weights that drew the rounds
      round_00.npz …    a finished round each, with all of its frames

The name is the key of the run's plan: its first half is made of what was decided, the second of what drew it.
An equal plan under the same circumstances finds its rounds again and goes on after them, to the same result.
They are gone once the run is finished. A round that cannot be read is drawn again, and so are those after it.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..files import regular
from ..files.arrays import Array, read_arrays
from ..files.as_json import from_json, to_json
from ..files.unfinished import discard, write_error, write_file
from ..media.pictures import parsed_object
from ..values import Caption, Choice, Clip, Note, Scores, Step, Take

ROUND_LIMIT_BYTES = 2**33
RECORD_LIMIT_BYTES = 2**24
CIRCUMSTANCES = "drawn_with.json"
LAYOUT = 2
"""Of the folder's name; in the first one it said what was asked, not what was planned."""
_DAY = 86_400

Rows = Mapping[str, Array]


@dataclass(frozen=True)
class _Take:
    seed: int | None
    times: tuple[int, ...]
    scores: Scores


@dataclass(frozen=True)
class _Round:
    """A round without its arrays."""

    key: str
    caption: Caption
    choice: Choice
    seconds: Mapping[str, float]
    passed: tuple[int, ...]
    takes: tuple[_Take, ...]
    ended: str = ""


@dataclass(frozen=True)
class _DrawnWith:
    drawn_with: Mapping[str, str]
    layout: int = 1


@dataclass(frozen=True)
class Rounds:
    """The kept rounds of one plan under these circumstances."""

    folder: Path
    drawn_with: Mapping[str, str]
    """What decides the result besides the plan, in words: packages, devices, weights."""

    @classmethod
    def of(cls, out: Path, key: str, drawn_with: Mapping[str, str]) -> Rounds:
        """Those of the plan that has this key."""
        return cls(out / f".path-{key}", drawn_with)

    def finished(self) -> tuple[list[Step], list[Note]]:
        """The rounds that are there, in order, and what the user should know of those that are not used.

        The first that cannot be read is dropped with those after it.
        """
        steps, notes = list[Step](), list(self._unused())
        while self._stands(len(steps)):
            try:
                steps.append(_unpacked(self._file(len(steps)), self.folder.name))
            except InputError as error:
                self._drop_from(len(steps))
                what = f"Round {len(steps) + 1} of the interrupted path could not be read"
                why = str(error).replace(f"{self.folder}{os.sep}", "").partition(";")[0]
                notes.append(Note(f"{what} and is drawn again ({why})."))
                break
        return steps, notes

    def kept(self) -> int:
        """How many rounds in a row are there."""
        return next(number for number in itertools.count() if not self._stands(number))

    def keep(self, number: int, step: Step) -> None:
        """Keep a round; whoever is stopped in the first one leaves nothing. Raises WriteError."""
        try:
            self._write(number, step)
        finally:
            if not self.kept():
                self.forget()

    def _write(self, number: int, step: Step) -> None:
        try:
            if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
                discard(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(self.folder, error) from error
        if not number:
            write_file(
                self.folder / CIRCUMSTANCES, json.dumps(to_json(_DrawnWith(self.drawn_with, LAYOUT))).encode()
            )
        write_file(self._file(number), _packed(step, self.folder.name))

    def forget(self) -> None:
        with suppress(OSError):
            discard(self.folder)

    def _file(self, number: int) -> Path:
        return self.folder / f"round_{number:02d}.npz"

    def _stands(self, number: int) -> bool:
        """Whether anything is there in the place of a round."""
        with suppress(OSError):
            self._file(number).lstat()
            return not self.folder.is_symlink()
        return False

    def _drop_from(self, number: int) -> None:
        while self._stands(number):
            with suppress(OSError):  # keeping the round anew says what is wrong
                discard(self._file(number))
            number += 1

    def _unused(self) -> Iterator[Note]:
        """Rounds of the same plan that were drawn otherwise, and those that nobody goes on with."""
        asked = self.folder.name.rpartition("-")[0]
        kept = {folder: age for folder, age in _ages(self.folder.parent).items() if folder != self.folder}
        same = [folder for folder in kept if folder.name.startswith(f"{asked}-")]
        for folder in same:
            before = _differences(_read_circumstances(folder).drawn_with, self.drawn_with)
            what = f"Earlier rounds of this path, {_told(kept[folder])} old, are not used"
            yield Note(f"{what}, as they were drawn with {before}; they stay in {folder.name}.")
        others = [folder for folder in kept if folder not in same]
        for folder in others:
            if _read_circumstances(folder).layout < LAYOUT:
                what = f"An interrupted path that an earlier version began, {_told(kept[folder])} ago, cannot"
                yield Note(f"{what} be gone on with and is drawn anew; its rounds stay in {folder.name}.")
        old = [kept[folder] for folder in others if kept[folder] > _DAY]
        if old:
            what = "Rounds of another interrupted path are" if len(old) == 1 else f"{len(old)} more paths are"
            yield Note(
                f"{what} kept in {self.folder.parent.name or 'this folder'}, {_told(max(old))} old; "
                "delete .path-… there if nobody goes on with it.",
                is_warning=False,
            )


def _ages(out: Path) -> dict[Path, float]:
    """The kept paths in a folder, with the seconds since they were last changed."""
    found = {}
    for folder in sorted(out.glob(".path-*")):
        with suppress(OSError):
            found[folder] = time.time() - folder.stat().st_mtime
    return found


def _told(seconds: float) -> str:
    for size, unit in ((_DAY, "day"), (3_600, "hour"), (60, "minute")):
        if (count := int(seconds // size)) >= 1:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _read_circumstances(folder: Path) -> _DrawnWith:
    """What drew the rounds of a folder; nothing where it does not say."""
    try:
        text = regular.read_bytes(folder / CIRCUMSTANCES, RECORD_LIMIT_BYTES).decode("utf-8", "replace")
        return from_json(_DrawnWith, parsed_object(text, CIRCUMSTANCES), CIRCUMSTANCES)
    except InputError:
        return _DrawnWith({}, LAYOUT)


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    told = [
        f"{name} {before[name]:.60} (now {now.get(name, 'none'):.60})"
        for name in before
        if before[name] != now.get(name)
    ]
    return ", ".join(told) or "other packages"


def _packed(step: Step, key: str) -> bytes:
    takes = (Take(step.clip, step.scores), *step.others)
    arrays: dict[str, Array] = {}
    for number, take in enumerate(takes):
        arrays[f"frames_{number}"] = take.clip.frames
        for name in ("vectors", "start"):
            if (values := getattr(take.scores, name)) is not None:
                arrays[f"{name}_{number}"] = values
    kept = tuple(_Take(take.clip.seed, take.clip.frame_times, take.scores) for take in takes)
    record = to_json(_Round(key, step.caption, step.choice, step.seconds, step.passed, kept, step.ended))
    arrays["record"] = np.frombuffer(json.dumps(record, allow_nan=False).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _unpacked(path: Path, key: str) -> Step:
    """The round in a file; raises InputError for what no round of this path can be."""
    rows = read_arrays(path, ROUND_LIMIT_BYTES)
    told = rows.get("record", np.empty(0, np.uint8))
    if told.dtype != np.uint8 or told.nbytes > RECORD_LIMIT_BYTES:
        raise InputError(f"{path.name} has no record")
    found = from_json(_Round, parsed_object(told.tobytes().decode("utf-8", "replace"), path.name), path.name)
    if found.key != key or not found.takes:
        raise InputError(f"{path.name} is not of this path")
    takes = [_take(number, one, rows, path.name) for number, one in enumerate(found.takes)]
    best, *others = takes
    _check_indices(found, len(best.clip), path.name)
    step = Step(found.caption, best.clip, best.scores, found.choice, found.seconds, tuple(others))
    return replace(step, passed=found.passed, ended=found.ended)


def _take(number: int, told: _Take, rows: Rows, name: str) -> Take:
    frames, count = rows.get(f"frames_{number}", np.empty(0)), len(told.times)
    vectors, start = rows.get(f"vectors_{number}"), rows.get(f"start_{number}")
    features = 0 if vectors is None or vectors.ndim != 2 else vectors.shape[1]
    fits = frames.dtype == np.uint8 and frames.shape[::3] == (count, 3) and frames.size > 0
    fits &= all(len(column) == count for column in told.scores.columns.values())
    fits &= _is_row_each(vectors, count, features) and _is_row_each(start, 1, features)
    if not fits:
        raise InputError(f"the frames and scores in {name} do not belong together")
    return Take(Clip(frames, told.times, told.seed), replace(told.scores, vectors=vectors, start=start))


def _is_row_each(vectors: Array | None, count: int, features: int) -> bool:
    if vectors is None:
        return features == 0
    return (
        vectors.dtype.kind == "f" and vectors.shape == (count, features) and bool(np.isfinite(vectors).all())
    )


def _check_indices(found: _Round, count: int, name: str) -> None:
    chosen = (found.choice.index, found.choice.runner_up, *found.passed)
    if not all(0 <= index < count for index in chosen if index is not None):
        raise InputError(f"{name} chose a frame that is not there")
