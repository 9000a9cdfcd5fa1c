"""A target caption in the place of an instruction, or beside one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import frame2frame
from frame2frame import plan
from frame2frame.caption.plain import Plain
from frame2frame.caption.temporal import Temporal, sentence
from frame2frame.caption.towards import Towards, ends_in
from frame2frame.caption.vlm import INSTEAD, Vlm
from frame2frame.errors import InputError
from frame2frame.report.command_line import command_line
from frame2frame.request import Request
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..app.forms import FORM, WRITTEN
from ..chat_server import ChatServer

PICTURE = np.zeros((16, 16, 3), np.uint8)
SCENE = "a blue ball beside a cube"


@pytest.mark.parametrize(
    ("target", "change"),
    [
        ("The ball is blue.", "the scene slowly changes until the ball is blue"),
        ("a blue ball", "the scene slowly changes until it shows a blue ball"),
        ("a dog that is asleep", "the scene slowly changes until it shows a dog that is asleep"),
        ("two boys have hats", "the scene slowly changes until two boys have hats"),
    ],
)
def test_rules_let_the_scene_change_until_it_is_the_target(target: str, change: str) -> None:
    assert ends_in(target) == change


def test_a_target_alone_is_where_the_clip_ends_and_what_frames_are_compared_with() -> None:
    caption = Towards(Temporal(), SCENE).write(PICTURE, SCENE)
    assert (caption.temporal, caption.target) == (sentence(ends_in(SCENE)), SCENE) and not caption.notes


def test_beside_an_instruction_it_replaces_the_target_that_was_written() -> None:
    caption = Towards(Temporal(), SCENE).write(PICTURE, "make the ball blue")
    written = Temporal().write(PICTURE, "make the ball blue")
    assert (caption.temporal, caption.target) == (written.temporal, SCENE) and written.target != SCENE


def test_a_captioner_that_knows_of_no_targets_reads_it_as_an_instruction() -> None:
    assert Towards(Plain(), SCENE).write(PICTURE, SCENE).temporal == SCENE


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_server_is_asked_in_the_papers_form(use: Any, tmp_path: Path) -> None:
    said = {"caption": "The ball slowly turns blue.", "target": "something else"}
    with use(ChatServer(lambda asked: said)) as chat:
        caption = Towards(Vlm(cache_dir=str(tmp_path)), SCENE).write(PICTURE, SCENE)
    (asked,) = chat.asked
    assert f"Target caption: {SCENE}" in asked.text and asked.rules.endswith(INSTEAD)
    assert len(asked.examples) == len(asked.seen) == 9
    for question, answer in asked.examples:
        assert question == f"Target caption: {json.loads(answer)['target']}"
    assert (caption.temporal, caption.target) == (said["caption"], SCENE)


def test_a_request_needs_an_instruction_or_a_target() -> None:
    assert Request.of(EXAMPLE.picture, target=SCENE).instruction == SCENE
    with pytest.raises(InputError, match="instruction is missing"):
        Request.of(EXAMPLE.picture)


def test_plans_of_other_targets_have_other_keys() -> None:
    keys = {
        plan.of(Request.of(EXAMPLE.picture, "x", seed=1, device="cpu", target=target)).key()
        for target in (None, "a ball", "a cube")
    }
    assert len(keys) == 3


def test_a_run_records_the_target_and_repeats_with_it(video_model: Path, tmp_path: Path) -> None:
    quick = frame2frame.Wishes(target=SCENE, encoder="tabletop", frames=9, steps=1, device="cpu")
    quick["model"] = str(video_model)
    made = frame2frame.edit(EXAMPLE.picture, out=tmp_path, progress=False, **quick)
    assert made.folder is not None and made.caption is not None and made.caption.target == SCENE
    again = frame2frame.replay(made.folder)
    assert (again.instruction, again.target) == (SCENE, SCENE)
    line = command_line(plan.of(again).settings(), "ball.png")
    assert f"--target '{SCENE}'" in line and line.endswith("-- ball.png")


def test_on_the_page_a_target_may_stand_in_the_instructions_place() -> None:
    request = FORM.but(instruction=" ", target=SCENE).request(WRITTEN)
    assert (request.instruction, request.target) == (SCENE, SCENE)
    assert FORM.request(WRITTEN).target is None
