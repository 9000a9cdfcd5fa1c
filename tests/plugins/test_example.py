"""The example package: found, listed, run, recorded, shown and repeated like the built-in parts."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import frame2frame
from frame2frame.errors import InputError
from frame2frame.plugins import packages, registry
from frame2frame.runs.read import read_run

from ..command import f2f
from .strangers import offer

EXAMPLE = Path(__file__).parents[2] / "examples" / "frame2frame-plugin"
GROUPS = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
PICTURE = np.full((64, 96, 3), 128, np.uint8)
WISH = "make the colours blue"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package, as its pyproject.toml announces it."""
    install(monkeypatch)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = {group.partition(".")[2]: names for group, names in GROUPS.items()}
    offer(monkeypatch, "frame2frame-example", **offered)


def edited(out: Path | None = None, **wishes: Any) -> frame2frame.Result:
    known: dict[str, Any] = {"model": "tint", "select": "latest", "score": "warmth", "seed": 1}
    return frame2frame.edit(PICTURE, WISH, out=out, progress=False, device="cpu", **known | wishes)


@pytest.mark.usefixtures("example")
def test_every_entry_point_of_the_example_is_a_usable_part() -> None:
    assert registry.faults() == []
    for group, names in GROUPS.items():
        kind = group.partition(".")[2]
        known = registry.models() if kind == "models" else registry.usable(kind)
        assert names.keys() <= known.keys()
    assert {group.partition(".")[2] for group in GROUPS} <= {*packages.WORDS, "models"}


@pytest.mark.usefixtures("example")
def test_the_shell_offers_the_names_of_the_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offered(*words: str) -> list[str]:
        with monkeypatch.context() as shell:
            shell.setenv("_F2F_COMPLETE", "complete_bash")
            shell.setenv("COMP_WORDS", " ".join(("f2f", *words)))
            shell.setenv("COMP_CWORD", str(len(words)))
            assert f2f(shell) == 0
        return capsys.readouterr().out.splitlines()

    assert offered("edit", "a.png", "x", "--select", "la") == ["latest"]
    assert offered("edit", "a.png", "x", "--model", "ti") == ["tint"]
    assert offered("edit", "a.png", "x", "--score", "wa") == ["warmth"]
    assert offered("models", "verify", "ti") == ["tint"]


@pytest.mark.usefixtures("example")
def test_the_options_of_the_example_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "options", "--json") == 0
    listed = {option["name"]: option for option in json.loads(capsys.readouterr().out)["options"]}
    assert listed["select.share"]["of"]["latest"] == {
        "type": "float",
        "required": False,
        "default": 0.8,
        "low": 0,
        "high": 1,
    }
    assert listed["score.middle"]["of"]["warmth"]["above"] == 0
    assert listed["generator.strength"]["of"]["tint"]["default"] == 0.6


@pytest.mark.usefixtures("example")
def test_an_edit_by_the_example_is_recorded_shown_and_repeated(tmp_path: Path) -> None:
    asked = {"select.share": 0.5, "generator.strength": 0.9, "score.middle": 0.5}
    result = edited(tmp_path, options=asked, score=["warmth", "sharpness"])
    assert result.folder is not None and result.index is not None
    assert result.frames[-1].mean(axis=(0, 1)).argmax() == 2  # it is blue
    run = read_run(result.folder)
    ran = run.record.execution
    assert (ran.model_resolved, ran.dtype) == ("tint", "its own")
    assert list(ran.weights) == ["encoder/model.safetensors"], "those of the encoder that has chosen"
    assert ran.packages == dict.fromkeys(
        ("generator tint", "scorer warmth", "selector latest", "model tint"), "frame2frame-example 0.1"
    )
    assert run.record.settings.options == asked and run.record.settings.score == ("warmth", "sharpness")
    (step,) = run.steps
    assert step.scores.described["warmth"].title == "Warmth"
    assert step.scores.columns["warmth"][-1] < step.scores.source["warmth"] == 0.0  # blue is colder
    page = (result.folder / "report.html").read_text("utf-8")
    told = ("latest", "frame2frame-example 0.1", "select.share", "Mean of red minus blue", "--score warmth")
    for shown in told:
        assert shown in page
    again = frame2frame.replay(result.folder)
    assert (again.model.name, again.select, again.score) == ("tint", "latest", ("warmth", "sharpness"))
    repeated = [event for event in frame2frame.stream(again, None) if isinstance(event, frame2frame.Result)]
    assert np.array_equal(repeated[0].image, result.image)


def test_a_run_whose_package_is_gone_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as installed:
        install(installed)
        folder = edited(tmp_path).folder
    assert folder is not None
    for place in (folder, folder / "final_frame.png"):
        with pytest.raises(InputError, match=r"not installed here; got frame2frame-example 0\.1"):
            frame2frame.replay(place)


@pytest.mark.usefixtures("example")
def test_what_the_toy_cannot_do_is_one_line() -> None:
    with pytest.raises(InputError, match="takes no LoRA"):
        edited(lora="style.safetensors")
    with pytest.raises(InputError, match="cannot show a clip before it is done"):
        edited(strategy="search")
    with pytest.raises(InputError, match="cannot start from anything but pure noise"):
        edited(strategy="path", rounds=1, candidates=1, strength=0.5)
    with pytest.raises(InputError, match="runs on one device only"):
        frame2frame.edit(PICTURE, "paint it blue", out=None, model="tint", device="cpu,cpu")


@pytest.mark.usefixtures("example")
def test_the_toy_goes_a_path_and_takes_a_preset() -> None:
    assert edited(strategy="path", rounds=2, candidates=1).index is not None
    assert edited(preset="fast").index is not None
