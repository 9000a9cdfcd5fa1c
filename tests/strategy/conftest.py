"""The parts that a strategy works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame import plan
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.models.store import ModelStore
from frame2frame.plugins.stages import Stages
from frame2frame.request import Request


@pytest.fixture(scope="session")
def small(video_model: Path, store: ModelStore) -> Callable[[Request], Stages]:
    """The stages of a request, with the tiny random model in place of the embedded one."""

    def stages(request: Request) -> Stages:
        generator = CogVideoX(str(video_model), device="cpu", store=store)
        return replace(plan.of(request, store).stages, generator=generator)

    return stages
