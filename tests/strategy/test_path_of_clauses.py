"""Wishes of several clauses, walked one after another by the embedded model."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import frame2frame
from frame2frame import plan, run
from frame2frame.request import Request
from frame2frame.values import Caption, Cause, Note, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

CLAUSES = ("paint the purple cube green", "shrink the green cube")


def asked(wish: str = "paint the purple cube green, then shrink it", rounds: int = 2) -> Request:
    options: dict[str, Any] = {"rounds": rounds, "candidates": 1}
    return Request.of(
        EXAMPLE.picture, wish, strategy="path", frames=9, steps=2, seed=3, device="cpu", options=options
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clauses")


@pytest.fixture(scope="module")
def events(out: Path) -> list[Any]:
    return list(frame2frame.stream(asked(), out))


def of_kind(events: Sequence[Any], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def test_each_clause_has_a_caption_and_a_round_of_its_own(events: list[Any]) -> None:
    captions, steps = of_kind(events, Caption), of_kind(events, Step)
    assert [one.target for one in captions] == ["the purple cube is green", "the green cube is small"]
    assert [step.caption for step in steps] == captions
    assert all(step.passed for step in steps) and "all 2 clauses" in steps[-1].ended


def test_the_plan_holds_the_clauses(events: list[Any]) -> None:
    folder = run.result_in(iter(events)).folder
    assert folder is not None
    assert tuple(json.loads((folder / "plan.json").read_text("utf-8"))["clauses"]) == CLAUSES


def test_a_later_clause_about_a_thing_that_is_not_there_is_advised_so(tmp_path: Path) -> None:
    """In the notes, and in the report, neither of which asks for more rounds."""
    events = list(frame2frame.stream(asked("paint the purple cube red, then lift the green ball"), tmp_path))
    assert [step.choice.cause for step in of_kind(events, Step)] == ["", Cause.NOT_THERE]
    told = " ".join(note.text for note in of_kind(events, Note))
    folder = run.result_in(iter(events)).folder
    assert folder is not None
    report = (folder / "report.html").read_text("utf-8")
    assert "was not reached" in told and "does not seem to show any green ball" in told
    assert "oes not seem to show any green ball" in report
    assert "ore rounds" not in told + report


def test_a_path_with_too_few_rounds_walks_the_wish_as_one() -> None:
    planned = plan.of(asked(rounds=1))
    asked_for = planned.request
    walk: Any = planned.strategy.run(
        asked_for.source.picture, asked_for.instruction, planned.sampling, planned.seeds, planned.stages
    )
    note, caption = next(walk), next(walk)
    walk.close()
    assert "walked as one" in note.text and caption.clauses == ()
