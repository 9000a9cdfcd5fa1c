"""What a run of the benchmark found: figures for machines, tables for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from ..errors import WriteError
from ..files.unfinished import write_file

Row = dict[str, Any]
"""Plain JSON values by name."""


@dataclass(frozen=True)
class Table:
    """Text in columns; the first column is left-aligned, the others right-aligned."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

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


@dataclass(frozen=True)
class Found:
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
        told = {**self.about, "stopped": self.stopped, "figures": dict(self.figures)}
        return {**told, "rows": list(self.rows)} if rows else told

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
