"""A path that is stopped goes on where it was, and a finished one leaves nothing behind."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from frame2frame import edit, stream
from frame2frame.engine.models.catalogue import find
from frame2frame.media.source import load_picture
from frame2frame.report.result import Result
from frame2frame.request import Request
from frame2frame.values import Progress, Step
from frame2frame.worlds.tabletop.example import EXAMPLE


@pytest.fixture
def request_(video_model: Path, small_encoder: Path) -> Request:
    # The words cost nothing, so no round arrives and all are walked.
    options = {"rounds": 2, "candidates": 1, "w_sem": 0.0, "w_step": 1.0}
    wishes = {"frames": 9, "steps": 1, "strategy": "path", "options": options, "device": "cpu", "seed": 3}
    wishes |= {"model": str(video_model), "encoder": str(small_encoder)}
    return Request.of(EXAMPLE.picture, EXAMPLE.instruction, **wishes)  # type: ignore[arg-type]


def first_round_only(request: Request, out: Path) -> Step:
    with closing(stream(request, out)) as events:
        return next(event for event in events if isinstance(event, Step))


def denoised(events: Sequence[object]) -> int:
    return sum(isinstance(event, Progress) and event.stage == "encode" for event in events)


def test_a_stopped_path_goes_on_after_its_finished_rounds(request_: Request, tmp_path: Path) -> None:
    first = first_round_only(request_, tmp_path)
    again = list(stream(request_, tmp_path))
    steps = [event for event in again if isinstance(event, Step)]
    assert denoised(again) == 1 and len(steps) == 2
    assert [bool(step.ended) for step in steps] == [False, True]
    assert np.array_equal(steps[0].clip.frames, first.clip.frames)
    assert steps[0].choice == first.choice and dict(steps[0].seconds) == dict(first.seconds)


def test_a_path_that_went_on_ends_like_one_that_was_never_stopped(request_: Request, tmp_path: Path) -> None:
    first_round_only(request_, tmp_path / "stopped")
    stopped, whole = (
        next(event for event in stream(request_, tmp_path / name) if isinstance(event, Result))
        for name in ("stopped", "whole")
    )
    assert np.array_equal(stopped.frames, whole.frames) and dict(stopped.metrics) == dict(whole.metrics)


def test_other_seeds_are_another_path(request_: Request, tmp_path: Path) -> None:
    first_round_only(request_, tmp_path)
    assert denoised(list(stream(replace(request_, seed=4), tmp_path))) == 2


def test_another_encoder_is_another_path(request_: Request, tmp_path: Path) -> None:
    first_round_only(request_, tmp_path)
    other = replace(request_, identity=f"clip:{find('tabletop').encoder}")
    assert denoised(list(stream(other, tmp_path))) == 2


def test_a_finished_path_keeps_no_rounds(request_: Request, tmp_path: Path) -> None:
    list(stream(request_, tmp_path))
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".path-")] == []


def test_a_path_whose_result_is_taken_and_no_more_keeps_no_rounds(request_: Request, tmp_path: Path) -> None:
    with closing(stream(request_, tmp_path)) as events:
        next(event for event in events if isinstance(event, Result))
    assert not list(tmp_path.glob(".path-*"))


def test_a_damaged_round_is_walked_again(request_: Request, tmp_path: Path) -> None:
    first_round_only(request_, tmp_path)
    (kept,) = tmp_path.glob(".path-*/round_00.npz")
    kept.write_bytes(kept.read_bytes()[:100])
    assert denoised(list(stream(request_, tmp_path))) == 2


@pytest.mark.parametrize("strategy", ["one-shot", "path"])
def test_the_path_begins_with_the_source_itself(strategy: str, video_model: Path) -> None:
    options = {"rounds": 1, "gate.presence": -100, "w_step": 0.0, "w_id": 0.0} if strategy == "path" else {}
    result = edit(
        EXAMPLE.picture,
        EXAMPLE.instruction,
        out=None,
        frames=9,
        steps=1,
        seed=3,
        strategy=strategy,
        options=options,
        model=str(video_model),
        encoder="tabletop",
        select="best",
    )

    assert np.array_equal(result.path[0], load_picture(EXAMPLE.picture).picture)
    ends = {"path": [result.path[-1]], "one-shot": []}[strategy]  # one shot passes through every frame itself
    assert all(map(np.array_equal, result.route[-1:], ends)) and len(result.route[-1:]) == len(ends)
    assert len(result.metrics["semantic_scores"]) == len(result.path)  # type: ignore[arg-type]
