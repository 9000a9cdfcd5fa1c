"""The example's parts by themselves."""

import numpy as np
import pytest

from frame2frame.plugins import Caption, Clip, InputError, Item, Scores
from frame2frame_example.latest import Latest
from frame2frame_example.tint import Tint
from frame2frame_example.warmth import Warmth

CAPTION = Caption("The cup turns blue.", "a blue cup", "user")
CLIP = Clip(np.zeros((4, 16, 16, 3), np.uint8), (0, 1, 2, 3), seed=0)


@pytest.mark.parametrize(
    ("similarity", "index"),
    [((0.1, 0.4, 0.5, 0.2), 2), ((0.1, 0.2, 0.5, 0.48), 3), ((0.1, 0.0, 0.1, 0.1), None)],
)
def test_the_last_frame_that_shows_the_edit_is_chosen(
    similarity: tuple[float, ...], index: int | None
) -> None:
    scores = Scores({"semantic": similarity}, source={"semantic": 0.1})
    assert Latest().choose(CLIP, scores, CAPTION).index == index


def test_red_is_warm_and_blue_is_cold() -> None:
    frames = np.zeros((2, 16, 16, 3), np.uint8)
    frames[0, ..., 0] = frames[1, ..., 2] = 255
    assert list(Warmth().score(frames, frames[0], CAPTION)["warmth"]) == [1.0, -1.0]


def test_the_toy_begins_at_the_picture_and_ends_in_the_colour_that_is_named() -> None:
    picture = np.full((32, 48, 3), 128, np.uint8)
    toy = Tint(strength=1.0)
    sampling = toy.sampling(picture, None, None, None)
    draft = toy.draft([Item(picture, CAPTION, seed) for seed in (1, 2)], sampling)
    draft.advance(sampling.steps)
    (first,), (second,) = (list(draft.decode(candidate)) for candidate in (0, 1))
    assert draft.steps_left == 0 and first.shape == (9, 32, 48, 3)
    assert (first[0] == picture).all() and first[-1].mean(axis=(0, 1)).argmax() == 2
    assert (first[-1] != second[-1]).any()


def test_a_length_that_it_cannot_draw_is_one_line() -> None:
    with pytest.raises(InputError, match="2 to 81 frames; got 1000"):
        Tint().sampling(np.zeros((16, 16, 3), np.uint8), 1000, None, None)
