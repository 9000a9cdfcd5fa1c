"""A round of a run, ready to be shown: its frames with a number under each, its score curves, its candidates.

The frames of a round of a path are shown with their energies, those of a clip with their scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..runs.read import StepRecord
from ..score.degree import COLUMN as DEGREE
from ..select.gate import Gate
from ..strategy.refusals import is_invented
from ..values import Caption, Scores
from . import curves
from .columns import column, deciding, number
from .film_strip import FilmStrip, Frame, share

OTHERS = {"earliest": ("Settled", "; the chosen frame already looks like it"), "best": ("Second best", "")}
"""What a selector's other frame is, and what that says of the chosen one. It may score higher."""


@dataclass(frozen=True)
class Candidate:
    """A row in the table of a round's candidates."""

    seed: int | None
    best: str
    """The best number of its frames."""
    at: str
    """The frame that has it."""
    mark: str = ""
    """What became of it, for the one that was taken."""


@dataclass(frozen=True)
class Round:
    """One step of a run."""

    step: StepRecord
    pictures: tuple[str, ...]
    """An address for each frame, empty for one that the page does not have."""
    crisp: bool
    number: int = 0
    """From 1 on a path; 0 for the only step of a run."""
    is_home: bool = False
    """Whether the page's result is the frame that this round shows."""
    select: str = ""
    """The selector that chose."""
    clause: str = ""
    """Which clause of the wish it was for, where they are walked one after another."""
    gate: Gate = field(default_factory=Gate)
    """Which the run went by."""

    @property
    def title(self) -> str:
        of = f" · {self.clause}" if self.clause else ""
        return f"Round {self.number}{of}" if self.number else "Frames"

    @property
    def chosen(self) -> bool:
        """Whether a frame was taken."""
        return self.step.choice.index is not None

    @property
    def by_energy(self) -> bool:
        return "energy" in self.step.scores.columns

    @property
    def shown(self) -> int:
        """The chosen frame, or the nearest to it when none was good enough."""
        return nearest(self.step)

    @property
    def other(self) -> tuple[str, str]:
        """What the frame is that the choice was made with, and what it says of the chosen one."""
        return ("Second", "") if self.by_energy else OTHERS.get(self.select, ("Compared with", ""))

    def name(self, index: int) -> str:
        where = f"round {self.number}, " if self.number else ""
        return f"{where}frame {self.step.frame_times[index]}"

    def figure(self, index: int) -> str:
        """The number under the frame."""
        return number(self._numbers[index])

    def measured(self, index: int) -> str:
        """The frame's name and number."""
        return f"{self.name(index).capitalize()}, {self._word} {self.figure(index)}"

    @property
    def strip(self) -> FilmStrip:
        """All frames that the page has."""
        shown = [self._frame(index) for index, picture in enumerate(self.pictures) if picture]
        units = {"energy": "energy, less is better", "score": "similarity to the target, more is better"}
        measured = f"{self._word} in levels of 255, more is better"
        return FilmStrip(self.title, tuple(shown), self.crisp, units.get(self._word, measured))

    @property
    def plots(self) -> tuple[curves.Plot, ...]:
        """The score curves; none over a single frame."""
        if len(self.step.frame_times) < 2:
            return ()
        return curves.plots(self.step.scores, self.step.frame_times, self.shown, self.chosen, self.gate)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them, the one that was taken first; none if there was only one."""
        if not self.step.others:
            return ()
        others = (self._candidate(take.seed, take.scores) for take in self.step.others)
        mark = "chosen from" if self.chosen else "shown above"
        return (self._candidate(self.step.seed, self.step.scores, mark), *others)

    def facts(
        self, caption: Caption, takes: str = "candidates", ended: str = "", *, with_reason: bool = True
    ) -> Iterator[tuple[str, str]]:
        """What was chosen and why, and what the clip was to show, if the wish was understood.

        `takes` says what the clips of a round are, `ended` why no round follows.
        """
        step, choice = self.step, self.step.choice
        if step.was_drawn:
            yield "Chosen" if self.chosen else "Closest", self.measured(self.shown)
        if with_reason:
            yield "Why" if self.chosen else "Why none", choice.reason
        if ended:
            yield "Why it went no further", ended
        if not self.by_energy and choice.runner_up is not None and choice.runner_up != self.shown:
            title, meaning = self.other
            yield title, self.measured(choice.runner_up) + meaning
        if step.others and not self.by_energy:
            yield "Candidates", self._won(takes)
        if is_invented(caption, choice):
            return
        if caption.temporal != caption.target:
            yield f"What the clip was to show ({caption.author})", caption.temporal
        yield "The scene it was to end in", caption.target

    def _won(self, takes: str) -> str:
        count = 1 + len(self.step.others)
        if self.chosen:
            return f"Seed {self.step.seed} won of {count} {takes}."
        return f"None of {count} {takes} shows the edit; seed {self.step.seed} comes closest."

    @property
    def _word(self) -> str:
        if self.by_energy:
            return "energy"
        scores = self.step.scores
        return column(DEGREE, scores).title.lower() if DEGREE in scores.columns else "score"

    @property
    def _numbers(self) -> NDArray[np.float64]:
        """What stands under the frames; the column of energies holds their negatives."""
        numbers = deciding(self.step.scores, len(self.pictures))
        return -numbers if self.by_energy else numbers

    def _frame(self, index: int) -> Frame:
        (badge, kind), name = self._badge(index), self.name(index)
        return Frame(
            self.pictures[index],
            name,
            label=f"{badge} · {name}" if badge else name.capitalize(),
            alt=self.measured(index),
            line=(str(self.step.frame_times[index]), self.figure(index)),
            badge=badge,
            kind=kind,
            share=share(self._numbers.tolist(), index),
            is_home=self.is_home and index == self.shown,
        )

    def _badge(self, index: int) -> tuple[str, str]:
        """What a frame is called that the choice speaks of, and its kind; empty for the others."""
        if index == self.step.choice.index:
            return "Chosen", "chosen"
        if not self.chosen and index == self.shown:
            return "Closest", "closest"
        return (self.other[0], "second") if index == self.step.choice.runner_up else ("", "")

    def _candidate(self, seed: int | None, scores: Scores, mark: str = "") -> Candidate:
        best, at = _best(scores)
        return Candidate(seed, number(-best if self.by_energy else best), at, mark)


def nearest(step: StepRecord) -> int:
    """The chosen frame, or the one that came nearest when none was good enough."""
    choice = step.choice
    known = choice.runner_up if choice.index is None else choice.index
    numbers = deciding(step.scores, len(step.frame_times))
    return known if known is not None else int(np.argmax(np.nan_to_num(numbers, nan=-np.inf)))


def _best(scores: Scores) -> tuple[float, str]:
    """The best number of a candidate and the frame that has it."""
    numbers = np.nan_to_num(deciding(scores, 0), nan=-np.inf)
    if not len(numbers) or not math.isfinite(numbers.max()):
        return math.nan, "–"
    return float(numbers.max()), str(int(numbers.argmax()))
