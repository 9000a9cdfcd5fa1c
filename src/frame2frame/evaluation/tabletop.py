"""The tabletop benchmark: a model measured on held-out episodes, where the truth is known."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from . import edits, encoder, energy, judging, keep, levers, path, refining, search, selection, vae, yardstick
from .counter import counter
from .found import Found, require_place
from .machine import about
from .plan import Plan, Report

_RUNS: dict[str, Callable[[Plan, Report], Found]] = {
    "edits": edits.run,
    "selection": selection.run,
    "encoder": encoder.run,
    "vae": vae.run,
    "measure": yardstick.run,
    "judge": judging.run,
    "keep": keep.run,
    "refine": refining.run,
    "path": path.run,
    "energy": energy.run,
    "levers": levers.run,
    "presets": levers.run,
    "search": search.run,
}


def measure(plan: Plan, report: Report = lambda done: None) -> Found:
    """Run one part; `report` is called with the number of episodes done.

    Raises InputError, ModelError or OutOfMemoryError.
    """
    told = about(plan)  # first, so that a model that is not there is said at once
    return replace(_RUNS[plan.part](plan, report), about=told)


def run(plan: Plan, file: Path | None, rows: bool) -> None:
    """Measure, print the tables, and write the figures to `file` if there is one, with or without the rows.

    Raises what `measure` raises, and WriteError.
    """
    if file is not None:
        require_place(file)
    with counter(plan.count) as report:
        found = measure(plan, report)
    sys.stdout.write(found.text() + "\n")
    if file is not None:
        found.save(file, rows)
