"""The edits of a bundle: pictures that come with the package, and what is to be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...engine.models.catalogue import PICTURES as DRAWN
from ...engine.models.catalogue import Model

PHOTOGRAPHS = Path(__file__).parent / "photographs"


@dataclass(frozen=True)
class Wanted:
    """One edit of a bundle."""

    name: str
    """a–z and single hyphens; the edit's folder in the archive ends in it."""
    picture: Path
    instruction: str
    sort: str
    """What is to change: a pose, an action, a state, a look or the whole picture."""


def _photograph(name: str, instruction: str, sort: str) -> Wanted:
    return Wanted(name, PHOTOGRAPHS / f"{name}.jpg", instruction, sort)


def _drawn(name: str, picture: str, instruction: str, sort: str) -> Wanted:
    return Wanted(name, DRAWN / f"{picture}.png", instruction, sort)


FOGGY = _photograph("path", "make it foggy", "whole picture")
"""Of no bundle: what the embedded model can do with a photograph, for the demo and the page."""

OF_PHOTOGRAPHS = (
    _photograph("dog", "make the dog close its mouth", "pose"),
    _photograph("guitar", "paint the guitar blue", "look"),
    _photograph("coffee", "empty the cup", "state"),
    _photograph("bulb", "light the bulb", "state"),
    _photograph("cat", "make the cat yawn", "action"),
    _photograph("rocket", "make the rocket fly into the sky", "action"),
    _photograph("path", "the wooden path in deep snow", "whole picture"),
    _photograph("beach", "make it night", "whole picture"),
)

OF_DRAWINGS = (
    _drawn("float", "cube_and_cylinder", "raise the purple cube one height above the floor", "action"),
    _drawn("remove", "cube_and_cylinder", "erase the purple cube", "action"),
    _drawn("night", "cube_and_cylinder", "switch off the light", "whole picture"),
    _drawn("recolour", "cube_and_cone", "turn the grey cone blue", "look"),
    _drawn("squash", "cube_and_cone", "crush the grey cone", "state"),
    _drawn("morph", "cube_and_cone", "change the grey cone into a cube", "state"),
    _drawn("left", "ball_and_cube", "slide the orange ball to the left side", "action"),
    _drawn("shrink", "ball_and_cube", "shrink the orange ball", "state"),
)
"""Of pictures whose scenes the embedded model was not trained on."""


def edits_for(model: Model) -> tuple[Wanted, ...]:
    """Photographs, or drawings for a model that knows no things in photographs."""
    return OF_DRAWINGS if model.knows else OF_PHOTOGRAPHS
