"""A library call leaves the process as it found it."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from frame2frame import Editor
from frame2frame.engine.device import heap

from .engine.tiny_pipelines import make
from .tiny import ROTARY, pipeline

pytestmark = pytest.mark.usefixtures("small_embedded")

PICTURE = np.kron(np.random.default_rng(0).integers(0, 255, (4, 4, 3)), np.ones((8, 8, 1))).astype(np.uint8)


def settings() -> dict[str, Any]:
    """What a process has one of, and libraries change."""
    dynamo: Any = torch._dynamo.config
    libraries = {name: sys.modules[name] for name in ("diffusers", "transformers")}
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "threads": (torch.get_num_threads(), torch.get_num_interop_threads()),
        "formats": (torch.get_default_dtype(), torch.get_default_device()),
        "gradients": (torch.is_grad_enabled(), torch.is_inference_mode_enabled()),
        "noise": torch.random.get_rng_state().tolist(),
        "exactness": (torch.are_deterministic_algorithms_enabled(), torch.get_float32_matmul_precision()),
        "accelerators": id(torch.accelerator.device_count),
        "compiler": (dynamo.recompile_limit, dynamo.suppress_errors),
        "warnings": list(warnings.filters),
        "loggers": {name: logging.getLogger(name).level for name in ("", "PIL", *libraries)},
        "bars": [one.utils.logging.is_progress_bar_enabled() for one in libraries.values()],
        "names": {
            name: sorted(vars(module))
            for name, module in list(sys.modules.items())
            if name.startswith("diffusers.pipelines.") and "pipeline_" in name
        },
    }


def assert_left_alone(before: dict[str, Any]) -> None:
    now = settings()
    now["names"] = {name: now["names"][name] for name in before["names"]}
    assert {name: value for name, value in now.items() if value != before[name]} == {}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes the allocator was told to keep of what is freed, each time."""
    told: list[int] = []
    monkeypatch.setattr(heap, "_keep", lambda *largest, most: told.append(most))
    return told


@pytest.mark.parametrize("build", [lambda: pipeline(ROTARY), lambda: make("WanImageToVideoPipeline")])
def test_an_edit_changes_nothing_of_the_process(build: Any, kept: list[int], tmp_path: Any) -> None:
    pipe = build()
    pipe.save_pretrained(tmp_path / "model")
    wishes: dict[str, Any] = {"encoder": "tabletop", "steps": 1, "seed": 1, "out": None, "progress": False}
    with Editor(model=str(tmp_path / "model"), device="cpu") as editor:
        editor.request(PICTURE, "make it red")  # imports what it needs
        before = settings()
        editor.edit(PICTURE, "make it red", frames=17, height=32, width=32, **wishes)
        assert_left_alone(before)
        assert heap.MOST in kept and kept[-1] == heap.OWN_MOST


def test_neither_does_a_stream_that_is_left_halfway(video_model: Path, kept: list[int]) -> None:
    with Editor(model=str(video_model), device="cpu") as editor:
        wishes: dict[str, Any] = {"encoder": "tabletop", "steps": 2, "seed": 1}
        stream = editor.stream(editor.request(PICTURE, "make it red", **wishes), None)
        before = settings()
        while getattr(next(stream), "stage", "") != "denoise":
            pass
        next(stream)
        assert_left_alone(before)
        assert kept[-1] == heap.OWN_MOST
        stream.close()
