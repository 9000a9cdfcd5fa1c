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
from frame2frame.engine.models.vision_language import VisionLanguage
from frame2frame.errors import ModelError
from frame2frame.plugins.draws import Choose, Drawn
from frame2frame.runs.read import read_run
from frame2frame.select.collage import evenly_spaced
from frame2frame.select.judge import Judge, first_of
from frame2frame.select.rules import Earliest
from frame2frame.strategy.executor import chosen
from frame2frame.values import Caption, Cause, Clip, Picture, Scores, Take
from frame2frame.worlds.tabletop.example import EXAMPLE

CAPTION = Caption("the ball slowly turns blue", "the ball is blue", "test")
FRAMES = np.random.default_rng(5).integers(0, 256, (9, 24, 32, 3), dtype=np.uint8)
CLIP = clip_of(*FRAMES)
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


def likely(sees: Judge, source: Picture, frame: Picture) -> float:
    found = sees._about(source, frame, CAPTION).probability
    assert found is not None
    return found


@pytest.fixture(scope="module")
def clip(wavering: Path) -> Clip:
    """One whose source shows the edit less than most of its frames do, by the wavering judge."""
    sees = judge(wavering)

    def gains(source: Picture) -> int:
        before = likely(sees, source, source)
        return sum(likely(sees, source, frame) > before for frame in FRAMES[1:])

    return replace(clip_of(*FRAMES), source=next(one for one in FRAMES if gains(one) > 4))


def test_the_choice_is_the_first_frame_that_the_models_own_probabilities_pass(
    wavering: Path, clip: Clip
) -> None:
    assert clip.source is not None
    own, sees = clip.source, judge(wavering)
    before = likely(sees, own, own)
    found = {index: likely(sees, own, clip.frames[index]) for index in range(1, 9)}
    assert len(set(found.values())) == 8  # or the pictures make no difference
    for sure in sorted(one for one in found.values() if one > before):
        passing = {index for index, one in found.items() if one >= sure}
        choice = judge(wavering, sure=sure).choose(clip, SCORES, CAPTION)
        assert choice.index == first_of(evenly_spaced(9, 12), passing.__contains__)
        told = max(found.values()) if choice.index is None else found[choice.index]
        assert choice.reason.endswith(f", probability of yes {told:.2f}.")
        assert "says the judge wavering (weights " in choice.reason


def test_nothing_is_sent_and_the_note_says_so(wavering: Path, clip: Clip) -> None:
    (note,) = judge(wavering, sure=0.999).choose(clip, SCORES, CAPTION).notes
    assert note.startswith("The choice was made on this machine by wavering (weights ")
    assert note.endswith("asked about 8 frames; nothing was sent.")


def test_a_judge_who_sees_the_wish_in_the_users_picture_too_tells_nothing_by_a_yes(yes: Path) -> None:
    choice = judge(yes).choose(clip_of(*FRAMES), SCORES, CAPTION)
    assert (choice.index, choice.cause) == (None, Cause.SHOWN_ALREADY)
    assert choice.reason.startswith(
        "Your picture seems to show “the ball is blue” already, says the judge yes"
    )


def test_where_a_local_judge_says_no_to_all_the_source_is_kept(tmp_path: Path) -> None:
    choice = judge(written(tmp_path / "no", says=("no",))).choose(CLIP, SCORES, CAPTION)
    assert choice.index is None and choice.reason.startswith(
        "No frame shows “the ball is blue”, says the judge"
    )


def test_of_several_seeds_the_answer_is_taken_that_the_judge_is_surest_of(wavering: Path, clip: Clip) -> None:
    assert clip.source is not None
    own = clip.source
    before = likely(judge(wavering), own, own)
    sees = judge(wavering, sure=np.nextafter(before, 1))  # so nearly every frame will do
    takes = [Take(replace(clip, frames=np.roll(clip.frames, n, axis=0), seed=n), SCORES) for n in range(5)]
    choices = [sees.choose(take.clip, SCORES, CAPTION) for take in takes]
    sure = [
        0.0 if choice.index is None else likely(sees, own, take.clip.frames[choice.index])
        for take, choice in zip(takes, choices, strict=True)
    ]
    assert len({one for one in sure if one}) > 1
    best, choice = chosen(sees, Choose(Drawn(takes), CAPTION))
    assert best == int(np.argmax(sure)) and choice.index == choices[best].index
    assert f"is surest of seed {best}, probability of yes {max(sure):.2f}." in choice.notes[-1]


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


@pytest.mark.usefixtures("small_embedded")
def test_an_edit_by_a_local_judge_says_and_records_what_judged(tmp_path: Path) -> None:
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
    assert result.index is None and f"says the judge tiny/yes@{COMMIT[:12]} (weights " in result.reason
    assert result.folder is not None
    record = read_run(result.folder).record
    assert record.execution.answerers["select"].startswith(f"tiny/yes@{COMMIT} sha256:")
    assert record.settings.options["select.judge"] == "local:tiny/yes"
    assert f"tiny/yes@{COMMIT}" in (result.folder / "report.html").read_text("utf-8")


@pytest.mark.usefixtures("small_embedded")
def test_a_run_is_judged_again_with_a_model_that_the_editor_owns(tmp_path: Path) -> None:
    folder = written(tmp_path / "no", says=("no",))
    with Editor(device="cpu") as editor:
        first = editor.edit(EXAMPLE.picture, EXAMPLE.instruction, frames=9, steps=1, seed=1, progress=False)
        assert first.folder is not None
        again = editor.reselect(first.folder, select="judge", judge=f"local:{folder}", progress=False)
        assert again.index is None and "says the judge no (weights " in again.reason
        assert any(isinstance(held.value, VisionLanguage) for held in editor._store._held.values())
    assert again.folder is not None
    assert read_run(again.folder).record.execution.answerers["select"].startswith("no sha256:")
