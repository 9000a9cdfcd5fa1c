"""How well the embedded model says beforehand what it cannot do, by the words of a wish.

    python benchmarks/known_wishes.py tests/caption/unseen/asked.jsonl

A line of a list has an `instruction` and whether it `can` be done (`possible` in older lists); of one that
cannot, `why` says what stands against it. Two rates are printed with their 95 % intervals: drawn without a
word though it cannot be done, and refused though it can; beside them what always and never refusing would
come to. What only the picture can tell, a thing that is not there or one of two alike, is a row of its own.

With --pictures the things of a line's `scene`, such as "red cube", are drawn, and what is said of that
picture before a clip is drawn counts as well: that it does not show the thing, or that a name fits two.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from frame2frame import stream
from frame2frame.engine.models import catalogue
from frame2frame.evaluation.results.statistics import Share
from frame2frame.request import Request
from frame2frame.strategy.refusals import Outside
from frame2frame.values import Note, Picture, Progress, Step
from frame2frame.worlds.tabletop import render
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.scene import (
    COLOURS,
    FLOORS,
    MOST_THINGS,
    SHAPES,
    SKIES,
    Scene,
    Thing,
    apart,
    in_view,
)

OF_THE_PICTURE = ("absent", "ambiguous")
"""How `why` begins where only the picture can tell."""


@dataclass(frozen=True)
class Wish:
    """One line of a list, and the answer to it."""

    instruction: str
    can: bool
    why: str
    is_refused: bool
    is_noted: bool = False
    """Whether it is drawn, but with a word on what is unclear."""

    @property
    def is_answered(self) -> bool:
        """Whether it is not drawn in silence."""
        return self.is_refused or self.is_noted

    @property
    def is_of_the_picture(self) -> bool:
        return self.why.startswith(OF_THE_PICTURE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; answers the exit code."""
    parser = argparse.ArgumentParser(description="What the embedded model says beforehand that it cannot do")
    parser.add_argument("lists", type=Path, nargs="+", help="lists of instructions, a JSON object a line")
    parser.add_argument("--pictures", action="store_true", help="ask pictures of the scenes as well")
    parser.add_argument("--show", action="store_true", help="list the wrong answers")
    asked = parser.parse_args(arguments)
    wishes = [wish for listed in asked.lists for wish in answered(listed, asked.pictures)]
    sys.stdout.write("\n".join(told(wishes)) + "\n")
    if asked.show:
        sys.stdout.write("\n".join(wrong(wishes)) + "\n")
    return 0


def answered(listed: Path, pictures: bool = False) -> Iterator[Wish]:
    """The wishes of a list with the embedded model's answers."""
    model = catalogue.MODELS[catalogue.EMBEDDED]
    for number, line in enumerate(listed.read_text("utf-8").splitlines()):
        row = json.loads(line)
        can = row["can"] if "can" in row else row["possible"]
        is_refused, is_noted = Outside.of(model, row["instruction"]) is not None, False
        if pictures and not is_refused and is_drawable(row.get("scene", ())):
            is_refused, is_noted = asked_of(drawn(row["scene"], number), row["instruction"])
        yield Wish(row["instruction"], can, "" if can else row.get("why", ""), is_refused, is_noted)


def is_drawable(names: Sequence[str]) -> bool:
    """Whether the tabletop has all of these things."""
    return bool(names) and set(names) <= {f"{colour} {shape}" for colour, shape in product(COLOURS, SHAPES)}


def drawn(names: Sequence[str], seed: int) -> Picture:
    """A scene with these things, at most three, such as "red cube"."""
    draws = Draws(seed)
    while True:
        kinds = [name.split() for name in names[:MOST_THINGS]]
        things = tuple(
            Thing(shape, colour, draws.between(-1.6, 1.6), draws.between(-0.1, 1.1), draws.between(0.86, 1.1))
            for colour, shape in kinds
        )
        if in_view(things) and apart(things):
            scene = Scene(things, draws.below(len(FLOORS)), draws.below(len(SKIES)))
            picture: Picture = render.draw(scene.pack()[None])[0]
            return picture


def asked_of(picture: Picture, instruction: str) -> tuple[bool, bool]:
    """Whether the edit is refused before a clip is drawn, and whether a name is called unclear."""
    is_noted = False
    with closing(stream(Request.of(picture, instruction, device="cpu", seed=1), None)) as events:
        for event in events:
            is_noted |= isinstance(event, Note) and " could be " in event.text
            if isinstance(event, Step):
                return event.choice.index is None, is_noted
            if isinstance(event, Progress) and event.stage == "denoise":
                break
    return False, is_noted


def told(wishes: Sequence[Wish]) -> Iterator[str]:
    """The table."""
    cannot = [wish for wish in wishes if not wish.can]
    rows = {
        "drawn though it cannot be done": [not wish.is_answered for wish in cannot],
        "  without what only the picture tells": [
            not wish.is_answered for wish in cannot if not wish.is_of_the_picture
        ],
        "refused though it can be done": [wish.is_refused for wish in wishes if wish.can],
    }
    if any(wish.is_noted for wish in wishes):
        rows["called unclear though it is clear"] = [wish.is_noted for wish in wishes if wish.can]
    yield f"{'':42}{'of':>4}  {'the model':24}  always refuse  never refuse"
    for name, wrongs in rows.items():
        always, never = (0, 100) if name.startswith((" ", "drawn")) else (100, 0)
        yield f"{name:42}{len(wrongs):4}  {Share.of(wrongs)!s:24}  {always:11} %  {never:10} %"


def wrong(wishes: Sequence[Wish]) -> Iterator[str]:
    """The wrong answers, a line each."""
    for wish in wishes:
        if wish.is_refused if wish.can else not wish.is_answered:
            yield f"{'refused' if wish.is_refused else 'drawn'}: {wish.instruction}"


if __name__ == "__main__":
    sys.exit(main())
