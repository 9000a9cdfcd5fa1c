"""What every part of the evaluation owes to its reader."""

from __future__ import annotations

import json
from pathlib import Path

from frame2frame.evaluation.results.columns import Results
from frame2frame.evaluation.results.forms import save

ELSEWHERE = ("edits", "tabletop", "clauses", "levers", "presets", "early", "search")
"""Parts that tests of their own measure, and check so; all others are measured in `test_parts.py`."""


def check_tables_and_file(found: Results, part: str, folder: Path) -> None:
    """Its tables fit 100 columns, and its file says what was measured."""
    assert max(map(len, found.text().splitlines()[:-1])) <= 100
    save(found, folder / "found.json")
    assert json.loads((folder / "found.json").read_text(encoding="utf-8"))["plan"]["part"] == part
