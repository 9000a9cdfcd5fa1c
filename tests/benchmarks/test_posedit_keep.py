"""The program that measures keep-region on pairs of photographs, on drawn pairs with a camera's noise."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frame2frame.values import Picture
from frame2frame.worlds.tabletop import episode

from .conftest import Main


@pytest.fixture
def main(program: Callable[[str], Main]) -> Main:
    return program("posedit_keep.py")


def noisy(picture: Picture, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0.0, 2.0, picture.shape)
    return Image.fromarray((picture + noise).round().clip(0, 255).astype(np.uint8))


def test_most_own_pixels_come_back_and_hardly_a_change_is_lost(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = episode(1_000_700_001, "left", frames=2)
    noisy(drawn.source, 1).save(tmp_path / "before.png")
    noisy(drawn.target, 2).save(tmp_path / "after.png")
    pair = {"id": "pair", "image": "before.png", "target_image": "after.png"}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    _, figures, means = capsys.readouterr().out.splitlines()
    covered, lost, off, on = (float(cell.rstrip("%")) for cell in figures.split()[3:7])
    assert covered > 98 and lost < 2 and off < 5 and on > 60
    assert means.startswith("mean of 1") and means.split()[6:10] == figures.split()[4:8]


def test_a_folder_without_pairs_is_said_in_one_line(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
