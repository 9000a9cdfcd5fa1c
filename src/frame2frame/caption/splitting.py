"""The clauses of a wish as a vision-language model finds them; it reads the words alone."""

from __future__ import annotations

from typing import Any

from .server import Question, Worked, plain

RULES = (
    "Split a wish to edit a picture into the single changes that it asks for, in the order in which they are "
    "to happen. Each is a short command that is understood by itself: it names its thing as that looks after "
    "the changes before, and never says “it”. A wish for one change, or for several at once, stays as it is."
)

BETWEEN = "|"

EXAMPLES = (
    ("paint the ball red, then lift it", "paint the ball red | lift the red ball"),
    ("add salt and pepper to the soup", "add salt and pepper to the soup"),
    (
        "She opens the box. A cat jumps out, and she pets it.",
        "she opens the box | a cat jumps out of the open box | she pets the cat",
    ),
)

MOST = 12
"""Clauses."""

LONGEST = 40
"""Words of a clause."""

FIELD = "changes"


def question(instruction: str) -> Question:
    """What the model is asked; no picture goes with it."""
    return Question(
        rules=RULES,
        text=_asked(instruction),
        pictures=(),
        fields={FIELD: {"type": "string", "description": f"the changes, with {BETWEEN} between"}},
        examples=tuple(Worked(_asked(wish), f'{{"{FIELD}": "{found}"}}') for wish, found in EXAMPLES),
        check=_check,
    )


def found(values: dict[str, Any]) -> tuple[str, ...]:
    """The clauses in an answer."""
    return tuple(plain(part, 500) for part in values[FIELD].split(BETWEEN) if part.strip())


def _check(values: dict[str, Any]) -> None:
    clauses = found(values)
    if not 1 <= len(clauses) <= MOST:
        raise ValueError(f"it has {len(clauses)} changes")
    if any(len(clause.split()) > LONGEST for clause in clauses):
        raise ValueError("a change is too long")


def _asked(instruction: str) -> str:
    return f"Wish: {instruction}"
