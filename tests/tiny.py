"""CogVideoX and Wan models so small that a test makes them in a moment, with random weights."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import diffusers
import torch
from transformers import (
    CLIPConfig,
    CLIPModel,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
    UMT5Config,
    UMT5EncoderModel,
)

from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.models.catalogue import WEIGHTS

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


THRESHOLD = 0.25
"""Of the encoder."""


def encoder(folder: Path) -> Path:
    """Leave an encoder there, with the embedded one's words, and return the folder.

    Its seed is one with which it finds the example's things in the example; few frames reach its threshold.
    """
    shutil.copytree(WEIGHTS / "clip", folder, ignore=shutil.ignore_patterns("*.safetensors"))
    config: Any = CLIPConfig.from_pretrained(folder)
    for side in (config.text_config, config.vision_config):
        side.update({"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1})
        side.update({"num_attention_heads": 2})
    config.vision_config.patch_size = 32
    config.frame2frame_threshold = THRESHOLD
    config.frame2frame_photograph_threshold = None
    torch.manual_seed(78)
    with quiet_loading():
        CLIPModel(config).save_pretrained(folder)
    return folder


WAN_BOUNDARY = 0.875


def wan(held: bool) -> Any:
    """A Wan 2.2 pipeline, of TI2V 5B's layout if `held`, else of A14B's; the same weights at every call."""
    parts: Any = diffusers
    torch.manual_seed(0)
    words = tokenizer()
    text_encoder = UMT5EncoderModel(
        UMT5Config(vocab_size=len(words), d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4)
    )
    channels = 48 if held else 16
    statistics = torch.Generator().manual_seed(1)
    vae = parts.AutoencoderKLWan(
        base_dim=3,
        z_dim=channels,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=(0.2 * torch.randn(channels, generator=statistics)).tolist(),
        latents_std=(0.5 + torch.rand(channels, generator=statistics)).tolist(),
        **(_WAN_5B_VAE if held else {}),
    )
    experts = [_wan_transformer(channels if held else 36, channels) for _ in range(1 if held else 2)]
    return parts.WanImageToVideoPipeline(
        tokenizer=words,
        text_encoder=text_encoder,
        vae=vae,
        scheduler=parts.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        transformer=experts[0],
        transformer_2=None if held else experts[1],
        boundary_ratio=None if held else WAN_BOUNDARY,
        expand_timesteps=held,
    )


_WAN_5B_VAE: dict[str, Any] = {
    "in_channels": 12,
    "out_channels": 12,
    "is_residual": True,
    "patch_size": 2,
    "scale_factor_spatial": 16,
}


def _wan_transformer(channels_in: int, channels_out: int) -> Any:
    parts: Any = diffusers
    return parts.WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=channels_in,
        out_channels=channels_out,
        text_dim=32,
        ffn_dim=32,
        num_layers=2,
        rope_max_seq_len=64,
    )
