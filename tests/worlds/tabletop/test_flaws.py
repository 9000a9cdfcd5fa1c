"""Clips that complete their edit and then go wrong."""

from functools import cache

import numpy as np
import pytest

from frame2frame.worlds.tabletop import FLAWS, Episode, edit_error, episode

SEED = 1_300_000_000


@cache
def drawn(flaw: str) -> Episode:
    """Its clip of 13 frames."""
    return episode(SEED, "left", flaw, frames=13)


def errors(one: Episode) -> list[float]:
    return [edit_error(frame, one.source, one.target, one.changed) for frame in one.frames]


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flawed_clip_completes_its_edit_at_the_frame_that_it_names(flaw: str) -> None:
    one = drawn(flaw)
    assert one.complete_index is not None
    assert errors(one)[one.complete_index] < 0.06


@pytest.mark.parametrize("flaw", ("camera", "colour", "glitch", "overshoot"))
def test_a_flaw_begins_once_the_edit_is_complete_and_spoils_the_last_frame(flaw: str) -> None:
    flawed = drawn(flaw)
    assert flawed.complete_index is not None
    until = flawed.complete_index + 1
    assert np.array_equal(flawed.frames[0], flawed.source)
    assert errors(flawed)[-1] > 2 * min(errors(flawed)[:until])


def test_flicker_changes_the_light_of_every_frame_but_the_first() -> None:
    one = drawn("flicker")
    assert np.array_equal(one.frames[0], one.source)
    light = one.frames.mean(axis=(1, 2, 3))
    assert np.abs(np.diff(light[-6:])).min() > 0.05


def test_a_flawed_clip_has_the_same_bytes_each_time() -> None:
    assert np.array_equal(episode(SEED, "left", "glitch", frames=13).frames, drawn("glitch").frames)
