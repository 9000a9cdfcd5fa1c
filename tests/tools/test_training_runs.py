"""The training programs, run for a few steps on the tiny preset and clips of the real world."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training import Modules, arguments


@pytest.mark.parametrize("name", ["vae", "video", "distil", "decoder", "clip"])
def test_a_resumed_run_goes_the_way_of_an_unbroken_one(
    tools: Modules, work: Path, tmp_path: Path, name: str
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(work, broken)
    tools[name].main(arguments(broken, steps=4, resume=True))
    unbroken = tmp_path / "unbroken"
    shutil.copytree(work, unbroken)
    tools[name].main(arguments(unbroken, steps=4))
    states = [tools["weights"].read(folder / name / "state") for folder in (broken, unbroken)]
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[1])


def test_training_goes_on_from_the_averages_alone(tools: Modules, work: Path, tmp_path: Path) -> None:
    shutil.copytree(work, tmp_path / "work")
    shutil.rmtree(tmp_path / "work" / "video" / "state")
    tools["video"].main(arguments(tmp_path / "work", steps=4, resume=True))
    assert tools["weights"].read_story(tmp_path / "work" / "video" / "average")["steps"] == "4"


def test_cooling_ends_at_a_rate_of_nothing(tools: Modules, work: Path) -> None:
    options = tools["loop"].read_options("", arguments(work))
    trainer = tools["loop"].Trainer(tools["video"].VideoJob(options), options)
    before = [parameter.detach().clone() for parameter in trainer.parameters.values()]
    trainer.advance(cooled=1.0)
    assert all(torch.equal(a, b) for a, b in zip(before, trainer.parameters.values(), strict=True))


def test_log_lines_carry_step_seconds_and_held_out_figures(work: Path) -> None:
    lines = (work / "vae.jsonl").read_text(encoding="utf-8").splitlines()
    assert {"step", "seconds", "loss", "held_out_decibels"} <= {
        key for line in lines for key in json.loads(line)
    }


def test_matrices_updated_together_go_where_torch_takes_them_alone(tools: Modules) -> None:
    generator = torch.Generator().manual_seed(0)
    starts = [torch.randn(shape, generator=generator) for shape in ((8, 8), (8, 8), (16, 8), (8, 20))]
    ours, theirs = ([torch.nn.Parameter(start.clone()) for start in starts] for _ in range(2))
    together = tools["muon"].Muon([{"params": ours}], 0.02, 0.1)
    alone = torch.optim.Muon(theirs, 0.02, 0.1, adjust_lr_fn="match_rms_adamw")
    for _ in range(3):
        for one, other in zip(ours, theirs, strict=True):
            one.grad = other.grad = torch.randn(one.shape, generator=generator)
        together.step()
        alone.step()  # type: ignore[no-untyped-call]
    assert all(torch.allclose(one, other) for one, other in zip(ours, theirs, strict=True))


def test_latents_are_also_made_of_clips_that_were_not_kept(
    tools: Modules, work: Path, tmp_path: Path
) -> None:
    for name in ("tokenizer", "vae", "clips"):
        shutil.copytree(work / name, tmp_path / name)
    shutil.rmtree(tmp_path / "clips" / "train")
    tools["latents"].main(arguments(tmp_path))
    fresh, kept = (
        np.load(folder / "latents" / "train" / "00000-17.npz")["mean"] for folder in (tmp_path, work)
    )
    assert len(fresh) >= len(kept) and np.array_equal(fresh[0], kept[0])


def test_the_curves_are_drawn_from_the_logs(tools: Modules, work: Path, tmp_path: Path) -> None:
    tools["curves"].main(["--work", str(work), "--to", str(tmp_path / "curves.svg")])
    assert (tmp_path / "curves.svg").read_text(encoding="utf-8").count("<path") > 20


def test_models_train_on_both_worlds(tools: Modules, work: Path, scenery: Path, tmp_path: Path) -> None:
    for name in ("tokenizer", "vae"):
        shutil.copytree(work / name, tmp_path / name)
    for name in ("clips", "latents", "video", "clip"):
        tools[name].main([*arguments(tmp_path, steps=2), "--photographs", str(scenery)])
    last = json.loads((tmp_path / "video.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert 0 <= last["held_out_success_photographs"] <= 1
    kinds = [name for name in last if name.startswith("held_out_success_tabletop_")]
    assert kinds and 0 <= last["held_out_success_wide"] <= 1


def test_the_autoencoder_trains_on_photographs_too(
    tools: Modules, work: Path, photographs: Path, tmp_path: Path
) -> None:
    shutil.copytree(work, tmp_path / "work")
    own = [*arguments(tmp_path / "work", steps=6), "--resume", "--photographs", str(photographs)]
    tools["vae"].main(own)
    last = (tmp_path / "work" / "vae.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(last)["held_out_photographs"] > 0


def test_the_autoencoder_for_single_pictures_does_the_same_to_them(tools: Modules, work: Path) -> None:
    vae, options = tools["vae"], tools["loop"].read_options("", arguments(work))
    plain, quick = vae.load(options)[0], vae.for_stills(vae.load(options)[0])
    pictures = torch.rand((2, 3, 1, 32, 32), generator=torch.Generator().manual_seed(0)) * 2 - 1
    latents = [vae.encode(model, pictures).mode() for model in (plain, quick)]
    assert torch.allclose(latents[0], latents[1], atol=1e-5)
    decoded = [vae.decode(model, latents[0]) for model in (plain, quick)]
    assert torch.allclose(decoded[0], decoded[1], atol=1e-5)
    assert decoded[0].std() > 1e-3
