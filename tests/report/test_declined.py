"""A request that its words alone decline is answered before anything is loaded, in a folder like others."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

import frame2frame
from frame2frame.app import answer
from frame2frame.errors import InputError
from frame2frame.report import declined
from frame2frame.report.result import Result
from frame2frame.request import Request
from frame2frame.runs.read import read_run
from frame2frame.values import Cause, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

HEAVY = ("torch", "transformers", "diffusers", "numba", "scipy")
DOG = "the dog sits down"


def request(words: str = DOG, **wishes: object) -> Request:
    return Request.of(EXAMPLE.picture, words, seed=3, **wishes)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [DOG, "edit this photo", "male den Ball rot", "asdf qwer"])
def test_on_a_machine_without_a_gpu_nothing_heavy_is_loaded(words: str, tmp_path: Path) -> None:
    code = (
        "import sys; from frame2frame.engine.device import hardware; hardware._DRIVERS = ()\n"
        "from frame2frame.cli import main\n"
        "try: main()\n"
        f"except SystemExit: print([name for name in {HEAVY} if name in sys.modules])"
    )
    asked = ["edit", str(EXAMPLE.picture), words, "--out", str(tmp_path)]
    ran = subprocess.run([sys.executable, "-c", code, *asked], capture_output=True, encoding="utf-8")
    assert ran.stdout.splitlines()[-1] == "[]" and "Nothing was drawn" in ran.stderr
    (report,) = tmp_path.glob("*/report.html")
    assert "Nothing was drawn" in report.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "wishes", "cause"),
    [
        (DOG, {}, Cause.BEYOND_MODEL),
        (DOG, {"caption": "plain", "strategy": "path"}, Cause.BEYOND_MODEL),
        ("lift the cube, then let the dog sleep", {}, Cause.BEYOND_MODEL),
        ("lift the cube", {"target": "the dog sleeps"}, Cause.BEYOND_MODEL),
        ("把灰色的立方体变成红色", {}, Cause.UNKNOWN_WORDS),
        ("edit this photo", {"anyway": True}, Cause.UNKNOWN_WORDS),
    ],
)
def test_what_is_wrong_with_the_words_is_its_cause(
    words: str, wishes: dict[str, object], cause: Cause
) -> None:
    found = declined.of(request(words, **wishes))
    assert found is not None and found.choice.cause == cause and found.choice.index is None


@pytest.mark.parametrize(
    ("words", "wishes"),
    [
        (EXAMPLE.instruction, {}),
        (DOG, {"anyway": True}),
        (DOG, {"frames": 10}),
        (DOG, {"lora": ["nowhere.safetensors"]}),
        (DOG, {"model": "cogvideox1.5-5b-i2v"}),
        (DOG, {"caption": "vlm"}),
        (DOG, {"caption": "given", "options": {"caption.text": "The ball slowly turns blue."}}),
    ],
)
def test_what_the_words_alone_do_not_tell_is_left_to_the_run(words: str, wishes: dict[str, object]) -> None:
    assert declined.of(request(words, **wishes)) is None


def test_the_run_folder_is_whole_and_repeats_the_answer(tmp_path: Path) -> None:
    events = list(frame2frame.stream(request(strategy="path"), tmp_path))
    (step,), result = [event for event in events if isinstance(event, Step)], events[-1]
    assert isinstance(result, Result) and result.folder is not None
    assert math.isnan(result.score) and "score" not in repr(result) and result.metrics == {}
    run = read_run(result.folder)
    assert run.record.settings.seed == 3 and run.record.execution.model_resolved is None
    assert run.steps[0].choice == step.choice and len(run.steps) == 1
    *_, again = frame2frame.stream(frame2frame.replay(result.folder / "final_frame.png"), None)
    assert isinstance(again, Result) and again.reason == step.choice.reason
    with pytest.raises(InputError, match="nothing was drawn in this run"):
        frame2frame.reselect(result.folder, out=None, progress=False)


def test_the_report_says_nothing_of_a_model_that_was_not_asked(tmp_path: Path) -> None:
    *_, result = frame2frame.stream(request(), tmp_path)
    assert isinstance(result, Result) and result.folder is not None
    report = (result.folder / "report.html").read_text("utf-8")
    assert "tabletop, which was not asked" in report and "a given clip" not in report
    assert "<h2>Time</h2>" not in report and "None" not in report and "0 threads" not in report


def test_the_page_shows_it_as_any_other_refusal(tmp_path: Path) -> None:
    asked = request()
    *_, step, _, result = (one for one in frame2frame.stream(asked, None) if not isinstance(one, str))
    assert isinstance(step, Step) and isinstance(result, Result)
    shown = answer.Answer(answer.Asked.of(asked), (step,), result)
    outcome = answer.outcome_html(shown, None)
    assert "“dog”" in outcome and "Your picture is unchanged." in outcome
    assert "<img" in answer.compare_html(shown) and "frame" not in answer.strips_html(shown)
    assert "keep" in answer.figures_html(shown)


def test_the_json_says_that_nothing_was_scored(tmp_path: Path) -> None:
    asked = ["edit", str(EXAMPLE.picture), DOG, "--json", "--out", str(tmp_path)]
    ran = subprocess.run([sys.executable, "-m", "frame2frame", *asked], capture_output=True, encoding="utf-8")
    facts = json.loads(ran.stdout)
    assert ran.returncode == 3 and facts["outcome"] == "refused"
    assert facts["similarity"] is None and facts["scores"] == {}
