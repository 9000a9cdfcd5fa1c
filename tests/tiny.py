"""CogVideoX models so small that a test makes them in a moment, with random weights."""

from __future__ import annotations

from typing import Any

import diffusers
import torch
from transformers import T5Config, T5EncoderModel, T5Tokenizer

WORDS = 16

ROTARY: dict[str, Any] = {"sample_height": 4, "sample_width": 4, "sample_frames": 17}
"""The layout of the embedded model: rotary positions alone, no pairs; 32 × 32 pixels, 17 frames."""


def pipeline(layout: dict[str, Any]) -> Any:
    """A CogVideoX pipeline whose transformer has this layout; the same weights at every call."""
    parts: Any = diffusers
    torch.manual_seed(0)
    pairs = "patch_size_t" in layout
    words = tokenizer()
    text_encoder = T5EncoderModel(
        T5Config(vocab_size=len(words), d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4)
    )
    transformer = parts.CogVideoXTransformer3DModel(
        **layout,
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=8,
        out_channels=4,
        time_embed_dim=8,
        text_embed_dim=32,
        num_layers=2,
        max_text_seq_length=WORDS,
        use_rotary_positional_embeddings=True,
    )
    vae = parts.AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        scaling_factor=0.7,
        invert_scale_latents=pairs,
    )
    scheduler = parts.CogVideoXDDIMScheduler(
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        snr_shift_scale=1.0,
        timestep_spacing="trailing",
    )
    return parts.CogVideoXImageToVideoPipeline(words, text_encoder, vae, transformer, scheduler)


def tokenizer() -> T5Tokenizer:
    """It knows single letters and "the"."""
    letters = [(letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz"]
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    return T5Tokenizer(vocab=[*special, ("▁", -2.0), *letters, ("▁the", -1.0)], extra_ids=0)
