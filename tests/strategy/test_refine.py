"""Still-clip refinement, on the embedded model in its shortest form."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from frame2frame import plan
from frame2frame.plugins.stages import Stages
from frame2frame.request import Request
from frame2frame.strategy.executor import singly
from frame2frame.strategy.refine import Refine
from frame2frame.values import Caption, Choice, Clip, Scores, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

REQUEST = Request.of(EXAMPLE.picture, "wait", steps=4, seed=2, device="cpu")


def refined_from(blur: float, stages: Stages, rules: Refine | None = None) -> Step:
    """The refinement of a still picture that is blurred by so many pixels."""
    picture = REQUEST.source.picture
    soft = np.array(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(blur)))
    chosen = Step(
        Caption("Wait.", "a scene", "test"),
        Clip(soft[None], (0,), 7),
        Scores({"semantic": (-1.0,)}, {"semantic": -1.0}),
        Choice(0, "the only one"),
        passed=(0,),
    )
    sampling = replace(stages.generator.sampling(picture, 17, 4, 1.0))
    rounds = singly((rules or Refine()).again(picture, chosen, sampling), stages)
    while True:
        try:
            next(rounds)
        except StopIteration as end:
            step: Step = end.value
            return step


@pytest.fixture(scope="module")
def sharper() -> Step:
    return refined_from(4.0, plan.of(REQUEST).stages)


def test_the_still_clip_is_the_shortest_and_has_the_chosen_candidates_seed(sharper: Step) -> None:
    assert len(sharper.clip) == 9 and sharper.clip.seed == 7
    assert sharper.caption.author == "still" and sharper.caption.target == "a scene"


def test_a_blurred_frame_gains_and_the_path_goes_on_to_the_sharper_one(sharper: Step) -> None:
    assert sharper.choice.index is not None and sharper.passed == (sharper.choice.index,)


def test_where_no_frame_is_sharper_the_round_is_rolled_back(small: Callable[[Request], Stages]) -> None:
    step = refined_from(0.0, small(REQUEST), Refine(least_gain=1_000.0))  # a bar that no frame passes
    assert step.choice.index is None and step.passed == () and "stays" in step.choice.reason
