"""Prints how many of the everyday wishes the built-in rules pass: python -m tests.caption.wishes.rules."""

from __future__ import annotations

import sys

import numpy as np

from frame2frame.caption.temporal import Temporal

from . import grade

PICTURE = np.zeros((8, 8, 3), np.uint8)
"""The rules do not look at it."""


def answers(name: str) -> dict[str, tuple[str, str]]:
    """What the rules make of each wish of a set: the clip's caption and the target's."""
    written = {one["wish"]: Temporal().write(PICTURE, one["wish"]) for one in grade.read(name)}
    return {wish: (caption.temporal, caption.target) for wish, caption in written.items()}


def main() -> None:
    """Both counts; of the development set the failures too."""
    for name in grade.SETS:
        for line in grade.report(name, answers(name), every=name == "development"):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
