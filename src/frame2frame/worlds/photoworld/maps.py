"""What a picture shows where, estimated by fixed rules: sky, distance, lamps, leaves, subject.

The estimates go by the pixels alone and are often wrong, as that of a sky behind a white plate; but the same
picture always has the same ones, so the truth about an edit is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arrays import REDUCED, Array, blurred, grey, mean, mixed, places, ramp, resized


@dataclass(frozen=True, eq=False)
class Maps:
    """Maps (pictures, 1, height, width) from 0 to 1."""

    sky: Array
    distance: Array
    """0 at the camera's feet, 1 at the horizon and in the sky."""
    height: Array
    """1 at the horizon, 0 at the upper edge; above the horizon only."""
    lamps: Array
    leaves: Array
    subject: Array
    """What a photographer would have in focus."""
    around: Array
    """The brightness of the surroundings."""


def maps_of(xp: Any, picture: Array) -> Maps:
    """Those of pictures (pictures, 3, height, width) from 0 to 1, of any size."""
    height, width = picture.shape[2:]
    scale = min(1.0, REDUCED / max(height, width))
    small = resized(xp, picture, max(1, round(scale * height)), max(1, round(scale * width)))
    sky, edge = _sky(xp, small)
    distance, rise = _distance(xp, sky)

    def whole(values: Array) -> Array:
        return resized(xp, values, height, width)

    return Maps(
        sky=_matted(picture, whole(sky), *map(whole, edge)),
        distance=whole(distance),
        height=whole(rise),
        lamps=_lamps(xp, picture) * whole(1.0 - ramp(blurred(xp, sky, 0.025), 0.02, 0.2)),
        leaves=_leaves(xp, picture),
        subject=whole(_subject(xp, small)),
        around=whole(blurred(xp, grey(small), 0.06)),
    )


SPREADS = 8
"""Times that the sky reaches on to what lies beside it, as behind a cable or a mast."""

EDGE = 0.02
"""Of the longer side: how near to its edge the sky is held against what is not sky."""

BELIEVED = (0.042, 0.052)
"""By how much of the levels the colours on both sides of its edge differ, from where on it is one at all."""

Edge = tuple[Array, Array, Array]
"""Near its edge the colours of the sky and of the rest (pictures, 3, …), and where both are (…, 1, …)."""


def _roughness(xp: Any, picture: Array) -> Array:
    """How much the brightness goes up and down from pixel to pixel."""
    level = grey(picture)
    fine = level - blurred(xp, level, 0.012)
    return xp.sqrt(blurred(xp, fine * fine, 0.012) + 1e-8)


def _sky(xp: Any, picture: Array) -> tuple[Array, Edge]:
    """Smooth, and bright or blue, with nothing else above it but what is thin; or none in all the picture.

    Half a sky is worse than none, as its edge would show in the target.
    """
    level = grey(picture)
    blue = picture[:, 2:3] - 0.5 * (picture[:, 0:1] + picture[:, 1:2])
    usual = mean(level)
    bright = ramp(level - 0.7 * usual, 0.0, 0.35)
    warm = ramp(blue + 0.8 * (level - usual), -0.16, -0.04)
    likely = (bright + ramp(blue, 0.02, 0.15)).clip(0.0, 1.0) * warm
    against = (1.0 - likely) + ramp(_roughness(xp, picture), 0.012, 0.05) + _is_of_no_sky(xp, picture)
    passed = xp.cumsum(ramp(against, 0.25, 0.9), 2) * (24.0 / picture.shape[2])
    found = 1.0 / (1.0 + passed * passed * passed)
    free = 1.0 - ramp(against, 0.2, 0.7)
    for _ in range(SPREADS):
        found = found + (1.0 - found) * ramp(blurred(xp, found, 0.08), 0.1, 0.4) * free
    found = found + (1.0 - found) * ramp(blurred(xp, found, 0.04), 0.55, 0.85) * likely
    sky = ramp(blurred(xp, found, 0.008) * (1.0 - 0.7 * ramp(1.0 - likely, 0.5, 1.0)), 0.2, 0.8)
    inside, outside, reached = _edge(xp, picture, sky)
    believed = _is_believed(xp, picture, sky)
    return sky * believed, (inside, outside, reached * believed)


def _is_of_no_sky(xp: Any, picture: Array) -> Array:
    """Magenta or green: what green there is in a sky lies between its red and its blue, at sunset as well."""
    red, green, blue = picture[:, 0:1], picture[:, 1:2], picture[:, 2:3]
    beyond = xp.maximum(green - xp.maximum(red, blue), xp.minimum(red, blue) - green)
    return ramp(beyond, 0.05, 0.12)


def _is_believed(xp: Any, picture: Array, sky: Array) -> Array:
    """(pictures, 1, 1, 1): whether it is large enough, and ends where the picture shows an edge."""
    inside, outside, above, below = _either_side(xp, picture, sky, 1.0 - sky, EDGE)
    step = abs(inside - outside).mean(axis=1, keepdims=True)
    ends = mean(step, above * below * ramp(above * below, 0.1, 0.2))
    return ramp(ends, *BELIEVED) * ramp(mean(sky), 0.02, 0.04)


def _edge(xp: Any, picture: Array, sky: Array) -> Edge:
    """The rest begins a little away from the sky, as what lies between may be of both."""
    rest = 1.0 - ramp(blurred(xp, sky, EDGE), 0.0, 0.4)
    inside, outside, above, below = _either_side(xp, picture, sky, rest, 2 * EDGE)
    return inside, outside, ramp(above, 0.02, 0.15) * ramp(below, 0.02, 0.15)


def _either_side(xp: Any, picture: Array, sky: Array, rest: Array, reach: float) -> tuple[Array, ...]:
    """The mean colours of the sky and of the rest around each place, and how much of each is there."""
    above, below = blurred(xp, sky, reach), blurred(xp, rest, reach)
    inside = blurred(xp, picture * sky, reach) / (above + 1e-3)
    outside = blurred(xp, picture * rest, reach) / (below + 1e-3)
    return inside, outside, above, below


def _matted(picture: Array, sky: Array, inside: Array, outside: Array, reached: Array) -> Array:
    """The sky with an edge as fine as the picture's: what is far more like the sky than like the rest."""
    unlike_sky, unlike_rest = (abs(picture - one).mean(axis=1, keepdims=True) for one in (inside, outside))
    share = ramp(unlike_rest / (unlike_sky + unlike_rest + 1e-3), 0.5, 0.75)
    clear = ramp(abs(inside - outside).mean(axis=1, keepdims=True), 0.06, 0.16)
    return mixed(sky, share, reached * clear)


def _distance(xp: Any, sky: Array) -> tuple[Array, Array]:
    """By the height in the picture, from its lower edge up to the horizon; and the height above that."""
    share = mean(sky)
    horizon = (0.30 * (1.0 - share) + 1.05 * share * (1.6 - share)).clip(0.2, 0.75)
    down = places(xp, sky.shape[2], sky).reshape(1, 1, -1, 1) + 0.0 * sky
    below = ((down - horizon) / (1.0 - horizon)).clip(0.0, 1.0)
    ground = (1.0 - below) ** 2 * (0.62 + 0.38 * (down / horizon).clip(0.0, 1.0))
    return ground + sky * (1.0 - ground), (down / horizon).clip(0.0, 1.0)


def _lamps(xp: Any, picture: Array) -> Array:
    """Small, warm, and brighter than all around, which is dark."""
    level = blurred(xp, grey(picture), 0.006)
    around = blurred(xp, level, 0.06)
    warm = ramp(picture[:, 0:1] - picture[:, 2:3], -0.02, 0.12)
    dark = ramp(around, 0.5, 0.25) * ramp(mean(level), 0.5, 0.35)
    return ramp(level - around, 0.18, 0.4) * ramp(level, 0.5, 0.8) * warm * dark


def _leaves(xp: Any, picture: Array) -> Array:
    """Green beyond red and blue."""
    red, green, blue = picture[:, 0:1], picture[:, 1:2], picture[:, 2:3]
    return ramp((green - blue) / (green + blue + 0.06), 0.06, 0.3) * ramp(green - red, -0.045, 0.03)


def _subject(xp: Any, picture: Array) -> Array:
    """Around the middle of what has the most contrast, near the picture's middle."""
    rough = blurred(xp, _roughness(xp, picture), 0.02)
    down = places(xp, picture.shape[2], picture).reshape(1, 1, -1, 1)
    across = places(xp, picture.shape[3], picture).reshape(1, 1, 1, -1)
    central = 1.0 / (1.0 + 6.0 * ((down - 0.55) ** 2 + (across - 0.5) ** 2))
    weights = rough * rough * central**3
    x, y = mean(across + 0.0 * weights, weights), mean(down + 0.0 * weights, weights)
    far = (across - x) ** 2 / 0.085 + (down - y) ** 2 / 0.12
    return ramp(far, 1.6, 0.5)
