"""A bundle as a page, made with the parts of the report of a run.

The one in the archive shows the files beside it. Of a received bundle the page is made anew, with pictures
that were decoded and encoded here, so that nothing of a stranger's page is ever opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from importlib import resources
from string import Template

from ...engine.sampling import guidance
from ...report.curves import drawn
from ...report.page import rows, style, time_table
from ...report.strips import Strip, badge
from .layout import Bundle, Edit, Outcome
from .table import frame_words, outcome_word, peak_words, seconds_words

Address = Callable[[str], str]
"""Where the page finds a file of the archive; empty where it is not to be shown."""


def page(bundle: Bundle, address: Address) -> str:
    """The bundle as HTML; every text in it is escaped."""
    parts = {
        "title": f"{escape(bundle.model.name)} – a bundle of frame2frame",
        "style": style(1, 1),
        "made": escape(bundle.made),
        "heading": f"{_count(bundle)} by {escape(bundle.model.name)}",
        "chips": "".join(_chips(bundle)),
        "overview": "".join(_overview(edit) for edit in bundle.edits),
        "edits": "\n".join(_edit(edit, address) for edit in bundle.edits),
        "settings": rows(_settings_rows(bundle)),
        "machine": rows(_machine_rows(bundle)),
    }
    template = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return Template(template).substitute(parts)


def _count(bundle: Bundle) -> str:
    return "One edit" if len(bundle.edits) == 1 else f"{len(bundle.edits)} edits"


def _chips(bundle: Bundle) -> Iterator[str]:
    words = [outcome_word(edit) for edit in bundle.edits]
    found = words.count("found")
    yield _chip(f"A frame found in {found} of {len(words)}", found == len(words))
    if failed := words.count("failed"):
        yield _chip(f"{failed} failed", False)
    for fact in (bundle.machine.processor, bundle.asked.preset and f"preset {bundle.asked.preset}"):
        if fact:
            yield f'<span class="chip">{escape(fact)}</span>'


def _chip(words: str, is_good: bool) -> str:
    return f'<span class="chip {"good" if is_good else "warn"}">{escape(words)}</span>'


def _overview(edit: Edit) -> str:
    cells = (frame_words(edit), _score(edit), seconds_words(edit), peak_words(edit))
    link = f'<a href="#{escape(edit.folder)}">{escape(edit.instruction)}</a>'
    return (
        f'<tr><th scope="row">{link}</th><td>{outcome_word(edit)}</td>'
        + "".join(f'<td class="number">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
    )


def _score(edit: Edit) -> str:
    if edit.outcome is None:
        return "–"
    strip = edit.outcome.strip()
    return strip.figure(strip.shown)


def _edit(edit: Edit, address: Address) -> str:
    word = outcome_word(edit)
    title = f'<h2 dir="auto">{escape(edit.instruction)}</h2>{_chip(word, word == "found")}'
    sort = f'<span class="chip">{escape(edit.sort)}</span>'
    body = _finished(edit.outcome, address) if edit.outcome else _note(edit.error or "", warns=True)
    head = f"<header>{title}{sort}</header>"
    return f'<section class="card edit" id="{escape(edit.folder)}">{head}{body}</section>'


def _finished(outcome: Outcome, address: Address) -> str:
    strip = outcome.strip()
    notes = [_note(note, warns=True) for note in outcome.notes]
    notes += [_note(note, warns=False) for note in outcome.told]
    return (
        f'<div class="views">{"".join(_views(outcome, strip, address))}</div>'
        f'<div class="words">{"".join(_facts(outcome, strip))}</div>'
        f'<div class="strip all">{"".join(_frames(outcome, strip, address))}</div>'
        + (f'<div class="notes">{"".join(notes)}</div>' if notes else "")
        + f'<div class="below"><div class="curves">{_curves(outcome, strip)}</div>'
        f"<div>{time_table(outcome.step.seconds)}</div></div>"
    )


def _note(text: str, warns: bool) -> str:
    return f'<p class="note{"" if warns else " told"} wrap" dir="auto">{escape(text)}</p>'


def _views(outcome: Outcome, strip: Strip, address: Address) -> Iterator[str]:
    files, chosen = outcome.files, outcome.step.choice.index is not None
    name, crisp = strip.name(strip.shown), "crisp" if strip.crisp else ""
    yield _figure(_image(address(files.source), "The source picture", crisp), "Before")
    if chosen:
        yield _figure(_image(address(files.final), "The result", crisp), "After, in the source's size")
    words = f"{'Chosen' if chosen else 'Closest'}: {name}, as the model drew it"
    yield _figure(_image(address(files.frame), words, crisp), words)
    if clip := address(files.clip):
        still = escape(address(files.frame))
        video = f'<video src="{escape(clip)}" poster="{still}" controls loop muted playsinline></video>'
        yield _figure(video, f"The clip, {len(strip.pictures)} frames")


def _figure(what: str, caption: str) -> str:
    return f"<figure>{what}<figcaption>{escape(caption)}</figcaption></figure>"


def _image(address: str, words: str, kind: str) -> str:
    return f'<img class="{kind}" src="{escape(address)}" alt="{escape(words)}">'


def _facts(outcome: Outcome, strip: Strip) -> Iterator[str]:
    choice, caption = outcome.step.choice, outcome.caption
    chosen = choice.index is not None
    yield _fact("Chosen" if chosen else "Closest", strip.measured(strip.shown))
    yield _fact("Why" if chosen else "Why none", choice.reason)
    yield _fact(f"What the clip was to show ({caption.author})", caption.temporal)
    yield _fact("The scene it was to end in", caption.target)


def _fact(title: str, text: str) -> str:
    return f'<div><h3>{escape(title)}</h3><p class="wrap" dir="auto">{escape(text)}</p></div>'


def _frames(outcome: Outcome, strip: Strip, address: Address) -> Iterator[str]:
    for shown in outcome.files.frames:
        word, kind = badge(strip, shown.index)
        mark = f'<span class="badge">{escape(word)}</span>' if word else ""
        crisp = "crisp" if strip.crisp else ""
        time, figure = str(outcome.step.frame_times[shown.index]), strip.figure(shown.index)
        yield (
            f'<div class="frame {kind}"><span class="crop">'
            f"{_image(address(shown.file), strip.name(shown.index), crisp)}{mark}</span>"
            f'<span class="line"><span>{time}</span><b>{escape(figure)}</b></span></div>'
        )


def _curves(outcome: Outcome, strip: Strip) -> str:
    step = outcome.step
    return drawn(step.scores, step.frame_times, strip.shown, step.choice.index is not None)


def _settings_rows(bundle: Bundle) -> Iterable[tuple[str, str]]:
    asked = bundle.asked
    yield "Preset", asked.preset or "none"
    yield "Memory", asked.memory
    yield "Seeds", f"from {asked.seed} on"
    for outcome in (edit.outcome for edit in bundle.edits if edit.outcome):
        settings, size = outcome.settings, outcome.drawn
        yield "Frames", str(settings.frames)
        yield "Steps", str(settings.steps)
        yield "Guidance", guidance.told(size.guidance_schedule) if size.guidance_schedule else "none"
        yield "Drawn at", f"{size.width} × {size.height} pixels at the first edit"
        yield "Captions, choice", f"{settings.caption}, {settings.select}, {settings.strategy}"
        yield "Number format", size.dtype
        return


def _machine_rows(bundle: Bundle) -> Iterable[tuple[str, str]]:
    model, machine = bundle.model, bundle.machine
    yield "Model", model.name
    yield "Revision", model.revision or "none"
    yield "Encoder", model.encoder
    yield "Device", f"{machine.processor} ({machine.device}), threads: {machine.threads}"
    yield "GPU memory", _gib(machine.gpu_gib)
    yield "Main memory", _gib(machine.main_gib)
    yield "System", machine.system
    yield "Versions", "\n".join(f"{name} {version}" for name, version in bundle.versions.items())
    yield "Weights", "\n".join(f"{name} {digest[:12]}…" for name, digest in model.weights.items()) or "none"


def _gib(gib: float | None) -> str:
    return "–" if gib is None else f"{gib:g} GiB"
