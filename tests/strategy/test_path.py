"""The iterative mode, most of it on a tiny random model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from frame2frame import plan
from frame2frame.errors import InputError
from frame2frame.plugins.stages import Stages
from frame2frame.request import Request
from frame2frame.select.gate import Gate
from frame2frame.strategy.drafts import sampling_of
from frame2frame.strategy.executor import singly
from frame2frame.strategy.path import Path
from frame2frame.strategy.walk import Walk
from frame2frame.values import Caption, Cause, Note, Sampling, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..unreached import never_arrives

SEEDS = (2, 3, 4, 5, 6, 7)


@pytest.fixture(scope="module")
def request_() -> Request:
    return Request.of(EXAMPLE.picture, EXAMPLE.instruction, frames=9, steps=2, seed=2, device="cpu")


@pytest.fixture(scope="module")
def stages(request_: Request, small: Callable[[Request], Stages]) -> Stages:
    return small(request_)


@pytest.fixture(scope="module")
def sampling(request_: Request, stages: Stages) -> Sampling:
    return stages.generator.sampling(request_.source.picture, 9, 2, 1.0)


def walked(
    path: Path, request: Request, sampling: Sampling, stages: Stages, finished: Sequence[Step] = ()
) -> list[Any]:
    run = path.run(request.source.picture, request.instruction, sampling, SEEDS, stages, finished)
    return list(singly(run, stages))


def steps_of(events: list[Any]) -> list[Step]:
    return [event for event in events if isinstance(event, Step)]


def test_each_round_takes_its_own_seeds(request_: Request, sampling: Sampling, stages: Stages) -> None:
    steps = steps_of(walked(Path(rounds=2, candidates=2), request_, sampling, never_arrives(stages)))
    drawn = [{step.clip.seed, *(take.clip.seed for take in step.others)} for step in steps]
    assert drawn == [{2, 3}, {4, 5}]
    assert [bool(step.ended) for step in steps] == [False, True]


def test_the_next_state_is_the_frame_of_least_energy_of_all_candidates(request_: Request) -> None:
    stages = never_arrives(plan.of(request_).stages)  # at the model's own size, where only the words cost
    sampling = stages.generator.sampling(request_.source.picture, 9, 2, 1.0)
    (step,) = steps_of(walked(Path(rounds=1, candidates=2), request_, sampling, stages))
    others = max(take.scores["energy"].max() for take in step.others)
    energies = step.scores["energy"]
    assert step.choice.index == energies.argmax() and energies.max() >= others


def test_a_round_that_lowers_nothing_is_rolled_back(
    request_: Request, sampling: Sampling, stages: Stages
) -> None:
    stay = Path(rounds=1, candidates=1, w_sem=0.0, w_step=1.0)
    (step,) = steps_of(walked(stay, request_, sampling, never_arrives(stages)))
    assert step.choice.index is None and step.passed == ()
    assert "frames is better than staying; frame" in step.choice.reason
    assert step.ended == "The path ended with round 1 of 1, the last."


def test_an_interrupted_path_goes_on_to_the_same_result(
    request_: Request, sampling: Sampling, stages: Stages
) -> None:
    path, parts = Path(rounds=2, candidates=1), never_arrives(stages)
    whole = steps_of(walked(path, request_, sampling, parts))
    rest = steps_of(walked(path, request_, sampling, parts, whole[:1]))
    for one, other in zip(whole[1:], rest, strict=True):
        assert np.array_equal(one.clip.frames, other.clip.frames) and one.choice == other.choice
    assert len(rest) == 1


def test_the_path_stops_when_the_gate_holds(request_: Request, sampling: Sampling, stages: Stages) -> None:
    class Easy:
        threshold = -1.0
        images = staticmethod(stages.encoder.images)
        texts = staticmethod(stages.encoder.texts)

    steps = steps_of(
        walked(
            Path(rounds=3, candidates=1, w_step=0.0, w_id=0.0),
            request_,
            sampling,
            replace(stages, encoder=Easy()),
        )
    )
    arrived = [bool(step.passed) and Gate().shows(step.scores)[step.passed[-1]] for step in steps]
    assert arrived[-1] and not any(arrived[:-1])
    assert steps[-1].ended.startswith(f"The path stopped after round {len(steps)} of 3, as its state shows")
    assert not any(step.ended for step in steps[:-1])


def test_where_nothing_is_judged_the_path_stops_after_a_round_and_says_so(
    request_: Request, sampling: Sampling, stages: Stages
) -> None:
    unable = Path(rounds=3, candidates=1, gate=Gate(calibrated=False, ability=100.0))
    (step,) = steps_of(walked(unable, request_, sampling, replace(stages, unknown=True)))
    assert step.passed and step.choice.cause == Cause.NOT_JUDGED and "not judged" in step.choice.notes[0]
    assert step.ended == "The path stopped after round 1 of 3, as no further one could be told to be better."
    every = steps_of(walked(replace(unable, stop=False), request_, sampling, replace(stages, unknown=True)))
    assert len(every) == 3


def test_a_path_that_does_not_arrive_says_so(request_: Request, sampling: Sampling, stages: Stages) -> None:
    stay = Path(rounds=1, candidates=1, w_sem=0.0, w_step=1.0)
    events = walked(stay, request_, sampling, never_arrives(stages))
    notes = [event.text for event in events if isinstance(event, Note)]
    assert any("more rounds" in note for note in notes)


def test_a_low_strength_stays_near_the_still_clip(
    request_: Request, sampling: Sampling, stages: Stages
) -> None:
    def moved(strength: float) -> float:
        anything = Gate(presence=-100.0)  # whatever the encoder says of so small a picture
        path = Path(rounds=1, candidates=1, strength=strength, gate=anything)
        (step,) = steps_of(walked(path, request_, sampling, stages))
        frames = step.clip.frames.astype(float)
        return float(np.abs(frames - frames[0]).mean())

    assert moved(0.5) < moved(1.0)


def test_a_corrected_round_never_costs_more(request_: Request) -> None:
    stages = never_arrives(plan.of(request_).stages)  # at the model's own size, so that a frame beats staying
    sampling = stages.generator.sampling(request_.source.picture, 9, 2, 1.0)

    def least(correct: int) -> float:
        path = Path(rounds=1, candidates=1, correct=correct, w_step=0.0, w_id=0.0)
        (step,) = steps_of(walked(path, request_, sampling, stages))
        assert step.choice.index is not None and len(step.others) == correct
        return float(-step.scores["energy"][step.choice.index])

    assert least(2) <= least(0)


def test_a_correction_costs_the_steps_that_its_noise_leaves(sampling: Sampling) -> None:
    ten = replace(sampling, steps=10, guidance=(1.0,) * 5 + (2.0,) * 5)
    assert Path(candidates=2).evaluations(3, ten) == 3 * 2 * 15
    assert Path(candidates=2, correct=2).evaluations(1, ten) == 2 * 15 + 10 + 4


def test_rounds_go_from_coarse_to_fine(request_: Request) -> None:
    picture, embedded = request_.source.picture, plan.of(request_).stages.generator
    sampling = replace(embedded.sampling(picture, 17, 10, 1.0), height=64, width=64)
    path = Path(rounds=3, first_size=0.5, first_steps=0.4)
    walk = Walk.begin(picture, sampling, Caption("", "", "test"), Gate())
    draws = [path.draw(number, walk, SEEDS, sampling, picture) for number in range(3)]
    rounds = [sampling_of(draw, embedded) for draw in draws]
    assert [(one.height, one.steps, len(one.guidance)) for one in rounds] == [
        (32, 4, 4),
        (48, 7, 7),
        (64, 10, 10),
    ]


@pytest.mark.parametrize(
    "options", [{"rounds": 0}, {"candidates": 0}, {"strength": 0.0}, {"last_strength": 1.5}, {"w_id": -1.0}]
)
def test_values_that_cannot_be_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(options)).replace("_", ".")):
        Path(**options)
