"""The program that measures what each memory preset takes, on tiny models of the real layouts."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from .conftest import Main


@pytest.mark.parametrize(("model", "frames"), [("tiny", 17), ("tiny-wan", 9)])
@torch.no_grad()
def test_a_clip_is_drawn_under_the_preset_that_is_asked_for(
    program: Callable[[str], Main], tmp_path: Path, model: str, frames: int
) -> None:
    path = tmp_path / "figures.json"
    asked = ["--device", "cpu", "--model", model, "--presets", "12", "--clips", "0"]
    assert program("memory.py")([*asked, "--frames", str(frames), "--out", str(path)]) == 0
    rows = {row["name"]: row for row in json.loads(path.read_text(encoding="utf-8"))["rows"]}
    row = rows["preset 12"]
    assert row["completes"] and row["frames"] == frames and row["limit_gib"] == 10.8
    assert 0 < row["step_seconds"] <= row["slowest_step_seconds"] and row["decode_gib"] > 0
    assert rows["building the model"]["frames"] == frames
