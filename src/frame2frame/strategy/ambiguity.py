"""A wish whose name for a thing fits several things of the picture.

It is drawn all the same: of 24 such wishes the embedded model carried out 23 cleanly, on one of the two
things or on both. But which one is chance, so the user is told before anything is drawn.
"""

from __future__ import annotations

from functools import partial

from ..caption.clauses import by_rules
from ..engine.models.catalogue import Model
from ..plugins import registry
from ..plugins.stages import Encoder
from ..score.things import presences
from ..values import Note, Picture


def several_meant(model: Model, words: str, source: Picture, encoder: Encoder) -> Note | None:
    """The note on a name in these words that is ambiguous; None where none is, or where nothing can tell.

    The source has the size of a clip's frames. Raises PluginError for a model whose package cannot say it.
    """
    meaning = registry.meaning(model)
    found = meaning and meaning(by_rules(words), partial(presences, encoder, source))
    if not found:
        return None
    things = " or ".join(f"the {thing}" for thing in found.things)
    return Note(
        f"“{found.name}” could be {things}, and the model takes any of them, or all: "
        f"name {found.lacks} to choose one."
    )
