"""What a walk makes of a clause, told from the state that it begins at."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from frame2frame.geometry.energy import Features
from frame2frame.score.degree import Asked
from frame2frame.select.gate import SINCE, Gate
from frame2frame.strategy.walk import LEADS, LOSES, RESTS, SHOWS, Walk, completes
from frame2frame.values import Caption, Choice, Clip, Scores, Step, Take, Vectors

WISHES = ("paint the ball red", "lift the red ball")
CAPTION = Caption("the ball slowly turns red", "the ball is red", "test", clauses=WISHES)


def unit(*numbers: float) -> Vectors:
    rows = np.array([numbers], dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows))


class Words:
    """Texts that have nothing in common with any picture but the last clause's target."""

    threshold = None

    def images(self, frames: object) -> Vectors:
        raise AssertionError("no picture is encoded")

    def texts(self, texts: Sequence[str]) -> Vectors:
        return np.concatenate([unit(0, 0, 1, 0) if "raised" in text else unit(0, 0, 0, 1) for text in texts])


SOURCE, RED, RAISED = unit(1, 0, 0, 0), unit(1, 1, 0, 0), unit(1, 1, 1, 0)


def scores_of(vectors: Vectors) -> Scores:
    lengths = tuple(-float(length) for length in np.linalg.norm(vectors - SOURCE, axis=-1))
    return Scores(
        {"semantic": (0.0,) * len(vectors), "preservation": lengths, "contrast": (0.0,) * len(vectors)},
        {"semantic": 0.0, "preservation": 0.0, "contrast": 0.0},
        presence=-3.0,
        vectors=vectors,
        start=SOURCE,
    )


def at_the_first_clause() -> Walk:
    states = tuple(Features(one, np.zeros(1), np.zeros(1)) for one in (SOURCE, RED))
    return Walk(CAPTION, np.zeros((8, 8, 3), np.uint8), Gate(), states, over=True, tells=True)


def at_the_second_clause() -> Walk:
    return at_the_first_clause().towards(replace(CAPTION, target="the red ball is raised", clause=1), Words())


def test_a_clause_is_told_from_the_state_that_it_begins_at() -> None:
    told = at_the_second_clause().told(scores_of(np.concatenate([RED, RAISED])))
    assert told[SINCE][0] == 0 and told[SINCE][1] < -0.5
    assert told["contrast"][0] == 0 < told["contrast"][1]
    assert told["preservation"][0] < 0, "what must stay is told from the source"


def test_a_degree_is_told_from_the_state_that_its_clause_begins_at() -> None:
    """A picture that the clause before has made brighter is not brighter by this one."""
    caption = Caption(
        "the scene slowly becomes brighter", "the scene is brighter", "test", clauses=WISHES, clause=1
    )
    reached = replace(at_the_first_clause(), picture=np.full((8, 8, 3), 40, np.uint8))
    of_source = Asked.of(np.zeros((8, 8, 3), np.uint8), caption)
    assert of_source is not None
    frames = np.stack([np.full((8, 8, 3), level, np.uint8) for level in (40, 50, 60)])
    scores = of_source.added(replace(scores_of(np.repeat(RED, 3, axis=0)), presence=None), frames)
    assert Gate().shows(scores).tolist() == [True, True, True]
    told = reached.towards(caption, Words()).told(scores)
    assert Gate().shows(told).tolist() == [False, False, True]


def test_a_frame_that_goes_back_before_a_clause_that_was_reached_loses_it() -> None:
    walk = at_the_second_clause()
    still = Clip(np.zeros((2, 8, 8, 3), np.uint8), (0, 1), 1)
    worth = walk.worth(Take(still, walk.told(scores_of(np.concatenate([SOURCE, RED])))))
    assert worth.tolist() == [LOSES, LEADS]


def test_a_frame_in_the_middle_of_its_way_is_worth_less_than_those_where_the_clip_has_settled() -> None:
    frames = np.zeros((4, 8, 8, 3), np.uint8)
    frames[1], frames[2:] = 100, 200
    columns = {"semantic": (0.0, 0.5, 0.5, 0.5), "contrast": (0.0, 3.0, 3.0, 3.0)}
    scores = Scores(columns, {"semantic": 0.0, "contrast": 0.0})
    walk = Walk(CAPTION, frames[0], Gate())
    assert walk.worth(Take(Clip(frames, (0, 1, 2, 3), 1), scores)).tolist() == [LEADS, SHOWS, RESTS, RESTS]


def test_where_nothing_is_judged_a_clause_is_over_after_a_round_that_rests_where_its_clip_does() -> None:
    frames = np.zeros((4, 8, 8, 3), np.uint8)
    frames[1], frames[2:] = 100, 200
    clip = Clip(frames, (0, 1, 2, 3), 1)
    unable = replace(scores_of(np.repeat(RED, 4, axis=0)), ability=0.5)
    walk = Walk(CAPTION, frames[0], Gate())
    assert walk.worth(Take(clip, unable)).tolist() == [SHOWS, SHOWS, RESTS, RESTS]
    led, stayed = Step(CAPTION, clip, unable, Choice(3, ""), passed=(3,)), Choice(None, "")
    assert walk.after(led).over and not walk.after(replace(led, choice=stayed, passed=())).over
    assert not completes(Gate(), [replace(led, caption=replace(CAPTION, clause=1))])
    able = replace(unable, ability=1.5, presence=None)
    assert not walk.after(replace(led, scores=able)).over


def test_an_encoder_that_was_tried_on_the_source_is_tried_on_the_state_that_a_clause_begins_at() -> None:
    class Blind(Words):
        def images(self, frames: object) -> Vectors:
            return np.repeat(RED, len(np.asarray(frames)), axis=0)  # the same whatever was changed

    scores = replace(scores_of(RAISED), ability=1.5)
    first = replace(at_the_first_clause(), is_tried=True)
    told = first.towards(replace(CAPTION, target="the red ball is raised", clause=1), Blind()).told(scores)
    assert told.ability is not None and abs(told.ability) < 0.5
    assert at_the_second_clause().told(scores_of(RAISED)).ability is None


def test_a_path_that_shows_all_but_the_last_clause_has_not_come_to_the_end() -> None:
    shown = replace(scores_of(RED), columns={"semantic": (0.5,), "contrast": (3.0,)}, presence=None)
    clip = Clip(np.zeros((1, 8, 8, 3), np.uint8), (0,), 1)
    reached = Step(CAPTION, clip, shown, Choice(0, ""), passed=(0,))
    rolled_back = Step(replace(CAPTION, clause=1), clip, shown, Choice(None, ""))
    assert not completes(Gate(), [reached, rolled_back])
    assert completes(Gate(), [reached, replace(reached, caption=rolled_back.caption)])
