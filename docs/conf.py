"""How Sphinx builds the site from these pages: `python3 scripts/docs.py FOLDER`."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sphinx.application import Sphinx

from frame2frame import __version__

project = "frame2frame"
author = "the frame2frame authors"
copyright = "the frame2frame authors; Apache-2.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "commands"]
exclude_patterns = ["images"]
source_suffix = {".md": "markdown"}

myst_heading_anchors = 4
myst_enable_extensions = ["dollarmath"]
suppress_warnings = ["myst.header"]

default_role = "literal"
smartquotes = False  # they would join the hyphens of --flags
highlight_language = "console"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
add_module_names = False
python_maximum_signature_line_length = 90

html_theme = "furo"
html_title = f"frame2frame {version}"
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # a page that is opened as a file may not read others


def contents(pages: list[str]) -> str:
    """The part of a page that puts these pages below it in the navigation."""
    return "\n".join(["", "```{toctree}", ":hidden:", "", *pages, "```", ""])


def list_pages(app: Sphinx, page: str, source: list[str]) -> None:
    """A shelf's index lists its pages as links; their order there is that of the navigation."""
    pages = re.findall(r"^- \[.+?\]\(([\w/-]+)\.md\)", source[0], re.MULTILINE)
    if page.rpartition("/")[2] == "index" and pages:
        source[0] += contents(pages)


def show_code(app: Sphinx, kind: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """In a docstring, what is indented below a paragraph is code."""
    for number in range(len(lines) - 2, 0, -1):
        before, line = lines[number - 1], lines[number + 1]
        if not lines[number] and before[:1].strip() and line.startswith("    "):
            lines[number:number] = ["", "::"]


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", show_code)
    app.connect("source-read", list_pages)
