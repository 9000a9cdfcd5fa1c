"""The code blocks of a page, fenced or indented, and why some of them are not run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

from markdown_it import MarkdownIt  # comes with rich

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "tools/tabletop/README.md", *sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")
))  # fmt: skip

_NOT_RUN = re.compile(r"<!-- not run: (.+) -->\s*")


@dataclass(frozen=True)
class Command:
    """One command of a shell block."""

    place: str
    """PAGE:LINE."""
    words: tuple[str, ...]

    def __str__(self) -> str:
        return shlex.join(self.words)


@dataclass(frozen=True)
class Block:
    """What stands in a page as code."""

    page: str
    line: int
    """Of its first line of code."""
    language: str
    """As the fence says; an indented block is of the shell."""
    text: str
    reason: str | None
    """Why it is not run, as the comment before it says."""

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    def commands(self) -> list[Command]:
        """Those of a shell block, without comments and without what sets a variable for one of them."""
        found: list[Command] = []
        if self.language != "shell":
            return found
        for line, text in self._lines():
            words = shlex.split(text, comments=True)
            for is_sign, group in groupby(words, lambda word: word == "&&"):
                plain = tuple(word for word in group if not re.match(r"[A-Z_]+=", word))
                if plain and not is_sign:
                    found.append(Command(f"{self.page}:{line}", plain))
        return found

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Each with its number; one that ends in a backslash goes on in the next."""
        begun, first = "", self.line
        for line, text in enumerate(self.text.splitlines(), self.line):
            first = first if begun else line
            begun += text.removesuffix("\\")
            if not text.endswith("\\"):
                yield first, begun
                begun = ""


def blocks(page: str, text: str) -> list[Block]:
    """All of a page's text, from top to bottom."""
    tokens = MarkdownIt().parse(text)
    found = []
    for before, token in pairwise([None, *tokens]):
        if token is None or token.type not in ("fence", "code_block") or token.map is None:
            continue
        if token.info.startswith("{"):  # the site is filled in here from the code
            continue
        said = _NOT_RUN.fullmatch(before.content) if before and before.type == "html_block" else None
        fenced = token.type == "fence"
        line, language = token.map[0] + 1 + fenced, token.info.strip() if fenced else "shell"
        found.append(Block(page, line, language, token.content, said[1] if said else None))
    return found


@cache
def blocks_of(page: str) -> list[Block]:
    """All of a page, read once."""
    return blocks(page, (ROOT / page).read_text(encoding="utf-8"))
