"""Wishes for more or less of what can be measured, and how much of it frames show."""

from typing import Any

import numpy as np
import pytest

from frame2frame.caption.temporal import temporal_caption
from frame2frame.score.degree import COLUMN, Asked
from frame2frame.values import Caption, Frames, Scores

SOURCE = np.full((8, 8, 3), (100, 90, 80), np.uint8)


def asked(instruction: str) -> str | None:
    found = Asked.of(SOURCE, temporal_caption(instruction))
    return None if found is None else found.degree.name


@pytest.mark.parametrize(
    ("instruction", "name"),
    [
        ("make this brighter", "Brightness"),
        ("please raise the shadows", "Brightness"),
        ("it's too dark", "Brightness"),
        ("make it a bit darker", "Darkness"),
        ("dim the light", "Darkness"),
        ("warmer colours", "Warmth"),
        ("make the picture warmer", "Warmth"),
        ("make the colors cooler", "Coldness"),
        ("more saturation", "Colourfulness"),
        ("make the colours pop", "Colourfulness"),
        ("less saturation", "Dullness"),
    ],
)
def test_a_wish_for_more_or_less_of_the_whole_picture_names_a_degree(instruction: str, name: str) -> None:
    assert asked(instruction) == name


@pytest.mark.parametrize(
    "instruction",
    [
        "make the car brighter",
        "turn on the lamp",
        "make it night",
        "make the sky darker",
        "make it snow",
        "zoom in",
        "make it black and white",
        "increase the contrast",
        "make this brighter and add a dog",
    ],
)
def test_other_wishes_name_none(instruction: str) -> None:
    assert asked(instruction) is None


def changed(**channels: int) -> Frames:
    """The source, then a frame in which channels have changed."""
    frame = SOURCE.astype(int) + [channels.get(name, 0) for name in ("red", "green", "blue")]
    return np.stack([SOURCE, frame.astype(np.uint8)])


@pytest.mark.parametrize(
    ("target", "frames", "levels"),
    [
        ("the scene is brighter", changed(red=20, green=20, blue=20), 20.0),
        ("the scene is darker", changed(red=20, green=20, blue=20), -20.0),
        ("the colours are warmer", changed(red=10, blue=-5), 15.0),
        ("the colours are colder", changed(red=10, blue=-5), -15.0),
        ("the colours are more vivid", changed(red=30, blue=-10), 40.0),
        ("a photo with cool colours", changed(red=-10, blue=5), 15.0),
        ("a less colourful picture", changed(red=-10, blue=10), 20.0),
    ],
)
def test_how_far_a_frame_has_gone_is_counted_in_levels(target: str, frames: Frames, levels: float) -> None:
    found = Asked.of(SOURCE, Caption("", target, "test"))
    assert found is not None
    scores = found.added(Scores({"semantic": (0.0, 0.0)}), frames)
    gone: Any = scores[COLUMN] - scores.source[COLUMN]
    assert gone == pytest.approx([0.0, levels], abs=0.01)
