"""The list of a batch's edits: JSON lines, CSV, Parquet, or a folder of pictures with one instruction.

It is read row by row, however long it is.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol

from ...errors import InputError, MissingPackageError, kind_of, meant
from ...files import remote
from ...files.anywhere import Place, names_in, place_named, title_of
from ...files.regular import opened
from ...files.unfinished import passing_folder
from ...media.limits import USABLE
from ...plugins.asking import wishes_of
from ...plugins.naming import read_value
from ...plugins.wishes import PART_WISHES
from ...request import Request
from .rows import INSTRUCTION, Fault, Row, row_of

LONGEST_LINE = 2**20
"""Bytes of a row."""

MOST_BYTES = 2**34
"""Of a list that is fetched from a bucket."""

PICTURES = (".avif", ".bmp", ".gif", ".heic", ".jfif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""How the files of a folder end that are taken for pictures."""


class EditList(Protocol):
    """The rows of a batch, wherever they come from."""

    @property
    def name(self) -> str: ...

    @property
    def root(self) -> str | None: ...

    def rows(self, only: Container[int] | None = None) -> Iterator[Row | Fault]: ...

    def where(self, row: Row) -> str:
        """What a user calls the place of a row."""
        ...


@dataclass(frozen=True)
class Given:
    """A list of edits that a program has in memory."""

    given: Sequence[Mapping[str, Any]]
    root: str | None = None
    """Where pictures have to lie, and where relative paths begin; else they begin at the working folder."""
    instruction: str | None = None
    """Of the rows that have none."""
    name = "the list"

    def rows(self, only: Container[int] | None = None) -> Iterator[Row | Fault]:
        """As those of a `Manifest`, numbered from 1."""
        for number, raw in enumerate(self.given, 1):
            if only is None or number in only:
                one = _row(partial(dict, raw), number, self.root or "", self.instruction)
                yield replace(one, where=_numbered(number)) if isinstance(one, Fault) else one

    def where(self, row: Row) -> str:
        """As `EditList` has it."""
        return _numbered(row.line)


@dataclass(frozen=True)
class Manifest:
    """A list of edits in a file, or the pictures of a folder; here or in a bucket."""

    path: Place
    root: str | None = None
    """Where pictures have to lie, and where relative paths begin; else they begin beside the manifest."""
    instruction: str | None = None
    """Of the rows that have none."""

    @property
    def name(self) -> str:
        return title_of(self.path)

    @property
    def folder(self) -> str:
        """Where relative paths begin."""
        return self.root or str(self.path.parent)

    @property
    def is_folder(self) -> bool:
        if isinstance(self.path, Path):
            return self.path.is_dir()
        return os.path.splitext(self.name)[1].lower() not in READERS

    def where(self, row: Row) -> str:
        """As `EditList` has it."""
        return os.path.basename(row.picture) if self.is_folder else f"line {row.line}"

    @cached_property
    def _file(self) -> Path:
        """The file, fetched if it lies in a bucket."""
        if isinstance(self.path, Path):
            return self.path
        remote.fetch(self.path, here := passing_folder() / self.name, MOST_BYTES)
        return here

    def rows(self, only: Container[int] | None = None) -> Iterator[Row | Fault]:
        """Each row, or what is wrong with it, in order; `only` those of these lines, if that is given.

        Raises InputError for what is no manifest, MissingPackageError where reading it takes a package, and
        ServerError for a bucket that cannot be read.
        """
        if self.is_folder:
            for row in _of_folder(self.path, self.instruction):
                if only is None or row.line in only:
                    yield row
            return
        folder = self.folder
        for line, raw in entries(self._file):
            if only is None or line in only:
                yield _row(raw, line, folder, self.instruction)


def _numbered(number: int) -> str:
    return f"row {number}"


def edit_list(
    rows: str | os.PathLike[str] | Iterable[Mapping[str, Any]], root: object, instruction: str | None
) -> EditList:
    """A program's own rows, or those of the file or folder that is named."""
    where = None if root is None else str(root)
    if isinstance(rows, str | os.PathLike):
        return Manifest(place_named(rows), where, instruction)
    return Given(list(rows), where, instruction)


def _row(raw: Callable[[], Any], line: int, folder: str, instruction: str | None) -> Row | Fault:
    try:
        return row_of({INSTRUCTION: instruction, **raw()}, line, folder)
    except InputError as error:
        return Fault(line, error)


Raw = Iterator[tuple[int, Callable[[], Any]]]
"""Each row's line and what makes plain values of it; that raises InputError."""


def entries(path: Path) -> Raw:
    """What the rows of a file say. Raises InputError for another kind of file."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        what, known = "a manifest is a file of rows, or a folder of pictures", (*READERS,)
        raise InputError(what, got=f"{path!s:.200}", remedy=meant(path.suffix, known, "It ends in"))
    return read(path)


def _of_folder(folder: Place, instruction: str | None) -> Iterator[Row]:
    files = [name for name in names_in(folder) if name.lower().endswith(PICTURES)]
    if not files:
        raise InputError(f"there are no pictures in {folder!s:.200}", remedy=f"put some there: {USABLE}")
    times = Counter(Path(name).stem for name in files)
    for line, name in enumerate(files, 1):
        stem = Path(name).stem
        own = stem if times[stem] == 1 else name
        yield Row(_as_id(own), str(folder / name), instruction, {}, line)


def _as_id(name: str) -> str:
    """The name of a file as an id."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "-" for one in name)
    return plain.strip(".-_")[:100] or "picture"


def _lines(path: Path) -> Raw:
    with opened(path) as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if line.strip():
                yield number, partial(_object, line)


def _object(line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        raise InputError("a row is too long", got=f"over {LONGEST_LINE:,} bytes", remedy="shorten it")
    try:
        found = _loaded(line)
    except (ValueError, RecursionError) as error:
        got = f"{line[:60].decode('utf-8', 'replace')!r}, {error!s:.80}"
        raise InputError("a row is no JSON", got=got, remedy="write one object a line") from error
    if not isinstance(found, dict):
        example = 'like {"id": "a", "picture": "a.png", "instruction": "make the ball blue"}'
        raise InputError("a row is an object", got=kind_of(found), remedy=example)
    return found


def _loaded(line: bytes) -> Any:
    """As `json.loads`, in half the time for a line that is an object in UTF-8 and nothing else."""
    if line.startswith(b"{"):
        found, end = _DECODER.raw_decode(text := line.decode())
        if not text[end:].strip(" \t\r\n"):
            return found
    return json.loads(line)


_DECODER = json.JSONDecoder()


def _table(path: Path) -> Raw:
    """The rows of a CSV file, whose first line names the columns."""
    with io.TextIOWrapper(opened(path), "utf-8-sig", newline="") as text:
        csv.field_size_limit(LONGEST_LINE)
        reader = csv.DictReader(text, strict=True)
        try:
            _check_columns(path, reader.fieldnames or ())
            for cells in reader:
                yield reader.line_num, partial(_typed, cells)
        except csv.Error as error:
            remedy = "save it anew as CSV, or as JSON lines"
            what = f"{path.name} is no CSV from line {reader.line_num} on"
            raise InputError(what, got=str(error), remedy=remedy) from error
        except UnicodeDecodeError as error:
            what, got = f"{path.name} is not in UTF-8", f"the byte {error.object[error.start]:#04x}"
            raise InputError(what, got=got, remedy="save it as CSV in UTF-8, with commas") from error


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    """Raise InputError for a first line that names no columns of a manifest, or one twice."""
    names = [name.strip() for name in columns]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        what = f"{path.name} has a column twice"
        raise InputError(what, got=repr(twice[0]), remedy="give each its own name in the first line")
    if len(names) == 1 and re.search(r"[;\t|]", names[0]):
        what = f"the columns of {path.name} are not parted by commas"
        raise InputError(what, got=f"{names[0]:.80}", remedy="save it as CSV in UTF-8, with commas")


def _typed(cells: Mapping[str | None, Any]) -> dict[str, Any]:
    """Cells as plain values; an empty one is left out."""
    if None in cells or None in cells.values():
        what = "a row has another number of cells than the first line"
        raise InputError(what, remedy="put a cell that holds a comma in quotes")
    plain = {str(name).strip(): text.strip() for name, text in cells.items()}
    return {name: _cell(name, text) for name, text in plain.items() if text}


def _cell(name: str, text: str) -> Any:
    known = wishes_of(Request).get(name) or PART_WISHES.get(name)
    if known is None:
        return text if "." not in name else read_value(text)
    if known.typed == "list":
        return [one.strip() for one in text.split(";")]
    if known.typed in ("int", "float", "bool"):
        return read_value(text.strip().lower())  # spreadsheets write TRUE
    return text


def _parquet(path: Path) -> Raw:
    try:
        import pyarrow.parquet as parquet
    except ImportError as error:
        remedy = "pip install pyarrow, or save the manifest as JSON lines"
        raise MissingPackageError("a Parquet file is read by pyarrow", remedy=remedy) from error
    try:
        with opened(path) as file, parquet.ParquetFile(file) as table:
            line = 0
            for group in table.iter_batches(batch_size=1_000):
                for raw in group.to_pylist():
                    line += 1
                    yield line, partial(dict, raw)
    except (OSError, ValueError) as error:  # those of pyarrow are among them
        what = f"{path.name} is no whole Parquet file"
        raise InputError(what, got=f"{error!s:.80}", remedy="save it anew") from error


READERS: Mapping[str, Callable[[Path], Raw]] = {
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".csv": _table,
    ".parquet": _parquet,
}
"""What reads the rows of a file, by how its name ends."""
