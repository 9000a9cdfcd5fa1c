"""diffusers' own CogVideoX pipeline, which the engine is held against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast

import torch
from torch import Tensor

from random_weights import CAPTION, GUIDANCE, Case


def pipeline(case: Case) -> Any:
    """The pipeline around the case's parts; the words are encoded before it."""
    import diffusers

    kinds, parts = cast("Any", diffusers), case.parts
    made = kinds.CogVideoXImageToVideoPipeline(None, None, parts.vae, parts.transformer, parts.scheduler)
    made.set_progress_bar_config(disable=True)
    return made


def finished(case: Case, sampling: Any) -> Tensor:
    """The finished latents of the case's first item, (1, latents, channels, height, width)."""
    from PIL import Image

    item = case.items(1)[0]
    text = case.family().encode_text([CAPTION, ""]).to(case.parts.dtype)
    with _drawn_in_float32():
        latents: Tensor = pipeline(case)(
            image=Image.fromarray(item.picture), prompt_embeds=text[:1], negative_prompt_embeds=text[1:],
            height=sampling.height, width=sampling.width, num_frames=sampling.frames,
            num_inference_steps=sampling.steps, guidance_scale=GUIDANCE,
            generator=torch.Generator("cpu").manual_seed(item.seed), output_type="latent",
        ).frames  # fmt: skip
    return latents[:, latents.shape[1] - ((sampling.frames - 1) // 4 + 1) :]


def other_attention(device: torch.device) -> AbstractContextManager[None]:
    """Attention by another of PyTorch's kernels than the one that it takes by itself."""
    from torch.nn.attention import SDPBackend, sdpa_kernel

    others = [SDPBackend.MATH]
    if device.type == "cuda":  # all but cuDNN's
        others += [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION]
    return cast("AbstractContextManager[None]", sdpa_kernel(others))


@contextmanager
def _drawn_in_float32() -> Iterator[None]:
    """diffusers' noise as the engine draws it.

    In bfloat16 the same seed gives other numbers from one version of PyTorch to the next, in float32 it does
    not; with other noise the finished latents could not be compared.
    """
    from diffusers.models.autoencoders import vae
    from diffusers.pipelines.cogvideo import pipeline_cogvideox_image2video as image_to_video
    from diffusers.utils.torch_utils import randn_tensor

    def drawn(shape: Any, generator: Any = None, device: Any = None, dtype: Any = None) -> Tensor:
        return randn_tensor(shape, generator, device, torch.float32).to(dtype)

    modules: tuple[Any, ...] = (vae, image_to_video)
    for module in modules:
        module.randn_tensor = drawn
    try:
        yield
    finally:
        for module in modules:
            module.randn_tensor = randn_tensor
