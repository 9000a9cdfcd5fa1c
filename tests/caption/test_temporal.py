"""The rules that make a temporal caption."""

import numpy as np
import pytest

from frame2frame.caption.plain import Plain
from frame2frame.caption.temporal import RULES, UNRULED, Temporal, temporal_caption
from frame2frame.worlds.tabletop import KINDS
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.episodes import draw_plan

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


WISHES = (
    ("make it night", "the light slowly fades to night", "the scene at night"),
    ("zoom out", "the camera slowly moves back until the scene is seen from far", "the scene seen from far"),
    ("the dog sits down", "the dog slowly sits down", "the dog sits down"),
    ("make the dog sit", "the dog slowly sits", "the dog sits"),
    ("remove the lamp", "the lamp slowly disappears until it is gone", "the lamp is gone"),
    ("make it foggy", "the scene slowly becomes foggy", "the scene is foggy"),
    (
        "black and white",
        "the colours slowly fade until the picture is black and white",
        "the picture is black and white",
    ),
    (
        "make it black and white",
        "the colours slowly fade until the picture is black and white",
        "the picture is black and white",
    ),
    (
        "make it look like winter",
        "the scene slowly changes until it looks like winter",
        "the scene looks like winter",
    ),
    (
        "rotate the chair by 90 degrees",
        "the chair is slowly rotated by 90 degrees",
        "the chair is rotated by 90 degrees",
    ),
    ("turn the lights on", "the lights slowly go on", "the lights are on"),
    ("turn off the lights", "the lights slowly go off", "the lights are off"),
    ("Give her red hair", "she slowly gets red hair", "she has red hair"),
    ("give the man a hat", "the man slowly gets a hat", "the man has a hat"),
    ("blur the background", "the background is slowly blurred", "the background is blurred"),
    ("make him smile", "he slowly smiles", "he smiles"),
    ("make her look happy", "she slowly looks happy", "she looks happy"),
    ("make them dance", "they slowly dance", "they dance"),
    ("remove the people", "the people slowly disappear until they are gone", "the people are gone"),
    (
        "remove the people in the background",
        "the people in the background slowly disappear until they are gone",
        "the people in the background are gone",
    ),
    ("make the dogs run", "the dogs slowly run", "the dogs run"),
    ("make it winter", "the season slowly changes to winter", "the scene in winter"),
    ("make it sunset", "the light slowly changes until it is sunset", "the scene at sunset"),
    ("make it evening", "the light slowly changes until it is evening", "the scene in the light of evening"),
    ("make it rain", "it slowly begins to rain", "the scene in the rain"),
    ("make it snow", "it slowly begins to snow", "the scene in the snow"),
    ("make it sunny", "the scene slowly becomes sunny", "the scene is sunny"),
    ("make it more colourful", "the scene slowly becomes more colourful", "the scene is more colourful"),
    (
        "make it a watercolor painting",
        "the scene slowly turns into a watercolor painting",
        "a watercolor painting",
    ),
    ("turn it into a pencil drawing", "it slowly turns into a pencil drawing", "it is a pencil drawing"),
    ("convert it to a cartoon", "the scene slowly turns into a cartoon", "a cartoon"),
    (
        "change the background to a beach",
        "the background slowly changes to a beach",
        "the background is a beach",
    ),
    ("change her hair to blonde", "her hair slowly changes to blonde", "her hair is blonde"),
    ("make the sky more dramatic", "the sky slowly becomes more dramatic", "the sky is more dramatic"),
    ("make the car look old", "the car slowly looks old", "the car looks old"),
    ("make the woman wear a hat", "the woman slowly wears a hat", "the woman wears a hat"),
    ("make the man older", "the man slowly becomes older", "the man is older"),
    ("make the coffee steam", "the coffee slowly steams", "the coffee steams"),
    ("close her eyes", "her eyes are slowly closed", "her eyes are closed"),
    ("open the curtains", "the curtains are slowly opened", "the curtains are opened"),
    ("cut the apple in half", "the apple is slowly cut in half", "the apple is cut in half"),
    ("fill the glass with water", "the glass is slowly filled with water", "the glass is filled with water"),
    ("cover the table with snow", "the table is slowly covered with snow", "the table is covered with snow"),
    ("put a hat on the cat", "a hat slowly comes into view and joins the cat", "the cat with a hat"),
    ("put the cup on the table", "the cup slowly moves onto the table", "the cup is on the table"),
    ("add glasses to the man", "glasses slowly come into view and join the man", "the man with glasses"),
    ("add a boat", "a boat slowly comes into view", "a boat is in the picture"),
    ("the lamp is on", "the lamp slowly changes until it is on", "the lamp is on"),
    ("the flowers bloom", "the flowers slowly bloom", "the flowers bloom"),
    ("make the flowers bloom", "the flowers slowly bloom", "the flowers bloom"),
    (
        "the children play in the snow",
        "the children slowly play in the snow",
        "the children play in the snow",
    ),
    ("he waves", "he slowly waves", "he waves"),
    ("light the candles", "the candles are slowly lit", "the candles are lit"),
    ("lower the arm", "the arm is slowly lowered", "the arm is lowered"),
    ("raise both arms", "both arms slowly rise until they are raised", "both arms are raised"),
    ("make the tree taller", "the tree slowly becomes taller", "the tree is taller"),
    ("replace the cat with a dog", "the cat slowly turns into a dog", "the cat is a dog"),
    ("turn the cat into a tiger", "the cat slowly turns into a tiger", "the cat is a tiger"),
    ("paint the house red", "the house slowly turns red", "the house is red"),
    ("move the cups to the left", "the cups slowly move to the left", "the cups are at the left"),
    ("make the glass fall over", "the glass slowly falls over", "the glass falls over"),
    (
        "flip the picture upside down",
        "the picture is slowly flipped upside down",
        "the picture is flipped upside down",
    ),
    ("freeze the lake", "the lake is slowly frozen", "the lake is frozen"),
    ("the sun sets", "the sun slowly sets", "the sun sets"),
    ("make the beach crowded", "the beach slowly becomes crowded", "the beach is crowded"),
    (
        "in the style of Van Gogh",
        "the picture slowly changes until it is in the style of Van Gogh",
        "the picture is in the style of Van Gogh",
    ),
    ("make the scene brighter", "the scene slowly becomes brighter", "the scene is brighter"),
    ("make the picture brighter", "the scene slowly becomes brighter", "the scene is brighter"),
    ("the bus stops", "the bus slowly stops", "the bus stops"),
    ("shrink the glasses", "the glasses slowly shrink until they are small", "the glasses are small"),
    ("make the man and the woman hug", "the man and the woman slowly hug", "the man and the woman hug"),
    ("break the window", "the window is slowly broken", "the window is broken"),
    ("swap the two chairs", "the two chairs slowly change places", "the two chairs have changed places"),
    ("let it snow", "it slowly begins to snow", "the scene in the snow"),
    ("enlarge the grass", "the grass slowly grows until it is large", "the grass is large"),
    (
        "move the chair in front of the window",
        "the chair slowly moves in front of the window",
        "the chair is in front of the window",
    ),
    (
        "move the ball to the right of the cube",
        "the ball slowly moves to the right of the cube",
        "the ball is at the right of the cube",
    ),
    ("put the lamp in the corner", "the lamp slowly moves into the corner", "the lamp is in the corner"),
    (
        "make the picture in the style of Van Gogh",
        "the picture slowly changes until it is in the style of Van Gogh",
        "the picture is in the style of Van Gogh",
    ),
    ("make the dog on the sofa sleep", "the dog on the sofa slowly sleeps", "the dog on the sofa sleeps"),
    ("open the dog's mouth", "the dog's mouth is slowly opened", "the dog's mouth is opened"),
    ("make both men wear hats", "both men slowly wear hats", "both men wear hats"),
)
"""What people write, what the clip is to show, and the scene that it ends in."""


@pytest.mark.parametrize(("wish", "temporal", "target"), WISHES)
def test_what_people_write_becomes_english(wish: str, temporal: str, target: str) -> None:
    caption = temporal_caption(wish)
    assert (caption.temporal, caption.target, caption.notes) == (temporal, target, ())


def test_a_wish_that_no_rule_fits_is_said() -> None:
    caption = temporal_caption("translate the sign")
    assert caption.temporal == "the scene slowly changes until it shows: translate the sign"
    assert caption.notes == (UNRULED,) and "--caption-text" in UNRULED


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
