"""A run that is stopped early keeps what it has measured."""

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame.errors import CancelledError
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.runner import measure
from frame2frame.evaluation.stopping import stoppable


@pytest.mark.slow
@pytest.mark.parametrize("part", ["edits", "path", "energy"])
def test_a_part_that_is_told_to_end_prints_and_saves_what_is_done(
    part: str, plan: Plan, tmp_path: Path
) -> None:
    def time_is_up(done: int) -> None:
        signal.raise_signal(signal.SIGTERM)

    found = measure(replace(plan, part=part), time_is_up)
    assert found.stopped == 2 and len(found.rows) == 2
    assert found.text().splitlines()[-1].startswith("stopped after 2 of 3 episodes")
    found.save(tmp_path / "found.json")
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["stopped"] == 2


def test_ctrl_c_ends_the_block_and_the_old_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stoppable() as stop:
        raise KeyboardInterrupt
    assert stop.asked and stop.after(3) == 3
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_run_that_was_not_stopped_does_not_say_so() -> None:
    with stoppable() as stop:
        pass
    assert stop.after(3) is None


def test_a_run_that_is_stopped_before_its_first_episode_has_nothing_to_tell() -> None:
    with stoppable() as stop:
        raise KeyboardInterrupt
    with pytest.raises(CancelledError, match="nothing was measured"):
        stop.after(0)
