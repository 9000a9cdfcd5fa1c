"""Frames of finished runs as answers, for which nothing is drawn."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from frame2frame.evaluation.answers.controls import NO_CLIPS, Controls, controls
from frame2frame.evaluation.answers.scored import Scored
from frame2frame.evaluation.batch.ledger import FOUND, Ledger, Outcome
from frame2frame.evaluation.measures.seen import Values
from frame2frame.evaluation.sets.case import Case
from frame2frame.runs.write import write_run
from frame2frame.values import Cause, Choice, Picture, Take

from ...finished import a_step, drawn, finished

BEST = {"a": 5, "b": 3}
"""The frame of each case's clip that is the target."""

CASES = [Case(id, Path(f"{id}.png"), target=Path("wanted.png")) for id in BEST]


def measure(case: Case, answers: Sequence[Picture]) -> list[Values]:
    """By how many frames the bar of `finished.drawn` is from where it should be; 9 where it is not there."""
    ends = [int(np.flatnonzero(one[25, :, 1] == 30).max(initial=0)) - 9 for one in answers]
    return [{"LPIPS to target": float(abs(end - BEST[case.id]))} for end in ends]


def batch(folder: Path, save: str = "clip", candidates: int = 1) -> Path:
    """A finished one, in which frame 6 of the last seed was chosen."""
    own = finished()
    step = replace(own.steps[0], clip=replace(own.steps[0].clip, seed=41 + candidates))
    if candidates > 1:
        other = a_step(Choice(None, ""), drawn()[:5])
        unlike = replace(other.scores, source={"semantic": 0.9, "likeness": 1.0})
        step = replace(step, others=(Take(other.clip, unlike),))
    with Ledger(folder) as ledger:
        for id in BEST:
            write_run(folder / "runs", replace(own, steps=(step,), save=save), name=id)
            ledger.add(Outcome(id, "0" * 16, FOUND, result=f"runs/{id}", seconds=2.5))
    return folder


def answers(found: Controls, system: str) -> list[Scored]:
    return [one for one in found.scores if one.system == system]


def errors(found: Controls, system: str) -> list[float]:
    return [one.values["LPIPS to target"] for one in answers(found, system)]


def test_frames_of_the_clips_are_answers_of_their_own_systems(tmp_path: Path) -> None:
    found = controls(batch(tmp_path), CASES, measure)
    assert errors(found, "last frame") == [3.0, 5.0]
    assert errors(found, "frame best for the truth") == [0.0, 0.0]
    assert {one.case for one in found.scores} == {"a", "b"} and answers(found, "last frame")[0].seconds == 2.5


def test_the_best_constant_frame_is_one_number_for_all_and_is_said_to_know_the_cases(tmp_path: Path) -> None:
    found = controls(batch(tmp_path), CASES, measure)
    assert errors(found, "best constant: frame 3") == [2.0, 0.0]  # frames 3 to 5 are as good
    assert found.remarks[-1].endswith("was found on these very cases by LPIPS to target.")


def test_a_random_frame_hangs_on_the_case_alone(tmp_path: Path) -> None:
    both, first = controls(batch(tmp_path), CASES, measure), controls(tmp_path, CASES[:1], measure)
    assert errors(both, "random frame")[:1] == errors(first, "random frame")


def test_of_several_candidates_the_first_alone_is_one_shot(tmp_path: Path) -> None:
    found = controls(batch(tmp_path, "all", candidates=2), CASES, measure)
    (one, _), last = answers(found, "one-shot"), errors(found, "last frame")
    assert "the best of 2 candidates" in found.remarks[0]
    assert last == [1.0, 1.0], "of the first seed's clip, which is five frames long"
    assert one.answer is None and one.seconds is None, "its selector refuses, and the time was that of both"


def test_without_the_other_candidates_it_is_said_whose_frames_these_are(tmp_path: Path) -> None:
    found = controls(batch(tmp_path, "clip", candidates=2), CASES, measure)
    assert errors(found, "last frame") == [3.0, 5.0] and not answers(found, "one-shot")
    assert any("clips that were chosen of several" in remark for remark in found.remarks)


def test_a_batch_that_kept_no_clips_has_no_controls_and_says_so(tmp_path: Path) -> None:
    found = controls(batch(tmp_path, "result"), CASES, measure)
    assert (found.scores, found.remarks) == ((), (NO_CLIPS,))


def test_a_run_of_which_nothing_was_drawn_has_no_frame_to_answer_with(tmp_path: Path) -> None:
    own = finished()
    frames = drawn()[:1]
    undrawn = a_step(Choice(None, "Nothing was drawn.", cause=Cause.UNKNOWN_WORDS), frames)
    with Ledger(batch(tmp_path)) as ledger:
        write_run(tmp_path / "runs", replace(own, steps=(undrawn,), save="clip"), name="a")
        ledger.add(Outcome("a", "0" * 16, FOUND, result="runs/a"))
    assert {one.case for one in controls(tmp_path, CASES, measure).scores} == {"b"}


def test_a_damaged_run_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    (batch(tmp_path) / "runs" / "a" / "scores.json").write_text("{", encoding="utf-8")
    found = controls(tmp_path, CASES, measure)
    assert {one.case for one in found.scores} == {"b"}
    assert found.remarks[0].startswith("Clips that cannot be used as controls: a (")


def test_a_judge_marks_each_frame_that_a_control_takes_once(tmp_path: Path) -> None:
    asked = list[tuple[str, int]]()

    def judge(case: Case, system: str, answer: Picture) -> Values:
        (told,) = measure(case, [answer])
        asked.append((case.id, int(told["LPIPS to target"])))
        return {"judged": 10 - told["LPIPS to target"]}

    found = controls(batch(tmp_path), CASES, measure, judge=judge)
    assert found.scores and all(
        one.values["judged"] == 10 - one.values["LPIPS to target"] for one in found.scores
    )
    assert {one.system for one in found.scores} > {"last frame", "random frame", "best constant: frame 3"}
    frames = {(one.case, one.values["LPIPS to target"]) for one in found.scores}
    assert {*asked} == frames and len(asked) <= len(found.scores)


def test_a_judge_sees_the_source_where_one_shot_takes_no_frame(tmp_path: Path) -> None:
    def judge(case: Case, system: str, answer: Picture) -> Values:
        (told,) = measure(case, [answer])
        return {"judged": told["LPIPS to target"]}

    found = controls(batch(tmp_path, "all", candidates=2), CASES, measure, judge=judge)
    (one, _) = answers(found, "one-shot")
    assert one.answer is None and one.values["judged"] == one.values["LPIPS to target"]
