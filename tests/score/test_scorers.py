"""Further columns of scores: joined to those of the encoder, and one line where they cannot be used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import frame2frame
from frame2frame.errors import InputError, PluginError
from frame2frame.plugins import registry
from frame2frame.score.scorers import Further, columns_of, unscored
from frame2frame.score.sharpness import Sharpness, sharpness
from frame2frame.values import Caption, Column, Scores

CAPTION = Caption("It turns.", "turned", "user")
FRAMES = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), np.uint8)
SCORES = Scores({"semantic": (0.1, 0.2, 0.3)}, source={"semantic": 0.0})


@dataclass(frozen=True)
class Given:
    """A scorer that gives what it was made with."""

    columns: tuple[Any, ...]
    numbers: Any = None

    def score(self, frames: Any, source: Any, caption: Any) -> Any:
        """Nothing wrong of the source alone."""
        return self.numbers if len(frames) > 1 else {column.name: [0.0] for column in self.columns}


def test_a_scorer_adds_its_columns_with_what_they_mean_and_the_score_of_the_source() -> None:
    further = Further.of([Sharpness()], FRAMES[0], CAPTION)
    assert further is not None
    scores = further.added(SCORES, FRAMES)
    assert scores.columns["sharpness"] == tuple(map(sharpness, FRAMES))
    assert scores.columns["semantic"] == SCORES.columns["semantic"]
    assert scores.source == {"semantic": 0.0, "sharpness": sharpness(FRAMES[0])}
    assert scores.described["sharpness"].unit == "Variance of the Laplacian of luma."


def test_chunks_of_frames_give_the_column_of_the_whole() -> None:
    further = Further.of([Sharpness()], FRAMES[0], CAPTION)
    assert further is not None
    first, second = (further.added(Scores({}), chunk) for chunk in (FRAMES[:2], FRAMES[2:]))
    joined = first.followed_by(second)
    assert joined.columns["sharpness"] == tuple(map(sharpness, FRAMES)) and joined.described


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"worth": [1.0, 2.0]}, "another count of numbers for worth; got (2,) for 3"),
        ({"other": [1.0, 2.0, 3.0]}, "no numbers for worth; got KeyError"),
        (None, "no numbers for worth; got TypeError"),
        ({"worth": ["a", "b", "c"]}, "no numbers for worth; got ValueError"),
    ],
)
def test_what_is_no_column_is_one_line_that_names_the_scorer(numbers: Any, said: str) -> None:
    further = Further.of([Given((Column("worth", "Worth"),), numbers)], FRAMES[0], CAPTION)
    assert further is not None
    with pytest.raises(PluginError, match=rf"the scorer .*Given gives {re.escape(said)}"):
        further.added(SCORES, FRAMES)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((np.nan,) * 3, ["The scorer of Worth gave no number for any frame."]),
        ((np.nan, 0.5, np.nan), []),
    ],
)
def test_a_column_without_any_number_is_told_and_one_with_gaps_is_not(
    numbers: tuple[float, ...], said: list[str]
) -> None:
    further = Further.of([Given((Column("worth", "Worth"),), {"worth": numbers})], FRAMES[0], CAPTION)
    assert further is not None
    assert list(unscored(further.added(SCORES, FRAMES))) == said


@pytest.mark.parametrize(
    "names", [("semantic",), ("contrast",), ("degree",), ("worth", "worth"), ("No name",)]
)
def test_a_column_has_a_name_of_its_own(names: tuple[str, ...]) -> None:
    with pytest.raises(PluginError, match=r"whose name is taken|without a name"):
        columns_of([Given(tuple(Column(name, "") for name in names))])


def test_an_unknown_scorer_is_refused_with_the_nearest_name() -> None:
    picture = np.zeros((16, 16, 3), np.uint8)
    with pytest.raises(InputError, match="did you mean sharpness"):
        frame2frame.Request.of(picture, "wait", score="sharpnes")
    assert "sharpness" in registry.names("scorers")
