"""Where results are written besides the terminal."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError

if TYPE_CHECKING:
    from .columns import Results

FORMS = {
    "json": "Also write all figures to this file.",
    "csv": "Also write the figures of the tables to this file, a line each.",
    "latex": "Also write the tables to this file, for a paper.",
    "html": "Also write a page to this file: the tables, and the worst, median and best pictures.",
}
"""The flags that ask for them, with their help."""


@dataclass(frozen=True)
class Files:
    """Of each form the file; None for none."""

    json: Path | None = None
    rows: bool = True
    """Whether those of the cases are kept beside the JSON."""
    csv: Path | None = None
    latex: Path | None = None
    html: Path | None = None

    def require_places(self) -> None:
        """Before hours of work, raise WriteError unless all of them can be written.

        Raises InputError where one would be written over another.
        """
        from .columns import require_place
        from .rows import beside

        asked = (self.json, self.json and beside(self.json), self.csv, self.latex, self.html)
        named = [path for path in asked if path is not None]
        for number, path in enumerate(named):
            if path.absolute() in {one.absolute() for one in named[:number]}:
                what = "two forms of the results would lie in one file"
                raise InputError(what, got=str(path), remedy="name a file for each")
            require_place(path)

    def tell(self, found: Results) -> None:
        """Print the tables, and write all that was asked for. Raises WriteError."""
        sys.stdout.write(found.text() + "\n")
        self.write(found)

    def write(self, found: Results) -> None:
        """Write all that was asked for. Raises WriteError."""
        from ...files.unfinished import write_file
        from .forms import as_csv, as_latex, save
        from .page import page

        if self.json is not None:
            save(found, self.json, self.rows)
        for path, made in ((self.csv, as_csv), (self.latex, as_latex), (self.html, page)):
            if path is not None:
                write_file(path, made(found).encode("utf-8"))
