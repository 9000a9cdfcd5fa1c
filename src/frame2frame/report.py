"""A run folder as one self-contained page: pictures, frames, scores, the reason and how to repeat it.

It reads what a run left behind and never generates. Every text is escaped, and the page's own policy lets
it load nothing and run only the one script that it came with.
"""

from __future__ import annotations

import base64
import hashlib
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .curves import drawn, number
from .media import Source, fit, png_bytes, write_file
from .record import command_line
from .runs import Run, StepRecord, read_run
from .values import Frames, Picture

LOSSLESS_UP_TO_PIXELS = 2_000_000
"""Clips with more pixels in all are shown as JPEG, or the page would be too heavy to send."""
PICTURE_SIDE = 1_280
FRAME_SIDE = 640
WHOLE_UP_TO_FRAMES = 24
"""Strips with more are one line that scrolls."""
OTHERS = {"earliest": ("Settled", "; the chosen frame already looks like it"), "best": ("Second best", "")}
"""What a selector's other frame is, and what that says of the chosen one. It may score higher."""


@dataclass(frozen=True)
class _Strip:
    """One step, ready to be shown."""

    step: StepRecord
    pictures: tuple[str, ...]
    """A data address per frame."""
    crisp: bool
    is_last: bool
    select: str
    """The selector that chose."""

    @property
    def other(self) -> tuple[str, str]:
        """What the frame is that the choice was made with, and what it says of the chosen one."""
        return OTHERS.get(self.select, ("Compared with", ""))

    @property
    def column(self) -> NDArray[np.float64]:
        """The scores under the frames."""
        columns = self.step.scores.columns
        name = "semantic" if "semantic" in columns else next(iter(columns), "")
        return self.step.scores[name] if name else np.full(len(self.pictures), np.nan)

    @property
    def shown(self) -> int:
        """The chosen frame, or the nearest to it when none was good enough."""
        choice = self.step.choice
        near = choice.runner_up if choice.index is None else choice.index
        return near if near is not None else int(np.argmax(np.nan_to_num(self.column, nan=-np.inf)))

    def name(self, index: int) -> str:
        return f"frame {self.step.frame_times[index]}"


def write_report(folder: Path) -> Path:
    """Write report.html into a finished run folder. Raises InputError and WriteError."""
    write_file(folder / "report.html", page(read_run(folder)).encode("utf-8", "replace"))
    return folder / "report.html"


def page(run: Run) -> str:
    """The report of a run as HTML."""
    strips = _strips(run)
    parts = {**_head(run), **_comparison(run, strips[-1]), **_tables(run)}
    parts["facts"] = _facts(run, strips[-1])
    parts["strips"] = "\n".join(
        _strip_section(strip, f"{n}", len(strips)) for n, strip in enumerate(strips, 1)
    )
    script = _resource("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts["policy"] = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    return Template(_resource("report.html")).substitute(parts, script=script)


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _strips(run: Run) -> list[_Strip]:
    clips, select = run.frames(), run.record.settings.select
    last = len(clips) - 1
    return [
        _Strip(step, _frame_addresses(frames), _is_crisp(*frames.shape[1:3]), number == last, select)
        for number, (step, frames) in enumerate(zip(run.steps, clips, strict=True))
    ]


def _frame_addresses(frames: Frames) -> tuple[str, ...]:
    lossless = frames.size // 3 <= LOSSLESS_UP_TO_PIXELS
    return tuple(_png(frame) if lossless else _jpeg(_at_most(frame, FRAME_SIDE)) for frame in frames)


def _is_crisp(height: int, width: int) -> bool:
    """Small pictures are enlarged pixel by pixel, as a blurred one would hide what was drawn."""
    return max(height, width) <= 256


def _at_most(picture: Picture, side: int) -> Picture:
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    return fit(picture, max(1, round(height * scale)), max(1, round(width * scale))).picture


def _png(picture: Picture, alpha: NDArray[np.uint8] | None = None) -> str:
    return "data:image/png;base64," + base64.b64encode(png_bytes(picture, alpha)).decode()


def _jpeg(picture: Picture) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=85, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _picture(source: Source) -> str:
    """Without loss; larger pictures are scaled down, as no screen shows more."""
    if max(source.picture.shape) <= PICTURE_SIDE:
        return _png(source.picture, source.alpha)
    picture, alpha = _at_most(source.picture, PICTURE_SIDE), None
    if source.alpha is not None:
        alpha = _at_most(np.stack([source.alpha] * 3, axis=-1), PICTURE_SIDE)[..., 0]
    return _png(picture, alpha)


def _head(run: Run) -> dict[str, str]:
    settings, choice = run.record.settings, run.steps[-1].choice
    chosen = choice.index is not None
    outcome = "Edit found" if chosen else "No frame shows the edit"
    facts = [run.record.execution.model_resolved, f"{settings.frames} frames"]
    facts += [] if settings.picked else [f"seed {settings.seed}"]
    chips = f'<span class="chip {"good" if chosen else "warn"}">{outcome}</span>'
    advice = "Another clip" if settings.picked else "Another seed, more frames"
    notes = "" if chosen else _unchosen_note(choice.reason, advice)
    notes += "".join(f'<p class="note wrap" dir="auto">{escape(note)}</p>' for note in run.notes)
    return {
        "title": escape(f"{settings.instruction[:80]} – frame2frame"),
        "finished": escape(run.finished.replace("T", " ")),
        "instruction": escape(settings.instruction),
        "chips": chips + "".join(f'<span class="chip">{escape(fact)}</span>' for fact in facts),
        "notes": f'<div class="notes">{notes}</div>' if notes else "",
    }


def _unchosen_note(reason: str, advice: str) -> str:
    return (
        '<div class="note wrap" role="status"><strong>No frame shows the edit</strong>'
        f'<span dir="auto">{escape(reason)}</span> The source picture was kept; the closest frame is shown'
        f" beside it. {advice} or plainer words may help.</div>"
    )


def _comparison(run: Run, strip: _Strip) -> dict[str, str]:
    source, shown = run.source(), strip.shown
    height, width = source.picture.shape[:2]
    chosen = strip.step.choice.index is not None
    name = strip.name(shown)
    label = f"After · {name}" if chosen else f"Closest · {name}"
    look = [
        name
        for name, holds in (("crisp", _is_crisp(height, width)), ("clear", source.alpha is not None))
        if holds
    ]
    return {
        "before": _picture(source),
        "after": _picture(run.image()) if chosen else strip.pictures[shown],
        "after_alt": escape(f"The edited picture, {name}" if chosen else f"The closest frame, {name}"),
        "after_label": escape(label),
        "back": "Back to the result" if chosen else "Back to the closest frame",
        "look": " ".join(look),
        "aspect": f"{width / height:.5f}",
        "shape": "wide" if width > 1.35 * height else "",
        "thumb": f"{min(190, max(76, round(112 * width / height)))}px",
    }


def _facts(run: Run, strip: _Strip) -> str:
    choice, caption = strip.step.choice, run.captions[-1]
    facts = [("Chosen" if choice.index is not None else "Closest", _with_score(strip, strip.shown))]
    facts.append(("Why" if choice.index is not None else "Why none", choice.reason))
    if choice.runner_up is not None and choice.runner_up != strip.shown:
        title, meaning = strip.other
        facts.append((title, _with_score(strip, choice.runner_up) + meaning))
    facts.append((f"What the clip was to show ({caption.author})", caption.temporal))
    facts.append(("The scene it was to end in", caption.target))
    return "".join(
        f'<div><h3>{escape(title)}</h3><p class="wrap" dir="auto">{escape(text)}</p></div>'
        for title, text in facts
    )


def _with_score(strip: _Strip, index: int) -> str:
    return f"{strip.name(index).capitalize()}, score {number(strip.column[index])}"


def _strip_section(strip: _Strip, number: str, steps: int) -> str:
    title = "Frames" if steps == 1 else f"Step {number}: frames"
    frames = "".join(_frame(strip, index) for index in range(len(strip.pictures)))
    shape = "all" if len(strip.pictures) <= WHOLE_UP_TO_FRAMES else ""
    accepted = strip.step.choice.index is not None
    curves = drawn(strip.step.scores, strip.step.frame_times, strip.shown, accepted)
    return (
        f'<section class="card frames"><header><h2>{title}</h2><button class="small play">Play</button>'
        f'</header><div class="strip {shape}" role="group" aria-label="{title}">{frames}</div>'
        "</section>"
        f'<section class="card"><header><h2>Scores</h2><span class="soft">higher is better</span></header>'
        f'<div class="curves">{curves}</div></section>'
    )


def _frame(strip: _Strip, index: int) -> str:
    badge, kind = _badge(strip, index)
    name, score = strip.name(index), number(strip.column[index])
    first = " data-first" if strip.is_last and index == strip.shown else ""
    label = escape(f"{badge or name.capitalize()} · {name}" if badge else name.capitalize())
    return (
        f'<button class="frame {kind}" aria-pressed="false" data-label="{label}"{first}>'
        f'<span class="crop"><img class="{"crisp" if strip.crisp else ""}" src="{strip.pictures[index]}"'
        f' alt="{escape(name.capitalize())}, score {score}">'
        + (f'<span class="badge">{badge}</span>' if badge else "")
        + f'</span><span class="line"><span>{strip.step.frame_times[index]}</span><b>{score}</b></span>'
        f'<span class="meter"><i style="width:{100 * _share(strip.column, index):.0f}%"></i></span></button>'
    )


def _badge(strip: _Strip, index: int) -> tuple[str, str]:
    choice = strip.step.choice
    if index == choice.index:
        return "Chosen", "chosen"
    if choice.index is None and index == strip.shown:
        return "Closest", "near"
    if index == choice.runner_up:
        return strip.other[0], "second"
    return "", ""


def _share(column: NDArray[np.float64], index: int) -> float:
    """Where the score lies between the column's lowest and highest."""
    low, high = np.nanmin(column, initial=np.inf), np.nanmax(column, initial=-np.inf)
    return float((column[index] - low) / (high - low)) if high > low and math.isfinite(column[index]) else 0.0


def _tables(run: Run) -> dict[str, str]:
    seconds = run.record.execution.seconds
    return {
        "settings": _rows(_settings_rows(run)),
        "machine": _rows(_machine_rows(run)),
        "time": _time(seconds),
        "total": f"{sum(seconds.values()):.1f} s",
        "commands": _commands(run),
    }


def _settings_rows(run: Run) -> Iterable[tuple[str, str]]:
    settings = run.record.settings
    source = settings.source
    yield "Source", source.path or "not a file"
    yield "Source size", f"{source.width} × {source.height} pixels"
    yield "Source SHA-256", f"{source.sha256[:16]}…"
    names = ["frames", "steps", "guidance", "seed", "caption", "select", "strategy"]
    if settings.picked:
        clip, names = settings.picked.clip, ["frames", "caption", "select", "strategy"]
        yield "Clip", clip.path or "not a file"
        yield "Clip SHA-256", f"{clip.sha256[:16]}…"
    for name in names:
        value = getattr(settings, name)
        yield name.capitalize(), f"{value:g}" if isinstance(value, float) else str(value)


def _machine_rows(run: Run) -> Iterable[tuple[str, str]]:
    ran, asked = run.record.execution, run.record.settings.model
    picked = run.record.settings.picked is not None
    named = asked == ran.model_resolved
    yield "Model", ran.model_resolved if named else f"{ran.model_resolved} (asked: {asked})"
    if not picked:
        yield "Revision", ran.model_revision or "none"
    yield "Encoder", ran.encoder
    yield "Clip size" if picked else "Drawn at", f"{ran.width} × {ran.height} pixels"
    yield "Device", f"{ran.device}, {ran.dtype}, {ran.threads} threads"
    if not picked:
        yield "Batch", f"{ran.batch_index + 1} of {len(ran.batch_seeds)}"
    yield "Weights", _lines({name: f"{digest[:12]}…" for name, digest in ran.weights.items()})
    yield "Versions", _lines(ran.versions)


def _lines(entries: Mapping[str, str]) -> str:
    return "\n".join(f"{name} {text}" for name, text in sorted(entries.items())) or "none"


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows
    )


def _time(seconds: Mapping[str, float]) -> str:
    """The stages in the order in which they ran."""
    total = sum(seconds.values()) or 1.0
    stages = [(name, value, f"s{number % 6}") for number, (name, value) in enumerate(seconds.items())]
    bar = "".join(f'<i class="{colour}" style="flex:{value / total:.4f}"></i>' for _, value, colour in stages)
    rows = "".join(
        f'<tr><th scope="row"><span class="key {colour}"></span>{escape(name)}</th>'
        f"<td>{value:.2f} s</td></tr>"
        for name, value, colour in stages
    )
    return f'<div class="time" aria-hidden="true">{bar}</div><table>{rows}</table>'


def _commands(run: Run) -> str:
    settings = run.record.settings
    image = settings.source.path or "source.png"
    commands = [("The same run, spelt out", command_line(settings, image))]
    if not settings.picked:
        other = replace(settings, seed=(settings.seed + 1) % 2**63)
        commands.insert(0, ("The same run, from its folder", "f2f replay final_frame.png"))
        commands.append(("With another seed", command_line(other, image)))
    return "".join(_command(number, title, text) for number, (title, text) in enumerate(commands))


def _command(number: int, title: str, text: str) -> str:
    return (
        f'<div class="command"><header><h3>{title}</h3>'
        f'<button class="small copy" data-of="command{number}">Copy</button></header>'
        f'<pre id="command{number}">{escape(text)}</pre></div>'
    )
