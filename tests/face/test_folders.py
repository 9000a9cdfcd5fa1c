"""A run folder has all files that it had, and each of its JSON files all keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .folders import left, made
from .golden import golden, lost

BEFORE = golden("folders")
CHOOSING = ("search", "unkept")
"""Kinds whose choice has a runner-up, which takes the embedded model; random weights do for the others."""
ANY_FRAME = {"gate.calibrated": False, "gate.contrast": 0.0, "gate.presence": -100.0, "gate.ability": -100.0}
"""Options under which a frame is chosen from a clip of random weights, where these kinds need one."""
LENIENT = ("quick", "unkept", "seeds", "search", "path", "refine")


@pytest.mark.parametrize("kind", BEFORE)
def test_a_run_leaves_all_that_it_left(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind not in CHOOSING:
        request.getfixturevalue("small_embedded")
    result = made(kind, tmp_path, ANY_FRAME if kind in LENIENT else None)
    assert lost(BEFORE[kind], left(result), kind) == []
    assert result.folder is not None
    with Image.open(result.folder / "final_frame.png") as picture:
        assert np.array_equal(np.asarray(picture.convert("RGB")), result.image)
