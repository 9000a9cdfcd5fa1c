"""The finished rounds of a path that was interrupted, so that it can go on.

While a path is walked, each finished round is kept in `<out>/.path-<key>/`; the key is made of all that
decides the result. The same request finds them again and goes on after them, to the same result. They are
gone once the run is finished.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .errors import InputError
from .media import write_file
from .record import from_json, to_json
from .request import Request
from .values import Caption, Choice, Clip, Scores, Step, Take

Rows = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Rounds:
    """The kept rounds of one request."""

    folder: Path

    @classmethod
    def of(cls, out: Path, request: Request, weights: object) -> Rounds:
        """Those of an equal request; `weights` tells the model's files apart."""
        decides = [
            request.source.pixels_sha256,
            request.instruction,
            request.model.label,
            [request.frames, request.steps, request.guidance, request.seed, list(request.seeds)],
            [request.caption, request.select, request.strategy, request.device, request.memory],
            [request.encoder, request.identity, request.preset],
            dict(sorted(request.options.items())),
            weights,
        ]
        key = hashlib.sha256(json.dumps(decides, sort_keys=True, default=str).encode()).hexdigest()
        return cls(out / f".path-{key[:16]}")

    def finished(self) -> list[Step]:
        """The rounds that are there, in order, up to the first that cannot be read."""
        return list(self._read())

    def keep(self, number: int, step: Step) -> None:
        """Keep a round; raises WriteError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_file(self._file(number), _packed(step))

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self) -> Iterator[Step]:
        number = 0
        while self._file(number).is_file():
            try:
                yield _unpacked(self._file(number))
            except (InputError, OSError, ValueError, KeyError, zipfile.BadZipFile):
                return
            number += 1

    def _file(self, number: int) -> Path:
        return self.folder / f"round_{number:02d}.npz"


def _packed(step: Step) -> bytes:
    takes = (Take(step.clip, step.scores), *step.others)
    arrays: Rows = {}
    for number, take in enumerate(takes):
        arrays[f"frames_{number}"] = take.clip.frames
        for name in ("vectors", "start"):
            if (values := getattr(take.scores, name)) is not None:
                arrays[f"{name}_{number}"] = values
    record = {
        "caption": to_json(step.caption),
        "choice": to_json(step.choice),
        "seconds": dict(step.seconds),
        "passed": list(step.passed),
        "takes": [
            {"seed": t.clip.seed, "times": list(t.clip.frame_times), "scores": to_json(t.scores)}
            for t in takes
        ],
    }
    arrays["record"] = np.frombuffer(json.dumps(record, allow_nan=False).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _unpacked(path: Path) -> Step:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        rows = dict(arrays)
    record = json.loads(rows["record"].tobytes())
    best, *others = [_take(number, one, rows) for number, one in enumerate(record["takes"])]
    return Step(
        caption=from_json(Caption, record["caption"], "caption"),
        clip=best.clip,
        scores=best.scores,
        choice=from_json(Choice, record["choice"], "choice"),
        seconds=record["seconds"],
        others=tuple(others),
        passed=tuple(record["passed"]),
    )


def _take(number: int, record: dict[str, Any], rows: Rows) -> Take:
    scores = from_json(Scores, record["scores"], "scores")
    vectors, start = (rows.get(f"{name}_{number}") for name in ("vectors", "start"))
    clip = Clip(rows[f"frames_{number}"], tuple(record["times"]), record["seed"])
    return Take(clip, replace(scores, vectors=vectors, start=start))
