"""A run that several devices share, here processes of this computer."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from frame2frame.errors import InputError, ModelError
from frame2frame.evaluation.dealing import dealt, shares
from frame2frame.evaluation.plan import Plan, Report
from frame2frame.evaluation.stopping import Stop, stoppable

pytestmark = pytest.mark.slow

Part = tuple[str, range, bool]


def numbers(plan: Plan, episodes: range, report: Report) -> Part:
    for done in range(1, len(episodes) + 1):
        report(done)
    return plan.device, episodes, False


def slow(plan: Plan, episodes: range, report: Report) -> Part:
    with stoppable() as stop:
        report(1)
        time.sleep(60)
    return plan.device, episodes, stop.asked


def failing(plan: Plan, episodes: range, report: Report) -> Part:
    if episodes.start:
        raise InputError("the second part cannot be", got=str(episodes))
    return slow(plan, episodes, report)


def dying(plan: Plan, episodes: range, report: Report) -> Part:
    os._exit(3)


def test_each_device_measures_its_share_and_the_answers_are_in_order() -> None:
    told = list[int]()
    found = dealt(numbers, Plan(device="cpu,cpu", count=5), told.append)
    assert found == [("cpu:0", range(2), False), ("cpu:1", range(2, 5), False)]
    assert told == sorted(told) and told[-1] == 5


def test_one_device_is_this_process() -> None:
    told = list[int]()
    assert dealt(numbers, Plan(device="cpu", count=3), told.append) == [("cpu", range(3), False)]
    assert told == [1, 2, 3]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals between processes")
def test_a_stop_is_passed_on_and_what_was_measured_comes_back() -> None:
    begun = list[int]()

    def report(done: int) -> None:
        begun.append(done)
        if done == 2:
            threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGTERM)).start()

    found = dealt(slow, Plan(device="cpu,cpu", count=4), report)
    assert [part[2] for part in found] == [True, True]


def test_an_error_of_one_ends_all() -> None:
    with pytest.raises(InputError, match="the second part cannot be"):
        dealt(failing, Plan(device="cpu,cpu", count=4), lambda done: None)


def test_a_process_that_dies_is_said() -> None:
    with pytest.raises(ModelError, match="ended without an answer"):
        dealt(dying, Plan(device="cpu,cpu", count=2), lambda done: None)


def test_shares_are_runs_of_neighbours() -> None:
    assert shares(7, 3) == [range(2), range(2, 4), range(4, 7)]
    assert shares(1, 2) == [range(1)]


def test_a_run_was_stopped_if_a_part_was_or_none_began() -> None:
    stopped = Stop()
    stopped.asked = True
    assert Stop.of([Stop(), stopped]).asked and Stop.of([]).asked and not Stop.of([Stop()]).asked
