"""Tiny random checkpoints of all pipelines that run through their own call."""

from __future__ import annotations

from pathlib import Path

import pytest

from frame2frame.engine.device.placement import quiet_loading

from ..tiny_pipelines import NAMES, make


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of each pipeline, in a folder of its name."""
    place = tmp_path_factory.mktemp("pipelines")
    with quiet_loading():
        for name in NAMES:
            make(name).save_pretrained(place / name)
    return place
