"""The one-shot strategy, on a tiny random model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from frame2frame.engine.device.multi_device import Spread
from frame2frame.errors import InputError
from frame2frame.plugins.capabilities import SelectorCapabilities
from frame2frame.plugins.stages import Stages
from frame2frame.request import Request
from frame2frame.strategy import one_shot
from frame2frame.strategy.executor import singly
from frame2frame.strategy.one_shot import OneShot, best_choice, best_of
from frame2frame.values import Caption, Choice, Clip, Progress, Scores, Step, Take
from frame2frame.worlds.tabletop.example import EXAMPLE

CAPTION = Caption("The ball turns blue.", "a blue ball", "test")


@dataclass(frozen=True)
class AfterNine:
    """A selector that has seen enough after nine frames."""

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        return Choice(len(clip) - 1, "the last")

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return len(clip) >= 9


@pytest.fixture
def request_() -> Request:
    return Request.of(EXAMPLE.picture, EXAMPLE.instruction, frames=17, steps=1, seed=2, device="cpu")


@pytest.fixture
def stages(request_: Request, small: Callable[[Request], Stages]) -> Stages:
    return small(request_)


def step_of(strategy: OneShot, request: Request, stages: Stages) -> Step:
    sampling = stages.generator.sampling(request.source.picture, 17, 1, 1.0)
    run = strategy.run(request.source.picture, request.instruction, sampling, (2,), stages)
    events = singly(run, stages)
    return [event for event in events if isinstance(event, Step)][-1]


def test_a_step_has_the_whole_clip_its_scores_and_its_seconds(request_: Request, stages: Stages) -> None:
    step = step_of(OneShot(), request_, stages)
    assert step.clip.frame_times == tuple(range(17)) and len(step.scores["semantic"]) == 17
    assert set(step.seconds) == {"encode", "denoise", "decode", "score"}
    assert step.caption.author == "temporal"


def test_decoding_stops_when_the_selector_has_seen_enough(request_: Request, stages: Stages) -> None:
    stages = replace(stages, selector=AfterNine())
    whole, early = (step_of(OneShot(stop_early=early), request_, stages) for early in (False, True))
    assert (len(whole.clip), len(early.clip)) == (17, 9)
    assert np.array_equal(whole.clip.frames[:9], early.clip.frames)


@dataclass(frozen=True)
class Ahead(AfterNine):
    """A selector that stops where a preview stands for the last decoded frame, and never without one."""

    capabilities: ClassVar = SelectorCapabilities(looks_ahead=True)

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False

    def enough_ahead(self, clip: Clip, scores: Scores, ahead: Clip) -> bool:
        return len(clip) - 1 in ahead.frame_times and ahead.frames.shape == (5, *clip.frames.shape[1:])


def test_a_selector_that_looks_ahead_is_shown_the_whole_clip_as_previews(
    request_: Request, stages: Stages
) -> None:
    stages = replace(stages, selector=Ahead())
    whole, early = (step_of(OneShot(stop_early=early), request_, stages) for early in (False, True))
    assert (len(whole.clip), len(early.clip)) == (17, 9)
    assert np.array_equal(whole.clip.frames[:9], early.clip.frames)
    assert "preview" in early.seconds and "preview" not in whole.seconds


def test_progress_counts_every_denoising_step(request_: Request, stages: Stages) -> None:
    sampling = stages.generator.sampling(request_.source.picture, 9, 3, 1.0)
    run = OneShot().run(request_.source.picture, request_.instruction, sampling, (2,), stages)
    events = singly(run, stages)
    done = [event.done for event in events if isinstance(event, Progress) and event.stage == "denoise"]
    assert done == [0, 1, 2, 3]


def test_of_several_candidates_the_best_that_shows_the_edit_is_taken(
    request_: Request, stages: Stages
) -> None:
    sampling = stages.generator.sampling(request_.source.picture, 9, 1, 1.0)
    run = OneShot(candidates=2).run(request_.source.picture, request_.instruction, sampling, (2, 3), stages)
    events = singly(run, stages)
    (step,) = [event for event in events if isinstance(event, Step)]
    assert {step.clip.seed, *(take.clip.seed for take in step.others)} == {2, 3}


def take(seed: int, *semantic: float) -> Take:
    frames = np.zeros((len(semantic), 2, 2, 3), np.uint8)
    return Take(Clip(frames, tuple(range(len(semantic))), seed), Scores({"semantic": semantic}))


def test_a_clip_that_shows_the_edit_beats_one_that_is_only_similar() -> None:
    takes = [take(1, 0.1, 0.9), take(2, 0.3, 0.2)]
    assert best_of(takes, [Choice(None, "none"), Choice(0, "shown")]) == 1


def test_of_clips_that_show_the_edit_the_chosen_frames_similarity_decides() -> None:
    takes = [take(1, 0.9, 0.4), take(2, 0.3, 0.5)]
    assert best_of(takes, [Choice(1, "shown"), Choice(1, "shown")]) == 1


def test_the_path_of_a_clip_leads_over_all_frames_up_to_the_chosen_one() -> None:
    step = one_shot.step_of(CAPTION, [take(1, 0.1, 0.2, 0.3, 0.1)], 0, Choice(2, "shown"), {})
    assert step.passed == (1, 2)


def test_no_candidates_are_refused() -> None:
    with pytest.raises(InputError, match="candidates is at least 1"):
        OneShot(candidates=0)


def test_the_best_clip_is_found_without_looking_into_those_that_cannot_win() -> None:
    draws = np.random.default_rng(3)
    for _ in range(50):
        takes = [take(seed, *draws.integers(0, 6, 4) / 10) for seed in range(5)]
        indices = [None if draws.random() < 0.4 else int(draws.integers(4)) for _ in takes]
        choices = [Choice(index, "") for index in indices]
        best, choice = best_choice(takes, lambda one, found=choices: found[one.clip.seed])  # type: ignore[misc]
        assert best == best_of(takes, choices) and choice == choices[best]


def test_a_clip_that_cannot_win_is_not_looked_into() -> None:
    takes, seen = [take(1, 0.1, 0.2), take(2, 0.3, 0.9)], list[int | None]()

    def choose(one: Take) -> Choice:
        seen.append(one.clip.seed)
        return Choice(0, "shown")

    assert best_choice(takes, choose)[0] == 1 and seen == [2]


def test_several_devices_stop_each_clip_where_one_device_does(request_: Request, stages: Stages) -> None:
    alone: Any = stages.generator
    names = ("cpu:0", "cpu:1")
    shared = Spread(names, tuple(replace(alone, device=name) for name in names))
    sampling = alone.sampling(request_.source.picture, 17, 1, 1.0)
    found = []
    for generator in (alone, shared):
        parts = replace(stages, selector=AfterNine(), generator=generator)
        run = OneShot(candidates=3, stop_early=True).run(
            request_.source.picture, request_.instruction, sampling, (2, 3, 4), parts
        )
        events = singly(run, parts)
        (step,) = [event for event in events if isinstance(event, Step)]
        found.append({one.clip.seed: one.clip for one in (Take(step.clip, step.scores), *step.others)})
    for seed, clip in found[0].items():
        assert len(clip) == len(found[1][seed]) == 9
        assert np.abs(clip.frames.astype(int) - found[1][seed].frames).max() <= 1
