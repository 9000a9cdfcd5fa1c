"""The stream of events as what the page shows. Every text is escaped; no widget is known here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from time import monotonic

import numpy as np

from ..engine.sampling import guidance
from ..errors import Frame2FrameError, MissingPackageError
from ..geometry.projection import pca
from ..media.pictures import resized
from ..media.source import Source
from ..pick import Pick
from ..report.result import Result
from ..report.verdict import Verdict, verdict
from ..request import Request
from ..run import Event
from ..runs.states import ending
from ..values import Note, Picture, Progress, Scores, Started, Step, Vectors
from ..wishes import Option
from . import film
from .film import Strip
from .form import Written

STAGES = {
    "encode": "Loading and encoding",
    "refine": "Drawing the chosen frame again",
    "look": "Looking at your picture",
    "denoise": "Denoising",
    "decode": "Decoding and scoring",
    "score": "Scoring",
    "keep": "Keeping your picture's own pixels",
    "write": "Writing the run folder",
}
DRAWING = ("encode", "denoise", "decode", "score")
"""The stages of a round."""
UNITS = {"denoise": "step", "decode": "frame", "score": "frame"}


@dataclass(frozen=True, eq=False)
class Asked:
    """What an answer on the page needs to know of what was asked."""

    words: str
    """The heading: the instruction, or else the wanted scene."""
    source: Source
    strategy: str
    seed: int | None = None
    """None where nothing is drawn."""
    rounds: int | None = None
    """At most so many; None where there is only one."""
    captioner: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request | Pick) -> Asked:
        if isinstance(request, Pick):
            return cls(request.instruction or request.caption.target, request.source, "pick")
        rounds = request.options.get("rounds")
        return cls(
            request.instruction,
            request.source,
            request.strategy,
            request.seed,
            None if rounds is None else int(rounds),
            request.caption,
            request.options,
        )


@dataclass
class Teller:
    """Hears a run's events and keeps what the page shows of them."""

    asked: Asked
    started: Started | None = None
    notes: list[Note] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    _stage: tuple[str, int, float] = ("", 0, 0.0)

    def hear(self, event: Event) -> str | None:
        """What the event changes in the line of progress, as HTML; None if nothing."""
        if isinstance(event, Started):
            self.started = event
        elif isinstance(event, Note):
            self.notes.append(event)
        elif isinstance(event, Step):
            self.steps.append(event)
        elif isinstance(event, Progress):
            return self._progress(event)
        return None

    def shown(self, result: Result) -> Shown:
        """The finished edit."""
        return Shown(self.asked, tuple(self.steps), result, tuple(self.notes))

    def _progress(self, event: Progress) -> str:
        stage, rounds, since = self._stage
        if (stage, rounds) != (event.stage, len(self.steps)):
            since = monotonic()
            self._stage = (event.stage, len(self.steps), since)
        words = [STAGES.get(event.stage, event.stage.capitalize()), *self._round(event.stage)]
        return progress(" · ".join(words), event, monotonic() - since, facts(self.started))

    def _round(self, stage: str) -> Iterator[str]:
        """Where a round draws; what comes after the last is of none, and the last may come early."""
        if self.asked.rounds is not None and stage in DRAWING and len(self.steps) < self.asked.rounds:
            yield f"round {len(self.steps) + 1} of at most {self.asked.rounds}"


def progress(title: str, event: Progress, seconds: float, about: str = "") -> str:
    """The line of progress: the stage, how far it is, a bar."""
    share = event.done / event.total if event.total else 0.0
    busy = "" if event.done > 0 else " busy"
    bar = f'<div class="f2f-bar{busy}"><i style="width:{100 * share:.0f}%"></i></div>'
    line = f"<b>{escape(title)}</b><span>{escape(_count(event, seconds))}</span>"
    return f'<div class="f2f-status" role="status"><p>{line}</p>{bar}<small>{escape(about)}</small></div>'


def _count(event: Progress, seconds: float) -> str:
    if event.stage not in UNITS:
        return ""
    count = f"{UNITS[event.stage]} {event.done} of {event.total}"
    if not 0 < event.done < event.total:
        return count
    left = seconds / event.done * (event.total - event.done)
    return f"{count}, {left:.0f} s left" if left >= 1 else count


def facts(started: Started | None) -> str:
    """What runs, with the seed."""
    if started is None:
        return ""
    sampling = started.sampling
    size = f"{sampling.width}×{sampling.height}"
    return (
        f"{started.model} on {started.device}, {sampling.frames} frames of {size}, {sampling.steps} steps, "
        f"guidance {guidance.told(sampling.guidance)}, seed {started.seed}"
    )


def waiting(words: str) -> str:
    """The line of progress before the first event, and after a wish to stop."""
    return progress(words, Progress("", 0, 1), 0.0)


def said(words: str) -> str:
    """A line that is neither progress nor an error."""
    return f'<div class="f2f-status" role="status"><p>{escape(words)}</p></div>'


def failed(error: Frame2FrameError | str) -> str:
    """An error as one line."""
    return f'<div class="f2f-error" role="alert">{escape(_sentence(str(error)))}</div>'


def _sentence(words: str) -> str:
    """With a capital and a full stop; the name of a file at the front is left as it is."""
    first = words.partition(" ")[0]
    start = words[:1].upper() + words[1:] if first.isalpha() else words
    return start if start.endswith((".", "!", "?")) else f"{start}."


@dataclass(frozen=True, eq=False)
class Shown:
    """A finished edit as the page shows it."""

    asked: Asked
    steps: tuple[Step, ...]
    result: Result
    notes: tuple[Note, ...] = ()

    @property
    def last(self) -> Step:
        """The step that the edit comes from."""
        return ending(self.steps)

    @property
    def found(self) -> bool:
        return self.result.index is not None

    @property
    def came(self) -> Verdict:
        """What came of it, in words."""
        return verdict(self.last.choice, self.last.scores, self.asked.strategy, self.asked.options)

    def strips(self) -> list[Strip]:
        """The states of a path of several rounds, then the clip of each round."""
        if self.asked.strategy != "path":
            return [_clip_strip(step, "Frames") for step in self.steps]
        rounds = [_clip_strip(step, f"Round {number}") for number, step in enumerate(self.steps, 1)]
        return [_path_strip(self.result), *rounds]

    def after(self) -> tuple[str, Picture]:
        """The edited picture and its name, or else the closest frame in the source's size."""
        if self.found:
            return f"After (frame {self.result.index})", self.result.image
        frame = near(self.last)
        picture = resized(self.last.clip.frames[frame], *self.result.image.shape[:2])
        shown = self.came.shown.strip(",")
        return f"{shown[:1].upper()}{shown[1:]} (frame {frame}); {self.came.title.lower()}", picture


def near(step: Step) -> int:
    """The chosen frame, or the one that came nearest."""
    choice = step.choice
    if choice.index is not None:
        return choice.index
    semantic = step.scores["semantic"]
    return int(np.nanargmax(semantic)) if choice.runner_up is None else choice.runner_up


def _clip_strip(step: Step, title: str) -> Strip:
    chosen, costs = step.choice.index, "energy" in step.scores.columns
    return Strip(
        title=f"{title} · energy, less is better" if costs else title,
        pictures=tuple(step.clip.frames),
        names=tuple(f"Frame {time}" for time in step.clip.frame_times),
        scores=_energies(step.scores) if costs else _semantic(step.scores),
        chosen=chosen,
        closest=near(step) if chosen is None else None,
    )


def _energies(scores: Scores) -> tuple[float, ...]:
    """As the reason has them: the column holds their negatives, of which more is better."""
    return tuple(-float(score) for score in scores["energy"])


def _semantic(scores: Scores) -> tuple[float, ...]:
    return tuple(float(score) for score in scores["semantic"])


def _path_strip(result: Result) -> Strip:
    names = ("Source", *(f"State {number}" for number in range(1, len(result.path))))
    known = result.metrics.get("semantic_scores")
    scores = tuple(known) if isinstance(known, Sequence) else (math.nan,) * len(names)
    last = len(names) - 1
    return Strip("The path", result.path, names, scores, chosen=last if last else None)


def written_html(written: Written) -> str:
    """What the frames are scored against, and what the user should know of the caption."""
    notes = [_note(note) for note in written.notes]
    if written.replaced:
        notes.append(_note(f"Your own caption “{written.replaced}” gave way to this one."))
    against = f'<p class="f2f-soft">Frames are compared with: “{escape(written.target)}”</p>'
    return "".join([against if written.target else "", *notes])


def _note(words: str, look: str = "") -> str:
    return f'<p class="f2f-note {look}">{escape(words)}</p>'


def compare_html(shown: Shown) -> str:
    """The picture before and after under one slider."""
    name, picture = shown.after()
    return film.compare_html(shown.asked.source.picture, picture, name)


def large_html(shown: Shown, place: int, index: int) -> str:
    """One frame of one of the strips without loss; nothing if there is none of these numbers."""
    strips = shown.strips()
    if not (0 <= place < len(strips) and 0 <= index < len(strips[place].pictures)):
        return ""
    return film.large_html(strips[place], index)


def outcome_html(shown: Shown, address: str | None) -> str:
    """What came of it, the reason, the notes, and the links to what was kept at this address."""
    came, kept = shown.came, "" if shown.found else f" Your picture was kept. {shown.came.advice}"
    notes = "".join(_note(note.text, "warn" if note.is_warning else "") for note in shown.notes)
    look = "good" if came.is_good else "warn"
    seed = "" if shown.asked.seed is None else f'<span class="f2f-chip">Seed {shown.asked.seed}</span>'
    return (
        f'<div class="f2f-outcome"><h2>{escape(shown.asked.words)}</h2>'
        f'<p><span class="f2f-chip {look}">{came.title}</span>{seed}</p>'
        f"<p>{escape(shown.result.reason)}{command_marked(kept)} {escape(shown.result.ended)}</p>"
        f"{notes}{_links(shown, address)}</div>"
    )


def command_marked(text: str) -> str:
    """Words for people as HTML, what stands between backticks as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text))


def _links(shown: Shown, place: str | None) -> str:
    if place is None:
        return ""
    save = f'<a class="f2f-button strong" href="{place}/final_frame.png" download>Save the edit</a>'
    report = f'<a class="f2f-button" href="{place}/report.html" target="_blank">Open the report</a>'
    return f"<p>{save if shown.found else ''}{report}</p>"


def metrics_html(shown: Shown) -> str:
    """The figures of the path, and its projection where that can be drawn."""
    rows = "".join(
        f"<tr><th>{escape(name.replace('_', ' ').capitalize())}</th><td>{value:.4g}</td></tr>"
        for name, value in shown.result.metrics.items()
        if isinstance(value, int | float)
    )
    seconds = sum(sum(step.seconds.values()) for step in shown.steps)
    rows += f"<tr><th>Time</th><td>{seconds:.1f} s</td></tr>"
    return f'<div class="f2f-metrics"><table>{rows}</table>{_projection(shown)}</div>'


def _projection(shown: Shown) -> str:
    """The states of a path on the plane in which they differ most."""
    vectors = _states(shown.steps)
    plane = None if shown.asked.strategy != "path" or vectors is None else _pca(vectors)
    return "" if plane is None or len(plane) < 3 else path_svg(plane)


def _states(steps: Sequence[Step]) -> Vectors | None:
    """(states, features), the source first; None where the vectors are not known."""
    if steps[0].scores.start is None:
        return None
    rows = [steps[0].scores.start[0]]
    for step in steps:
        if step.scores.vectors is None:
            return None
        rows += [step.scores.vectors[index] for index in step.passed]
    return np.stack(rows)


def _pca(vectors: Vectors) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None:
    try:
        plane = pca(vectors)
    except MissingPackageError:  # a picture more, not needed for the answer
        return None
    return np.asarray(plane, dtype=np.float64)


def path_svg(plane: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """Points in the plane (states, 2), joined in their order and numbered from 0, the source."""
    low, extent = plane.min(axis=0), float(np.ptp(plane, axis=0).max()) or 1.0
    places = [(20 + 260 * (x - low[0]) / extent, 20 + 260 * (y - low[1]) / extent) for x, y in plane]
    height = 40 + 260 * float(np.ptp(plane[:, 1])) / extent
    line = " ".join(f"{x:.1f},{height - y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{height - y:.1f}" r="5"/>'
        f'<text x="{x + 8:.1f}" y="{height - y - 6:.1f}">{index}</text>'
        for index, (x, y) in enumerate(places)
    )
    view = f'viewBox="0 0 300 {height:.0f}" role="img" aria-label="The path, projected"'
    words = "The states of the path, 0 being your picture, on the plane in which they differ most (PCA)."
    return (
        f'<figure class="f2f-plane"><svg {view}><polyline points="{line}"/>{dots}</svg>'
        f"<figcaption>{words}</figcaption></figure>"
    )
