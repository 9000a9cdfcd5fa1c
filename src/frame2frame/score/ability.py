"""How well an encoder can judge changes of a picture at all, tried on changes whose words are known.

The picture is darkened, cropped, drained of its colours, and covered with plain shapes. An encoder that
can tell edits of it apart finds, for each, the words of what was done to stand out among other scenes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..media.pictures import resized
from ..plugins.stages import Encoder
from ..values import Frames, Picture
from .contrast import SCENES, Contrast, distinct, encoded, swapped

REACH = 0.22
"""Half the size of a shape, as a share of the picture's shorter side."""

_COLOURS = {
    "red": (220, 30, 30),
    "yellow": (240, 220, 30),
    "green": (35, 165, 55),
    "blue": (40, 70, 220),
    "purple": (140, 45, 190),
}


def abilities(encoder: Encoder, sources: Frames) -> list[float]:
    """Of each picture, (pictures, height, width, 3), how far the words of its changes stand out on average.

    In standard deviations of other scenes; around zero for an encoder that guesses.
    """
    texts = tuple(_CHANGES)
    others = [[*SCENES, *swapped(text)] for text in texts]
    vectors = encoded(encoder, [*texts, *(other for some in others for other in some)])
    targets = [vectors[text] for text in texts]
    banks = [
        distinct(target, np.stack([vectors[other] for other in some]))
        for target, some in zip(targets, others, strict=True)
    ]
    pictures = [one for source in sources for one in (source, *(make(source) for make in _CHANGES.values()))]
    features = encoder.images(np.stack(pictures)).reshape(len(sources), 1 + len(texts), -1)
    found = list[float]()
    for before, *changed in features:
        tried = [
            Contrast(target[None], bank, before[None]).column(after[None])[0]
            for target, bank, after in zip(targets, banks, changed, strict=True)
        ]
        found.append(float(np.mean(tried)))
    return found


def _dark(picture: Picture) -> Picture:
    return np.asarray(0.3 * picture, dtype=np.uint8)


def _close(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    middle = picture[height // 4 : height - height // 4, width // 4 : width - width // 4]
    return resized(middle, height, width)


def _grey(picture: Picture) -> Picture:
    levels = picture.mean(axis=-1, keepdims=True)
    return np.repeat(levels, 3, axis=-1).astype(np.uint8)


def _ball(colour: Sequence[int], picture: Picture) -> Picture:
    down, across, reach = _from_the_middle(picture)
    return _covered(picture, down**2 + across**2 < reach**2, colour)


def _cube(colour: Sequence[int], picture: Picture) -> Picture:
    down, across, reach = _from_the_middle(picture)
    return _covered(picture, np.maximum(abs(down), abs(across)) < reach, colour)


def _from_the_middle(picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """How far each pixel lies from the middle, and how far a shape reaches."""
    height, width = picture.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float64)
    return down - (height - 1) / 2, across - (width - 1) / 2, REACH * min(height, width)


def _covered(picture: Picture, where: NDArray[np.bool_], colour: Sequence[int]) -> Picture:
    return np.where(where[..., None], np.array(colour, dtype=np.uint8), picture)


_CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "it is night": _dark,
    "the scene seen from close": _close,
    "the picture is black and white": _grey,
    **{f"a {name} ball": partial(_ball, colour) for name, colour in _COLOURS.items()},
    **{f"a {name} cube": partial(_cube, _COLOURS[name]) for name in ("red", "green")},
}
"""Words, and what they say of the picture."""
