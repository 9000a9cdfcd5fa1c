"""The parts that a strategy works with, at a quarter of the embedded model's own size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from frame2frame import plan
from frame2frame.plugins.stages import Stages
from frame2frame.request import Request


@pytest.fixture(scope="session")
def small() -> Callable[[Request], Stages]:
    """The stages of a request, at 64 × 64 pixels."""

    def stages(request: Request) -> Stages:
        parts = plan.of(request).stages
        generator: Any = parts.generator
        return replace(parts, generator=replace(generator, height=64, width=64))

    return stages
