"""A plan decides everything once: every part is built once, and its key tells runs apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import frame2frame
from frame2frame import plan
from frame2frame.caption.temporal import Temporal
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.models.catalogue import find
from frame2frame.media.source import load_picture
from frame2frame.request import Request
from frame2frame.score.encoders import ClipEncoder
from frame2frame.select.region import Keep
from frame2frame.select.rules import Best
from frame2frame.strategy.one_shot import OneShot
from frame2frame.strategy.path import Path as Rounds
from frame2frame.strategy.refine import Refine
from frame2frame.worlds.tabletop.example import EXAMPLE

pytestmark = pytest.mark.usefixtures("small_embedded")

PARTS = (Temporal, CogVideoX, ClipEncoder, Best, OneShot, Rounds, Keep, Refine)


def asked(**wishes: Any) -> Request:
    request = Request(
        load_picture(EXAMPLE.picture), "make it red", find("tabletop"), seed=1, strategy="path", device="cpu"
    )
    return replace(request, **wishes)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each part was made."""
    count = Counter[str]()

    def counted(kind: type) -> Any:
        original: Any = vars(kind)["__init__"]

        def make(self: Any, *args: Any, **options: Any) -> None:
            count[kind.__name__] += 1
            original(self, *args, **options)

        return make

    for kind in PARTS:
        monkeypatch.setattr(kind, "__init__", counted(kind))
    return count


@pytest.mark.parametrize(
    ("strategy", "preset"), [("one-shot", None), ("one-shot", "fast"), ("path", None)], ids=str
)
def test_no_part_is_built_twice_in_an_edit(
    built: Counter[str], video_model: Path, tmp_path: Path, strategy: str, preset: str | None
) -> None:
    wishes: dict[str, Any] = {"rounds": 2, "candidates": 1} if strategy == "path" else {}
    frame2frame.edit(
        EXAMPLE.picture, EXAMPLE.instruction, out=tmp_path, strategy=strategy, select="best", preset=preset,
        refine=True, device="cpu", frames=9, steps=1, seed=1, model=str(video_model), encoder="tabletop",
        **wishes,
    )  # fmt: skip
    way = {"one-shot": "OneShot", "path": "Path"}[strategy]
    parts = ("Temporal", "CogVideoX", "ClipEncoder", "Best", way, "Keep", "Refine")
    assert built == Counter(dict.fromkeys(parts, 1))


def test_no_part_is_built_twice_in_a_pick(built: Counter[str], tmp_path: Path) -> None:
    frames = np.stack([load_picture(EXAMPLE.picture).picture] * 3)
    frame2frame.pick(
        frames, EXAMPLE.picture, "the cube is red", out=tmp_path, select="best", encoder="tabletop",
        device="cpu",
    )  # fmt: skip
    assert built == Counter({"ClipEncoder": 1, "Best": 1, "Keep": 1})


def test_equal_plans_have_one_key_and_whatever_is_decided_otherwise_has_another() -> None:
    wishes: tuple[dict[str, Any], ...] = (
        {"frames": 9},
        {"guidance": 3.0},
        {"steps": 2},
        {"seed": 2},
        {"seeds": tuple(range(4, 19))},
        {"select": "best"},
        {"identity": "tabletop"},
        {"instruction": "make it blue"},
        {"options": {"rounds": 2}},
        {"options": {"generator.height": 64}},
    )
    keys = [plan.of(asked(**wish)).key() for wish in ({}, *wishes)]
    assert keys[0] == plan.of(asked()).key() and len(set(keys)) == len(keys)


def test_a_device_that_is_found_is_the_same_as_one_that_is_named() -> None:
    import torch

    if not torch.accelerator.is_available():
        assert plan.of(asked(device="auto")).key() == plan.of(asked(device="cpu")).key()


def test_seeds_of_the_callers_own_leave_all_else_as_it_is() -> None:
    made = plan.of(asked(strategy="one-shot"))
    seeded = made.seeded((7,))
    assert seeded.seeds == (7,) and seeded.settings().seeds == (7,) and seeded.settings().seed == 7
    assert seeded.stages is made.stages
