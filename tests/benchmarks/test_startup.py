"""Two checkouts are timed in turns, and each in its own code."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from .conftest import PROGRAMS

startup = SimpleNamespace(**runpy.run_path(str(PROGRAMS / "startup.py")))


def test_they_take_turns_after_one_that_does_not_count() -> None:
    called: list[str] = []
    seconds = {"before": iter((9.0, 1.0, 2.0)), "after": iter((9.0, 3.0, 4.0))}

    def of(name: str) -> float:
        called.append(name)
        return next(seconds[name])

    timed = startup.taking_turns([lambda: of("before"), lambda: of("after")], 2)
    assert timed == ([1.0, 2.0], [3.0, 4.0])
    assert called == ["before", "after", "before", "after", "after", "before"]


def test_a_ratio_is_that_of_the_medians() -> None:
    assert startup.row("x", [1.0, 2.0, 9.0], [3.0, 1.0, 3.0])["ratio"] == 1.5


def checkout(place: Path, code: str) -> Path:
    package = place / "src" / "frame2frame"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code)
    (package / "__main__.py").write_text("")
    return place


def test_each_checkout_runs_its_own_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slow = checkout(tmp_path / "slow", "import time\ntime.sleep(0.3)\nedit = None\n")
    fast = checkout(tmp_path / "fast", "edit = None\n")
    words = [str(slow), str(fast), "--times", "1", "--edits", "0", "--json", str(tmp_path / "rows.json")]
    assert startup.main(words) == 0
    rows = {row["name"]: row for row in json.loads((tmp_path / "rows.json").read_text())["rows"]}
    assert min(rows["import frame2frame"]["before"]) >= 0.3 and "f2f --help" in capsys.readouterr().out


def test_a_folder_that_is_no_checkout_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        startup.main([str(tmp_path), str(tmp_path)])
    assert stopped.value.code == 2 and "is no checkout" in capsys.readouterr().err
