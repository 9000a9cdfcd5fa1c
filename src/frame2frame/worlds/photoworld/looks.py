"""How a photograph looks once its light, weather or colours have changed.

Each look takes pictures and what they show where, and gives the pictures as they shall be. Light adds up in
squares of the levels, which is close to the light that a screen gives off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import REDUCED, Array, blurred, colour, deviation, grey, mean, mixed, numbers, ramp, resized
from .maps import Maps

Look = Callable[[Any, Array, Maps], Array]


def _night(xp: Any, picture: Array, maps: Maps) -> Array:
    light = picture * picture
    level = grey(light)
    gain = (0.045 / mean(level, 1.001 - maps.sky)).clip(0.04, 0.5)
    ground = mixed(light, level, 0.6) * colour(xp, (0.62, 0.82, 1.35), picture) * gain
    ground = ground * (1.25 - 0.75 * maps.distance)
    heaven = colour(xp, (0.005, 0.0105, 0.034), picture) * (0.5 + 2.2 * maps.height**4 + 0.8 * level)
    return xp.sqrt(mixed(ground, heaven, maps.sky) + _lit(xp, light, maps, 0.9))


def _lit(xp: Any, light: Array, maps: Maps, strength: float) -> Array:
    """What lamps add to the dark."""
    shining = maps.lamps * (1.0 - maps.sky) * (0.35 + 0.65 * light) * colour(xp, (1.0, 0.74, 0.4), light)
    return strength * (shining + 1.6 * blurred(xp, shining, 0.035))


def _dusk(xp: Any, picture: Array, maps: Maps) -> Array:
    light = picture * picture
    level = grey(light)
    low, high = colour(xp, (0.92, 0.36, 0.16), picture), colour(xp, (0.075, 0.085, 0.24), picture)
    heaven = mixed(high, low, ramp(maps.height, 0.15, 1.1)) * (0.55 + 0.55 * grey(picture))
    gain = (0.085 / mean(level, 1.001 - maps.sky)).clip(0.1, 0.9)
    ground = mixed(light, level, 0.35) * colour(xp, (1.05, 0.82, 1.1), picture) * gain
    ground = ground + low * maps.distance * 0.06
    return xp.sqrt(mixed(ground, heaven, maps.sky) + _lit(xp, light, maps, 0.7))


def _golden_hour(xp: Any, picture: Array, maps: Maps) -> Array:
    light = picture * picture
    across = _from_the_bright_side(xp, maps)
    lit = ramp(grey(picture) / (maps.around + 0.15), 0.35, 1.15) * (0.45 + 0.75 * across)
    shade = mixed(light, grey(light), 0.25) * colour(xp, (0.62, 0.52, 0.62), picture)
    sun = light * colour(xp, (1.7, 1.02, 0.42), picture) + colour(xp, (0.05, 0.024, 0.0), picture)
    ground = mixed(shade, sun, lit.clip(0.0, 1.0))
    warm = mixed(colour(xp, (0.55, 0.47, 0.42), picture), colour(xp, (1.0, 0.62, 0.24), picture), maps.height)
    heaven = warm * (0.5 + 0.35 * across + 0.4 * grey(light))
    haze = colour(xp, (1.0, 0.6, 0.22), picture) * (0.22 * maps.distance * (0.3 + across))
    return xp.sqrt((mixed(ground, heaven, maps.sky) + haze * (1.0 - maps.sky)).clip(0.0, None))


def _from_the_bright_side(xp: Any, maps: Maps) -> Array:
    """From 0 on the darker side of the picture to 1 on the brighter one."""
    width = maps.around.shape[3]
    share = (xp.cumsum(0.0 * maps.around + 1.0, 3) - 0.5) / width
    lean = mean(maps.around * (share - 0.5)) / (mean(maps.around) + 0.02)
    return 0.5 + (share - 0.5) * (40.0 * lean).clip(-1.0, 1.0)


def _overcast(xp: Any, picture: Array, maps: Maps) -> Array:
    light = picture * picture
    level, around = grey(light), maps.around**2
    even = ((mean(around) + 0.03) / (around + 0.03)).clip(0.3, 3.0)
    ground = mixed(light, level, 0.55) * xp.sqrt(even) * colour(xp, (0.66, 0.72, 0.78), picture)
    cloud = colour(xp, (0.52, 0.55, 0.59), picture) * (
        0.6 + 0.35 * maps.height + 0.5 * (grey(picture) - maps.around)
    )
    return xp.sqrt(mixed(ground, cloud, maps.sky).clip(0.0, None))


def _brighter(xp: Any, picture: Array, maps: Maps) -> Array:
    """Where it is dark the light grows the most, as when a scene is lit up; the sky has its light already."""
    light = picture * picture
    gain = 1.0 + 3.2 * (1.0 - maps.around) ** 2 * (1.0 - 0.6 * maps.sky)
    return xp.sqrt(light * gain / (1.0 + (gain - 1.0) * 0.5 * grey(light)) + 0.012)


def _darker(xp: Any, picture: Array, maps: Maps) -> Array:
    """What lies in the dark goes first, and what is far; lamps stay lit."""
    light = picture * picture
    gain = (0.055 / mean(grey(light))).clip(0.06, 0.5)
    left = (0.3 + 1.3 * maps.around) * (1.25 - 0.75 * maps.distance)
    dim = light * gain * left.clip(0.0, 1.8)
    return xp.sqrt(mixed(dim, light, 0.8 * maps.lamps))


def _fog(xp: Any, picture: Array, maps: Maps) -> Array:
    level = (0.52 + 0.45 * mean(grey(picture))).clip(0.6, 0.86)
    air = level * colour(xp, (0.985, 1.0, 1.02), picture)
    thick = 0.12 + 0.74 * ramp(maps.distance, 0.0, 1.0) + 0.1 * maps.sky
    dull = mixed(picture, grey(picture), 0.35)
    return mixed(dull, air, thick)


def _rain(xp: Any, picture: Array, maps: Maps) -> Array:
    wet = _overcast(xp, picture, maps)
    wet = wet * (0.62 + 0.08 * maps.sky)
    gloss = blurred(xp, wet, 0.05) * (1.0 - maps.distance) * (1.0 - maps.sky)
    wet = wet + 0.18 * gloss * colour(xp, (0.9, 1.0, 1.12), picture)
    hazy = mixed(wet, colour(xp, (0.5, 0.53, 0.57), picture), 0.5 * maps.distance)
    return hazy + (0.1 + 0.12 * maps.distance) * _streaks(xp, picture)


@cache
def _drops() -> NDArray[np.float32]:
    """(1, 1, 128, 128): short slanted lines where drops fall, the same in every picture."""
    raw = np.random.PCG64(1).random_raw(REDUCED * REDUCED)
    drops = np.asarray(raw % np.uint64(80) == 0, dtype=np.float32).reshape(REDUCED, REDUCED)
    lines = [np.roll(drops, (step, -step // 4), (0, 1)) for step in range(7)]
    return np.asarray(np.maximum.reduce(lines)[None, None])


def _streaks(xp: Any, picture: Array) -> Array:
    lines = blurred(xp, numbers(xp, _drops(), picture), 0.006)
    return resized(xp, lines, *picture.shape[2:])


def _snow(xp: Any, picture: Array, maps: Maps) -> Array:
    dull = _overcast(xp, picture, maps)
    level = grey(picture)
    lies = ramp((level - maps.around) / (maps.around + 0.12), -0.35, 0.3)
    lies = lies * (0.55 + 0.4 * (1.0 - maps.distance))
    cover = (lies + 0.12) * (1.0 - maps.sky)
    white = colour(xp, (0.90, 0.93, 0.98), picture) * (0.84 + 0.5 * (level - maps.around))
    pale = mixed(dull, colour(xp, (0.86, 0.88, 0.91), picture), 0.35 * maps.distance + 0.35 * maps.sky)
    return mixed(pale, white, cover.clip(0.0, 0.95))


def _film(xp: Any, picture: Array, maps: Maps) -> Array:
    """Grey levels whose contrast is that of a print, whatever it was, behind a filter that darkens the sky.

    As in a darkroom, places that are dark as a whole are held back and bright ones burnt in.
    """
    level = grey(picture)
    print_ = (level - mean(level)) * (0.25 / deviation(xp, level)).clip(0.8, 2.0) + 0.48
    evened = print_ - 0.25 * (maps.around - mean(maps.around))
    return mixed(level, evened, 0.7) - 0.1 * maps.sky


def _black_and_white(xp: Any, picture: Array, maps: Maps) -> Array:
    return _film(xp, picture, maps) * colour(xp, (1.0, 1.0, 1.0), picture)


def _sepia(xp: Any, picture: Array, maps: Maps) -> Array:
    level = 0.14 + 0.8 * _film(xp, picture, maps)
    return level * mixed(
        colour(xp, (1.06, 0.76, 0.46), picture), colour(xp, (1.04, 0.93, 0.76), picture), level
    )


def _balanced(xp: Any, picture: Array, aim: tuple[float, float, float], share: Array) -> Array:
    """The light multiplied until the whole has this colour on average, by this share of the way.

    Its brightness stays.
    """
    light = picture * picture
    own = mean(light) + 0.01
    gain = (colour(xp, aim, picture) * grey(own) / own).clip(0.35, 2.2)
    toned = light * gain
    toned = toned * ((grey(light) + 0.004) / (grey(toned) + 0.004))
    return xp.sqrt(mixed(light, toned, share))


def _warmer(xp: Any, picture: Array, maps: Maps) -> Array:
    """Most where the light falls and near by; the sky and what is far keep some of their blue."""
    lit = ramp(maps.around / (mean(maps.around) + 0.02), 0.3, 1.3)
    return _balanced(xp, picture, (1.75, 0.92, 0.24), 0.4 + 0.6 * lit * (1.0 - 0.75 * maps.distance))


def _cooler(xp: Any, picture: Array, maps: Maps) -> Array:
    """Most in the shade and far away, as the light of the sky does."""
    shade = ramp(maps.around / (mean(maps.around) + 0.02), 1.4, 0.5)
    share = 0.4 + 0.6 * mixed(shade, 1.0, 0.75 * maps.distance)
    return _balanced(xp, picture, (0.52, 0.98, 1.85), share)


def _vivid(xp: Any, picture: Array, maps: Maps) -> Array:
    """The duller a colour is, the more it gains; what is vivid already stays as it is."""
    level = grey(picture)
    red, green, blue = (abs(picture[:, i : i + 1] - level) for i in range(3))
    dull = 1.0 - ramp(red + green + blue, 0.05, 0.75)
    clear = level + 0.08 * (level - maps.around)
    return (picture - level) * (1.1 + 2.3 * dull) + clear * (1.0 - 0.12 * maps.sky)


def _autumn(xp: Any, picture: Array, maps: Maps) -> Array:
    level = grey(picture)
    gold, red = colour(xp, (1.62, 1.0, 0.16), picture), colour(xp, (1.62, 0.56, 0.2), picture)
    patch = blurred(xp, level, 0.02)
    turned = level * mixed(red, gold, ramp(patch - mean(level), -0.14, 0.12)) + 0.03
    warm = picture * colour(xp, (1.05, 0.99, 0.9), picture)
    return mixed(warm, turned, maps.leaves)


LOOKS: dict[str, Look] = {
    "night": _night,
    "dusk": _dusk,
    "golden-hour": _golden_hour,
    "overcast": _overcast,
    "brighter": _brighter,
    "darker": _darker,
    "fog": _fog,
    "rain": _rain,
    "snow": _snow,
    "black-and-white": _black_and_white,
    "sepia": _sepia,
    "warmer": _warmer,
    "cooler": _cooler,
    "vivid": _vivid,
    "autumn": _autumn,
}
