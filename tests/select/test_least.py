"""The selector of the energy."""

import numpy as np

from frame2frame.select.least import LeastEnergy
from frame2frame.values import Caption, Clip, Scores

CAPTION = Caption("The ball turns blue.", "a blue ball", "test")
SOURCE = np.array([[1.0, 0.0]], dtype=np.float32)


def scored(*semantic: float) -> tuple[Clip, Scores]:
    """Frames that leave the source by a step whenever they gain in similarity."""
    vectors = np.array([(1.0 - gain, gain) for gain in semantic], dtype=np.float32)
    distance = tuple(-float(length) for length in np.linalg.norm(vectors - SOURCE, axis=1))
    columns = {"semantic": semantic, "preservation": distance}
    clip = Clip(np.zeros((len(semantic), 2, 2, 3), np.uint8), tuple(range(len(semantic))), 1)
    return clip, Scores(columns, {"semantic": 0.0}, vectors=vectors, start=SOURCE)


def test_the_frame_with_the_least_energy_is_chosen_with_the_next_as_runner_up() -> None:
    choice = LeastEnergy(w_step=0.1, w_id=0.1).choose(*scored(0.1, 0.9, 0.5), CAPTION)
    assert (choice.index, choice.runner_up) == (1, 2)


def test_nothing_is_chosen_where_every_frame_costs_more_than_staying() -> None:
    choice = LeastEnergy(w_step=10.0).choose(*scored(0.1, 0.2), CAPTION)
    assert choice.index is None and "No frame shows enough of the wish" in choice.reason
