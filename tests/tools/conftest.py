"""The training programs as modules, and a work folder in which they have run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.training import NAMES, PROGRAMS, Modules, arguments


@pytest.fixture(scope="module")
def tools() -> Iterator[Modules]:
    """The programs as modules, without leaving their plain names behind."""
    sys.path.insert(0, str(PROGRAMS))
    try:
        yield {name: importlib.import_module(name) for name in NAMES}
    finally:
        sys.path.remove(str(PROGRAMS))
        for name in NAMES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def work(tools: Modules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which every program has run once."""
    folder = tmp_path_factory.mktemp("work")
    for name in ("clips", "tokenizer", "vae", "latents", "video", "distil", "decoder", "clip", "calibrate"):
        tools[name].main(arguments(folder, steps=3))
    return folder


@pytest.fixture(scope="module")
def exported(tools: Modules, work: Path) -> Path:
    tools["export"].main([*arguments(work), "--to", str(work / "export")])
    return work / "export"
