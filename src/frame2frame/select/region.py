"""Keep what was not asked for: the source's own pixels wherever the edit changed nothing.

    clip, chosen frame, round trip of the source → Region → composed with the source at its own size

A generated frame differs from the source everywhere, for the model's autoencoder softens every edge. So it is
compared with the source that went through that autoencoder too, and only the edit is left as a difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import InputError
from ..media.canvas import Canvas
from ..plugins.options import check, option
from ..values import Clip, Frames, Picture

Mask = NDArray[np.float32]
"""(height, width) from 0 to 1."""

Plane = NDArray[np.float32]
"""(rows, columns) of the grid that differences are taken on, or (height, width) of a picture's channel."""

_Where = NDArray[np.bool_]

_TILES = 8
_REACHED = 0.05
"""The share of a tile from which an edit reaches it."""

_ROWS = 256
"""So many are composed at a time."""

_JPEG = 8.0
"""Levels by which black and white may be off in a mask file."""

_WHOLE = "The edit changes the whole picture, so none of your own pixels were put back."
_WHOLE_PART = (
    "The edit changes all of the part that was edited, so none of your own pixels were put back there."
)


@dataclass(frozen=True, eq=False)
class Region:
    """Where the edited picture may differ from the source."""

    mask: Mask
    """(height, width) of the source: 1 is generated, 0 the source's own pixel, between them a mixture."""
    whole: bool
    """Whether the edit is of the whole picture, so that nothing of the source is put back."""
    reason: str
    changed: float = 1.0
    """The share of the picture in which the edit was found."""

    @property
    def share(self) -> float:
        """The share of the picture that is not the source's own pixels."""
        return float((self.mask > 0).mean())

    def on(self, source: Canvas) -> Region:
        """The region of a whole picture, where this is one of the part that frames show."""
        if source.is_whole:
            return self
        mask = source.spread(self.mask)
        changed = self.changed * source.size[0] * source.size[1] / mask.size
        return replace(self, mask=mask, reason=_WHOLE_PART if self.whole else _told(changed), changed=changed)


@dataclass(frozen=True)
class Keep:
    """Finds the region of an edit. Differences are in levels of 255, lengths are shares of the short side."""

    least_change: float = option(
        4.0,
        "A place has changed if it differs by more levels of 255 and touches one that surely changed.",
        low=0,
        high=255,
    )
    sure_change: float = option(
        10.0, "A place has surely changed if it differs by more levels of 255.", low=0, high=255
    )
    """Less is enough in a clip that hardly changes."""
    sure_share: float = option(
        0.15, "It must also differ by more than this share of the greatest difference.", low=0, high=1
    )
    """Far less is carelessness, and not asked for."""
    noise_factor: float = option(
        2.0, "How many times the change must exceed the noise of the first frame.", low=0, high=100
    )
    """The noise is what nine tenths of the first frame stay below."""
    most_noise: float = option(4.0, "Levels of 255 up to which noise counts.", low=0, high=255)
    """A first frame that differs by more shows the edit already."""
    grain: int = option(128, "Places along the short side at which differences are taken.", low=8, high=4_096)
    """Or one for each pixel, if there are fewer."""
    gap: float = option(
        1 / 64, "Gaps up to twice as wide are closed, as a share of the short side.", low=0, high=0.25
    )
    growth: float = option(
        1 / 128, "By how much the region grows, as a share of the short side.", low=0, high=0.25
    )
    softness: float = option(
        1 / 64,
        "The width over which the region's border fades, as a share of the short side.",
        low=0,
        high=0.25,
    )
    whole_share: float = option(
        0.45, "An edit that changes more than this share of the picture is one of the whole.", low=0, high=1
    )
    whole_spread: float = option(
        0.6, "An edit that reaches more than this share of 8 × 8 tiles is one of the whole.", low=0, high=1
    )
    """As a change of brushwork does."""
    resting: float = option(
        1 / 64,
        "Frames so near to the chosen one show the same: squared difference, over the edit's own.",
        low=0,
        high=1,
    )

    def __post_init__(self) -> None:
        check(self)

    def region(self, clip: Clip, index: int, repeated: Picture, size: tuple[int, int]) -> Region:
        """The region of the edit that frame `index` shows.

        `repeated` is the source after its way through the model's autoencoder, of the size of the clip's
        frames; `size` is the (height, width) of the source. Raises InputError for another size.
        """
        if clip.frames.shape[1:] != repeated.shape:
            got = f"{clip.frames.shape[1:]} and {repeated.shape}"
            raise InputError("the clip and the repeated source differ in size", got=got)
        changed = self._changed(clip.frames, index, repeated)
        if self._is_whole(changed):
            return Region(np.broadcast_to(np.float32(1), size), True, _WHOLE)
        mask = _resized(self._softened(changed), size)
        share = float(changed.mean())
        return Region(mask, False, _told(share), share)

    def _is_whole(self, changed: _Where) -> bool:
        tiles = _shrunk(changed.astype(np.float32), (_TILES, _TILES))
        reached = float((tiles > _REACHED).mean())
        return bool(changed.mean() > self.whole_share or reached > self.whole_spread)

    def _changed(self, frames: Frames, index: int, repeated: Picture) -> _Where:
        """(rows, columns) of the grid: where the edit is."""
        difference = self._difference(settled(frames, index, repeated, self.resting), repeated)
        first = self._difference(frames[0].astype(np.float32), repeated)
        noise = min(float(np.quantile(first, 0.9)), self.most_noise)
        least = max(self.least_change, self.noise_factor * noise)
        most = float(difference.max())
        sure = max(least, min(max(self.sure_change, self.sure_share * most), most / 2))
        found = _connected(difference > sure, difference > least)
        gap, growth = self._places(self.gap, found), self._places(self.growth, found)
        return _eroded(_grown(found, gap + growth), gap)

    def _difference(self, picture: Plane, repeated: Picture) -> Plane:
        """On the grid, the largest channel's mean difference over three by three places."""
        difference = picture - repeated.astype(np.float32)
        height, width = difference.shape[:2]
        scale = min(1.0, self.grain / min(height, width))
        grid = max(1, round(height * scale)), max(1, round(width * scale))
        channels = [_shrunk(difference[..., channel], grid) for channel in range(3)]
        return np.asarray(np.max([np.abs(_blurred(channel, 1)) for channel in channels], axis=0))

    def _softened(self, changed: _Where) -> Plane:
        """1 in the region, and from there down to 0 over the softness."""
        width = self._places(self.softness, changed)
        mask = changed.astype(np.float32)
        soft = _blurred(_grown(changed, width // 2).astype(np.float32), width - width // 2)
        return np.asarray(soft.clip(mask, 1))

    def _places(self, share: float, grid: _Where) -> int:
        return round(share * float(min(grid.shape)))


def composed(source: Picture, edited: Picture, region: Region) -> Picture:
    """The edited picture inside the region, the source outside it bit for bit, and mixtures at its border.

    All are of the source's size; raises InputError otherwise.
    """
    if not source.shape == edited.shape == (*region.mask.shape, 3):
        got = f"{source.shape}, {edited.shape} and {region.mask.shape}"
        raise InputError("source, edited picture and region differ in size", got=got)
    result = source.copy()
    for first in range(0, len(source), _ROWS):  # a large picture takes little memory so
        rows, mask = result[first : first + _ROWS], region.mask[first : first + _ROWS]
        where = mask > 0
        before, weight = rows[where].astype(np.float32), mask[where, None]
        rows[where] = np.rint(before + weight * (edited[first : first + _ROWS][where] - before))
    return result


def mask_from(picture: Picture, source: Canvas) -> Region:
    """The region that a user's mask allows: white may change, black is kept, grey mixes.

    `picture` is RGB of any size in the source's aspect. Raises InputError for another aspect, and for a mask
    that allows no change at all in what is edited of the source. What JPEG makes of black and white counts as
    such.
    """
    size = source.picture.shape[:2]
    height, width = picture.shape[:2]
    if abs(height * size[1] - width * size[0]) > max(height, width, *size):
        raise InputError(
            "the mask has another shape than the picture",
            got=f"{width} × {height} for a picture of {size[1]} × {size[0]} (width × height)",
            remedy="draw the mask over the picture itself",
        )
    levels = picture.mean(axis=-1, dtype=np.float32)
    mask = _resized(((levels - _JPEG) / (255 - 2 * _JPEG)).clip(0, 1), size)
    if not mask.any():
        raise InputError(
            "the mask is black all over, so nothing may change", remedy="paint white what may change"
        )
    if not source.part_of(mask).any():
        what = "the mask is black all over the middle of the picture, which alone is edited with fit crop"
        raise InputError(what, remedy="paint white what may change there, or choose another --fit")
    share = float((mask > 0).mean())
    return Region(mask, False, f"The mask lets {share:.0%} of the picture change.")


def settled(frames: Frames, index: int, repeated: Picture, resting: float = Keep.resting) -> Plane:
    """The mean of the chosen frame and of all that show the same, in which the noise of single ones is less.

    They differ from the chosen frame by less than `resting` of what that differs from `repeated`, squared.
    """
    chosen = frames[index].astype(np.float32)
    edit = _squared(chosen, repeated)
    same = [frame for frame in frames if _squared(chosen, frame) <= resting * edit]
    return np.asarray(np.mean(same, axis=0, dtype=np.float32))


def _squared(a: Plane, b: Picture) -> float:
    return float(((a - b) ** 2).mean())


def _told(share: float) -> str:
    if share == 0:
        return "The chosen frame shows the source unchanged, so the result is the source itself."
    return f"The edit changes {max(share, 0.01):.0%} of the picture; the rest is the source's own pixels."


def _connected(sure: _Where, likely: _Where) -> _Where:
    """All likely places that hang together with a sure one, corners included."""
    found = sure & likely
    while (grown := _grown(found, 1) & likely).sum() > found.sum():
        found = grown
    return found


def _grown(where: _Where, places: int) -> _Where:
    """Grown in all eight directions."""
    return np.asarray(_blurred(where.astype(np.float32), places) > _ANY)


def _eroded(where: _Where, places: int) -> _Where:
    return ~_grown(~where, places)


_ANY = 1e-6
"""Above the rounding error of a mean of zeros and ones, below one in a million places."""


def _blurred(plane: Plane, places: int) -> Plane:
    """The mean over a square that reaches so many places in each direction; the border goes on outside."""
    for axis in (0, 1):
        padding = [(places, places) if one == axis else (0, 0) for one in (0, 1)]
        padded = np.pad(plane, padding, mode="edge").astype(np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * places + 1, axis=axis)
        plane = windows.mean(axis=-1).astype(np.float32)
    return plane


def _shrunk(plane: Plane, size: tuple[int, int]) -> Plane:
    """Averaged down, edge to edge."""
    if plane.shape == size:
        return plane
    return np.asarray(Image.fromarray(plane).resize(size[::-1], Image.Resampling.BOX))


def _resized(mask: Plane, size: tuple[int, int]) -> Mask:
    """Edge to edge in another size; what is far from any 1 stays exactly 0."""
    if mask.shape == size:
        return mask
    return np.asarray(Image.fromarray(mask).resize(size[::-1], Image.Resampling.BILINEAR)).clip(0, 1)
