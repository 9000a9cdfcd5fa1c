"""The columns of scores in words: a title, the unit, and which way round a number is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..score.degree import COLUMN as DEGREE
from ..select.gate import printed
from ..values import Scores


@dataclass(frozen=True)
class Column:
    """What a column of scores is called, and what its numbers are."""

    title: str
    unit: str = ""
    """What a number is, in a sentence."""
    sign: int = 1
    """-1 for a column that holds the negatives of what is meant."""

    def text(self, value: float) -> str:
        """A number of this column as it is shown."""
        return number(self.sign * value)


COLUMNS: Mapping[str, Column] = {
    "energy": Column("Energy", "What a frame costs as the next state; the least is at the top.", sign=-1),
    DEGREE: Column("Degree that is asked for", "In levels of 255."),
    "semantic": Column("Similarity to the target text", "Cosine of the frame and the text."),
    "contrast": Column(
        "Contrast with other wishes",
        "How far the change fits the wish better than other wishes, in standard deviations.",
    ),
    "preservation": Column(
        "Preservation of the source",
        "Minus the distance to the source in feature space; 0 is the source itself.",
    ),
}
"""Our own, what decides first."""


def column(name: str, scores: Scores) -> Column:
    """What is said of this column of the scores; of one that nobody described its name is the title."""
    if said := scores.described.get(name):
        return Column(said.title, said.unit)
    return COLUMNS.get(name) or Column(name.replace("_", " ").capitalize())


def in_order(scores: Scores) -> list[str]:
    """The names of the columns, what decides first."""
    known = [name for name in COLUMNS if name in scores.columns]
    return [*known, *sorted(scores.columns.keys() - COLUMNS.keys())]


def deciding(scores: Scores, count: int) -> NDArray[np.float64]:
    """The column that decides, higher is better: the energy, or the similarity, or what there is."""
    names = in_order(scores)
    return scores[names[0]] if names else np.full(count, np.nan)


def number(value: float) -> str:
    """A score as it is shown everywhere."""
    return printed(value) if math.isfinite(value) else "–"
