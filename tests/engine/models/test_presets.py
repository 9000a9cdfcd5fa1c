"""Presets of levers: shares of a model's usual work, under what is asked for by itself."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from frame2frame import plan, stream
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.models import presets
from frame2frame.engine.models.effects import PREPARING, Effects, effects_of, repeated_effects
from frame2frame.engine.models.presets import PRESETS, SAVING
from frame2frame.engine.sampling.noise import Noise, euler_noise, unipc_noise
from frame2frame.errors import InputError
from frame2frame.plugins import registry
from frame2frame.plugins.naming import specs_of
from frame2frame.replaying import replay
from frame2frame.request import Request
from frame2frame.strategy.drafts import kept_units
from frame2frame.strategy.search import Search
from frame2frame.worlds.tabletop.example import EXAMPLE


def asked(**wishes: Any) -> Request:
    return Request.of(EXAMPLE.picture, EXAMPLE.instruction, device="cpu", **wishes)


def test_a_preset_brings_its_strategy_and_its_options() -> None:
    request = asked(preset="search15")
    assert request.strategy == "search" and request.options["strategy.candidates"] == 15
    assert len(plan.of(request).seeds) == 15


def test_what_is_asked_for_by_itself_wins_over_a_preset() -> None:
    request = asked(preset="search15", options={"candidates": 3}, steps=7, frames=17)
    sampling = plan.of(request).sampling
    options = request.options
    assert options["strategy.candidates"] == 3 and options["strategy.finalists"] == 0
    assert (sampling.steps, sampling.frames) == (7, 17)
    assert asked(preset="search15", strategy="path").options == {}


def test_a_model_that_needs_fewer_steps_keeps_its_own_and_the_clip_is_the_nearest_legal_one() -> None:
    request = asked(preset="fast")
    sampling = plan.of(request).sampling
    assert (sampling.frames, sampling.steps) == (9, 5)
    assert sampling.guidance == (2.0,) * 3 + (1.0,) * 2


def test_steps_are_a_share_of_what_the_checkpoint_is_usually_sampled_in() -> None:
    fast = PRESETS["fast"]
    assert [fast.steps_of(usual, own) for usual, own in ((50, 50), (40, 40), (40, 4), (50, 10))] == [
        20,
        16,
        4,
        10,
    ]


@pytest.mark.parametrize(("own", "steps", "noise"), [(8, 8, euler_noise), (40, 16, unipc_noise)])
def test_sparse_drops_latent_frames_where_the_experts_of_wan_change(
    own: int, steps: int, noise: Callable[[int, float, int], Noise]
) -> None:
    """As IF-Edit has it: its threshold, 0.9 of the training steps, is the experts' own boundary."""
    sparse = PRESETS["sparse"]
    assert sparse.steps_of(40, own) == steps
    search = registry.make("strategies", sparse.strategy, sparse.options)
    assert isinstance(search, Search)
    high = sum(timestep >= 900 for timestep in noise(steps, 5.0, 1000).timesteps)
    assert search.schedule(steps)[-1].step == high
    assert kept_units(range(9), search.every, odd=False) == [0, 3, 6, 8]


def test_what_this_machine_lacks_is_left_out_and_said() -> None:
    notes = [event.text for event in plan.of(asked(preset="fast")).notes]
    assert any("fast goes without fp8" in note for note in notes)
    assert any("goes without compiled" in note for note in notes)


def on_a_gpu(request: Request, monkeypatch: pytest.MonkeyPatch) -> Effects:
    """What the run would do on a GPU that multiplies in 8 bits."""
    monkeypatch.setattr("frame2frame.engine.models.effects._refused", lambda *_: "")
    plugin = registry.find("generators", request.model.family)
    clips = registry.make("strategies", request.strategy, request.options).draws
    own = registry.of_generator(plugin, request.options)
    return effects_of(request.preset, plugin, own, ("cuda:0",), None if request.repeats else clips)


@pytest.mark.parametrize("name", ["fast", "search15", "sparse"])
def test_a_run_of_few_clips_prepares_nothing_and_says_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = on_a_gpu(asked(preset=name), monkeypatch)
    assert (found.options["compiled"], found.options["precision"]) == (False, "as-stored")
    assert found.options["guidance_shape"] == "interval"
    (note,) = found.notes
    assert f"pays from {PRESETS[name].pays_from} clips on; --set generator.compiled=true takes both" in note


@pytest.mark.parametrize(
    "wishes",
    [
        {"preset": "fast", "candidates": 19},
        {"preset": "fast", "options": {"generator.compiled": True}},
        {"preset": "search15", "candidates": 77},
    ],
)
def test_many_clips_or_a_wish_of_ones_own_are_prepared_for_and_that_is_said_before(
    wishes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(**wishes)
    found = on_a_gpu(request, monkeypatch)
    assert found.options["precision"] == "fp8"
    assert found.options.get("compiled", True) is True
    assert found.notes == (PREPARING,)


def test_blocks_that_are_compiled_without_a_preset_are_said_to_take_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert on_a_gpu(asked(options={"generator.compiled": True}), monkeypatch).notes == (PREPARING,)
    assert on_a_gpu(asked(), monkeypatch).notes == ()


@pytest.mark.usefixtures("small_embedded")
def test_a_run_that_is_repeated_prepares_what_its_record_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = list(stream(replace(asked(preset="fast", steps=2, seed=3), keep=False), tmp_path))[-1]
    again = replay(done.folder, device="cpu")  # type: ignore[union-attr, arg-type]
    assert again.repeats is not None
    again = replace(again, repeats=replace(again.repeats, plan=None))
    before = on_a_gpu(again, monkeypatch)  # of a version that compiled whatever the number of clips
    assert (before.options["compiled"], before.options["precision"]) == (True, "fp8")
    prepared: dict[str, Any] = {"generator.compiled": False, "generator.precision": "as-stored"}
    now = on_a_gpu(replace(again, options={**again.options, **prepared}), monkeypatch)
    assert "compiled" not in now.options and "precision" not in now.options


RECORDED = {"compiled": True, "precision": "fp8", "guidance_shape": "interval", "guidance_stop": 0.5}


def test_a_repeated_run_has_the_recorded_effects_that_this_device_can_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = repeated_effects(RECORDED, CogVideoX, {}, ("cpu",))
    assert here.options == {"guidance_shape": "interval", "guidance_stop": 0.5}
    eight_bits, blocks = here.notes
    assert "drawn with fp8" in eight_bits and "drawn with compiled blocks" in blocks
    monkeypatch.setattr("frame2frame.engine.models.effects._refused", lambda *_: "")
    there = repeated_effects(RECORDED, CogVideoX, {"guidance_stop": 0.9}, ("cuda:0",))
    assert there.options == {name: RECORDED[name] for name in ("compiled", "precision", "guidance_shape")}
    assert there.notes == (PREPARING,)


@pytest.mark.usefixtures("small_embedded")
def test_the_plan_in_the_record_says_what_was_settled_by_the_number_of_clips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: dict[str, Any] = {"compiled": False, "precision": "as-stored", "guidance_stop": 0.7}
    monkeypatch.setattr(plan, "effects_of", lambda *_: Effects(prepared))
    done = list(stream(replace(asked(preset="fast", steps=2, seed=3), keep=False), tmp_path))[-1]
    monkeypatch.undo()
    again = replay(done.folder, device="cpu")  # type: ignore[union-attr, arg-type]
    assert plan.of(again).record().options["generator.guidance_stop"] == 0.7


def test_presets_pay_from_the_clips_that_the_benchmark_says() -> None:
    file = Path(__file__).parents[3] / "benchmarks/results/engine-nvidia-h100-80gb-hbm3-2026-11-24.json"
    rows = {row["name"]: row for row in json.loads(file.read_text(encoding="utf-8"))["rows"]}

    def saved(frames: int) -> float:
        """Seconds of a guided step; an unguided one takes half."""
        stock, fast = (rows[f"{form}: step of {frames} frames"]["ms"] for form in ("stock", "fp8"))
        return float(stock - fast) / 1000

    prepared = rows["fast: preparing"]["took_seconds"]
    fast = 10 * saved(17) + 10 * saved(17) / 2
    assert PRESETS["fast"].pays_from == math.ceil(prepared / fast)
    # 7 of 20 steps are whole; what is left of 49 frames has about the tokens of 17.
    sparse = 7 * saved(49) + 3 * saved(17) + 10 * saved(17) / 2
    assert PRESETS["sparse"].pays_from == math.ceil(prepared / sparse)
    assert PRESETS["search15"].pays_from == PRESETS["fast"].pays_from  # its clips are those of fast


@pytest.mark.parametrize("name", ["search4", "search15"])
def test_a_preset_of_several_seeds_drops_none_by_its_preview(name: str) -> None:
    search = registry.make("strategies", PRESETS[name].strategy, PRESETS[name].options)
    assert search.finishes == search.candidates == int(name.removeprefix("search"))
    assert "all of them finished" in PRESETS[name].told


@pytest.mark.parametrize("name", SAVING)
def test_every_preset_names_options_that_its_strategy_has(name: str) -> None:
    preset = presets.find(name)
    registry.make("strategies", preset.strategy, preset.options)
    assert preset.options.keys() <= {spec.full for spec in specs_of("strategy", preset.strategy)}


def test_an_unknown_preset_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean search15"):
        asked(preset="search51")


@pytest.mark.usefixtures("small_embedded")
def test_a_run_with_a_preset_is_repeated_from_its_record(tmp_path: Path) -> None:
    request = replace(asked(preset="fast", steps=2, frames=9, guidance=1.5, seed=3), keep=False)
    first = list(stream(request, tmp_path))[-1]
    again = replay(first.folder, device="cpu")  # type: ignore[union-attr, arg-type]
    assert (again.preset, again.strategy) == ("fast", "one-shot")
    assert dict(again.options) == dict(request.options)
    assert plan.of(again).sampling.guidance == (1.5, 1.0)
