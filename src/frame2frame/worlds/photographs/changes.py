"""What can change in a photograph: how it is seen, what each wish asks for, and its words."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...values import Frames, Picture
from ..tabletop.draws import Draws

SIDE = 128
"""Pixels a side of a frame."""

SHARE = 0.56
"""Of a photograph's shorter side that the source shows, so that there is more to see from farther away."""


@dataclass(frozen=True)
class View:
    """How a photograph is seen; the defaults are the source. Between two views all numbers go evenly."""

    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0
    """Stops of light: each doubles the levels."""
    colour: float = 1.0
    """Of which 0 is black and white."""
    zoom: float = 0.0
    """Each doubles the size of things."""
    shift: float = 0.0
    """To the right, as a share of the frame."""

    def pack(self) -> NDArray[np.float64]:
        return np.array(astuple(self))

    @classmethod
    def unpack(cls, numbers: NDArray[np.float64]) -> Self:
        return cls(**{one.name: float(number) for one, number in zip(fields(cls), numbers, strict=True)})


@dataclass(frozen=True)
class Change:
    """One kind of wish."""

    goal: View
    instructions: tuple[str, ...]
    clip: str
    """What happens, as a sentence."""
    target: str


CHANGES = {
    "darker": Change(
        View(red=-1.6, green=-1.6, blue=-1.6),
        ("make the picture darker", "make it darker", "darken the picture"),
        "The picture slowly becomes darker until it is dark.",
        "the picture is dark",
    ),
    "brighter": Change(
        View(red=1.0, green=1.0, blue=1.0),
        ("make the picture brighter", "make it brighter", "brighten the picture"),
        "The picture slowly becomes brighter until it is very bright.",
        "the picture is very bright",
    ),
    "warmer": Change(
        View(red=0.35, green=-0.15, blue=-1.2),
        ("make the colours warmer", "give the picture a warm orange light", "make the light orange"),
        "The light slowly becomes warm and orange.",
        "the picture has a warm orange light",
    ),
    "colder": Change(
        View(red=-1.2, green=-0.3, blue=0.35),
        ("make the colours colder", "give the picture a cold blue light", "make the light blue"),
        "The light slowly becomes cold and blue.",
        "the picture has a cold blue light",
    ),
    "grey": Change(
        View(colour=0.0),
        ("make the picture black and white", "make it black and white", "turn the photo black and white"),
        "The colours slowly fade until the picture is black and white.",
        "the picture is black and white",
    ),
    "closer": Change(
        View(zoom=0.8),
        ("zoom in", "move the camera closer", "zoom in on the middle"),
        "The camera slowly moves closer until the scene is seen from close.",
        "the scene seen from close",
    ),
    "away": Change(
        View(zoom=-0.8),
        ("zoom out", "move the camera back", "move the camera farther away"),
        "The camera slowly moves back until the scene is seen from far.",
        "the scene seen from far",
    ),
}

KINDS = tuple(CHANGES)


def draw(photograph: Picture, states: NDArray[np.float64]) -> Frames:
    """(frames, 128, 128, 3) of (frames, numbers), each a packed view."""
    image = Image.fromarray(photograph)
    return np.stack([_seen(image, View.unpack(numbers)) for numbers in states])


def _seen(image: Image.Image, view: View) -> Picture:
    width, height = image.size
    side = min(SHARE * 2.0**-view.zoom, 1.0) * min(width, height)
    left = min(max((width - side) / 2 + view.shift * side, 0.0), width - side)
    top = (height - side) / 2
    box = (left, top, left + side, top + side)
    levels = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box), dtype=np.float64)
    grey = levels @ np.array([0.299, 0.587, 0.114])
    levels = grey[..., None] + max(view.colour, 0.0) * (levels - grey[..., None])
    levels = levels * 2.0 ** np.array([view.red, view.green, view.blue])
    return np.asarray((levels + 0.5).clip(0, 255), dtype=np.uint8)


def drifting(draws: Draws, flaw: str, goal: View) -> View:
    """Where a clip with this flaw is led, away from the goal, once its edit is complete."""
    sign = draws.one_of((-1.0, 1.0))
    if flaw == "overshoot":
        return View.unpack(draws.between(0.3, 0.6) * (goal.pack() - View().pack()))
    if flaw == "camera":
        zooms = draws.chance(0.5)
        size = sign * draws.between(0.15, 0.35)
        return View(colour=0.0, zoom=size if zooms else 0.0, shift=0.0 if zooms else 0.6 * size)
    red, green, blue = (-draws.between(0.0, 0.9) for _ in range(3))
    return View(red, green, blue, colour=0.0)
