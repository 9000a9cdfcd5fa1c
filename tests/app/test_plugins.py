"""Parts of another package on the page: offered where they are chosen, with their options as fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

import frame2frame
from frame2frame.app import questions
from frame2frame.app.form import PickForm, chosen_parts, form_fields
from frame2frame.app.visitors import Visitors
from frame2frame.caption.plain import Plain
from frame2frame.plugins import Caption, Choice, Clip, Column, Frames, Picture, Scores, option
from frame2frame.plugins.capabilities import StrategyCapabilities
from frame2frame.strategy.one_shot import OneShot
from frame2frame.worlds.tabletop import Episode

from ..command import f2f
from ..plugins.strangers import offer
from .building import built
from .forms import FORM, WRITTEN, files_of

HERE = __name__


@dataclass(frozen=True)
class Middle:
    share: float = option(0.5, "Where in the clip the answer lies.", low=0, high=1)

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        return Choice(round(self.share * (len(clip) - 1)), "It lies there.")

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False


@dataclass(frozen=True)
class Brightness:
    columns: ClassVar = (Column("brightness", "Brightness"),)

    power: float = option(1.0, "To which power.", above=0, high=4)

    def score(self, frames: Frames, source: Picture, caption: Caption) -> Mapping[str, Sequence[float]]:
        return {"brightness": (frames.mean(axis=(1, 2, 3)) / 255) ** self.power}


@dataclass(frozen=True)
class Patient(OneShot):
    capabilities: ClassVar = StrategyCapabilities("Patient")

    patience: int = option(2, "How long it waits.", low=1, high=9)


@dataclass(frozen=True)
class Loud(Plain):
    how: str = option("very", "How loud it is.", choices=("very", "little"))


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    parts = {
        "selectors": {"middle": f"{HERE}:Middle"},
        "scorers": {"brightness": f"{HERE}:Brightness"},
        "strategies": {"patient": f"{HERE}:Patient"},
        "captioners": {"loud": f"{HERE}:Loud"},
    }
    offer(monkeypatch, "somebody", **parts)
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    questions.questions.cache_clear()
    yield
    questions.questions.cache_clear()


@pytest.fixture
def shown(tmp_path: Path) -> list[dict[str, Any]]:
    """What the page tells the browser of each of its components."""
    from frame2frame.app.page import blocks  # gradio loads only where it is used

    page = built(blocks, tmp_path, None, Visitors(tmp_path / "uploads"))
    return [one["props"] | {"kind": one["type"]} for one in page.config["components"]]


def labelled(shown: list[dict[str, Any]], label: str) -> list[dict[str, Any]]:
    return [one for one in shown if one.get("label") == label]


def test_each_is_offered_where_it_is_chosen(shown: list[dict[str, Any]]) -> None:
    (mode,) = labelled(shown, "Mode")
    assert mode["choices"][-1] == ("Patient", "patient")
    assert all(("middle", "middle") in one["choices"] for one in labelled(shown, "The edit is the"))
    further = labelled(shown, "Further scores")
    assert len(further) == 2 and all(("brightness", "brightness") in one["choices"] for one in further)
    (captioner,) = labelled(shown, "Caption by")
    assert ("loud", "loud") in captioner["choices"]


def test_their_options_are_fields_with_the_range_and_the_sentence_of_their_definition(
    shown: list[dict[str, Any]],
) -> None:
    for one in labelled(shown, "Share"):  # of an edit and of a pick
        assert (one["kind"], one["minimum"], one["maximum"], one["value"]) == ("slider", 0, 1, 0.5)
        assert one["info"] == "Where in the clip the answer lies."
    assert len(labelled(shown, "Share")) == len(labelled(shown, "Power")) == 2
    (patience,) = labelled(shown, "Patience")
    assert (patience["minimum"], patience["maximum"], patience["step"]) == (1, 9, 1)
    assert labelled(shown, "Power")[0]["minimum"] == 0.04
    (how,) = labelled(shown, "How")
    assert [value for _, value in how["choices"]] == ["very", "little"]
    hidden = {one["label"] for one in shown if one["kind"] == "accordion" and not one["visible"]}
    assert {"Selector middle", "Scorer brightness", "Patient", "Captioner loud"} <= hidden


def test_a_section_is_shown_while_its_part_is_chosen() -> None:
    def asked(place: str, **chosen: Any) -> bool:
        usual = {"strategy": "one-shot", "selector": "earliest", "captioner": "temporal", "score": []}
        parts = chosen_parts(**usual | chosen)
        return any(one.is_asked(parts) for one in questions.asked_in(place))

    assert asked("select middle", selector="middle") and not asked("select middle")
    assert asked("score brightness", score=["sharpness", "brightness"]) and not asked("score brightness")
    assert asked("path", strategy="path") and not asked("path", strategy="search")
    assert asked("weights", selector="energy") and asked("weights", strategy="path") and not asked("weights")


def test_the_fields_of_the_chosen_parts_become_options_and_those_of_others_do_not() -> None:
    own = {
        "select_middle_share": 0.25,
        "score_brightness_power": 2.0,
        "strategy_patient_patience": 3.0,
        "caption_loud_how": "little",
    }
    assert own.keys() <= set(form_fields())
    chosen = {"selector": "middle", "score": ["brightness"], "strategy": "patient", "captioner": "loud"}
    request = FORM.but(**own, **chosen).request(WRITTEN)
    assert request.options == {
        "caption.how": "little",
        "select.share": 0.25,
        "score.power": 2.0,
        "strategy.candidates": 1,
        "strategy.patience": 3,
    }
    assert FORM.but(**own).request(WRITTEN).options == {"strategy.candidates": 1}


def test_the_fields_of_a_pick_become_its_options(clip: Episode, tmp_path: Path) -> None:
    values = {
        "clip": files_of(clip.frames, tmp_path / "clip"),
        "source": None,
        "target": clip.target_caption,
        "selector": "middle",
        "encoder": "tabletop",
        "keep": True,
        "transfer": "off",
        "score": ["brightness"],
        "select_middle_share": 0.25,
        "score_brightness_power": 2.0,
    }
    wanted = PickForm.of(values).wanted()
    assert (wanted.select, wanted.transfer, wanted.score) == ("middle", "off", ("brightness",))
    assert wanted.options == {"select.share": 0.25, "score.power": 2.0}


def test_a_pick_is_made_with_them(clip: Episode) -> None:
    result = frame2frame.pick(
        clip.frames,
        clip.source,
        clip.target_caption,
        out=None,
        encoder="tabletop",
        device="cpu",
        select="middle",
        score="brightness",
        options={"select.share": 0.75, "score.power": 1.0},
    )
    assert result.index == 6 and result.reason == "It lies there."
    assert result.scores["brightness"] == pytest.approx(clip.frames.mean(axis=(1, 2, 3)) / 255)


def test_their_options_are_listed_by_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "options", "--json") == 0
    listed = {one["name"]: one for one in json.loads(capsys.readouterr().out)["options"]}
    told = {"select.share": "middle", "score.power": "brightness", "strategy.patience": "patient"}
    assert all(name in listed[option]["of"] for option, name in told.items())
    assert listed["caption.how"]["help"] == "How loud it is."
