"""What CogVideoX can draw, read from its checkpoint; how its clips are decoded; how it is loaded."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import frame2frame
from frame2frame.engine.families.cogvideox import network as cogvideox_network
from frame2frame.engine.families.cogvideox.config import Layout
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.families.cogvideox.positions import learned_table
from frame2frame.engine.sampling.pixels import to_frames
from frame2frame.engine.sampling.solvers import DDIM
from frame2frame.errors import InputError, MissingPackageError, ModelError

from ..drafts import ANY, MakeItem

Make = Callable[..., CogVideoX]


REAL_1_5 = Layout(2400, 2400, 81, fixed=False, pairs=True, multiple=16, chunk=8, training_steps=1000)


def test_learned_positions_allow_one_size_and_one_number_of_frames(tiny: Make) -> None:
    sampling = tiny("1.0").sampling(ANY)
    assert (sampling.frames, sampling.height, sampling.width) == (49, 32, 48)
    with pytest.raises(InputError, match=r"must be 49; got 17; the nearest is 49$"):
        tiny("1.0").sampling(ANY, frames=17)
    with pytest.raises(InputError, match=r"the nearest it can is 32 × 48"):
        tiny("1.0", height=48, width=48).sampling(ANY)


@pytest.mark.parametrize("frames", [9, 17, 33, 161])
def test_rotary_positions_allow_any_multiple_of_eight_plus_one(tiny: Make, frames: int) -> None:
    assert tiny("rotary").sampling(ANY, frames=frames).frames == frames


@pytest.mark.parametrize(
    ("frames", "nearest"),
    [(16, "9 or 17"), (10, "9 or 17"), (77, "73 or 81"), (1, "9"), (0, "9"), (-5, "9"), (1000, "161")],
)
def test_other_numbers_of_frames_name_the_nearest(tiny: Make, frames: int, nearest: str) -> None:
    with pytest.raises(InputError, match=f"the nearest is {nearest}$"):
        tiny("rotary").sampling(ANY, frames=frames)


@pytest.mark.parametrize(("steps", "nearest"), [(0, 1), (-3, 1), (1001, 1000)])
def test_impossible_steps_name_the_nearest(tiny: Make, steps: int, nearest: int) -> None:
    with pytest.raises(InputError, match=f"the nearest is {nearest}$"):
        tiny("rotary").sampling(ANY, steps=steps)


@pytest.mark.parametrize(("scale", "nearest"), [(-1.0, "0"), (31.0, "30"), (math.nan, "1"), (math.inf, "30")])
def test_impossible_guidance_names_the_nearest(tiny: Make, scale: float, nearest: str) -> None:
    with pytest.raises(InputError, match=f"the nearest is {nearest}$"):
        tiny("rotary").sampling(ANY, guidance=scale)


def test_what_is_asked_for_goes_before_the_model_s_own(tiny: Make) -> None:
    sampling = tiny("rotary").sampling(ANY, frames=9, steps=2, guidance=3)
    assert (sampling.frames, sampling.steps, sampling.guidance) == (9, 2, (3.0, 3.0))


def test_a_model_without_pairs_draws_its_own_size_whatever_the_picture(tiny: Make) -> None:
    wide = tiny("rotary").sampling(np.zeros((10, 500, 3), np.uint8))
    assert (wide.height, wide.width) == (32, 32)


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        ((1080, 1920), (768, 1360)),
        ((1920, 1080), (1360, 768)),
        ((500, 500), (768, 768)),
        ((600, 800), (768, 1024)),
        ((1, 5000), (768, 1360)),
    ],
)
def test_version_1_5_takes_a_short_side_of_768(picture: tuple[int, int], size: tuple[int, int]) -> None:
    assert REAL_1_5.size(np.zeros((*picture, 3), np.uint8)) == size


@pytest.mark.parametrize(("size", "nearest"), [((760, 770), "768 × 768"), ((3000, 768), "2400 × 768")])
def test_other_sizes_name_the_nearest(size: tuple[int, int], nearest: str) -> None:
    with pytest.raises(InputError, match=nearest):
        REAL_1_5.check_size(*size)


@pytest.mark.parametrize("layout", ["1.0", "1.5", "rotary"])
def test_streamed_chunks_are_exactly_the_whole_decode(tiny: Make, item: MakeItem, layout: str) -> None:
    model = tiny(layout)
    sampling = model.sampling(ANY)
    draft = model.draft([item(4, sampling)], sampling)
    draft.advance(4)
    chunks = list(draft.decode(0))
    assert [len(chunk) for chunk in chunks] == [9] + [8] * ((sampling.frames - 9) // 8)
    vae = cogvideox_network.load(model.folder(), "cpu", "auto").vae
    latents = draft.latents(0).transpose(0, 1)[None] / vae.config.scaling_factor
    whole = to_frames(vae.decode(latents).sample)[0]
    assert np.array_equal(np.concatenate(chunks), whole)


@pytest.mark.parametrize("layout", ["1.0", "1.5", "rotary"])
def test_every_frame_of_a_whole_clip_has_its_own_time(tiny: Make, item: MakeItem, layout: str) -> None:
    model = tiny(layout)
    sampling = model.sampling(ANY)
    draft = model.draft([item(4, sampling)], sampling)
    assert draft.frame_times == tuple(range(sampling.frames))


def test_a_thinned_clip_is_added_the_learned_positions_of_what_is_left(tiny: Make) -> None:
    transformer = cogvideox_network.load(tiny("1.0").folder(), "cpu", "auto").transformer
    embed, words, places = transformer.patch_embed, transformer.config.max_text_seq_length, 2 * 3
    text, latents = torch.randn(1, words, 32), torch.randn(1, 13, 8, 4, 6)
    whole = embed(text, latents)
    table = embed.pos_embedding[0, words:].unflatten(0, (13, places))[[0, 5, 12]].flatten(0, 1)
    with learned_table(transformer, table, 3):
        thinned = embed(text, latents[:, [0, 5, 12]])
    expected = whole[:, words:].unflatten(1, (13, places))[:, [0, 5, 12]].flatten(1, 2)
    assert torch.allclose(thinned, torch.cat([whole[:, :words], expected], dim=1), atol=1e-6)
    assert torch.equal(embed(text, latents), whole)


def test_the_padding_of_version_1_5_is_not_part_of_the_clip(tiny: Make, item: MakeItem) -> None:
    model = tiny("1.5")
    sampling = model.sampling(ANY)
    draft = model.draft([item(4, sampling)], sampling)
    assert draft._latents.shape[1] == 6
    assert len(draft.latents(0)) == 5


def test_the_scale_of_the_picture_s_latent_is_a_setting(tiny: Make, item: MakeItem) -> None:
    drawn = []
    for scale in (None, 1 / 0.7, 1.0):
        model = tiny("1.5", image_latent_scale=scale)
        sampling = model.sampling(ANY)
        draft = model.draft([item(4, sampling)], sampling)
        draft.advance(4)
        drawn.append(draft.latents(0))
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.allclose(drawn[0], drawn[2], atol=1e-4)


@pytest.mark.parametrize("layout", ["1.0", "1.5", "rotary"])
def test_a_repeated_picture_is_what_the_vae_gives_of_its_most_likely_latent(
    tiny: Make, item: MakeItem, layout: str
) -> None:
    model = tiny(layout)
    picture = item(4, model.sampling(ANY)).picture
    vae = cogvideox_network.load(model.folder(), "cpu", "auto").vae
    pixels = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None, :, None]
    stock = vae.decode(vae.encode(pixels).latent_dist.mode()).sample
    levels = to_frames(stock)[0, 0].astype(int)
    assert np.abs(model.repeated(picture) - levels).max() <= 1
    assert levels.std() > 1


def test_a_look_at_the_picture_and_a_clip_of_it_encode_it_once(
    tiny: Make, item: MakeItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, encoded = tiny("rotary"), list[Any]()
    sampling, vae = model.sampling(ANY), model.loaded().vae
    stock = vae.encode

    def counted(pixels: Any) -> Any:
        encoded.append(pixels)
        return stock(pixels)

    monkeypatch.setattr(vae, "encode", counted)
    first, second = (item(seed, sampling) for seed in (1, 2))
    model.repeated(first.picture)
    model.draft([first], sampling)
    assert len(encoded) == 1
    model.draft([second], sampling)
    assert len(encoded) == 2


def test_a_second_draft_reuses_the_loaded_model(tiny: Make, item: MakeItem) -> None:
    model, other = tiny("rotary"), tiny("rotary", steps=2, guidance=5.0)
    sampling = model.sampling(ANY)
    first = model.draft([item(1, sampling)], sampling)
    second = other.draft([item(1, sampling)], sampling)
    assert vars(first._family)["_parts"] is vars(second._family)["_parts"]


def test_every_part_is_in_evaluation_mode(tiny: Make) -> None:
    parts = cogvideox_network.load(tiny("rotary").folder(), "cpu", "auto")
    assert not any(part.training for part in (parts.text_encoder, parts.vae, parts.transformer))


def test_loading_prints_nothing(tiny: Make, capfd: pytest.CaptureFixture[str]) -> None:
    cogvideox_network.load(tiny("rotary").folder(), "cpu", "auto")
    assert capfd.readouterr() == ("", "")


def test_a_folder_works_like_a_hub_id(copied: Path, tiny: Make, item: MakeItem) -> None:
    drawn = []
    for model in (tiny("rotary"), CogVideoX(str(copied), steps=4, guidance=1.0, device="cpu")):
        sampling = model.sampling(ANY)
        draft = model.draft([item(1, sampling)], sampling)
        draft.advance(4)
        drawn.append(np.concatenate(list(draft.decode(0))))
    assert np.array_equal(drawn[0], drawn[1])


def test_another_pipeline_is_named(copied: Path) -> None:
    (copied / "model_index.json").write_text(json.dumps({"_class_name": "WanImageToVideoPipeline"}))
    with pytest.raises(ModelError, match="got WanImageToVideoPipeline"):
        CogVideoX(str(copied)).sampling(ANY)


def test_a_configuration_that_says_too_little_is_refused(copied: Path) -> None:
    path = copied / "transformer" / "config.json"
    config = json.loads(path.read_text())
    del config["sample_frames"]
    path.write_text(json.dumps(config))
    with pytest.raises(ModelError, match="without 'sample_frames'"):
        CogVideoX(str(copied)).sampling(ANY)


@pytest.mark.parametrize(
    ("file", "key", "value", "refusal"),
    [
        ("transformer", "patch_size", "two", "'patch_size' .* must be a whole number .*; got 'two' in "),
        ("transformer", "sample_frames", 0, "with 0 for 'sample_frames'"),
        ("vae", "block_out_channels", 4, "does not say what it can draw; got a configuration with .* 'int'"),
        ("vae", "block_out_channels", [8] * 1000, "with a picture that is halved 999 times"),
        ("scheduler", "num_train_timesteps", None, "with None for 'num_train_timesteps'"),
        (
            "scheduler",
            "num_train_timesteps",
            10**12,
            "from 1 to 100000; got 1000000000000 in ",
        ),
        ("transformer", "max_text_seq_length", 10**9, "'max_text_seq_length' .* from 1 to 8192"),
        ("transformer", "num_layers", float("nan"), "'num_layers' .*; got nan in "),
        ("transformer", "text_embed_dim", 64, "do not go together; got text_embed_dim 64 for 32"),
        ("transformer", "in_channels", 4, "do not go together; got in_channels 4 for 8"),
    ],
)
def test_a_configuration_with_another_kind_of_value_is_refused(
    copied: Path, file: str, key: str, value: Any, refusal: str
) -> None:
    path = next((copied / file).glob("*config.json"))
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(ModelError, match=refusal):
        CogVideoX(str(copied)).sampling(ANY)


def test_a_scheduler_that_does_not_say_its_class_takes_ddim_steps(copied: Path) -> None:
    path = copied / "scheduler" / "scheduler_config.json"
    config = json.loads(path.read_text())
    del config["_class_name"]
    path.write_text(json.dumps(config))
    parts = cogvideox_network.load(copied, "cpu", "float32")
    assert cogvideox_network._solver_class(parts, None) is DDIM


def test_a_model_without_its_tokenizer_is_refused_before_any_work(copied: Path) -> None:
    shutil.rmtree(copied / "tokenizer")
    with pytest.raises(ModelError, match="lacks its tokenizer"):
        CogVideoX(str(copied)).sampling(ANY)


def test_a_folder_without_a_model_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no model in"):
        CogVideoX(str(tmp_path)).sampling(ANY)


def test_a_weight_file_cut_short_is_refused(copied: Path) -> None:
    path = copied / "vae" / "diffusion_pytorch_model.safetensors"
    whole = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(whole - 1000)
    with pytest.raises(ModelError, match=f"cut short; got {whole - 1000:,} of {whole:,} bytes"):
        cogvideox_network.load(copied, "cpu", "auto")


@pytest.mark.parametrize("component", ["transformer", "vae"])
def test_weights_of_another_shape_are_refused(copied: Path, component: str) -> None:
    path = copied / component / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    name = sorted(weights)[0]
    save_file(weights | {name: torch.zeros(3, 3)}, path)
    with pytest.raises(ModelError, match="do not belong to its configuration"):
        cogvideox_network.load(copied, "cpu", "auto")


@pytest.mark.parametrize("part", ["transformer", "text_encoder"])
def test_a_missing_weight_is_refused(copied: Path, part: str) -> None:
    path = next((copied / part).glob("*.safetensors"))
    weights = load_file(path)
    del weights[sorted(weights)[0]]
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(ModelError, match="do not belong to its configuration"):
        cogvideox_network.load(copied, "cpu", "auto")


def test_a_tokenizer_that_needs_other_packages_says_which(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "tokenizer" / "tokenizer.json").rename(copied / "tokenizer" / "spiece.model")
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    with pytest.raises(MissingPackageError, match="pip install sentencepiece protobuf"):
        cogvideox_network.load(copied, "cpu", "auto")


def test_unknown_solver_shape_device_and_format_are_refused(tiny: Make, item: MakeItem) -> None:
    sampling = tiny("rotary").sampling(ANY)
    for options in ({"solver": "euler"}, {"device": "abacus"}, {"dtype": "float16"}):
        with pytest.raises(InputError, match=r"use|[Tt]here are"):
            tiny("rotary", **options).draft([item(1, sampling)], sampling)
    with pytest.raises(InputError, match="constant, interval, wave"):
        tiny("rotary", guidance_shape="square").sampling(ANY)


def test_settings_are_found_without_torch(tiny: Make) -> None:
    source = str(Path(frame2frame.__file__).parents[1])
    program = (
        "import sys, numpy\n"
        "from frame2frame.engine.families.cogvideox.generator import CogVideoX\n"
        f"CogVideoX({str(tiny('rotary').folder())!r}).sampling(numpy.zeros((8, 8, 3), 'uint8'))\n"
        "assert 'torch' not in sys.modules and 'diffusers' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ | {"PYTHONPATH": source})
