"""A run is repeated from the plan that it recorded, whatever this version makes of its settings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from frame2frame import plan
from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.models.catalogue import EMBEDDED, MODELS, find
from frame2frame.errors import InputError
from frame2frame.files.as_json import from_json, rendered, to_json
from frame2frame.media.pictures import png_bytes
from frame2frame.media.source import load_picture
from frame2frame.plan import Plan
from frame2frame.replaying import replay
from frame2frame.report.execution import execution_of
from frame2frame.request import Request
from frame2frame.runs.record import PlanRecord, RunRecord, for_picture
from frame2frame.runs.write import write_run

from .finished import drawn, finished
from .tiny import wan


def asked(**wishes: Any) -> Request:
    return Request.of(drawn()[0], "move it", **{"seed": 1, "device": "cpu", **wishes})


def recorded(made: Plan, **planned: Any) -> RunRecord:
    """The record of a run of this plan; `planned` are changes of what it says was planned."""
    whole = finished(made.request.source)
    step = replace(whole.steps[0], clip=replace(whole.steps[0].clip, seed=made.seeds[0]))
    return RunRecord(made.settings(), execution_of(made, (step,)), replace(made.record(), **planned))


def in_a_folder(record: RunRecord, out: Path) -> Path:
    return write_run(out, replace(finished(load_picture(drawn()[0])), record=record))


def as_a_png(record: RunRecord, out: Path) -> Path:
    """One that was sent, with its source beside it."""
    out.mkdir()
    (out / "source.png").write_bytes(png_bytes(drawn()[0]))
    (out / "final_frame.png").write_bytes(png_bytes(drawn()[6], None, for_picture(record)))
    return out / "final_frame.png"


@pytest.fixture(scope="module")
def wan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wan")
    with quiet_loading():
        wan(held=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def style(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA for one layer of the embedded model."""
    from safetensors.torch import load_file

    files = (Path(MODELS[EMBEDDED].repository) / "transformer").glob("*.safetensors")
    weights = {name: value for file in files for name, value in load_file(file).items()}
    name = min(name for name in weights if name.endswith("attn1.to_v.weight"))
    base, shape = name.removesuffix(".weight"), weights[name].shape
    file = tmp_path_factory.mktemp("loras") / "style.safetensors"
    parts = {"A": torch.ones(1, shape[1]), "B": torch.ones(shape[0], 1)}
    save_file({f"transformer.{base}.lora_{part}.weight": value for part, value in parts.items()}, file)
    return file


RUNS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a wave": {"guidance": 6.0, "options": {"generator.guidance_shape": "wave"}},
    "an interval": {"options": {"generator.guidance_shape": "interval", "generator.guidance_stop": 0.5}},
    "a preset": {"preset": "fast"},
    "a search": {"preset": "search15", "options": {"finalists": 3}},
    "a path": {"strategy": "path", "rounds": 2, "strength": 0.8, "seeds": (1, 9, 2, 7, 5, 4)},
    "parts of its own": {"select": "best", "identity": "tabletop", "refine": True, "keep": False},
    "a kept region": {"options": {"keep.growth": 0.1}},
    "encoders of its own": {
        "encoder": "siglip2",
        "identity": "face:net.onnx,found.onnx",
        "options": {"encoder.revision": "main", "identity.takes_levels": True},
    },
}


@pytest.mark.parametrize("wishes", RUNS.values(), ids=RUNS.keys())
@pytest.mark.parametrize("sent", [False, True], ids=["folder", "png"])
def test_a_run_is_planned_again_as_it_was(tmp_path: Path, wishes: dict[str, Any], sent: bool) -> None:
    made = plan.of(asked(**wishes))
    place = (as_a_png if sent else in_a_folder)(recorded(made), tmp_path / "run")
    again = plan.of(replay(place, "cpu"))
    assert again.record() == made.record() and again.settings().options == made.settings().options
    assert not [note for note in again.notes if note.text.startswith(("From its", "The run that", "Frames"))]


def test_seeds_that_an_earlier_version_left_unused_hinder_no_repetition(tmp_path: Path) -> None:
    record = recorded(plan.of(asked(seeds=(1, 3))))
    left = replace(record, settings=replace(record.settings, seeds=(1, 3, 3)))
    assert plan.of(replay(in_a_folder(left, tmp_path), "cpu")).seeds == (1, 3)


def test_two_experts_are_guided_again_as_they_were(tmp_path: Path, wan_folder: Path) -> None:
    low = {"generator.guidance_low": 5.0}
    made = plan.of(
        asked(model=str(wan_folder), encoder="tabletop", guidance=3.0, steps=8, frames=9, options=low)
    )
    assert set(made.sampling.guidance) == {3.0, 5.0}
    again = plan.of(replay(in_a_folder(recorded(made), tmp_path), "cpu"))
    assert again.sampling == made.sampling and again.record() == made.record()


def test_a_lora_is_found_again_and_its_folder_stands_in_no_picture(tmp_path: Path, style: Path) -> None:
    made = plan.of(asked(lora=f"{style}:0.5"))
    record = recorded(made)
    again = plan.of(replay(in_a_folder(record, tmp_path), "cpu"))
    assert again.record() == made.record() and again.loras == made.loras
    assert str(style.parent) in rendered(record.plan) and str(style.parent) not in rendered(
        for_picture(record)
    )


def test_a_default_of_that_time_counts_and_not_that_of_today(tmp_path: Path) -> None:
    made = plan.of(asked())
    options = {**made.record().options, "select.settled": 0.25, "strategy.candidates": 3, "keep.growth": 0.2}
    again = plan.of(replay(in_a_folder(recorded(made, options=options), tmp_path), "cpu"))
    assert again.settings().options == {}, "nobody asked for them"
    assert again.parts["select"].settled == 0.25 and again.parts["keep"].growth == 0.2
    assert len(again.seeds) == 3 and again.record().options == options


def test_an_encoder_comes_back_from_where_it_was_in_the_folder_and_by_its_name_from_a_png(
    tmp_path: Path,
) -> None:
    made = plan.of(asked(encoder="siglip2"))
    options = {**made.record().options, "encoder.repository": "google/another", "encoder.revision": "v2"}
    record = recorded(made, options=options)
    again = plan.of(replay(in_a_folder(record, tmp_path), "cpu")).parts["encoder"]
    assert (again.repository, again.revision) == ("google/another", "v2")
    sent = plan.of(replay(as_a_png(record, tmp_path / "sent"), "cpu")).parts["encoder"]
    assert (sent.repository, sent.revision) == (made.parts["encoder"].repository, "v2")


def test_an_encoder_that_is_named_otherwise_by_its_option_is_refused() -> None:
    wishes: dict[str, Any] = {"encoder": "siglip2:a/one", "options": {"encoder.repository": "a/two"}}
    with pytest.raises(InputError, match=r"the option encoder\.repository contradict each other"):
        asked(**wishes)


def test_what_is_changed_in_a_repeated_run_wins_over_its_plan(tmp_path: Path) -> None:
    again = replay(in_a_folder(recorded(plan.of(asked())), tmp_path), "cpu")
    changed = plan.of(replace(again, options={"settled": 0.125}, steps=3, guidance=4.0))
    assert changed.parts["select"].settled == 0.125 and changed.sampling.guidance == (4.0,) * 3
    other = plan.of(replace(again, select="best", strategy="path"))
    assert type(other.parts["select"]).__name__ == "Best" and other.rounds > 1


def test_options_that_are_there_no_more_are_left_out(tmp_path: Path) -> None:
    made = plan.of(asked())
    options = {**made.record().options, "select.gone": 1, "elsewhere.option": "x", "generator.model": "x"}
    again = plan.of(replay(in_a_folder(recorded(made, options=options), tmp_path), "cpu"))
    assert again.record() == made.record()


def test_the_plan_of_a_stranger_names_no_place(tmp_path: Path) -> None:
    made = plan.of(asked())
    options = {**made.record().options, "generator.tiny_vae": str(tmp_path / "tiny.safetensors")}
    record = recorded(made, options=options)
    assert plan.of(replay(as_a_png(record, tmp_path / "sent"), "cpu")).record() == made.record()
    with pytest.raises(InputError, match="tiny_vae"):
        plan.of(replay(in_a_folder(record, tmp_path / "own"), "cpu"))


def test_a_record_of_before_there_were_plans_is_repeated_too(tmp_path: Path) -> None:
    made = plan.of(asked(guidance=6.0, options={"generator.guidance_shape": "wave"}))
    old = as_a_png(replace(recorded(made), plan=None), tmp_path / "old")
    data = {**for_picture(replace(recorded(made), plan=None)), "schema": 1}
    old.write_bytes(png_bytes(drawn()[6], None, data))
    assert plan.of(replay(old, "cpu")).record() == made.record()


@pytest.mark.parametrize(
    "change",
    [
        {"guidance": [1e9]},
        {"guidance": ["6"]},
        {"options": {"select.settled": [1]}},
        {"frames": 0},
        {"parts": "none"},
        {"model": ""},
        {"seeds": [0.5]},
    ],
    ids=str,
)
def test_a_plan_that_no_run_can_have_had_is_refused(change: dict[str, Any]) -> None:
    data = json.loads(rendered(to_json(plan.of(asked()).record()))) | change
    with pytest.raises(InputError):
        from_json(PlanRecord, data, "plan")


def test_the_model_is_recorded_with_the_revision_that_was_found(tmp_path: Path) -> None:
    assert plan.of(asked()).record().revision is None
    assert find(EMBEDDED).label == plan.of(asked()).record().model
