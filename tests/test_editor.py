"""Editors: who owns the models, what stays, what is freed, and several threads at once."""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
import pytest
import torch

import frame2frame
from frame2frame import Editor, InputError, Result
from frame2frame.engine.families.cogvideox import network
from frame2frame.engine.models.store import ModelStore, Need

from .tiny import ROTARY, pipeline

pytestmark = pytest.mark.usefixtures("small_embedded")

PICTURE = np.kron(np.random.default_rng(0).integers(0, 255, (4, 4, 3)), np.ones((8, 8, 1))).astype(np.uint8)
HERE: dict[str, Any] = {"encoder": "tabletop", "frames": 9, "steps": 2, "keep": False}
HERE |= {"out": None, "progress": False}
CPU = torch.device("cpu", 0)


@pytest.fixture(scope="module")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another model of the same layout."""
    made, folder = pipeline(ROTARY), tmp_path_factory.mktemp("other-model")
    for weight in made.transformer.parameters():
        weight.data *= 1.5
    made.save_pretrained(folder)
    return folder


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of the video models that are loaded, one after the other."""
    found: list[str] = []
    load = network.load

    def counting(folder: Path, *wish: Any) -> Any:
        found.append(str(folder))
        return load(folder, *wish)

    monkeypatch.setattr(network, "load", counting)
    return found


def edited(editor: Editor, model: Path, seed: int = 1, **wishes: Any) -> Result:
    asked: dict[str, Any] = {"model": str(model), "seed": seed} | HERE | wishes
    return editor.edit(PICTURE, "make it red", **asked)


def test_after_closing_nothing_of_a_model_is_alive(video_model: Path) -> None:
    editor = Editor(device="cpu")
    before = {id(one) for one in transformers()}
    edited(editor, video_model)
    alive = [ref(one) for one in transformers() if id(one) not in before]
    assert alive
    editor.close()
    assert [one for one in alive if one() is not None] == []


def transformers() -> list[Any]:
    """Those of this process."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one).__name__ == "CogVideoXTransformer3DModel"]


def test_a_closed_editor_refuses_in_one_line(video_model: Path) -> None:
    with Editor(device="cpu") as editor:
        request = editor.request(PICTURE, "make it red", model=str(video_model))
    for again in (lambda: edited(editor, video_model), lambda: list(editor.stream(request, None))):
        with pytest.raises(InputError, match="this editor is closed; make another one") as caught:
            again()
        assert "\n" not in str(caught.value)


def test_two_models_in_turn_load_once_each_where_both_fit(
    video_model: Path, other_model: Path, loads: list[str]
) -> None:
    with Editor(device="cpu") as editor:
        for model in (video_model, other_model) * 2:
            edited(editor, model)
    assert loads == [str(video_model), str(other_model)]


def test_of_two_that_do_not_fit_together_each_is_loaded_anew(
    video_model: Path, other_model: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Need, "fits", lambda need, others: others == 0)
    with Editor(device="cpu") as editor:
        for model in (video_model, other_model, video_model):
            edited(editor, model)
    assert loads == [str(video_model), str(other_model), str(video_model)]


class Thing:
    """Something to load, and somebody to use it."""


def kept(store: ModelStore, key: str, user: object) -> Thing:
    return store.get(key, user, lambda: Need(1, CPU), Thing)


def test_that_goes_first_which_was_asked_for_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Need, "fits", lambda need, others: others < 2)
    store, known = ModelStore(), {}
    for key in ("first", "second", "first", "third"):
        known[key] = ref(kept(store, key, Thing()))
    assert known["second"]() is None
    assert known["first"]() is not None and known["third"]() is not None


def test_one_that_is_in_use_never_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Need, "fits", lambda need, others: False)
    store, user = ModelStore(), Thing()
    used = ref(kept(store, "used", user))
    unused = ref(kept(store, "unused", Thing()))
    kept(store, "new", Thing())
    assert used() is not None and unused() is None
    del user
    kept(store, "newer", Thing())
    assert used() is None


def test_the_functions_of_the_package_stand_on_one_editor(video_model: Path, loads: list[str]) -> None:
    for _ in range(2):
        frame2frame.edit(PICTURE, "make it red", model=str(video_model), device="cpu", **HERE)
    assert len(loads) <= 1


def test_what_an_editor_was_made_with_holds_where_an_edit_says_nothing(
    video_model: Path, other_model: Path
) -> None:
    with Editor(model=str(video_model), device="cpu") as editor:
        assert editor.request(PICTURE, "make it red").model.repository == str(video_model)
        other = editor.request(PICTURE, "make it red", model=str(other_model))
        assert other.model.repository == str(other_model) and other.device == "cpu"


def same(first: Result, second: Result) -> bool:
    return np.array_equal(first.frames, second.frames) and np.array_equal(first.image, second.image)


@pytest.fixture(scope="module")
def lora_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from safetensors.torch import save_file

    file = tmp_path_factory.mktemp("lora") / "a.safetensors"
    key = "transformer.transformer_blocks.0.attn1.to_v"
    save_file({f"{key}.lora_A.weight": torch.ones(2, 32), f"{key}.lora_B.weight": torch.ones(32, 2)}, file)
    return file


def test_threads_that_edit_at_once_draw_what_each_draws_alone(
    video_model: Path, other_model: Path, lora_file: Path
) -> None:
    many: list[Callable[[Editor], Result]] = [
        lambda editor: edited(editor, video_model, steps=4),
        lambda editor: edited(editor, other_model, steps=4),
        lambda editor: edited(editor, video_model, seed=2, steps=4),
        lambda editor: edited(editor, video_model, lora=str(lora_file), steps=4),
    ]
    with Editor(device="cpu") as editor:
        alone = [one(editor) for one in many]
    with Editor(device="cpu") as editor, ThreadPoolExecutor(len(many)) as threads:
        together = list(threads.map(lambda one: one(editor), many))
    assert all(map(same, alone, together))
    assert not any(same(alone[0], other) for other in alone[1:])


def test_a_stream_that_is_left_halfway_holds_up_nobody(video_model: Path) -> None:
    wishes = {name: HERE[name] for name in ("encoder", "frames", "steps", "keep")}
    with Editor(model=str(video_model), device="cpu") as editor:
        left = editor.stream(editor.request(PICTURE, "make it red", seed=1, **wishes), None)
        while getattr(next(left), "stage", "") != "denoise":
            pass
        with ThreadPoolExecutor(1) as thread:
            result = thread.submit(edited, editor, video_model).result(timeout=120)
        with closing(left):
            *_, finished = left
        assert isinstance(finished, Result) and same(result, finished)
