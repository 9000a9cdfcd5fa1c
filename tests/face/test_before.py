"""What an earlier version left can be repeated, read and gone on with."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame import InputError, Note, Request, Result, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..command import f2f
from .before import FOLDER, REPEATED, asked, named
from .golden import golden, lost

BEFORE = golden("before")


def test_all_that_was_left_is_held() -> None:
    assert set(REPEATED) <= set(BEFORE)


@pytest.mark.parametrize("name", BEFORE)
def test_a_replay_asks_for_what_was_asked(name: str) -> None:
    before, now = BEFORE[name], asked(frame2frame.replay(FOLDER / name, device="cpu"))
    assert named(now.pop("options"), before["options"]) == before["options"]
    assert lost({key: value for key, value in before.items() if key != "options"}, now, name) == []


def test_a_replay_takes_seeds_in_their_order() -> None:
    assert frame2frame.replay(FOLDER / "seeds.png").seeds == (7, 3)


def test_a_pick_says_that_it_cannot_be_drawn_again() -> None:
    with pytest.raises(InputError, match="f2f pick"):
        frame2frame.replay(FOLDER / "pick.png")


def decibels(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    error = np.mean((one.astype(float) - other) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


@pytest.mark.parametrize(("name", "index", "seed"), [("again.png", 5, 1), ("again_seeds.png", 5, 1)])
def test_a_run_that_is_repeated_chooses_the_same_frame(name: str, index: int, seed: int) -> None:
    events = frame2frame.stream(frame2frame.replay(FOLDER / name, device="cpu"), None)
    (result,) = (event for event in events if isinstance(event, Result))
    assert (result.index, result.seed) == (index, seed)
    # rounding depends on the CPU
    assert decibels(result.image, np.asarray(Image.open(FOLDER / name).convert("RGB"))) >= 40


def test_a_finished_run_can_be_animated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "animate", str(FOLDER / "runs" / "path"), "--out", "way.gif") == 0
    with Image.open(tmp_path / "way.gif") as moving:
        moving.seek(1)
        assert moving.tell() == 1


(INTERRUPTED,) = (FOLDER / "interrupted").iterdir()


@pytest.fixture
def path(video_model: Path, small_encoder: Path) -> Request:
    """A path of two rounds, with words that cost nothing, so that both are gone."""
    wishes: dict[str, Any] = {"frames": 9, "steps": 1, "strategy": "path", "rounds": 2, "candidates": 1}
    wishes |= {"w_sem": 0.0, "w_step": 1.0, "seed": 3, "device": "cpu"}
    wishes |= {"model": str(video_model), "encoder": str(small_encoder)}
    return Request.of(EXAMPLE.picture, EXAMPLE.instruction, **wishes)


def test_interrupted_rounds_of_another_path_stay_and_are_told(path: Request, tmp_path: Path) -> None:
    left = tmp_path / INTERRUPTED.name
    shutil.copytree(INTERRUPTED, left)
    os.utime(left, (0, 0))
    events = list(frame2frame.stream(path, tmp_path))
    assert any("path" in event.text and "kept" in event.text for event in events if isinstance(event, Note))
    assert sorted(file.name for file in left.iterdir()) == sorted(file.name for file in INTERRUPTED.iterdir())
    assert isinstance(events[-1], Result)


def test_interrupted_rounds_in_the_place_of_a_paths_own_are_drawn_again(
    path: Request, tmp_path: Path
) -> None:
    events = frame2frame.stream(path, tmp_path)
    next(event for event in events if isinstance(event, Step))
    events.close()
    (own,) = tmp_path.glob(".path-*")
    shutil.rmtree(own)
    shutil.copytree(INTERRUPTED, own)
    again = list(frame2frame.stream(path, tmp_path))
    assert sum(isinstance(event, Step) for event in again) == 2 and isinstance(again[-1], Result)
    assert any("drawn again" in event.text for event in again if isinstance(event, Note))
