"""The judge, with a server that answers from the truth and with one that fails."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from math import ceil, log2
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.plugins.draws import Choose, Drawn
from frame2frame.select.collage import GAP, LABEL, collage, corner, evenly_spaced, tile_picture, tiles
from frame2frame.select.judge import PROMPTS, Judge, first_of
from frame2frame.select.rules import Earliest
from frame2frame.strategy.executor import chosen
from frame2frame.values import Caption, Clip, Scores, Take
from frame2frame.worlds.tabletop import KINDS, Episode, episode

from ..chat_server import DATED, Asked, ChatServer, Says, Status
from ..clips import clip_of, is_edited

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

FIRST = 1_000_000_000
DRAWN = [
    (FIRST + number, KINDS[number % len(KINDS)], course)
    for number, course in enumerate(["whole"] * 4 + ["never", "reverts", "other"] * 2)
]
CAPTION = Caption("the ball slowly turns blue", "the ball is blue", "test")
NONE = {"reason": "", "answer": 0, "runner_up": 0}


@lru_cache
def drawn(seed: int, kind: str, course: str) -> Episode:
    return episode(seed, kind, course, 17)


def scores_of(clip: Clip) -> Scores:
    """Of an encoder that is sure of the later half."""
    semantic = tuple(float(2 * i >= len(clip)) for i in range(len(clip)))
    return Scores({"semantic": semantic}, {"semantic": 0.0}, threshold=0.5)


def caption_of(one: Episode) -> Caption:
    return Caption(one.temporal_caption, one.target_caption, "grammar")


SHORT = clip_of(*(np.full((16, 24, 3), level, np.uint8) for level in (0, 40, 80, 120, 160)))


def truth(asked: Asked, one: Episode) -> dict[str, Any]:
    """What looking at the tiles tells one who knows the target."""
    assert asked.fields is not None and one.target_caption in asked.text
    first, *rows = tiles(asked.pictures[0], 128, 128)
    assert (first[0] == one.frames[0]).all()
    if "shows" in asked.fields:
        return {"reason": "so it is", "shows": is_edited(first[1], one)}
    places = [tile for row in rows for tile in row][: max(asked.fields["answer"]["enum"])]
    right = [number for number, tile in enumerate(places, start=1) if is_edited(tile, one)]
    return {"reason": "so it is", "answer": [*right, 0][0], "runner_up": [*right, 0, 0][1]}


@pytest.mark.parametrize("mode", ["collage", "frames"])
@pytest.mark.parametrize(("seed", "kind", "course"), DRAWN)
def test_told_the_truth_the_judge_takes_the_first_shown_frame_that_is_complete_or_none(
    mode: str, seed: int, kind: str, course: str, use: Any
) -> None:
    one = drawn(seed, kind, course)
    complete = 17 if one.complete_index is None else one.complete_index
    expected = next((index for index in evenly_spaced(17, 12) if index >= complete), None)
    clip = clip_of(*one.frames)
    with use(ChatServer(lambda asked: truth(asked, one))):
        choice = Judge(mode).choose(clip, scores_of(clip), caption_of(one))
    assert choice.index == expected and "so it is" in choice.reason and DATED in choice.notes[0]


def test_the_drawn_clips_have_frames_to_find_and_none() -> None:
    found = [drawn(*one).complete_index for one in DRAWN]
    assert None in found and len(set(found)) > 5


def test_candidates_are_evenly_spaced_up_to_the_last_frame() -> None:
    assert evenly_spaced(49, 12) == list(range(4, 49, 4))  # the paper's
    assert evenly_spaced(5, 12) == [1, 2, 3, 4]
    assert evenly_spaced(1, 12) == []
    assert evenly_spaced(17, 12)[-1] == 16


@pytest.mark.parametrize("size", [(128, 128), (20, 100), (480, 720), (1, 1)])
def test_a_collage_is_of_a_size_that_models_see_well(size: tuple[int, int]) -> None:
    frames = np.zeros((13, *size, 3), np.uint8)
    height, width = collage(frames[0], frames[1:]).shape[:2]
    assert 700 < max(height, width) < 1_500


def test_the_label_stands_above_its_tile() -> None:
    frames = np.zeros((13, 32, 32, 3), np.uint8)
    sheet = collage(frames[0], frames[1:])
    left, top = corner(3, 3, *tile_picture(frames[0]).shape[:2])
    assert (sheet[top - LABEL : top, left : left + 40] < 128).any()
    assert (sheet[top:, left:-GAP][:100] == 0).all()


def test_runner_up_and_reason_are_handed_on(use: Any) -> None:
    answer = {"reason": "It is\n\x1b[1m all blue.", "answer": 2, "runner_up": 3}
    with use(ChatServer(lambda asked: answer)):
        choice = Judge().choose(SHORT, scores_of(SHORT), CAPTION)
    assert (choice.index, choice.runner_up) == (2, 3)
    assert choice.reason.startswith("Frame 2 is the first that shows") and choice.reason.isprintable()
    assert choice.notes == (
        f"The source and 4 frames were sent to 127.0.0.1 (model {DATED}) to choose among.",
    )


def test_none_may_be_answered_with_a_runner_up(use: Any) -> None:
    with use(ChatServer(lambda asked: NONE | {"runner_up": 4})):
        choice = Judge().choose(SHORT, scores_of(SHORT), CAPTION)
    assert (choice.index, choice.runner_up) == (None, 4) and "No frame shows" in choice.reason


def test_where_a_clip_changes_once_the_place_is_found_by_halves() -> None:
    for frames in range(2, 50):
        shown = evenly_spaced(frames, 12)
        for first in [*shown, None]:
            asked: list[int] = []

            def shows(index: int, first: int | None = first, asked: list[int] = asked) -> bool:
                asked.append(index)
                return first is not None and index >= first

            assert first_of(shown, shows) == first and len(set(asked)) == len(asked)
            assert first is None or len(asked) <= 2 + ceil(log2(len(shown)))


def test_an_edit_that_comes_and_goes_is_looked_for_in_every_candidate() -> None:
    asked: list[int] = []

    def shows(index: int) -> bool:
        asked.append(index)
        return index in (12, 16)

    assert first_of(evenly_spaced(49, 12), shows) == 12 and asked == [4, 48, 8, 12]


def test_frames_are_asked_about_until_the_first_that_shows_the_edit_is_found(use: Any) -> None:
    def answer(asked: Asked) -> dict[str, Any]:
        return {"reason": "", "shows": bool(tiles(asked.pictures[0], 16, 24)[0][1].mean() >= 80)}

    with use(ChatServer(answer)) as chat:
        choice = Judge("frames").choose(SHORT, scores_of(SHORT), CAPTION)
    assert choice.index == 2 and len(chat.asked) == 3
    assert choice.notes == (
        f"The source and 3 frames were sent to 127.0.0.1 (model {DATED}) to choose among.",
    )


def test_no_more_questions_than_candidates_are_asked(use: Any) -> None:
    with use(ChatServer(lambda asked: {"reason": "", "shows": False})) as chat:
        choice = Judge("frames", shown=3).choose(SHORT, scores_of(SHORT), CAPTION)
    assert choice.index is None and len(chat.asked) == 3


@pytest.mark.parametrize("mode", ["collage", "frames"])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Status(401), "401, the key was refused"),
        (Says('{"reason": "", "answer": 5, "runner_up": 0, "shows": 1}'), "out of range|no boolean"),
        (Says("Candidate 2 is the best of 4."), "no JSON object"),
    ],
)
def test_when_the_server_fails_the_rules_choose_and_the_notes_say_why(
    mode: str, fault: Any, reason: str, use: Any
) -> None:
    with use(ChatServer(lambda asked: NONE, fault)):
        choice = Judge(mode).choose(SHORT, scores_of(SHORT), CAPTION)
    rules = Earliest().choose(SHORT, scores_of(SHORT), CAPTION)
    assert replace(choice, notes=()) == rules
    sent, why = choice.notes
    assert "127.0.0.1" in sent and re.search(reason, why) and "built-in rules" in why


def test_without_a_key_the_rules_choose_and_nothing_is_said_to_be_sent() -> None:
    choice = Judge().choose(SHORT, scores_of(SHORT), CAPTION)
    assert choice.index == Earliest().choose(SHORT, scores_of(SHORT), CAPTION).index
    why = "no server is set; set OPENAI_API_KEY, see docs/how-to/vision-language-server.md"
    assert choice.notes == (f"No choice from the server ({why}); the built-in rules made it.",)


def test_frames_that_were_sent_before_a_failure_are_told(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with use(ChatServer(lambda asked: {"reason": "", "shows": False})):
        Judge("frames", shown=1).choose(SHORT, scores_of(SHORT), CAPTION)

    def answer(asked: Asked) -> dict[str, Any]:
        monkeypatch.setenv("OPENAI_BASE_URL", "ftp://127.0.0.1/v1")
        return {"reason": "", "shows": False}

    with use(ChatServer(answer)):
        choice = Judge("frames").choose(SHORT, scores_of(SHORT), CAPTION)
    assert len(choice.notes) == 2 and choice.notes[0].startswith("Frames were sent to 127.0.0.1")


def test_a_clip_of_one_frame_is_left_to_the_rules() -> None:
    clip = clip_of(*SHORT.frames[:1])
    assert Judge().choose(clip, scores_of(clip), CAPTION).notes


def test_the_same_clip_is_judged_again_without_the_server(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with use(ChatServer(lambda asked: NONE | {"answer": 3})):
        first = Judge().choose(SHORT, scores_of(SHORT), CAPTION)
    monkeypatch.delenv("OPENAI_API_KEY")
    again = Judge().choose(SHORT, scores_of(SHORT), CAPTION)
    assert replace(again, notes=()) == replace(first, notes=()) and "nothing was sent" in again.notes[0]


def test_a_folder_of_prompts_replaces_the_built_in_ones(use: Any, tmp_path: Path) -> None:
    (tmp_path / "collage.txt").write_text("My own rules.", encoding="utf-8")
    with use(ChatServer(lambda asked: NONE)) as chat:
        Judge(prompt_dir=str(tmp_path)).choose(SHORT, scores_of(SHORT), CAPTION)
    assert chat.asked[0].rules == "My own rules."


def test_what_the_judge_cannot_do_is_refused_before_anything_runs(tmp_path: Path) -> None:
    for wrong in ({"mode": "vote"}, {"shown": 0}, {"shown": 13}, {"prompt_dir": str(tmp_path)}):
        with pytest.raises(InputError):
            Judge(**wrong)


def test_the_judge_never_stops_a_clip_early() -> None:
    assert not Judge().enough(SHORT, scores_of(SHORT))


def test_every_question_has_a_prompt() -> None:
    assert sorted(file.stem for file in PROMPTS.iterdir()) == ["answers", "collage", "frames"]


@pytest.mark.parametrize("mode", ["collage", "frames"])
def test_the_judge_sees_the_users_own_picture_as_the_source(mode: str, use: Any) -> None:
    own = np.full((32, 48, 3), 200, np.uint8)
    with use(ChatServer(lambda asked: NONE | {"shows": False})) as chat:
        Judge(mode).choose(replace(SHORT, source=own), scores_of(SHORT), CAPTION)
    assert all((tiles(asked.pictures[0], 16, 24)[0][0] == 200).all() for asked in chat.asked)


def drawings(count: int) -> list[Take]:
    """Clips of which each ends in a grey of its own, the later ones nearer to the wanted scene."""
    clips = [
        replace(clip_of(*(np.full((16, 24, 3), level, np.uint8) for level in (0, 10 * n))), seed=100 + n)
        for n in range(1, count + 1)
    ]
    return [
        Take(clip, Scores({"semantic": (0.0, n / 100)}, {"semantic": 0.0})) for n, clip in enumerate(clips)
    ]


def preferring(level: int, about_clips: dict[str, Any]) -> Any:
    """Answers that every clip's last frame will do, and of several answers prefers the one of this grey."""

    def answer(asked: Asked) -> dict[str, Any]:
        assert asked.fields is not None
        if "runner_up" in asked.fields:
            return about_clips
        places = [tile for row in tiles(asked.pictures[0], 16, 24)[1:] for tile in row]
        shown = [int(tile.mean()) for tile in places][: max(asked.fields["answer"]["enum"])]
        return {"reason": "it is the best", "answer": 1 + shown.index(level) if level in shown else 0}

    return answer


LAST = {"reason": "", "answer": 1, "runner_up": 0}


def test_of_several_clips_the_answer_that_the_judge_prefers_is_taken(use: Any) -> None:
    with use(ChatServer(preferring(20, LAST))) as chat:
        best, choice = chosen(Judge(), Choose(Drawn(drawings(4)), CAPTION))
    assert (best, choice.index) == (1, 1) and len(chat.asked) == 5
    assert choice.notes[-1] == (
        f"Of the answers of seeds 101, 102, 103, 104 the judge {DATED} prefers seed 102: “it is the best”"
    )


def test_fifteen_answers_are_compared_in_two_halves_and_the_winners_once_more(use: Any) -> None:
    with use(ChatServer(preferring(70, LAST))) as chat:
        best, choice = chosen(Judge(), Choose(Drawn(drawings(15)), CAPTION))
    compared = [max(asked.fields["answer"]["enum"]) for asked in chat.asked[15:] if asked.fields]
    assert best == 6 and compared == [8, 7]  # one of which has no answer that will do
    assert "takes none" in choice.notes[-1]


def test_an_answer_is_not_compared_with_clips_that_have_none(use: Any) -> None:
    clips = drawings(2)

    def answer(asked: Asked) -> dict[str, Any]:
        return LAST if tiles(asked.pictures[0], 16, 24)[1][0].mean() == 10 else NONE

    with use(ChatServer(answer)) as chat:
        best, choice = chosen(Judge(), Choose(Drawn(clips), CAPTION))
    assert (best, choice.index) == (0, 1) and len(chat.asked) == 2


def test_the_judge_may_prefer_no_answer_and_the_source_is_kept(use: Any) -> None:
    with use(ChatServer(preferring(0, LAST))):
        _, choice = chosen(Judge(), Choose(Drawn(drawings(3)), CAPTION))
    assert choice.index is None and "None of the answers of 3 seeds" in choice.reason


def test_where_the_server_fails_at_the_comparison_the_most_similar_answer_is_taken(use: Any) -> None:
    def answer(asked: Asked) -> Any:
        assert asked.fields is not None
        return LAST if "runner_up" in asked.fields else "I cannot say."

    with use(ChatServer(answer)):
        best, choice = chosen(Judge(), Choose(Drawn(drawings(3)), CAPTION))
    assert (best, choice.index) == (2, 1) and "no JSON object" in choice.notes[-1]


def test_a_folder_of_prompts_from_before_answers_were_compared_still_serves(use: Any, tmp_path: Path) -> None:
    (tmp_path / "collage.txt").write_text("My own rules.", encoding="utf-8")
    with use(ChatServer(preferring(20, LAST))) as chat:
        chosen(Judge(prompt_dir=str(tmp_path)), Choose(Drawn(drawings(2)), CAPTION))
    own, built_in = chat.asked[0].rules, chat.asked[-1].rules
    assert own == "My own rules." and built_in == (PROMPTS / "answers.txt").read_text("utf-8").strip()
