"""The numbers that are fitted to the trained encoder."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from tests.training import Modules

from frame2frame.score.limits import ANY
from frame2frame.values import Scores


def known(
    best: Sequence[float], of_photograph: bool = False, of_view: bool = False, complete: int | None = 1
) -> list[Any]:
    """Clips whose last frame has such a similarity."""
    return [
        SimpleNamespace(
            scores=Scores({"semantic": (-0.9, similarity)}, {"semantic": -0.9}),
            record=SimpleNamespace(complete_index=complete, of_photograph=of_photograph),
            named=None if of_view else 0.3 + similarity / 10,
            of_view=of_view,
        )
        for similarity in best
    ]


def test_each_sort_of_picture_has_a_threshold_below_nearly_all_of_its_edits(tools: Modules) -> None:
    calibrate = tools["calibrate"]
    drawn, photographed = (0.4, 0.6), (-0.2, -0.4)
    unfinished = [*known([-0.9, -0.9], complete=None), *known([-0.9], of_photograph=True, complete=None)]
    views = known([-0.8, -0.8], of_photograph=True, of_view=True)
    clips = [*known(drawn), *known(photographed, of_photograph=True), *unfinished, *views]
    measured = known([-0.9, 0.9], of_photograph=True)
    for one in measured:
        one.scores.columns["degree"] = (0.0, 20.0)
    found = calibrate.fitted([*clips, *measured])
    assert found.threshold == pytest.approx(0.5 - calibrate.DEVIATIONS * 0.1)
    assert found.photograph_threshold == pytest.approx(-0.3 - calibrate.OF_PHOTOGRAPHS * 0.1)
    assert [found.of(one) for one in (clips[0], clips[2], views[0])] == [
        found.threshold,
        found.photograph_threshold,
        ANY,
    ]


def test_a_name_may_fit_less_than_those_of_things_that_are_there(tools: Modules) -> None:
    calibrate = tools["calibrate"]
    found = calibrate.fitted(known([0.0, 1.0]))
    assert found.name_deviation == pytest.approx(0.05)
    assert found.name_least == pytest.approx(0.35 - calibrate.NAME_DEVIATIONS * 0.05)
