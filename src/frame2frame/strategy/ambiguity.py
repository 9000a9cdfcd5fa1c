"""A wish whose name for a thing fits several things of the picture, or has a word that was not taught, and
one that asks for more clauses than a clip shows, or for more or less of a change than there is.

It is drawn all the same: of 24 wishes for one of two things the embedded model carried out 23 cleanly, on one
of them or on both. But which one is chance, so the user is told before anything is drawn.
"""

from __future__ import annotations

from functools import partial

from ..caption.clauses import by_rules
from ..caption.rules.tidy import tidy
from ..engine.models.catalogue import Model
from ..plugins import registry
from ..plugins.stages import Encoder
from ..score.things import presences
from ..values import Note, Picture
from .refusals import listed


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


def unknown_names(model: Model, words: str) -> Note | None:
    """The note on words in names that the model was not taught; None where there are none.

    Raises PluginError as above.
    """
    untaught = registry.untaught(model)
    found = untaught and untaught(tuple(map(tidy, by_rules(words))))
    if not found:
        return None
    what = f"The model {model.name} was not taught {listed(found)}, so it may take another thing"
    return Note(f"{what}: look whether the right one changed, or name it by a plain colour or by its place.")


def unheeded_degrees(model: Model, words: str) -> Note | None:
    """The note on words of degree that the model passes over; None where there are none.

    Raises PluginError as above.
    """
    degrees = registry.degrees(model)
    found = degrees and degrees(by_rules(words))
    if not found:
        return None
    return Note(
        f"The model {model.name} makes each change by a fixed amount, whatever {listed(found)} asks for."
    )


def several_clauses(model: Model, words: str) -> Note | None:
    """The note on a wish of which one clip will show a part; None where it has one clause.

    Of 240 wishes of two clauses the embedded model carried out both in one clip in none. What large models do
    was not measured.
    """
    count = len(by_rules(words))
    if count < 2 or not model.knows:
        return None
    return Note(
        f"The wish has {count} clauses, and one clip of the model {model.name} shows one of them: "
        "the strategy path, “Iterative” on the page, makes one after another."
    )
