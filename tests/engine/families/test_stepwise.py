"""Work that is led through its steps from outside."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from frame2frame.engine.families.diffusers.stepwise import Stepwise


def three(told: list[str]) -> Callable[[Callable[[], None]], str]:
    def work(halt: Callable[[], None]) -> str:
        try:
            for number in range(3):
                told.append(f"step {number}")
                halt()
            told.append("end")
            return "made"
        finally:
            told.append("left")

    return work


def test_work_begins_with_its_first_step_and_waits_after_each() -> None:
    told: list[str] = []
    work = Stepwise(three(told))
    assert not told and not work.begun
    work.step()
    assert told == ["step 0"] and work.begun
    work.step()
    assert told == ["step 0", "step 1"]
    work.stop()


def test_finished_work_has_an_outcome() -> None:
    work = Stepwise(three([]))
    while not work.done:
        work.step()
    assert work.outcome() == "made"


def test_stopped_work_leaves_where_it_waits() -> None:
    told: list[str] = []
    work = Stepwise(three(told))
    work.step()
    work.stop()
    assert told == ["step 0", "left"]


def test_work_that_never_began_never_runs() -> None:
    told: list[str] = []
    Stepwise(three(told)).stop()
    assert told == []


def test_what_goes_wrong_in_a_step_is_raised_by_it() -> None:
    def work(halt: Callable[[], None]) -> None:
        halt()
        raise ValueError("broken")

    broken = Stepwise(work)
    broken.step()
    with pytest.raises(ValueError, match="broken"):
        broken.step()
    broken.stop()
