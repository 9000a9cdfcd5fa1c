"""The forms of results that are files: JSON and CSV for machines, LaTeX for a paper."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...files.unfinished import write_file
from .columns import Results, Table, unpadded
from .rows import beside, packed


def save(found: Results, file: Path, rows: bool = True) -> None:
    """Write the figures as JSON, and the rows to a compressed file beside it. Raises WriteError."""
    kept = {"rows": beside(file).name} if rows else {}
    if rows:
        write_file(beside(file), packed(found.rows))
    text = json.dumps({**found.as_json(), **kept}, indent=1, allow_nan=False)
    write_file(file, text.encode("utf-8"))


CSV_COLUMNS = ("table", "row", "figure", "value", "low", "high", "count")
"""A line a figure; low and high are those of its 95 % interval."""

_VALUES = ("share", "points", "mean")
"""What a figure with an interval calls its value."""


def as_csv(found: Results) -> str:
    """All figures of the tables, a line each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for table in found.tables:
        for row, figures in table.figures.items():
            told = ((name, _figure(figure)) for name, figure in figures.items())
            writer.writerows(
                {"table": table.title, "row": row, "figure": name, **own} for name, own in told if own
            )
    return text.getvalue()


def _figure(found: Any) -> dict[str, Any]:
    """Of one figure what stands in its line; nothing for what is no number."""
    if found is None or isinstance(found, int | float):
        return {"value": found}
    named = [name for name in _VALUES if isinstance(found, Mapping) and name in found]
    return {"value": found[named[0]], **{name: found.get(name) for name in CSV_COLUMNS[4:]}} if named else {}


LATEX = {
    "\\": r"\textbackslash{}",
    **{letter: rf"\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "−": "$-$",
    "×": r"$\times$",
    "…": r"\dots{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
}
"""What stands in the place of letters that LaTeX reads otherwise, or that its fonts lack."""


PAGE = 80
"""Letters across a page of a paper in one column; what is wider stands in blocks below each other."""

_GAP = 2
"""Letters that LaTeX's space between two columns is worth."""


def as_latex(found: Results) -> str:
    """All tables, each with its notes below it."""
    tables = ("\n".join(_latex_lines(table, found.notes)) for table in found.tables)
    return "\n\n".join(["% \\usepackage{booktabs}", *tables]) + "\n"


def _latex_lines(table: Table, notes: Sequence[str]) -> Iterator[str]:
    yield r"\begin{table}"
    yield r"\centering"
    yield rf"\caption{{{escaped(table.title)}}}"
    for number, columns in enumerate(_blocks([table.header, *table.rows])):
        if number:
            yield r"\par\medskip"
        yield from _latex_block(
            [[line[column] for column in columns] for line in (table.header, *table.rows)]
        )
    yield from (rf"\par\footnotesize {escaped(note)}" for note in notes)
    yield r"\end{table}"


def _blocks(lines: Sequence[Sequence[str]]) -> Iterator[list[int]]:
    """The columns of each block, as many as fit on a page beside the first, which each block repeats."""
    widths = [max(len(unpadded(cell)) for cell in column) for column in zip(*lines, strict=True)]
    block = [0]
    for column in range(1, len(widths)):
        if len(block) > 1 and sum(widths[one] + _GAP for one in (*block, column)) > PAGE:
            yield block
            block = [0]
        block.append(column)
    yield block


def _latex_block(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    header, *rows = lines
    yield rf"\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}"
    yield r"\toprule"
    yield _latex_row(header)
    yield r"\midrule"
    yield from map(_latex_row, rows)
    yield r"\bottomrule"
    yield r"\end{tabular}"


def _latex_row(cells: Sequence[str]) -> str:
    # A row that begins with a bracket would be taken for the space above it.
    texts = (escaped(unpadded(cell)) for cell in cells)
    return " & ".join(f"{{{text}}}" if text.startswith("[") else text for text in texts) + r" \\"


def escaped(text: str) -> str:
    """The text as LaTeX prints it, on one line."""
    return "".join(LATEX.get(letter, letter) for letter in " ".join(text.split()))
