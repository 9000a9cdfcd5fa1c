"""The same wish in other words, to see what they cost."""

from __future__ import annotations

WORDINGS = ("as-is", "capitals", "full-stop", "unknown-word")


def reworded(instruction: str, wording: str, number: int = 0) -> str:
    """The instruction in one of `WORDINGS`.

    The unknown word, which the tabletop grammar does not have, alternates with `number`: "please" in front of
    all, or "lovely" before the first noun.
    """
    if wording == "capitals":
        return instruction.upper()
    if wording == "full-stop":
        return f"{instruction[:1].upper()}{instruction[1:]}."
    if wording == "unknown-word":
        inside = instruction.replace("the ", "the lovely ", 1)
        return inside if number % 2 and inside != instruction else f"please {instruction}"
    return instruction
