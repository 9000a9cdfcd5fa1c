"""The program that says which pictures the embedded model can draw."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.results.rows import packed

from .conftest import Main


@pytest.fixture
def main(program: Callable[[str], Main]) -> Main:
    return program("redraw.py")


def row(seed: int, index: int | None, success: bool, frames: tuple[int, ...]) -> dict[str, object]:
    return {"seed": seed, "wording": "as-is", "index": index, "success": success, "frame_success": frames}


def test_scenes_pass_a_foreign_picture_does_not_and_lost_edits_are_counted(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        row(DEVELOPMENT, 3, True, (0, 1)),
        row(DEVELOPMENT + 1, None, False, (0, 1)),
        row(1, 3, True, (1,)),
    ]
    (tmp_path / "edits-rows.jsonl.gz").write_bytes(packed(rows))
    (tmp_path / "photos").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "photos" / "noise.png")
    words = ["--count", "2", "--edits", str(tmp_path / "edits.json"), "--photos", str(tmp_path / "photos")]
    assert main([*words, "--device", "cpu"]) == 0
    told = capsys.readouterr().out
    assert "2 scenes, 0 under 18 dB" in told
    assert "2 edits: 1 refused though a frame shows the edit; the gate refuses 0, 0 of them" in told
    (line,) = [line for line in told.splitlines() if line.startswith("noise.png")]
    assert line.split()[3] == "none" and line.endswith("1.000")
