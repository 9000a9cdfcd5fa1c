"""Tables of measured answers: systems against measures, by kind of edit, and in pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from ...values import Picture
from ..results.columns import COUNT, Column, Results, Table, estimate, mean, share
from ..results.gallery import Gallery, Shown
from ..results.statistics import MeanDifference
from .scored import ARROWS, Scored, as_row, deciding, is_lower_better, picture_at

Pair = tuple[Scored, Scored]
"""The answers of two systems to one case."""

REST = (
    share("no edit", "no_edit", lambda one: one.answer is None, is_brief=True),
    mean("seconds", "seconds"),
    mean("evaluations", "evaluations", 0),
)
"""Columns beside those of the measures; what no answer has a value of is left out."""


def results(
    scores: Sequence[Scored], title: str, words: Mapping[str, str] = MappingProxyType({}), **more: Any
) -> Results:
    """All that is made of the scores of a run; `more` are further fields of the results.

    The first system is the one that is evaluated; the others are its controls. `words` say what was wanted,
    by the ids of the cases.
    """
    found = Results.of(map(as_row, scores), *tables(scores, title))
    return replace(found, gallery=gallery(scores, words), **more)


def tables(scores: Sequence[Scored], title: str) -> list[Table]:
    """Of all systems, of the first by kind of edit, and of it against each other one on the same cases."""
    systems = _grouped(scores, "system")
    first, *others = systems
    names, kinds = measures(scores), _grouped([one for one in systems[first] if one.kind], "kind")
    own = [
        COUNT,
        *map(_column, names),
        *(one for one in REST if one.name == "no_edit" or _is_known(one, scores)),
    ]
    found = [Table.of(title, "system", systems, own, "systems")]
    if kinds:
        found.append(Table.of(f"{first}, by kind", "kind", kinds, own, "kinds"))
    if pairs := {name: paired(systems[first], systems[name]) for name in others}:
        against = [COUNT, *(difference(name) for name in names)]
        found.append(
            Table.of(f"{first} minus the others, on the same cases", "system", pairs, against, "over")
        )
    return found


def measures(scores: Iterable[Scored]) -> list[str]:
    """The names of all measures, in the order in which they appear."""
    return list(dict.fromkeys(name for one in scores for name in one.values))


def _column(measure: str) -> Column:
    header = measure + ARROWS[is_lower_better(measure)]
    return estimate(header, measure, 3, lambda one: one.values.get(measure))


def difference(measure: str) -> Column:
    """The second answers of pairs minus the first, by one measure."""

    def of(pairs: Iterable[Pair]) -> MeanDifference:
        both = [(one.values.get(measure), other.values.get(measure)) for one, other in pairs]
        return MeanDifference.of([b - a for a, b in both if a is not None and b is not None])

    return Column(measure + ARROWS[is_lower_better(measure)], measure, of)


def paired(own: Iterable[Scored], other: Iterable[Scored]) -> list[Pair]:
    """The answers of another system and a system's own, to the cases that both have."""
    partners = {one.case: one for one in other}
    return [(partners[one.case], one) for one in own if one.case in partners]


def _is_known(column: Column, scores: Sequence[Scored]) -> bool:
    return column.of(scores) is not None


def _grouped(scores: Iterable[Scored], name: str) -> dict[str, list[Scored]]:
    found: dict[str, list[Scored]] = {}
    for one in scores:
        found.setdefault(getattr(one, name), []).append(one)
    return found


def gallery(scores: Sequence[Scored], words: Mapping[str, str]) -> Gallery | None:
    """The answers of the first system, by what decides of them, or by the first measure with a better end."""
    own = [one for one in scores if one.system == scores[0].system]
    usable = [name for name in measures(own) if is_lower_better(name) is not None]
    if not usable:
        return None
    by = deciding(usable) or usable[0]
    return Gallery(by, [_shown(one, by, words.get(one.case, one.kind)) for one in own if by in one.values])


def _shown(one: Scored, by: str, words: str) -> Shown:
    value = -one.values[by] if is_lower_better(by) else one.values[by]
    told = {name: f"{number:.3f}" for name, number in one.values.items()}
    return Shown(one.case, words, value, told, partial(_pictures, one))


def _pictures(one: Scored) -> dict[str, Picture]:
    places = {
        "source": one.source,
        "no edit" if one.answer is None else "answer": one.answer or one.source,
        "target": one.target,
    }
    return {name: picture_at(place) for name, place in places.items() if place is not None}
