"""A picture of another shape than the clip, of which only the middle is edited."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame import plan
from frame2frame.errors import InputError
from frame2frame.picking import Pick
from frame2frame.replaying import replay, replay_pick
from frame2frame.request import Request
from frame2frame.runs.read import read_run
from frame2frame.values import Picture
from frame2frame.worlds.tabletop import Episode, episode

BESIDE = 30


@pytest.fixture(scope="module")
def drawn() -> Episode:
    return episode(1_500_000_003, "recolour", frames=17)


def wide(middle: Picture) -> Picture:
    """The picture with something else left and right of it."""
    noise = np.random.default_rng(0).integers(0, 256, (middle.shape[0], BESIDE, 3), dtype=np.uint8)
    return np.concatenate([noise, middle, noise[::-1]], axis=1)


def beside(picture: Picture) -> Picture:
    return np.concatenate([picture[:, :BESIDE], picture[:, -BESIDE:]], axis=1)


def middle(picture: Picture) -> Picture:
    return picture[:, BESIDE:-BESIDE]


ONE_SHOT: dict[str, Any] = {"keep": False, "select": "best"}
TWO_ROUNDS: dict[str, Any] = {
    "strategy": "path",
    "rounds": 2,
    "candidates": 1,
    "options": {"first_size": 0.5},
}


@pytest.mark.usefixtures("small_embedded")
@pytest.mark.parametrize("wishes", [ONE_SHOT, TWO_ROUNDS], ids=["one-shot", "path"])
def test_the_middle_is_edited_and_the_rest_stays_as_it_is(
    drawn: Episode, tmp_path: Path, wishes: dict[str, Any]
) -> None:
    source = wide(drawn.source)
    quick: dict[str, Any] = {"encoder": "tabletop", "frames": 9, "steps": 1, "device": "cpu", "seed": 1}
    result = frame2frame.edit(source, drawn.instruction, fit="crop", out=tmp_path, **quick, **wishes)
    for state in (result.image, *result.path, *result.route):
        assert state.shape == source.shape and np.array_equal(beside(state), beside(source))
    assert result.folder is not None
    run = read_run(result.folder)
    assert run.canvas().size == (128, 128) and any("Only the middle" in told for told in run.told)
    again = plan.of(replay(result.folder, "cpu"))
    assert again.request.fit == "crop" and np.array_equal(again.picture, drawn.source)
    assert not any("changes the whole picture" in told for told in run.told)
    assert "--fit crop" in (result.folder / "report.html").read_text("utf-8")


def test_a_frame_that_is_picked_is_put_into_the_middle(drawn: Episode, tmp_path: Path) -> None:
    source = wide(drawn.source)
    with pytest.raises(InputError, match="--fit crop"):
        Pick.of(drawn.frames, source, drawn.target_caption)
    wishes: dict[str, Any] = {"encoder": "tabletop", "device": "cpu", "fit": "crop"}
    result = frame2frame.pick(drawn.frames, source, drawn.target_caption, out=tmp_path, **wishes)
    assert result.index is not None and np.array_equal(beside(result.image), beside(source))
    changed, found = drawn.changed, middle(result.image)
    assert np.abs(found[changed].astype(int) - drawn.target[changed]).mean() < 8
    assert np.array_equal(found[:4], drawn.source[:4])
    assert result.animation is not None and result.folder is not None
    assert all(np.array_equal(beside(one), beside(source)) for one in result.animation.pictures())
    assert replay_pick(result.folder).fit == "crop"
    chosen = frame2frame.reselect(result.folder, select="best", out=tmp_path)
    assert chosen.index is not None and np.array_equal(beside(chosen.image), beside(source))


def test_the_closest_frame_is_shown_in_its_place(tmp_path: Path) -> None:
    """So that it can be held against the source under the slider."""
    never = episode(1_500_000_003, "float", "never", 17)
    wishes: dict[str, Any] = {"encoder": "tabletop", "device": "cpu", "fit": "crop"}
    result = frame2frame.pick(never.frames, wide(never.source), never.target_caption, out=tmp_path, **wishes)
    assert result.index is None and np.array_equal(result.image, wide(never.source))
    assert result.folder is not None
    html = (result.folder / "report.html").read_text("utf-8")
    pictures = [
        Image.open(BytesIO(b64decode(one))) for one in re.findall(r"data:image/\w+;base64,([^\"]+)", html)
    ]
    assert sum(one.size == (128 + 2 * BESIDE, 128) for one in pictures) == 2


def test_a_clip_that_is_given_is_not_padded(drawn: Episode) -> None:
    with pytest.raises(InputError, match="no such fit"):
        Pick.of(drawn.frames, drawn.source, drawn.target_caption, fit="pad-black")


def test_a_picture_of_the_clips_shape_is_edited_whole(drawn: Episode) -> None:
    made = plan.of(Request.of(drawn.source, drawn.instruction, fit="crop", device="cpu"))
    assert made.canvas.is_whole and not made.notes


def test_a_mask_beside_the_middle_is_refused_before_anything_is_drawn(drawn: Episode) -> None:
    source = wide(drawn.source)
    mask = np.zeros_like(source)
    mask[:, : BESIDE // 2] = 255
    with pytest.raises(InputError, match="which alone is edited with fit crop"):
        plan.of(Request.of(source, drawn.instruction, fit="crop", device="cpu", mask=mask))
    with pytest.raises(InputError, match="which alone is edited with fit crop"):
        frame2frame.pick(
            drawn.frames, source, drawn.target_caption, fit="crop", encoder="tabletop", mask=mask
        )
