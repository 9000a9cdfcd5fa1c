"""The program that times Wan beside stock diffusers, on a tiny model of the real layout."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from .conftest import Main

ONLY_ON_A_GPU = {"attention: cudnn"}


@pytest.fixture
def main(program: Callable[[str], Main]) -> Main:
    return program("wan.py")


def rows(path: Path) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(path.read_text(encoding="utf-8"))["rows"]}


@torch.no_grad()
def test_every_measurement_runs_and_ours_draws_what_stock_draws(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figures.json"
    assert main(["--device", "cpu", "--minutes", "9", "--out", str(path)]) == 0
    found = rows(path)
    assert {name for name, row in found.items() if "error" in row} <= ONLY_ON_A_GPU
    assert not [name for name, row in found.items() if "are left" in row.get("skipped", "")]
    assert 0 < found["fast: whole edit"]["relative_rms"] < 1e-5
    assert found["fast: with dropout"]["units"] == [0, 3, 6, 8]
    assert found["fast: with dropout and refinement"]["refine_frames"] == 5
    assert "| stock: whole edit |" in capsys.readouterr().out
    assert torch.backends.cudnn.benchmark is False


@torch.no_grad()
def test_what_does_not_fit_into_the_time_is_named_and_left_out(main: Main, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    assert main(["--device", "cpu", "--minutes", "0", "--out", str(path)]) == 1
    assert "are left" in rows(path)["building the model"]["skipped"]
