"""The path of a run as HTML: its states, its figures, and where it lies among all frames.

The plots need scikit-learn, the extra `eval`; without it a line says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

import numpy as np

from ..errors import MissingPackageError
from ..geometry.projection import pca, tsne
from ..media.data_urls import frame_addresses, is_crisp
from ..runs.read import Run
from ..runs.vectors import Cloud
from .curves import number
from .path_plot import NAMESPACE, projection_plot
from .strips import frame_button

MOST_POINTS = 3_000
"""More frames than that get no t-SNE, which would take minutes."""

MEANINGS = {
    "path_length": ("Length", "how far the path goes in all"),
    "straightness": ("Straightness", "times the straight way; 1 is the least"),
    "smoothness": ("Smoothness", "how abruptly state follows state; 0 is the smoothest"),
    "curvature": ("Curvature", "how far it turns at a state: 0 is straight on, 3.142 straight back"),
    "monotonicity": ("Monotonicity", "share of steps in which the likeness to the words does not fall"),
    "semantic_scores": ("Likeness to the words", "cosine, from the source to the end"),
    "identity_drift": ("Distance from the source", "in feature space, from the source to the end"),
}
"""A name and a few words for each figure; `docs/concepts/geometry.md` has the formulas."""


def states_section(run: Run) -> str:
    """The states from the source to the end as a strip; nothing for a path that never left the source."""
    states = run.states()
    if len(states) < 2:
        return ""
    pictures = [frame_addresses(state[None], len(states))[0] for state in states]
    crisp, names = is_crisp(*states[0].shape[:2]), list(_state_names(run))
    likeness = run.metrics.get("semantic_scores", ())
    figures = [number(value) for value in likeness] if isinstance(likeness, tuple) else []
    known = len(figures) == len(states)
    last = len(states) - 1
    buttons = "".join(
        frame_button(
            picture,
            label=f"State {place} · {names[place]}",
            alt=f"State {place}, {names[place]}",
            badge="Source" if place == 0 else "End" if place == last else "",
            kind="chosen" if place == last else "",
            line=(names[place].capitalize(), figures[place] if known else ""),
            share=None,
            crisp=crisp,
            is_home=place == last,
        )
        for place, picture in enumerate(pictures)
    )
    return (
        '<section class="card frames states"><header><h2>The path</h2>'
        f'<span class="soft">{_told(run)}</span></header>'
        f'<div class="strip all" role="group" aria-label="The path">{buttons}</div></section>'
    )


def route_section(run: Run) -> str:
    """The least-energy route as a strip; nothing where none was found, or where it is the path itself."""
    frames, walked = run.route(), run.states()[1:]
    if not frames or (len(frames) == len(walked) and all(map(np.array_equal, frames, walked))):
        return ""
    pictures = [frame_addresses(frame[None], len(frames))[0] for frame in frames]
    crisp = is_crisp(*frames[0].shape[:2])
    buttons = "".join(
        frame_button(
            picture,
            label=f"Route · {place} of {len(frames)}",
            alt=f"Picture {place} of the route",
            badge="End" if place == len(frames) else "",
            kind="",
            line=(f"{place} of {len(frames)}", ""),
            share=None,
            crisp=crisp,
            is_home=False,
        )
        for place, picture in enumerate(pictures, 1)
    )
    told = "from the source to the same end in the smallest steps, through the frames of all clips"
    return (
        '<section class="card frames states"><header><h2>The least-energy route</h2>'
        f'<span class="soft">{told}</span></header>'
        f'<div class="strip all" role="group" aria-label="The least-energy route">{buttons}</div></section>'
    )


def _state_names(run: Run) -> Iterator[str]:
    yield "source"
    for round_number, step in enumerate(run.steps, 1):
        for index in step.passed:
            yield f"round {round_number}, frame {step.frame_times[index]}"


def _told(run: Run) -> str:
    kept = sum(bool(step.passed) for step in run.steps)
    back = len(run.steps) - kept
    rolled = f", {back} of them rolled back" if back else ""
    walked = f"{_counted(kept, 'state')} in {_counted(len(run.steps), 'round')}{rolled}"
    return f"{walked}; the numbers are the likeness to the words"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def geometry_section(run: Run, folded: bool, tsne: bool) -> str:
    """Figures and projections; nothing where the run kept neither."""
    moved = any(step.passed for step in run.steps)
    inside = (_figures(run) if moved else "") + _projections(run.cloud(), tsne)
    if not inside:
        return ""
    if folded:
        return (
            '<section class="card"><details><summary>The path through feature space</summary>'
            f"{inside}</details></section>"
        )
    return f'<section class="card"><header><h2>The path through feature space</h2></header>{inside}</section>'


def _figures(run: Run) -> str:
    rows = "".join(
        f'<tr><th scope="row">{title}</th><td>{_figure(run.metrics[name])}</td>'
        f'<td class="soft">{meaning}</td></tr>'
        for name, (title, meaning) in MEANINGS.items()
        if name in run.metrics
    )
    return f'<table class="figures">{rows}</table>' if rows else ""


def _figure(value: float | tuple[float, ...]) -> str:
    if isinstance(value, tuple):
        ends = (value[0], value[-1]) if len(value) > 1 else value
        return escape(" → ".join(number(end).replace("-", "−") for end in ends)) or "–"
    return number(value) if math.isfinite(value) else "not known"


def _projections(cloud: Cloud | None, tsne: bool) -> str:
    if cloud is None:
        return ""
    try:
        return f'<div class="planes">{"".join(_planes(cloud, tsne))}</div>'
    except MissingPackageError as error:
        hint = f"The plot of the path needs scikit-learn: <code>{escape(error.remedy)}</code>"
        return f'<p class="soft wrap">{hint}</p>'


def _planes(cloud: Cloud, with_tsne: bool) -> Iterator[str]:
    rounds = [max(1, int(number)) for number in cloud.round]
    ways = {"PCA": (pca, "Distances are true, but for what lies across the plane.")}
    if with_tsne and len(rounds) <= MOST_POINTS:
        ways["t-SNE"] = (tsne, "Neighbours stay neighbours; distances between groups mean nothing.")
    for title, (projected, meaning) in ways.items():
        picture = projection_plot(projected(cloud.vectors), cloud.path.tolist(), rounds)
        yield f'<figure><figcaption><b>{title}</b> <span class="soft">{meaning}</span></figcaption>'
        yield picture.replace(f' xmlns="{NAMESPACE}"', "") + "</figure>"
