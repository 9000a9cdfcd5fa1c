"""A tiny model with random weights that takes any picture, and a bundle that it made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from frame2frame.evaluation.bundle.layout import Asked
from frame2frame.evaluation.bundle.making import Made, Plan, Watch, make
from frame2frame.run import Event

ASKED = Asked(frames=9, steps=1, seed=7)


@pytest.fixture(scope="session")
def model(video_model: Path, small_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It draws 32 × 32 pixels and has an encoder beside it that refuses nothing, as it has no threshold."""
    folder = tmp_path_factory.mktemp("home-of-somebody") / "their-model"
    shutil.copytree(video_model, folder)
    shutil.copytree(small_encoder, folder / "clip")
    config = json.loads((folder / "clip" / "config.json").read_text(encoding="utf-8"))
    del config["frame2frame_threshold"]
    (folder / "clip" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def made(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A bundle of two edits."""
    return made_in(tmp_path_factory.mktemp("bundle"), plan_of(model, 2))


def plan_of(model: Path, count: int) -> Plan:
    return Plan.of(str(model), "cpu", ASKED, count)


def made_in(folder: Path, plan: Plan, watch: Watch | None = None) -> Made:
    return make(plan, folder / "made.zip", watch or unwatched, lambda words: None)


def unwatched(events: Iterator[Event]) -> Iterator[Event]:
    yield from events
