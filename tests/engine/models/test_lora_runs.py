"""An edit with a LoRA says what matched, records it, and can be repeated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from frame2frame.engine.models.catalogue import EMBEDDED, MODELS
from frame2frame.replaying import replay
from frame2frame.report.command_line import command_line
from frame2frame.runs.read import recorded
from frame2frame.worlds.tabletop.example import EXAMPLE

from ...command import f2f

QUICK = ("--frames", "9", "--steps", "1", "--seed", "5", "--device", "cpu", "--select", "best")


@pytest.fixture
def style(tmp_path: Path) -> Path:
    """A LoRA for the embedded model that changes one layer a great deal."""
    files = (Path(MODELS[EMBEDDED].repository) / "transformer").glob("*.safetensors")
    weights = {name: value for file in files for name, value in load_file(file).items()}
    name = min(name for name in weights if name.endswith("attn1.to_v.weight"))
    base, shape = name.removesuffix(".weight"), weights[name].shape
    down, up = torch.ones(1, shape[1]), torch.ones(shape[0], 1)
    made = {f"transformer.{base}.lora_A.weight": down, f"transformer.{base}.lora_B.weight": up}
    save_file(made | {"elsewhere.lora_A.weight": torch.ones(1, 1)}, tmp_path / "style.safetensors")
    return tmp_path / "style.safetensors"


@pytest.mark.usefixtures("small_embedded")
def test_an_edit_with_a_lora_draws_another_picture_says_what_matched_and_records_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], style: Path
) -> None:
    words = ("edit", str(EXAMPLE.picture), EXAMPLE.instruction, *QUICK, "--json")
    f2f(monkeypatch, *words)
    plain = json.loads(capsys.readouterr().out)
    f2f(monkeypatch, *words, "--lora", f"{style}:0.5")
    facts = json.loads(capsys.readouterr().out)
    assert "LoRA style.safetensors at weight 0.5: 2 of 3 keys matched in transformer." in facts["notes"]
    folder = Path(facts["folder"])
    assert facts["scores"] != plain["scores"]
    run = recorded(folder)[0]
    (one,) = run.execution.loras
    assert (one.weight, one.component, one.matched, one.total) == (0.5, "transformer", 2, 3)
    assert len(one.sha256) == 64 and f"--lora {style}:0.5" in command_line(run.settings, "a.png")
    assert replay(folder).lora == (f"{style}:0.5",)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("nowhere.safetensors", "there is no such LoRA here"),
        ("a.safetensors:strong", "the weight of a LoRA"),
    ],
)
def test_a_lora_that_cannot_be_used_is_one_line(
    wish: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "edit", str(EXAMPLE.picture), "x", *QUICK, "--lora", wish) == 2
    err = capsys.readouterr().err.strip()
    assert err.startswith("f2f: ") and said in err and "\n" not in err
