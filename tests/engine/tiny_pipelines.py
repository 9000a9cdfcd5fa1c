"""Pipelines of diffusers so small that a test makes them in a moment, with random weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import diffusers
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers

from ..tiny import tokenizer

_D: Any = diffusers
_T: Any = transformers

_CHAT = "{% for message in messages %}{{ message['role'] }} {{ message['content'] }}\n{% endfor %}"


def make(name: str) -> Any:
    """The pipeline of this class; the same weights at every call."""
    torch.manual_seed(0)
    return _MAKERS[name]()


def _t5(kind: str = "T5") -> Any:
    config = getattr(_T, f"{kind}Config")
    size = {"d_model": 32, "d_kv": 8, "d_ff": 37, "num_layers": 2, "num_heads": 4}
    return getattr(_T, f"{kind}EncoderModel")(config(vocab_size=len(tokenizer()), **size)).eval()


def _letters(length: int) -> Any:
    """A tokenizer of single letters, of the kind that chat models have."""
    words = ["<pad>", "<unk>", *(chr(code) for code in range(32, 127)), "\n"]
    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    kind = _T.PreTrainedTokenizerFast
    found = kind(tokenizer_object=made, pad_token="<pad>", unk_token="<unk>", model_max_length=length)
    found.chat_template = _CHAT
    return found


def _wan_parts() -> dict[str, Any]:
    see = _T.CLIPVisionConfig(
        hidden_size=4,
        projection_dim=4,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        intermediate_size=16,
        patch_size=16,
    )
    return {
        "tokenizer": tokenizer(),
        "text_encoder": _t5("UMT5"),
        "image_encoder": _T.CLIPVisionModel(see).eval(),
        "image_processor": _T.CLIPImageProcessor(crop_size=32, size=32),
        "vae": _D.AutoencoderKLWan(
            base_dim=3,
            z_dim=16,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
        ).eval(),
        "scheduler": _D.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
    }


_WAN_SHAPE: dict[str, Any] = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "in_channels": 36,
    "out_channels": 16,
    "text_dim": 32,
    "freq_dim": 256,
    "ffn_dim": 32,
    "num_layers": 2,
    "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 128,
    "image_dim": 4,
}


def _wan() -> Any:
    return _D.WanImageToVideoPipeline(transformer=_D.WanTransformer3DModel(**_WAN_SHAPE), **_wan_parts())


def _chronoedit() -> Any:
    transformer = _D.ChronoEditTransformer3DModel(**_WAN_SHAPE)
    return _D.ChronoEditPipeline(transformer=transformer, **_wan_parts())


def _skyreels() -> Any:
    transformer = _D.SkyReelsV2Transformer3DModel(**_WAN_SHAPE)
    return _D.SkyReelsV2ImageToVideoPipeline(transformer=transformer, **_wan_parts())


def _ltx() -> Any:
    transformer = _D.LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=4,
        attention_head_dim=8,
        cross_attention_dim=32,
        num_layers=1,
        caption_channels=32,
    )
    vae = _D.AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        timestep_conditioning=True,
    )
    return _D.LTXImageToVideoPipeline(
        scheduler=_D.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=vae.eval(),
        text_encoder=_t5(),
        tokenizer=tokenizer(),
        transformer=transformer,
    )


def _siglip() -> tuple[Any, Any]:
    see = _T.SiglipVisionConfig(
        hidden_size=8,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
    )
    return _T.SiglipVisionModel(see).eval(), _T.SiglipImageProcessor(size={"height": 32, "width": 32})


def _hunyuan15() -> Any:
    image_encoder, feature_extractor = _siglip()
    read = _T.Qwen2_5_VLTextConfig(
        vocab_size=128,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=2,
        rope_parameters={"rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 2]},
    )
    glyphs = _T.T5Config(vocab_size=384, d_model=32, d_kv=8, d_ff=37, num_layers=1, num_heads=2)
    transformer = _D.HunyuanVideo15Transformer3DModel(
        in_channels=9,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=1,
        num_refiner_layers=1,
        mlp_ratio=2.0,
        text_embed_dim=16,
        text_embed_2_dim=32,
        image_embed_dim=8,
        rope_axes_dim=(2, 2, 4),
        target_size=64,
        task_type="i2v",
    )
    vae = _D.AutoencoderKLHunyuanVideo15(
        latent_channels=4, block_out_channels=(8, 8, 8, 8, 8), layers_per_block=1
    )
    return _D.HunyuanVideo15ImageToVideoPipeline(
        text_encoder=_T.Qwen2_5_VLTextModel(read).eval(),
        tokenizer=_letters(1200),
        transformer=transformer,
        vae=vae.eval(),
        scheduler=_D.FlowMatchEulerDiscreteScheduler(shift=5.0),
        text_encoder_2=_T.T5EncoderModel(glyphs).eval(),
        tokenizer_2=_T.ByT5Tokenizer(),
        guider=_D.ClassifierFreeGuidance(guidance_scale=6.0),
        image_encoder=image_encoder,
        feature_extractor=feature_extractor,
    )


def _framepack() -> Any:
    image_encoder, feature_extractor = _siglip()
    read = _T.LlamaConfig(
        vocab_size=128,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        max_position_embeddings=512,
    )
    clip = _T.CLIPTextConfig(
        vocab_size=128,
        hidden_size=8,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        projection_dim=8,
    )
    transformer = _D.HunyuanVideoFramepackTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=1,
        num_single_layers=1,
        num_refiner_layers=1,
        text_embed_dim=16,
        pooled_projection_dim=8,
        rope_axes_dim=(2, 2, 4),
        has_image_proj=True,
        image_proj_dim=8,
        has_clean_x_embedder=True,
    )
    vae = _D.AutoencoderKLHunyuanVideo(
        latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4
    )
    return _D.HunyuanVideoFramepackPipeline(
        text_encoder=_T.LlamaModel(read).eval(),
        tokenizer=_letters(512),
        transformer=transformer,
        vae=vae.eval(),
        scheduler=_D.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        text_encoder_2=_T.CLIPTextModel(clip).eval(),
        tokenizer_2=_letters(77),
        image_encoder=image_encoder,
        feature_extractor=feature_extractor,
    )


def _ltx2() -> Any:
    read = _T.Gemma3Config(
        text_config={
            "vocab_size": 128,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 8,
        },
        vision_config={
            "hidden_size": 8,
            "intermediate_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 32,
            "patch_size": 16,
        },
        mm_tokens_per_image=4,
    )
    transformer = _D.LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        caption_channels=16,
        rope_double_precision=False,
        rope_type="split",
    )
    joined: dict[str, Any] = {
        f"{kind}_connector_{name}": value
        for kind in ("video", "audio")
        for name, value in {
            "num_attention_heads": 2,
            "attention_head_dim": 8,
            "num_layers": 1,
            "num_learnable_registers": None,
        }.items()
    }
    connectors = _D.pipelines.ltx2.LTX2TextConnectors(
        caption_channels=16,
        text_proj_in_factor=3,
        rope_double_precision=False,
        rope_type="split",
        **joined,
    )
    vae = _D.AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )
    audio_vae = _D.AutoencoderKLLTX2Audio(
        base_channels=4, ch_mult=(1,), num_res_blocks=1, resolution=32, latent_channels=2, mel_bins=8
    )
    vocoder = _D.pipelines.ltx2.LTX2Vocoder(
        in_channels=16,
        hidden_channels=32,
        upsample_kernel_sizes=[4, 4],
        upsample_factors=[2, 2],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
    )
    return _D.LTX2ImageToVideoPipeline(
        scheduler=_D.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=vae.eval(),
        audio_vae=audio_vae.eval(),
        text_encoder=_T.Gemma3ForConditionalGeneration(read).eval(),
        tokenizer=_letters(1024),
        connectors=connectors,
        transformer=transformer,
        vocoder=vocoder,
    )


def _kandinsky() -> Any:
    read = _T.Qwen2_5_VLConfig(
        text_config={
            "vocab_size": 128,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 2]},
        },
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_heads": 2,
            "out_hidden_size": 16,
        },
    )
    clip = _T.CLIPTextConfig(
        vocab_size=128,
        hidden_size=8,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        projection_dim=8,
    )
    transformer = _D.Kandinsky5Transformer3DModel(
        in_visual_dim=4,
        in_text_dim=16,
        in_text_dim2=8,
        time_dim=16,
        out_visual_dim=4,
        model_dim=16,
        ff_dim=32,
        num_text_blocks=1,
        num_visual_blocks=1,
        axes_dims=(4, 6, 6),
        visual_cond=True,
    )
    vae = _D.AutoencoderKLHunyuanVideo(
        latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4
    )
    return _D.Kandinsky5I2VPipeline(
        transformer=transformer,
        vae=vae.eval(),
        text_encoder=_T.Qwen2_5_VLForConditionalGeneration(read).eval(),
        tokenizer=_letters(2048),  # in place of the processor around it, which needs torchvision
        text_encoder_2=_T.CLIPTextModel(clip).eval(),
        tokenizer_2=_letters(77),
        scheduler=_D.FlowMatchEulerDiscreteScheduler(shift=5.0),
    )


_MAKERS: dict[str, Callable[[], Any]] = {
    "WanImageToVideoPipeline": _wan,
    "ChronoEditPipeline": _chronoedit,
    "SkyReelsV2ImageToVideoPipeline": _skyreels,
    "LTXImageToVideoPipeline": _ltx,
    "LTX2ImageToVideoPipeline": _ltx2,
    "Kandinsky5I2VPipeline": _kandinsky,
    "HunyuanVideo15ImageToVideoPipeline": _hunyuan15,
    "HunyuanVideoFramepackPipeline": _framepack,
}
NAMES = tuple(_MAKERS)
