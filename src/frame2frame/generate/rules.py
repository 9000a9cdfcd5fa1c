"""What every family refuses, each with the nearest value that it can do."""

from __future__ import annotations

import math

from ..errors import InputError

_MOST_GUIDANCE = 30.0


def check_size(size: tuple[int, int], nearest: tuple[int, int]) -> None:
    """Raise InputError unless a (height, width) is the nearest that the model can draw."""
    if size != nearest:
        raise InputError(
            "the model cannot draw this size",
            got=f"{size[0]} × {size[1]} (height × width)",
            remedy=f"the nearest it can is {nearest[0]} × {nearest[1]}",
        )


def check_frames(frames: int, chunk: int, most: int) -> None:
    """Raise InputError unless the frames are a multiple of `chunk`, plus 1, and no more than `most`."""
    if frames % chunk != 1 or not chunk < frames <= most:
        below = min(max((frames - 1) // chunk, 1) * chunk + 1, most)
        nearest = sorted({below, min(below + chunk, most)}) if frames > below else [below]
        raise InputError(
            f"the number of frames must be a multiple of {chunk}, plus 1, and at most {most}",
            got=f"{frames}",
            remedy=f"the nearest is {' or '.join(map(str, nearest))}",
        )


def nearest_frames(length: float, chunk: int) -> int:
    """The nearest multiple of `chunk`, plus 1, the longer one of two."""
    return max(math.floor((length - 1) / chunk + 0.5), 1) * chunk + 1


def check_steps(steps: int, most: int) -> None:
    """Raise InputError unless the model can be sampled in this many steps."""
    if not 1 <= steps <= most:
        nearest = min(max(steps, 1), most)
        what = f"the number of steps must be between 1 and {most}"
        raise InputError(what, got=f"{steps}", remedy=f"the nearest is {nearest}")


def check_guidance(scale: float, usual: float) -> None:
    """Raise InputError unless the scale is usable; `usual` is the model's own."""
    if not math.isfinite(scale) or not 0 <= scale <= _MOST_GUIDANCE:
        nearest = usual if math.isnan(scale) else min(max(scale, 0.0), _MOST_GUIDANCE)
        what = f"the guidance must be a number from 0 to {_MOST_GUIDANCE:g}"
        raise InputError(what, got=f"{scale}", remedy=f"the nearest is {nearest:g}")
