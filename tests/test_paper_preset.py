"""The paper's protocol by one name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import frame2frame
from frame2frame import plan
from frame2frame.app.form import filled_by
from frame2frame.errors import InputError
from frame2frame.request import Request
from frame2frame.worlds.tabletop.example import EXAMPLE

PICTURE = EXAMPLE.picture


def request(**wishes: Any) -> Request:
    return Request.of(PICTURE, "make the ball blue", preset="paper", device="cpu", **wishes)


def test_it_asks_for_what_the_paper_says() -> None:
    asked = request()
    assert (asked.frames, asked.steps, asked.guidance, asked.fit) == (49, 50, 6.0, "pad-black")
    assert (asked.caption, asked.select, asked.strategy) == ("vlm", "judge", "one-shot")
    assert asked.seeds_of(15) == tuple(range(15))
    assert asked.options == {
        "strategy.candidates": 15,
        "generator.height": 480,
        "generator.width": 720,
        "select.mode": "collage",
        "select.shown": 12,
    }


def test_whatever_is_asked_for_by_itself_wins() -> None:
    asked = request(steps=10, seed=7, candidates=2, select="best", caption_text="The ball turns blue.")
    assert (asked.steps, asked.seed, asked.select, asked.caption) == (10, 7, "best", "given")
    assert asked.options["strategy.candidates"] == 2 and "select.mode" not in asked.options
    assert request(seeds=[4, 5]).seeds_of(2) == (4, 5)


def test_what_the_model_cannot_draw_is_refused_in_one_line(video_model: Path) -> None:
    with pytest.raises(InputError, match="cannot draw by the preset paper") as caught:
        plan.of(request(model=str(video_model), encoder="tabletop", height=33))
    assert "\n" not in str(caught.value)


def test_another_strategy_than_the_papers_is_refused() -> None:
    with pytest.raises(InputError, match="the preset paper has the strategy one-shot"):
        request(strategy="path")


def test_a_model_of_another_size_draws_by_it_where_the_size_is_said(video_model: Path) -> None:
    made = plan.of(
        request(model=str(video_model), encoder="tabletop", height=32, width=48, frames=9, steps=2)
    )
    sampling = made.sampling
    assert (sampling.height, sampling.width, sampling.fit) == (32, 48, "pad-black")
    assert len(made.seeds) == 15


def test_the_page_fills_in_what_the_protocol_says() -> None:
    filled = filled_by("paper")
    assert {"captioner": "vlm", "selector": "judge", "seed": 0, "fit": "pad-black", "clips": 15}.items() <= (
        filled.items()
    )


def test_black_bars_are_recorded_and_drawn_again(video_model: Path, tmp_path: Path) -> None:
    quick = frame2frame.Wishes(encoder="tabletop", frames=9, steps=1, device="cpu", fit="pad-black")
    quick |= {"model": str(video_model), "height": 32, "width": 64}
    made = frame2frame.edit(PICTURE, "make the ball blue", out=tmp_path, progress=False, **quick)
    assert made.folder is not None
    again = plan.of(frame2frame.replay(made.folder))
    assert again.sampling.fit == "pad-black"
    quick["fit"] = "pad-edge"
    plain = plan.of(Request.of(PICTURE, "make the ball blue", **quick))
    assert plain.sampling.fit == "pad-edge" and plain.key() != again.key()
