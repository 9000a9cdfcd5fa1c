"""The clauses of a wish, each of which a captioner can write for by itself."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from ..plugins import capabilities
from ..plugins.stages import Captioner


class Split(NamedTuple):
    """A wish split into clauses."""

    clauses: tuple[str, ...]
    """None where it is one clause."""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was split, a sentence each."""


def split_of(captioner: Captioner, instruction: str) -> Split:
    """That of an instruction, by the captioner or by rules; whole where it writes for the whole only."""
    able, asked = capabilities.of_captioner(captioner), cast(Any, captioner)
    if able.splits:
        split: Split = asked.split(instruction)
        return split._replace(clauses=_several(split.clauses))
    return Split(_several(by_rules(instruction)) if able.clauses else ())


def clauses_beforehand(captioner: object, instruction: str) -> tuple[str, ...] | None:
    """Those by rules, for a captioner or its class; None where it is still to be asked."""
    able = capabilities.of_captioner(captioner)
    return None if able.splits else _several(by_rules(instruction)) if able.clauses else ()


def by_rules(instruction: str) -> tuple[str, ...]:
    """The clauses that the words show."""
    from .rules.clauses import clauses

    return clauses(instruction)


def _several(clauses: tuple[str, ...]) -> tuple[str, ...]:
    return clauses if len(clauses) > 1 else ()
