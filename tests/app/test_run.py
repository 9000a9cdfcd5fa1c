"""What the page shows while a run goes on, and how it is stopped."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frame2frame.app.form import PickForm, Written
from frame2frame.runs.read import read_run
from frame2frame.worlds.tabletop import Episode

from .forms import FORM, WRITTEN, files_of, runner

pytestmark = pytest.mark.usefixtures("small_embedded")


@pytest.mark.parametrize(
    "changes",
    [
        {"picture": None},
        {"picture": __file__},
        {"instruction": " "},
        {"seed": -4},
        {"seed": 1.5},
        {"frames": 10},
        {"model": "tabeltop"},
        {"strategy": "path", "w_sem": -1.0},
        {"strategy": "search", "probe_steps": 0.0},
        {"memory": "9"},
        {"preset": "quick"},
        {"lora": "no/such-file.safetensors"},
    ],
)
def test_what_is_wrong_is_one_line_and_changes_nothing_else(changes: dict[str, Any], tmp_path: Path) -> None:
    first, *updates = runner(tmp_path).run("a", FORM.but(**changes), WRITTEN)
    assert set(first) == {"generate", "cancel", "status"}
    last = updates[-1]
    assert set(last) == {"status"} and 'role="alert"' in last["status"]
    assert "Traceback" not in last["status"] and "\n" not in last["status"]
    assert not list(tmp_path.rglob("request.json"))


def test_a_run_is_shown_with_its_strip_reason_and_seed(tmp_path: Path) -> None:
    updates = list(runner(tmp_path).run("a", FORM, Written()))
    lines = " ".join(str(update["status"]) for update in updates[:-1])
    assert "Denoising" in lines and "seed 5" in lines
    last = updates[-1]
    assert last["strips"].count("data-frame=") == 9 and "Seed 5" in last["outcome"]
    assert last["caption"] == WRITTEN.temporal  # the page shows what ran, even if it was never asked before
    address = re.search(r'href="runs/([^"/]+)/report.html"', last["outcome"])
    assert address is not None and len(address[1]) == 43 and not (tmp_path / address[1]).exists()


def test_a_search_is_shown_with_the_seeds_that_were_finished(tmp_path: Path) -> None:
    form = FORM.but(strategy="search", steps=2)
    *_, last = runner(tmp_path / "runs").run("a", form, WRITTEN)
    assert "3 seeds were begun, 1 of them left after 1 of 2 steps" in last["outcome"]
    (folder,) = (tmp_path / "runs").iterdir()
    assert read_run(folder).record.settings.strategy == "search"


def test_a_run_that_is_cancelled_stops_and_leaves_nothing(tmp_path: Path) -> None:
    one = runner(tmp_path)
    updates = one.run("a", FORM.but(steps=50), WRITTEN)
    assert any("Denoising" in str(update["status"]) for update in updates)
    one.cancel("another")
    assert "1 of 50" in str(next(updates)["status"])
    one.cancel("a")
    assert "Stopped" in str(next(updates)["status"])
    assert list(updates) == [] and list(tmp_path.iterdir()) == []


def test_an_edit_waits_for_that_of_another_window_and_can_be_cancelled_meanwhile(tmp_path: Path) -> None:
    one = runner(tmp_path)
    with one.turn:
        updates = one.run("b", FORM, WRITTEN)
        next(updates)
        assert "Waiting" in str(next(updates)["status"])
        one.cancel("b")
        assert ["Stopped" in str(update["status"]) for update in updates] == [True]


def test_a_frame_of_a_given_clip_is_picked_and_shown_without_a_seed(clip: Episode, tmp_path: Path) -> None:
    files = files_of(clip.frames, tmp_path / "clip")
    form = PickForm(files, None, clip.target_caption, "best", "tabletop", True)
    last = list(runner(tmp_path / "runs").pick("a", form))[-1]
    assert last["strips"].count("data-frame=") == 9 and "Seed" not in last["outcome"]
    (folder,) = (tmp_path / "runs").iterdir()
    run = read_run(folder)
    assert run.record.settings.picked is not None and run.record.settings.picked.clip.path is None
    assert np.array_equal(run.source().picture, clip.frames[0])
    assert "caption" not in last  # the other tab keeps its words


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clip": None}, "no clip yet"),
        ({"clip": [__file__]}, "alert"),
        ({"target": " "}, "target is empty"),
        ({"target": None}, "target is empty"),
        ({"encoder": "dino"}, "sees pictures only"),
    ],
)
def test_a_pick_that_cannot_be_is_one_line(
    changes: dict[str, Any], said: str, clip: Episode, tmp_path: Path
) -> None:
    form = PickForm(files_of(clip.frames, tmp_path / "clip"), None, "it is red", "best", "tabletop", True)
    *_, last = runner(tmp_path / "runs").pick("a", replace(form, **changes))
    assert set(last) == {"status of picking"} and 'role="alert"' in last["status of picking"]
    assert said in last["status of picking"] and "\n" not in last["status of picking"]
