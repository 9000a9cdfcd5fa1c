"""Measures with networks as their authors publish them, tiny and of random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from frame2frame.engine.device.placement import quiet_loading
from frame2frame.evaluation.answers.asked import Measures
from frame2frame.evaluation.measures.panel import panel_of
from frame2frame.evaluation.sets.case import Case
from frame2frame.values import Picture

from ...score.onnx_files import write_means, write_yunet
from ..sets.drawn import put, scene


@pytest.fixture(scope="module")
def dino(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a DINOv2."""
    folder = tmp_path_factory.mktemp("dino")
    torch.manual_seed(0)
    sizes: Any = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = transformers.Dinov2Model(transformers.Dinov2Config(**sizes, image_size=56, patch_size=8))
    size = {"height": 32, "width": 32}
    with quiet_loading():
        model.save_pretrained(folder)
    transformers.BitImageProcessorPil(size={"shortest_edge": 36}, crop_size=size).save_pretrained(folder)
    return folder


def with_face(shade: int) -> Picture:
    """A detector of the tests takes a red cell for a face."""
    picture = np.full((64, 96, 3), shade, np.uint8)
    picture[24:32, 40:48] = (255, 0, 0)
    return picture


def test_dino_tells_pictures_apart_under_its_own_name(encoder: Path, dino: Path, tmp_path: Path) -> None:
    panel = panel_of(Measures(clip=str(encoder), dino=f"dino:{dino}", side=32), "cpu")
    case = Case("a", put(tmp_path / "a.png", scene()), target=put(tmp_path / "b.png", scene(shift=9)))
    same, moved = panel.values(panel.truth(case), [scene(), scene(shift=9)])
    assert same["DINO"] == pytest.approx(1) and moved["DINO"] < 1 - 1e-4
    assert moved["DINO to target"] == pytest.approx(1)
    assert f"DINO ({dino.name})" in panel.networks


def test_faces_are_compared_by_the_two_networks_that_are_named(encoder: Path, tmp_path: Path) -> None:
    files = write_means(tmp_path / "face.onnx"), write_yunet(tmp_path / "detector.onnx", 64, 96)
    panel = panel_of(Measures(clip=str(encoder), face=",".join(files), side=32), "cpu")
    case = Case("a", put(tmp_path / "a.png", with_face(20)), target_text="the cab")
    same, none = panel.values(panel.truth(case), [with_face(20), np.full((64, 96, 3), 20, np.uint8)])
    assert same["face"] == pytest.approx(1) and none["face"] == 0
    assert set(panel.networks["face"]) == {"face.onnx", "detector.onnx"}
    assert not any(told.startswith("face") for told in panel.missing)
