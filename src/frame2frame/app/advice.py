"""What may help where no frame was chosen, for somebody who sits at the page and types no options."""

from __future__ import annotations

from ..values import Cause
from .questions import questions


def on_page(cause: str) -> str:
    """In a sentence; empty where nothing is to be done otherwise than elsewhere."""
    anyway = f"“{questions()['anyway'].widget.label}”, under “Advanced”"
    table: dict[str, str] = {
        Cause.UNKNOWN_PICTURE: "Such a picture needs another model: in a terminal, `f2f models suggest` says "
        "which one fits this machine, and `f2f models pull NAME` fetches it.",
        Cause.UNKNOWN_WORDS: "Say in English what should change, such as “paint the ball blue”; the "
        "encoder siglip2, which can be chosen for words and frames, reads other languages too.",
        Cause.BEYOND_MODEL: f"If this model can do it, say it in plainer words or choose {anyway}; if not, "
        "`f2f models suggest`, in a terminal, names others.",
        Cause.NOT_THERE: f"Name the thing as it is in the picture; if it is there, choose {anyway}.",
        Cause.NOT_JUDGED: "Look for yourself whether it shows the wish; another encoder of words and frames "
        "can be chosen too.",
    }
    return table.get(cause, "")
