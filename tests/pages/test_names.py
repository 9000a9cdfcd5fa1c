"""What the pages name is there: commands, flags, and where their links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from markdown_it import MarkdownIt

from frame2frame.cli import commands as cli

from ..command import COMMAND
from .blocks import PAGES, ROOT

READ = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
PROGRAMS = [
    *ROOT.glob("benchmarks/*.py"),
    *ROOT.glob("tools/**/*.py"),
    *ROOT.glob("src/**/*.py"),
    *ROOT.glob("scripts/*.py"),
]


@cache
def spans(page: str) -> list[tuple[int, str]]:
    """The line of the paragraph and the text of each word that is set as code."""
    return list(_spans(page))


def _spans(page: str) -> Iterator[tuple[int, str]]:
    for token in MarkdownIt("commonmark").enable("table").parse(READ[page]):
        for child in token.children or ():
            if child.type == "code_inline":
                yield (token.map or [0])[0] + 1, child.content


def leaf(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words after `f2f` name, and the rest of them."""
    command: Any = COMMAND(cli.app)
    while words and hasattr(command, "commands") and not words[0].startswith("--"):
        assert words[0] in command.commands, f"there is no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


def flags(command: Any) -> set[str]:
    """All of a command and of those under it."""
    own = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
    return own.union({"--help"}, *(flags(below) for below in getattr(command, "commands", {}).values()))


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_that_a_page_names_in_passing_exist_with_their_flags(page: str) -> None:
    for line, text in spans(page):
        if text.startswith("f2f "):
            command, rest = leaf(text.split()[1:])
            named = {word.partition("=")[0] for word in rest if word.startswith("--")}
            assert named <= flags(command), f"{page}:{line}: `{text}`"


@cache
def known_flags() -> frozenset[str]:
    """Of the command, and of the programs beside it."""
    read = (file.read_text(encoding="utf-8") for file in PROGRAMS)
    return frozenset(flags(COMMAND(cli.app))).union(
        *(re.findall(r'"(--[a-z][\w-]*)"', text) for text in read)
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_flags_that_a_page_names_exist(page: str) -> None:
    for line, text in spans(page):
        named = set(re.findall(r"(?:^| )(--[a-z][\w-]*)", text))
        foreign = text.startswith(("pip ", "hf ", ".venv/bin/ruff "))
        assert foreign or named <= known_flags(), f"{page}:{line}: `{text}`"


@pytest.mark.parametrize("page", PAGES)
def test_the_programs_that_a_page_names_are_there(page: str) -> None:
    for line, text in spans(page):
        if re.fullmatch(r"[\w-]+(/[\w-]+)+\.py", text):
            found = any((root / text).is_file() for root in (ROOT, ROOT / "src" / "frame2frame"))
            assert found, f"{page}:{line}: `{text}`"


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", READ[page]):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{page}: {target}"


@pytest.mark.parametrize("page", [page for page in PAGES if re.fullmatch(r"docs/[\w-]+/[\w-]+\.md", page)])
def test_a_page_is_listed_by_its_shelf_which_makes_the_navigation_of_the_site(page: str) -> None:
    _, shelf, name = page.split("/")
    above, link = (
        ("docs/index.md", f"{shelf}/{name}") if name == "index.md" else (f"docs/{shelf}/index.md", name)
    )
    assert re.search(rf"^- \[.+?\]\({re.escape(link)}\)", READ[above], re.MULTILINE), f"{above} lacks {link}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/")])
def test_a_page_of_the_site_links_to_none_that_the_site_has_not(page: str) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", READ[page]):
        assert (ROOT / page).parent.joinpath(target).resolve().is_relative_to(ROOT / "docs"), target


def anchors(text: str) -> set[str]:
    """Of the headings of a page, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


def test_a_heading_becomes_the_anchor_that_a_browser_finds() -> None:
    assert anchors("# A\n\n## Wan 2.2 in eight steps\n### `f2f` & co.\n") == {
        "a",
        "wan-22-in-eight-steps",
        "f2f--co",
    }
