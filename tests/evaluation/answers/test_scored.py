"""Scores as lines of a file."""

from pathlib import Path

import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.answers.scored import Scored, is_lower_better, read_scores, write_scores

SCORES = [
    Scored("a", "lift", "answers", {"LPIPS": 0.25, "CLIP-I": 0.5}, Path("a.png"), Path("out.png"), 1.5, 40),
    Scored("b", "", "answers", {}, Path("b.png"), None, target=Path("wanted.png")),
]


def test_scores_come_back_as_they_were_written(tmp_path: Path) -> None:
    scores = [
        Scored("a", "lift", "answers", {"LPIPS": 0.25}, tmp_path / "a.png", tmp_path / "b.png", 1.5, 40)
    ]
    write_scores(tmp_path / "scores.jsonl", scores)
    assert read_scores(tmp_path / "scores.jsonl") == scores


def test_the_paths_of_scores_are_right_from_every_folder(tmp_path: Path) -> None:
    write_scores(tmp_path / "scores.jsonl", SCORES)
    first, second = read_scores(tmp_path / "scores.jsonl")
    assert (first.source, first.answer) == (Path.cwd() / "a.png", Path.cwd() / "out.png")
    assert second.answer is None and second.target == Path.cwd() / "wanted.png"


NOT_FINITE = '{"case": "a", "kind": "", "system": "s", "source": "a.png", "values": {"LPIPS": NaN}}'


@pytest.mark.parametrize(
    "line", ["{}", "[1]", "no JSON", '{"case": "a", "kind": "", "system": "s", "values": 1}', NOT_FINITE]
)
def test_a_line_that_is_no_score_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "scores.jsonl"
    write_scores(path, SCORES)
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError, match=r"scores\.jsonl holds no scores at line 3"):
        read_scores(path)


def test_it_is_known_which_end_of_a_measure_is_the_better_one() -> None:
    assert is_lower_better("ST-LPIPS to target") and not is_lower_better("CLIP-I")
    assert is_lower_better("magnitude") is None
