"""The figures of part "keep", on clips that are drawn and so without a model's faults."""

import json

import numpy as np
import pytest
from PIL import Image, ImageFilter

from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.results.columns import Results
from frame2frame.evaluation.tasks.finishing import KeepTheRest, Kept, Refused
from frame2frame.evaluation.tasks.finishing import kept as measured
from frame2frame.values import Caption, Choice, Clip, Scores, Step
from frame2frame.worlds.tabletop import episode


def kept(kind: str, spoilt: bool = False, softened: bool = False) -> Kept:
    """What is measured of a drawn clip.

    `spoilt` has a bright bar where nothing was asked for; `softened` is the source on its way through the
    autoencoder, while the clip has its detail.
    """
    one = episode(DEVELOPMENT, kind)
    frames = one.frames.copy()
    if spoilt:
        frames[:, :10] = 255 - frames[:, :10]
    clip = Clip(frames, tuple(range(len(frames))), 1)
    step = Step(Caption("", "", ""), clip, Scores({}), Choice(16, "the last"))
    soft = np.asarray(Image.fromarray(one.source).filter(ImageFilter.GaussianBlur(2)))
    found = measured(one, (step, soft if softened else one.source))
    assert isinstance(found, Kept)
    return found


def results(*answers: Kept | Refused) -> Results:
    return KeepTheRest(Plan()).results(answers)


def test_a_drawn_edit_is_found_and_stays_a_success() -> None:
    found = kept("recolour")
    assert found.recall > 0.99 and found.precision > 0.9 and found.soft_precision <= found.precision
    assert found.plain.success and found.kept.success and found.identical and not found.whole
    assert found.kept.edit_error == pytest.approx(found.plain.edit_error, abs=0.01)


def test_a_change_that_was_not_asked_for_lowers_the_precision() -> None:
    assert kept("recolour", spoilt=True).precision < kept("recolour").precision - 0.2


def test_detail_that_the_autoencoder_loses_and_the_clip_has_is_no_change() -> None:
    assert kept("left", softened=True).precision == kept("left").precision > 0.8


def test_an_edit_of_the_whole_picture_is_counted_as_such() -> None:
    figures = results(kept("night"), kept("left")).figures["groups"]
    assert figures["whole"]["whole"]["share"] == 1 and figures["local"]["whole"]["share"] == 0
    assert figures["all"]["identical"]["hits"] == figures["all"]["identical"]["count"] == 1
    assert figures["all"]["success_difference"]["points"] == 0


def test_an_edit_without_a_frame_is_a_row_and_no_region() -> None:
    found = results(kept("left"), Refused(DEVELOPMENT, "night"))
    assert found.rows[1] == {"seed": DEVELOPMENT, "kind": "night", "index": None}
    assert found.figures["refused"]["hits"] == 1 and found.figures["groups"]["all"]["whole"]["count"] == 1


def test_outcomes_without_any_region_still_print() -> None:
    assert "identical" in results(Refused(DEVELOPMENT, "night")).text()


def test_the_tables_fit_100_columns_for_every_kind() -> None:
    kinds = ("left", "night", "recolour")
    assert max(map(len, results(*(kept(kind) for kind in kinds)).text().splitlines())) <= 100


def test_a_row_holds_plain_values() -> None:
    row = results(kept("left")).rows[0]
    assert row["plain"]["success"] is row["kept"]["success"] is True
    json.dumps(row)
