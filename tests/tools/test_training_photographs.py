"""The photographs that the training programs read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from tests.training import Modules, arguments


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
