"""A batch on a small model: every row once, whatever happens to others or to the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame import Editor
from frame2frame.errors import OutOfMemoryError, WriteError
from frame2frame.evaluation.batch import work
from frame2frame.evaluation.batch.ledger import Outcome, outcomes
from frame2frame.evaluation.batch.manifest import Manifest
from frame2frame.evaluation.batch.sheet import write_sheet
from frame2frame.evaluation.batch.work import Batch, Begun, Here, carried_out
from frame2frame.run import drawing
from frame2frame.runs.packed import unpacked
from frame2frame.runs.read import read_run
from frame2frame.strategy.together import Together
from frame2frame.worlds.tabletop.example import EXAMPLE

pytestmark = pytest.mark.usefixtures("small_embedded")

USUAL = {"model": "tabletop", "frames": 9, "steps": 1, "device": "cpu", "save": "result", "keep": False}


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with Editor() as opened:
        yield opened


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """Three edits of which the last has no picture."""
    rows = [
        {"id": "first", "picture": str(EXAMPLE.picture), "instruction": EXAMPLE.instruction},
        {"id": "second", "picture": str(EXAMPLE.picture), "instruction": "remove the purple cube"},
        {"id": "third", "picture": "none.png", "instruction": "remove the purple cube"},
    ]
    path = tmp_path / "edits.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Batch(Manifest(path), tmp_path / "out", USUAL)


def done(batch: Batch, editor: Editor) -> list[Outcome]:
    return [one for one in carried_out(batch, Here(editor)) if isinstance(one, Outcome)]


def pixels(folder: Path) -> Any:
    return np.asarray(Image.open(folder / "final_frame.png"))


def test_each_row_leaves_a_run_folder_or_an_error_and_is_done_once(batch: Batch, editor: Editor) -> None:
    events = list(carried_out(batch, Here(editor)))
    assert events[0] == Begun(3, 3)
    found = {one.id: one for one in events[1:] if isinstance(one, Outcome)}
    assert sorted(found) == ["first", "second", "third"]
    assert found["third"].outcome == "error" and "no such picture" in found["third"].reason
    for name in ("first", "second"):
        assert found[name].result == f"runs/{name}"
        run = read_run(Path(batch.out) / "runs" / name)
        assert run.record.execution.batch_seeds == (found[name].seed,)
    assert [one["id"] for one in outcomes(batch.out)] == [
        one.id for one in events[1:] if isinstance(one, Outcome)
    ]
    assert list(carried_out(batch, Here(editor))) == [Begun(0, 3)]


def test_a_row_alone_is_the_edit_that_its_seed_makes(batch: Batch, editor: Editor, tmp_path: Path) -> None:
    one = done(replace(batch, limit=1, together=1), editor)[0]
    wishes: dict[str, Any] = {**USUAL, "seed": one.seed}
    alone = editor.edit(EXAMPLE.picture, EXAMPLE.instruction, out=None, progress=False, **wishes)
    assert np.array_equal(pixels(Path(batch.out) / "runs" / "first"), alone.image)
    assert (one.index, one.reason) == (alone.index, alone.reason)


def test_rows_of_one_shape_are_drawn_together(
    batch: Batch, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[int]()
    run = Together.run

    def counting(self: Together, runs: Any) -> Any:
        seen.append(len(runs))
        return run(self, runs)

    monkeypatch.setattr(Together, "run", counting)
    assert len(done(batch, editor)) == 3
    assert seen == [2]


def test_what_is_too_much_at_once_is_drawn_in_parts(
    batch: Batch, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(self: Together, runs: Any) -> Any:
        raise OutOfMemoryError("too many at once")

    monkeypatch.setattr(Together, "run", too_much)
    assert sorted(one.outcome for one in done(batch, editor)) != ["error"] * 3


def test_a_row_that_fails_while_it_is_drawn_ends_neither_the_others_nor_the_batch(
    batch: Batch, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(plan: Any, rounds: Any = None) -> Any:
        if plan.request.instruction == EXAMPLE.instruction:
            raise OutOfMemoryError("no memory left")
        return (yield from drawing(plan, rounds))

    monkeypatch.setattr("frame2frame.evaluation.batch.drawing.drawing", failing)
    found = {one.id: one for one in done(batch, editor)}
    assert (found["first"].error, found["first"].retry) == ("OutOfMemoryError", True)
    assert found["second"].outcome != "error"
    monkeypatch.undo()
    assert [one.id for one in done(batch, editor)] == ["first"]  # as it may go well another time


def test_a_batch_that_is_stopped_keeps_what_is_drawn(batch: Batch, editor: Editor) -> None:
    with closing(carried_out(replace(batch, together=1), Here(editor))) as events:
        next(events)
        next(events)
    kept = [one["id"] for one in outcomes(batch.out)]
    assert kept
    rest = [one.id for one in done(batch, editor)]
    assert sorted(kept + rest) == ["first", "second", "third"]


def test_a_run_folder_without_its_line_is_made_anew(batch: Batch, editor: Editor) -> None:
    left = Path(batch.out) / "runs" / "first"
    left.mkdir(parents=True)
    (left / "half.png").write_bytes(b"")
    done(replace(batch, limit=1), editor)
    assert not (left / "half.png").exists() and (left / "final_frame.png").exists()
    assert [one.name for one in left.parent.iterdir()] == ["first"]


def test_a_full_disk_ends_the_batch_and_keeps_what_was_finished(
    batch: Batch, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(replace(batch, limit=1), editor)

    def full(*_: Any) -> Any:
        raise WriteError("no room left")

    monkeypatch.setattr(work, "finish", full)
    with pytest.raises(WriteError, match="no room left"):
        done(batch, editor)
    kept = {one["id"] for one in outcomes(batch.out)}
    assert "first" in kept and "second" not in kept


def test_an_edit_over_its_time_is_an_error(batch: Batch, editor: Editor) -> None:
    found = done(replace(batch, limit=1, time_limit=1e-6), editor)
    assert [(one.error, one.retry) for one in found] == [("CancelledError", False)]
    assert "raise --time-limit" in found[0].reason


def test_the_sheet_shows_each_edit_with_its_reason(batch: Batch, editor: Editor) -> None:
    found = done(batch, editor)
    totals = write_sheet(batch.out)
    assert (totals.rows, totals.errors) == (3, 1)
    page = (Path(batch.out) / "index.html").read_text()
    assert page.count("<li ") == 3 and page.count("<img ") == 2
    assert all((Path(batch.out) / f"pairs/{one.id}.jpg").is_file() for one in found if one.result)
    assert "no such picture" in page and 'href="runs/first/report.html"' in page


def test_a_program_hands_in_rows_and_gets_their_outcomes(editor: Editor, tmp_path: Path) -> None:
    rows = [{"id": "one", "picture": str(EXAMPLE.picture), "instruction": EXAMPLE.instruction}]
    wishes: dict[str, Any] = USUAL
    (one,) = frame2frame.batch(rows, tmp_path / "out", editor=editor, **wishes)
    assert (one.id, one.result, one.error) == ("one", "runs/one", "")
    assert (tmp_path / "out" / "index.html").is_file()
    assert list(frame2frame.batch(rows, tmp_path / "out", editor=editor, **wishes)) == []


def test_run_folders_may_lie_in_tar_files_and_are_made_once(batch: Batch, editor: Editor) -> None:
    packed = replace(batch, packed=True)
    found = {one.id: one for one in done(packed, editor)}
    assert found["third"].outcome == "error"
    for name in ("first", "second"):
        place = Path(batch.out) / str(found[name].result)
        assert place.parent.suffix == ".tar" and place.name == name
        assert read_run(unpacked(place)).record.execution.batch_seeds == (found[name].seed,)
    assert not [one for one in (Path(batch.out) / "runs").iterdir() if one.is_dir()]
    assert list(carried_out(packed, Here(editor))) == [Begun(0, 3)]
    write_sheet(batch.out)
    page = (Path(batch.out) / "index.html").read_text()
    assert page.count("<img ") == 2 and "report.html" not in page
