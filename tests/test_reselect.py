"""Another frame of a finished run, chosen without drawing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import frame2frame
from frame2frame.engine.models.catalogue import WEIGHTS
from frame2frame.errors import InputError
from frame2frame.report.result import Result
from frame2frame.reselecting import LOSSY, Reselect, as_answers, compared, reselecting, steps_of
from frame2frame.runs.frames import OTHER, TAKEN
from frame2frame.runs.read import REDRAWN, STATE, read_run
from frame2frame.values import Note, Take
from frame2frame.worlds.tabletop.example import EXAMPLE

from .command import f2f


def edited(out: Path, **wishes: object) -> Result:
    short = {"frames": 9, "steps": 2, "seed": 5, "device": "cpu", "select": "best", "progress": False}
    return frame2frame.edit(EXAMPLE.picture, EXAMPLE.instruction, out=out, **{**short, **wishes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return edited(tmp_path_factory.mktemp("run"), candidates=2)


def folder_of(result: Result) -> Path:
    assert result.folder is not None
    return result.folder


def test_the_frames_of_the_clip_that_was_taken_are_kept_to_the_last_bit(run: Result) -> None:
    taken = read_run(folder_of(run)).taken(0)
    assert taken is not None and np.array_equal(taken, run.frames)


def test_the_same_selector_chooses_the_same_and_the_picture_is_equal(run: Result, tmp_path: Path) -> None:
    again = frame2frame.reselect(run, out=tmp_path, progress=False)
    assert again.index == run.index and np.array_equal(again.image, run.image)
    before, after = (read_run(folder_of(one)).record for one in (run, again))
    assert before.settings == after.settings and before.execution.weights == after.execution.weights


def test_each_frame_can_be_seen_as_the_answer_that_it_would_be(run: Result) -> None:
    wanted = Reselect.of(run)
    step = steps_of(wanted.run)[wanted.number]
    answers = list(as_answers(wanted, step, Take(step.clip, step.scores)))
    assert run.index is not None and len(answers) == 9
    assert np.array_equal(answers[run.index], run.image)
    raw = replace(wanted, keep=False)
    assert np.array_equal(next(as_answers(raw, step, Take(step.clip, step.scores))), run.frames[0])


def test_another_selector_takes_another_frame_of_the_same_clip(run: Result) -> None:
    late = frame2frame.reselect(run, select="energy", options={"w_sem": 0.0}, out=None, progress=False)
    assert late.index is None and np.array_equal(late.image, late.path[0])  # the source costs least
    kept = frame2frame.reselect(run, select="best", keep=False, out=None, progress=False)
    assert kept.index is not None and np.array_equal(kept.image, kept.frames[kept.index])


def test_a_mask_decides_what_changes(run: Result) -> None:
    mask = np.zeros_like(run.image)
    mask[:, :40] = 255
    masked = frame2frame.reselect(run, mask=mask, out=None, progress=False)
    assert np.array_equal(masked.image[:, 60:], masked.path[0][:, 60:])
    assert not np.array_equal(masked.image[:, :30], masked.path[0][:, :30])


def test_what_was_chosen_anew_is_recorded_and_replays(run: Result, tmp_path: Path) -> None:
    again = frame2frame.reselect(run, select="earliest", keep=False, out=tmp_path, progress=False)
    request = frame2frame.replay(folder_of(again))
    assert (request.select, request.keep, request.seed) == ("earliest", False, 5)


@pytest.mark.usefixtures("small_embedded")
def test_a_run_of_all_candidates_lets_choose_among_them(tmp_path: Path) -> None:
    whole = edited(tmp_path, candidates=2, save="all")
    assert (folder_of(whole) / OTHER.format(0, 1)).is_file()
    again = frame2frame.reselect(whole, select="sharpest-late", out=None, progress=False)
    assert again.seed in (5, 6)


def test_a_run_without_them_is_chosen_from_its_clip_which_is_said(run: Result, tmp_path: Path) -> None:
    old = Path(shutil.copytree(folder_of(run), tmp_path / "old"))
    (old / TAKEN.format(0)).unlink()
    (old / REDRAWN).unlink()
    events = list(reselecting(Reselect.of(old), None))
    assert Note(LOSSY) in events
    result = events[-1]
    assert isinstance(result, Result) and result.index == run.index


@pytest.mark.usefixtures("small_embedded")
@pytest.mark.parametrize(("save", "said"), [("result", [LOSSY]), ("clip", [])])
def test_the_list_of_all_selectors_says_whether_the_frames_are_those_that_were_drawn(
    save: str, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    place = str(folder_of(edited(tmp_path, save=save)))
    assert f2f(monkeypatch, "reselect", place, "--select", "all", "--json") == 0
    assert json.loads(capsys.readouterr().out)["notes"] == said
    assert f2f(monkeypatch, "reselect", place, "--select", "all") == 0
    assert [line for line in capsys.readouterr().err.splitlines() if line.startswith("Note:")] == [
        f"Note: {text}" for text in said
    ]


@pytest.mark.usefixtures("small_embedded")
def test_save_result_keeps_no_clip_without_loss(tmp_path: Path) -> None:
    names = {path.name for path in folder_of(edited(tmp_path, save="result")).iterdir()}
    assert "clip.mp4" in names and not {TAKEN.format(0), REDRAWN, STATE.format(1)} & names


@pytest.mark.usefixtures("small_embedded")
def test_the_last_round_of_a_path_is_chosen_anew_and_those_before_stay(tmp_path: Path) -> None:
    sees = str(WEIGHTS / "clip")  # by the tiny encoder no frame is better than staying
    anything = {"gate.presence": -100, "w_step": 0.0, "w_id": 0.0}
    path = edited(tmp_path, strategy="path", rounds=2, candidates=1, steps=2, encoder=sees, options=anything)
    again = frame2frame.reselect(path, select="best", out=None, progress=False)
    assert len(again.path) <= len(path.path) and np.array_equal(again.path[0], path.path[0])


@pytest.mark.usefixtures("small_embedded")
def test_a_refined_run_is_chosen_anew_before_it_was_drawn_again(tmp_path: Path) -> None:
    refined = edited(tmp_path, refine=True)
    number = Reselect.of(folder_of(refined)).number
    assert number == 0
    again = frame2frame.reselect(refined, out=None, progress=False)
    assert len(again.frames) == 9


def test_every_selector_that_asks_no_server_is_listed(
    run: Result, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {one.select: one for one in compared(run)}
    assert {"best", "earliest", "energy", "sharpest-late"} <= rows.keys() and "judge" not in rows
    assert f2f(monkeypatch, "reselect", str(run.folder), "--select", "all", "--json") == 0
    listed = json.loads(capsys.readouterr().out)["selectors"]
    assert {one["select"]: one["choice"]["index"] for one in listed} == {
        name: one.choice and one.choice.index for name, one in rows.items()
    }


def test_the_command_leaves_a_run_folder(
    run: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("reselect", str(folder_of(run) / "final_frame.png"), "--select", "best", "--out", str(tmp_path))
    assert f2f(monkeypatch, *words) == 0
    (picture, report) = map(Path, capsys.readouterr().out.splitlines())
    assert picture.is_file() and report.is_file()


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"select": "bets"}, "best"),
        ({"options": {"sets": 1}}, "sets"),
        ({"metadata": "all"}, "keep"),
        ({"mask": np.zeros((60, 200, 3), np.uint8)}, "mask"),
        ({"encoder": "clip"}, "encoder"),
    ],
)
def test_what_cannot_be_is_one_line(run: Result, wishes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        frame2frame.reselect(run, out=None, progress=False, **wishes)  # type: ignore[arg-type]


def test_a_run_of_which_nothing_was_drawn_has_no_frame_to_choose(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (128, 128, 3), dtype=np.uint8)
    refused = frame2frame.edit(noise, EXAMPLE.instruction, out=tmp_path, device="cpu", progress=False)
    with pytest.raises(InputError, match="nothing was drawn"):
        Reselect.of(refused)


def test_a_file_of_frames_from_another_run_is_refused(run: Result, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folder_of(run), tmp_path / "other"))
    (other / TAKEN.format(0)).write_bytes((other / "clip.mp4").read_bytes()[:200])
    with pytest.raises(InputError):
        frame2frame.reselect(other, out=None, progress=False)
