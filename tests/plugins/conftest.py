"""What the tests of foreign parts share."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_page_keeps_foreign_options() -> Iterator[None]:
    """The page's fields are made once a process: those of a part that is gone would stay for later tests."""
    yield
    if (page := sys.modules.get("frame2frame.app.questions")) is not None:
        page.questions.cache_clear()
