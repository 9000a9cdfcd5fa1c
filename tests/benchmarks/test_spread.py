"""The program that times several devices beside one, on threads of this processor."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from .conftest import Main


@pytest.fixture
def main(program: Callable[[str], Main]) -> Main:
    return program("spread.py")


@torch.no_grad()
def test_several_devices_draw_what_one_draws_and_their_ratio_is_told(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, threads = tmp_path / "figures.json", torch.get_num_threads()
    words = ["--device", "cpu", "--model", "tiny", "--candidates", "3", "--repeats", "1", "--out", str(path)]
    assert main(words) == 0
    book = json.loads(path.read_text(encoding="utf-8"))
    rows = {row["name"]: row for row in book["rows"]}
    assert book["devices"] == ["cpu:0", "cpu:1"] and not any("error" in row for row in book["rows"])
    shared = rows["2 devices"]
    assert shared["relative_rms"] < 1e-4
    assert shared["times_one_device"] == pytest.approx(rows["one device"]["seconds"] / shared["seconds"])
    assert "| 2 devices" in capsys.readouterr().out and torch.get_num_threads() == threads


def test_one_device_alone_is_nothing_to_compare(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(["--device", "cpu", "--devices", "cpu", "--out", str(tmp_path / "figures.json")])
    assert "nothing to compare" in capsys.readouterr().err
