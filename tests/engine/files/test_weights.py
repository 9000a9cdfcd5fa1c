"""Which files of a component are its weights."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from frame2frame.engine.files.weights import check_weights
from frame2frame.errors import ModelError


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_a_pipe_in_the_place_of_the_weights_is_called_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match=r"model\.safetensors is not a regular file; got a pipe"):
        check_weights(tmp_path)


def test_a_component_without_weights_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there are no safetensors weights"):
        check_weights(tmp_path)
