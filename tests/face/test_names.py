"""No name that a program imports vanishes, and each takes and holds all that it did."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from .golden import golden, lost
from .names import described, missing, what

ROOT = Path(__file__).parents[2]
BEFORE = golden("names")
PATHS = golden("imports")
"""The modules that README, docs and the promised interface name, with the names that they take from each."""


@pytest.mark.parametrize(("module", "name"), [(module, name) for module in BEFORE for name in BEFORE[module]])
def test_a_name_takes_and_holds_all_that_it_did(module: str, name: str) -> None:
    assert lost(BEFORE[module][name], described()[module].get(name), name) == []


@pytest.mark.parametrize("module", PATHS)
def test_what_the_pages_import_can_be_imported(module: str) -> None:
    assert missing(module, PATHS[module]) == []


def test_the_promised_class_is_at_the_root_too() -> None:
    root = runpy.run_path(str(ROOT / "pipeline.py"))["Frame2FramePipeline"]
    before = BEFORE["frame2frame.pipeline"]["Frame2FramePipeline"]["methods"]
    assert lost(before, what(root)["methods"]) == []
    assert root(model="tabletop", device="cpu").device.type == "cpu"


def test_the_benchmark_is_run_as_a_module() -> None:
    command = [sys.executable, "-m", "frame2frame.benchmark", "--help"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "--part" in ran.stdout and "--count" in ran.stdout
