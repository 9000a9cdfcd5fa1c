"""What a run of the evaluation found: figures for machines, tables for people, both from the same columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

from ..errors import WriteError
from ..files.unfinished import write_file
from ..worlds.tabletop import KINDS
from .statistics import Number, Share

Row = dict[str, Any]
"""Plain JSON values by name."""

Answer = TypeVar("Answer")
Groups = Mapping[str, Any]
"""Answers under the name of what they have in common."""


@dataclass(frozen=True)
class Column:
    """A figure of some answers."""

    header: str
    """In the table; empty where it has no place there."""
    name: str
    """In the JSON; empty where it has no place there."""
    of: Callable[[Any], Any]
    """From a sequence of answers to one of `statistics`, or to what prints itself."""


COUNT = Column("n", "", len)


@dataclass(frozen=True)
class Plain:
    """A JSON value that is a figure by itself."""

    value: Any

    def as_json(self) -> Any:
        return self.value


def share(header: str, name: str, is_brief: bool = False) -> Column:
    """That of the answers whose field is true; None counts as none."""

    def of(ones: Any) -> Share:
        found = [getattr(one, name) for one in ones]
        return Share.of((one for one in found if one is not None), is_brief)

    return Column(header, name, of)


def within(field: str, column: Column, header: str) -> Column:
    """The same of what a field of the answers holds."""
    name = f"{field}_{column.name}"
    return Column(header, name, lambda ones: column.of([getattr(one, field) for one in ones]))


def median(header: str, name: str, places: int = 3) -> Column:
    """That of a field of the answers."""
    return Column(header, name, lambda ones: Number.median([getattr(one, name) for one in ones], places))


def figures_of(answers: Sequence[Any], columns: Iterable[Column]) -> dict[str, Any]:
    """For machines."""
    return {one.name: one.of(answers).as_json() for one in columns if one.name}


@dataclass(frozen=True)
class Table:
    """Text in columns; the first column is left-aligned, the others right-aligned."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, title: str, first: str, groups: Groups, columns: Iterable[Column]) -> Table:
        """A row a group."""
        shown = [one for one in columns if one.header]
        rows = [(name, *(str(one.of(answers)) for one in shown)) for name, answers in groups.items()]
        return cls(title, (first, *(one.header for one in shown)), tuple(rows))

    def __str__(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.header))]
        plain = [
            "  ".join(
                [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
            )
            for line in lines
        ]
        rule = "-" * len(plain[0])
        return "\n".join(
            [self.title, rule, plain[0].rstrip(), rule, *(line.rstrip() for line in plain[1:]), rule]
        )


def row_of(answer: Any) -> Any:
    """An answer as plain JSON values."""
    if is_dataclass(answer):
        return {one.name: row_of(getattr(answer, one.name)) for one in fields(answer)}
    if isinstance(answer, Mapping):
        return {name: row_of(one) for name, one in answer.items()}
    return [row_of(one) for one in answer] if isinstance(answer, tuple) else answer


def by_kind(answers: Sequence[Answer], others: Mapping[str, Sequence[Answer]] | None = None) -> Groups:
    """All of them, the `others` and those of each kind of edit; empty groups are left out."""
    kinds = grouped(answers, "kind", KINDS)
    return {name: ones for name, ones in {"all": answers, **(others or {}), **kinds}.items() if ones}


def grouped(answers: Sequence[Answer], name: str, values: Iterable[str]) -> dict[str, list[Answer]]:
    """The answers of each value of a field that there are some of."""
    found = {value: [one for one in answers if getattr(one, name) == value] for value in values}
    return {value: ones for value, ones in found.items() if ones}


@dataclass(frozen=True)
class Results:
    """The figures, a row for each episode, and the tables to print."""

    figures: Mapping[str, Any]
    rows: Sequence[Row]
    tables: tuple[Table, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    """Machine, model, settings."""
    stopped: int | None = None
    """The episodes that were done when the run was stopped early."""

    def text(self) -> str:
        """Tables and what ran, within 100 columns."""
        return "\n\n".join([*map(str, self.tables), *([about] if (about := self._about()) else [])])

    def _about(self) -> str:
        if not self.about:
            return ""
        machine, plan, model = (self.about[name] for name in ("machine", "plan", "model"))
        stopped = "" if self.stopped is None else f"stopped after {self.stopped} of "
        return (
            f"{stopped}{plan['count']} episodes from seed {self.about['first_seed']}, model {model['name']}, "
            f"{machine['device']}: {machine['processor']}, {machine['threads']} threads"
        )

    def as_json(self, rows: bool = True) -> dict[str, Any]:
        """All of it but the tables; the `rows` of many episodes are megabytes."""
        whole = {**self.about, "stopped": self.stopped, "figures": dict(self.figures)}
        return {**whole, "rows": list(self.rows)} if rows else whole

    def save(self, path: Path, rows: bool = True) -> None:
        """Write it as JSON; raises WriteError."""
        text = json.dumps(self.as_json(rows), indent=1, allow_nan=False)
        write_file(path, text.encode("utf-8"))


def require_place(path: Path) -> None:
    """Raise WriteError, before hours of work, unless a file can be made there."""
    remedy = "name a file in a folder that exists and that you may write to"
    try:
        if path.exists():
            path.open("ab").close()
        else:
            with TemporaryFile(dir=path.absolute().parent) as file:
                file.write(b"probe")
    except OSError as error:
        raise WriteError(f"cannot write {path}", got=error.strerror or str(error), remedy=remedy) from error
