"""Seeds: frozen draws, and which of them are held out."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from frame2frame.errors import InputError
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED
from frame2frame.worlds.tabletop.draws import Draws


def test_draws_are_frozen() -> None:
    draws = Draws(7)
    assert [draws.below(1000) for _ in range(4)] == [625, 897, 775, 225]
    assert draws.unit() == 0.30016628491122543


def test_both_ends_of_the_seeds_can_be_drawn() -> None:
    assert Draws(0).unit() != Draws(2**63 - 1).unit()


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_beyond_the_range_is_refused(seed: int) -> None:
    with pytest.raises(InputError, match="from 0 to"):
        Draws(seed)


def test_some_of_draws_different_items() -> None:
    drawn = Draws(1).some_of("abcdef", 6)
    assert sorted(drawn) == list("abcdef")


def test_training_and_calibration_draw_only_below_the_held_out_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    for name in ("presets", "data"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    data, presets = import_module("data"), import_module("presets")

    for preset in presets.PRESETS.values():
        last = {"train": preset.data.clips - 1, "calibration": preset.data.calibration - 1}
        for split, index in last.items():
            assert data.seed_of(preset, split, index) < FIRST_HELD_OUT_SEED
        assert data.seed_of(preset, "held_out", 0) >= FIRST_HELD_OUT_SEED


TOOLS = Path(__file__).resolve().parents[3] / "tools" / "tabletop"
