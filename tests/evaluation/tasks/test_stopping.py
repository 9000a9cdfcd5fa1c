"""A run that is stopped early keeps what it has measured."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame.engine.device.signals import stop_like_ctrl_c
from frame2frame.errors import CancelledError
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.results.forms import save
from frame2frame.evaluation.runner import measure
from frame2frame.evaluation.tasks.selection import Judging
from frame2frame.evaluation.tasks.task import Batch


@pytest.fixture
def stopped_like_ctrl_c() -> Iterator[None]:
    """As the command line has it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    stop_like_ctrl_c()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals between processes")
@pytest.mark.usefixtures("stopped_like_ctrl_c")
@pytest.mark.parametrize("part", ["edits", "path"])
def test_a_part_that_is_told_to_end_prints_and_saves_what_is_done(
    part: str, plan: Plan, tmp_path: Path
) -> None:
    def time_is_up(done: int) -> None:
        signal.raise_signal(signal.SIGTERM)

    found = measure(replace(plan, part=part), time_is_up)
    assert found.stopped == 2 and len(found.rows) == 2
    assert found.text().splitlines()[-1].startswith("stopped after 2 of 3 episodes")
    save(found, tmp_path / "found.json")
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["stopped"] == 2


def test_a_run_that_is_stopped_before_its_first_episode_has_nothing_to_tell(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(task: Judging, batch: Batch) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Judging, "look", interrupted)
    with pytest.raises(CancelledError, match="nothing was measured"):
        measure(replace(plan, part="judge", count=1))
