"""Pipelines of diffusers that are in memory already: run as they are, and left as they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from frame2frame import Editor, InputError, ModelError, Result, replay
from frame2frame.engine.device.placement import quiet_loading
from frame2frame.runs.read import recorded

from .engine.tiny_pipelines import make
from .tiny import ROTARY, pipeline, wan

pytestmark = pytest.mark.usefixtures("small_embedded")

PICTURE = np.kron(np.random.default_rng(0).integers(0, 255, (4, 4, 3)), np.ones((8, 8, 1))).astype(np.uint8)
HERE: dict[str, Any] = {"encoder": "tabletop", "steps": 2, "frames": 9, "keep": False, "progress": False}
FIRST = {"sample_height": 4, "sample_width": 4, "sample_frames": 9, "use_learned_positional_embeddings": True}
PAIRS = {"sample_height": 8, "sample_width": 8, "sample_frames": 17, "patch_size_t": 2, "patch_bias": False}
PAIRS |= {"ofs_embed_dim": 8}

OWN_LOOP: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "CogVideoX like the embedded one": (lambda: pipeline(ROTARY), {}),
    "CogVideoX 1.0": (lambda: pipeline(FIRST), {}),
    "CogVideoX 1.5": (lambda: pipeline(PAIRS), {"frames": 17, "height": 32, "width": 32}),
    "Wan 2.2 A14B": (lambda: wan(False), {"height": 32, "width": 32}),
    "Wan 2.2 TI2V 5B": (lambda: wan(True), {"height": 32, "width": 32}),
}
THEIR_CALL = "WanImageToVideoPipeline"
"""Wan 2.1, which sees the picture through an image encoder."""


def edited(editor: Editor, out: Path | None = None, **wishes: Any) -> Result:
    asked = {"seed": 1, "out": out} | HERE | wishes
    return editor.edit(PICTURE, "make it red", **asked)


def kept(pipe: Any) -> dict[str, Any]:
    """All of a pipeline that a run might change."""
    modules = {name: part for name, part in pipe.components.items() if isinstance(part, torch.nn.Module)}
    return {
        "weights": {
            f"{name}.{key}": (id(value), value.clone(), value.device)
            for name, part in modules.items()
            for key, value in part.state_dict(keep_vars=True).items()
        },
        "modules": [
            (type(one), one.training, _hooks(one)) for part in modules.values() for one in part.modules()
        ],
        "others": {name: id(part) for name, part in pipe.components.items()},
        "scheduler": dict(pipe.scheduler.config),
        "fields": sorted(vars(pipe)),
    }


def _hooks(module: Any) -> int:
    """transformers puts some of its own in at a first call, whoever calls."""
    is_theirs = type(module).__module__.startswith("transformers.")
    return 0 if is_theirs else len(module._forward_hooks) + len(module._forward_pre_hooks)


def assert_unchanged(pipe: Any, before: dict[str, Any]) -> None:
    now = kept(pipe)
    for name, (identity, value, device) in before.pop("weights").items():
        found = now["weights"][name]
        assert found[0] == identity and found[2] == device and torch.equal(found[1], value)
    del now["weights"]
    assert now == before


def assert_same_picture(one: np.ndarray, other: np.ndarray) -> None:
    """
    Equal but for rounding.

    Weights that a file is mapped for lie elsewhere in memory than those that were drawn, and on some machines
    the products then add up in another order.
    """
    differ = np.abs(one.astype(int) - other)
    assert differ.max() <= 1 and np.mean(differ > 0) < 1e-3


@pytest.mark.parametrize("name", OWN_LOOP)
def test_the_picture_is_that_of_the_same_model_in_a_folder(name: str, tmp_path: Path) -> None:
    build, wishes = OWN_LOOP[name]
    pipe = build()
    with quiet_loading():
        pipe.save_pretrained(tmp_path / "model")
    before = kept(pipe)
    with Editor(pipeline=pipe) as editor:
        here = edited(editor, **wishes)
    assert_unchanged(pipe, before)
    with Editor(model=str(tmp_path / "model"), device="cpu") as editor:
        there = edited(editor, **wishes)
    assert here.frames.std() > 10
    assert_same_picture(here.frames, there.frames)


def test_another_pipeline_runs_through_its_own_call(tmp_path: Path) -> None:
    pipe = make(THEIR_CALL)
    with quiet_loading():
        pipe.save_pretrained(tmp_path / "model")
    before = kept(pipe)
    with Editor(pipeline=pipe) as editor:
        here = edited(editor, height=32, width=32)
    assert_unchanged(pipe, before)
    with Editor(model=str(tmp_path / "model"), device="cpu") as editor:
        there = edited(editor, height=32, width=32)
    assert_same_picture(here.frames, there.frames)


def test_its_weights_are_neither_read_nor_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("weights are read")

    monkeypatch.setattr("frame2frame.engine.families.cogvideox.network.load", never)
    pipe = pipeline(ROTARY)
    seen: list[Any] = []
    pipe.transformer.register_forward_pre_hook(lambda module, _: seen.append(module))
    with Editor(pipeline=pipe) as editor:
        edited(editor)
    assert set(map(id, seen)) == {id(pipe.transformer)}


def test_the_record_names_its_class_and_what_tells_its_weights_apart(tmp_path: Path) -> None:
    pipe = pipeline(ROTARY)
    with Editor(pipeline=pipe) as editor:
        result = edited(editor, tmp_path)
        again = edited(editor, tmp_path)
    pipe.transformer.proj_out.weight.data += 1
    with Editor(pipeline=pipe) as editor:
        other = edited(editor, tmp_path)
    models = [str(recorded(one.folder)[0].settings.model) for one in (result, again, other) if one.folder]
    assert models[0].startswith("CogVideoXImageToVideoPipeline in memory@")
    assert models[0] == models[1] != models[2]
    with pytest.raises(InputError, match=r"was a pipeline in memory; got .*; hand it to an editor") as caught:
        replay(str(result.folder))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"options": {"generator.precision": "int8"}}, "used as it is; got precision int8"),
        ({"options": {"generator.dtype": "bfloat16"}}, "used as it is; got dtype bfloat16"),
        ({"device": "cpu,cpu", "candidates": 2}, "on another device"),
    ],
)
def test_what_would_change_it_is_refused(wish: dict[str, Any], words: str) -> None:
    with Editor(pipeline=pipeline(ROTARY)) as editor, pytest.raises(InputError, match=words):
        edited(editor, **wish)


def test_what_is_no_whole_pipeline_is_refused() -> None:
    with pytest.raises(InputError, match="no pipeline of diffusers; got"):
        Editor(pipeline="tabletop")
    pipe = pipeline(ROTARY)
    pipe.text_encoder = None
    with pytest.raises(ModelError, match="lacks a part; got text_encoder"):
        Editor(pipeline=pipe)
    with pytest.raises(InputError, match="a model of its own or a pipeline"):
        Editor("tabletop", pipeline=pipeline(ROTARY))


def offloaded(pipe: Any) -> None:
    pipe.enable_model_cpu_offload(device="cpu")


def offloaded_piece_by_piece(pipe: Any) -> None:
    pipe.enable_sequential_cpu_offload(device="cpu")


def offloaded_in_groups(pipe: Any) -> None:
    here = torch.device("cpu")
    pipe.transformer.enable_group_offload(here, here, "block_level", num_blocks_per_group=1)


def stored_in_fp8(pipe: Any) -> None:
    pipe.transformer.enable_layerwise_casting(torch.float8_e4m3fn, torch.float32)


BEFORE_ITS_HOOKS = "hand it in before enable_.*, or name its folder"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (offloaded, f"move between devices while it runs; {BEFORE_ITS_HOOKS}"),
        (offloaded_in_groups, f"move between devices while it runs; {BEFORE_ITS_HOOKS}"),
        (offloaded_piece_by_piece, f"come from elsewhere while it runs; {BEFORE_ITS_HOOKS}"),
        (stored_in_fp8, "got torch.float8_e4m3fn; load it in bfloat16, or name its folder"),
    ],
)
def test_weights_that_are_elsewhere_or_in_8_bits_are_refused_in_one_line(
    change: Callable[[Any], None], words: str
) -> None:
    pipe = pipeline(ROTARY)
    change(pipe)
    with pytest.raises(InputError, match=words) as caught, Editor(pipeline=pipe) as editor:
        edited(editor, out=None, frames=17)
    assert "\n" not in str(caught.value)


def test_another_model_may_be_named_beside_it(video_model: Path) -> None:
    with Editor(pipeline=pipeline(ROTARY)) as editor:
        request = editor.request(PICTURE, "make it red", model=str(video_model))
        assert request.model.repository == str(video_model)
