"""The training programs, run for a few steps on the tiny preset and clips of the real world."""

from __future__ import annotations

import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tests.landscape import landscape
from tests.training import Modules, arguments

from frame2frame.values import Scores

FRAMES = 17


def test_capitals_and_punctuation_give_the_same_ids(tools: Modules, work: Path) -> None:
    from transformers import T5Tokenizer

    tokenizer = T5Tokenizer.from_pretrained(str(work / "tokenizer"), local_files_only=True)
    ids = tokenizer("paint the cube blue").input_ids
    assert tokenizer("black & white").input_ids == tokenizer("black and white").input_ids
    assert tokenizer(" Paint the CUBE,  blue. ").input_ids == ids
    assert ids[-1] == tokenizer.eos_token_id == 1


def test_an_unknown_word_is_spelled(work: Path) -> None:
    from transformers import T5Tokenizer

    tokenizer = T5Tokenizer.from_pretrained(str(work / "tokenizer"), local_files_only=True)
    ids = tokenizer("paint the zyzzyva blue").input_ids
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == "paint the zyzzyva blue"


WIDE_AND_OTHERS = (slice(1, 3), slice(0, 4, 3))


def test_training_seeds_lie_below_the_held_out_ones(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    assert data.seed_of(full, "train", full.data.clips) < data.FIRST_CALIBRATION_SEED
    assert data.seed_of(full, "calibration", full.data.calibration) < data.FIRST_HELD_OUT_SEED
    assert data.seed_of(full, "held_out", 0) >= data.FIRST_HELD_OUT_SEED


def test_every_kind_is_drawn_by_its_weight(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    kinds = [data.kind_of(full, index) for index in range(2000)]
    counts = {kind: kinds.count(kind) for kind in data.KINDS}
    assert counts["morph"] > 1.4 * counts["left"] > 0
    drawn = [data.photograph_kind(full, index) for index in range(2000)]
    assert drawn.count("zoom-in") > 1.3 * drawn.count("night") > 0


def test_a_quarter_of_the_clips_of_each_world_that_calibrate_end_without_the_edit(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    for of_photographs in (False, True):
        clips = [index for index in range(512) if data.is_photographed(full, index) is of_photographs]
        courses = [data.course_of("calibration", index) for index in clips]
        assert courses.count("whole") == 3 * len(clips) / 4
        assert min(courses.count(one) for one in ("never", "reverts", "other")) > len(clips) / 13


def test_only_the_last_instruction_has_a_made_up_word(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    plans = data.plan_shard(replace(full, data=replace(full.data, wide=0.0)), "train", 0, 16)
    known = {word for text in data.grammar_texts(0, 400) for word in text.replace(",", "").split()}
    strange = [
        [set(text.replace(",", "").split()) <= known for text in plan.record.instructions] for plan in plans
    ]
    assert all(all(row[:3]) for row in strange)
    assert sum(row[3] for row in strange) <= 1, "a made-up word may be one by chance, such as but"


def test_half_of_the_wordings_are_wide_and_leave_the_pictures_as_they_were(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    plain = replace(full, data=replace(full.data, wide=0.0))
    both = [data.plan_shard(one, "train", 0, 16) for one in (full, plain)]
    for half, without in zip(*both, strict=True):
        assert np.array_equal(half.states, without.states)
        assert half.record.instructions[0] == without.record.instructions[0]
    texts = [planned.record.instructions for planned in both[0]]
    wide, others = (" ".join(text for row in texts for text in row[some]).lower() for some in WIDE_AND_OTHERS)
    assert " please" in wide and " please" not in others


@pytest.mark.parametrize("index", (0, 1))
def test_a_cached_clip_is_judged_by_the_truth_of_its_world(tools: Modules, scenery: Path, index: int) -> None:
    data, truth, preset = tools["data"], tools["truth"], tools["presets"].TINY
    planned = data.plan_shard(preset, "held_out", 0, 2, scenery)
    pictures, records = data.draw_shard(planned, "cpu")
    clip = pictures[index].numpy()
    one = truth.episode_of(records[index], clip)
    assert records[index].of_photograph == (index == 1)
    assert truth.judge(clip[FRAMES], one).success[0] and not truth.judge(clip[0], one).success[0]


def test_one_in_eight_made_up_words_cannot_be_spelled(tools: Modules) -> None:
    from frame2frame.worlds.tabletop.draws import Draws

    texts = [tools["data"].with_a_word(Draws(seed), "paint the cube blue") for seed in range(400)]
    strange = sum(not text.isascii() for text in texts)
    assert 25 < strange < 80 and all(len(text.split()) == 5 for text in texts)


def test_a_cached_clip_ends_in_its_target(tools: Modules, work: Path) -> None:
    clips = tools["data"].Clips(work / "clips" / "train")
    pictures, record = clips.clip(0), clips.records[0]
    assert record.course == "whole" and record.complete_index is not None
    assert np.array_equal(pictures[tools["presets"].FRAMES - 1], pictures[tools["presets"].FRAMES])


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


def test_the_stock_pipeline_draws_a_clip_with_the_exported_weights(exported: Path) -> None:
    from diffusers import CogVideoXImageToVideoPipeline
    from PIL import Image

    pipeline = CogVideoXImageToVideoPipeline.from_pretrained(exported, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline(
        Image.new("RGB", (128, 128), "white"),
        "paint the cube blue",
        height=128,
        width=128,
        num_frames=9,
        num_inference_steps=2,
        guidance_scale=2.0,
        max_sequence_length=64,
        output_type="np",
    )
    assert made.frames.shape == (1, 9, 128, 128, 3)


def test_the_trained_velocity_is_the_one_the_stock_pipeline_uses(
    tools: Modules, work: Path, exported: Path
) -> None:
    from diffusers import CogVideoXImageToVideoPipeline

    pipeline = CogVideoXImageToVideoPipeline.from_pretrained(exported, local_files_only=True)
    cosine, sine = pipeline._prepare_rotary_positional_embeddings(128, 128, 5, torch.device("cpu"))
    ours = tools["video"].rotary(pipeline.transformer, 5)
    assert torch.equal(cosine, ours[0]) and torch.equal(sine, ours[1])
    story = tools["weights"].read_story(work / "vae" / "average")
    assert pipeline.vae.config.scaling_factor == float(story["scaling_factor"])


def test_attention_written_out_gives_what_diffusers_gives(tools: Modules, exported: Path) -> None:
    from diffusers import CogVideoXTransformer3DModel

    video = tools["video"]
    transformer = CogVideoXTransformer3DModel.from_pretrained(exported / "transformer", local_files_only=True)
    generator = torch.Generator().manual_seed(0)
    noisy = torch.randn((1, 3, 32, 16, 16), generator=generator)
    texts = torch.randn((1, 64, 16), generator=generator)
    positions = video.rotary(transformer, 3)
    made = []
    for _ in range(2):
        made.append(transformer(noisy, texts, torch.tensor([500]), image_rotary_emb=positions).sample)
        transformer.set_attn_processor(video.PlainAttention())
    assert torch.allclose(made[0], made[1], atol=1e-5)


def test_the_exported_encoder_loads_with_its_threshold(exported: Path) -> None:
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(exported / "clip", local_files_only=True)
    assert -1.0 < model.config.frame2frame_threshold < 1.0
    assert len(model.config.frame2frame_lean) == model.config.projection_dim


def test_a_wish_that_is_seen_poorly_gets_a_lower_threshold(tools: Modules) -> None:
    """Of two sorts of wish one never comes near its words: both keep their clips that end in the edit."""
    done = {(1.0, 0.0): (0.5, 0.6), (0.0, 1.0): (-0.4, -0.3)}
    clips = [
        SimpleNamespace(
            scores=Scores({"semantic": (-0.9, similarity)}, {"semantic": -0.9}),
            wanted=np.array(wanted),
            record=SimpleNamespace(complete_index=complete),
        )
        for wanted, similarities in done.items()
        for similarity, complete in [*((one, 1) for one in similarities), (-0.8, None)]
        for _ in range(20)
    ]
    found = tools["calibrate"].fitted(clips)
    well, poorly = (found.thing + np.eye(2) @ found.lean).tolist()
    assert -0.3 < well < 0.5
    assert -0.8 < poorly < -0.4
    assert found.whole < found.thing


def test_training_goes_on_from_the_exported_weights(
    tools: Modules, work: Path, exported: Path, tmp_path: Path
) -> None:
    tools["unpack"].main([*arguments(tmp_path), "--from", str(exported)])
    for name in ("vae", "video", "clip"):
        unpacked, trained = (tools["weights"].read(folder / name / "average") for folder in (tmp_path, work))
        assert unpacked.keys() == trained.keys()
        assert all(torch.equal(unpacked[key].float(), trained[key].float()) for key in trained)
    gates = [
        json.loads((folder / "clip" / "gate.json").read_text(encoding="utf-8")) for folder in (tmp_path, work)
    ]
    assert gates[0].items() <= gates[1].items()


def test_weights_are_fitted_to_a_tokenizer_and_an_autoencoder_that_are_there(
    tools: Modules, work: Path, exported: Path, tmp_path: Path
) -> None:
    for name in ("tokenizer", "vae"):
        shutil.copytree(work / name, tmp_path / name)
    tools["unpack"].main([*arguments(tmp_path), "--from", str(exported)])
    read, story = tools["weights"].read, tools["weights"].read_story
    turn = read(tmp_path / "turn")["turn"]
    assert torch.allclose(turn, torch.eye(len(turn)), atol=0.02), "it is the same autoencoder"
    for name in ("video", "clip"):
        fitted, trained = (read(folder / name / "average") for folder in (tmp_path, work))
        assert all(torch.allclose(fitted[key].float(), trained[key].float(), atol=0.02) for key in trained)
        assert story(tmp_path / name / "average")["steps"] == "0"


@torch.no_grad()
def test_a_turned_model_does_in_turned_latents_what_it_did(tools: Modules, work: Path) -> None:
    video, refit, preset = tools["video"], tools["refit"], tools["presets"].TINY
    before, after = (video.build_transformer(preset) for _ in range(2))
    tensors = {f"transformer.{key}": value for key, value in before.state_dict().items()}
    turn = torch.linalg.qr(torch.randn(16, 16, generator=torch.Generator().manual_seed(0))).Q
    turned = refit.turned(tensors, turn)
    after.load_state_dict({key.removeprefix("transformer."): value for key, value in turned.items()})
    noisy, first = torch.randn(2, 3, 16, 16, 16), torch.randn(2, 16, 16, 16)
    texts, times = torch.randn(2, 64, 16), torch.tensor([500, 100])

    def velocity(model: Any, clips: torch.Tensor, firsts: torch.Tensor) -> torch.Tensor:
        shown = video.beside(clips, firsts)
        positions = video.rotary(model, 3)
        found: torch.Tensor = model(shown, texts, times, image_rotary_emb=positions, return_dict=False)[0]
        return found

    def back(latents: torch.Tensor) -> torch.Tensor:
        return torch.einsum("oc,n...chw->n...ohw", turn, latents)

    found, wanted = velocity(after, noisy, first), velocity(before, back(noisy), back(first))
    assert torch.allclose(back(found), wanted, atol=1e-4)


def test_a_new_piece_has_the_mean_of_what_it_was_spelled_with(tools: Modules, work: Path) -> None:
    from transformers import T5Tokenizer

    old = T5Tokenizer.from_pretrained(str(work / "tokenizer"), local_files_only=True)
    texts = list(tools["data"].grammar_texts(1, 100))
    new = tools["tokenizer"].build(texts, replace(tools["presets"].TINY, vocabulary=400))
    rows = torch.randn(len(old), 4)
    worded = tools["refit"].worded(rows, old, new)
    assert worded.shape == (len(new), 4) and torch.equal(worded[:3], rows[:3])
    pieces = new.convert_ids_to_tokens(range(len(new)))
    shared, strange = (
        [one for one in pieces if (one in old.get_vocab()) == known and len(one) > 2]
        for known in (True, False)
    )
    assert torch.equal(worded[pieces.index(shared[0])], rows[old.convert_tokens_to_ids(shared[0])])
    begun = old.convert_tokens_to_ids("▁")
    spelled = [one for one in old(strange[0].replace("▁", "")).input_ids[:-1] if one != begun]
    assert torch.allclose(worded[pieces.index(strange[0])], rows[spelled].mean(0))


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


def test_every_weight_file_tells_its_story(exported: Path) -> None:
    from safetensors import safe_open

    for path in exported.rglob("*.safetensors"):
        with safe_open(path, "pt") as shard:
            story = shard.metadata()
        assert {"preset", "seed", "data_sha256", "steps", "program"} <= set(story)


def test_the_curves_are_drawn_from_the_logs(tools: Modules, work: Path, tmp_path: Path) -> None:
    tools["curves"].main(["--work", str(work), "--to", str(tmp_path / "curves.svg")])
    assert (tmp_path / "curves.svg").read_text(encoding="utf-8").count("<path") > 20


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two training pictures, one of them to be shared alike, and a held-out one."""
    folder = tmp_path_factory.mktemp("photographs")
    entries = [("red", "train", False), ("green", "train", True), ("blue", "dev", True)]
    lines = [{"file": f"{name}.png", "split": split, "share_alike": alike} for name, split, alike in entries]
    (folder / "MANIFEST.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for split in ("train", "dev"):
        with tarfile.open(folder / f"{split}.tar", "w") as archive:
            for name in [name for name, own, _ in entries if own == split]:
                Image.new("RGB", (60, 40), name).save(folder / f"{name}.png")
                archive.add(folder / f"{name}.png", f"{name}.png")
    return folder


def test_only_photographs_that_need_not_be_shared_alike_are_trained_on(
    tools: Modules, photographs: Path
) -> None:
    pictures = tools["photographs"].Photographs(photographs, "train")
    assert pictures.squares(16).unique(dim=0).tolist() == [[[[255, 0, 0]] * 16] * 16]


def test_a_photograph_is_panned_and_lit_the_same_from_the_same_seed(
    tools: Modules, photographs: Path
) -> None:
    pictures = tools["photographs"].Photographs(photographs, "dev")
    first, again = (pictures.clips(3, 5, 32, torch.Generator().manual_seed(7)) for _ in range(2))
    assert first.shape == (3, 5, 32, 32, 3)
    assert torch.equal(first, again)


@pytest.fixture(scope="module")
def scenery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of drawn landscapes: two to train on, one that must be shared alike, one held out."""
    folder = tmp_path_factory.mktemp("scenery")
    entries = [("a", "train", False), ("b", "train", False), ("c", "train", True), ("d", "dev", False)]
    lines = [{"file": f"{name}.png", "split": split, "share_alike": alike} for name, split, alike in entries]
    (folder / "MANIFEST.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for split in ("train", "dev"):
        with tarfile.open(folder / f"{split}.tar", "w") as archive:
            for seed, (name, own, _) in enumerate(entries):
                if own == split:
                    Image.fromarray(landscape(seed)).save(folder / f"{name}.png")
                    archive.add(folder / f"{name}.png", f"{name}.png")
    return folder


def test_half_of_the_clips_are_of_photographs_with_the_truth_of_their_world(
    tools: Modules, scenery: Path
) -> None:
    data, preset = tools["data"], tools["presets"].TINY
    planned = data.plan_shard(preset, "train", 0, 12, scenery)
    pictures, records = data.draw_shard(planned, "cpu")
    photographed = [i for i, record in enumerate(records) if record.of_photograph]
    assert 3 <= len(photographed) <= 6 and len(records) - len(photographed) == 6
    for i in photographed:
        source, target = pictures[i, 0], pictures[i, FRAMES]
        assert records[i].complete_index is not None and len(set(records[i].instructions)) > 1
        assert torch.equal(pictures[i, FRAMES - 1], target) and not torch.equal(source, target)
        assert all(torch.equal(pictures[i, FRAMES + 3 + extra], source) for extra in range(2))


def test_a_clip_of_photographs_counts_as_complete_by_what_its_source_shows(
    tools: Modules, scenery: Path
) -> None:
    data, preset = tools["data"], tools["presets"].TINY
    looked_at = {"zoom-in", "fog", "zoom-out", "pan-left", "pan-right"}
    indices = [index for index in range(1, 60) if data.photograph_kind(preset, index) in looked_at]
    planned = [data.photograph_clip(preset, "train", index, scenery) for index in indices]
    known = {one.record.kind: one.record.known for one in planned if one is not None}
    assert known["zoom-in"] == known["fog"] == (0, 128, 0, 128)
    top, bottom, left, right = known["zoom-out"]
    assert 10 < top < 30 and top == left and bottom == right
    assert known["pan-left"][2] > 30 and known["pan-right"][3] < 100


def test_models_train_on_both_worlds(tools: Modules, work: Path, scenery: Path, tmp_path: Path) -> None:
    for name in ("tokenizer", "vae"):
        shutil.copytree(work / name, tmp_path / name)
    for name in ("clips", "latents", "video", "clip"):
        tools[name].main([*arguments(tmp_path, steps=2), "--photographs", str(scenery)])
    last = json.loads((tmp_path / "video.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert 0 <= last["held_out_success_photographs"] <= 1
    kinds = [name for name in last if name.startswith("held_out_success_tabletop_")]
    assert kinds and 0 <= last["held_out_success_wide"] <= 1


def test_what_a_redraw_and_a_fixed_map_reach_is_measured(
    tools: Modules, work: Path, scenery: Path, tmp_path: Path
) -> None:
    shutil.copytree(work / "vae", tmp_path / "vae")
    asked = ["--photographs", str(scenery), "--kinds", "fog", "--count", "2"]
    tools["redrawn"].main([*arguments(tmp_path), *asked])
    (line,) = (tmp_path / "redrawn.jsonl").read_text().splitlines()
    found = json.loads(line)
    assert found["source"] == 0.0 < found["redrawn_error"] and {"redrawn", "fixed_map"} < found.keys()


def test_photographs_are_carried_without_those_to_be_shared_alike_and_reduced(
    tools: Modules, scenery: Path, tmp_path: Path
) -> None:
    tools["lighter"].main([str(scenery), "--to", str(tmp_path), "--short-side", "120"])
    pictures = tools["photographs"].pictures_of(tmp_path, "train")
    assert [one.shape for one in pictures] == [(120, 160, 3)] * 2
    assert len(tools["photographs"].pictures_of(tmp_path, "dev")) == 1


def test_the_autoencoder_trains_on_photographs_too(
    tools: Modules, work: Path, photographs: Path, tmp_path: Path
) -> None:
    shutil.copytree(work, tmp_path / "work")
    own = [*arguments(tmp_path / "work", steps=6), "--resume", "--photographs", str(photographs)]
    tools["vae"].main(own)
    last = (tmp_path / "work" / "vae.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(last)["held_out_photographs"] > 0
