"""The rules that make a temporal caption."""

import numpy as np
import pytest

from frame2frame.caption.plain import Plain
from frame2frame.caption.temporal import RULES, Temporal, temporal_caption
from frame2frame.tabletop import KINDS
from frame2frame.tabletop.draws import Draws
from frame2frame.tabletop.episodes import draw_plan

PICTURE = np.zeros((8, 8, 3), np.uint8)


@pytest.mark.parametrize(
    ("instruction", "temporal", "target"),
    [
        ("Paint the red ball blue.", "the red ball slowly turns blue", "the red ball is blue"),
        (
            "move the green cone to the left edge",
            "the green cone slowly moves to the left edge",
            "the green cone is at the left edge",
        ),
        ("remove the dog", "the dog slowly disappears until it is gone", "the dog is gone"),
        (
            "turn the pizza into a cake",
            "the pizza slowly turns into a cake",
            "the pizza is a cake",
        ),
        (
            "Make the dog jump over the fence",
            "the dog slowly jumps over the fence",
            "the dog jumps over the fence",
        ),
        ("open the book", "the book is slowly opened", "the book is opened"),
        (
            "make it a watercolor painting",
            "the scene slowly turns into a watercolor painting",
            "a watercolor painting",
        ),
        ("raise the left arm", "the left arm slowly rises until it is raised", "the left arm is raised"),
        ("add a hat to the man", "a hat slowly comes into view and joins the man", "the man with a hat"),
    ],
)
def test_an_instruction_becomes_a_change_and_its_end(instruction: str, temporal: str, target: str) -> None:
    caption = temporal_caption(instruction)
    assert (caption.temporal, caption.target, caption.author) == (temporal, target, "temporal")


def test_a_description_becomes_the_end_of_a_change() -> None:
    caption = temporal_caption("a man with raised arms")
    assert caption.target == "a man with raised arms"
    assert caption.temporal.startswith("the scene slowly changes") and caption.target in caption.temporal


@pytest.mark.parametrize("kind", KINDS)
def test_every_tabletop_instruction_has_a_rule_of_its_own(kind: str) -> None:
    for seed in range(60):
        instruction = draw_plan(Draws(seed), kind).texts.instruction
        assert any(rule.instruction.fullmatch(instruction) for rule in RULES), instruction


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("night", "zoom", "orbit")])
def test_the_thing_that_is_meant_stays_named(kind: str) -> None:
    for seed in range(30):
        plan = draw_plan(Draws(seed), kind)
        assert plan.edit.subject is not None
        thing = plan.source.things[plan.edit.subject].name
        assert thing in temporal_caption(plan.texts.instruction).temporal


def test_only_a_camera_edit_speaks_of_the_camera() -> None:
    spoken = {
        kind: "camera" in temporal_caption(draw_plan(Draws(3), kind).texts.instruction).temporal
        for kind in KINDS
    }
    assert {kind for kind, camera in spoken.items() if camera} == {"zoom", "orbit"}


def test_capitals_and_full_stops_change_nothing_but_the_case() -> None:
    plain = temporal_caption("paint the red ball blue")
    assert temporal_caption("PAINT THE RED BALL BLUE.").temporal.lower() == plain.temporal


def test_braces_in_an_instruction_are_only_text() -> None:
    assert "{0}" in temporal_caption("paint {0} blue").temporal


def test_plain_leaves_the_instruction_as_it_is() -> None:
    caption = Plain().write(PICTURE, "Paint it blue!")
    assert caption.temporal == caption.target == "Paint it blue!"


def test_the_captioner_uses_the_rules() -> None:
    assert Temporal().write(PICTURE, "paint the ball red") == temporal_caption("paint the ball red")
