"""The seeds of a run's clips: as they are given, counted up, or drawn."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ...errors import InputError, kind_of
from ...values import whole_number

SEEDS = 2**63
"""Seeds are below this."""

MOST_CLIPS = 1_000
"""Of a run, in all of its rounds: well within what `record` reads back of a list."""


def drawn() -> int:
    """A seed for a run whose user gave none; it is shown and kept like any other."""
    return secrets.randbelow(2**32)


def listed(given: Sequence[int] | str) -> tuple[int, ...]:
    """As they are wished for, in a list or a text. Raises InputError."""
    if isinstance(given, str):
        return listed(_numbers(given))
    plain = given.tolist() if isinstance(given, np.ndarray) else given
    if not isinstance(plain, Sequence):
        remedy = "like [1, 2, 3], or one `seed`"
        raise InputError("the seeds are a list", got=kind_of(given), remedy=remedy)
    return tuple(whole_number("a seed", seed) for seed in plain)


def _numbers(words: str) -> list[int]:
    """As they are typed, with commas between."""
    try:
        return [int(word) for word in words.split(",")]
    except ValueError:
        what = "seeds are whole numbers with commas between"
        raise InputError(what, got=repr(words), remedy="like --seeds 1,2,3") from None


def check(seed: int) -> None:
    """Raise InputError for what is no seed."""
    if not 0 <= seed < SEEDS:
        nearest = min(max(seed, 0), SEEDS - 1)
        what = "a seed is a whole number from 0 to 2^63 - 1"
        raise InputError(what, got=str(seed), remedy=f"the nearest is {nearest}")


def check_distinct(seeds: Sequence[int]) -> None:
    """Raise InputError for a seed that is there twice, as both would draw the same clip."""
    if twice := [seed for seed, count in Counter(seeds).items() if count > 1]:
        what, remedy = "equal seeds draw the same clip", "give each candidate a seed of its own"
        raise InputError(what, got=f"{twice[0]} more than once", remedy=remedy)


def of_clips(count: int, first: int, given: Sequence[int], *, is_repeated: bool) -> tuple[int, ...]:
    """The seeds of so many clips: those that are given, or counted up from the first.

    A run of before, which is repeated, may have more of them than it used. Raises InputError for too many
    clips, and for another number of seeds.
    """
    if count > MOST_CLIPS:
        what, remedy = f"a run draws at most {MOST_CLIPS:,} clips", "use fewer candidates or rounds"
        raise InputError(what, got=f"{count:,}", remedy=remedy)
    if not given:
        return tuple((first + i) % SEEDS for i in range(count))
    if len(given) < count or (len(given) > count and not is_repeated):
        what, got = "each clip takes one of the seeds", f"{len(given)} for a run of {count}"
        remedy = "leave `candidates` out, or give one `seed` to count up from"
        raise InputError(what, got=got, remedy=remedy)
    return tuple(given[:count])
