"""Pictures are prepared by a table where each pixel depends on its level alone, and not where it does not."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import CLIPImageProcessorPil

from frame2frame.engine.models.catalogue import find
from frame2frame.score.levels import Preparation
from frame2frame.score.pretrained import read_pixels
from frame2frame.values import Frames

SQUARE = {"height": 32, "width": 32}
PICTURES: Frames = np.random.default_rng(1).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)


def own_way(folder: Path, **settings: Any) -> Any:
    CLIPImageProcessorPil(**settings).save_pretrained(folder)
    return read_pixels({"pretrained_model_name_or_path": str(folder)}, "CLIPImageProcessorPil")


def test_the_embedded_encoder_gets_exactly_the_same_numbers_from_a_table() -> None:
    pixels = read_pixels({"pretrained_model_name_or_path": find("tabletop").encoder}, "CLIPImageProcessorPil")
    pictures = np.random.default_rng(2).integers(0, 256, (4, 128, 128, 3), dtype=np.uint8)
    preparation = Preparation.of(pixels, (128, 128))
    assert preparation.table is not None
    assert torch.equal(preparation(pictures, "cpu"), pixels(list(pictures)))


@pytest.mark.parametrize("mean", [[0.5, 0.5, 0.5], [0.48, 0.46, 0.41]])
def test_each_channel_has_its_own_levels(mean: Sequence[float], tmp_path: Path) -> None:
    pixels = own_way(tmp_path, size=SQUARE, crop_size=SQUARE, image_mean=mean)
    preparation = Preparation.of(pixels, (32, 32))
    assert preparation.table is not None
    assert torch.equal(preparation(PICTURES, "cpu"), pixels(list(PICTURES)))


@pytest.mark.parametrize("size", [{"height": 24, "width": 24}, {"height": 36, "width": 36}])
def test_pictures_that_are_resized_go_the_checkpoints_own_way(size: dict[str, int], tmp_path: Path) -> None:
    pixels = own_way(tmp_path, size=size, crop_size=SQUARE)  # cut back to the size they had
    preparation = Preparation.of(pixels, (32, 32))
    assert preparation.table is None
    assert torch.equal(preparation(PICTURES, "cpu"), pixels(list(PICTURES)))


def test_a_picture_with_too_few_pixels_for_all_levels_goes_the_checkpoints_own_way(tmp_path: Path) -> None:
    small = {"height": 8, "width": 8}
    assert Preparation.of(own_way(tmp_path, size=small, crop_size=small), (8, 8)).table is None


@pytest.mark.filterwarnings("error")
def test_pictures_that_are_mirrored_or_must_not_be_written_to_are_prepared_too(tmp_path: Path) -> None:
    pixels = own_way(tmp_path, size=SQUARE, crop_size=SQUARE)
    mirrored = PICTURES[:, :, ::-1]
    mirrored.flags.writeable = False
    assert torch.equal(Preparation.of(pixels, (32, 32))(mirrored, "cpu"), pixels(list(mirrored.copy())))
