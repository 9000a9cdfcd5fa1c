"""HTML and SVG come from templates alone, which escape whatever they are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jinja2 import UndefinedError

import frame2frame
from frame2frame.report.path_plot import Mark
from frame2frame.report.templating import macro, verbatim

from ..syntax import syntax_of

PACKAGE = Path(frame2frame.__file__).parent
PARTS = "report/templates/parts.html.j2"
HOSTILE = "<script>alert(1)</script>\"'"
ELEMENT = re.compile(
    r"(?<!\?P)</?(?:a|b|button|code|div|figure|h[1-6]|i|img|li|p|path|section|small|span|style|svg|t[dhr]|table)[\s/>]"
)
"""A tag in a text; the names of groups in patterns look like some."""


def texts_of(file: Path) -> Iterator[tuple[int, str]]:
    """The texts in a module, with their lines; docstrings tell of code and make no page."""
    tree = syntax_of(file)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def test_no_module_writes_elements_by_hand() -> None:
    modules = [(file, file.relative_to(PACKAGE).as_posix()) for file in PACKAGE.rglob("*.py")]
    found = [
        f"{name}:{line}" for file, name in modules for line, text in texts_of(file) if ELEMENT.search(text)
    ]
    assert found == []


def test_an_element_written_by_hand_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text('"""<p>"""\nshown = f"<p>{name}</p>" + "(?P<p>x)"\n')
    assert [line for line, text in texts_of(file) if ELEMENT.search(text)] == [2, 2]


def test_only_the_templates_say_what_needs_no_escaping() -> None:
    sources = {
        file.relative_to(PACKAGE).as_posix(): file.read_text("utf-8") for file in PACKAGE.rglob("*.py")
    }
    assert [
        name for name, text in sources.items() if re.search(r"from html import|\bhtml\.escape", text)
    ] == []
    assert [name for name, text in sources.items() if "Markup" in text] == ["report/templating.py"]
    for file in PACKAGE.rglob("*.j2"):
        marked = re.findall(r"(\S+) \| safe", file.read_text("utf-8"))
        assert all(value.endswith("'") for value in marked), f"{file.name} marks more than a text of its own"


def test_every_value_is_escaped_and_what_a_macro_made_is_not_escaped_again() -> None:
    html = macro(PARTS, "note", HOSTILE)
    assert "<script>" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert macro(PARTS, "with_code", "Try `f2f <b>`.").strip() == "Try <code>f2f &lt;b&gt;</code>."


def test_a_value_in_a_picture_is_escaped_too() -> None:
    text = ElementTree.fromstring(
        macro("report/templates/path_plot.svg.j2", "label", "count", Mark(1, 2), HOSTILE)
    )
    assert text.text == HOSTILE and len(text) == 0


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="comparison"):
        macro(PARTS, "slider")


def test_a_file_of_ours_stands_in_a_page_as_it_is() -> None:
    assert verbatim("report/templates/page.js") == (PACKAGE / "report/templates/page.js").read_text("utf-8")


def test_each_stage_of_a_run_has_a_colour_of_its_own() -> None:
    """Those of the longest run that there is, with a refinement."""
    stages = ("caption", "load", "look", "encode", "denoise", "preview", "decode", "score", "choose", "keep")
    html = macro(PARTS, "time_table", dict.fromkeys((*stages, "refine"), 1.0))
    css = (PACKAGE / "report/templates/parts.css").read_text("utf-8")
    colours = dict(re.findall(r"\.(s\d+) \{ background: (#\w+);", css))
    shown = [colours[name] for name in re.findall(r'class="key (s\d+)"', html)]
    assert len(shown) == len(set(shown)) == len(stages) + 1
