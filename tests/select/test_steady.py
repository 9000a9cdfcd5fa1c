"""Frames that have drifted from the source are dropped, unless the wish asks for the change."""

import numpy as np
import pytest
from PIL import Image

from frame2frame.caption.plain import Plain
from frame2frame.caption.temporal import temporal_caption
from frame2frame.score.drift import Drift
from frame2frame.select.rules import Earliest
from frame2frame.select.steady import Steady
from frame2frame.values import Caption, Choice, Clip, Scores
from frame2frame.worlds.tabletop import KINDS, Episode, episode
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.episodes import draw_plan

CAMERA_KINDS = ("zoom", "orbit")
LOCAL = tuple(kind for kind in KINDS if kind not in ("night", *CAMERA_KINDS))

MOVED, ZOOMED = Drift(shift=0.05), Drift(zoom=1.08)
BLURRED, TINTED = Drift(sharpness=0.02), Drift(colour=60.0)


def captions(kind: str) -> list[Caption]:
    """Of six wishes of a kind, each as the rules, the grammar and the user put it."""
    texts = [draw_plan(Draws(1_000_100_000 + seed), kind).texts for seed in range(6)]
    told = [Caption(one.temporal_caption, one.target_caption, "grammar") for one in texts]
    picture = np.zeros((1, 1, 3), np.uint8)
    return [
        *told,
        *(temporal_caption(one.instruction) for one in texts),
        *(Plain().write(picture, one.instruction) for one in texts),
    ]


def choose(drawn: Episode, frames: np.ndarray, selector: Earliest | None = None) -> Choice:
    """What is chosen when the scores are true."""
    assert drawn.complete_index is not None
    semantic = tuple(float(index >= drawn.complete_index) for index in range(len(frames)))
    clip = Clip(frames, tuple(range(len(frames))), drawn.seed)
    scores = Scores({"semantic": semantic}, {"semantic": 0.0}, 0.5)
    return (selector or Earliest()).choose(clip, scores, temporal_caption(drawn.instruction))


def with_camera(frames: np.ndarray, start: int, right: float = 0, zoom: float = 1) -> np.ndarray:
    """The clip, whose camera has moved from frame `start` on."""
    height, width = frames.shape[1:3]
    x, y = width / 2 * (1 - 1 / zoom) - right / zoom, height / 2 * (1 - 1 / zoom)
    moved = frames.copy()
    for frame in moved[start:]:
        image = Image.fromarray(frame)
        frame[:] = image.transform((width, height), Image.Transform.AFFINE, (1 / zoom, 0, x, 0, 1 / zoom, y))
    return moved


@pytest.mark.parametrize("kind", LOCAL)
def test_every_gross_drift_is_a_fault_of_a_local_wish(kind: str) -> None:
    for caption in captions(kind):
        for drift in (MOVED, ZOOMED, BLURRED, TINTED):
            assert Steady().fault(drift, caption), caption


@pytest.mark.parametrize("kind", CAMERA_KINDS)
def test_a_wish_for_another_view_may_change_everything(kind: str) -> None:
    for caption in captions(kind):
        for drift in (MOVED, ZOOMED, BLURRED, TINTED):
            assert Steady().fault(drift, caption) is None, caption


def test_night_may_change_the_light_but_not_the_camera() -> None:
    for caption in captions("night"):
        assert Steady().fault(TINTED, caption) is None, caption
        assert Steady().fault(MOVED, caption), caption


@pytest.mark.parametrize("wish", ["make it a watercolor painting", "a street in winter", "let it snow"])
def test_a_wish_for_the_whole_picture_may_change_its_colours(wish: str) -> None:
    assert Steady().fault(TINTED, temporal_caption(wish)) is None


def test_a_steady_frame_has_no_fault() -> None:
    assert Steady().fault(Drift(), temporal_caption("paint the ball blue")) is None


@pytest.mark.parametrize("camera", [{"right": 6}, {"zoom": 1.08}])
def test_earliest_takes_none_when_the_camera_moved_in_every_frame_that_shows_the_edit(
    camera: dict[str, float],
) -> None:
    for kind in ("recolour", "left"):
        drawn = episode(1_000_000_031, kind)
        choice = choose(drawn, with_camera(drawn.frames, drawn.complete_index or 0, **camera))
        assert choice.index is None and choice.runner_up == drawn.complete_index
        assert "the camera has" in choice.reason


def test_earliest_passes_over_frames_in_which_the_camera_moved() -> None:
    drawn = episode(1_000_000_032, "recolour")
    assert drawn.complete_index is not None and drawn.complete_index < 10
    choice = choose(drawn, with_camera(drawn.frames, 13, right=6))
    assert choice.index == choose(drawn, drawn.frames).index
    passed_over = "Passed over: frame 13, where the camera has moved by 5 % of the picture, and 3 more frames"
    assert passed_over in choice.reason


def test_earliest_can_be_told_not_to_mind() -> None:
    drawn = episode(1_000_000_031, "recolour")
    frames = with_camera(drawn.frames, drawn.complete_index or 0, right=6)
    assert choose(drawn, frames, Earliest(steady=None)).index is not None


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_passed_over_in_a_clip_of_the_edit_alone(kind: str) -> None:
    drawn = episode(1_000_000_051, kind, frames=5)
    assert choose(drawn, drawn.frames) == choose(drawn, drawn.frames, Earliest(steady=None))
