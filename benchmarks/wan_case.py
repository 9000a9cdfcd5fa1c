"""Wan 2.2 at its real size with random weights, made on the device: A14B, TI2V 5B, and tiny ones like them.

A text encoder is built only where it is asked for, else the caption is given as its embedding, random too.
What does not depend on what the
weights say can be measured with it: times, memory, and how far two ways to compute the same are apart.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers.models.transformers.transformer_wan import WanRotaryPosEmbed
from torch import Tensor, nn

from frame2frame.engine.device.memory import WHOLE
from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.wan.config import Layout
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.families.wan.network import WanFamily
from frame2frame.engine.families.wan.parts import Parts
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.plugins.stages import Item
from frame2frame.values import Caption, Frames, Sampling, Vectors

A14B: dict[str, Any] = {
    "patch_size": (1, 2, 2), "num_attention_heads": 40, "attention_head_dim": 128, "in_channels": 36,
    "out_channels": 16, "text_dim": 4096, "freq_dim": 256, "ffn_dim": 13824, "num_layers": 40,
    "cross_attn_norm": True, "qk_norm": "rms_norm_across_heads", "eps": 1e-6, "rope_max_seq_len": 1024,
}  # fmt: skip
"""Either expert of Wan2.2 A14B image-to-video."""
TI2V_5B = A14B | {
    "num_attention_heads": 24, "in_channels": 48, "out_channels": 48, "ffn_dim": 14336, "num_layers": 30,
}  # fmt: skip
"""Wan2.2 TI2V 5B, whose picture is held in the first latent."""
TINY = A14B | {
    "num_attention_heads": 2, "attention_head_dim": 16, "text_dim": 32, "freq_dim": 32, "ffn_dim": 64,
    "num_layers": 3, "rope_max_seq_len": 64,
}  # fmt: skip
HELD_VAE: dict[str, Any] = {
    "base_dim": 160, "decoder_base_dim": 256, "z_dim": 48, "in_channels": 12, "out_channels": 12,
    "patch_size": 2, "is_residual": True, "scale_factor_spatial": 16,
    "latents_mean": [0.0] * 48, "latents_std": [1.0] * 48,
}  # fmt: skip
TINY_VAE: dict[str, Any] = {"base_dim": 3, "dim_mult": [1, 1, 1, 1], "num_res_blocks": 1}
PRECISE = ("time_embedder", "scale_shift_table", "norm1", "norm2", "norm3")
"""What diffusers keeps in float32 whatever a checkpoint is loaded in."""
WORDS, SPOKEN = 512, 40
"""Tokens of a text, and those that are no padding."""
SHIFT, BOUNDARY, STEPS = 5.0, 0.9, 8
"""As the distilled weights are run, and as IF-Edit runs them."""
CAPTION = Caption("A ball rolls away.", "a table without a ball", "given")


class Resident:
    """Stands for a `Residence` all of whose parts are on the device and stay there."""

    economy = WHOLE

    def __init__(self, device: torch.device) -> None:
        self.device = device

    def at_work(self) -> AbstractContextManager[None]:
        """It is for nobody else."""
        return nullcontext()

    def bring(self, part: nn.Module, work: int | None = None) -> None:
        """It is there."""

    def is_streamed(self, part: nn.Module) -> bool:
        return False

    def spare(self, parts: Sequence[nn.Module], *, gently: bool) -> str | None:
        return None


class Told(WanFamily):
    """The family with every text's embedding given."""

    def __init__(self, parts: Parts, settings: Wan, words: Tensor) -> None:
        super().__init__(parts, settings)
        self.words = words

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        return self.words.expand(len(texts), -1, -1)


@dataclass
class Case:
    """Both experts and the sizes that they are timed at."""

    name: str
    parts: Parts
    """With diffusers' own forwards."""
    height: int
    width: int
    words: Tensor
    """(1, words, features): the caption's embedding."""
    frames: int = 33
    steps: int = STEPS
    settings: Wan = field(default_factory=lambda: Wan(model="", solver="euler", shift=SHIFT, guidance=1.0))

    @property
    def config(self) -> Any:
        return self.parts.transformers[0].config

    def family(self, parts: Parts | None = None) -> Told:
        return Told(parts or self.parts, self.settings, self.words)

    def sampling(self, frames: int | None = None) -> Sampling:
        return Sampling(frames or self.frames, self.height, self.width, self.steps, (1.0,) * self.steps)

    def item(self) -> Item:
        drawn = np.random.default_rng(0).random((self.height // 8, self.width // 8, 3))
        return Item((np.kron(drawn, np.ones((8, 8, 1))) * 255).astype(np.uint8), CAPTION, 1)

    def tokens(self, latents: int | None = None) -> int:
        """Of so many latent frames, or of the whole clip."""
        frames, _, height, width = self.family().latent_shape(self.sampling())
        deep, high, wide = self.config.patch_size
        return (latents or frames) // deep * (height // high) * (width // wide)

    def operations(self, tokens: int) -> float:
        """Of one unguided step: two a weight and token, and both products of the attentions.

        The text's own keys and values are left out: they are the same at every step.
        """
        config = self.config
        width = config.num_attention_heads * config.attention_head_dim
        weights = 6 * width**2 + 2 * width * config.ffn_dim
        seen = tokens + self.words.shape[1]
        return float(config.num_layers * tokens * (2 * weights + 4 * seen * width))

    def pipeline(self) -> Any:
        """diffusers' own, with Euler steps at even parts of the way, which it has no argument for."""
        kinds: Any = diffusers
        scheduler = kinds.FlowMatchEulerDiscreteScheduler(shift=SHIFT)
        stock = scheduler.set_timesteps
        scheduler.set_timesteps = lambda steps, device=None: stock(
            sigmas=np.linspace(1, 0, steps + 1)[:-1], device=device
        )
        high, low = self.parts.transformers
        made = kinds.WanImageToVideoPipeline(
            tokenizer=None, text_encoder=None, vae=self.parts.vae, scheduler=scheduler,
            transformer=high, transformer_2=low, boundary_ratio=BOUNDARY, expand_timesteps=False,
        )  # fmt: skip
        made.set_progress_bar_config(disable=True)
        return made


@dataclass(frozen=True)
class Drawn:
    """As much of a generator as a refinement asks for."""

    family: Told

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Denoising:
        return Denoising(self.family, items, sampling)

    def shortest(self, sampling: Sampling) -> Sampling:
        return replace(sampling, frames=5)


@dataclass(frozen=True)
class Colours:
    """An encoder that costs nothing: the mean colour. Random frames show nothing that could be scored."""

    threshold: float | None = None

    def images(self, frames: Frames) -> Vectors:
        means = frames.mean(axis=(1, 2)).astype(np.float32) + 1
        unit: Vectors = means / np.linalg.norm(means, axis=-1, keepdims=True)
        return unit

    def texts(self, texts: Sequence[str]) -> Vectors:
        return np.tile(np.float32([[0.6, 0.6, 0.52915]]), (len(texts), 1))


def build(device: str, *, tiny: bool, dtype: torch.dtype | None = None) -> Case:
    """A14B: the experts one after the other, each once in the memory that it keeps."""
    place: Any = torch.device(device)
    number = dtype or (torch.bfloat16 if place.type == "cuda" else torch.float32)
    both = experts(place, tiny=tiny, dtype=number)
    vae, layout = autoencoder(place, held=False, tiny=tiny), layout_of(held=False)
    parts = Parts(
        folder=folder(), layout=layout, tokenizer=None, text_encoder=None,
        vae=vae, transformers=both, residence=Resident(place), dtype=number,
    )  # fmt: skip
    words = torch.zeros(1, WORDS, both[0].config.text_dim, device=place)
    words[:, :SPOKEN].normal_(std=0.2)
    if tiny:
        return Case("Wan2.2-A14B-like, tiny", parts, 32, 64, words)
    return Case("Wan2.2-A14B image-to-video, random weights", parts, 480, 832, words)


def layout_of(*, held: bool) -> Layout:
    """What the checkpoint's configuration files say."""
    return Layout(
        held=held, transformers=("transformer",) if held else ("transformer", "transformer_2"),
        boundary=None if held else BOUNDARY * 1000, multiple=32 if held else 16,
        chunk=4, places=1024, training_steps=1000, solver="unipc", shift=SHIFT,
    )  # fmt: skip


def autoencoder(device: torch.device, *, held: bool, tiny: bool) -> Any:
    kinds: Any = diffusers
    config = (HELD_VAE if held else {}) | (TINY_VAE if tiny else {})
    with quiet_loading(), device:
        return kinds.AutoencoderKLWan(**config).float().eval().requires_grad_(False)


def folder() -> Path:
    """Of a checkpoint, with the index only."""
    made = Path(tempfile.mkdtemp())
    (made / "model_index.json").write_text(json.dumps({"boundary_ratio": BOUNDARY}))
    return made


def experts(device: torch.device, *, tiny: bool, dtype: torch.dtype) -> tuple[Any, ...]:
    """The same weights on every device of a kind."""
    torch.manual_seed(0)
    with quiet_loading(), device:
        return tuple(expert(TINY if tiny else A14B, device, dtype) for _ in "ab")


def expert(config: dict[str, Any], device: torch.device, dtype: torch.dtype) -> Any:
    """A transformer without weights first, then with random ones in place: nothing is ever there twice."""
    kinds: Any = diffusers
    with torch.device("meta"):
        made = kinds.WanTransformer3DModel(**config).to(dtype)
    for name, value in made.named_parameters():
        if any(part in PRECISE for part in name.split(".")):
            value.data = value.data.float()
    made.to_empty(device=device)
    made.rope = WanRotaryPosEmbed(
        config["attention_head_dim"], config["patch_size"], config["rope_max_seq_len"]
    ).to(device)  # its tables are computed, not loaded, so they were lost
    made.eval().requires_grad_(False)
    for name, value in made.named_parameters():
        if value.dim() == 1 and name.endswith("weight"):
            value.fill_(1.0)
        else:  # so that what goes through keeps its size
            value.normal_(std=0.02 if value.dim() == 1 else value[0].numel() ** -0.5)
    return made
