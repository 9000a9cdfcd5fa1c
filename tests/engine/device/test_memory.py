"""Which bounds a wish sets."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from frame2frame.engine.device.memory import GIB, PRESETS, WHOLE, Economy, Notes, check, economy, fits
from frame2frame.errors import InputError, OutOfMemoryError
from frame2frame.request import Request


@pytest.mark.parametrize("wish", ["7", "", "lots", "8:", "8:-1", "8:nan", "8:inf", "auto:much"])
def test_a_wish_that_names_no_preset_is_refused(wish: str) -> None:
    with pytest.raises(InputError, match="auto, 8, 12, 16, 24, 48, 80, or one of them and main memory"):
        check(wish)


def test_a_preset_leaves_a_tenth_of_the_gpu_to_others() -> None:
    assert economy("8", free=80 * GIB).limit == round(7.2 * GIB)


def test_a_larger_gpu_is_never_bound_more_tightly() -> None:
    def bounds(preset: Economy) -> list[float]:
        return [value or math.inf for value in (preset.limit, preset.rows, preset.clips, preset.tile)]

    for smaller, larger in itertools.pairwise(PRESETS.values()):
        pairs = zip(bounds(smaller), bounds(larger), strict=True)
        assert all(first <= second for first, second in pairs)


@pytest.mark.parametrize(("free", "like"), [(3, 8), (8, 8), (15, 16), (79, 80)])
def test_what_is_free_decides_without_a_wish(free: int, like: int) -> None:
    found, preset = economy("auto", free * GIB), PRESETS[like]
    assert (found.limit, found.rows, found.tile) == (None, preset.rows, preset.tile)


def test_a_device_without_memory_of_its_own_is_not_bound() -> None:
    assert economy("auto", None) == WHOLE


def test_main_memory_is_bound_by_what_follows_the_colon() -> None:
    assert economy("8:1.5", None).main == round(1.5 * GIB)


def test_weights_that_fit_in_8_bits_only_are_stored_so_and_others_refused() -> None:
    assert fits(10, 6, room=10)
    assert not fits(10, 6, room=9)
    with pytest.raises(OutOfMemoryError, match="does not fit in main memory"):
        fits(10, 6, room=5)


def test_bounds_get_tighter_to_an_end() -> None:
    found, sides = Economy(tile=100), []
    while (smaller := found.smaller_tiles(480, 720)) is not None:
        found = smaller
        sides.append(found.tile)
    assert sides == [66, 44, 29, 19, 16]
    assert Economy().fewer_rows(5) == Economy(rows=3)
    assert Economy(rows=1).fewer_rows(1) is None


def test_a_request_for_an_unknown_preset_is_refused_before_anything_runs() -> None:
    with pytest.raises(InputError, match="no such memory preset"):
        Request.of(np.zeros((64, 64, 3), np.uint8), "make the ball red", memory="9")


def test_a_note_is_given_once_however_often_it_is_added() -> None:
    notes = Notes()
    notes.add("less", "less")
    assert notes.take() == ["less"]
    notes.add("less")
    assert notes.take() == []
