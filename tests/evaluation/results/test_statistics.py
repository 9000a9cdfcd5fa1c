"""Shares and their intervals."""

import math

import numpy as np
import pytest

from frame2frame.evaluation.results.statistics import (
    Difference,
    Mean,
    MeanDifference,
    Share,
    bootstrapped,
    unseen,
)


def test_the_interval_is_that_of_wilson() -> None:
    low, high = Share(81, 263).interval  # the example of Newcombe (1998), method 3
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (10, 10), (1, 1)])
def test_the_interval_stays_between_0_and_1_and_holds_the_share(hits: int, count: int) -> None:
    share = Share(hits, count)
    low, high = share.interval
    assert 0.0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1.0


def test_a_share_of_nothing_is_unknown() -> None:
    assert math.isnan(Share.of([]).value)
    assert str(Share.of([])) == "none"
    assert Share.of([]).as_json()["share"] is None


def test_a_difference_counts_only_what_changed() -> None:
    first, other = [True] * 60 + [False] * 40, [True] * 50 + [False] * 50
    found = Difference.of(first, other)
    assert found.points == pytest.approx(-10.0)
    assert found.low < -10.0 < found.high < 0.0


def test_a_difference_of_shares_is_at_most_100_points() -> None:
    lost, won = [True, True, False, False], [False, False, True, False]
    assert Difference.of(lost, won).low == -100.0
    assert Difference.of(won, lost).high == 100.0


def test_equal_answers_differ_by_nothing() -> None:
    found = Difference.of([True, False] * 5_000, [True, False] * 5_000)
    assert found.points == 0.0 and str(found) == "+0.0 [-0.0, +0.0]"


def test_the_mean_of_paired_differences_has_an_interval() -> None:
    found = MeanDifference.of([1.0, 0.0, 2.0])
    assert found.mean == pytest.approx(1.0) and found.count == 3
    assert found.low < 1.0 < found.high


def test_the_bootstrap_of_many_numbers_is_as_wide_as_theory_has_it() -> None:
    numbers = np.random.default_rng(1).normal(5.0, 2.0, 400)
    low, high = bootstrapped(list(numbers))
    reach = 1.959964 * numbers.std() / math.sqrt(400)
    assert (low, high) == pytest.approx((numbers.mean() - reach, numbers.mean() + reach), abs=reach / 10)


def test_the_same_numbers_have_the_same_interval_in_any_order() -> None:
    numbers = [0.3, 0.1, 0.7, 0.2, 0.9]
    assert Mean.of(numbers) == Mean.of(numbers[::-1]) == Mean.of(sorted(numbers))


def test_equal_numbers_leave_no_doubt() -> None:
    assert str(Mean.of([0.25] * 7)) == "0.250 [0.250, 0.250]"


def test_a_mean_of_nothing_is_a_dash() -> None:
    assert str(Mean.of([])) == "–"
    assert Mean.of([]).as_json() == {"mean": None, "low": None, "high": None, "count": 0}


def test_no_pair_has_no_difference() -> None:
    assert str(MeanDifference.of([])) == "none"
    assert MeanDifference.of([]).as_json() == {"mean": None, "low": None, "high": None, "count": 0}


@pytest.mark.parametrize(
    ("points", "low", "verdict"), [(0.5, -0.5, True), (-1.0, -2.0, True), (-1.1, -1.5, False), (0, -3, False)]
)
def test_not_lower_is_at_most_a_point_less_and_surely_not_two(
    points: float, low: float, verdict: bool
) -> None:
    assert Difference(points, low, 5.0).not_lower is verdict


@pytest.mark.parametrize(
    ("found", "told"), [(Mean.of([0.25]), "0.250"), (MeanDifference.of([0.25]), "+0.2500")]
)
def test_a_single_number_has_no_interval(found: Mean | MeanDifference, told: str) -> None:
    assert str(found) == told
    assert found.as_json() == {"mean": 0.25, "low": None, "high": None, "count": 1}


@pytest.mark.parametrize("count", [1, 2, 30, 1_000])
def test_pairs_that_are_all_alike_leave_the_doubt_of_so_few(count: int) -> None:
    same, truths = [True] * count, [False] * count
    equal, gained = Difference.of(same, same), Difference.of(truths, same)
    assert (equal.points, gained.points) == (0, 100)
    assert equal.high == -equal.low == pytest.approx(100 * unseen(count))
    assert gained.high == pytest.approx(100) and gained.low == pytest.approx(100 - 200 * unseen(count))
    assert (1 - unseen(count)) ** count == pytest.approx(0.025)


def test_a_mean_difference_of_equal_gaps_has_no_interval() -> None:
    assert str(MeanDifference.of([0.5] * 7)) == "+0.5000"
    assert MeanDifference.of([0.5] * 7).as_json() == {"mean": 0.5, "low": None, "high": None, "count": 7}
