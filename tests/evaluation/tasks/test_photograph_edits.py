"""Part edits on photographs: the split, the controls, and intervals by photograph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.ImageFilter import GaussianBlur
from tests.finished import a_step

from frame2frame.errors import InputError
from frame2frame.evaluation.measures import perceptual
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.results.columns import Results
from frame2frame.evaluation.results.statistics import Clustered
from frame2frame.evaluation.runner import measure
from frame2frame.evaluation.tasks.photographs import AS_ANSWERED, MAP, SECTIONS, as_answered
from frame2frame.values import Choice
from frame2frame.worlds.photoworld import GROUPS, KINDS, Photographs, episode, filters
from frame2frame.worlds.photoworld.episodes import known

from ...landscape import folder_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def found(plan: Plan, folder: Path) -> Results:
    """One edit of each kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perceptual, "network", lambda: None)
        patch.setattr(filters, "EPISODES", 2)
        own = replace(plan, part="edits", world="photographs", photos=str(folder), fit_photos=str(folder))
        return measure(replace(own, count=len(KINDS), frames=9))


def test_edits_of_photographs_are_told_by_group_and_kind(found: Results, folder: Path) -> None:
    assert [row["kind"] for row in found.rows] == [*KINDS]
    assert {row["photograph"] for row in found.rows} <= {file.name for file in folder.iterdir()}
    assert [*found.figures["groups"]] == ["all", *GROUPS, *KINDS]
    assert found.about["plan"]["fit_photos"] == found.about["plan"]["photos"] == folder.name
    assert found.about["plan"]["fit_photographs"] == Photographs.of(folder).sha256


def test_each_section_has_the_controls_that_fit_it(found: Results) -> None:
    for section in SECTIONS:
        names = found.figures[section].keys()
        assert {"copy of the source", "last frame", "drawn target, redrawn", MAP} <= names
        assert ("edges mirrored" in names) == ("edges stretched" in names) == (section == "camera")
        assert any(name.startswith("best constant") for name in names)
        assert found.figures[section]["drawn target"]["success"]["mean"] == 100.0
        assert found.figures[section]["copy of the source"]["success"]["mean"] == 0.0


def test_no_colour_map_moves_the_camera_and_a_filled_view_does(found: Results) -> None:
    camera = found.figures["camera"]
    assert camera[MAP]["success"]["mean"] == 0.0
    for fill in ("edges stretched", "edges mirrored"):
        assert camera[fill]["success"]["mean"] == 100.0, "what the source shows is where it belongs"
    assert found.figures["uncovered"]["edges mirrored"]["perceptual"] is None, "no network looked"


def test_what_the_camera_uncovers_is_judged_in_the_frame_and_as_it_is_answered(found: Results) -> None:
    names = [*found.figures["uncovered"]]
    assert names[:2] == ["earliest", AS_ANSWERED]


def test_each_section_says_what_comes_of_the_frame_as_it_is_answered(found: Results) -> None:
    for section in SECTIONS:
        assert [*found.figures[section]][:2] == ["earliest", AS_ANSWERED]
    assert all({"answered_success", "answered_edit_error"} <= row.keys() for row in found.rows)


def test_as_answered_a_view_to_the_side_has_the_pictures_own_pixels(folder: Path) -> None:
    one = episode(5, Photographs.of(folder), "pan-right", frames=9)
    soft = np.stack([np.asarray(Image.fromarray(frame).filter(GaussianBlur(1))) for frame in one.frames])
    step = replace(a_step(Choice(8, "it is there"), soft), passed=(8,))
    step = replace(step, caption=replace(step.caption, target=one.target_caption))
    answered = as_answered(one, step, soft[0])
    inner = known(one.kind).copy()
    inner[:, 80:] = False  # where it passes into what is uncovered
    made, drawn = (np.abs(p[inner].astype(float) - one.target[inner]).mean() for p in (answered, soft[8]))
    assert made < 0.5 * drawn
    unasked = replace(step, passed=())
    assert np.array_equal(as_answered(one, unasked, soft[0]), one.source)


def test_a_map_is_fitted_in_part_edits_on_photographs_only(plan: Plan) -> None:
    with pytest.raises(InputError, match="a colour map is fitted in part edits on photographs only"):
        replace(plan, part="edits", fit_photos="folder")
    with pytest.raises(InputError, match="a colour map is fitted in part edits on photographs only"):
        replace(plan, part="selection", world="photographs", photos="folder", fit_photos="folder")


def test_an_interval_by_groups_is_wider_where_the_cases_of_one_are_alike() -> None:
    hits = [1.0] * 20 + [0.0] * 20
    alone = Clustered.of(hits, [str(i) for i in range(40)])
    together = Clustered.of(hits, [str(i // 10) for i in range(40)])
    assert alone.value == together.value == 50.0
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
    assert "[" not in str(Clustered.of(hits, ["one"] * 40)), "one photograph says nothing of others"


def test_a_difference_of_what_is_equal_is_none() -> None:
    found = Clustered.of([0.0] * 4, ["a", "a", "b", "b"], form="+.1%")
    assert str(found) == "+0.0 [+0.0, +0.0]" and np.isclose(found.high, 0.0)
