"""What a run of the evaluation found: figures for machines, tables for people, both from the same columns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self, TypeVar
from unicodedata import combining, east_asian_width

from ...errors import WriteError, one_line, printable
from ...worlds.tabletop import KINDS
from .gallery import Gallery
from .statistics import Difference, Mean, Share

Row = dict[str, Any]
"""Plain JSON values by name."""


@dataclass(frozen=True)
class Case:
    """What came of one episode."""

    seed: int
    kind: str


Answer = TypeVar("Answer")
Groups = Mapping[str, Any]
"""Answers under the name of what they have in common."""

Of = str | Callable[[Any], Any]
"""What is looked at in an answer: a field, also one of a field (`path.success`), or what a function gives."""


@dataclass(frozen=True)
class Column:
    """A figure of some answers."""

    header: str
    """In the table; empty where it has no place there."""
    name: str
    """In the JSON; empty where it has no place there."""
    of: Callable[[Any], Any]
    """From a sequence of answers to one of `statistics`, or to a plain value."""
    places: int = 0
    """Of a number, after the point."""

    def text(self, found: Any) -> str:
        """A figure as it is printed."""
        if found is None:
            return "–"
        return f"{found:.{self.places}f}" if isinstance(found, int | float) else str(found)

    @property
    def untold(self) -> Column:
        """The same in the JSON alone."""
        return replace(self, header="")


COUNT = Column("n", "", len)


def share(header: str, name: str, of: Of = "", is_brief: bool = False) -> Column:
    """That of the answers for which it is true; None counts as none."""
    return Column(header, name, lambda ones: Share.of(_known(ones, of or name), is_brief))


def median(header: str, name: str, places: int = 3, of: Of = "") -> Column:
    """That of the answers that have it."""
    return Column(header, name, lambda ones: _middle(statistics.median, _known(ones, of or name)), places)


def mean(header: str, name: str, places: int = 2, of: Of = "") -> Column:
    """That of the answers that have it."""
    return Column(header, name, lambda ones: _middle(statistics.fmean, _known(ones, of or name)), places)


def estimate(header: str, name: str, places: int = 3, of: Of = "") -> Column:
    """The mean of the answers that have it, with its interval."""
    return Column(header, name, lambda ones: Mean.of(_known(ones, of or name), places))


def _middle(kind: Callable[[list[float]], float], numbers: list[float]) -> float | None:
    return kind(numbers) if numbers else None


def points(header: str, name: str, first: str | Iterable[Any], other: Of) -> Column:
    """How many points more often the other is true than the first: a field, or the same of other answers."""

    def of(ones: Any) -> Difference:
        usual = _of(ones, first) if isinstance(first, str) else _of(first, other)
        return Difference.of(usual, _of(ones, other))

    return Column(header, name, of)


def within(field: str, column: Column, header: str, name: str | None = None) -> Column:
    """The same of what a field of the answers holds."""
    named = f"{field}_{column.name}" if name is None else name
    return replace(column, header=header, name=named, of=lambda ones: column.of(_of(ones, field)))


def _of(ones: Iterable[Any], of: Of) -> list[Any]:
    return list(map(attrgetter(of) if isinstance(of, str) else of, ones))


def _known(ones: Iterable[Any], of: Of) -> list[Any]:
    return [one for one in _of(ones, of) if one is not None]


def figures_of(answers: Any, columns: Iterable[Column]) -> Row:
    """For machines."""
    return {one.name: _plain(one.of(answers)) for one in columns if one.name}


def _plain(found: Any) -> Any:
    return found.as_json() if hasattr(found, "as_json") else found


WIDTH = 100
"""Characters of a printed table."""

_BETWEEN = "  "


@dataclass(frozen=True)
class Table:
    """Text in columns; the first column is left-aligned, the others right-aligned."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    name: str = ""
    """Of its figures in the JSON; empty where they have no place there."""
    figures: Mapping[str, Row] = field(default_factory=dict)
    """Those of each row, for machines."""

    @classmethod
    def of(cls, title: str, first: str, groups: Groups, columns: Iterable[Column], name: str = "") -> Self:
        """A row a group; `first` says what the groups are."""
        own = list(columns)
        found = {row: [(one, one.of(answers)) for one in own] for row, answers in groups.items()}
        header = (first, *(one.header for one in own if one.header))
        rows = [
            (one_line(row), *(one.text(figure) for one, figure in told if one.header))
            for row, told in found.items()
        ]
        figures = {
            row: {one.name: _plain(figure) for one, figure in told if one.name} for row, told in found.items()
        }
        return cls(title, header, tuple(rows), name, figures)

    def __str__(self) -> str:
        """As it is printed; columns that do not fit beside the others stand in a block below them."""
        lines = [self.header, *self.rows]
        first, *others = ([*column] for column in zip(*lines, strict=True))
        blocks: list[list[list[str]]] = [[_padded(first)]]
        for column in (_padded(one, is_right=True) for one in others):
            if len(blocks[-1]) > 1 and cells(_BETWEEN.join(one[0] for one in (*blocks[-1], column))) > WIDTH:
                blocks.append(blocks[0][:1])
            blocks[-1].append(column)
        return "\n".join([self.title, *map(_ruled, blocks)])


def _padded(column: Sequence[str], is_right: bool = False) -> list[str]:
    width = max(map(cells, column))
    gaps = [" " * (width - cells(cell)) for cell in column]
    return [gap + cell if is_right else cell + gap for cell, gap in zip(column, gaps, strict=True)]


def cells(text: str) -> int:
    """Columns of a terminal that the text takes: two for an East Asian wide letter, none for an accent."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(combining(letter) > 0 for letter in text)


def _ruled(block: Sequence[Sequence[str]]) -> str:
    head, *rows = (_BETWEEN.join(line) for line in zip(*block, strict=True))
    rule = "-" * cells(head)
    return "\n".join([rule, head.rstrip(), rule, *map(str.rstrip, rows), rule])


def unpadded(cell: str) -> str:
    """Without the spaces that set figures under each other where all letters are equally wide."""
    return " ".join(cell.split()).replace("[ ", "[")


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
    remarks: tuple[str, ...] = ()
    """What should be known of the tables, to stand below them."""
    gallery: Gallery | None = None
    """Answers to be looked at, where there are pictures of them."""

    @classmethod
    def of(cls, rows: Iterable[Row], *tables: Table, **figures: Any) -> Self:
        """With the figures of the tables, together where they have one name, and further ones."""
        for table in tables:
            before = figures.get(table.name, {})
            if table.name:
                figures[table.name] = {row: before.get(row, {}) | own for row, own in table.figures.items()}
        return cls(figures, list(rows), tables)

    def text(self) -> str:
        """Tables and what ran, within 100 columns."""
        notes = ["\n".join(found)] if (found := self.notes) else []
        return printable("\n\n".join([*map(str, self.tables), *notes]))

    @property
    def notes(self) -> list[str]:
        """What stands below the tables, whatever their form."""
        looks = any("perceptual" in table.header for table in self.tables) and self.about
        seen = [f"perceptual: {self.about['perceptual']}"] if looks else []
        return [*self.remarks, *seen, *([about] if (about := self._about()) else [])]

    def _about(self) -> str:
        if "plan" not in self.about:
            return ""
        machine, plan, model = (self.about[name] for name in ("machine", "plan", "model"))
        stopped = "" if self.stopped is None else f"stopped after {self.stopped} of "
        return (
            f"{stopped}{plan['count']} episodes from seed {self.about['first_seed']}, model {model['name']}, "
            f"{machine['device']}: {machine['processor']}, {machine['threads']} threads"
        )

    def as_json(self) -> dict[str, Any]:
        """What ran, and the figures."""
        return {**self.about, "stopped": self.stopped, "figures": dict(self.figures)}


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
