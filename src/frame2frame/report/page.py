"""A run folder as one self-contained page: pictures, frames, scores, the reason and how to repeat it.

It reads what a run left behind and never generates. Every text is escaped, and the page's own policy lets
it load nothing and run only the one script that it came with.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

import numpy as np

from ..engine.sampling import guidance
from ..files.unfinished import write_file
from ..media.data_urls import frame_addresses, is_crisp, picture_address
from ..runs.read import Run, StepRecord, read_run
from ..runs.record import command_line, public
from .path_report import geometry_section, route_section, states_section
from .strips import Strip, clip_sections, round_section
from .verdict import Verdict, verdict


def write_report(folder: Path, *, tsne: bool | None = None) -> Path:
    """Write report.html into a finished run folder. Raises InputError and WriteError.

    `tsne` says whether all frames are shown by t-SNE beside PCA; None is for runs of a path only, as it takes
    seconds.
    """
    html = page(read_run(folder), tsne=tsne)
    write_file(folder / "report.html", html.encode("utf-8", "replace"))
    return folder / "report.html"


def page(run: Run, *, tsne: bool | None = None) -> str:
    """The report of a run as HTML, `tsne` as in `write_report`; it names no folder of the user's."""
    run = replace(run, record=public(run.record))
    states = states_section(run) if _is_path(run) else ""
    strips = _strips(run, is_home=not states)
    parts = {**_head(run), **_comparison(run, strips[run.ending]), **_tables(run)}
    parts["facts"] = _facts(run, strips[run.ending])
    sections = map(round_section, strips) if _is_path(run) else map(clip_sections, strips)
    tsne = tsne if tsne is not None else run.record.settings.strategy not in _STEPLESS
    geometry = geometry_section(run, folded=not _is_path(run), tsne=tsne)
    first = [states, route_section(run), geometry] if states else []
    parts["strips"] = "\n".join([*first, *sections, *([] if states else [geometry])])
    script = _resource("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts["policy"] = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    return Template(_resource("page.html")).substitute(parts, script=script)


def style(height: int, width: int) -> str:
    """The look of a page about pictures of this size: what stands between its style tags."""
    thumb = f"{min(190, max(76, round(112 * width / height)))}px"
    return Template(_resource("page.css")).substitute(aspect=f"{width / height:.5f}", thumb=thumb)


def _is_path(run: Run) -> bool:
    """Whether the run may have several rounds."""
    return run.record.settings.strategy not in _STEPLESS or len(run.steps) > 1


_STEPLESS = ("one-shot", "search", "pick")
"""Strategies that take one step."""


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _strips(run: Run, is_home: bool) -> list[Strip]:
    """`is_home` says whether the page's result is a frame of one of them."""
    clips, path = run.frames(), _is_path(run)
    count = sum(len(frames) for frames in clips)
    return [
        Strip(
            step=step,
            pictures=frame_addresses(frames, count),
            crisp=is_crisp(*frames.shape[1:3]),
            round=number + 1 if path else 0,
            is_home=is_home and number == run.ending,
            select=run.record.settings.select,
        )
        for number, (step, frames) in enumerate(zip(run.steps, clips, strict=True))
    ]


def _head(run: Run) -> dict[str, str]:
    settings, ending = run.record.settings, run.steps[run.ending]
    found = _verdict(run)
    facts = (
        run.record.execution.model_resolved,
        *_sizes(run),
        *([] if settings.picked else [_seeds(run)]),
    )
    chips = f'<span class="chip {"good" if found.is_good else "warn"}">{found.title}</span>'
    notes = "" if ending.choice.index is not None else _unchosen_note(run)
    notes += "".join(f'<p class="note wrap" dir="auto">{escape(note)}</p>' for note in run.notes)
    notes += "".join(f'<p class="note told wrap" dir="auto">{escape(note)}</p>' for note in run.told)
    return {
        "title": escape(f"{settings.instruction[:80]} – frame2frame"),
        "finished": escape(run.finished.replace("T", " ")),
        "instruction": escape(settings.instruction),
        "chips": chips + "".join(f'<span class="chip">{escape(fact)}</span>' for fact in facts),
        "notes": f'<div class="notes">{notes}</div>' if notes else "",
    }


def _seeds(run: Run) -> str:
    several = len(run.record.execution.batch_seeds) > 1
    return f"{'seeds from' if several else 'seed'} {run.record.settings.seed}"


def _verdict(run: Run) -> Verdict:
    settings, ending = run.record.settings, run.steps[run.ending]
    return verdict(ending.choice, ending.scores, settings.strategy, settings.options)


def _sizes(run: Run) -> Iterator[str]:
    whole, drawn = run.record.settings.frames, len(run.steps[0].frame_times)
    yield f"{whole} frames" if drawn == whole else f"{drawn} of {whole} frames"
    takes = 1 + len(run.steps[0].others)
    if len(run.steps) > 1:
        yield f"{len(run.steps)} rounds"
    if takes > 1:
        yield f"{takes} {_takes(run)}" + (" a round" if _is_path(run) else "")


def _unchosen_note(run: Run) -> str:
    found, reason = _verdict(run), run.steps[run.ending].choice.reason
    return (
        f'<div class="note wrap" role="status"><strong>{found.title}</strong>'
        f'<span dir="auto">{escape(reason)}</span> The source picture was kept; {found.shown} is shown'
        f" beside it. {command_marked(found.advice)}</div>"
    )


def command_marked(text: str) -> str:
    """Words for people as HTML, what stands between backticks as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text))


def _comparison(run: Run, strip: Strip) -> dict[str, str]:
    source, shown = run.source(), strip.shown
    height, width = source.picture.shape[:2]
    chosen = strip.step.choice.index is not None
    name = strip.name(shown)
    label = f"After · {name}" if chosen else f"Closest · {name}"
    look = [
        name
        for name, holds in (("crisp", is_crisp(height, width)), ("clear", source.alpha is not None))
        if holds
    ]
    return {
        "before": _before(run),
        "against": _against(run),
        "after": picture_address(run.image()) if chosen else strip.pictures[shown],
        "after_alt": escape(f"The edited picture, {name}" if chosen else f"The closest frame, {name}"),
        "after_label": escape(label),
        "back": "Back to the result" if chosen else "Back to the closest frame",
        "look": " ".join(look),
        "style": style(height, width),
        "shape": "wide" if width > 1.35 * height else "",
    }


def _before(run: Run) -> str:
    """The pictures that the result can be held against, the source first."""
    return "".join(
        f'<img class="before {kind}" src="{address}" alt="{words}"><span class="tag left {kind}">{tag}</span>'
        for kind, address, words, tag, _ in _held_against(run)
    )


def _against(run: Run) -> str:
    """Which of them is shown; nothing to choose where there is only the source."""
    kinds = [(kind, choice) for kind, _, _, _, choice in _held_against(run)]
    if len(kinds) == 1:
        return ""
    choices = "".join(
        f'<label><input type="radio" name="against" value="{kind}"{" checked" if kind == "source" else ""}>'
        f"<span>{choice}</span></label>"
        for kind, choice in kinds
    )
    return f'<fieldset class="against"><legend>Hold the result against</legend>{choices}</fieldset>'


def _held_against(run: Run) -> Iterator[tuple[str, str, str, str, str]]:
    """Kind, address, alternative text, tag and choice of each."""
    generated, mask = run.generated(), run.mask()
    yield "source", picture_address(run.source()), "The source picture", "Before", "the source"
    if generated is not None and not np.array_equal(generated.picture, run.image().picture):
        picked = run.record.settings.picked is not None
        what = "the frame as it is" if picked else "what the model made"
        words = f"{what.capitalize()}, before the source's own pixels were put back"
        tag = "The frame as it is" if picked else "As generated"
        yield "generated", picture_address(generated), words, tag, what
    if mask is not None:
        yield (
            "mask",
            picture_address(mask),
            "The mask; white could change",
            "Mask: white may change",
            "the mask",
        )


def _facts(run: Run, strip: Strip) -> str:
    choice, caption = strip.step.choice, run.captions[run.ending]
    facts = [("Chosen" if choice.index is not None else "Closest", strip.measured(strip.shown))]
    facts.append(("Why" if choice.index is not None else "Why none", choice.reason))
    if ended := next((step.ended for step in reversed(run.steps) if step.ended), ""):
        facts.append(("Why it went no further", ended))
    if not strip.by_energy and choice.runner_up is not None and choice.runner_up != strip.shown:
        title, meaning = strip.other
        facts.append((title, strip.measured(choice.runner_up) + meaning))
    if strip.step.others and not strip.by_energy:
        facts.append(("Candidates", _candidates(strip.step, _takes(run))))
    if caption.temporal != caption.target:
        facts.append((f"What the clip was to show ({caption.author})", caption.temporal))
    facts.append(("The scene it was to end in", caption.target))
    return "".join(
        f'<div><h3>{escape(title)}</h3><p class="wrap" dir="auto">{escape(text)}</p></div>'
        for title, text in facts
    )


def _takes(run: Run) -> str:
    """What the clips of a round are; a search begins others that it drops."""
    return "finished clips" if run.record.settings.strategy == "search" else "candidates"


def _candidates(step: StepRecord, takes: str) -> str:
    count = 1 + len(step.others)
    if step.choice.index is None:
        return f"None of {count} {takes} shows the edit; seed {step.seed} comes closest."
    return f"Seed {step.seed} won of {count} {takes}."


def _tables(run: Run) -> dict[str, str]:
    seconds = run.record.execution.seconds
    return {
        "settings": rows(_settings_rows(run)),
        "machine": rows(_machine_rows(run)),
        "time": time_table(seconds),
        "total": f"{sum(seconds.values()):.1f} s",
        "commands": _commands(run),
    }


def _settings_rows(run: Run) -> Iterable[tuple[str, str]]:
    settings = run.record.settings
    source = settings.source
    yield "Source", source.path or "not a file"
    yield "Source size", f"{source.width} × {source.height} pixels"
    yield "Source SHA-256", f"{source.sha256[:16]}…"
    chooser = () if settings.strategy == "path" else ("select",)
    names = ["frames", "steps", "guidance", "seed", "caption", *chooser, "strategy"]
    if settings.parent:
        made = settings.parent
        yield "Edited from", f"“{made.instruction}”, seed {made.seed}, SHA-256 {made.sha256[:16]}…"
    if settings.picked:
        clip, names = settings.picked.clip, ["frames", "caption", "select", "strategy"]
        yield "Clip", clip.path or "not a file"
        yield "Clip SHA-256", f"{clip.sha256[:16]}…"
    for name in names:
        value = getattr(settings, name)
        if name == "guidance" and run.record.execution.guidance_schedule:
            value = guidance.told(run.record.execution.guidance_schedule)
        yield name.capitalize(), f"{value:g}" if isinstance(value, float) else str(value)
    if settings.preset:
        yield "Preset", settings.preset
    if settings.options:
        yield "Options", _lines({name: str(value) for name, value in settings.options.items()})
    kept = "as the mask says" if settings.mask else "where nothing changed" if settings.keep else "no"
    yield "Source's pixels kept", kept


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


def rows(entries: Iterable[tuple[str, str]]) -> str:
    """Name and value as rows of a table, escaped."""
    return "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in entries
    )


def time_table(seconds: Mapping[str, float]) -> str:
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
    commands = [("The same run, spelt out", command_line(settings, "source.png"))]
    if not settings.picked:
        other = replace(settings, seed=(settings.seed + 1) % 2**63)
        commands.insert(0, ("The same run, from its folder", "f2f replay final_frame.png"))
        commands.append(("With another seed", command_line(other, "source.png")))
    return "".join(_command(number, title, text) for number, (title, text) in enumerate(commands))


def _command(number: int, title: str, text: str) -> str:
    return (
        f'<div class="command"><header><h3>{title}</h3>'
        f'<button class="small copy" data-of="command{number}">Copy</button></header>'
        f'<pre id="command{number}">{escape(text)}</pre></div>'
    )
