"""Whether an edit is one of light or place, and the source with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...values import Picture, Transfer
from ..pictures import resized
from .curves import Curves
from .patches import Patches, chosen
from .place import Place, Plane, blurred, found, sampled
from .rows import by_rows, enlarged
from .tones import Tones
from .view import levelled, moved

Weights = NDArray[np.floating[Any]]
"""(height, width) from 0 to 1."""

UNEXPLAINED = 0.02
"""The share of the squared change that light and place may leave, and of what is never noticed besides.

When it was set it was 0.012 at most on development photographs in seven lights of the photograph world; the
worse of the two shares was 0.021 and more where the background blurs, all does, or a source comes into focus.
"""

UNNOTICED = 4 / 255
"""A change of so much, in the root of its mean square."""

OFF = 12 / 255
"""By how much a spot differs from what light and place explain that is drawn anew; surely from twice it."""

FAINT = 4 / 255
"""Detail so weak says nothing."""

UNLIKE = 0.3
"""The difference of detail, as a share of both, from which a spot is drawn anew; surely from twice it."""

MOST_ANEW = 0.7
"""The share of the picture beyond which the edit is not one of light or place."""

_AS_DRAWN = "that is the model's, and as soft as its frame"
_PATCHED = "there patches of your picture are laid out after the model's frame, so it is invented"
LEAST_TOLD = 0.01
"""A smaller share that is drawn anew is not worth a word."""

FADING = 32
"""Over so large a part of the long side what the source shows passes into what it does not."""

FINE = 1024
"""Pixels of the long side on which the detail of the source is looked at."""

Levels = NDArray[np.floating[Any]]
"""(height, width, 3) from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Carried:
    """The source with the change made at its own size, or why that was not done."""

    transfer: Transfer
    picture: Picture | None = None
    place: Place | None = None
    """Where the frame shows the source, if it does."""


def carried_over(source: Picture, shown: Picture, frame: Picture) -> Carried:
    """The source, of any size, as the frame shows it; without a picture where that is not the same picture.

    `shown` is the source as the clip shows it, after the model's autoencoder; frame and `shown` are (height,
    width, 3) of one size.
    """
    height, width = frame.shape[:2]
    if (place := found(source, shown, frame)) is None:
        return _refused("The chosen frame does not show your picture in another light, colour or place")
    seen = place.inside(height, width)
    clean = _as_shown(source, place, height, width)
    # what is nearer by shows more than the clip did before
    before = clean if place.zoom > 1 else sampled(shown / 255, place, height, width)
    after, unedited = frame / 255, shown / 255
    tones, off = _fitted(before, after, seen)
    anew = np.maximum(off, _uncovered(seen))
    own = 1.0 - anew
    if anew.mean() > MOST_ANEW:
        what = "of the chosen frame is your picture in another light, colour or place"
        return _refused(f"Only {1 - anew.mean():.0%} {what}")
    if (left := _left(tones.mapped(before), after, unedited, own)) > UNEXPLAINED:
        what = "Another light, colour or place does not explain all that the chosen frame changes"
        return _refused(f"{what} ({left:.0%} is left)")
    fine = _as_shown(source, place, height, width, max(1, round(FINE / max(height, width))))
    picture = _made(source, frame, place, Curves.fitted(fine, before, after, seen * own + 1e-6), anew)
    lost = own[..., None] * (tones.mapped(before) - tones.mapped(clean))
    made = resized(picture, height, width) / 255 + lost
    if (left := _left(made, after, unedited, np.ones_like(own))) > UNEXPLAINED:
        what = "Made in your picture, the change would not look as in the chosen frame"
        return _refused(f"{what} ({left:.0%} would be missing)")
    share = round(float(anew.mean()), 3)
    return Carried(Transfer(True, _told(place, share), share), picture, place)


def placed_anew(source: Picture, shown: Picture, frame: Picture) -> Carried | None:
    """The source's own pixels where a frame shows them from elsewhere; patches of them, laid out after the
    frame, around.

    None where it does not show them so, and where it shows them in another light.
    """
    if (place := moved(source, shown, frame)) is None:
        return None
    if (around := levelled(source, frame, place)) is None:
        return None
    height, width = frame.shape[:2]
    anew = _uncovered(place.inside(height, width))
    share = round(float(anew.mean()), 3)
    patches = chosen(source, shown, around, place) if share >= LEAST_TOLD else None
    picture = _made(source, around, place, Curves.same(), anew, patches)
    told = "The camera's move was made with your picture's own pixels"
    if share >= LEAST_TOLD:
        told += f"; {share:.0%} of the result is not in it: {_PATCHED if patches else _AS_DRAWN}"
    return Carried(Transfer(True, f"{told}.", share), picture, place)


def drawn_anew(source: Picture, shown: Picture, frame: Picture) -> str | None:
    """How much of a frame from elsewhere the source does not show, in a sentence; None where all of it."""
    if (place := moved(source, shown, frame)) is None:
        return None
    share = float(_uncovered(place.inside(*frame.shape[:2])).mean())
    return f"{share:.0%} of the result is not in your picture: {_AS_DRAWN}." if share >= LEAST_TOLD else None


def _as_shown(source: Picture, place: Place, height: int, width: int, times: int = 1) -> Levels:
    """What a frame that is so many times as large along each side would show of the source."""
    size = [round(times * max(1.0, place.zoom) * side) for side in (height, width)]
    return sampled(resized(source, *size) / 255, place, times * height, times * width)


def _refused(why: str) -> Carried:
    return Carried(Transfer(False, f"{why}, so the frame itself was enlarged, and is soft."))


def _told(place: Place, anew: float) -> str:
    what = "light and colours" if place.is_its_own else "camera's move and light"
    told = f"The {what} of the chosen frame were carried over to your picture at its own size"
    if anew < LEAST_TOLD:
        return f"{told}."
    return f"{told}; {anew:.0%} of the result is not in it so: {_AS_DRAWN}."


def _left(made: Levels, wanted: Levels, before: Levels, weight: Weights) -> float:
    """The share of the squared change that is missing, but for the finest detail, which autoencoders lose."""
    rest, change = (
        float((weight * (blurred(one - wanted, 1) ** 2).mean(-1)).sum() / weight.sum())
        for one in (made, before)
    )
    return rest / (change + UNNOTICED**2)


def _fitted(before: Levels, after: Levels, seen: NDArray[np.bool_]) -> tuple[Tones, Weights]:
    """The light, fitted again without what it does not explain; and how surely each place is such."""
    tones = Tones.fitted(before, after, seen + 1e-6)
    off = _off(tones.mapped(before), after) * seen
    return Tones.fitted(before, after, seen * (1.0 - off) + 1e-6), off


def _off(explained: Levels, after: Levels) -> Weights:
    """How surely each place shows something else than what light explains, or the same in another focus."""
    radius = max(1, max(after.shape) // 64)
    rest = blurred(np.abs(blurred(explained - after, 1)).mean(-1), radius)
    other = (rest / OFF - 1.0).clip(0, 1)
    made, wanted = (_detail(one, 2 * radius) for one in (explained, after))

    def around(plane: Plane) -> Plane:
        return blurred(blurred(plane, 2 * radius), 2 * radius)

    unlike = around((made - wanted) ** 2) / (around(made**2 + wanted**2) + FAINT**2)
    return np.asarray(np.maximum(other, (unlike / UNLIKE - 1.0).clip(0, 1)))


def _detail(levels: Levels, radius: int) -> Plane:
    """(height, width): brightness less that around it, the finest detail aside."""
    grey = levels.mean(-1)
    return blurred(grey, radius // 4) - blurred(grey, radius)


def _uncovered(seen: NDArray[np.bool_]) -> Weights:
    """1 where the source is not seen, and from there down to 0, or the border of what is sharp would show."""
    beyond: Plane = np.asarray(~seen, dtype=np.float64)
    near = 2.0 * blurred(beyond, max(1, max(seen.shape) // FADING))
    return np.asarray(np.maximum(beyond, near.clip(0, 1)))


def _made(
    source: Picture,
    frame: Picture,
    place: Place,
    curves: Curves,
    anew: Weights,
    patches: Patches | None = None,
) -> Picture:
    """The source in its new place and light; the frame, or patches, where that is drawn anew.

    Some rows at a time.
    """
    result = np.empty_like(source)
    moved = None if place.is_its_own else Image.fromarray(source)
    drawn = Image.fromarray(np.ascontiguousarray(frame))
    soft = Image.fromarray(np.rint(255 * anew).astype(np.uint8))
    scaled = source if patches is None else patches.scaled(source)

    def make(strip: slice) -> None:
        rows, size = result[strip], result.shape[:2]
        part, share = source[strip], enlarged(soft, size, strip, Image.Resampling.BILINEAR)
        if moved is not None:
            part, share = _moved(moved, place, strip.start, share)
        rows[:] = curves.of_rows(part, strip.start, len(source))
        if not share.any():
            return
        if patches is None:
            _blend(rows, enlarged(drawn, size, strip, Image.Resampling.LANCZOS), share)
        else:
            laid, covered = patches.rows_of(scaled, size, strip)
            _blend(rows, laid, share * covered)

    by_rows(len(source), make)
    return result


def _blend(rows: Picture, drawn: Picture, share: NDArray[np.uint8]) -> None:
    where = share > 0
    weight, before = share[where, None].astype(np.float32) / 255, rows[where].astype(np.float32)
    rows[where] = np.rint(before + weight * (drawn[where] - before))


def _moved(
    source: Image.Image, place: Place, first: int, share: NDArray[np.uint8]
) -> tuple[Picture, NDArray[np.uint8]]:
    """Rows of the source from nearer by, farther away or the side; the rest of them only the frame shows."""
    rows, everything = np.zeros((*share.shape, 3), np.uint8), np.full_like(share, 255)
    top, bottom = _within(place.zoom, place.down, source.height, first, first + len(share))
    left, right = _within(place.zoom, place.right, source.width, 0, source.width)
    if top < bottom and left < right:
        across = _shown(place.zoom, place.right, source.width, left, right)
        along = _shown(place.zoom, place.down, source.height, top, bottom)
        box = across[0], along[0], across[1], along[1]
        inside = slice(top - first, bottom - first), slice(left, right)
        size = right - left, bottom - top
        rows[inside] = np.asarray(source.resize(size, Image.Resampling.BICUBIC, box))
        everything[inside] = share[inside]
    return rows, everything


def _within(zoom: float, shift: float, side: int, first: int, last: int) -> tuple[int, int]:
    """Of some pixels of the frame along a side those that show nothing but the source, from and to."""
    shift = _whole(zoom, shift, side)
    start, end = (round(side * (zoom * edge - shift + 0.5), 6) for edge in (-0.5, 0.5))
    return max(math.ceil(start), first), min(math.floor(end), last)


def _shown(zoom: float, shift: float, side: int, *pixels: int) -> list[float]:
    """What pixels of the frame show, as pixels of the source."""
    shift = _whole(zoom, shift, side)
    places = [side * ((pixel / side - 0.5 + shift) / zoom + 0.5) for pixel in pixels]
    return [min(max(place, 0.0), float(side)) for place in places]


def _whole(zoom: float, shift: float, side: int) -> float:
    """Whole pixels where nothing is resized, as they stay sharp."""
    return round(shift * side) / side if zoom == 1 else shift
