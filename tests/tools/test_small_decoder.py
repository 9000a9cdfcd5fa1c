"""The small decoder, on the tiny preset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tests.training import Modules, arguments

from frame2frame.engine.sampling import tiny_vae


def test_the_exported_decoder_is_one_of_the_kind_that_is_read_for_previews(
    tools: Modules, work: Path, exported: Path
) -> None:
    ours = _trained(tools, work)
    latents = torch.randn((2, 3, 16, 4, 4), generator=torch.Generator().manual_seed(0))
    read = tiny_vae.read(exported / "small-decoder.safetensors", torch.device("cpu"), torch.float32, 16, 8, 4)
    with torch.no_grad():
        video = tools["data"].to_pictures(ours(latents)).numpy()
    assert video.shape == (2, 9, 32, 32, 3)
    assert np.abs(read.frames(latents).astype(int) - video[:, ::4]).max() <= 1


def _trained(tools: Modules, work: Path) -> Any:
    options = tools["loop"].read_options("", arguments(work))
    ours = tools["decoder"].SmallDecoder(options.preset.decoder)
    tools["weights"].load_average(work / "decoder" / "average", "decoder", ours)
    return ours


def test_a_frame_does_not_depend_on_later_latents(tools: Modules, work: Path) -> None:
    ours = _trained(tools, work)
    latents = torch.randn((1, 3, 16, 4, 4), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.allclose(ours(latents)[:, :, :5], ours(latents[:, :2]), atol=1e-6)


def test_it_learns_what_the_autoencoder_decodes(tools: Modules, work: Path) -> None:
    options = tools["loop"].read_options("", arguments(work))
    trainer = tools["loop"].Trainer(tools["decoder"].DecoderJob(options), options)
    batch = trainer.job.draw(torch.Generator().manual_seed(0))
    before = float(trainer.job.figures(batch)["loss"])
    for _ in range(12):
        trainer.advance(cooled=0.0)
    assert float(trainer.job.figures(batch)["loss"]) < 0.8 * before


def test_the_log_has_its_decibels_beside_the_autoencoder_s(work: Path) -> None:
    last = json.loads((work / "decoder.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert {"held_out_decibels", "held_out_vae_decibels", "held_out_decibels_to_vae"} <= last.keys()


def test_what_is_kept_at_full_size_leaves_room_for_all_else(tools: Modules, tmp_path: Path) -> None:
    full, weights = tools["presets"].FULL, tools["weights"]
    made = tools["decoder"].SmallDecoder(full.decoder)
    weights.save(tmp_path / "a", {k: v.bfloat16() for k, v in made.state_dict().items()}, {})
    difference = tools["difference"].Difference(tools["video"].build_transformer(full), full.distil.rank)
    tools["difference"].write_lora(difference, tmp_path / "b", {})
    assert sum((tmp_path / name).stat().st_size for name in "ab") < 512_000


def test_what_makes_an_edit_quicker_is_unpacked_with_the_exported_weights(
    tools: Modules, work: Path, exported: Path, tmp_path: Path
) -> None:
    tools["unpack"].main([*arguments(tmp_path), "--from", str(exported)])
    read = tools["weights"].read
    before, after = (read(folder / "decoder" / "average") for folder in (work, tmp_path))
    assert before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)
    before, after = (read(folder / "distil" / "average") for folder in (work, tmp_path))
    assert before.keys() == after.keys()
    for name in [name.removesuffix(".up") for name in before if name.endswith(".up")]:
        wanted, found = (one[f"{name}.up"].float() @ one[f"{name}.down"].float() for one in (before, after))
        assert (found - wanted).norm() <= 0.06 * wanted.norm()
    tools["export"].main([*arguments(tmp_path), "--to", str(tmp_path / "again")])
    assert (tmp_path / "again" / "two-steps.safetensors").is_file()
