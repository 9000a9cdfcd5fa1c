"""A configuration is refused for values that none has, and never for those that classes have themselves."""

from __future__ import annotations

import inspect
import json
from typing import Any

import diffusers
import pytest
import transformers

from frame2frame.engine.files.fields import check_fields
from frame2frame.errors import ModelError

_OF_DIFFUSERS = (
    "CogVideoXTransformer3DModel", "AutoencoderKLCogVideoX", "CogVideoXDDIMScheduler",
    "CogVideoXDPMScheduler",
    "WanTransformer3DModel", "AutoencoderKLWan", "UniPCMultistepScheduler", "FlowMatchEulerDiscreteScheduler",
    "ChronoEditTransformer3DModel", "SkyReelsV2Transformer3DModel",
    "LTXVideoTransformer3DModel", "AutoencoderKLLTXVideo",
    "LTX2VideoTransformer3DModel", "AutoencoderKLLTX2Video", "AutoencoderKLLTX2Audio",
    "HunyuanVideo15Transformer3DModel", "AutoencoderKLHunyuanVideo15",
    "HunyuanVideoFramepackTransformer3DModel", "AutoencoderKLHunyuanVideo",
    "Kandinsky5Transformer3DModel", "ClassifierFreeGuidance", "DPMSolverMultistepScheduler",
)  # fmt: skip
_OF_TRANSFORMERS = (
    "T5Config", "UMT5Config", "CLIPConfig", "SiglipConfig", "Dinov2Config", "Dinov2WithRegistersConfig",
    "DINOv3ViTConfig", "LlamaConfig", "Gemma3Config", "Qwen2_5_VLConfig",
)  # fmt: skip


@pytest.mark.parametrize("name", _OF_DIFFUSERS)
def test_what_a_class_of_diffusers_takes_by_default_is_taken(name: str) -> None:
    parameters = inspect.signature(getattr(diffusers, name)).parameters.values()
    defaults = {one.name: one.default for one in parameters if one.default is not inspect.Parameter.empty}
    assert len(defaults) > 2
    check_fields(json.loads(json.dumps(defaults)), name)


@pytest.mark.parametrize("name", _OF_TRANSFORMERS)
def test_what_a_configuration_of_transformers_holds_by_default_is_taken(name: str) -> None:
    config = getattr(transformers, name)()
    check_fields(json.loads(config.to_json_string(use_diff=False)), name)


@pytest.mark.parametrize(
    "config",
    [
        {"patch_size": [1, 2, 2], "patch_size_t": None, "num_layers": 40.0},
        {"size": {"shortest_edge": 224}, "crop_size": {"height": 224, "width": 224}},
        {"size": {"shortest_edge": 3136, "longest_edge": 12845056}},
        {"lambda_min_clipped": float("-inf"), "trained_betas": None},
        {"text_config": {"hidden_size": 512, "id2label": {"0": "LABEL_0"}}},
        {"something_new": [{"deep": ["x", 1.5, True, None]}]},
    ],
)
def test_what_published_models_hold_is_taken(config: dict[str, Any]) -> None:
    check_fields(config, "config.json")


@pytest.mark.parametrize(
    ("config", "refusal"),
    [
        ({"dropout": "evil"}, "'dropout' .* a number from 0 to 1; got 'evil' in config.json"),
        ({"num_layers": float("nan")}, "'num_layers' .* a whole number from 0 to 100000; got nan"),
        ({"num_layers": 10**9}, "got 1000000000 in"),
        ({"num_layers": 2.5}, "got 2.5 in"),
        ({"num_layers": True}, "got True in"),
        ({"num_attention_heads": 0}, "a whole number from 1 to 4096; got 0"),
        ({"in_channels": -1}, "got -1 in"),
        ({"max_text_seq_length": 10**9}, "from 1 to 8192; got 1000000000"),
        ({"num_train_timesteps": 10**12}, "from 1 to 100000; got 1000000000000"),
        ({"beta_start": "x"}, "'beta_start' .* got 'x'"),
        ({"beta_end": [0.012]}, r"got \[0.012\]"),
        (
            {"prediction_type": "mystery"},
            "one of epsilon, .*; got 'mystery'",
        ),
        ({"activation_fn": 0}, "'activation_fn' .* a name; got 0"),
        ({"frame2frame_names": ["cube", 1]}, "'frame2frame_names' .* a name; got 1 in"),
        ({"use_rotary_positional_embeddings": "no"}, "true or false; got 'no'"),
        ({"scaling_factor": 0}, "'scaling_factor' .* got 0"),
        ({"crop_size": {"height": 10**6}}, "'height' .* got 1000000"),
        ({"vision_config": {"image_size": [10**6]}}, "'image_size' .* got 1000000"),
        ({"anything": float("inf")}, "a finite number"),
        ({"anything": 10**400}, "a finite number"),
        ({"\x1b[2J": -1e300}, r"'\\x1b\[2J' .* a finite number"),
    ],
)
def test_what_no_model_holds_is_refused_with_the_field_and_the_range(
    config: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(ModelError, match=refusal):
        check_fields(config, "config.json")


def test_a_deep_and_a_long_configuration_are_refused() -> None:
    deep: Any = []
    for _ in range(50):
        deep = [deep]
    for value in (deep, [0] * 200_000, "x" * 10**6):
        with pytest.raises(ModelError, match="'field'"):
            check_fields({"field": value}, "config.json")
