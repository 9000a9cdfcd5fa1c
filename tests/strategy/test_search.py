"""The search strategy, on a tiny random model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch

from frame2frame import plan
from frame2frame.engine.device.multi_device import Spread
from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.errors import InputError
from frame2frame.plugins.stages import Stages
from frame2frame.request import Request
from frame2frame.strategy.drafts import kept_units
from frame2frame.strategy.executor import singly
from frame2frame.strategy.one_shot import OneShot
from frame2frame.strategy.search import Rung, Search, evaluations, promise, ranked
from frame2frame.values import Caption, Choice, Clip, Note, Progress, Scores, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..tiny import ROTARY, pipeline


@dataclass(frozen=True)
class Always:
    """A selector that takes the last frame of any clip, or of none."""

    shows: bool = True

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        return Choice(len(clip) - 1 if self.shows else None, "a test")

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    """The embedded model's, but with a tiny random generator; in one thread, as it is so small."""
    folder = tmp_path_factory.mktemp("model")
    with quiet_loading():
        pipeline(ROTARY).save_pretrained(folder)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    usual = plan.of(Request.of(EXAMPLE.picture, EXAMPLE.instruction, device="cpu")).stages
    yield replace(usual, generator=CogVideoX(str(folder), device="cpu"))
    torch.set_num_threads(threads)


def run(
    strategy: Search | OneShot, stages: Stages, seeds: tuple[int, ...], frames: int = 9, steps: int = 3
) -> tuple[Step, str]:
    events = begun(strategy, stages, seeds, frames, steps)
    (step,) = [event for event in events if isinstance(event, Step)]
    return step, " ".join(event.text for event in events if isinstance(event, Note))


def begun(
    strategy: Search | OneShot,
    stages: Stages,
    seeds: tuple[int, ...] = (1, 2, 3, 4),
    frames: int = 9,
    steps: int = 3,
) -> list[Any]:
    request = Request.of(EXAMPLE.picture, EXAMPLE.instruction, device="cpu")
    picture = request.source.picture
    sampling = stages.generator.sampling(picture, frames, steps, 1.0)
    return list(singly(strategy.run(picture, request.instruction, sampling, seeds, stages), stages))


def finished(step: Step) -> set[int | None]:
    return {step.clip.seed, *(take.clip.seed for take in step.others)}


def test_only_the_finalists_are_finished_and_the_step_says_how(stages: Stages) -> None:
    step, told = run(Search(candidates=3, finalists=2), stages, (1, 2, 3))
    assert len(finished(step)) == 2 and finished(step) < {1, 2, 3}
    assert "3 seeds were begun, 2 of them left after 1 of 3 steps" in told
    assert set(step.seconds) == {"encode", "denoise", "preview", "decode", "score"}


def test_a_finished_clip_is_the_one_that_its_seed_makes_alone(stages: Stages) -> None:
    step, _ = run(Search(candidates=3, finalists=1), stages, (1, 2, 3))
    alone, _ = run(OneShot(), stages, (step.clip.seed or 0,))
    difference = step.clip.frames.astype(int) - alone.clip.frames.astype(int)
    assert np.abs(difference).max() <= 1


def test_it_stops_at_the_first_finalist_that_shows_the_edit(stages: Stages) -> None:
    search = Search(candidates=2, finalists=2, stop_early=True)
    found, _ = run(search, replace(stages, selector=Always(True)), (1, 2))
    none, _ = run(search, replace(stages, selector=Always(False)), (1, 2))
    assert len(finished(found)) == 1 and finished(none) == {1, 2}
    assert none.choice.index is None


def test_several_devices_finish_one_finalist_each_and_take_what_one_device_takes(stages: Stages) -> None:
    alone: Any = stages.generator
    names = ("cpu:0", "cpu:1")
    several = replace(stages, generator=Spread(names, tuple(replace(alone, device=name) for name in names)))
    for shows in (True, False):
        found, steps = [], []
        for parts in (stages, several):
            events = begun(
                Search(candidates=4, finalists=3, stop_early=True), replace(parts, selector=Always(shows))
            )
            found += [event for event in events if isinstance(event, Step)]
            steps.append(sum(isinstance(event, Progress) and event.stage == "denoise" for event in events))
        one, other = found
        assert finished(one) == finished(other) and one.choice == other.choice
        assert np.abs(one.clip.frames.astype(int) - other.clip.frames).max() <= 1
        assert shows or steps[1] < steps[0]


def test_frames_that_are_left_keep_their_times(stages: Stages) -> None:
    step, _ = run(Search(candidates=2, finalists=1, every=2), stages, (1, 2), frames=17)
    assert step.clip.frame_times == (0, 5, 6, 7, 8, 13, 14, 15, 16)
    assert len(step.clip.frames) == 9


def test_candidates_fall_by_the_same_factor_at_each_rung() -> None:
    assert Search(candidates=4, finalists=1, probe_steps=0.3).schedule(10) == (Rung(3, 1),)
    assert Search(candidates=16, finalists=1, rungs=2, probe_steps=0.4).schedule(50) == (
        Rung(10, 4),
        Rung(20, 1),
    )
    assert Search(candidates=2, finalists=4).schedule(10) == (Rung(1, 2),)


def test_no_finalists_are_all_seeds_and_no_preview_is_looked_at(stages: Stages) -> None:
    step, told = run(Search(candidates=2, finalists=0), stages, (1, 2))
    assert finished(step) == {1, 2} and "Seeds begun and finished: 1, 2." in told
    assert set(step.seconds) == {"encode", "denoise", "decode", "score"}


def test_four_seeds_and_one_finalist_cost_less_than_two_clips() -> None:
    schedule = Search(candidates=4, finalists=1, probe_steps=0.3).schedule(10)
    assert evaluations(schedule, 4, 1, (1.0,) * 10) == 19
    assert evaluations(schedule, 4, 1, (6.0,) * 5 + (1.0,) * 5) == 4 * 6 + 4 + 5


@pytest.mark.parametrize(
    ("count", "every", "odd", "kept"),
    [
        (5, 2, True, [0, 2, 4]),
        (9, 3, True, [0, 3, 6, 7, 8]),
        (9, 3, False, [0, 3, 6, 8]),
        (13, 1, True, list(range(13))),
        (2, 5, True, [0, 1]),
        (1, 3, True, [0]),
    ],
)
def test_first_and_last_unit_stay_and_their_number_is_odd_where_it_must(
    count: int, every: int, odd: bool, kept: list[int]
) -> None:
    assert kept_units(range(count), every, odd=odd) == kept


def test_a_preview_promises_what_its_later_half_gains() -> None:
    scores = Scores({"semantic": (0.9, 0.1, 0.1, 0.5, 0.3)}, {"semantic": 0.2})
    assert promise(scores) == pytest.approx(0.2)
    assert promise(Scores({"semantic": (0.5,)}, {"semantic": 0.2})) == pytest.approx(0.3)
    assert ranked([0.1, 0.3, 0.2]) == [1, 2, 0]


@pytest.mark.parametrize("option", ["candidates", "finalists", "rungs", "every", "probe_steps"])
def test_what_cannot_be_searched_is_refused(option: str) -> None:
    with pytest.raises(InputError, match=option):
        Search(**{option: -1})  # type: ignore[arg-type]
