"""What every family does with the settings: takes the first that is given, and refuses what it cannot do."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import TypeVar

from ...errors import InputError

Value = TypeVar("Value")

LONGEST_SIDE = 4096
"""Pixels; three times what any of the models was trained for. Beyond, a number is a slip of the fingers."""
MOST_GUIDANCE = 30.0
_NAMED = 3
"""So many numbers of frames are named one by one, more by their rule."""


def given(*values: Value | None) -> Value:
    """The first that is not None: the request's, then the part's own, then the checkpoint's."""
    return next(value for value in values if value is not None)


def sides(
    height: int | None, width: int | None, fitting: tuple[int, int], nearest: Callable[[float], int]
) -> tuple[int, int]:
    """The (height, width) that was asked for; a side that was not follows the other in the fitting aspect."""
    if height is not None:
        return height, nearest(height * fitting[1] / fitting[0]) if width is None else width
    return fitting if width is None else (nearest(width * fitting[0] / fitting[1]), width)


def check_precision(precision: str, compiled: bool) -> None:
    """Raise InputError for a precision whose blocks are not compiled, where they are to be."""
    if compiled and precision == "int8":
        what = "blocks of weights that are stored as int8 are not compiled"
        raise InputError(what, got="precision=int8 and compiled=true", remedy="leave one out, or take fp8")


def check_file(name: str, file: str | None) -> None:
    """Raise InputError unless the file is there, or left out."""
    if file is not None and not os.path.isfile(file):
        raise InputError(f"the generator's {name} is no file", got=repr(file), remedy="name one that is here")


def check_size(size: tuple[int, int], nearest: tuple[int, int]) -> None:
    """Raise InputError unless a (height, width) is the nearest that the model can draw."""
    if size != nearest:
        raise InputError(
            "the model cannot draw this size",
            got=f"{size[0]} × {size[1]} (height × width)",
            remedy=f"the nearest it can is {nearest[0]} × {nearest[1]}",
        )


def nearest_side(length: float, multiple: int) -> int:
    """The nearest multiple that a side can have, up to `LONGEST_SIDE`."""
    return min(max(round(length / multiple), 1), LONGEST_SIDE // multiple) * multiple


def check_frames(frames: int, counts: Sequence[int]) -> None:
    """Raise InputError, with the next below and above, unless `counts` has this number; it rises evenly."""
    if frames in counts:
        return
    below = [count for count in counts if count < frames][-1:]
    above = [count for count in counts if count > frames][:1]
    raise InputError(
        f"the number of frames must be {_rule(counts)}",
        got=f"{frames}",
        remedy=f"the nearest is {_listed([*below, *above])}",
    )


def _rule(counts: Sequence[int]) -> str:
    if len(counts) <= _NAMED:
        return _listed(counts)
    return f"a multiple of {counts[1] - counts[0]}, plus 1, from {counts[0]} to {counts[-1]}"


def _listed(counts: Sequence[int]) -> str:
    return " or ".join(map(str, counts))


def nearest_frames(length: float, chunk: int) -> int:
    """The nearest multiple of `chunk`, plus 1, the longer one of two."""
    return max(math.floor((length - 1) / chunk + 0.5), 1) * chunk + 1


def check_steps(steps: int, most: int) -> None:
    """Raise InputError unless the model can be sampled in this many steps."""
    if not 1 <= steps <= most:
        nearest = min(max(steps, 1), most)
        what = f"the number of steps must be between 1 and {most}"
        raise InputError(what, got=f"{steps}", remedy=f"the nearest is {nearest}")


def check_guidance(scale: float, usual: float, least: float = 0.0) -> None:
    """Raise InputError unless the scale is usable; `usual` is the model's own."""
    if not math.isfinite(scale) or not least <= scale <= MOST_GUIDANCE:
        nearest = usual if math.isnan(scale) else min(max(scale, least), MOST_GUIDANCE)
        what = f"the guidance must be a number from {least:g} to {MOST_GUIDANCE:g}"
        raise InputError(what, got=f"{scale}", remedy=f"the nearest is {nearest:g}")
