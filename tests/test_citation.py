"""How the paper and this software are cited."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

import frame2frame

TEXT = (Path(__file__).parents[1] / "CITATION.cff").read_text("utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)


def test_the_file_has_what_its_format_asks_for() -> None:
    assert FILE["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(FILE)
    assert {"type", "title", "authors"} <= set(FILE["preferred-citation"])
    assert all(
        set(author) == {"family-names", "given-names"} for author in FILE["preferred-citation"]["authors"]
    )


def test_the_software_is_cited_in_the_version_that_is_here() -> None:
    assert FILE["version"] == frame2frame.__version__
    assert FILE["license"] == "Apache-2.0"


def test_the_paper_is_the_one_that_the_package_names() -> None:
    paper = FILE["preferred-citation"]
    said = " ".join((frame2frame.__doc__ or "").split())
    assert paper["title"] in said and "CVPR 2025" in said
    assert re.sub(r".*arXiv\.", "arXiv ", paper["doi"]) in said
    assert paper["authors"][0]["family-names"] in said
