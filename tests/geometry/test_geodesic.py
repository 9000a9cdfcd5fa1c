"""The least-energy route over all frames."""

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.geometry.geodesic import energy, route


def random_frames(seed: int, count: int, features: int = 6) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, features))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def on_a_line(*places: float) -> np.ndarray:
    return np.array([[place, 0.0] for place in places], np.float32)


@pytest.mark.parametrize("seed", range(30))
def test_the_route_never_costs_more_than_the_greedy_path(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    count = int(numbers.integers(2, 60))
    vectors = random_frames(seed, count)
    greedy = [int(node) for node in numbers.permutation(count)[: numbers.integers(1, count + 1)]]
    found = route(vectors, greedy[0], greedy[-1], greedy, neighbours=int(numbers.integers(1, 9)))
    assert (found[0], found[-1]) == (greedy[0], greedy[-1])
    assert len(set(found)) == len(found)
    assert energy(vectors, found) <= energy(vectors, greedy) + 1e-12


def test_the_route_takes_many_short_steps_rather_than_one_long_one() -> None:
    vectors = on_a_line(0, 3, 1, 2)
    assert route(vectors, 0, 1, (0, 1)) == (0, 2, 3, 1)


def test_the_route_is_the_greedy_path_when_its_states_have_no_other_neighbours() -> None:
    vectors = on_a_line(0, 0.1, 10, 10.1)
    assert route(vectors, 0, 2, (0, 2), neighbours=1) == (0, 2)


def test_the_frames_of_a_clip_lead_on_where_no_two_are_neighbours() -> None:
    vectors = on_a_line(0, 0.1, 1, 2, 3, 3.1)
    assert route(vectors, 0, 4, (0, 4), neighbours=1) == (0, 4)
    assert route(vectors, 0, 4, (0, 4), clips=[(0, 1, 2, 3, 4)], neighbours=1) == (0, 1, 2, 3, 4)


def test_a_clip_of_frames_that_are_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"(?i)a clip's frames lie from 0 to 3.*9"):
        route(random_frames(0, 4), 0, 3, (0, 3), clips=[(0, 9)])


def test_of_equally_cheap_routes_the_one_with_fewer_steps_is_taken() -> None:
    vectors = on_a_line(0, 0, 0, 1)
    assert route(vectors, 0, 3, (0, 1, 2, 3)) == (0, 3)


def test_a_path_of_one_frame_is_its_own_route() -> None:
    assert route(random_frames(0, 5), 2, 2, (2,)) == (2,)


@pytest.mark.parametrize("greedy", [(), (1, 3), (0, 2), (0, 9, 3)])
def test_a_greedy_path_that_leads_elsewhere_is_refused(greedy: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="from frame 0 to frame 3"):
        route(random_frames(0, 4), 0, 3, greedy)
