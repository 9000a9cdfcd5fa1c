"""What the command answers on stdout: two paths for people, one JSON object for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any

import typer

from ..errors import Frame2FrameError, in_json, printable
from ..files.as_json import rendered

SCHEMA = 1
"""Of the JSON; it changes when a field changes its meaning or goes, not when one is added."""


@dataclass(frozen=True)
class Answer:
    """The JSON of a run that came to its end, field by field (docs/reference/command-line.md)."""

    outcome: str
    """`found`, or `refused` where no frame shows the edit."""
    shown: bool
    """Whether a frame shows the edit."""
    index: int | None
    similarity: float | None
    """Of the chosen frame to the target, or of the closest one: a cosine; None where nothing was scored."""
    source_similarity: float | None
    threshold: float | None
    reason: str
    advice: str
    ended: str
    """Of a path: why it went no further."""
    caption: str
    target: str
    model: str
    encoder: str | None
    clip: str | None
    """The clip that was given to a pick."""
    seed: int | None
    candidate: int | None
    """Which of the run's clips was taken, from 0; None where the clip was given."""
    candidate_seed: int | None
    seconds: Mapping[str, float]
    """Per stage, and of all of them together as `total`, as in the report; writing it is not among them."""
    folder: str
    image: str
    report: str
    notes: Sequence[str]
    scores: Mapping[str, Sequence[float]]
    """Of each frame of the chosen clip, by criterion; higher is better."""


@dataclass(frozen=True)
class Asked:
    """What a run was asked that its result does not say."""

    model: str
    seed: int | None = None
    seeds: Sequence[int] = field(default=())
    """Of all of its clips."""
    clip: str | None = None
    encoder: str | None = None


def answer_of(asked: Asked, result: Any, notes: Sequence[str]) -> Answer:
    """The answer of a run with its result."""
    folder, given = result.folder.resolve(), not asked.seeds
    return Answer(
        outcome="refused" if result.index is None else "found",
        shown=result.index is not None,
        index=result.index,
        similarity=None if isnan(result.score) else result.score,
        source_similarity=result.scores.source.get("semantic"),
        threshold=result.scores.threshold,
        reason=result.reason,
        advice=result.advice,
        ended=result.ended,
        caption=result.caption.temporal,
        target=result.caption.target,
        model=asked.model,
        encoder=asked.encoder,
        clip=asked.clip,
        seed=asked.seed,
        candidate=list(asked.seeds).index(result.seed) if result.seed in asked.seeds else None,
        candidate_seed=None if given else result.seed,
        seconds={**result.seconds, "total": sum(result.seconds.values())},
        folder=str(folder),
        image=str(folder / "final_frame.png"),
        report=str(folder / "report.html"),
        notes=notes,
        scores=result.scores.columns,
    )


def fault(error: Frame2FrameError) -> dict[str, Any]:
    """The JSON of a run that was not to be."""
    parts = {"kind": type(error).__name__, "what": error.what, "got": error.got, "remedy": error.remedy}
    return {"schema": SCHEMA, "outcome": "error", "error": parts | {"exit_code": error.exit_code}}


def answer(facts: Any) -> None:
    """Words for programs: UTF-8 whatever the terminal's language is."""
    text = in_json(rendered(facts, indent=2, ensure_ascii=False))
    typer.echo(text.encode("utf-8", "backslashreplace"))


def say(text: str) -> None:
    """Words for people."""
    typer.echo(printable(text), err=True)


def show_paths(named: Mapping[str, Path]) -> None:
    """Files that were made, a line each: with what they are where a person reads, else the paths alone."""
    for name, path in named.items():
        if sys.stdout.isatty():
            typer.echo(f"{name:<11}{_linked(path)}")
        else:
            typer.echo(path)


def _linked(path: Path) -> str:
    """The path, to be clicked where the terminal is known to make links of such words."""
    shown = printable(str(path))
    if not _knows_links(os.environ):
        return shown
    return f"\x1b]8;;{path.resolve().as_uri()}\x1b\\{shown}\x1b]8;;\x1b\\"


def _knows_links(environment: Mapping[str, str]) -> bool:
    if environment.get("TERM") == "dumb":
        return False
    vte = environment.get("VTE_VERSION", "")
    known = {"WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM", "WEZTERM_PANE"}
    programs = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio")
    return (
        bool(known & environment.keys())
        or environment.get("TERM_PROGRAM") in programs
        or environment.get("TERM", "").startswith(("xterm-kitty", "alacritty", "foot", "xterm-ghostty"))
        or (vte.isdigit() and int(vte) >= 5000)
    )
