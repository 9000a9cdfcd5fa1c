"""A run says when the model does not know such pictures, and only then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frame2frame import flow
from frame2frame.request import Request
from frame2frame.tabletop.example import EXAMPLE
from frame2frame.values import Note, Step


def warnings_before_the_first_step(image: Any, **wishes: Any) -> str:
    request = Request.of(image, EXAMPLE.instruction, device="cpu", seed=1, steps=4, frames=9, **wishes)
    notes: list[str] = []
    for event in flow.steps(request):
        if isinstance(event, Step):
            return " ".join(notes)
        if isinstance(event, Note):
            notes.append(event.text)
    raise AssertionError("the run has no step")


@pytest.fixture
def foreign() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)


def test_a_foreign_picture_is_told_from_a_known_one(foreign: np.ndarray) -> None:
    assert "does not know pictures like this one; it knows only" in warnings_before_the_first_step(foreign)
    assert warnings_before_the_first_step(EXAMPLE.picture) == ""


def test_a_coarse_round_says_nothing_of_the_picture() -> None:
    coarse: dict[str, Any] = {"rounds": 2, "candidates": 1, "first_size": 0.5}
    assert warnings_before_the_first_step(EXAMPLE.picture, strategy="path", options=coarse) == ""


def test_a_size_that_was_chosen_is_named_as_the_reason() -> None:
    told = warnings_before_the_first_step(EXAMPLE.picture, options={"generator.height": 64})
    assert "does not draw this picture well at 64 × 64" in told
