"""A model that cannot show the picture unchanged draws no clip of it, and the answer says what may help."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import frame2frame
from frame2frame import plan, run
from frame2frame.caption.rules.empty import names_no_change
from frame2frame.engine.models.known_models import EMBEDDED, MODELS
from frame2frame.errors import PluginError
from frame2frame.report.page import page
from frame2frame.report.result import Result
from frame2frame.report.verdict import verdict
from frame2frame.request import Request
from frame2frame.runs.read import read_run
from frame2frame.select.gate import ANY_PICTURE
from frame2frame.strategy.refusals import Outside, Wording
from frame2frame.values import Caption, Cause, Note, Picture, Progress, Redrawn, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..command import f2f
from ..landscape import landscape

CHINESE = "把灰色的立方体变成红色"


@pytest.fixture
def foreign() -> Picture:
    return np.random.default_rng(0).integers(0, 256, (96, 160, 3), dtype=np.uint8)


def events_of(image: Any, **wishes: Any) -> list[run.Event]:
    """Those up to the first step."""
    request = Request.of(image, EXAMPLE.instruction, device="cpu", seed=1, steps=4, frames=9, **wishes)
    seen: list[run.Event] = []
    for event in frame2frame.stream(request, None):
        seen.append(event)
        if isinstance(event, Step):
            return seen
    raise AssertionError("the run has no step")


def is_drawn(events: list[run.Event]) -> bool:
    return any(isinstance(event, Progress) and event.stage == "denoise" for event in events)


def notes_of(events: list[run.Event]) -> str:
    return " ".join(event.text for event in events if isinstance(event, Note))


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"preset": "fast"},
        {"strategy": "search"},
        {"strategy": "path", "refine": True},
        {"select": "best", "caption": "plain"},
    ],
    ids=lambda wishes: "-".join(map(str, wishes.values())) or "one-shot",
)
def test_a_foreign_picture_is_refused_before_anything_is_drawn(
    foreign: Picture, wishes: dict[str, Any]
) -> None:
    events = events_of(foreign, **wishes)
    step = events[-1]
    assert isinstance(step, Step) and not is_drawn(events)
    assert step.choice.index is None and step.choice.cause == Cause.UNKNOWN_PICTURE and not step.passed
    assert "It knows only tabletop scenes" in step.choice.reason


def test_a_picture_of_its_own_world_is_drawn_without_a_warning() -> None:
    events = events_of(EXAMPLE.picture)
    assert is_drawn(events) and notes_of(events) == ""


def test_a_model_that_says_nothing_of_what_it_knows_draws_any_picture_and_warns(
    foreign: Picture, video_model: Path
) -> None:
    events = events_of(foreign, model=str(video_model), encoder="tabletop", select="best")
    step = events[-1]
    assert is_drawn(events) and "does not know pictures like this one" in notes_of(events)
    assert isinstance(step, Step) and (step.choice.index is not None or step.choice.cause)


def test_a_coarse_round_says_nothing_of_the_picture() -> None:
    coarse: dict[str, Any] = {"rounds": 2, "candidates": 1, "first_size": 0.5}
    assert notes_of(events_of(EXAMPLE.picture, strategy="path", options=coarse)) == ""


def test_a_size_that_was_chosen_is_named_as_the_reason() -> None:
    step = events_of(EXAMPLE.picture, options={"generator.height": 16})[-1]
    assert isinstance(step, Step) and "cannot draw this picture at 16 × 16" in step.choice.reason


def test_the_answer_to_a_foreign_picture_is_the_picture_itself(foreign: Picture, tmp_path: Path) -> None:
    result = frame2frame.edit(foreign, EXAMPLE.instruction, out=tmp_path, seed=3, device="cpu")
    assert result.index is None and np.array_equal(result.image, foreign)
    assert len(result.path) == 1 and not result.route and result.metrics["path_length"] == 0
    assert result.frames.shape[0] == 1 and "f2f models suggest" in result.advice
    assert result.folder is not None
    run = read_run(result.folder)
    assert run.steps[0].choice.cause == Cause.UNKNOWN_PICTURE and not run.told
    html = page(run)
    assert "The model does not know such pictures" in html and "<code>f2f models suggest</code>" in html
    assert "Another seed" not in html and "Edit found" not in html


def test_the_command_line_says_what_may_help_and_exits_with_3(
    foreign: Picture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from PIL import Image

    Image.fromarray(foreign).save(tmp_path / "photo.png")
    assert f2f(monkeypatch, "edit", str(tmp_path / "photo.png"), "make it night", "--device", "cpu") == 3
    told = capsys.readouterr().err
    assert "cannot draw pictures like this one" in told and "f2f models pull NAME" in told
    assert "Another seed" not in told


ABSENT = "paint the orange ball blue"


def absent(**wishes: Any) -> list[run.Event]:
    request = Request.of(EXAMPLE.picture, ABSENT, device="cpu", seed=1, steps=1, frames=9, **wishes)
    return list(frame2frame.stream(request, None))


@pytest.mark.parametrize(
    "wishes", [{}, {"strategy": "search"}, {"select": "sharpest-late"}], ids=["", "search", "sharpest-late"]
)
def test_a_thing_that_is_not_in_the_picture_is_refused_before_anything_is_drawn(
    wishes: dict[str, Any],
) -> None:
    events = absent(**wishes)
    (step,) = [event for event in events if isinstance(event, Step)]
    assert not is_drawn(events) and step.choice.index is None and step.choice.cause == Cause.NOT_THERE
    assert step.scores.presence is not None and step.scores.presence < 0, "kept, as figures are"
    assert step.choice.reason.startswith(
        "Nothing was drawn: your picture does not seem to show any orange ball"
    )
    result = events[-1]
    assert isinstance(result, Result) and result.index is None and len(result.path) == 1
    assert verdict(step.choice, step.scores, {}).kept == "Your picture is unchanged."
    assert "--anyway" in result.advice


@pytest.mark.parametrize("wishes", [{"options": {"gate.presence": -100}}, {"select": "best"}], ids=str)
def test_who_finds_the_thing_there_or_goes_by_similarity_alone_has_the_clip_drawn(
    small_embedded: Any, wishes: dict[str, Any]
) -> None:
    assert is_drawn(absent(**wishes))


@pytest.mark.parametrize("words", [CHINESE, "asdf qwer"])
def test_words_that_the_encoder_does_not_know_are_refused_before_anything_is_drawn(words: str) -> None:
    request = Request.of(EXAMPLE.picture, words, strategy="path", device="cpu", seed=1)
    events = list(frame2frame.stream(request, None))
    (step,) = [event for event in events if isinstance(event, Step)]
    assert not is_drawn(events) and not any(isinstance(event, Redrawn) for event in events)
    assert step.choice.index is None and step.choice.cause == Cause.UNKNOWN_WORDS
    assert words in step.choice.reason and not step.passed
    assert "knows only tabletop scenes" in step.choice.reason


def first_step(image: Any, instruction: str) -> tuple[Step, bool]:
    """The first round of an edit, and whether anything was drawn for it."""
    request = Request.of(image, instruction, device="cpu", seed=1, steps=1, frames=9)
    events: list[run.Event] = []
    with closing(frame2frame.stream(request, None)) as stream:
        for event in stream:
            events.append(event)
            if isinstance(event, Step):
                return event, is_drawn(events)
    raise AssertionError("the run has no step")


@pytest.mark.parametrize("words", ["edit this photo", "please make it look better", "hello", "?!..."])
def test_a_wish_that_names_no_change_is_refused_before_anything_is_drawn(words: str) -> None:
    step, drawn = first_step(EXAMPLE.picture, words)
    assert not drawn and step.choice.index is None and step.choice.cause == Cause.UNKNOWN_WORDS
    assert step.choice.reason == f"Nothing was drawn, as “{words}” names no change."


@pytest.mark.parametrize(
    "words",
    ["change the sky", "make it pretty dark", "make something red", "fix the blur", "make it cool", "夜"],
)
def test_a_wish_that_names_a_change_in_few_words_is_none_of_these(words: str) -> None:
    assert not names_no_change(words)


def grey() -> Picture:
    """As JPEG keeps a grey photograph: nearly without colour."""
    noise = np.random.default_rng(0).integers(-3, 4, (240, 320, 3))
    levels = landscape(1).mean(-1, keepdims=True).astype(int)
    return np.asarray((levels + noise).clip(0, 255), dtype=np.uint8)


def test_a_picture_without_colours_does_not_lose_them_once_more() -> None:
    step, drawn = first_step(grey(), "make it black and white")
    assert not drawn and step.choice.index is None and step.choice.cause == Cause.WITHOUT_COLOUR
    assert step.choice.reason == "Nothing was drawn, as your picture is black and white already."


def test_a_picture_with_a_little_colour_can_lose_it() -> None:
    spotted = grey()
    spotted[100:120, 100:120] = 200, 40, 40
    assert first_step(spotted, "make it black and white")[1]
    assert first_step(grey(), "make it night")[1]


def test_a_picture_of_all_but_one_colour_is_called_so() -> None:
    step, drawn = first_step(landscape(1) // 28, "make it brighter")
    assert not drawn and step.choice.cause == Cause.UNKNOWN_PICTURE
    assert "all but one colour (levels from" in step.choice.reason


@pytest.mark.parametrize("wishes", [{}, {"strategy": "path"}, {"encoder": "tabletop"}], ids=str)
def test_a_wish_that_the_model_does_not_know_is_refused_before_anything_is_drawn(
    wishes: dict[str, Any],
) -> None:
    request = Request.of(EXAMPLE.picture, "make the dog smile", device="cpu", seed=1, **wishes)
    events = list(frame2frame.stream(request, None))
    (step,) = [event for event in events if isinstance(event, Step)]
    assert not is_drawn(events) and not any(isinstance(event, Redrawn) for event in events)
    assert step.choice.index is None and step.choice.cause == Cause.BEYOND_MODEL and not step.passed
    assert "this needs a model that knows “dog” and “smile”" in step.choice.reason
    assert "knows only tabletop scenes" in step.choice.reason
    assert "this machine" in step.choice.reason, "which models fit, or that none does"
    result = events[-1]
    assert isinstance(result, Result) and "`--anyway`" in result.advice


def test_a_later_clause_that_the_model_does_not_know_is_refused_as_well() -> None:
    request = Request.of(
        EXAMPLE.picture, "lift the cube, then let the dog sleep", strategy="path", device="cpu"
    )
    (step,) = [one for one in frame2frame.stream(request, None) if isinstance(one, Step)]
    assert step.choice.cause == Cause.BEYOND_MODEL and "“dog” and “sleep”" in step.choice.reason


@pytest.mark.parametrize(
    "words",
    ["turn the lighting into something like blue hour", "I'd love a golden hour glow over the whole thing"],
)
def test_a_look_that_a_longer_wish_names_is_judged_by_its_name(words: str) -> None:
    assert Outside.of(MODELS[EMBEDDED], words) is None
    assert Outside.of(MODELS[EMBEDDED], words.replace("hour", "dog")) is not None


def test_known_words_that_ask_for_no_change_of_its_own_are_refused_with_the_clause() -> None:
    told = Outside.of(MODELS[EMBEDDED], "make it night and remove the fog")
    assert told is not None
    assert "“remove the fog” is no change that the model was trained on" in told.choice(str).reason


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (
            "male den Ball rot",
            "“male den Ball rot” does not seem to be in English, and the model reads nothing else",
        ),
        ("haz el cubo rojo", "“haz el cubo rojo” does not seem to be in English"),
        ("asdf qwer", "the model was taught no word of “asdf qwer”"),
    ],
)
def test_a_wish_in_another_language_is_not_understood_even_with_a_word_that_english_has(
    words: str, what: str
) -> None:
    told = Outside.of(MODELS[EMBEDDED], words)
    assert told is not None
    choice = told.choice(str)
    assert what in choice.reason and choice.cause == Cause.UNKNOWN_WORDS


@pytest.mark.parametrize("wishes", [{}, {"frames": 9}], ids=["by its words alone", "in the run"])
def test_no_caption_is_made_up_for_a_wish_that_the_model_cannot_do(
    wishes: dict[str, Any], tmp_path: Path
) -> None:
    request = Request.of(EXAMPLE.picture, "can you make the cube see-through", device="cpu", seed=1, **wishes)
    *events, result = frame2frame.stream(request, tmp_path)
    assert not any(isinstance(event, Caption) for event in events)
    assert isinstance(result, Result) and result.folder is not None
    report = (result.folder / "report.html").read_text("utf-8")
    assert "is no change that the model was trained on" in report
    assert "slowly" not in report and "aption rule" not in report


def test_a_thing_that_is_not_found_is_looked_for_in_the_clip_where_it_is_to_be_drawn_anyway() -> None:
    events = absent(anyway=True)
    (step,) = [event for event in events if isinstance(event, Step)]
    assert is_drawn(events) and step.choice.cause != Cause.NOT_THERE
    request = Request.of(EXAMPLE.picture, ABSENT, device="cpu", anyway=True)
    assert plan.of(request).record().options["gate.presence"] == ANY_PICTURE
    own = replace(request, options={"gate.presence": 0.5})
    assert plan.of(own).record().options["gate.presence"] == 0.5, "what is set by name stands"


def test_who_wants_it_drawn_anyway_has_it_drawn(foreign: Picture) -> None:
    request = Request.of(foreign, "make the dog sit", device="cpu", seed=1, steps=1, frames=9, anyway=True)
    events = list(frame2frame.stream(request, None))
    assert is_drawn(events) and any(isinstance(event, Redrawn) for event in events)


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if not model.knows])
def test_a_model_that_knows_any_wish_refuses_none_by_its_words(name: str) -> None:
    assert MODELS[name].knowing == "" and Outside.of(MODELS[name], "make the dog sit") is None


def test_a_function_that_is_not_there_is_the_fault_of_the_package() -> None:
    model = replace(MODELS[EMBEDDED], knowing="frame2frame.worlds.wishes:nothing", package="toys 1.0")
    with pytest.raises(PluginError, match="names a function that cannot be loaded"):
        Outside.of(model, "lift the ball")


def test_words_that_are_refused_keep_what_was_said_of_their_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    request = Request.of(EXAMPLE.picture, "make the dog sit", caption="vlm", device="cpu", seed=1)
    assert "No caption from the server" in notes_of(list(frame2frame.stream(request, None)))


def test_a_caption_of_another_author_counts_in_place_of_the_instruction() -> None:
    encoder = plan.of(Request.of(EXAMPLE.picture, "x", device="cpu")).stages.encoder
    written = Caption("the cube slowly turns red", "the cube is red", "vlm")
    assert not Wording.of(written, CHINESE, encoder).failed
    by_rule = Caption("把灰 slowly comes into view", "把灰 is in the picture", "temporal")
    assert Wording.of(by_rule, "add 把灰", encoder).failed


def test_an_encoder_that_cannot_tell_what_it_reads_refuses_no_words() -> None:
    class Silent:
        threshold = None

    assert not Wording.of(Caption("x", "x", "plain"), CHINESE, Silent()).failed  # type: ignore[arg-type]


def test_a_wish_that_is_cut_is_said() -> None:
    long = "paint the purple cube red " * 20
    request = Request.of(EXAMPLE.picture, long, frames=9, steps=1, device="cpu", seed=1)
    with closing(frame2frame.stream(request, None)) as events:
        notes = (event.text for event in events if isinstance(event, Note))
        assert any("longer than the encoder reads (101 tokens, 64 are read)" in note for note in notes)


def test_the_source_is_redrawn_once_for_the_gate_and_for_the_kept_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from frame2frame.engine.families.cogvideox.generator import CogVideoX

    asked: list[int] = []
    original = CogVideoX.repeated

    def counted(self: CogVideoX, picture: Picture) -> Picture:
        asked.append(1)
        return original(self, picture)

    monkeypatch.setattr(CogVideoX, "repeated", counted)
    request = Request.of(EXAMPLE.picture, EXAMPLE.instruction, select="best", frames=9, steps=2, seed=5)
    events = list(frame2frame.stream(request, None))
    assert any(isinstance(event, Redrawn) for event in events)
    result = events[-1]
    assert isinstance(result, Result) and result.index is not None and len(asked) == 1
