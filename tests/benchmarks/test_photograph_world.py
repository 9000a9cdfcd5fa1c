"""The program that shows and times the photograph world."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from tests.landscape import folder_of

import photograph_world
from frame2frame.worlds.photoworld import KINDS


def test_a_sheet_has_each_kind_and_the_drawing_is_timed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = ["--photos", str(folder_of(tmp_path / "photos"))]
    photograph_world.main(["sheet", *shown, "--to", str(tmp_path / "sheet.png")])
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (1064, 6 * 150 + 8)
    photograph_world.main(["speed", *shown])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["kind", *KINDS, "all"]
    assert all(int(line.split()[-1]) <= 1 for line in lines[1:-1])
