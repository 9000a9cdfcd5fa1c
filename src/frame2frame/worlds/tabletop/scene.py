"""A tabletop scene: one to three solids on a chequered floor, a light and a camera.

Lengths are in floor units (a floor square is one unit wide); x points right, y up, z away from the camera.
Angles are kept as tangents of half the angle, so that no trigonometric function, whose last bit
differs between platforms, is ever called.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .draws import Draws

PICTURE_SIZE = 128
"""Pictures are 128 × 128 pixels."""

MOST_THINGS = 3
NUMBERS_A_THING = 17

SHAPES = ("ball", "cube", "cylinder", "cone")

COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.86, 0.13, 0.12),
    "orange": (0.96, 0.52, 0.08),
    "yellow": (0.96, 0.85, 0.12),
    "green": (0.14, 0.66, 0.22),
    "cyan": (0.15, 0.78, 0.82),
    "blue": (0.15, 0.28, 0.88),
    "purple": (0.55, 0.18, 0.74),
    "pink": (0.96, 0.50, 0.70),
    "white": (0.95, 0.95, 0.95),
    "grey": (0.36, 0.37, 0.39),
}

SMALL, LARGE = 0.52, 1.6
"""The two fixed heights that the words "small" and "large" name."""

FLOORS = (
    ((0.80, 0.78, 0.74), (0.68, 0.66, 0.63)),
    ((0.56, 0.70, 0.50), (0.46, 0.60, 0.41)),
    ((0.84, 0.74, 0.70), (0.74, 0.62, 0.59)),
    ((0.72, 0.71, 0.80), (0.62, 0.60, 0.71)),
    ((0.72, 0.76, 0.78), (0.61, 0.66, 0.69)),
)
SKIES = ((0.78, 0.86, 0.96), (0.95, 0.88, 0.78), (0.86, 0.80, 0.92), (0.80, 0.86, 0.84), (0.90, 0.90, 0.92))

DAY, NIGHT, SUNSET = (1.0, 1.0, 1.0), (0.27, 0.30, 0.50), (1.0, 0.62, 0.40)

FAR, CLOSE, DISTANT = 4.6, 3.1, 6.4
"""Distances of the camera from the middle of the table: as drawn, "from close", and a rival's."""

SIDE = 0.2679
"""Tangent of half of thirty degrees: "seen from the left" turns the camera by this much."""

HALF_VIEW = 0.42
"""Half the picture's width at a depth of one."""

PITCH = 0.158
"""Tangent of half the camera's downward angle of about eighteen degrees."""

MIDDLE = (0.0, 0.56, 0.5)
"""The point that the camera looks at."""


@dataclass(frozen=True)
class Thing:
    """One solid. `size` is its height; `flat` scales its height; `lift` is the air under it."""

    shape: str
    colour: str
    x: float
    z: float
    size: float
    turn: float = 0.0
    flat: float = 1.0
    lift: float = 0.0
    sunk: float = 0.0
    """1 puts it wholly below the floor."""
    stripes: float = 0.0
    upright_stripes: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.colour} {self.shape}"

    def pack(self) -> list[float]:
        weights = [float(self.shape == shape) for shape in SHAPES]
        cosine, sine = half_tangent(self.turn)
        place = [self.x, self.z, self.size, self.flat, self.lift, self.sunk]
        return place + weights + [*COLOURS[self.colour], self.stripes, self.upright_stripes, cosine, sine]


@dataclass(frozen=True)
class Scene:
    """Everything that determines a picture."""

    things: tuple[Thing, ...]
    floor: int
    sky: int
    light: tuple[float, float, float] = DAY
    distance: float = FAR
    side: float = 0.0
    """Tangent of half the camera's turn around the table; negative is from the left."""

    def with_thing(self, index: int, thing: Thing) -> Scene:
        """The scene with one thing replaced."""
        return replace(self, things=(*self.things[:index], thing, *self.things[index + 1 :]))

    def pack(self) -> NDArray[np.float64]:
        """The numbers that the drawing code reads; a mixture of two packs is the state between two scenes."""
        world = [self.distance, self.side, *self.light]
        world += [*FLOORS[self.floor][0], *FLOORS[self.floor][1], *SKIES[self.sky]]
        things = [number for thing in self.things for number in thing.pack()]
        absent = [0.0] * NUMBERS_A_THING * (MOST_THINGS - len(self.things))
        return np.array(world + things + absent, dtype=np.float64)


def half_tangent(t: float) -> tuple[float, float]:
    """Cosine and sine of an angle from the tangent of its half."""
    return (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)


def depth(thing: Thing) -> float:
    """How far the thing's middle lies before the camera of an unedited scene, along its view."""
    cosine, sine = half_tangent(PITCH)
    height = thing.lift + thing.size * thing.flat / 2
    return FAR + (thing.z - MIDDLE[2]) * cosine - (height - MIDDLE[1]) * sine


def half_width(thing: Thing) -> float:
    """Half of the picture's width, in units, where the thing stands."""
    return HALF_VIEW * depth(thing)


def radius(thing: Thing) -> float:
    """The thing's reach to the side."""
    return 0.52 * thing.size


def draw_scene(draws: Draws, *, alike: bool = False) -> Scene:
    """One to three things, none of which hides or touches another; no two share a colour or a shape.

    If they are `alike`, there are at least two, of which two have the same shape or the same colour.
    """
    count = draws.one_of((2, 2, 3) if alike else (1, 2, 2, 2, 3, 3))
    colours, shapes = draws.some_of(list(COLOURS), count), draws.some_of(SHAPES, count)
    if alike:
        shared = shapes if draws.chance(0.7) else colours
        shared[1] = shared[0]
    floor, sky = draws.below(len(FLOORS)), draws.below(len(SKIES))
    while True:
        things = tuple(_draw_thing(draws, *kind) for kind in zip(shapes, colours, strict=True))
        if in_view(things) and apart(things):
            return Scene(things, floor, sky)


def _draw_thing(draws: Draws, shape: str, colour: str) -> Thing:
    x, z, size = draws.between(-1.6, 1.6), draws.between(-0.1, 1.1), draws.between(0.86, 1.10)
    # Only a cube shows its turn; another solid's would come to light when it turns into a cube.
    return Thing(shape, colour, x, z, size, turn=draws.between(-0.35, 0.35) if shape == "cube" else 0.0)


def in_view(things: tuple[Thing, ...]) -> bool:
    return all(abs(thing.x) + radius(thing) < 0.97 * half_width(thing) for thing in things)


def apart(things: tuple[Thing, ...]) -> bool:
    """Whether the things stand beside each other as the camera sees them."""
    return all(
        abs(a.x / depth(a) - b.x / depth(b)) > 0.8 * (radius(a) / depth(a) + radius(b) / depth(b))
        for i, a in enumerate(things)
        for b in things[:i]
    )
