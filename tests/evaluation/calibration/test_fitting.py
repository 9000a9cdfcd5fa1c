"""The gate's numbers are those by which most clips with known truth are answered rightly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from frame2frame.evaluation.calibration.fitting import Known, fitted
from frame2frame.select.gate import Gate
from frame2frame.values import Calibration, Scores

FRAMES = 6
DRAWS = np.random.default_rng(0)


def clip(done: float, truth: int | None, contrast: float = 0.0, scale: float = 1.0) -> Known:
    """Of which the last three frames have done so much of the edit."""
    rise = np.array([0.0, 0.3, 0.6, 1.0, 1.0, 1.0]) * done + DRAWS.normal(0, 0.02, FRAMES)
    columns = {"semantic": tuple(0.2 + scale * rise), "contrast": tuple(contrast * rise)}
    return Known(Scores(columns, {"semantic": 0.2}, presence=1.0), truth)


def gate_of(clips: list[Known]) -> Calibration:
    found = fitted(clips)
    return Calibration(**vars(found), worlds="", clips=0, date="", none_if_due=None, false_none=None)


def shown(one: Known, own: Calibration) -> NDArray[np.bool_]:
    scores = replace(one.scores, threshold=own.threshold, calibration=own)
    return np.asarray(Gate().shows(scores))


def test_complete_clips_are_told_from_half_done_ones_on_whatever_scale_the_similarity_is() -> None:
    for scale in (0.02, 1.0):
        clips = [clip(done, truth, scale=scale) for done, truth in [(1.0, 3), (0.5, None)] * 60]
        own = gate_of(clips)
        assert all(shown(one, own)[3] for one in clips if one.truth is not None)
        assert not any(shown(one, own).any() for one in clips if one.truth is None)


def test_the_contrast_counts_where_the_similarity_tells_nothing() -> None:
    clips = [clip(0.0, truth, scale=0.01) for truth in (3, None) * 60]
    for place, one in enumerate(clips):
        high = (0.0, 0.0, 0.0, 2.0, 2.0, 2.0) if one.truth else (0.0,) * FRAMES
        columns = {**one.scores.columns, "contrast": high}
        clips[place] = Known(Scores(columns, one.scores.source), one.truth)
    own = gate_of(clips)
    assert own.weight > 0
    assert all(shown(one, own).any() == (one.truth is not None) for one in clips)


def test_clips_whose_wish_is_measured_change_nothing() -> None:
    clips = [clip(done, truth) for done, truth in [(1.0, 3), (0.5, None)] * 30]
    plain = [clip(-4.0, 3) for _ in range(30)]
    assert fitted([*clips, *plain]) != fitted(clips)
    columns = [{**one.scores.columns, "degree": (20.0,) * FRAMES} for one in plain]
    measured = [
        replace(one, scores=replace(one.scores, columns=own)) for one, own in zip(plain, columns, strict=True)
    ]
    assert fitted([*clips, *measured]) == fitted(clips)


def test_an_encoder_that_tells_nothing_refuses_hardly_any_complete_clip() -> None:
    clips = [clip(0.0, truth) for truth in (3, None, None, None) * 60]
    own = gate_of(clips)
    complete = [one for one in clips if one.truth is not None]
    assert sum(not shown(one, own).any() for one in complete) <= 0.02 * len(complete)


def test_the_same_clips_give_the_same_numbers() -> None:
    clips = [clip(done, truth) for done, truth in [(1.0, 3), (0.5, None)] * 20]
    assert fitted(clips) == fitted(list(clips))
