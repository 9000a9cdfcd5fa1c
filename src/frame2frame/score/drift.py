"""How far a frame has drifted from the clip's first: camera, zoom, sharpness and colour.

The camera is found on a small luma picture by orientation correlation (Fitch, Kadyrov, Christmas, Kittler:
BMVC 2002), phase correlation's robust relative: each pixel votes with the direction of its gradient, whatever
the light, and one Fourier transform a scale tries every shift. A local edit leaves most pixels voting for
"in place"; only when another shift or scale wins clearly, over much of the picture, has the camera moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..values import Frames, Picture
from .sharpness import laplacian, luma

SIDE = 128
"""Pictures are compared at this many pixels along the longer side, or fewer."""

ZOOMS = (1.0, *(percent / 100 for percent in range(86, 117, 2) if percent != 100))
REACH = 6
"""Shifts of up to a sixth of either side are tried."""

SOFT_LEVELS = 2.0
"""A gradient of this many levels a pixel votes with half its weight, a weaker one with less."""

LEAST_AGREEMENT, LEAST_GAIN = 0.4, 0.1
"""The correlation that a movement must reach, and its lead over standing still."""

TILES = 4
LEAST_TILES = 0.4
"""The picture's 4 × 4 tiles that the movement must explain better, as a share; a moved thing covers fewer."""

RIM = 1 / 8
"""The width of the picture's rim, which must have moved too; most things that move leave it alone."""

LEAST_STILL = 0.5
"""The correlation with the first frame from which the same things are in the same places."""

AGREEING_LEVELS, LEAST_AGREEING = 12.0, 0.25
"""Blurred pixels this near to the first frame's show the same thing, and as many must, as a share."""

FIT_ROUNDS, FIT_SHARE = 4, 0.6
"""A change of colour is fitted to all pixels, then anew to this share of them that it fits best."""

NEARLY_ALL, FITTED_LEVELS = 0.8, 12.0
"""The share of the pixels that the fit must explain to so many levels; a recoloured thing covers fewer."""

Field = NDArray[np.complex64]
"""(height, width): a gradient's direction as a complex number, of at most unit length."""


@dataclass(frozen=True)
class Drift:
    """What changed in the whole picture; the values of no drift are the defaults."""

    shift: float = 0.0
    """How far the picture was moved, as a share of its longer side."""
    zoom: float = 1.0
    """How many times larger things have become."""
    sharpness: float = 1.0
    """Energy of the Laplacian over the first frame's, where both show the same."""
    colour: float = 0.0
    """Levels of 255 by which a change of gain and offset has moved the most changed channel on average."""


def drifts(frames: Frames, indices: list[int]) -> list[Drift]:
    """The drift of the frames named, each from frame 0."""
    reference = Reference.of(frames[0])
    return [reference.drift(frames[index]) for index in indices]


@dataclass(frozen=True)
class Reference:
    """The first frame, prepared for comparison with many."""

    picture: Picture
    reduced: Picture
    fields: tuple[Field, ...]
    """Its gradient directions at each of `ZOOMS`."""
    spectra: tuple[Field, ...]
    """Their Fourier transforms, of unit energy."""

    @classmethod
    def of(cls, first: Picture) -> Reference:
        reduced = _reduced(first)
        fields = tuple(directions(zoomed(reduced, zoom)) for zoom in ZOOMS)
        return cls(first, reduced, fields, tuple(_spectrum(field) for field in fields))

    def drift(self, frame: Picture) -> Drift:
        """How `frame`, of the same size, differs from the first as a whole."""
        reduced = _reduced(frame)
        field = directions(reduced)
        still = _agreement(field, self.fields[0])
        shift, zoom = self._movement(field, still)
        colour = _common_change(self.reduced, reduced) if still >= LEAST_STILL else 0.0
        return Drift(shift, zoom, _kept_sharpness(self.picture, frame), colour)

    def _movement(self, field: Field, still: float) -> tuple[float, float]:
        """(shift, zoom) of the camera; (0, 1) unless another place and scale fit much better."""
        spectrum = _spectrum(field)
        peaks = [_peak(spectrum * np.conj(other)) for other in self.spectra]
        best = max(range(len(peaks)), key=lambda index: peaks[index][0])
        agreement, down, right = peaks[best]
        if agreement < max(LEAST_AGREEMENT, still + LEAST_GAIN):
            return 0.0, 1.0
        if not _everywhere(field, np.roll(self.fields[best], (down, right), (0, 1)), self.fields[0]):
            return 0.0, 1.0
        return float(np.hypot(down, right)) / max(field.shape), ZOOMS[best]


def directions(picture: Picture) -> Field:
    """The direction of each pixel's luma gradient; weak gradients weigh less."""
    down, right = np.gradient(_blurred(luma(picture)))
    gradient = right + 1j * down
    return np.asarray(gradient / (np.abs(gradient) + SOFT_LEVELS), dtype=np.complex64)


def zoomed(picture: Picture, zoom: float) -> Picture:
    """The picture enlarged about its middle and cut to its size; beyond its border all is black."""
    height, width = picture.shape[:2]
    back = (1 / zoom, 0, width / 2 * (1 - 1 / zoom), 0, 1 / zoom, height / 2 * (1 - 1 / zoom))
    image = Image.fromarray(picture)
    way, between = Image.Transform.AFFINE, Image.Resampling.BILINEAR
    return np.asarray(image.transform((width, height), way, back, between))


def _reduced(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    factor = SIDE / max(height, width)
    if factor >= 1:
        return picture
    size = max(TILES, round(width * factor)), max(TILES, round(height * factor))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))


def _spectrum(field: Field) -> Field:
    transformed = np.fft.fft2(field)
    return np.asarray(transformed / (_size(field) or 1.0), dtype=np.complex64)


def _peak(product: Field) -> tuple[float, int, int]:
    """The highest correlation within reach, and its shift down and to the right."""
    correlation = np.fft.ifft2(product).real
    rows, columns = (side // REACH for side in correlation.shape)
    near = np.roll(correlation, (rows, columns), (0, 1))[: 2 * rows + 1, : 2 * columns + 1]
    row, column = np.unravel_index(int(near.argmax()), near.shape)
    return float(near[row, column]), int(row) - rows, int(column) - columns


def _everywhere(field: Field, moved: Field, still: Field) -> bool:
    """Whether the moved first frame explains much of the picture, and its rim, better than the still one."""
    tiles = zip(_tiles(field), _tiles(moved), _tiles(still), strict=True)
    better = sum(_better(*tile) for tile in tiles) / TILES**2
    return better >= LEAST_TILES and _better(_rim(field), _rim(moved), _rim(still))


def _better(now: Field, moved: Field, still: Field) -> bool:
    return _agreement(now, moved) > _agreement(now, still) + LEAST_GAIN


def _rim(field: Field) -> Field:
    """The field with its inside cleared."""
    rows, columns = (max(1, round(RIM * side)) for side in field.shape)
    rim = field.copy()
    rim[rows:-rows, columns:-columns] = 0
    return rim


def _tiles(field: Field) -> list[Field]:
    return [tile for row in np.array_split(field, TILES) for tile in np.array_split(row, TILES, axis=1)]


def _agreement(one: Field, other: Field) -> float:
    """Their correlation, −1 to 1; 0 where one of them is flat."""
    energy = _size(one) * _size(other)
    return float((one * np.conj(other)).real.sum()) / energy if energy > 0 else 0.0


def _size(field: Field) -> float:
    """Its norm; sums stay with this thread, where products of vectors would wake one a core for a blink."""
    return float(np.sqrt((field.real**2 + field.imag**2).sum()))


def _common_change(first: Picture, frame: Picture) -> float:
    """How far the light or tint has changed, over the channels at most; 0 unless nearly all pixels fit."""
    channels = zip(np.moveaxis(first, -1, 0), np.moveaxis(frame, -1, 0), strict=True)
    return max(_fitted_change(before.ravel(), after.ravel()) for before, after in channels)


def _fitted_change(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    """The mean change in levels by the gain and offset that fit best; outliers are left out by trimming."""
    x, y = before.astype(np.float64), after.astype(np.float64)
    kept = np.ones(len(x), dtype=np.bool_)
    for _ in range(FIT_ROUNDS):
        gain, offset = _line(x[kept], y[kept])
        residual = np.abs(gain * x + offset - y)
        kept = residual <= np.quantile(residual, FIT_SHARE)
    explained = (residual <= FITTED_LEVELS).mean() >= NEARLY_ALL
    return abs(float((gain * x + offset - x).mean())) if explained else 0.0


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Least squares: gain and offset of y over x."""
    spread = x - x.mean()
    gain = float((spread * y).sum() / (spread**2).sum()) if spread.any() else 1.0
    return gain, float(y.mean() - gain * x.mean())


def _kept_sharpness(first: Picture, frame: Picture) -> float:
    """1 where nothing can be compared: too few pixels agree, or the first frame is flat there."""
    before, after = luma(first), luma(frame)
    same = (np.abs(_blurred(before) - _blurred(after)) < AGREEING_LEVELS)[1:-1, 1:-1]
    sharp_before, sharp_after = ((laplacian(levels)[same] ** 2).sum() for levels in (before, after))
    comparable = same.size > 0 and same.mean() >= LEAST_AGREEING and sharp_before > 0
    return float(sharp_after / sharp_before) if comparable else 1.0


def _blurred(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """By (1 2 1)/4 both ways, the border repeated."""
    padded = np.pad(levels, 1, mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    return np.asarray((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4)
