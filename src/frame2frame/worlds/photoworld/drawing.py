"""The drawing code: frames of a photograph whose light, colours, focus or view change, by NumPy or by torch.

The two agree within one of 255 levels, but for a pixel in some thousands; `xp` is the module that draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...values import Picture
from .arrays import Array, blurred, mixed, numbers, ramp, sampling
from .kinds import BLUR
from .looks import LOOKS
from .maps import Maps, maps_of

SIDE = 128
"""Pixels a side of a frame."""

CAMERA = {"zoom-in": (0.0, 0.62), "zoom-out": (0.0, 1.42), "pan-left": (-0.32, 1.0), "pan-right": (0.32, 1.0)}
"""How far the view goes to the right, in its own sides, and by how much its side grows."""

BLURS = (0.0, 0.008, 0.02, 0.045)
"""Deviations of the bells between which a blur goes, as shares of the picture's longer side."""

MOST_BLURRED = float(len(BLURS) - 1)

Wanted = tuple[str, float]
"""A kind of edit and how much of it is done, 0 to 1; beyond 1 it is overdone."""


@dataclass(frozen=True)
class Shot:
    """What the source shows of a photograph, and how badly."""

    left: float
    top: float
    side: float
    """Of the square that is seen, in pixels of the photograph."""
    blur: float = 0.0
    """From 0 to `MOST_BLURRED`; for the wish to bring it into focus."""
    grain: float = 0.0
    """Deviation of the noise, of 1; for the wish to take it away."""
    seed: int = 0
    """Of the noise."""

    def box(self, kind: str, done: float) -> tuple[float, float, float]:
        """Left, top and side of what is seen in the course of a movement of the camera."""
        shift, growth = CAMERA.get(kind, (0.0, 1.0))
        side = self.side * growth**done
        margin = (self.side - side) / 2
        return self.left + margin + shift * done * self.side, self.top + margin, side


def draw(xp: Any, photograph: Array, shot: Shot, wanted: Sequence[Wanted], side: int = SIDE) -> Array:
    """(wanted, side, side, 3) uint8 of a photograph (height, width, 3) uint8, both of `xp`."""
    distinct = list(dict.fromkeys(wanted))
    by_kind: dict[str, list[float]] = {}
    for kind, done in distinct:
        by_kind.setdefault(kind, []).append(done)
    before = partial(_before, xp, photograph, shot, side)
    drawn, order = list[Array](), list[Wanted]()
    source: Array = None
    for kind, shares in by_kind.items():
        order += [(kind, done) for done in shares]
        if kind in CAMERA:
            drawn.append(before([shot.box(kind, done) for done in shares]))
            continue
        source = before([shot.box(kind, 0.0)]) if source is None else source
        drawn.append(_changed(xp, source, shot, kind, shares))
    index = [order.index(one) for one in wanted]
    return _levels(xp, xp.concatenate(drawn) if len(drawn) > 1 else drawn[0])[index]


def changed_throughout(picture: Picture, kind: str) -> Picture:
    """A whole photograph of any size (height, width, 3) after a change that leaves the camera where it is.

    What it shows is estimated at 128 pixels, as for a small one, so the change is the same at each size.
    """
    values = picture[None].transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255.0)
    shot = Shot(0.0, 0.0, 1.0)
    found: Picture = _levels(np, _changed(np, values, shot, kind, [1.0]))[0]
    return found


def _before(
    xp: Any, photograph: Array, shot: Shot, side: int, boxes: Sequence[tuple[float, float, float]]
) -> Array:
    """(boxes, 3, side, side): what the boxes show of the photograph before it is changed, sharp and clear."""
    left, top, sides = (np.array(values) for values in zip(*boxes, strict=True))
    height, width = photograph.shape[:2]
    margin = 2.0 * max(1.0, float(sides.max()) / side)
    rows = _window(top, top + sides, margin, height)
    columns = _window(left, left + sides, margin, width)
    part = photograph[rows, columns]
    part = numbers(xp, part, photograph) / 255.0
    part = xp.moveaxis(part, -1, 0)[None]
    pixels = (rows.stop - rows.start, columns.stop - columns.start)
    reach = numbers(xp, sides, photograph)
    down = sampling(xp, numbers(xp, top - rows.start, photograph), reach, side, pixels[0], part)
    across = sampling(xp, numbers(xp, left - columns.start, photograph), reach, side, pixels[1], part)
    return down[:, None] @ part @ xp.swapaxes(across, 1, 2)[:, None]


def _window(low: NDArray[np.float64], high: NDArray[np.float64], margin: float, count: int) -> slice:
    """The pixels that are needed."""
    first = min(max(0, int(low.min() - margin)), count - 2)
    return slice(first, max(first + 2, min(count, int(high.max() + margin) + 1)))


def _changed(xp: Any, sharp: Array, shot: Shot, kind: str, shares: Sequence[float]) -> Array:
    """(shares, 3, height, width) of a view that stays where it is."""
    if kind == "focus":
        return _in_focus(xp, sharp, [shot.blur * (1.0 - share) for share in shares])
    if kind == "denoise":
        rest = numbers(xp, [1.0 - share for share in shares], sharp).reshape(-1, 1, 1, 1)
        return sharp + rest * shot.grain * _noise(xp, sharp, shot.seed)
    source = _worn(xp, sharp, shot)
    maps = maps_of(xp, source)
    if kind in LOOKS:
        target = LOOKS[kind](xp, source, maps).clip(0.0, 1.0)
        return xp.concatenate([mixed(source, target, _done(kind, share, maps)) for share in shares])
    away = 1.0 if kind == BLUR else ramp(maps.subject, 1.0, 0.0)
    return _in_focus(xp, source, [share * 0.8 * MOST_BLURRED * away for share in shares])


def _worn(xp: Any, sharp: Array, shot: Shot) -> Array:
    """The source: out of focus or noisy, where that is to be mended."""
    shown = _in_focus(xp, sharp, [shot.blur]) if shot.blur else sharp
    return shown + shot.grain * _noise(xp, sharp, shot.seed) if shot.grain else shown


FIRST_FAR = ("fog", "rain", "snow")
FIRST_ABOVE = ("night", "dusk", "golden-hour", "overcast")
LAG = 0.4
"""How much later a change begins where it comes last, as a share of its duration."""


def _done(kind: str, share: float, maps: Maps) -> Array | float:
    """How much of a change is done where: fog comes from afar, night from above."""
    if kind not in FIRST_FAR + FIRST_ABOVE or not 0.0 < share < 1.0:
        return share
    near = 1.0 - (maps.distance if kind in FIRST_FAR else 1.0 - 0.9 * maps.height)
    return ((1.0 + LAG) * share - LAG * near).clip(0.0, 1.0)


def _in_focus(xp: Any, sharp: Array, amounts: Sequence[Array | float]) -> Array:
    """The picture blurred by each amount, a number or a map from 0 to `MOST_BLURRED`."""
    steps = [sharp, *(blurred(xp, sharp, share) for share in BLURS[1:])]
    found = []
    for amount in amounts:
        shown = steps[0]
        for number in range(1, len(steps)):
            part = amount - (number - 1)
            low = -1.0 if number == 1 else 0.0  # below 0 it is sharpened, which overdoes a wish for focus
            share = min(max(part, low), 1.0) if isinstance(part, float) else part.clip(low, 1.0)
            shown = shown + share * (steps[number] - steps[number - 1])
        found.append(shown)
    return xp.concatenate(found)


def _noise(xp: Any, like: Array, seed: int) -> Array:
    """(1, 3, height, width) of deviation 1: sums of eight random bytes, the same wherever they are drawn."""
    shape = (1, *like.shape[1:], 8)
    raw = np.random.PCG64(seed).random_raw(int(np.prod(shape)) // 8)
    sums = np.asarray(raw, dtype="<u8").view(np.uint8).reshape(shape).sum(axis=-1, dtype=np.float32)
    return numbers(xp, (sums - 1020.0) / 209.0, like)


def _levels(xp: Any, pictures: Array) -> Array:
    """(pictures, height, width, 3) uint8 of values from 0 to 1."""
    values = xp.moveaxis(pictures.clip(0.0, 1.0) * 255.0 + 0.5, 1, -1)
    found = values.astype(np.uint8) if xp is np else values.to(xp.uint8)
    return found
