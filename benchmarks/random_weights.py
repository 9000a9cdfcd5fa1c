"""CogVideoX at its real size with random weights, for what does not depend on what the weights say: speed.

The embedded model and a tiny one of the same layout stand beside it, to measure and to try where no GPU is.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

TRANSFORMER: dict[str, Any] = {
    "num_attention_heads": 48, "attention_head_dim": 64, "in_channels": 32, "out_channels": 16,
    "time_embed_dim": 512, "ofs_embed_dim": 512, "text_embed_dim": 4096, "num_layers": 42,
    "patch_size": 2, "patch_size_t": 2, "patch_bias": False, "sample_height": 300, "sample_width": 300,
    "sample_frames": 81, "max_text_seq_length": 226, "use_rotary_positional_embeddings": True,
}  # fmt: skip
"""CogVideoX1.5-5B image-to-video."""
LEARNED = TRANSFORMER | {
    "patch_size_t": None, "ofs_embed_dim": None, "patch_bias": True,
    "sample_height": 60, "sample_width": 90, "sample_frames": 49,
    "use_learned_positional_embeddings": True,
}  # fmt: skip
"""CogVideoX-5B image-to-video, version 1.0: one size, whose positions are learned."""
TINY = TRANSFORMER | {
    "num_attention_heads": 2, "attention_head_dim": 16, "in_channels": 8, "out_channels": 4,
    "time_embed_dim": 16, "ofs_embed_dim": 16, "text_embed_dim": 32, "num_layers": 3,
    "sample_height": 12, "sample_width": 12, "max_text_seq_length": 16,
}  # fmt: skip
"""The same layout, to try this program on."""
SCHEDULER = {
    "_class_name": "CogVideoXDDIMScheduler", "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "snr_shift_scale": 1.0, "timestep_spacing": "trailing", "beta_schedule": "scaled_linear",
    "beta_start": 0.00085, "beta_end": 0.012, "clip_sample": False, "set_alpha_to_one": True,
}  # fmt: skip
GUIDANCE = 6.0
CAPTION = "The ball on the table turns red and everything else stays as it is."


@dataclass
class Case:
    """A model, and the sizes that it is timed at."""

    name: str
    parts: Any
    """`cogvideox_family.Parts` with diffusers' own forward."""
    height: int
    width: int
    frames: tuple[int, ...]
    """The whole clip's first."""
    steps: int
    fast_frames: int
    fast_steps: int
    seeds: int

    def sampling(self, frames: int, steps: int, guided: float = 1.0) -> Any:
        from frame2frame.engine.sampling.guidance import interval
        from frame2frame.values import Sampling

        return Sampling(frames, self.height, self.width, steps, interval(GUIDANCE, steps, 0.0, guided))

    def items(self, count: int) -> list[Any]:
        from frame2frame.plugins.stages import Item
        from frame2frame.values import Caption

        drawn = np.random.default_rng(0).random((self.height // 8, self.width // 8, 3))
        picture = (np.kron(drawn, np.ones((8, 8, 1))) * 255).astype(np.uint8)
        return [Item(picture, Caption(CAPTION, CAPTION, "given"), seed) for seed in range(count)]

    @property
    def config(self) -> Any:
        return self.parts.transformer.config

    def tokens(self, frames: int | None = None) -> int:
        """Of a clip of so many frames, or of the whole one."""
        config = self.config
        shape = self.family().latent_shape(self.sampling(frames or self.frames[0], 1))
        patches = shape[0] // (config.patch_size_t or 1) * shape[2] * shape[3] // config.patch_size**2
        return int(config.max_text_seq_length + patches)

    def operations(self, frames: int, rows: int) -> float:
        """Of one step: two a weight and token, and both products of the attention."""
        config, tokens = self.parts.transformer.config, self.tokens(frames)
        width = config.num_attention_heads * config.attention_head_dim
        each = 2 * 12 * width**2 * config.num_layers * tokens + 4 * config.num_layers * tokens**2 * width
        return float(rows * each)

    def family(self, parts: Any = None) -> Any:
        from frame2frame.engine.families.cogvideox.network import CogVideoXFamily

        return CogVideoXFamily(parts or self.parts)


class Words:
    """Stands for a tokenizer where there is none: letters as numbers."""

    def __call__(self, texts: Sequence[str], *, max_length: int, **_: Any) -> Any:
        import torch

        rows = [[ord(letter) % 97 + 3 for letter in text[:max_length]] for text in texts]
        return SimpleNamespace(input_ids=torch.tensor([row + [0] * (max_length - len(row)) for row in rows]))


def random_case(device: str, tiny: bool, *, learned: bool = False) -> Case:
    """The architecture with random weights, made where they are used; version 1.0's if it is `learned`."""
    import diffusers
    import torch
    from transformers import T5Config, T5EncoderModel

    from frame2frame.engine.device.placement import Residence, quiet_loading
    from frame2frame.engine.families.cogvideox.network import Parts

    place: Any = torch.device(device)
    dtype = torch.bfloat16 if place.type == "cuda" else torch.float32
    kinds: Any = diffusers
    folder = Path(tempfile.mkdtemp())
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
    small_t5: dict[str, Any] = {
        "d_model": 32,
        "d_kv": 8,
        "d_ff": 37,
        "num_layers": 2,
        "num_heads": 4,
        "vocab_size": 128,
    }
    large_t5: dict[str, Any] = {"d_model": 4096, "d_kv": 64, "d_ff": 10240, "num_layers": 24, "num_heads": 64}
    t5 = T5Config(**(small_t5 if tiny else large_t5), feed_forward_proj="gated-gelu")
    vae = {"block_out_channels": (8,) * 4, "latent_channels": 4, "layers_per_block": 1, "norm_num_groups": 2}
    usual = torch.get_default_dtype()
    torch.manual_seed(0)
    torch.set_default_dtype(dtype)
    try:
        with quiet_loading(), place:
            models = [
                T5EncoderModel(t5),
                kinds.AutoencoderKLCogVideoX(
                    **(vae if tiny else {}), scaling_factor=0.7, invert_scale_latents=not learned
                ),
                kinds.CogVideoXTransformer3DModel(**(TINY if tiny else LEARNED if learned else TRANSFORMER)),
            ]
    finally:
        torch.set_default_dtype(usual)
    text, decoder, transformer = (model.to(place, dtype).eval().requires_grad_(False) for model in models)
    parts = Parts(
        folder=folder, tokenizer=Words(), text_encoder=text, vae=decoder, transformer=transformer,
        scheduler=kinds.CogVideoXDDIMScheduler.from_config(SCHEDULER),
        residence=Residence((text, decoder, transformer), place), dtype=dtype,
    )  # fmt: skip
    if tiny:
        return Case("CogVideoX1.5-like, tiny", parts, 32, 48, (17, 9), 4, 9, 4, 3)
    name = "CogVideoX-5B" if learned else "CogVideoX1.5-5B"
    return Case(f"{name}, random weights", parts, 480, 720, (49, 25, 17, 9), 50, 17, 20, 15)


def tabletop_case(device: str) -> Case:
    """The embedded model."""
    from frame2frame.engine.families.cogvideox import network as cogvideox_network
    from frame2frame.engine.families.cogvideox.config import read_layout
    from frame2frame.engine.models import catalogue

    folder = Path(catalogue.MODELS["tabletop"].repository)
    layout = read_layout(folder)
    parts = cogvideox_network.load(folder, device, "auto")
    return Case("tabletop", parts, layout.height, layout.width, (layout.frames, 9), 50, layout.frames, 20, 15)
