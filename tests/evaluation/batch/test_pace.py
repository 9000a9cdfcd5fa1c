"""How long a batch will go on, as its rows come."""

from __future__ import annotations

from collections.abc import Sequence

from frame2frame.evaluation.batch import pace
from frame2frame.evaluation.batch.ledger import Outcome
from frame2frame.evaluation.batch.pace import Pace, paced
from frame2frame.evaluation.batch.work import Begun


def paces(count: int, seconds: Sequence[float]) -> list[Pace]:
    """After rows that are finished at these times; the batch begins at 0."""
    times = iter([0.0, 0.0, *seconds])
    events: list[Begun | Outcome] = [
        Begun(count, count),
        *(Outcome(str(number), "") for number in range(len(seconds))),
    ]
    return [one for one in paced(events, lambda: next(times)) if isinstance(one, Pace)]


def test_the_time_left_is_that_of_the_rows_that_are_missing_at_the_pace_so_far() -> None:
    first, second = paces(10, [6.0, 12.0])
    assert (first.done, first.of, first.per_minute, first.seconds_left) == (1, 10, 10.0, 54.0)
    assert (second.done, second.seconds_left) == (2, 48.0)


def test_rows_that_are_finished_at_once_share_the_time_that_they_took() -> None:
    assert paces(16, [8.0] * 8)[-1].seconds_left == 8.0


def test_the_time_before_the_first_row_is_forgotten_in_a_long_batch() -> None:
    slow_start = [100.0 + number for number in range(pace.RECENT + 1)]
    assert paces(pace.RECENT + 11, slow_start)[-1].seconds_left == 10.0


def test_the_events_of_the_batch_are_passed_on_in_their_order() -> None:
    events: list[Begun | Outcome] = [Begun(2, 2), Outcome("a", ""), Outcome("b", "")]
    assert [one for one in paced(events) if not isinstance(one, Pace)] == events
