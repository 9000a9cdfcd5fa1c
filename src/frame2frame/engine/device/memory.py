"""How a model makes do with the memory that there is: one preset a size of GPU, and steps down from each.

What a preset changes is where weights wait, how many predictions are made at once, and how large the tiles
are that pictures go through the autoencoder in. Only tiles change the result beyond rounding, and 8-bit
weights do, which are taken where the main memory that was given is too little for them as they are stored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ...errors import InputError, OutOfMemoryError

GIB = 2**30
_USABLE = 0.9
"""Of a GPU's memory; the rest is the driver's, the screen's and of what fits in no gap."""
_LEAST_TILE = 16


@dataclass(frozen=True)
class Economy:
    """The bounds that a model keeps to; None is no bound."""

    limit: int | None = None
    """Bytes of the GPU that all parts together may take. A part whose weights leave too little room in it
    stays in main memory, and its blocks come one by one; parts that fit one at a time take turns."""
    rows: int | None = None
    """Predictions at once: 1 makes the two halves of guidance one after the other."""
    clips: int | None = None
    """Candidates decoded at once."""
    tile: int | None = None
    """The longest side, in pixels, of what goes through the autoencoder at once of a clip."""
    picture: int | None = None
    """The same of a single picture, which takes a seventh of the memory."""
    main: int | None = None
    """Bytes of main memory that the weights may take; where it is too little they are stored in 8 bits."""

    def fewer_rows(self, rows: int) -> Economy | None:
        """With half of the `rows` that were too many, or None if that was one."""
        return None if rows < 2 else replace(self, rows=(rows + 1) // 2)

    def fewer_clips(self, clips: int) -> Economy | None:
        """With half of the `clips` that were too many, or None if that was one."""
        return None if clips < 2 else replace(self, clips=(clips + 1) // 2)

    def smaller_tiles(self, height: int, width: int) -> Economy | None:
        """With tiles of two thirds of the side that was too long, or None if they cannot be smaller."""
        smaller = _smaller(self.tile, max(height, width))
        return None if smaller is None else replace(self, tile=smaller)

    def smaller_pictures(self, height: int, width: int) -> Economy | None:
        """The same for single pictures; clips go along."""
        smaller = _smaller(self.picture, max(height, width))
        if smaller is None:
            return None
        return replace(self, picture=smaller, tile=min(smaller, self.tile or smaller))


def _smaller(tile: int | None, side: int) -> int | None:
    now = min(tile or side, side)
    smaller = max(now * 2 // 3, _LEAST_TILE)
    return smaller if smaller < now else None


def _preset(
    gibibytes: int, rows: int | None = None, clips: int | None = None, tile: int | None = None
) -> Economy:
    return Economy(round(gibibytes * GIB * _USABLE), rows, clips, tile)


PRESETS: Mapping[int, Economy] = MappingProxyType(
    {
        8: _preset(8, rows=1, clips=1, tile=272),
        12: _preset(12, rows=2, clips=1, tile=392),
        16: _preset(16, rows=2, clips=1, tile=480),
        24: _preset(24, rows=2, clips=1, tile=480),
        48: _preset(48, rows=8, clips=1),
        80: _preset(80),
    }
)
"""By the gibibytes that the GPU is sold with."""

WHOLE = Economy()
"""No bound."""


def check(wish: str) -> None:
    """Raise InputError for a wish that is neither `auto` nor one of the presets, with or without `:MAIN`."""
    _parsed(wish)


def economy(wish: str, free: int | None) -> Economy:
    """The preset of a wish: `auto`, or a GPU's gibibytes, then perhaps a colon and those of main memory.

    `free` bytes of the GPU decide for `auto`; None stands for a device whose memory is main memory. A preset
    is kept to even where more is free; `auto` has no limit but the GPU's own. Raises InputError.
    """
    gibibytes, main = _parsed(wish)
    if gibibytes is not None:
        return replace(PRESETS[gibibytes], main=main)
    if free is None:
        return Economy(main=main)
    fitting = [size for size, preset in PRESETS.items() if (preset.limit or 0) <= free]
    return replace(PRESETS[max(fitting, default=min(PRESETS))], limit=None, main=main)


def shared(wish: str, count: int) -> str:
    """The wish of each of so many devices: what it says of main memory is for all of them together.

    Raises InputError.
    """
    _, main = _parsed(wish)
    return wish if main is None else f"{wish.partition(':')[0]}:{main / GIB / count:g}"


def _parsed(wish: str) -> tuple[int | None, int | None]:
    """The preset, None for `auto`, and the bytes of main memory, None where they have no bound."""
    size, colon, main = wish.partition(":")
    try:
        gibibytes = None if size == "auto" else int(size)
        bound = round(float(main) * GIB) if colon else None
    except (ValueError, OverflowError):
        raise _unknown(wish) from None
    if gibibytes not in (None, *PRESETS) or (bound is not None and not 0 < bound < 2**60):
        raise _unknown(wish)
    return gibibytes, bound


def _unknown(wish: str) -> InputError:
    return InputError(
        "there is no such memory preset",
        got=repr(wish),
        remedy=f"use auto, {', '.join(map(str, PRESETS))}, or one of them and main memory, like 8:32",
    )


def fits(weights: int, small: int, room: int) -> bool:
    """Whether `weights` bytes fit in so much main memory; False where only the `small` 8-bit form does.

    Raises OutOfMemoryError where neither does.
    """
    if weights <= room:
        return True
    if small <= room:
        return False
    raise OutOfMemoryError(
        "the model does not fit in main memory",
        got=f"{room / GIB:.1f} GiB for {small / GIB:.1f} GiB of 8-bit weights",
        remedy="use a smaller model, or give it more with --memory GPU:MAIN",
    )


class Notes:
    """What the user should know of a model's work, each sentence once; threads may add to it."""

    def __init__(self) -> None:
        self._known = set[str]()
        self._new = deque[str]()

    def add(self, *sentences: str) -> None:
        """Say these, unless they were said before."""
        for sentence in sentences:
            if sentence not in self._known:
                self._known.add(sentence)
                self._new.append(sentence)

    def take(self) -> list[str]:
        """What was added since the last call."""
        found = list[str]()
        while self._new:
            found.append(self._new.popleft())
        return found
