"""Draw the training curves of a work folder's logs into one SVG."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

Pair = tuple[str, str]

SHOWN = (
    ("vae", "absolute", "held_out_decibels", "VAE: mean absolute error", "held-out dB"),
    ("video", "loss", "held_out_half", "Video model: velocity error", "held-out edits at half the error"),
    (
        "clip",
        "loss",
        "held_out_target_over_source",
        "Image–text encoder: loss",
        "held-out target over source",
    ),
)
"""Log, trained figure, held-out figure, and their labels."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder with the .jsonl logs")
    parser.add_argument("--to", type=Path, required=True, help="the .svg or .png to write")
    given = parser.parse_args(arguments)
    figure = Figure(figsize=(15, 4), layout="constrained")
    axes = figure.subplots(1, len(SHOWN))
    for place, (name, trained, checked, left, right) in zip(axes, SHOWN, strict=True):
        _draw(place, read(given.work / f"{name}.jsonl"), (trained, checked), (left, right))
    figure.savefig(given.to)


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a log, none when it does not exist."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def _draw(
    place: Axes, records: list[dict[str, Any]], figures: tuple[str, str], labels: tuple[str, str]
) -> None:
    beside = place.twinx()
    for axes, figure, label, style in zip((place, beside), figures, labels, ("C0-", "C1o-"), strict=True):
        points = [(record["step"], record[figure]) for record in records if figure in record]
        axes.plot(
            [step for step, _ in points], [value for _, value in points], style, markersize=3, linewidth=1
        )
        axes.set_ylabel(label, color=style[:2])
    place.set_yscale("log")
    place.set_xlabel("step")


if __name__ == "__main__":
    main()
