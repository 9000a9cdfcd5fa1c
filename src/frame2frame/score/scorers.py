"""The columns of further scorers beside those of the encoder: asked, checked and joined to the scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..plugins.faults import unusable
from ..plugins.stages import Scorer
from ..values import Caption, Column, Frames, Picture, Scores
from .contrast import COLUMN as CONTRAST
from .degree import COLUMN as DEGREE

OWN = ("semantic", "preservation", "identity", "energy", CONTRAST, DEGREE)
"""Columns that are given already."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def columns_of(scorers: Sequence[Scorer]) -> dict[str, Column]:
    """What the scorers give, by the columns' names.

    Raises PluginError for what is no column, and for a name that is taken.
    """
    found: dict[str, Column] = {}
    for scorer, column in ((one, column) for one in scorers for column in one.columns):
        if not isinstance(column, Column) or not _NAME.fullmatch(column.name):
            raise unusable("scorer", scorer, "gives a column without a name", f"{column!r:.80}")
        if column.name in (*OWN, *found):
            raise unusable("scorer", scorer, "gives a column whose name is taken", column.name)
        found[column.name] = column
    return found


def unscored(scores: Scores) -> Iterator[str]:
    """A sentence for each further column that has a number for no frame."""
    for name, column in scores.described.items():
        if np.isnan(scores[name]).all():
            yield f"The scorer of {column.title or name} gave no number for any frame."


@dataclass(frozen=True)
class Further:
    """What the scorers say of frames of one source and caption."""

    scorers: tuple[Scorer, ...]
    picture: Picture
    """The source, of the frames' size."""
    caption: Caption
    columns: Mapping[str, Column]
    source: Mapping[str, float]
    """The scores of the source itself."""

    @classmethod
    def of(cls, scorers: Sequence[Scorer], source: Picture, caption: Caption) -> Further | None:
        """None where there are no scorers. Raises PluginError."""
        if not scorers:
            return None
        made = cls(tuple(scorers), source, caption, columns_of(scorers), {})
        own = {name: numbers[0] for name, numbers in made._given(source[None])}
        return replace(made, source=own)

    def added(self, scores: Scores, frames: Frames) -> Scores:
        """The scores of these frames with the further columns. Raises PluginError."""
        columns = {**scores.columns, **dict(self._given(frames))}
        source = {**scores.source, **self.source}
        return replace(scores, columns=columns, source=source, described={**scores.described, **self.columns})

    def _given(self, frames: Frames) -> Iterator[tuple[str, tuple[float, ...]]]:
        for scorer in self.scorers:
            found = scorer.score(frames, self.picture, self.caption)
            for column in scorer.columns:
                yield column.name, _numbers(scorer, column.name, found, len(frames))


def _numbers(scorer: Scorer, name: str, found: Any, count: int) -> tuple[float, ...]:
    """A number a frame; raises PluginError for anything else."""
    try:
        numbers = np.asarray(found[name], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise unusable(
            "scorer", scorer, f"gives no numbers for {name}", f"{type(error).__name__}: {error}"
        ) from error
    if numbers.shape != (count,):
        raise unusable(
            "scorer", scorer, f"gives another count of numbers for {name}", f"{numbers.shape} for {count}"
        )
    return tuple(float(number) for number in numbers)
