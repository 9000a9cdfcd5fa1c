"""The few operations on pictures that all drawing here is made of, for NumPy and for torch alike.

A picture is (pictures, 3, height, width) of float32 from 0 to 1, a map (pictures, 1, height, width). `xp` is
the module that the arrays belong to. Only +, −, ×, ÷, square roots and matrix products are used, so that both
agree to within rounding.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

Array = Any
"""Of NumPy or of torch."""

GREY = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in a grey level."""

REDUCED = 128
"""Pixels of the longer side at which a picture is looked at as a whole."""


def numbers(xp: Any, values: Any, like: Array) -> Array:
    """Values as an array beside another one."""
    if xp.__name__ == "numpy":
        return xp.asarray(values, dtype=xp.float32)
    return xp.as_tensor(values, dtype=xp.float32, device=like.device)


def colour(xp: Any, values: tuple[float, float, float], like: Array) -> Array:
    """(1, 3, 1, 1)."""
    return numbers(xp, values, like).reshape(1, 3, 1, 1)


def grey(picture: Array) -> Array:
    """(pictures, 1, height, width): its luminance."""
    red, green, blue = GREY
    return red * picture[:, 0:1] + green * picture[:, 1:2] + blue * picture[:, 2:3]


def ramp(values: Array, low: float, high: float) -> Array:
    """0 up to the one number, 1 from the other on, smooth between; `low` may be the higher."""
    share = ((values - low) / (high - low)).clip(0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def mixed(one: Array, other: Array, share: Array | float) -> Array:
    """From the one to the other."""
    return one + share * (other - one)


def mean(values: Array, weights: Array | None = None) -> Array:
    """(pictures, channels, 1, 1): the mean over the place, weighted by a map."""
    if weights is None:
        return values.mean(axis=(2, 3), keepdims=True)
    total = (values * weights).sum(axis=(2, 3), keepdims=True)
    return total / (weights.sum(axis=(2, 3), keepdims=True) + 1e-3)


def deviation(xp: Any, values: Array) -> Array:
    """(pictures, channels, 1, 1)."""
    return xp.sqrt(mean((values - mean(values)) ** 2) + 1e-6)


def places(xp: Any, count: int, like: Array) -> Array:
    """The middles of so many pixels, from 0 to 1."""
    return (numbers(xp, range(count), like) + 0.5) / count


def sampling(xp: Any, start: Array, side: Array, count: int, pixels: int, like: Array) -> Array:
    """(boxes, count, pixels): the weights of pixels in what a box shows, triangles as wide as needed.

    `start` and `side` (boxes,) are in pixels of the picture, of which there are `pixels` in a row; outside of
    the picture its edge goes on.
    """
    at = start[:, None] + places(xp, count, like) * side[:, None]
    own = numbers(xp, range(pixels), like) + 0.5
    at = at.clip(0.5, pixels - 0.5)
    reach = (side / count).clip(1.0, None)[:, None, None]
    weights = (1.0 - abs(at[:, :, None] - own) / reach).clip(0.0, None)
    return weights / weights.sum(axis=2, keepdims=True)


def resized(xp: Any, picture: Array, height: int, width: int) -> Array:
    """The whole picture in another size."""
    rows, columns = picture.shape[2:]
    if (rows, columns) == (height, width):
        return picture
    zero = numbers(xp, [0.0], picture)
    down = sampling(xp, zero, zero + rows, height, rows, picture)
    across = sampling(xp, zero, zero + columns, width, columns, picture)
    return down @ picture @ xp.swapaxes(across, 1, 2)


def blurred(xp: Any, picture: Array, share: float) -> Array:
    """Under a bell whose deviation is this share of the longer side; large pictures are reduced for it."""
    height, width = picture.shape[2:]
    scale = min(1.0, REDUCED / max(height, width))
    if scale < 1.0 and share * REDUCED >= 1.0:
        small = resized(xp, picture, max(1, round(scale * height)), max(1, round(scale * width)))
        return resized(xp, blurred(xp, small, share), height, width)
    deviation = share * max(height, width)
    place = None if xp.__name__ == "numpy" else picture.device
    down, across = (_bell(xp, count, deviation, place) for count in (height, width))
    return down @ picture @ across.T


@lru_cache(maxsize=64)
def _bell(xp: Any, count: int, deviation: float, place: Any) -> Array:
    """(count, count): rows of a bell that ends at three deviations, each of sum 1."""
    own = xp.arange(count, dtype=xp.float32, **({} if place is None else {"device": place}))
    distance = (own[:, None] - own) / (3.0 * deviation)
    weights = (1.0 - distance * distance).clip(0.0, None) ** 4
    return weights / weights.sum(axis=1, keepdims=True)
