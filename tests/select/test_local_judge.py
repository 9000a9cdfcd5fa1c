"""The judge without a key: a vision-language model on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.clips import clip_of
from tests.tiny_vision_language import COMMIT, in_cache, written

from frame2frame import Editor, Wishes, edit
from frame2frame.engine.models.store import Home
from frame2frame.errors import ModelError
from frame2frame.plugins.draws import Choose, Drawn
from frame2frame.runs.read import read_run
from frame2frame.select.collage import evenly_spaced
from frame2frame.select.judge import Judge, first_of
from frame2frame.select.rules import Earliest
from frame2frame.strategy.executor import chosen
from frame2frame.values import Caption, Scores, Take
from frame2frame.worlds.tabletop.example import EXAMPLE

CAPTION = Caption("the ball slowly turns blue", "the ball is blue", "test")
RANDOM = np.random.default_rng(5)
CLIP = clip_of(*RANDOM.integers(0, 256, (9, 24, 32, 3), dtype=np.uint8))
SCORES = Scores({"semantic": tuple(i / 10 for i in range(9))}, {"semantic": 0.0}, threshold=0.5)


def judge(folder: Path, **options: object) -> Judge:
    return Judge(judge=f"local:{folder}", home=Home("cpu"), **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def yes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("judge") / "yes", says=("yes",))


@pytest.fixture(scope="module")
def wavering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose answer depends on the picture: random, but for words other than yes and no."""
    return written(tmp_path_factory.mktemp("judge") / "wavering", wavers=True)


def test_a_local_judge_is_asked_about_single_frames_and_says_how_sure_it_is(yes: Path) -> None:
    choice = judge(yes).choose(CLIP, SCORES, CAPTION)
    assert choice.index == 1
    assert "says the judge yes (weights " in choice.reason and "(probability of yes 1.00)" in choice.reason
    (note,) = choice.notes
    assert note.startswith("The choice was made on this machine by yes (weights ")
    assert note.endswith("asked about 1 frame; nothing was sent.")


def test_where_a_local_judge_says_no_to_all_the_source_is_kept(tmp_path: Path) -> None:
    choice = judge(written(tmp_path / "no", says=("no",))).choose(CLIP, SCORES, CAPTION)
    assert choice.index is None and choice.reason.startswith(
        "No frame shows “the ball is blue”, says the judge"
    )


def test_the_choice_is_the_first_frame_that_the_models_own_probabilities_pass(wavering: Path) -> None:
    sees = judge(wavering)
    likely = {i: sees._about(CLIP.frames[0], CLIP.frames[i], CAPTION).probability for i in range(1, 9)}
    assert len({round(one or 0, 6) for one in likely.values()}) > 4  # or the pictures make no difference
    for sure in sorted(one for one in likely.values() if one):
        passing = {index for index, one in likely.items() if one and one >= sure}
        found = judge(wavering, sure=sure).choose(CLIP, SCORES, CAPTION).index
        assert found == first_of(evenly_spaced(9, 12), passing.__contains__)


def test_of_several_seeds_the_answer_is_taken_that_the_judge_is_surest_of(wavering: Path) -> None:
    sees = judge(wavering, sure=1e-9)  # so the first frame that is shown is each clip's answer
    own = replace(CLIP, source=CLIP.frames[0])
    clips = [replace(own, frames=np.roll(CLIP.frames, -n, axis=0), seed=n) for n in range(5)]
    likely = [sees._about(CLIP.frames[0], clip.frames[1], CAPTION).probability or 0.0 for clip in clips]
    best, choice = chosen(sees, Choose(Drawn([Take(clip, SCORES) for clip in clips]), CAPTION))
    assert best == int(np.argmax(likely)) and choice.index == 1
    assert f"is surest of seed {best} (probability of yes {max(likely):.2f})" in choice.notes[-1]


def test_a_local_judge_can_be_shown_a_collage(tmp_path: Path) -> None:
    says = ('{"reason": "blue", "answer":', ' 3, "runner_up"', ": 0}")
    choice = judge(written(tmp_path / "model", says=says), mode="collage").choose(CLIP, SCORES, CAPTION)
    assert choice.index == 3 and choice.reason.endswith(": “blue”")


def test_a_judge_that_answers_neither_yes_nor_no_leaves_the_choice_to_the_rules(tmp_path: Path) -> None:
    choice = judge(written(tmp_path / "model", says=("maybe",))).choose(CLIP, SCORES, CAPTION)
    assert choice.index == Earliest().choose(CLIP, SCORES, CAPTION).index
    assert choice.notes[0].startswith("No choice from the model on this machine (the model answers neither")


def test_a_local_judge_that_is_not_here_is_said_before_anything_is_drawn() -> None:
    wanted = "is not here; fetch it with: f2f models pull Qwen/Qwen3-VL-2B-Instruct"
    with Editor() as editor, pytest.raises(ModelError, match=wanted):
        wishes = Wishes(select="judge", judge="local:qwen3-vl-2b", device="cpu")
        editor.plan(editor.request(EXAMPLE.picture, EXAMPLE.instruction, **wishes))


def test_an_edit_by_a_local_judge_says_and_records_what_judged(
    tmp_path: Path,
) -> None:
    in_cache(tmp_path / "hub", "tiny/yes", says=("yes",))
    result = edit(
        EXAMPLE.picture,
        EXAMPLE.instruction,
        frames=9,
        steps=2,
        seed=1,
        device="cpu",
        cache_dir=tmp_path / "hub",
        select="judge",
        judge="local:tiny/yes",
        progress=False,
    )
    assert result.index == 1 and f"says the judge tiny/yes@{COMMIT[:12]} (weights " in result.reason
    assert result.folder is not None
    record = read_run(result.folder).record
    assert record.execution.answerers["select"].startswith(f"tiny/yes@{COMMIT} sha256:")
    assert record.settings.options["select.judge"] == "local:tiny/yes"
    assert f"tiny/yes@{COMMIT}" in (result.folder / "report.html").read_text("utf-8")
