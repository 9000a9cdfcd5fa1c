"""The picture of a path over all frames."""

from xml.etree import ElementTree

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.report.path_plot import HEIGHT, WIDTH, projection_plot

PLACES = np.array([[0.0, 0.0], [1.0, 3.0], [2.0, 1.0], [4.0, 2.0], [3.0, 3.0]])
ROUNDS = (1, 1, 2, 2, 2)


def drawn(places: np.ndarray, path: tuple[int, ...], rounds: tuple[int, ...]) -> ElementTree.Element:
    """The picture, read as XML."""
    return ElementTree.fromstring(projection_plot(places, path, rounds))


def places_of(picture: ElementTree.Element, name: str) -> list[tuple[float, float]]:
    return [
        (float(mark.attrib["cx"]), float(mark.attrib["cy"]))
        for mark in picture.iter()
        if mark.get("class") == name and float(mark.attrib["cy"]) <= HEIGHT
    ]


def words(picture: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in picture.iter() if text.tag.endswith("text")]


def test_every_frame_is_a_dot_inside_the_plot() -> None:
    dots = places_of(drawn(PLACES, (0, 2, 3), ROUNDS), "cloud")
    assert len(dots) == 5
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in dots)


def test_both_axes_have_one_scale_and_up_is_up() -> None:
    (x0, y0), (x1, y1), *_ = places_of(drawn(PLACES, (0, 2), ROUNDS), "cloud")
    assert (y0 - y1) / (x1 - x0) == pytest.approx(3.0, abs=0.01)


def test_start_and_end_are_marked_and_named_where_they_are() -> None:
    picture = drawn(PLACES, (0, 2, 3), ROUNDS)
    dots = places_of(picture, "cloud")
    assert places_of(picture, "start") == [dots[0]] and places_of(picture, "end") == [dots[3]]
    assert {"start", "end", "1"} <= set(words(picture))


def test_later_rounds_are_drawn_fuller_and_named_in_the_legend() -> None:
    picture = drawn(PLACES, (0, 3), ROUNDS)
    dots = [mark for mark in picture.iter() if mark.get("class") == "cloud"]
    assert float(dots[0].get("fill-opacity", "1")) < float(dots[4].get("fill-opacity", "1"))
    assert {"round 1", "round 2", "5 frames"} <= set(words(picture))


def test_one_round_needs_no_name() -> None:
    assert "round 1" not in words(drawn(PLACES, (0, 3), (1,) * len(PLACES)))


def test_states_too_near_to_each_other_share_a_number() -> None:
    places = np.array([[0.0, 0.0], [5.0, 5.0], [5.001, 5.0], [9.0, 0.0]])
    assert "2" not in words(drawn(places, (0, 1, 2, 3), (1, 1, 1, 1)))


def test_one_frame_alone_is_drawn_in_the_middle() -> None:
    assert places_of(drawn(np.zeros((1, 2)), (0,), (1,)), "end") == [(WIDTH / 2, HEIGHT / 2)]


@pytest.mark.parametrize(("path", "rounds"), [((), ROUNDS), ((0, 5), ROUNDS), ((0, 1), (1, 2))])
def test_a_path_over_frames_that_are_not_there_is_refused(
    path: tuple[int, ...], rounds: tuple[int, ...]
) -> None:
    with pytest.raises(InputError, match="a finite place"):
        projection_plot(PLACES, path, rounds)
