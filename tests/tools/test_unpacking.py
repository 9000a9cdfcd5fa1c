"""Exported weights taken up again, as they are or fitted to another tokenizer and autoencoder."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tests.training import Modules, arguments


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
