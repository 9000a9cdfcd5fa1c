"""Whether a wish is one of those that the embedded model is trained on, told by its words alone.

    words.toml      English around the grammars of the training texts
    vocabulary.py   which words are known, whatever their form, and mistyped too
    patterns.toml   what only several words together say
    patterns.py     the same with the tabletop's own words in their places
    changes.py      whether known words ask for a known change of what it can happen to
    remarks.py      what of a wish asks for nothing, so that unknown words in it do no harm
    untaught.py     which words in the names of things it was never told of
    degrees.py      which words in it ask for more or less of a change
    instead.py      which colours and shapes it knows where a wish has another one
    things.py       which things of a drawn scene a name in a wish may mean

A word beyond these is something that the model was never told of. Where all are known, they must say what
becomes of what: a thing of the tabletop gets another colour, place, size or shape, while a photograph changes
as a whole. What the picture shows is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...plugins.model import Beyond
from .changes import Asked, asked_by, colours_beyond
from .instead import instead_of
from .remarks import is_aside, without_remarks
from .vocabulary import is_adverb, read, words_in


def beyond(clauses: Sequence[str]) -> Beyond | None:
    """What of a wish, clause by clause, the model was not trained on; None where it was trained on all of it.

    Unknown words may stand in a remark, as in "my room is messy, paint the ball red", before the name of a
    thing, as in "the wooden ball", and in a clause that asks for nothing beside one that does.
    """
    is_foreign = not any(map(read, words_in(" ".join(clauses))))
    passed_over, asks = tuple[str, ...](), False
    for clause in clauses:
        asked, unknown = _heard(clause)
        if unknown:
            passed_over = passed_over or unknown
            plain = without_remarks(clause)
            asked, unknown = (Asked.TRAINED, ()) if is_aside(plain) else _heard(plain)
        if unknown or asked is Asked.BEYOND:
            words = unknown or colours_beyond(" ".join(words_in(clause)).lower())
            return Beyond(clause, words, is_foreign, instead_of(clause, words))
        asks |= asked is Asked.TRAINED
    return None if asks else Beyond(clauses[0], passed_over, is_foreign, instead_of(clauses[0], passed_over))


def _heard(clause: str) -> tuple[Asked, tuple[str, ...]]:
    """What a clause asks for by its known words, and those that are not known, as they were typed."""
    meant = [(word, read(word)) for word in words_in(clause)]
    unknown = dict.fromkeys(word for word, known in meant if known is None and not is_adverb(word))
    return asked_by(" ".join(known for _, known in meant if known)), tuple(unknown)
