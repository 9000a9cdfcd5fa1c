"""Distilling the video model to two evaluations, on the tiny preset."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tests.training import Modules, arguments
from torch import Tensor

INSTRUCTION = "paint the cube blue"


@pytest.fixture(scope="module")
def job(tools: Modules, work: Path) -> Any:
    """The distillation with the products that were trained, larger than they came out."""
    made = tools["distil"].DistilJob(tools["loop"].read_options("", arguments(work)))
    tools["weights"].load_average(work / "distil" / "average", "difference", made.difference)
    with torch.no_grad():
        for _, product in made.difference.named_products():
            product.up.mul_(50.0)
    return made


@pytest.fixture(scope="module")
def stock(exported: Path) -> Any:
    from diffusers import CogVideoXImageToVideoPipeline

    pipeline = CogVideoXImageToVideoPipeline.from_pretrained(exported, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _drawn_by(stock: Any, steps: int, guidance: float) -> Tensor:
    """The stock pipeline's latents of a clip."""
    latents: Tensor = stock(
        Image.fromarray(_picture()),
        INSTRUCTION,
        height=128,
        width=128,
        num_frames=17,
        num_inference_steps=steps,
        guidance_scale=guidance,
        max_sequence_length=64,
        latents=_noise(),
        generator=torch.Generator().manual_seed(5),
        output_type="latent",
    ).frames
    return latents


def _picture() -> Any:
    return np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)


def _noise() -> Tensor:
    return torch.randn((1, 5, 16, 16, 16), generator=torch.Generator().manual_seed(6))


def _asked(tools: Modules, job: Any, stock: Any) -> tuple[Tensor, Tensor]:
    """The picture's latent as the stock pipeline samples it, and the embedded words."""
    shown = torch.from_numpy(_picture())[None].permute(0, 3, 1, 2)[:, :, None] / 127.5 - 1.0
    with torch.no_grad():
        posterior = stock.vae.encode(shown).latent_dist
        first = posterior.sample(torch.Generator().manual_seed(5))[:, :, 0] * job.video.scale
        ids = tools["latents"].tokens(job.video.tokenizer, [INSTRUCTION])
        return first, job.video.embed(torch.from_numpy(ids))


def test_the_trained_jumps_are_the_two_steps_of_the_stock_pipeline(
    tools: Modules, job: Any, stock: Any
) -> None:
    before = _drawn_by(stock, steps=2, guidance=1.0)
    with torch.no_grad():
        jumps = tools["guided"].walk(job._student(*_asked(tools, job, stock)), _noise(), 2)
        stock.transformer.load_state_dict(job.difference.changed(job.video.transformer), strict=False)
    try:
        drawn = _drawn_by(stock, steps=2, guidance=1.0)
    finally:
        stock.transformer.load_state_dict(job.video.transformer.state_dict())
    assert torch.allclose(jumps[-1], drawn, atol=1e-4)
    assert not torch.allclose(before, drawn, atol=1e-2), "the products change nothing"


def test_the_teacher_is_the_stock_pipeline_with_guidance(tools: Modules, job: Any, stock: Any) -> None:
    with torch.no_grad():
        trajectory = tools["guided"].walk(job._teacher(*_asked(tools, job, stock)), _noise(), 4)
    assert torch.allclose(trajectory[-1], _drawn_by(stock, steps=4, guidance=2.0), atol=1e-4)


@pytest.mark.parametrize("name", ["full", "half", "small", "tiny"])
def test_the_first_jump_lands_where_a_step_of_the_teacher_does(tools: Modules, name: str) -> None:
    shape = tools["presets"].PRESETS[name].distil
    teacher, student = (tools["guided"].scheduler(steps) for steps in (shape.steps, 2))
    assert teacher.timesteps[shape.steps // 2] == student.timesteps[1]
    assert 1000 % shape.steps == 0, "diffusers steps by whole timesteps"


def test_what_is_learned_is_the_teacher_s_middle_and_end_then_the_drawn_clip(job: Any) -> None:
    batch = job.draw(torch.Generator().manual_seed(1))
    with torch.no_grad():
        texts = job.video.embed(batch["texts"])
        middle, end = job._aims(batch, texts)
        taught = job._teacher(batch["first"][:1], texts[:1])
        assert torch.equal(end[1], batch["clip"][1]) and not torch.equal(end[0], batch["clip"][0])
        times = torch.full((1,), 499)
        mixed = job.video.signal[times] * batch["clip"][1:] + job.video.noise[times] * batch["noise"][1:]
        assert torch.allclose(middle[1:], mixed, atol=1e-5)
        from_middle = middle[:1]
        for step in (2, 3):
            from_middle = _jumped(job, taught, from_middle, step)
    assert torch.allclose(from_middle, end[:1], atol=1e-5)


def _jumped(job: Any, velocity: Any, noisy: Tensor, step: int) -> Tensor:
    """One of four DDIM steps by the formula, where no signal is left at the first timestep."""
    times = [999, 749, 499, 249]
    signal, noise = float(job.video.signal[times[step]]), float(job.video.noise[times[step]])
    predicted: Tensor = velocity(noisy, times[step])
    clean, drawn = signal * noisy - noise * predicted, signal * predicted + noise * noisy
    if step == 3:
        return clean
    following = times[step + 1]
    return float(job.video.signal[following]) * clean + float(job.video.noise[following]) * drawn


def test_the_student_begins_as_the_teacher_without_guidance(tools: Modules, work: Path) -> None:
    fresh = tools["distil"].DistilJob(tools["loop"].read_options("", arguments(work)))
    stored = dict(fresh.video.transformer.named_parameters())
    changed = fresh.difference.changed(fresh.video.transformer)
    assert changed and all(torch.equal(stored[name], matrix) for name, matrix in changed.items())


def test_only_the_difference_is_trained(tools: Modules, work: Path) -> None:
    options = tools["loop"].read_options("", arguments(work))
    trainer = tools["loop"].Trainer(tools["distil"].DistilJob(options), options)
    before = [tensor.clone() for tensor in trainer.job.video.transformer.state_dict().values()]
    losses = [float(trainer.advance(cooled=0.0)["loss"]) for _ in range(3)]
    after = trainer.job.video.transformer.state_dict().values()
    assert all(map(torch.equal, before, after)) and np.isfinite(losses).all()
    assert all(product.up.any() for _, product in trainer.job.difference.named_products())


def test_the_log_has_the_two_evaluations_beside_the_teacher(work: Path) -> None:
    last = json.loads((work / "distil.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert {"held_out_success", "held_out_teacher_success", "first", "second"} <= last.keys()


def test_the_exported_difference_is_a_lora_of_the_exported_model(
    tools: Modules, job: Any, stock: Any, exported: Path, tmp_path: Path
) -> None:
    from frame2frame.engine.models import lora
    from frame2frame.engine.models.merge_lora import fuse

    file = tmp_path / "difference.safetensors"
    tools["difference"].write_lora(job.difference, file, {"program": "tools/tabletop/distil.py"})
    (match,) = lora.matches(lora.find_all([str(file)]), exported)
    assert match.matched == match.total == 2 * len(job.difference.products)
    before = {name: matrix.clone() for name, matrix in stock.transformer.named_parameters()}
    fuse({"transformer": stock.transformer}, [match])
    wanted = job.difference.changed(job.video.transformer)
    for name, matrix in stock.transformer.named_parameters():
        added, aim = matrix - before[name], wanted.get(name, before[name]) - before[name]
        assert (added - aim).norm() <= 0.06 * aim.norm() + 1e-6, name
    stock.transformer.load_state_dict(before)


def test_a_model_trained_on_is_not_exported_with_the_difference_of_before(
    tools: Modules, work: Path, exported: Path, tmp_path: Path
) -> None:
    assert (exported / "two-steps.safetensors").is_file()
    shutil.copytree(work, tmp_path / "work")
    tools["video"].main(arguments(tmp_path / "work", steps=4, resume=True))
    with pytest.raises(ValueError, match=r"step 3 of video, which is now 4"):
        tools["export"].main([*arguments(tmp_path / "work"), "--to", str(tmp_path / "export")])
