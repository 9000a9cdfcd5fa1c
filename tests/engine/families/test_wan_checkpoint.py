"""Which checkpoints of Wan 2.2 are run, and which are refused before their weights are read."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frame2frame.engine.families.wan.config import read_layout
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.errors import InputError, ModelError

from ..drafts import ANY

Make = Callable[..., Wan]


@pytest.fixture
def copied_wan(tiny_wan: Make, tmp_path: Path) -> Path:
    """A tiny A14B as an ordinary folder that a test may damage."""
    return Path(shutil.copytree(tiny_wan("a14b").folder(), tmp_path / "model"))


def rewrite(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_pipeline_of_the_other_name_that_holds_a_picture_is_run(tiny_wan: Make, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_wan("5b").folder(), tmp_path / "model"))
    rewrite(folder / "model_index.json", _class_name="WanPipeline")
    assert read_layout(folder).held


@pytest.mark.parametrize(
    ("file", "values", "said"),
    [
        ("model_index.json", {"_class_name": "LTXPipeline"}, "got LTXPipeline"),
        ("transformer/config.json", {"in_channels": 16}, "takes no picture"),
        ("transformer/config.json", {"image_dim": 4}, "as Wan 2.1 does"),
        ("transformer/config.json", {"text_dim": 8}, "do not go together; got text_dim 8 for 32"),
        ("vae/config.json", {"patch_size": 2}, "got in_channels of the autoencoder 3 for 12"),
        ("vae/config.json", {"scale_factor_spatial": 16}, "got scale_factor_spatial 16 for 8"),
        ("vae/config.json", {"latents_mean": [[0.0]] * 16}, "latents_std that are no numbers"),
        ("vae/config.json", {"latents_mean": [0.0]}, "got latents_mean 1 for 16"),
        ("vae/config.json", {"temperal_downsample": [False, False, True]}, "got temperal_downsample 2 for 4"),
        ("transformer/config.json", {"patch_size": [1, [2], 2]}, r"patches of \[1, \[2\], 2\], not one"),
        ("transformer/config.json", {"patch_size": [2, 2, 2]}, r"patches of \[2, 2, 2\], not one"),
        ("transformer/config.json", {"patch_size": [1, 2, 4]}, r"patches of \[1, 2, 4\], not one"),
        ("transformer/config.json", {"rope_max_seq_len": 1}, "rope_max_seq_len 1, too few"),
        ("scheduler/scheduler_config.json", {"solver_order": 3}, "'solver_order': 3"),
        ("scheduler/scheduler_config.json", {"_class_name": "DDIMScheduler"}, "got DDIMScheduler"),
    ],
)
def test_a_checkpoint_that_is_not_run_here_is_refused(
    copied_wan: Path, file: str, values: dict[str, Any], said: str
) -> None:
    rewrite(copied_wan / file, **values)
    with pytest.raises(ModelError, match=said):
        Wan(str(copied_wan)).check()


def test_a_clip_is_no_larger_than_the_model_has_positions_for(copied_wan: Path) -> None:
    rewrite(copied_wan / "transformer" / "config.json", rope_max_seq_len=3)
    model = Wan(str(copied_wan), height=64, width=48)
    with pytest.raises(InputError, match="the nearest it can is 48 × 48"):
        model.sampling(ANY)
    assert dataclasses.replace(model, height=48).sampling(ANY).frames == 9


@pytest.mark.parametrize(
    ("part", "values", "said"),
    [
        ("transformer", {"added_kv_proj_dim": 8}, "RuntimeError: "),
        ("transformer", {"eps": None}, "TypeError: layer_norm"),
        ("vae", {"attn_scales": [1.0]}, "TypeError: WanAttentionBlock"),
    ],
)
def test_layers_that_do_not_fit_each_other_are_refused_before_the_weights_are_read(
    copied_wan: Path, part: str, values: dict[str, Any], said: str
) -> None:
    rewrite(copied_wan / part / "config.json", **values)
    with pytest.raises(ModelError, match=f"model in .*/{part} do not go together; got {said}"):
        Wan(str(copied_wan), device="cpu").load()


def test_a_preset_that_needs_lora_files_does_not_run_without_them(tiny_wan: Make) -> None:
    with pytest.raises(ModelError, match="there is no such LoRA here; got 'some/high'"):
        tiny_wan("a14b", loras=("some/high",)).sampling(ANY)


def test_a_missing_expert_is_refused_before_any_work(copied_wan: Path) -> None:
    shutil.rmtree(copied_wan / "transformer_2")
    with pytest.raises(ModelError, match="transformer_2"):
        Wan(str(copied_wan)).sampling(ANY)
