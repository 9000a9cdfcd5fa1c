"""The stream of events as what the page shows. Every text is escaped; no widget is known here."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from time import monotonic

import numpy as np
from PIL import Image

from ..curves import number
from ..edit import Event, ending
from ..errors import Frame2FrameError, MissingPackageError
from ..geometry.projection import pca
from ..media import png_bytes, resized
from ..request import Request
from ..source import load_picture
from ..tabletop.example import Example
from ..values import Note, Picture, Progress, Result, Scores, Started, Step, Vectors

STAGES = {"encode": "Loading and encoding", "denoise": "Denoising", "decode": "Decoding and scoring"}
UNITS = {"denoise": "step", "decode": "frame"}
KEPT = " Your picture was kept. Another seed, more frames or plainer words may help."
THUMBNAIL_SIDE = 256
"""Larger frames are shown smaller in a strip; up to this side without loss."""


@dataclass
class Teller:
    """Hears a run's events and keeps what the page shows of them."""

    request: Request
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

    def _progress(self, event: Progress) -> str:
        stage, rounds, since = self._stage
        if (stage, rounds) != (event.stage, len(self.steps)):
            since = monotonic()
            self._stage = (event.stage, len(self.steps), since)
        words = [STAGES.get(event.stage, event.stage.capitalize()), *self._round()]
        return progress(" · ".join(words), event, monotonic() - since, facts(self.started))

    def _round(self) -> Iterator[str]:
        rounds = self.request.options.get("rounds")
        if rounds is not None:
            yield f"round {len(self.steps) + 1} of {rounds}"


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
    guidance = f"guidance {max(sampling.guidance):g}"
    return (
        f"{started.model} on {started.device}, {sampling.frames} frames of {size}, {sampling.steps} steps, "
        f"{guidance}, seed {started.seed}"
    )


def waiting(words: str) -> str:
    """The line of progress before the first event, and after a wish to stop."""
    return progress(words, Progress("", 0, 1), 0.0)


def said(words: str) -> str:
    """A line that is neither progress nor an error."""
    return f'<div class="f2f-status" role="status"><p>{escape(words)}</p></div>'


def failed(error: Frame2FrameError | str) -> str:
    """An error as one line."""
    words = str(error)
    return f'<div class="f2f-error" role="alert">{escape(words[:1].upper() + words[1:])}.</div>'


@dataclass(frozen=True, eq=False)
class Strip:
    """Pictures in a row, one of which may be the chosen one."""

    title: str
    pictures: Sequence[Picture]
    names: tuple[str, ...]
    scores: tuple[float, ...]
    chosen: int | None = None
    closest: int | None = None
    """Where none was chosen."""

    def badge(self, index: int) -> str:
        if index == self.chosen:
            return "Chosen"
        return "Closest" if index == self.closest else ""

    def file_name(self, index: int) -> str:
        return f"{self.names[index].lower().replace(' ', '_')}.png"


@dataclass(frozen=True, eq=False)
class Shown:
    """A finished edit as the page shows it."""

    request: Request
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

    def strips(self) -> list[Strip]:
        """The states of a path of several rounds, then the clip of each round."""
        if self.request.strategy != "path":
            return [_clip_strip(step, "Frames") for step in self.steps]
        rounds = [_clip_strip(step, f"Round {number}") for number, step in enumerate(self.steps, 1)]
        return [_path_strip(self.result), *rounds]

    def after(self) -> tuple[str, Picture]:
        """The edited picture and its name, or else the closest frame in the source's size."""
        if self.found:
            return f"After (frame {self.result.index})", self.result.image
        frame = near(self.last)
        picture = resized(self.last.clip.frames[frame], *self.result.image.shape[:2])
        return f"Closest (frame {frame}); no frame shows the edit", picture


def near(step: Step) -> int:
    """The chosen frame, or the one that came nearest."""
    choice = step.choice
    if choice.index is not None:
        return choice.index
    semantic = step.scores["semantic"]
    return int(np.nanargmax(semantic)) if choice.runner_up is None else choice.runner_up


def _clip_strip(step: Step, title: str) -> Strip:
    chosen = step.choice.index
    return Strip(
        title=title,
        pictures=tuple(step.clip.frames),
        names=tuple(f"Frame {time}" for time in step.clip.frame_times),
        scores=_semantic(step.scores),
        chosen=chosen,
        closest=near(step) if chosen is None else None,
    )


def _semantic(scores: Scores) -> tuple[float, ...]:
    return tuple(float(score) for score in scores["semantic"])


def _path_strip(result: Result) -> Strip:
    names = ("Source", *(f"State {number}" for number in range(1, len(result.path))))
    known = result.metrics.get("semantic_scores")
    scores = tuple(known) if isinstance(known, Sequence) else (math.nan,) * len(names)
    last = len(names) - 1
    return Strip("The path", result.path, names, scores, chosen=last if last else None)


def strips_html(strips: Iterable[Strip]) -> str:
    """All strips; a click on a frame is told by the numbers of its strip and of the frame."""
    return "".join(_strip_html(place, strip) for place, strip in enumerate(strips))


def _strip_html(place: int, strip: Strip) -> str:
    frames = "".join(_frame_html(place, strip, index) for index in range(len(strip.pictures)))
    title = escape(strip.title)
    return f'<h3>{title}</h3><div class="f2f-strip" role="group" aria-label="{title}">{frames}</div>'


def _frame_html(place: int, strip: Strip, index: int) -> str:
    badge, score, name = strip.badge(index), number(strip.scores[index]), escape(strip.names[index])
    picture, share = strip.pictures[index], 100 * _share(strip.scores, index)
    mark = f'<span class="f2f-badge">{badge}</span>' if badge else ""
    words = f"{name}, score {score}{', ' + badge.lower() if badge else ''}"
    return (
        f'<button type="button" class="f2f-frame {badge.lower()}" data-strip="{place}" data-frame="{index}">'
        f'<span class="f2f-crop"><img {_look(picture)} src="{_thumbnail(picture)}"'
        f' alt="{words}">{mark}</span>'
        f'<span class="f2f-line"><span>{name.removeprefix("Frame ")}</span><b>{score}</b></span>'
        f'<span class="f2f-meter"><i style="width:{share:.0f}%"></i></span></button>'
    )


def _share(scores: Sequence[float], index: int) -> float:
    """Where a score lies between the lowest and the highest."""
    finite = [score for score in scores if math.isfinite(score)]
    if not finite or min(finite) == max(finite) or not math.isfinite(scores[index]):
        return 0.0
    return (scores[index] - min(finite)) / (max(finite) - min(finite))


def large_html(strip: Strip, index: int) -> str:
    """One frame without loss, with a link that saves it."""
    picture, badge = strip.pictures[index], strip.badge(index)
    address = _png(picture)
    words = [strip.names[index], f"score {number(strip.scores[index])}", *([badge.lower()] if badge else [])]
    size = f"{picture.shape[1]}×{picture.shape[0]}"
    return (
        f'<figure class="f2f-large"><figcaption><b>{escape(" · ".join(words))}</b>'
        f'<a class="f2f-button" href="{address}" download="{strip.file_name(index)}">Save PNG ({size})</a>'
        f'</figcaption><img {_look(picture)} src="{address}" alt="{escape(strip.names[index])}"></figure>'
    )


def is_crisp(picture: Picture) -> bool:
    """Whether a picture is so small that it is enlarged pixel by pixel."""
    return bool(max(picture.shape[:2]) <= THUMBNAIL_SIDE)


def _look(picture: Picture) -> str:
    return f'class="{"crisp" if is_crisp(picture) else ""}"'


def _thumbnail(picture: Picture) -> str:
    if is_crisp(picture):
        return _png(picture)
    height, width = picture.shape[:2]
    scale = THUMBNAIL_SIDE / max(height, width)
    small = resized(picture, max(1, round(scale * height)), max(1, round(scale * width)))
    buffer = io.BytesIO()
    Image.fromarray(small).save(buffer, "JPEG", quality=88, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _png(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(png_bytes(picture)).decode()


def examples_html(examples: Sequence[Example]) -> str:
    """Small pictures to begin with; a click is told as that on a frame."""
    buttons = "".join(_example_html(index, example) for index, example in enumerate(examples))
    label = "<span>Examples</span>"
    return f'<div class="f2f-examples" role="group" aria-label="Examples">{label}{buttons}</div>'


def _example_html(index: int, example: Example) -> str:
    words, address = escape(example.instruction), _png(load_picture(example.picture).picture)
    return (
        f'<button type="button" data-strip="0" data-frame="{index}" title="{words}">'
        f'<img src="{address}" alt="{words}"></button>'
    )


def target_html(target: str) -> str:
    """What the frames are scored against."""
    return f'<p class="f2f-soft">Frames are compared with: “{escape(target)}”</p>' if target else ""


def outcome_html(shown: Shown) -> str:
    """What came of it, the reason, the notes, and the links to what was kept."""
    title = "Edit found" if shown.found else "No frame shows the edit"
    kept = "" if shown.found else KEPT
    notes = "".join(
        f'<p class="f2f-note {"warn" if note.is_warning else ""}">{escape(note.text)}</p>'
        for note in shown.notes
    )
    look = "good" if shown.found else "warn"
    return (
        f'<div class="f2f-outcome"><h2>{escape(shown.request.instruction)}</h2>'
        f'<p><span class="f2f-chip {look}">{title}</span>'
        f'<span class="f2f-chip">Seed {shown.request.seed}</span></p>'
        f"<p>{escape(shown.result.reason)}{kept}</p>{notes}{_links(shown)}</div>"
    )


def _links(shown: Shown) -> str:
    if shown.result.folder is None:
        return ""
    place = f"runs/{shown.result.folder.name}"
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
    plane = None if shown.request.strategy != "path" or vectors is None else _pca(vectors)
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
