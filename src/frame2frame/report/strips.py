"""A step as HTML: its frames with a number under each, its score curves and its candidates.

The frames of a round of a path are shown with their energies, those of a clip with their scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from ..runs.read import StepRecord
from ..values import Scores
from .curves import drawn, number

WHOLE_UP_TO_FRAMES = 24
"""Strips with more are one line that scrolls."""
OTHERS = {"earliest": ("Settled", "; the chosen frame already looks like it"), "best": ("Second best", "")}
"""What a selector's other frame is, and what that says of the chosen one. It may score higher."""


@dataclass(frozen=True)
class Strip:
    """One step, ready to be shown."""

    step: StepRecord
    pictures: tuple[str, ...]
    """A data address per frame."""
    crisp: bool
    round: int
    """From 1 on a path; 0 for the only step of a run."""
    is_home: bool
    """Whether the page's result is the frame that this strip shows."""
    select: str
    """The selector that chose."""

    @property
    def other(self) -> tuple[str, str]:
        """What the frame is that the choice was made with, and what it says of the chosen one."""
        return ("Second", "") if self.by_energy else OTHERS.get(self.select, ("Compared with", ""))

    @property
    def by_energy(self) -> bool:
        return "energy" in self.step.scores.columns

    @property
    def column(self) -> NDArray[np.float64]:
        """The scores under the frames, higher is better; of energies they are the negatives."""
        return shown_column(self.step.scores, len(self.pictures))

    @property
    def shown(self) -> int:
        """The chosen frame, or the nearest to it when none was good enough."""
        choice = self.step.choice
        near = choice.runner_up if choice.index is None else choice.index
        return near if near is not None else int(np.argmax(np.nan_to_num(self.column, nan=-np.inf)))

    def name(self, index: int) -> str:
        where = f"round {self.round}, " if self.round else ""
        return f"{where}frame {self.step.frame_times[index]}"

    def figure(self, index: int) -> str:
        """The number under the frame."""
        return number(-self.column[index] if self.by_energy else self.column[index])

    def measured(self, index: int) -> str:
        """The frame's name and number."""
        return f"{self.name(index).capitalize()}, {self.word} {self.figure(index)}"

    @property
    def unit(self) -> str:
        """What stands under the frames, and which way is better."""
        return "energy, less is better" if self.by_energy else "similarity to the wish, more is better"

    @property
    def word(self) -> str:
        return "energy" if self.by_energy else "score"


def shown_column(scores: Scores, count: int) -> NDArray[np.float64]:
    """The column that decides: the energy, or the similarity, or what there is."""
    names = [name for name in ("energy", "semantic", *scores.columns) if name in scores.columns]
    return scores[names[0]] if names else np.full(count, np.nan)


def clip_sections(strip: Strip) -> str:
    """The frames and the scores of a run's only step, a card each."""
    return (
        f'<section class="card frames"><header><h2>Frames</h2>{_unit(strip)}{_PLAY}</header>'
        f"{_frames(strip, 'Frames')}{candidates(strip)}</section>"
        f'<section class="card"><header><h2>Scores</h2><span class="soft">higher is better</span></header>'
        f"{_curves(strip)}</section>"
    )


def round_section(strip: Strip) -> str:
    """A round of a path as one card, its curves folded away."""
    kept = strip.step.choice.index is not None
    outcome = '<span class="chip warn">Rolled back</span>' if not kept else ""
    title = f"Round {strip.round}"
    told = f"{strip.step.choice.reason} {strip.step.ended}".strip()
    reason = f'<p class="soft wrap why" dir="auto">{escape(told)}</p>'
    scores = "Energies and scores" if strip.by_energy else "Scores"
    return (
        f'<section class="card round"><header><h2>{title}</h2>{outcome}{_unit(strip)}{_PLAY}'
        f"</header>{reason}{_frames(strip, title)}{candidates(strip)}"
        f"<details><summary>{scores} of this round</summary>{_curves(strip)}</details></section>"
    )


_PLAY = '<button class="small play">Play</button>'


def _unit(strip: Strip) -> str:
    return f'<span class="soft">{strip.unit}</span><span class="gap"></span>'


def _curves(strip: Strip) -> str:
    accepted = strip.step.choice.index is not None
    return (
        f'<div class="curves">{drawn(strip.step.scores, strip.step.frame_times, strip.shown, accepted)}</div>'
    )


def _frames(strip: Strip, title: str) -> str:
    shape = "all" if len(strip.pictures) <= WHOLE_UP_TO_FRAMES else ""
    frames = "".join(_frame(strip, index) for index in range(len(strip.pictures)))
    return f'<div class="strip {shape}" role="group" aria-label="{title}">{frames}</div>'


def _frame(strip: Strip, index: int) -> str:
    mark, kind = badge(strip, index)
    name, figure = strip.name(index), strip.figure(index)
    return frame_button(
        strip.pictures[index],
        label=f"{mark} · {name}" if mark else name.capitalize(),
        alt=f"{name.capitalize()}, {strip.word} {figure}",
        badge=mark,
        kind=kind,
        line=(str(strip.step.frame_times[index]), figure),
        share=_share(-strip.column if strip.by_energy else strip.column, index),
        crisp=strip.crisp,
        is_home=strip.is_home and index == strip.shown,
    )


def frame_button(
    picture: str,
    *,
    label: str,
    alt: str,
    badge: str,
    kind: str,
    line: tuple[str, str],
    share: float | None,
    crisp: bool,
    is_home: bool,
) -> str:
    """A frame that the slider shows on a click; `line` stands under it, `share` of the meter is filled."""
    meter = "" if share is None else f'<span class="meter"><i style="width:{100 * share:.0f}%"></i></span>'
    return (
        f'<button class="frame {kind}" aria-pressed="false" data-label="{escape(label)}"'
        f"{' data-first' if is_home else ''}>"
        f'<span class="crop"><img class="{"crisp" if crisp else ""}" src="{picture}" alt="{escape(alt)}">'
        + (f'<span class="badge">{escape(badge)}</span>' if badge else "")
        + f'</span><span class="line"><span>{escape(line[0])}</span><b>{escape(line[1])}</b></span>'
        f"{meter}</button>"
    )


def badge(strip: Strip, index: int) -> tuple[str, str]:
    """What a frame is called that the choice speaks of, and its class in the page; empty for the others."""
    choice = strip.step.choice
    if index == choice.index:
        return "Chosen", "chosen"
    if choice.index is None and index == strip.shown:
        return "Closest", "near"
    if index == choice.runner_up:
        return strip.other[0], "second"
    return "", ""


def _share(column: NDArray[np.float64], index: int) -> float:
    """Where the number lies between the column's lowest and highest, so that bar and number grow together."""
    low, high = np.nanmin(column, initial=np.inf), np.nanmax(column, initial=-np.inf)
    return float((column[index] - low) / (high - low)) if high > low and math.isfinite(column[index]) else 0.0


def candidates(strip: Strip) -> str:
    """A table of all candidates of the step, the one that was taken first; nothing if there was only one."""
    if not strip.step.others:
        return ""
    best = "Least energy" if strip.by_energy else "Best score"
    titles = "".join(f'<th scope="col">{title}</th>' for title in ("Candidate", best, "At frame"))
    table = f'<table class="takes"><tr>{titles}</tr>{"".join(_candidate_rows(strip))}</table>'
    if strip.by_energy or strip.step.choice.index is None:
        return table
    return f'{table}<p class="soft unit">A clip counts by its chosen frame, not by its best.</p>'


def _candidate_rows(strip: Strip) -> Iterator[str]:
    mark = "chosen from" if strip.step.choice.index is not None else "shown above"
    takes = [(strip.step.seed, strip.step.scores, f"<b>{mark}</b>")]
    takes += [(take.seed, take.scores, "") for take in strip.step.others]
    for seed, scores, word in takes:
        best, at = _best(scores)
        value = number(-best if strip.by_energy else best)
        yield f'<tr><th scope="row">Seed {seed} {word}</th><td>{value}</td><td>{at}</td></tr>'


def _best(scores: Scores) -> tuple[float, str]:
    """The best number of a candidate and the frame that has it."""
    column = np.nan_to_num(shown_column(scores, 0), nan=-np.inf)
    if not len(column) or not math.isfinite(column.max()):
        return math.nan, "–"
    return float(column.max()), str(int(column.argmax()))
