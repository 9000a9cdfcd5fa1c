"""The training of the restorer, on the tiny preset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tests.training import Modules, arguments

from frame2frame.engine.sampling import restorer


def _options(tools: Modules, work: Path) -> Any:
    return tools["loop"].read_options("", arguments(work))


def test_a_pair_is_a_softened_frame_its_source_and_what_it_should_show(tools: Modules, work: Path) -> None:
    options = _options(tools, work)
    clips = tools["shards"].Clips(options.clips / "train")
    arrays = dict(np.load(work / "generated" / "train" / "00000.npz"))
    assert {one.shape for one in arrays.values()} == {(len(arrays["shown"]), 128, 128, 3)}
    assert len(arrays["shown"]) == len(clips)
    for index in range(len(clips)):
        clip, truth = clips.clip(index), arrays["truth"][index]
        assert np.array_equal(arrays["source"][index], clip[0])
        assert any(np.array_equal(frame, truth) for frame in clip[1:17])


def test_it_is_measured_on_edits_that_the_video_model_has_drawn(tools: Modules, work: Path) -> None:
    clips = tools["shards"].Clips(_options(tools, work).clips / "held_out")
    arrays = dict(np.load(work / "generated" / "held_out" / "00000.npz"))
    whole = [i for i, record in enumerate(clips.records) if record.course == "whole"]
    assert len(arrays["shown"]) == len(whole)
    for index, truth in zip(whole, arrays["truth"], strict=True):
        assert np.array_equal(truth, clips.clip(index)[17])


def test_pairs_that_are_there_are_not_made_again(tools: Modules, work: Path) -> None:
    assert tools["generated"].todo(_options(tools, work)) == []


def test_before_it_has_learnt_it_leaves_a_frame_as_it_is(tools: Modules) -> None:
    network = tools["restorer"].Network(tools["presets"].TINY.restorer)
    shown, source = torch.rand(2, 2, 3, 16, 24)
    assert torch.equal(network(shown, source), shown)


def test_it_learns_what_frames_should_show(tools: Modules, work: Path) -> None:
    options = _options(tools, work)
    trainer = tools["loop"].Trainer(tools["restorer"].RestorerJob(options), options)
    batch = trainer.job.draw(torch.Generator().manual_seed(0))
    before = float(trainer.job.figures(batch)["loss"])
    for _ in range(60):
        trainer.advance(cooled=0.0)
    assert float(trainer.job.figures(batch)["loss"]) < 0.9 * before


def test_the_log_has_what_it_gains(work: Path) -> None:
    last = json.loads((work / "restorer.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    names = {f"held_out_{figure}_tabletop_{name}" for figure in ("success", "sharp") for name in ("shown",)}
    assert names | {"held_out_sharp_tabletop_restored"} <= last.keys()


def test_the_exported_network_is_the_trained_one_in_eight_bits(
    tools: Modules, work: Path, exported: Path
) -> None:
    trained = tools["restorer"].Network(_options(tools, work).preset.restorer)
    tools["weights"].load_average(work / "restorer" / "average", "restorer", trained)
    found = restorer.own(exported, torch.device("cpu"), torch.float32)
    assert found is not None
    wanted = dict(trained.named_parameters())
    assert found.weights.keys() == wanted.keys()
    for name, value in found.weights.items():
        assert torch.allclose(value, wanted[name], atol=float(wanted[name].abs().max()) / 100 + 1e-6)


def test_what_is_kept_at_full_size_fits_beside_all_else(tools: Modules, tmp_path: Path) -> None:
    made = tools["restorer"].Network(tools["presets"].FULL.restorer)
    tools["weights"].save(
        tmp_path / "a", restorer.packed(dict(made.named_parameters())), {"story": "x" * 400}
    )
    assert (tmp_path / "a").stat().st_size < 450_000


def test_it_is_unpacked_with_the_exported_weights(tools: Modules, exported: Path, tmp_path: Path) -> None:
    tools["unpack"].main([*arguments(tmp_path), "--from", str(exported)])
    again = tools["weights"].read(tmp_path / "restorer" / "average")
    stored = tools["restorer"].read(exported / "restorer.safetensors")
    assert {f"restorer.{name}" for name in stored} == again.keys()
