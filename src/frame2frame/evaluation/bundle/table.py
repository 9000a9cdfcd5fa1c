"""A bundle as a table on a terminal, and the words that its page has too."""

from __future__ import annotations

from ..results.columns import Table
from .layout import Bundle, Edit

_WIDTH = 44
"""Characters of an instruction."""
_PACKAGES = ("frame2frame", "torch", "diffusers")


def text(bundle: Bundle, size: int) -> str:
    """What the bundle of `size` bytes holds, in lines of plain characters."""
    model, machine, asked = bundle.model, bundle.machine, bundle.asked
    revision = f" at {model.revision[:12]}" if model.revision else ""
    held = f", {machine.gpu_gib:g} GiB" if machine.gpu_gib else ""
    ran = ", ".join(f"{name} {bundle.versions.get(name, 'unknown')}" for name in _PACKAGES)
    lines = [
        f"made {bundle.made} with {ran}",
        f"on {machine.processor} ({machine.device}{held}), {machine.system}",
        f"preset {asked.preset or 'none'}, memory {asked.memory}, seeds from {asked.seed} on",
        *(f"{edit.folder} failed: {edit.error}" for edit in bundle.edits if edit.error),
        f"{_mib(size)} in {len(list(bundle.files())) + 2} files",
    ]
    title = f"{model.name}{revision}"
    table = Table(
        plain(title),
        ("edit", "outcome", "frame", "score", "seconds", "peak"),
        tuple(_row(edit) for edit in bundle.edits),
    )
    return "\n".join([str(table), *map(plain, lines)])


def _row(edit: Edit) -> tuple[str, ...]:
    name = plain(f"{edit.folder[:2]} {edit.instruction}")
    return (
        name if len(name) <= _WIDTH else f"{name[: _WIDTH - 1]}…",
        outcome_word(edit),
        frame_words(edit),
        score_words(edit),
        f"{edit.seconds:.1f}",
        peak_words(edit),
    )


def plain(text: str) -> str:
    """On one line, of characters that can be printed: a stranger's may steer the terminal."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def outcome_word(edit: Edit) -> str:
    """What the selector said, which may be wrong: nobody has looked at the pictures yet."""
    if edit.outcome is None:
        return "failed"
    return "found" if edit.outcome.step.choice.index is not None else "none found"


def frame_words(edit: Edit) -> str:
    """Which frame of how many, by its place in time."""
    if edit.outcome is None:
        return "–"
    step, shown = edit.outcome.step, edit.outcome.round.shown
    return f"{step.frame_times[shown]} of {len(step.frame_times)}"


def score_words(edit: Edit) -> str:
    """The number of that frame."""
    return "–" if edit.outcome is None else edit.outcome.round.figure(edit.outcome.round.shown)


def seconds_words(edit: Edit) -> str:
    return f"{edit.seconds:.1f} s"


def peak_words(edit: Edit) -> str:
    """Of the GPU where there is one."""
    peak = edit.peak.main_gib if edit.peak.gpu_gib is None else edit.peak.gpu_gib
    return "–" if peak is None else f"{peak:.1f} GiB"


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.0f} KiB"
