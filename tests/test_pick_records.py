"""What a pick leaves, and how it is repeated from that."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame.errors import InputError
from frame2frame.media.video_input import load_footage
from frame2frame.picking import GIVEN
from frame2frame.report.command_line import command_line
from frame2frame.runs.read import read_run, recorded

from .command import f2f
from .picks import FRAMES, HERE, as_folder, drawn

BEFORE = Path(__file__).parent / "face" / "before"


def test_the_run_folder_is_an_edits_and_says_that_it_was_picked(tmp_path: Path) -> None:
    one = drawn()
    clip = as_folder(one.frames, tmp_path / "frames")
    result = frame2frame.pick(clip, one.source, one.target_caption, out=tmp_path / "runs", **HERE)
    assert result.folder is not None
    names = {path.name for path in result.folder.iterdir()}
    assert names >= {"final_frame.png", "report.html", "clip.mp4", "scores.json", "source.png", "done.json"}
    run = read_run(result.folder)
    settings = run.record.settings
    assert settings.frames == FRAMES
    assert settings.picked is not None and settings.picked.clip.sha256 == load_footage(clip).sha256
    assert np.array_equal(run.image().picture, result.image)
    page = (result.folder / "report.html").read_text(encoding="utf-8")
    assert "f2f pick" in page and "f2f replay" not in page and "seed" not in page.lower()


def test_the_recorded_command_picks_the_same_frame_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = drawn()
    clip = as_folder(one.frames, tmp_path / "frames")
    Image.fromarray(one.source).save(tmp_path / "source.png")
    first = frame2frame.pick(
        clip,
        tmp_path / "source.png",
        one.target_caption,
        instruction=one.instruction,
        keep=False,
        options={"settled": 0.05, "gate.least_gain": 0.02},
        **HERE,
    )
    assert first.folder is not None
    line = command_line(read_run(first.folder).record.settings, str(tmp_path / "source.png"))
    assert "--no-keep" in line and "settled=0.05" in line and "gate.least-gain=0.02" in line
    assert f2f(monkeypatch, "pick", "--json", *shlex.split(line)[2:]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["index"] == first.index and facts["model"] == GIVEN
    again = read_run(Path(facts["folder"])).record.settings
    assert again == read_run(first.folder).record.settings


def test_nothing_of_a_model_stands_in_the_record_of_a_pick(tmp_path: Path) -> None:
    one = drawn()
    asked = {"select.settled": 0.05, "keep.growth": 0.02}
    result = frame2frame.pick(one.frames, one.source, one.target_caption, out=tmp_path, options=asked, **HERE)
    assert result.folder is not None and result.seed is None
    run = read_run(result.folder)
    settings, ran, plan = run.record.settings, run.record.execution, run.record.plan
    assert (settings.model, settings.steps, settings.seed, settings.strategy) == (None,) * 4
    assert (ran.model_resolved, ran.batch_seeds, ran.batch_index) == (None, (), None)
    assert run.steps[0].seed is None
    assert plan is not None and (plan.model, plan.seeds, plan.guidance) == (None, (), ())
    assert plan.parts == {"encoder": "tabletop", "select": "earliest", "keep": "keep"}
    assert plan.options["select.settled"] == 0.05 and plan.options["gate.slack"] == 0.25
    assert (plan.frames, plan.height, plan.width, plan.devices) == (FRAMES, 128, 128, ("cpu",))


def test_numbers_of_no_model_in_an_older_record_of_a_pick_are_not_believed() -> None:
    record, _ = recorded(BEFORE / "pick.png")
    assert (record.settings.model, record.settings.seed, record.execution.batch_seeds) == (None, None, ())


def test_a_pick_is_repeated_from_its_folder_with_the_frames_that_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = drawn()
    asked = {"select.settled": 0.05, "keep.growth": 0.02, "score": "sharpness"}
    wishes: dict[str, Any] = {"score": asked.pop("score"), "options": asked, **HERE}
    first = frame2frame.pick(one.frames, one.source, one.target_caption, out=tmp_path, **wishes)
    assert first.folder is not None
    again = frame2frame.replay_pick(first.folder, "cpu")
    assert np.array_equal(again.footage.frames, one.frames) and again.footage.path is None
    assert f2f(monkeypatch, "replay", str(first.folder / "final_frame.png"), "--device", "cpu", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["index"], facts["model"], facts["clip"], facts["seed"]) == (first.index, GIVEN, None, None)
    before, now = read_run(first.folder), read_run(Path(facts["folder"]))
    assert now.record.settings == before.record.settings and now.record.plan == before.record.plan
    assert now.steps[0].scores == before.steps[0].scores
    assert np.array_equal(now.image().picture, before.image().picture)


def test_a_pick_is_repeated_from_its_png_where_the_clip_lies_beside_it(tmp_path: Path) -> None:
    one = drawn()
    clip = as_folder(one.frames, tmp_path / "frames")
    Image.fromarray(one.source).save(tmp_path / "source.png")
    wishes: dict[str, Any] = {"instruction": one.instruction, "save": "result", "select": "best", **HERE}
    first = frame2frame.pick(clip, tmp_path / "source.png", one.target_caption, out=tmp_path, **wishes)
    assert first.folder is not None
    moved = tmp_path / "moved.png"
    (first.folder / "final_frame.png").rename(moved)
    again = frame2frame.replay_pick(moved, "cpu")
    assert (again.target, again.instruction) == (one.target_caption, one.instruction)
    assert again.footage.sha256 == load_footage(clip).sha256
    (result,) = (event for event in frame2frame.stream(again, None) if isinstance(event, frame2frame.Result))
    assert result.index == first.index and np.array_equal(result.image, first.image)


def test_a_pick_whose_clip_is_gone_or_another_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = drawn()
    clip = as_folder(one.frames, tmp_path / "frames")
    wishes: dict[str, Any] = {"out": tmp_path / "runs", "save": "result", **HERE}
    folder = frame2frame.pick(clip, one.source, one.target_caption, **wishes).folder
    assert folder is not None
    Image.fromarray(one.source).save(clip / "frame_0.png")
    Image.fromarray(one.target).save(clip / "frame_1.png")
    assert f2f(monkeypatch, "replay", str(folder)) == 2
    told = capsys.readouterr().err.strip()
    assert "which is not here; got no 'frames' with SHA-256" in told and len(told.splitlines()) == 1
    with pytest.raises(InputError, match="run `f2f pick` on it"):
        frame2frame.replay(folder)


def test_a_pick_is_no_request_and_an_edit_no_pick(tmp_path: Path) -> None:
    one = drawn()
    folder = frame2frame.pick(one.frames, one.source, one.target_caption, out=tmp_path, **HERE).folder
    assert folder is not None
    with pytest.raises(InputError, match=r"use frame2frame\.replay_pick"):
        frame2frame.replay(folder)
    with pytest.raises(InputError, match=r"use frame2frame\.replay"):
        frame2frame.replay_pick(BEFORE / "quick.png")
