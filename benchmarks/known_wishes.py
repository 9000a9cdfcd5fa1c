"""How well the embedded model says beforehand what it cannot do, by the words of a wish alone.

    python benchmarks/known_wishes.py tests/caption/unseen/asked.jsonl

A line of a list has an `instruction` and whether it `can` be done (`possible` in older lists); of one that
cannot, `why` says what stands against it. Two rates are printed with their 95 % intervals: drawn without a
word though it cannot be done, and refused though it can; beside them what always and never refusing would
come to. What only the picture can tell, a thing that is not there or one of two alike, is a row of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from frame2frame.engine.models import catalogue
from frame2frame.evaluation.results.statistics import Share
from frame2frame.strategy.refusals import Outside

OF_THE_PICTURE = ("absent", "ambiguous")
"""How `why` begins where only the picture can tell."""


@dataclass(frozen=True)
class Wish:
    """One line of a list, and the answer to it."""

    instruction: str
    can: bool
    why: str
    is_refused: bool

    @property
    def is_of_the_picture(self) -> bool:
        return self.why.startswith(OF_THE_PICTURE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; answers the exit code."""
    parser = argparse.ArgumentParser(description="What the embedded model says beforehand that it cannot do")
    parser.add_argument("lists", type=Path, nargs="+", help="lists of instructions, a JSON object a line")
    parser.add_argument("--show", action="store_true", help="list the wrong answers")
    asked = parser.parse_args(arguments)
    wishes = [wish for listed in asked.lists for wish in answered(listed)]
    sys.stdout.write("\n".join(told(wishes)) + "\n")
    if asked.show:
        sys.stdout.write("\n".join(wrong(wishes)) + "\n")
    return 0


def answered(listed: Path) -> Iterator[Wish]:
    """The wishes of a list with the embedded model's answers."""
    model = catalogue.MODELS[catalogue.EMBEDDED]
    for line in listed.read_text("utf-8").splitlines():
        row = json.loads(line)
        can = row["can"] if "can" in row else row["possible"]
        is_refused = Outside.of(model, row["instruction"]) is not None
        yield Wish(row["instruction"], can, "" if can else row.get("why", ""), is_refused)


def told(wishes: Sequence[Wish]) -> Iterator[str]:
    """The table."""
    cannot = [wish for wish in wishes if not wish.can]
    rows = {
        "drawn though it cannot be done": [not wish.is_refused for wish in cannot],
        "  without what only the picture tells": [
            not wish.is_refused for wish in cannot if not wish.is_of_the_picture
        ],
        "refused though it can be done": [wish.is_refused for wish in wishes if wish.can],
    }
    yield f"{'':42}{'of':>4}  {'the model':24}  always refuse  never refuse"
    for name, wrongs in rows.items():
        always, never = (0, 100) if name.startswith((" ", "drawn")) else (100, 0)
        yield f"{name:42}{len(wrongs):4}  {Share.of(wrongs)!s:24}  {always:11} %  {never:10} %"


def wrong(wishes: Sequence[Wish]) -> Iterator[str]:
    """The wrong answers, a line each."""
    for wish in wishes:
        if wish.can == wish.is_refused:
            yield f"{'refused' if wish.is_refused else 'drawn'}: {wish.instruction}"


if __name__ == "__main__":
    sys.exit(main())
