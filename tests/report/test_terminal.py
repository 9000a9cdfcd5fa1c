"""How a run is shown while it works."""

from __future__ import annotations

import io
import sys
import types

import numpy as np
import pytest
from rich.console import Console

from frame2frame.report import terminal
from frame2frame.report.progress import duration
from frame2frame.report.terminal import _Lines, show, watched
from frame2frame.values import Caption, Choice, Clip, Note, Progress, Sampling, Scores, Started, Step

STAGES = (Progress("encode", 0, 1), Progress("denoise", 0, 2))
TOLD = ["Encoding …", "Denoising …"]
ENDED = Progress("keep", 0, 1)


def started(rounds: int = 1, model: str = "tabletop") -> Started:
    return Started(model, 5, Sampling(9, 128, 128, 1, (1.0,)), "cpu", rounds)


def a_round(reason: str) -> Step:
    clip = Clip(np.zeros((1, 8, 8, 3), np.uint8), (0,), 5)
    return Step(Caption("", "", ""), clip, Scores({}), Choice(0, reason), passed=(0,))


def lines_of(capsys: pytest.CaptureFixture[str], *events: object) -> list[str]:
    """What is written into a pipe, but for the first line, which says what runs."""
    list(show(iter(events)))
    out = capsys.readouterr()
    assert out.out == ""
    return [line for line in out.err.splitlines() if not line.startswith("Model ")]


def test_into_a_pipe_a_long_line_is_not_broken_and_brackets_are_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stages = [Progress("denoise", 0, 2), Progress("denoise", 1, 2), Progress("decode", 9, 9)]
    list(show(iter([started(model="/models/[red] " + 90 * "x"), *stages])))
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.startswith("Model /models/[red] x") and first.endswith("1 step, guidance 1, seed 5")
    assert rest == ["Denoising …", "Decoding …"]


def test_a_caption_of_many_words_is_shown_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = lines_of(capsys, started(), Caption("and so on " * 200, "", ""))
    assert line.startswith("Caption: and so on") and line.endswith(" …") and len(line) < 320


def test_each_round_of_a_path_has_a_heading_and_what_the_last_one_came_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rounds = [*STAGES, a_round("Frame 3 it is."), *STAGES, a_round("It stays.")]
    assert lines_of(capsys, started(5), *rounds, ENDED) == [
        "Round 1 of 5:",
        *TOLD,
        "Round 1: Frame 3 it is.",
        "Round 2 of 5:",
        *TOLD,
        "Keeping the source …",
    ]


def test_a_path_that_goes_on_begins_with_the_number_of_its_next_round(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lines_of(capsys, started(4), a_round("One."), a_round("Two."), STAGES[0]) == [
        "Round 2: Two.",
        "Round 3 of 4:",
        TOLD[0],
    ]


def test_a_single_round_has_no_heading_and_a_refinement_one_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    again = (Progress("refine", 0, 1), STAGES[1])
    assert lines_of(capsys, started(), *STAGES, a_round("Frame 3 it is."), *again, ENDED) == [
        *TOLD,
        "Frame 3 it is.",
        "Drawing the chosen frame again:",
        "Encoding …",
        "Denoising …",
        "Keeping the source …",
    ]


def told_at(*seconds: float) -> list[str]:
    """The lines of a stage of 50 steps that reaches the next step at each of these times."""
    out, times = io.StringIO(), iter(seconds)
    lines = _Lines(Console(file=out, highlight=False), lambda: next(times))
    for done in range(len(seconds)):
        lines.update(Progress("denoise", done, 50))
    return out.getvalue().splitlines()


def test_a_long_stage_says_now_and_then_how_far_it_is() -> None:
    assert told_at(0, 6, 12, 18, 24) == [
        "Denoising …",
        "Denoising 2 of 50, 12 s, 4 min 48 s left in this stage",
        "Denoising 4 of 50, 24 s, 4 min 36 s left in this stage",
    ]


def test_a_stage_that_tells_of_its_first_part_when_that_is_done_began_before() -> None:
    out, times = io.StringIO(), iter([0, 20, 30])
    lines = _Lines(Console(file=out, highlight=False), lambda: next(times))
    for event in (Progress("denoise", 2, 2), Progress("decode", 9, 27), Progress("decode", 18, 27)):
        lines.update(event)
    assert out.getvalue().splitlines()[-1] == "Decoding 18 of 27, 30 s, 15 s left in this stage"


def test_a_short_one_does_not() -> None:
    assert told_at(0, 1, 2, 3, 4) == ["Denoising …"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_a_duration_is_said_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal that keeps what is written to it."""
    out = io.StringIO()
    monkeypatch.setattr(terminal, "screen", lambda: Console(file=out, force_terminal=True, width=100))
    return out


def test_loading_ends_when_the_next_stage_begins(screen: io.StringIO) -> None:
    list(show(iter(STAGES)))
    last = screen.getvalue().rsplit("encoding", 1)[1]
    assert "…" not in last.partition("denoising")[0] and " s" in last.partition("denoising")[0]


def test_an_edit_in_python_is_shown_on_a_terminal_unless_progress_is_off(screen: io.StringIO) -> None:
    events = (Note("A note."), STAGES[1])
    assert list(watched(iter(events), progress=False)) == list(events)
    assert screen.getvalue() == ""
    assert list(watched(iter(events))) == list(events)
    assert "Note: A note." in screen.getvalue() and "denoising" in screen.getvalue()


def test_a_note_that_becomes_a_warning_is_not_shown_besides(screen: io.StringIO) -> None:
    events = (Note("A warning."), Note("A remark.", is_warning=False))
    assert list(watched(iter(events), warnings=False)) == list(events)
    assert "A warning." not in screen.getvalue() and "A remark." in screen.getvalue()


def test_without_progress_the_command_still_says_what_is_to_be_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    list(show(iter([*STAGES, Note("A note.")]), progress=False))
    assert capsys.readouterr().err.splitlines() == ["Note: A note."]


def test_a_notebook_has_lines_where_nothing_can_draw_bars_and_bars_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    console = Console(file=io.StringIO(), force_jupyter=True)
    monkeypatch.setattr(terminal, "find_spec", lambda name: None)
    assert not terminal._has_bars(console)
    monkeypatch.setattr(terminal, "find_spec", lambda name: types.ModuleType(name))
    assert terminal._has_bars(console)
    assert not terminal._has_bars(Console(file=io.StringIO(), force_terminal=False, force_jupyter=False))
    assert "ipywidgets" not in sys.modules
