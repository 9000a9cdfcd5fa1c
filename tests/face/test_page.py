"""No widget of the page vanishes, none loses a choice, and each event sends what it sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .golden import golden, lost
from .page import described

BEFORE = golden("page")


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return described(tmp_path_factory.mktemp("page") / "outputs")


@pytest.mark.parametrize("what", BEFORE)
def test_the_page_offers_all_that_it_offered(what: str, now: Any) -> None:
    assert lost(BEFORE[what], now[what], what) == []


def test_the_page_is_served_from_the_root(now: Any) -> None:
    assert Path(__file__).parents[2].joinpath("app.py").is_file()
