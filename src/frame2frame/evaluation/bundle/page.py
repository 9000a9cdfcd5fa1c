"""A bundle as a page, made with the parts of the report of a run.

The one in the archive shows the files beside it. Of a received bundle the page is made anew, with pictures
that were decoded and encoded here, so that nothing of a stranger's page is ever opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ...engine.sampling import guidance
from ...report.page import shape
from ...report.rounds import Round
from ...report.tables import Row
from ...report.templating import render
from .layout import Bundle, Edit, Outcome
from .table import frame_words, outcome_word, peak_words, score_words, seconds_words

Address = Callable[[str], str]
"""Where the page finds a file of the archive; empty where it is not to be shown."""


def page(bundle: Bundle, address: Address) -> str:
    """The bundle as HTML."""
    words = [outcome_word(edit) for edit in bundle.edits]
    return render(
        "evaluation/bundle/page.html.j2",
        bundle=bundle,
        shape=shape(1.0),
        count="One edit" if len(words) == 1 else f"{len(words)} edits",
        found=words.count("found"),
        failed=words.count("failed"),
        entries=[_Entry.of(edit, address) for edit in bundle.edits],
        settings=_settings_rows(bundle),
        machine=_machine_rows(bundle),
    )


@dataclass(frozen=True)
class _View:
    """One large picture or the clip, at its address."""

    address: str
    words: str
    """What is to be seen, for those who do not see it."""
    caption: str
    still: str = ""
    """Of a clip, the address of the picture that stands for it."""


@dataclass(frozen=True)
class _Entry:
    """An edit of the bundle, ready to be shown."""

    edit: Edit
    word: str
    cells: tuple[str, ...]
    """What the overview says of it."""
    round: Round | None = None
    views: tuple[_View, ...] = ()

    @classmethod
    def of(cls, edit: Edit, address: Address) -> _Entry:
        cells = (frame_words(edit), score_words(edit), seconds_words(edit), peak_words(edit))
        entry = cls(edit, outcome_word(edit), cells)
        if edit.outcome is None:
            return entry
        known = edit.outcome.round
        pictures = tuple(address(file) if file else "" for file in known.pictures)
        return replace(
            entry, round=replace(known, pictures=pictures), views=tuple(_views(edit.outcome, address))
        )


def _views(outcome: Outcome, address: Address) -> Iterator[_View]:
    files, shown = outcome.files, outcome.round
    yield _View(address(files.source), "The source picture", "Before")
    if shown.chosen:
        yield _View(address(files.final), "The result", "After, in the source's size")
    words = f"{'Chosen' if shown.chosen else 'Closest'}: {shown.name(shown.shown)}, as the model drew it"
    still = address(files.frame)
    yield _View(still, words, words)
    if clip := address(files.clip):
        yield _View(clip, "The clip", f"The clip, {len(shown.pictures)} frames", still)


def _settings_rows(bundle: Bundle) -> Iterator[Row]:
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


def _machine_rows(bundle: Bundle) -> Iterator[Row]:
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
