"""Options of the generator: set by name, over those of a preset, kept and repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frame2frame import plan, stream
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.models.effects import effects_of
from frame2frame.errors import InputError
from frame2frame.plugins import registry
from frame2frame.plugins.options import options_of
from frame2frame.replaying import replay
from frame2frame.report.result import Result
from frame2frame.request import Request
from frame2frame.runs.read import read_run
from frame2frame.worlds.tabletop.example import EXAMPLE


def asked(**wishes: Any) -> Request:
    return Request.of(EXAMPLE.picture, EXAMPLE.instruction, device="cpu", **wishes)


def made(options: dict[str, Any], **wishes: Any) -> Any:
    return plan.of(asked(options=options, **wishes)).stages.generator


def test_the_generator_is_made_with_what_was_set() -> None:
    generator = made(
        {"generator.compiled": True, "generator.solver": "dpm", "generator.image_latent_scale": 2}
    )
    assert (generator.compiled, generator.solver, generator.image_latent_scale) == (True, "dpm", 2.0)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("precison", "fp8", "did you mean precision"),
        ("shift", 3.0, "cogvideox has no option shift.* it has height, width, .*tiny_vae, decoder, restore$"),
        ("steps", 3, "that is a wish by itself: steps"),
        ("loras", "a", "that is a wish by itself: lora"),
        ("compiled", "yes", "generator.compiled takes true or false"),
        ("precision", "fp16", "there are as-stored, fp8, int8"),
        ("precision", "fp8", "fp8 needs an NVIDIA GPU"),
        ("solver", "unipc", "there are ddim, dpm"),
        ("dtype", "float16", "did you mean bfloat16"),
        ("image_latent_scale", 0, "image_latent_scale lies above 0 and up to 10"),
    ],
)
def test_what_cannot_be_set_is_one_line(option: str, value: object, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        made({f"generator.{option}": value})
    assert "\n" not in str(caught.value)


def test_an_option_of_the_generator_without_its_name_is_told_the_whole_one() -> None:
    with pytest.raises(InputError, match=r"did you mean generator\.solver"):
        made({"solver": "dpm"})


def test_stored_as_int8_and_compiled_exclude_each_other() -> None:
    with pytest.raises(InputError, match="int8 are not compiled"):
        made({"generator.compiled": True, "generator.precision": "int8"})


def test_only_fields_that_are_no_wishes_and_hold_plain_values_are_options() -> None:
    assert {spec.full for spec in options_of(Wan, "generator") if spec.name not in registry.WISHES} == {
        f"generator.{name}"
        for name in (
            *("height", "width", "guidance_low", "guidance_shape", "guidance_start", "guidance_stop"),
            *("negative_prompt", "solver", "shift", "dtype", "compiled", "precision", "autoencoder"),
            *("tiny_vae", "decoder", "parallel"),
        )
    }


def test_what_the_user_sets_wins_over_the_preset_and_is_not_said_to_be_left_out() -> None:
    own = {"generator.precision": "int8", "generator.guidance_shape": "constant", "generator.compiled": False}
    request = asked(preset="fast", options=own, guidance=2.0)
    made = plan.of(request)
    generator: Any = made.stages.generator
    assert (generator.precision, generator.compiled) == ("int8", False)
    assert set(made.sampling.guidance) == {2.0}
    assert not any("goes without" in note.text for note in made.notes)


def test_a_preset_asks_for_no_faster_form_where_gpus_share_a_clip() -> None:
    found = effects_of("fast", Wan, {"parallel": 2}, ["cuda"], clips=1)
    assert not found.options.keys() & {"precision", "compiled"}
    assert len(found.notes) == 2 and all("share a clip" in note for note in found.notes)


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        ({"height": 96}, (96, 96)),
        ({"width": 64}, (64, 64)),
        ({"height": 64, "width": 96}, (64, 96)),
    ],
)
def test_the_size_of_the_clip_can_be_chosen(sides: dict[str, int], size: tuple[int, int]) -> None:
    request = asked(options={f"generator.{side}": length for side, length in sides.items()})
    sampling = plan.of(request).sampling
    assert (sampling.height, sampling.width) == size


@pytest.mark.parametrize(
    ("height", "nearest"), [(100, "96 × 96"), (0, "16 × 16"), (-64, "16 × 16"), (99_999, "4096 × 4096")]
)
def test_a_size_that_cannot_be_drawn_is_told_the_nearest(height: int, nearest: str) -> None:
    request = asked(options={"generator.height": height})
    with pytest.raises(InputError, match=f"the nearest it can is {nearest}"):
        plan.of(request)


def test_the_record_keeps_them_and_a_replay_repeats_them(video_model: Path, tmp_path: Path) -> None:
    options = {"generator.height": 32, "generator.width": 32, "generator.dtype": "bfloat16"}
    model = {"model": str(video_model), "encoder": "tabletop"}
    request = asked(options=options, frames=9, steps=1, seed=3, keep=False, **model)
    *_, result = stream(request, tmp_path)
    assert isinstance(result, Result) and result.folder is not None
    record = read_run(result.folder).record
    assert record.settings.options == options
    assert (record.execution.height, record.execution.dtype) == (32, "bfloat16")
    assert plan.of(replay(result.folder, "cpu")).stages.generator == plan.of(request).stages.generator
