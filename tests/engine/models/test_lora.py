"""A LoRA's product is in the weights, whatever its keys are called, and one that does not fit is refused."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from frame2frame.engine.families.cogvideox import network as cogvideox_network
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.models import lora
from frame2frame.engine.models.lora import Lora, Match
from frame2frame.engine.models.merge_lora import fuse
from frame2frame.errors import InputError, ModelError

LAYERS = ("transformer_blocks.0.attn1.to_q", "transformer_blocks.1.ff.net.2")
WAN = {
    "blocks.0.self_attn.q": "blocks.0.attn1.to_q",
    "blocks.0.self_attn.o": "blocks.0.attn1.to_out.0",
    "blocks.0.cross_attn.k_img": "blocks.0.attn2.add_k_proj",
    "blocks.0.cross_attn.v": "blocks.0.attn2.to_v",
    "blocks.0.ffn.0": "blocks.0.ffn.net.0.proj",
    "blocks.0.ffn.2": "blocks.0.ffn.net.2",
    "time_projection.1": "condition_embedder.time_proj",
    "text_embedding.2": "condition_embedder.text_embedder.linear_2",
    "head.head": "proj_out",
}
"""The names of Wan's authors, and those of diffusers."""
RANK = 2

LAYOUTS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "peft": (lambda layer: f"transformer.{layer}", "lora_A", "lora_B"),
    "peft with its own prefix": (
        lambda layer: f"base_model.model.{layer}",
        "lora_A.default",
        "lora_B.default",
    ),
    "bare": (lambda layer: layer, "lora.down", "lora.up"),
    "diffusion_model": (lambda layer: f"diffusion_model.{layer}", "lora_down", "lora_up"),
    "kohya": (lambda layer: "lora_unet_" + layer.replace(".", "_"), "lora_down", "lora_up"),
}


def pair(shape: tuple[int, ...], seed: int = 0) -> tuple[Tensor, Tensor]:
    """Down (rank, in) and up (out, rank) for a weight of this shape."""
    drawn = torch.Generator().manual_seed(seed)
    return torch.randn(RANK, *shape[1:], generator=drawn), torch.randn(shape[0], RANK, generator=drawn)


@pytest.fixture
def weights(tiny: Callable[..., CogVideoX]) -> dict[str, Tensor]:
    folder = tiny("rotary").folder()
    return load_file(folder / "transformer" / "diffusion_pytorch_model.safetensors")


@pytest.fixture
def model(tiny: Callable[..., CogVideoX]) -> Path:
    return tiny("rotary").folder()


def fused(model: Path, wish: str) -> tuple[dict[str, Tensor], tuple[Match, ...]]:
    """The transformer's weights with the LoRA, and what matched."""
    found = lora.find(wish)
    loaded = cogvideox_network.load(model, "cpu", "float32", loras=(found,))
    return loaded.transformer.state_dict(), lora.matches([found], model)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_product_is_added_whatever_the_keys_are_called(
    layout: str, model: Path, weights: dict[str, Tensor], tmp_path: Path
) -> None:
    name, down, up = LAYOUTS[layout]
    pairs = {layer: pair(weights[f"{layer}.weight"].shape) for layer in LAYERS}
    tensors: dict[str, Tensor] = {}
    for layer, (a, b) in pairs.items():
        tensors |= {f"{name(layer)}.{down}.weight": a, f"{name(layer)}.{up}.weight": b}
    save_file(tensors, tmp_path / "style.safetensors")
    changed, (match,) = fused(model, f"{tmp_path / 'style.safetensors'}:0.5")
    assert (match.matched, match.total) == (4, 4)
    for key, before in weights.items():
        layer = key.removesuffix(".weight")
        added = 0.5 * pairs[layer][1] @ pairs[layer][0] if layer in pairs else torch.zeros(())
        torch.testing.assert_close(changed[key], before + added)


def test_alpha_over_rank_scales_the_product(model: Path, weights: dict[str, Tensor], tmp_path: Path) -> None:
    key = f"{LAYERS[0]}.weight"
    a, b = pair(weights[key].shape)
    base = "lora_unet_" + LAYERS[0].replace(".", "_")
    tensors = {f"{base}.lora_down.weight": a, f"{base}.lora_up.weight": b, f"{base}.alpha": torch.tensor(1.0)}
    save_file(tensors, tmp_path / "kohya.safetensors")
    changed, (match,) = fused(model, str(tmp_path / "kohya.safetensors"))
    assert (match.matched, match.total) == (2, 2)
    torch.testing.assert_close(changed[key], weights[key] + b @ a / RANK)


def test_alpha_may_stand_in_the_notes_of_the_file(
    model: Path, weights: dict[str, Tensor], tmp_path: Path
) -> None:
    key = f"{LAYERS[0]}.weight"
    a, b = pair(weights[key].shape)
    base = f"transformer.{LAYERS[0]}"
    notes = {"lora_adapter_metadata": json.dumps({"transformer.lora_alpha": 8, "transformer.r": RANK})}
    tensors = {f"{base}.lora_A.weight": a, f"{base}.lora_B.weight": b}
    save_file(tensors, tmp_path / "noted.safetensors", metadata=notes)
    changed, _ = fused(model, str(tmp_path / "noted.safetensors"))
    torch.testing.assert_close(changed[key], weights[key] + 8 / RANK * b @ a)


def test_differences_are_added_to_weight_and_bias(
    model: Path, weights: dict[str, Tensor], tmp_path: Path
) -> None:
    base, layer = f"diffusion_model.{LAYERS[0]}", LAYERS[0]
    parts = {"diff": weights[f"{layer}.weight"], "diff_b": weights[f"{layer}.bias"]}
    save_file(
        {f"{base}.{name}": torch.ones_like(value) for name, value in parts.items()},
        tmp_path / "d.safetensors",
    )
    changed, _ = fused(model, f"{tmp_path / 'd.safetensors'}:2")
    for name in ("weight", "bias"):
        torch.testing.assert_close(changed[f"{layer}.{name}"], weights[f"{layer}.{name}"] + 2)


def wan(place: Path, components: tuple[str, ...]) -> Path:
    """The transformers of a Wan model, as far as the names and sizes of some layers go."""
    place.mkdir()
    (place / "model_index.json").write_text('{"_class_name": "WanImageToVideoPipeline"}')
    for component in components:
        (place / component).mkdir()
        tensors = {f"{layer}.weight": torch.zeros(4, 3) for layer in WAN.values()}
        save_file(tensors, place / component / "diffusion_pytorch_model.safetensors")
    return place


def wan_lora(file: Path) -> Lora:
    tensors: dict[str, Tensor] = {}
    for layer in WAN:
        a, b = pair((4, 3))
        tensors |= {
            f"diffusion_model.{layer}.lora_down.weight": a,
            f"diffusion_model.{layer}.lora_up.weight": b,
        }
    save_file(tensors, file)
    return lora.find(str(file))


def test_the_names_of_wans_authors_are_known(tmp_path: Path) -> None:
    (match,) = lora.matches([wan_lora(tmp_path / "w.safetensors")], wan(tmp_path / "m", ("transformer",)))
    assert {name.removesuffix(".weight") for name in match.changes} == set(WAN.values())
    assert match.matched == match.total == 2 * len(WAN)


@pytest.mark.parametrize(
    ("file", "components"),
    [
        ("wan_high_noise_rank64.safetensors", ["transformer"]),
        ("wan_low_noise_rank64.safetensors", ["transformer_2"]),
        ("slow_motion.safetensors", ["transformer", "transformer_2"]),
    ],
)
def test_a_file_for_one_expert_changes_only_that_one(
    file: str, components: list[str], tmp_path: Path
) -> None:
    folder = wan(tmp_path / "m", ("transformer", "transformer_2"))
    found = lora.matches([wan_lora(tmp_path / file)], folder)
    assert [match.component for match in found] == components


def test_a_convolution_is_changed_in_its_own_shape(tmp_path: Path) -> None:
    layer = torch.nn.Conv3d(3, 4, (1, 2, 2))
    before = layer.weight.detach().clone()
    a, b = pair(tuple(layer.weight.shape))
    save_file(
        {"proj.lora_A.weight": a, "proj.lora_B.weight": b[..., None, None, None]}, tmp_path / "c.safetensors"
    )
    folder = tmp_path / "transformer"
    folder.mkdir()
    save_file({"proj.weight": before}, folder / "model.safetensors")
    fuse(
        {"transformer": torch.nn.ModuleDict({"proj": layer})},
        lora.matches([lora.find(str(tmp_path / "c.safetensors"))], tmp_path),
    )
    torch.testing.assert_close(
        layer.weight.detach(), before + torch.einsum("or,rixyz->oixyz", b, a.view(2, 3, 1, 2, 2))
    )


def test_another_weight_loads_the_model_anew(model: Path, weights: dict[str, Tensor], tmp_path: Path) -> None:
    key = f"{LAYERS[0]}.weight"
    a, b = pair(weights[key].shape)
    save_file({f"{LAYERS[0]}.lora_A.weight": a, f"{LAYERS[0]}.lora_B.weight": b}, tmp_path / "s.safetensors")
    fused(model, f"{tmp_path / 's.safetensors'}:1")
    unchanged = cogvideox_network.load(model, "cpu", "float32").transformer.state_dict()[key]
    assert torch.equal(unchanged, weights[key])


def test_a_lora_that_matches_nothing_is_an_error(model: Path, tmp_path: Path) -> None:
    save_file({"unet.down.lora_A.weight": torch.zeros(2, 3)}, tmp_path / "sd.safetensors")
    said = r"matches nothing in this model; got 0 of 1 keys, such as 'unet.down.lora_A.weight'; .*CogVideoX"
    with pytest.raises(ModelError, match=said):
        lora.matches([lora.find(str(tmp_path / "sd.safetensors"))], model)


def test_a_lora_of_another_size_is_an_error(model: Path, tmp_path: Path) -> None:
    a, b = pair((6, 5))
    save_file({f"{LAYERS[0]}.lora_A.weight": a, f"{LAYERS[0]}.lora_B.weight": b}, tmp_path / "s.safetensors")
    with pytest.raises(ModelError, match=r"for a model of another size; got 6 × 5 for transformer_blocks\.0"):
        lora.matches([lora.find(str(tmp_path / "s.safetensors"))], model)


def test_a_lora_whose_values_are_no_numbers_is_an_error(
    model: Path, weights: dict[str, Tensor], tmp_path: Path
) -> None:
    a, b = pair(tuple(weights[f"{LAYERS[0]}.weight"].shape))
    b[0, 0] = torch.nan
    save_file({f"{LAYERS[0]}.lora_A.weight": a, f"{LAYERS[0]}.lora_B.weight": b}, tmp_path / "n.safetensors")
    with pytest.raises(ModelError, match=r"n\.safetensors has values that are not finite; got those for "):
        fused(model, str(tmp_path / "n.safetensors"))


def test_a_lora_of_single_numbers_is_of_another_size(model: Path, tmp_path: Path) -> None:
    parts = {f"{LAYERS[0]}.lora_{side}.weight": torch.tensor(1.0) for side in "AB"}
    save_file(parts, tmp_path / "s.safetensors")
    with pytest.raises(ModelError, match="for a model of another size; got ranks that differ"):
        lora.matches([lora.find(str(tmp_path / "s.safetensors"))], model)


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        (torch.zeros(2, 32, dtype=torch.complex64), "a format that is not read; got C64 for "),
        (torch.zeros(0, 32), "of another size; got ranks that differ"),
    ],
)
def test_a_lora_of_odd_numbers_or_of_no_rank_is_refused(
    model: Path, tmp_path: Path, tensor: Tensor, said: str
) -> None:
    base = "transformer.transformer_blocks.0.attn1.to_q"
    up = torch.zeros(32, len(tensor))
    save_file({f"{base}.lora_A.weight": tensor, f"{base}.lora_B.weight": up}, tmp_path / "x.safetensors")
    with pytest.raises(ModelError, match=said):
        lora.matches([lora.find(str(tmp_path / "x.safetensors"))], model)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_lora_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.safetensors")
    with pytest.raises(ModelError, match="not a regular file; got a pipe or a device; get the file again"):
        lora.find(str(tmp_path / "x.safetensors"))


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("nowhere.safetensors", "no such LoRA here; got 'nowhere.safetensors'; name a file"),
        ("someone/style", "get it with: f2f models pull someone/style"),
        ("someone/style/a/b.safetensors", "get it with: f2f models pull someone/style/a/b.safetensors"),
        ("pickle.pt", "safetensors only, as other files may run code"),
        ("cut.safetensors", "no whole safetensors file; got cut.safetensors; get the file again"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(wish: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "pickle.pt").write_bytes(b"")
    (tmp_path / "cut.safetensors").write_bytes(b"cut")
    with pytest.raises(ModelError, match=said.replace(".", r"\.")) as caught:
        lora.find(wish, cache_dir=None)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wish", ["style.safetensors:strong", "style.safetensors:11", "style.safetensors:nan"]
)
def test_a_weight_that_is_none_is_refused(wish: str) -> None:
    with pytest.raises(InputError, match="the weight of a LoRA is a number from -10 to 10"):
        lora.parsed(wish)
