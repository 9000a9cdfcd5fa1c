"""A run folder has all files that it had, and each of its JSON files all keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .folders import left, made
from .golden import golden, lost

BEFORE = golden("folders")


@pytest.mark.parametrize("kind", BEFORE)
def test_a_run_leaves_all_that_it_left(kind: str, tmp_path: Path) -> None:
    result = made(kind, tmp_path)
    assert lost(BEFORE[kind], left(result), kind) == []
    assert result.folder is not None
    with Image.open(result.folder / "final_frame.png") as picture:
        assert np.array_equal(np.asarray(picture.convert("RGB")), result.image)
