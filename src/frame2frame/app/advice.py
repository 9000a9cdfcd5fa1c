"""What may help where no frame was chosen, for somebody who sits at the page and types no options."""

from __future__ import annotations

from ..values import Cause
from .questions import SELECTORS, questions

_BY_SIMILARITY = "best"
"""The selector that asks of no picture whether it shows what a wish names."""


def on_page(cause: str) -> str:
    """In a sentence; empty where nothing is to be done otherwise than elsewhere."""
    label = {name: question.widget.label for name, question in questions().items()}
    table: dict[str, str] = {
        Cause.UNKNOWN_PICTURE: "Such a picture needs another model: in a terminal, `f2f models suggest` says "
        "which one fits this machine, and `f2f models pull NAME` fetches it.",
        Cause.UNKNOWN_WORDS: "Say in English what should be there, such as “paint the ball blue”; the "
        "encoder siglip2, which can be chosen for words and frames, reads other languages too.",
        Cause.BEYOND_MODEL: "Where the model can do it, plainer words may help, and "
        f"“{label['anyway']}”, under “Advanced”, has it drawn whatever they are; in a terminal, "
        "`f2f models suggest` names models that know more.",
        Cause.NOT_THERE: "Name the thing as it is in the picture; if it is there, "
        f"“{SELECTORS[_BY_SIMILARITY]}”, at “{label['selector']}”, has the clip alone decide.",
        Cause.NOT_JUDGED: "Look for yourself whether it shows the wish; another encoder of words and frames "
        "can be chosen too.",
    }
    return table.get(cause, "")
