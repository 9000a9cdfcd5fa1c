"""A run on several devices, from the wish to the record; processors that are named again stand for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import frame2frame
from frame2frame import plan
from frame2frame.engine.device import placement, workers
from frame2frame.engine.device.hardware import numbered
from frame2frame.engine.device.memory import GIB, economy, shared
from frame2frame.engine.device.placement import choose_devices
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.errors import InputError
from frame2frame.pipeline import Frame2FramePipeline
from frame2frame.report.result import Result
from frame2frame.request import Request
from frame2frame.runs.read import recorded
from frame2frame.values import Note, Progress
from frame2frame.worlds.tabletop.example import EXAMPLE

from ...command import f2f

QUICK: dict[str, Any] = {
    "frames": 9,
    "steps": 1,
    "seed": 5,
    "options": {"candidates": 3, "gate.presence": -100},
}


@pytest.fixture
def made(video_model: Path) -> Callable[..., Result]:
    """An edit by a tiny random model on such devices."""

    def edit(device: str, out: Path | None = None) -> Result:
        wishes = {"model": str(video_model), "encoder": "tabletop", "device": device, "keep": False, **QUICK}
        return frame2frame.edit(EXAMPLE.picture, EXAMPLE.instruction, out=out, **wishes)

    return edit


def test_several_devices_make_the_edit_of_one_and_the_record_names_them(
    made: Callable[..., Result], tmp_path: Path
) -> None:
    one, several = made("cpu"), made("cpu, cpu", tmp_path)
    apart = one.frames.astype(int) - several.frames
    assert np.abs(apart).max() <= 1 and one.index == several.index
    assert several.folder is not None
    record = recorded(several.folder)[0]
    assert record.execution.device == "cpu:0,cpu:1" and record.execution.batch_seeds == (5, 6, 7)
    again = frame2frame.replay(several.folder, device="cpu")
    assert plan.of(again).seeds == (5, 6, 7) and isinstance(plan.of(again).stages.generator, CogVideoX)


def test_a_gpu_that_work_does_not_go_to_by_itself_has_a_thread_in_which_it_does(
    made: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = made("cpu")
    entered: list[str] = []

    def on(device: str) -> AbstractContextManager[None]:
        entered.append(device)
        return nullcontext()

    monkeypatch.setattr(placement, "is_current", lambda device: False)
    monkeypatch.setattr(workers, "on", on)
    assert np.array_equal(made("cpu").frames, plain.frames) and set(entered) == {"cpu"}


def test_an_edit_that_is_stopped_leaves_no_thread(video_model: Path) -> None:
    wishes = {"model": str(video_model), "encoder": "tabletop", "device": "cpu,cpu", **QUICK}
    for stage, done in (("denoise", 0), ("decode", 9)):
        with closing(
            frame2frame.stream(Request.of(EXAMPLE.picture, EXAMPLE.instruction, **wishes), None)
        ) as events:
            assert any(
                isinstance(event, Progress) and (event.stage, event.done) == (stage, done) for event in events
            )
        assert not [one for one in threading.enumerate() if one.name.startswith("frame2frame")]


def test_equal_runs_on_as_many_devices_give_equal_bytes(made: Callable[..., Result]) -> None:
    assert made("cpu,cpu").frames.tobytes() == made("cpu:0,cpu:1").frames.tobytes()


def test_main_memory_is_divided_among_the_devices_and_said_once(video_model: Path) -> None:
    assert economy(shared("8:32", 4), None).main == economy("8:8", None).main
    assert shared("auto", 4) == "auto"
    size = sum(file.stat().st_size for file in video_model.rglob("*.safetensors"))
    wishes = {"model": str(video_model), "encoder": "tabletop", "device": "cpu,cpu", **QUICK}
    enough_for_one = f"auto:{1.5 * size / GIB:.8f}"
    request = Request.of(EXAMPLE.picture, EXAMPLE.instruction, memory=enough_for_one, **wishes)
    notes = [event.text for event in frame2frame.stream(request, None) if isinstance(event, Note)]
    assert sum("stored in 8 bits" in note for note in notes) == 1


def test_a_model_that_cannot_be_spread_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = replace(CogVideoX.capabilities, several_devices=False)
    monkeypatch.setattr(CogVideoX, "capabilities", alone)
    request = Request.of(EXAMPLE.picture, EXAMPLE.instruction, device="cpu,cpu")
    with pytest.raises(InputError, match="runs on one device only; got cpu:0, cpu:1; name one"):
        plan.of(request)


def test_a_processor_that_is_named_again_is_another_device() -> None:
    assert list(map(str, choose_devices("cpu,cpu , cpu"))) == ["cpu:0", "cpu:1", "cpu:2"]
    assert choose_devices("cpu") == (torch.device("cpu"),)
    assert numbered(torch.device("cpu")) == torch.device("cpu:0")


@pytest.mark.parametrize(("wish", "said"), [("cpu,", "got ''"), ("cpu,toaster", "got 'toaster'")])
def test_a_list_with_something_else_in_it_is_refused(wish: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        choose_devices(wish)


@pytest.mark.skipif(torch.cuda.is_available(), reason="for computers without a GPU")
def test_all_gpus_where_there_is_none_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("edit", str(EXAMPLE.picture), EXAMPLE.instruction, "--device", "all")
    assert f2f(monkeypatch, *words) == 2
    said = capsys.readouterr().err
    assert "there is no CUDA device" in said and said.count("\n") == 1


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_all_gpus_are_named_by_number_and_no_gpu_twice() -> None:
    count = torch.cuda.device_count()
    assert len(choose_devices("all")) == count
    for twice in ("cuda,cuda:0", "cuda:0,cuda:0"):
        with pytest.raises(InputError, match="named twice"):
            choose_devices(twice)
    with pytest.raises(InputError, match="all GPUs or all processors"):
        choose_devices("cuda:0,cpu")


def test_the_class_draws_its_seeds_on_the_first_device() -> None:
    pipe = Frame2FramePipeline("tabletop", device="cpu,cpu")
    assert torch.Generator(device=pipe.device).manual_seed(1).device == torch.device("cpu")


def test_a_pick_scores_on_the_first_device(tmp_path: Path) -> None:
    frames = np.stack([np.full((64, 64, 3), level, np.uint8) for level in (40, 90, 200)])
    wishes: Any = {"encoder": "tabletop", "device": "cpu,cpu"}
    result = frame2frame.pick(frames, frames[0], "a grey wall", out=tmp_path, **wishes)
    assert result.folder is not None and recorded(result.folder)[0].execution.device == "cpu:0"
