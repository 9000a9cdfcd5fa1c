"""The features of all frames of a run as one file, `vectors.npz`: what the projection of the path needs.

vectors    (1 + frames, features) float32, the source first, then round after round
round      0 for the source, then from 1
candidate  0 for the clip that was chosen from, then the others, as in scores.json
frame      the frame's number in its generated clip; 0 for the source
path       the rows that the path passes, from the source to the end
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files.arrays import read_arrays
from ..geometry.geodesic import route
from ..values import Picture, Step, Vectors

LIMIT_BYTES = 2**28
"""Unpacked; twenty thousand frames of a large encoder."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cloud:
    """One vector for the source and for each frame of each candidate, and the path through them."""

    vectors: Vectors
    round: Numbers
    candidate: Numbers
    frame: Numbers
    path: Numbers

    @classmethod
    def of(cls, steps: Sequence[Step]) -> Cloud | None:
        """That of finished steps; None where not all of their vectors are known."""
        rows, marks, path, start = [steps[0].scores.start], [(0, 0, 0)], [0], 1
        for number, step in enumerate(steps, 1):
            path += [start + index for index in step.passed]
            takes = [(step.clip, step.scores), *((take.clip, take.scores) for take in step.others)]
            for candidate, (clip, scores) in enumerate(takes):
                rows.append(scores.vectors)
                marks += [(number, candidate, time) for time in clip.frame_times]
                start += len(clip)
        known = [row for row in rows if row is not None]
        if len(known) < len(rows):
            return None
        rounds, candidates, frames = np.array(marks, dtype=np.int64).T
        vectors = np.concatenate(known).astype(np.float32)
        return cls(vectors, rounds, candidates, frames, np.array(path, dtype=np.int64))

    def __post_init__(self) -> None:
        count = len(self.round)
        marks = (self.round, self.candidate, self.frame)
        fits = self.vectors.dtype == np.float32 and self.vectors.ndim == 2 and self.vectors.size > 0
        fits &= len(self.vectors) == count and bool(np.isfinite(self.vectors).all())
        fits &= all(row.dtype == np.int64 and row.ndim == 1 for row in (*marks, self.path))
        fits &= all(len(row) == count and bool((row >= 0).all()) for row in marks)
        fits &= len(self.path) > 0 and bool(((self.path >= 0) & (self.path < count)).all())
        if not fits:
            raise InputError("vectors, rounds and path do not belong together", remedy="run it again")

    def clips(self) -> list[list[int]]:
        """For each candidate the row of the state that it begins at, and those of its frames."""
        found = []
        for number in range(1, int(self.round.max()) + 1):
            start = int(self.path[self.round[self.path] < number][-1])
            for candidate in range(int(self.candidate[self.round == number].max()) + 1):
                own = np.flatnonzero((self.round == number) & (self.candidate == candidate))
                found.append([start, *own.tolist()])
        return found

    def packed(self) -> bytes:
        buffer = io.BytesIO()
        arrays = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()


def routed(steps: Sequence[Step]) -> tuple[Picture, ...]:
    """The frames of the least-energy route from the source to the answer, through all frames of all rounds.

    They have the model's size and leave the source out; nothing where the source is the answer, or where the
    features of the frames are not known. See `geometry.geodesic`.
    """
    cloud = Cloud.of(steps)
    if cloud is None or len(cloud.path) == 1:
        return ()
    nodes = route(cloud.vectors, 0, int(cloud.path[-1]), cloud.path.tolist(), cloud.clips())
    takes = [clip for step in steps for clip in (step.clip, *(take.clip for take in step.others))]
    frames = [frame for clip in takes for frame in clip.frames]
    return tuple(frames[node - 1] for node in nodes[1:])


def read_cloud(file: Path, rounds: int) -> Cloud | None:
    """The cloud that a run of so many rounds left; None where there is none, or none that can be used."""
    try:
        arrays = read_arrays(file, LIMIT_BYTES)
        cloud = Cloud(**{entry.name: arrays[entry.name] for entry in fields(Cloud)})
    except (InputError, KeyError, TypeError, ValueError):  # a stranger's arrays may be of any kind
        return None
    return cloud if cloud.round.max() <= rounds else None
