"""A tiny model with random weights that takes any picture, and a bundle that it made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from frame2frame.engine.models.catalogue import WEIGHTS
from frame2frame.evaluation.bundle.layout import Asked
from frame2frame.evaluation.bundle.making import Made, Plan, Watch, make
from frame2frame.run import Event

ASKED = Asked(frames=9, steps=1, seed=7)


@pytest.fixture(scope="session")
def model(video_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It draws 32 × 32 pixels and has the embedded encoder beside it."""
    folder = tmp_path_factory.mktemp("home-of-somebody") / "their-model"
    shutil.copytree(video_model, folder)
    shutil.copytree(WEIGHTS / "clip", folder / "clip")
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
