"""CogVideoX for the denoising loop: how it encodes, predicts and decodes. Imported when a draft is made.

Version 1.5 takes latent frames in pairs. A clip of 8k + 1 frames has an odd number of latents, so one more is
put in front, denoised with the rest and dropped before decoding, as its authors train it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKLCogVideoX, CogVideoXDDIMScheduler, CogVideoXTransformer3DModel
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from torch import Tensor
from transformers import T5EncoderModel

from ....errors import ModelError
from ....values import Picture, Sampling
from ...device.memory import WHOLE, Economy
from ...device.placement import (
    Residence,
    check_precision,
    choose_device,
    choose_dtype,
    choose_economy,
    memory_guard,
    quiet_loading,
)
from ...files.building import built
from ...files.weights import check_weights
from ...kernels import cpu_vae
from ...kernels.attention import fastest
from ...kernels.fp8 import quantise
from ...kernels.int8 import STORED, needed, store
from ...kernels.shared_norms import SharedNorms
from ...kernels.tiles import in_tiles
from ...models import checkpoint
from ...models.handed_in import AsTheyAre, HandedIn
from ...models.loading import load_component, load_tokenizer
from ...models.lora import Lora, matches
from ...models.merge_lora import fuse
from ...sampling import restorer
from ...sampling.family import Clips
from ...sampling.once import Once
from ...sampling.pixels import from_picture, to_frames
from ...sampling.preview import Previews
from ...sampling.restorer import Restorer
from ...sampling.solvers import DDIM, DPM, Solver
from ...sampling.tiny_file import Tiny
from ...sampling.tiny_vae import TinyVae
from .config import PIPELINE, SOLVERS, WEIGHTS
from .fast import FastTransformer, supports
from .positions import learned_table, rotary

_SOLVERS: dict[str, type[DDIM] | type[DPM]] = dict(zip(SOLVERS, (DDIM, DPM), strict=True))
_OFS = 2.0
"""The constant that version 1.5 is fed beside the timestep."""


@dataclass(frozen=True)
class Parts:
    """A loaded checkpoint."""

    folder: Path
    tokenizer: Any
    text_encoder: Any
    vae: Any
    transformer: Any
    scheduler: Any
    residence: Residence
    dtype: torch.dtype
    fast: FastTransformer | None = None
    """The transformer's faster forward; without it diffusers' own is called."""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was loaded."""
    previews: Previews = field(default_factory=Previews)
    restorer: Restorer | None = None
    """What gives decoded frames the picture's detail back, if the checkpoint has one."""


def load(
    folder: Path,
    device: str,
    dtype: str,
    precision: str = "as-stored",
    compiled: bool = False,
    loras: tuple[Lora, ...] = (),
    memory: str = "auto",
) -> Parts:
    """The checkpoint in `folder`, the products of `loras` in its weights.

    Raises ModelError for a folder of another kind, and for weights that are missing, cut short or foreign,
    InputError for a number format that the device has not.
    """
    checkpoint.check_kind(folder, PIPELINE)
    for component in WEIGHTS:
        check_weights(folder / component)
    place = choose_device(device)
    number = choose_dtype(dtype, place)
    check_precision(precision, place)
    economy = choose_economy(memory, place)
    small = needed(folder, WEIGHTS, number, economy)
    with quiet_loading():
        text_encoder = load_component(T5EncoderModel, folder, "text_encoder", number, small)
        vae = load_component(AutoencoderKLCogVideoX, folder, "vae", number)
        if place.type == "cpu" and number == torch.float32:
            cpu_vae.quicken(vae)
        transformer = load_component(CogVideoXTransformer3DModel, folder, "transformer", number)
        fuse({"transformer": transformer}, matches(loras, folder))
        if small or precision == "int8":
            store(transformer)
        fast = None if small else _faster(transformer, precision, compiled, place)
        return Parts(
            folder=folder,
            tokenizer=load_tokenizer(folder, text_encoder.config.vocab_size),
            text_encoder=text_encoder,
            vae=vae,
            transformer=transformer,
            scheduler=_scheduler(folder),
            residence=Residence((text_encoder, vae, transformer), place, economy),
            dtype=number,
            fast=fast,
            notes=(STORED,) if small else (),
            restorer=restorer.own(folder, place, number),
        )


def taken(own: HandedIn, compiled: bool, memory: str) -> Parts:
    """The parts of a pipeline of the caller's, as they are. Raises InputError, ModelError."""
    text_encoder, vae, transformer = own.parts(*WEIGHTS)
    plain = vae.device.type == "cpu" and vae.dtype == torch.float32
    changes = [partial(cpu_vae.quickened, vae)] if plain else []
    return Parts(
        folder=own.folder,
        tokenizer=own.pipe.tokenizer,
        text_encoder=text_encoder,
        vae=vae,
        transformer=transformer,
        scheduler=_scheduler(own.folder),
        residence=AsTheyAre((text_encoder, vae, transformer), memory, *changes),
        dtype=transformer.dtype,
        fast=_faster(transformer, "as-stored", compiled, transformer.device),
        previews=Previews(is_kept=False),
    )


def _faster(transformer: Any, precision: str, compiled: bool, device: torch.device) -> FastTransformer | None:
    """The faster forward if it was asked for; with fp8 the transformer's weights are 8 bits from then on."""
    if precision == "int8" or (precision == "as-stored" and not compiled):
        return None
    if not supports(transformer):
        got = f"activation '{transformer.config.activation_fn}'"
        remedy = "leave out compiled and precision"
        raise ModelError("there is no faster form of this transformer", got=got, remedy=remedy)
    if precision == "fp8":
        quantise(transformer.transformer_blocks)
    return FastTransformer(transformer, compiled=compiled, attention=fastest(device))


def _scheduler(folder: Path) -> Any:
    """The noise levels and timesteps of a checkpoint; the steps between them are the solver's."""
    kind: Any = CogVideoXDDIMScheduler
    config = checkpoint.read_config(folder, "scheduler")
    return built(lambda: kind.from_config(config), folder / "scheduler")


class CogVideoXFamily:
    """The adapter; see `sampling.family.Family`."""

    def __init__(
        self,
        parts: Parts,
        solver: str | None = None,
        image_latent_scale: float | None = None,
        tiny: Tiny | None = None,
        encoded: Once[tuple[Tensor, Tensor]] | None = None,
    ) -> None:
        """`encoded` knows the latent of the last picture that the same weights encoded."""
        self._parts = parts
        self._solver, self._tiny = _solver_class(parts, solver), tiny
        self._encoded = encoded or Once()
        self._scaling = float(parts.vae.config.scaling_factor)
        stock = 1 / self._scaling if parts.vae.config.invert_scale_latents else self._scaling
        self._image_scale = stock if image_latent_scale is None else image_latent_scale
        self.device = parts.residence.device
        self.unit: int = parts.transformer.config.patch_size_t or 1
        self.odd = self.unit == 1  # a clip is decoded from its first latent on, and the others by twos
        self.negative = ""
        self.economy = parts.residence.economy
        if self._tiny is not None:
            with self.at_work():
                self._by_tiny(self._tiny)  # or what is wrong with it would be said after the denoising

    def at_work(self) -> AbstractContextManager[None]:
        return self._parts.residence.at_work()

    def spare(self, stage: str, *, gently: bool) -> str | None:
        parts = self._parts
        large = {"encode": [parts.text_encoder], "denoise": [parts.transformer]}
        return parts.residence.spare(large.get(stage, []), gently=gently)

    def solver(self, steps: int) -> Solver:
        scheduler = self._parts.scheduler
        scheduler.set_timesteps(steps)
        timesteps = tuple(int(timestep) for timestep in scheduler.timesteps)
        levels = [float(scheduler.alphas_cumprod[timestep]) for timestep in timesteps]
        return self._solver(timesteps, (*levels, float(scheduler.final_alpha_cumprod)))

    def latent_shape(self, sampling: Sampling) -> tuple[int, int, int, int]:
        config = self._parts.vae.config
        pixels = self._pixels
        frames = (sampling.frames - 1) // config.temporal_compression_ratio + 1
        frames += frames % self.unit
        return frames, config.latent_channels, sampling.height // pixels, sampling.width // pixels

    def noise(self, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        return torch.randn(shape, generator=generator)

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        length = self._parts.transformer.config.max_text_seq_length
        tokens = self._parts.tokenizer(
            list(texts), padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        )
        self._parts.residence.bring(self._parts.text_encoder)
        # No attention mask: the model was trained with the embeddings of the padding too.
        embedded: Tensor = self._parts.text_encoder(tokens.input_ids.to(self.device))[0]
        return embedded.float()

    def encode_picture(
        self, picture: Picture, sampling: Sampling | None = None, economy: Economy = WHOLE
    ) -> tuple[Tensor, Tensor]:
        """Mean and deviation of the picture's latent, each (channels, height, width)."""

        def encoded() -> tuple[Tensor, Tensor]:
            posterior = self._posterior(picture, 1, economy.picture)
            return posterior.mean[0, :, 0].float(), posterior.std[0, :, 0].float()

        asked = picture.tobytes(), picture.shape, economy.picture
        return self._encoded.of(asked, encoded)

    @torch.inference_mode()
    def still(self, picture: Picture, sampling: Sampling) -> Tensor:
        """(latent frames, channels, height, width): clean latents of a clip that stands still."""
        with self.at_work():
            posterior = self._posterior(picture, sampling.frames, self.economy.tile)
        latents: Tensor = posterior.mode()[0].transpose(0, 1)
        return latents.float() * self._scaling

    def _posterior(self, picture: Picture, frames: int, tile: int | None) -> Any:
        vae = self._parts.vae
        self._parts.residence.bring(vae)
        pixels = from_picture(picture).expand(-1, -1, frames, -1, -1)

        def run(some: Tensor) -> Iterator[Tensor]:
            yield vae.encode(some.to(self.device, vae.dtype)).latent_dist.parameters

        (moments,) = in_tiles(
            pixels, self._most(tile), run, unit=self._pixels, norms=SharedNorms(vae.encoder)
        )
        return DiagonalGaussianDistribution(moments.to(self.device))

    def _most(self, tile: int | None) -> int | None:
        """The side of a tile in latents."""
        return None if tile is None else max(tile // self._pixels, 2)

    @property
    def _pixels(self) -> int:
        """Pixels of a side that one latent stands for."""
        return int(2 ** (len(self._parts.vae.config.block_out_channels) - 1))

    @torch.inference_mode()
    def repeated(self, picture: Picture) -> Picture:
        """The picture encoded, to its most likely latent, and decoded again; raises OutOfMemoryError."""
        with self.at_work(), memory_guard("encoding and decoding the picture", "the size"):
            mean, _ = self.encode_picture(picture, economy=self.economy)
            (frames,) = next(self.decode(self._scaling * mean[None, None], self.economy.tile))
        return np.asarray(frames[0])

    def condition(
        self, encoded: tuple[Tensor, Tensor], sampling: Sampling, generator: torch.Generator
    ) -> Tensor:
        """A sample of the picture's latent at the first place in time, and nothing after it."""
        mean, deviation = encoded
        sample = mean + deviation * torch.randn(mean.shape, generator=generator).to(self.device)
        condition = mean.new_zeros(self.latent_shape(sampling))
        condition[0] = self._image_scale * sample
        return condition

    def positions(self, sampling: Sampling) -> tuple[Tensor, ...]:
        """Rotary cosines and sines, and the learned table if there is one: (units, places, features)."""
        config = self._parts.transformer.config
        frames, _, height, width = self.latent_shape(sampling)
        units, grid = frames // self.unit, (height // config.patch_size, width // config.patch_size)
        own = config.sample_height // config.patch_size, config.sample_width // config.patch_size
        turned = rotary(config.attention_head_dim, grid, own, units, scaled=config.patch_size_t is None)
        table = [self._learned()] if config.use_learned_positional_embeddings else []
        return tuple(value.reshape(units, -1, value.shape[-1]).to(self.device) for value in (*turned, *table))

    def _learned(self) -> Tensor:
        embedding: Tensor = self._parts.transformer.patch_embed.pos_embedding
        return embedding[0, self._parts.transformer.config.max_text_seq_length :]

    def predict(
        self, latents: Tensor, timestep: float, text: Tensor, condition: Tensor, positions: tuple[Tensor, ...]
    ) -> Tensor:
        transformer, dtype = self._parts.transformer, self._parts.dtype
        self._parts.residence.bring(transformer)
        cosine, sine, *tables = (value.flatten(0, 1) for value in positions)
        table = tables[0] if tables else None
        ofs = latents.new_full((1,), _OFS, dtype=dtype) if transformer.config.ofs_embed_dim else None
        joined, words = torch.cat([latents, condition], dim=2).to(dtype), text.to(dtype)
        with learned_table(transformer, table, latents.shape[1]), transformer.cache_context("cond_uncond"):
            if self._parts.fast and not self._parts.residence.is_streamed(transformer):
                return self._parts.fast(joined, words, int(timestep), ofs, (cosine, sine)).float()
            answer: Tensor = transformer(
                hidden_states=joined,
                encoder_hidden_states=words,
                timestep=torch.full((len(latents),), timestep, device=self.device),
                ofs=ofs,
                image_rotary_emb=(cosine, sine),
                return_dict=False,
            )[0]
        return answer.float()

    def settle(self, clean: Tensor, condition: Tensor) -> Tensor:
        return clean

    def pad(self, latents: Tensor) -> Tensor:
        """Double the first latent if the count must be even."""
        return torch.cat([latents[: len(latents) % self.unit], latents])

    def trim(self, latents: Tensor, units: Sequence[int]) -> Tensor:
        return latents[1:] if self.unit > 1 and units[0] == 0 else latents

    def frame_times(self, units: Sequence[int]) -> tuple[int, ...]:
        ratio = self._parts.vae.config.temporal_compression_ratio
        latents = [unit * self.unit + part for unit in units for part in range(self.unit)]
        # Latent 0 is frame 0 and latent j the four frames up to 4j; version 1.5 counts its padding first.
        latents = [latent - (self.unit - 1) for latent in latents if latent >= self.unit - 1]
        alone = len(latents) % 2
        first = [latents[0] * ratio] if alone else []
        rest = [
            max(latent * ratio - ratio + 1 + part, 0) for latent in latents[alone:] for part in range(ratio)
        ]
        return tuple(first + rest)

    def preview(self, latents: Tensor) -> Clips:
        """One rough frame a latent: by a tiny autoencoder if there is one, else by a linear sketch."""
        if self._tiny is None:
            return self._parts.previews.sketch(self._parts.folder / "vae", self.still).frames(latents)
        return self._by_tiny(self._tiny).frames(latents)

    def _by_tiny(self, tiny: Tiny) -> TinyVae:
        config = self._parts.vae.config
        form = config.latent_channels, self._pixels, int(config.temporal_compression_ratio)
        return self._parts.previews.tiny(tiny.file, self.device, self._parts.dtype, *form)

    def decode(self, latents: Tensor, tile: int | None = None) -> Iterator[Clips]:
        """Two latents at a time, three at first if their number is odd, as the VAE itself proceeds.

        In tiles the first chunk comes when all tiles are done. A tiny decoder needs none.
        """
        if self._tiny is not None and self._tiny.makes_frames:
            yield from self._by_tiny(self._tiny).decode(latents, first_alone=latents.shape[1] % 2 == 1)
            return
        values = (latents / self._scaling).to(self._parts.vae.dtype).transpose(1, 2)
        norms, most = SharedNorms(self._parts.vae.decoder), self._most(tile)
        for pixels in in_tiles(values, most, self._streamed, scale=self._pixels, norms=norms):
            yield to_frames(pixels)

    def _streamed(self, waiting: Tensor) -> Iterator[Tensor]:
        cache = None
        while waiting.shape[2]:
            count = min(2 + waiting.shape[2] % 2, waiting.shape[2])
            chunk, waiting = waiting[:, :, :count], waiting[:, :, count:]
            self._parts.residence.bring(self._parts.vae)  # each time, as others may compute in between
            pixels, cache = self._parts.vae.decoder(chunk, conv_cache=cache)
            yield pixels


def _solver_class(parts: Parts, name: str | None) -> type[DDIM] | type[DPM]:
    config = checkpoint.read_config(parts.folder, "scheduler")
    if config.get("prediction_type") != "v_prediction":
        got = f"prediction type '{config.get('prediction_type')}'"
        raise ModelError("only models that predict the velocity can be sampled", got=got)
    return _SOLVERS[name or ("dpm" if "DPM" in str(config.get("_class_name")) else "ddim")]
