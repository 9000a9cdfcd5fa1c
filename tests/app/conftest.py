"""A clip to pick from, and a page of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED, Episode, episode

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def clip() -> Episode:
    return episode(FIRST_HELD_OUT_SEED, "recolour", frames=9)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a page of its own and the folder of its runs."""
    place = tmp_path_factory.mktemp("page")
    (place / "temporary").mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment["TMPDIR"] = str(place / "temporary")
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", "--out", "runs"]
    with subprocess.Popen(command, cwd=place, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            lines = iter(server.stderr.readline, "")
            found = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in lines)), None)
            assert found is not None, "the page did not start"
            yield found[0], place / "runs"
        finally:
            server.terminate()
            server.communicate()
    assert list((place / "temporary").glob("frame2frame-*")) == [], "the page left its temporary folder"
