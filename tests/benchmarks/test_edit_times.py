"""Every choice is timed in its turn, and what no stage has counted is the rest of the edit."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from frame2frame import Editor

from .conftest import PROGRAMS

edit_times = SimpleNamespace(**runpy.run_path(str(PROGRAMS / "edit_times.py")))


@pytest.mark.usefixtures("small_embedded")
def test_each_choice_is_an_edit_and_its_stages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "times.json"
    assert edit_times.main(["--times", "2", "--threads", "1", "--json", str(file)]) == 0
    rows = json.loads(file.read_text())["rows"]
    assert list(rows) == list(edit_times.CHOICES) and all(len(times) == 2 for times in rows.values())
    for one in (row for times in rows.values() for row in times):
        assert one["edit"] >= one["denoise"] > 0 and one["elsewhere"] > 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[2:] == ["edit", *edit_times.STAGES, "elsewhere", "CPU"]
    assert len(lines) == 1 + len(rows)


def test_the_first_edit_of_each_choice_only_warms_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def edited(_: Editor, wishes: Any) -> dict[str, float]:
        asked.append(wishes)
        return {"edit": float(len(asked))}

    monkeypatch.setitem(edit_times.measured.__globals__, "edited", edited)
    found = dict(edit_times.measured(None, 1))
    count = len(edit_times.CHOICES)
    assert len(asked) == 2 * count
    assert [rows[0]["edit"] for rows in found.values()] == [count + number for number in range(1, count + 1)]
