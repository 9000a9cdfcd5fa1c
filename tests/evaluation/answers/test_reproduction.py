"""A published evaluation is run anew with its settings, and says where it was asked to depart from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.answers.asked import Measures, Where
from frame2frame.evaluation.answers.reproduction import PROTOCOLS, protocol, reproduced
from frame2frame.evaluation.answers.scored import ANSWERS, SOURCE_COPY
from frame2frame.evaluation.measures import perceptual
from frame2frame.evaluation.results.columns import Results

from ...command import f2f
from ..sets.drawn import posedit, tedbench


@pytest.fixture(scope="module", autouse=True)
def _no_trunk() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perceptual, "lpips", lambda trunk: None)
        patch.setattr(perceptual, "shift_tolerant_lpips", lambda: None)
        yield


@pytest.fixture(scope="module")
def small(video_model: Path, encoder: Path) -> dict[str, Any]:
    """What a tiny checkpoint can do of a protocol."""
    return {
        "model": str(video_model),
        "encoder": str(encoder),
        "frames": 9,
        "steps": 1,
        "caption": "temporal",
        "select": "best",
        "device": "cpu",
        "options": {"strategy.candidates": 2, "generator.height": 64, "generator.width": 64},
    }


def made(name: str, data: Path, out: Path, encoder: Path, own: dict[str, Any]) -> Results:
    where = Where(data=str(data), out=str(out), grade_with_selector=True)
    return reproduced(name, where, Measures(clip=str(encoder), side=48), own)


def test_it_runs_to_its_end_and_the_papers_rows_stand_below_ours_and_the_controls(
    tmp_path: Path, encoder: Path, small: dict[str, Any]
) -> None:
    found = made("f2f-posedit", posedit(tmp_path / "set"), tmp_path / "out", encoder, small)
    ours, *_, paper = found.tables
    assert [row[0] for row in ours.rows][:2] == [ANSWERS, SOURCE_COPY]
    assert paper.rows[-1][0] == "Frame2Frame" and paper.name == "paper"
    lines = (tmp_path / "out" / "results.jsonl").read_text().splitlines()
    assert len(lines) == 2
    again = made("f2f-posedit", tmp_path / "set", tmp_path / "out", encoder, small)
    assert (tmp_path / "out" / "results.jsonl").read_text().splitlines() == lines, "nothing is done twice"
    assert again.tables[0].rows == ours.rows


def test_what_is_not_as_published_is_said_and_nothing_else(
    tmp_path: Path, encoder: Path, small: dict[str, Any]
) -> None:
    found = made("f2f-posedit", posedit(tmp_path / "set"), tmp_path / "out", encoder, small)
    (told,) = (one for one in found.remarks if one.startswith("Not as published"))
    assert "frames 9 in place of 49" in told and "strategy.candidates 2 in place of 15" in told
    assert "guidance" not in told and "keep" not in told and "fit" not in told


def test_the_other_papers_protocol_has_its_own_rows(
    tmp_path: Path, encoder: Path, small: dict[str, Any]
) -> None:
    own = {**small, "refine": False, "strategy": "one-shot"}
    own["options"] = {"generator.height": 64, "generator.width": 64}
    with pytest.raises(InputError, match="strategy"):
        made("if-edit", tedbench(tmp_path / "set"), tmp_path / "none", encoder, own)
    del own["strategy"]
    found = made("if-edit", tmp_path / "set", tmp_path / "out", encoder, own)
    assert [table.name for table in found.tables][-2:] == ["paper", "if_edit"]
    assert found.tables[-1].rows[-1] == ("IF-Edit", "0.19", "0.96", "0.65")


def test_the_papers_settings_are_those_of_its_section_5_1() -> None:
    asked = protocol("f2f-tedbench").asked()
    wanted = {"frames": 49, "steps": 50, "guidance": 6.0, "fit": "pad-black", "model": "cogvideox-5b-i2v"}
    assert {name: asked[name] for name in wanted} == wanted
    size = asked["generator.width"], asked["generator.height"]
    assert size == (720, 480) and asked["strategy.candidates"] == 15 and asked["select.shown"] == 12


def test_without_a_name_they_are_listed_and_without_a_folder_nothing_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "reproduce") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(PROTOCOLS)
    assert f2f(monkeypatch, "reproduce", "f2f-tedbench") == 2
    assert "name a folder with --out" in capsys.readouterr().err
    assert f2f(monkeypatch, "reproduce", "f2f-tedbnch") == 2
    assert "did you mean f2f-tedbench" in capsys.readouterr().err
