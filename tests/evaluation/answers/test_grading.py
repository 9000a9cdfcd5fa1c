"""Answers to a set are scored without drawing anything, beside the source itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from frame2frame.errors import InputError, ModelError
from frame2frame.evaluation.answers.asked import Measures, Where
from frame2frame.evaluation.answers.found import answers_in
from frame2frame.evaluation.answers.grading import Grading, grade
from frame2frame.evaluation.answers.scored import ANSWERS, SOURCE_COPY, read_scores
from frame2frame.evaluation.batch.ledger import FOUND, REFUSED, Ledger, Outcome
from frame2frame.evaluation.measures import perceptual
from frame2frame.evaluation.results.columns import Results, Table
from frame2frame.evaluation.sets.case import Case

from ...command import f2f
from ..sets.drawn import listed, posedit, put, scene


@pytest.fixture(autouse=True)
def _no_trunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever networks this computer has, the tests go without these."""
    monkeypatch.setattr(perceptual, "lpips", lambda trunk: None)
    monkeypatch.setattr(perceptual, "shift_tolerant_lpips", lambda: None)


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A set of three cases of two kinds, and answers to two of them."""
    rows = [
        {
            "id": id,
            "source": f"{id}.png",
            "target_text": "the cab",
            "target_picture": f"{id}-to.png",
            "kind": kind,
        }
        for id, kind in (("a", "left"), ("b", "right"), ("c", "right"))
    ]
    put(tmp_path / "theirs" / "A.jpg", scene(shift=6))
    put(tmp_path / "theirs" / "b.png", scene(shift=3, side=96))
    return listed(tmp_path / "set", *rows)


def graded(subject: Path | str, encoder: Path, **where: object) -> Results:
    places = {name: str(place) if isinstance(place, Path) else place for name, place in where.items()}
    measures = Measures(clip=str(encoder), side=48)
    return grade(Grading(str(subject), Where(**places), measures, "cpu"))  # type: ignore[arg-type]


def named(found: Results, name: str) -> Table:
    return next(one for one in found.tables if one.name == name)


def test_results_of_any_program_are_scored_beside_the_source(
    moved: Path, encoder: Path, tmp_path: Path
) -> None:
    found = graded(moved, encoder, results=tmp_path / "theirs")
    systems = named(found, "systems")
    assert [row[:2] for row in systems.rows] == [(ANSWERS, "2"), (SOURCE_COPY, "2")]
    own, copy = (systems.figures[name] for name in (ANSWERS, SOURCE_COPY))
    assert copy["PSNR"]["mean"] == 99 > own["PSNR"]["mean"]
    assert own["PSNR to target"]["mean"] > copy["PSNR to target"]["mean"]
    assert copy["magnitude"]["mean"] == 0 and copy["CLIP-I"]["mean"] == pytest.approx(1)
    assert [row[0] for row in named(found, "kinds").rows] == ["left", "right"]


def test_what_has_no_answer_and_what_cannot_be_measured_is_said_below_the_table(
    moved: Path, encoder: Path, tmp_path: Path
) -> None:
    put(tmp_path / "theirs" / "c.png", scene()).write_bytes(b"no picture")
    told = graded(moved, encoder, results=tmp_path / "theirs").text()
    assert "Runs and pictures that cannot be used: c (" in told
    (tmp_path / "theirs" / "c.png").unlink()
    told = graded(moved, encoder, results=tmp_path / "theirs").text()
    assert "No answer to 1 of the cases: c" in told
    assert "Not measured, LPIPS: it takes" in told and "Not measured, DINO:" in told


def test_each_network_is_told_with_its_hash(moved: Path, encoder: Path, tmp_path: Path) -> None:
    found = graded(moved, encoder, results=tmp_path / "theirs")
    ((name, files),) = found.about["networks"].items()
    (digest,) = files.values()
    assert name == "CLIP (clip0)" and len(digest) == 64 and digest[:12] in found.text()


def test_an_answer_of_another_shape_is_stretched_and_named(
    moved: Path, encoder: Path, tmp_path: Path
) -> None:
    put(tmp_path / "theirs" / "c.png", scene()[:24])
    told = graded(moved, encoder, results=tmp_path / "theirs").text()
    assert "Answers of another shape than their sources, which were stretched: c" in told


def test_scores_are_left_as_lines(moved: Path, encoder: Path, tmp_path: Path) -> None:
    graded(moved, encoder, results=tmp_path / "theirs", out=tmp_path / "new" / "out")
    scores = read_scores(tmp_path / "new" / "out" / "scores.jsonl")
    assert [(one.case, one.system) for one in scores] == [
        ("a", ANSWERS),
        ("b", ANSWERS),
        ("a", SOURCE_COPY),
        ("b", SOURCE_COPY),
    ]
    assert scores[0].answer == tmp_path / "theirs" / "A.jpg"
    assert scores[2].answer == scores[2].source


def test_no_answer_at_all_is_one_line(moved: Path, encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"there is no answer to manifest\.jsonl; got no answer to a, b, c"):
        graded(moved, encoder, results=tmp_path / "empty")
    with pytest.raises(InputError, match="there is no folder of results"):
        graded(moved, encoder, results=tmp_path / "none")
    with pytest.raises(InputError, match="there is no finished batch"):
        graded(moved, encoder, run=tmp_path / "empty")


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("pos_a2_s1.png", Case("pos_a2_s1", Path("a2_s1.png"))),
        ("a2_s1.jpg", Case("pos_a2_s1", Path("a2_s1.png"))),
        ("a2s1.jpg", Case("pos_a2_s1", Path("a2_s1.png"))),
        (
            "dog.jpeg-A_photo_of_a_sitting_dog.png",
            Case("t", Path("dog.jpeg"), None, "A photo of a sitting dog."),
        ),
        ("45.jpg", Case("t", Path("box.jpeg"), result="authors/45.jpg")),
    ],
)
def test_a_result_is_found_by_the_name_that_its_program_gave(tmp_path: Path, name: str, case: Case) -> None:
    put(tmp_path / name, scene())
    (one,) = answers_in(tmp_path, [case]).found
    assert one.picture == tmp_path / name


def test_a_source_of_several_edits_does_not_name_a_result(tmp_path: Path) -> None:
    put(tmp_path / "dog.png", scene())
    cases = [Case(id, Path("dog.png"), None, text) for id, text in (("a", "sits"), ("b", "runs"))]
    assert list(answers_in(tmp_path, cases).missing) == ["a", "b"]


def test_the_command_scores_a_named_set(
    tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    posedit(tmp_path)
    words = ["posedit", "--data", str(tmp_path), "--results", str(tmp_path / "tgt_images"), "--device", "cpu"]
    made = ["--clip", str(encoder), "--side", "48", "--json", str(tmp_path / "found.json")]
    assert f2f(monkeypatch, "evaluate", *words, *made) == 0
    told = capsys.readouterr().out
    assert "PosEdit, 2 of 58 cases" in told and "source copy" in told
    assert "As printed in the paper's Table 2, all 58 cases" in told and "does not name the networks" in told
    figures = json.loads((tmp_path / "found.json").read_text())["figures"]
    assert figures["systems"][ANSWERS]["PSNR to target"]["mean"] == 99
    assert figures["paper"]["Frame2Frame"]["CLIP-T ↑"] == 0.64


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("posedit --data DIR", "there is nothing to score"),
        ("posedit --data DIR --results a --run b", "answers come from one place"),
        (
            "posedit --data DIR --results DIR --rounds 3",
            "--rounds is asked of a part that draws its own scenes",
        ),
        ("posedit --data DIR --results DIR --steps 3", "--steps means nothing where the answers are there"),
        ("posedit --data DIR --run DIR --set keep.growth=0.1", "--set means nothing where the answers are"),
        ("posedit --data DIR --results DIR --json DIR/a --csv DIR/a", "would lie in one file"),
        ("posedit --data DIR/none --results DIR --json DIR/a.json", "DIR/none"),
        ("edits --results DIR", "--results is asked of a set"),
        ("DIR/none.jsonl --results DIR", "there is no list of cases"),
        ("DIR --results DIR", "there is no list of cases"),
        ("DIR/set --data DIR --results DIR", "--data is for a set that goes by name"),
        ("posedit --results DIR", "PosEdit is not on the hub"),
        ("posedit --data DIR/set --results DIR --out DIR/set/annotations.json/out", "cannot write"),
        ("tedbnch --results DIR", "did you mean"),
    ],
)
def test_what_cannot_be_scored_is_one_line(
    words: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    posedit(tmp_path / "set")
    assert f2f(monkeypatch, "evaluate", *words.replace("DIR", str(tmp_path)).split()) == 2
    shown = capsys.readouterr()
    heard = shown.err.strip()
    assert told.replace("DIR", str(tmp_path)) in heard and "\n" not in heard
    assert shown.out == ""


def test_a_network_that_was_named_and_is_not_here_is_said_before_anything_is_scored(
    moved: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="nobody/nothing is not here"):
        grade(Grading(str(moved), Where(results=str(tmp_path)), Measures(clip="nobody/nothing"), "cpu"))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory, video_model: Path, encoder: Path) -> tuple[Path, Path]:
    """A manifest, and a batch that was made of it with a tiny model; its last row failed."""
    place = tmp_path_factory.mktemp("made")
    rows = (
        {"id": id, "source": f"{id}.png", "instruction": "move it", "target_text": "the cab"} for id in "abc"
    )
    path = listed(place / "set", *rows)
    (place / "set" / "c.png").write_bytes(b"no picture")
    wishes = {"model": str(video_model), "encoder": str(encoder), "steps": 1, "select": "best", "keep": False}
    where = Where(out=str(place / "batch"), grade_with_selector=True)
    grade(Grading(str(path), where, Measures(clip=str(encoder), side=48), "cpu", wishes))
    return path, place / "batch"


def test_without_answers_the_batch_is_made_and_scored(batch: tuple[Path, Path]) -> None:
    _, out = batch
    assert (out / "results.jsonl").is_file() and (out / "runs" / "a" / "final_frame.png").is_file()
    own = [one for one in read_scores(out / "scores.jsonl") if one.system == ANSWERS]
    assert [one.case for one in own] == ["a", "b"]
    assert all(one.seconds and one.evaluations and "CLIP-T" in one.values for one in own)


def test_the_encoder_that_chose_the_frames_does_not_score_them_unless_it_is_asked_to(
    batch: tuple[Path, Path], encoder: Path
) -> None:
    path, out = batch
    with pytest.raises(InputError, match=r"chosen by the encoder that is to score.*--grade-with-selector"):
        graded(path, encoder, run=out)
    told = graded(path, encoder, run=out, grade_with_selector=True).text()
    assert "CLIP (clip0) has also chosen the frames: its figures favour them." in told
    assert "No answer to 1 of the cases: c" in told


def test_a_batch_is_not_even_begun_where_the_same_encoder_would_choose_and_score(
    batch: tuple[Path, Path], encoder: Path, video_model: Path, tmp_path: Path
) -> None:
    wishes = {"model": str(video_model), "encoder": str(encoder), "steps": 1}
    asked = Grading(
        str(batch[0]), Where(out=str(tmp_path / "new")), Measures(clip=str(encoder)), "cpu", wishes
    )
    with pytest.raises(InputError, match="chosen by the encoder that is to score"):
        grade(asked)
    assert not (tmp_path / "new").exists()


def test_no_edit_counts_as_the_source_and_its_share_is_a_column(
    batch: tuple[Path, Path], encoder: Path, tmp_path: Path
) -> None:
    path, made = batch
    out = Path(shutil.copytree(made, tmp_path / "batch"))
    with Ledger(out) as ledger:
        for id, outcome in (("a", REFUSED), ("b", FOUND)):
            ledger.add(Outcome(id, "0" * 16, outcome, result=f"runs/{id}"))
    found = graded(path, encoder, run=out, grade_with_selector=True)
    assert named(found, "systems").figures[ANSWERS]["no_edit"]["hits"] == 1
    (refused,) = [one for one in read_scores(out / "scores.jsonl") if one.answer is None]
    assert (refused.case, refused.values["PSNR"]) == ("a", 99)


def test_a_damaged_run_is_named_and_the_others_are_scored(
    batch: tuple[Path, Path], encoder: Path, tmp_path: Path
) -> None:
    path, made = batch
    out = Path(shutil.copytree(made, tmp_path / "batch"))
    (out / "runs" / "a" / "done.json").write_text("{")
    told = graded(path, encoder, run=out, grade_with_selector=True)
    assert "Runs and pictures that cannot be used: a (" in told.text()
    assert [row[1] for row in named(told, "systems").rows[:2]] == ["1", "1"]


def test_the_batch_of_another_set_is_refused(batch: tuple[Path, Path], encoder: Path, tmp_path: Path) -> None:
    rows = ({"id": id, "source": f"{id}.png", "target_text": "the cab"} for id in "ab")
    path = listed(tmp_path, *rows)
    put(tmp_path / "b.png", scene(level=90))
    with pytest.raises(InputError, match=r"1 runs of the batch are edits of other pictures.*; got b"):
        graded(path, encoder, run=batch[1], grade_with_selector=True)
