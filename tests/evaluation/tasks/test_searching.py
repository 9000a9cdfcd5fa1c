"""The parts "levers" and "search", on tiny models with random weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from frame2frame.engine.models.presets import SAVING
from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.runner import measure
from frame2frame.evaluation.tasks.task import stages_of
from frame2frame.evaluation.tasks.work import AT_ONCE, LEVERS, REFERENCE, STOPPED, WAYS, setting
from frame2frame.strategy.one_shot import OneShot
from frame2frame.worlds.tabletop import episode

from ..printed import check_tables_and_file

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """These models are so small that threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_levers_are_paired_with_the_reference_episode_by_episode(plan: Plan, tmp_path: Path) -> None:
    found = measure(replace(plan, part="levers", count=2))
    check_tables_and_file(found, "levers", tmp_path)
    names = {REFERENCE.name, *(one.name for one in LEVERS), *(f"preset {name}" for name in SAVING)}
    assert found.figures["settings"].keys() == names
    for name in names:
        seeds = [row["seed"] for row in found.rows if row["setting"] == name]
        assert seeds == [DEVELOPMENT, DEVELOPMENT + 1]
    reference = found.figures["settings"]["reference"]
    assert reference["difference"]["points"] == 0.0
    assert reference["evaluations"] == 4  # two guided steps
    assert found.figures["settings"]["preset fast"]["reached"] in (True, False)


def test_presets_can_be_measured_without_the_levers_that_stand_alone(plan: Plan, tmp_path: Path) -> None:
    found = measure(replace(plan, part="presets", count=1))
    check_tables_and_file(found, "presets", tmp_path)
    assert list(found.figures["settings"]) == [REFERENCE.name, *(f"preset {name}" for name in SAVING)]


def test_what_stopping_early_saves_is_counted_in_frames(plan: Plan, tmp_path: Path) -> None:
    found = measure(replace(plan, part="early", count=1))
    check_tables_and_file(found, "early", tmp_path)
    settings = found.figures["settings"]
    assert list(settings) == ["reference", STOPPED, AT_ONCE]
    assert settings["reference"]["decoded"] == 1.0 >= settings[STOPPED]["decoded"]
    assert settings[STOPPED]["decoded"] >= settings[AT_ONCE]["decoded"] == 9 / 17


def test_a_search_is_compared_on_the_clips_that_all_ways_share(plan: Plan, tmp_path: Path) -> None:
    found = measure(replace(plan, part="search", count=2, candidates=3, steps=4))
    check_tables_and_file(found, "search", tmp_path)
    ways = found.figures["ways"]
    assert tuple(ways) == WAYS
    assert ways["one seed"]["cost"] == 1.0 and ways["all seeds"]["cost"] == 3.0
    done = ways["search"]["finished"]
    assert ways["search"]["cost"] == pytest.approx((3 * 1 + done * 3) / 4)
    assert ways["random seeds"]["finished"] == ways["random seeds"]["cost"] == done
    assert ways["search"]["to_random"]["low"] <= ways["search"]["to_random"]["points"]
    assert ways["truth's choice"]["success"]["share"] >= ways["all seeds"]["success"]["share"]
    assert "seeds on 2 episodes" in found.text()


def test_a_setting_is_a_share_of_the_reference(plan: Plan) -> None:
    stages = stages_of(plan)
    picture = episode(DEVELOPMENT, "left", frames=2).source
    reference = stages.generator.sampling(picture, None, 50, 6.0)
    fast = setting(stages.generator, SAVING["fast"], reference, 6.0)
    assert (fast.sampling.frames, fast.sampling.steps) == (9, 20)
    assert fast.evaluations(1) == 30 and fast.strategy == OneShot(stop_early=True)
    assert setting(stages.generator, REFERENCE, reference, 6.0).evaluations(1) == 100
