"""A loaded checkpoint of Wan 2.2.

The autoencoder computes in float32, as its authors run it, whatever the experts do, unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLWan
from transformers import UMT5EncoderModel

from ...device.context_parallel import Team
from ...device.placement import (
    Residence,
    check_precision,
    choose_device,
    choose_dtype,
    choose_economy,
    quiet_loading,
)
from ...files.weights import check_weights
from ...kernels.fp8 import quantise
from ...kernels.int8 import STORED, needed
from ...models.handed_in import AsTheyAre, HandedIn
from ...models.loading import load_component, load_tokenizer
from ...models.lora import Lora
from ...sampling.preview import Previews
from .config import Layout, read_layout
from .fast import FastWan
from .fast_vae import quicken
from .team import experts_of, team_of
from .trial import try_text_encoder, try_vae


@dataclass(frozen=True)
class Parts:
    """A loaded checkpoint."""

    folder: Path
    layout: Layout
    tokenizer: Any
    text_encoder: Any
    vae: Any
    transformers: tuple[Any, ...]
    """The expert for high noise, or the only one; then the one for low noise."""
    residence: Residence
    dtype: torch.dtype
    fast: tuple[FastWan, ...] = ()
    """The experts' faster forwards; without them diffusers' own are called."""
    team: Team | None = None
    """Where several GPUs share a clip."""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was loaded."""
    previews: Previews = field(default_factory=Previews)

    @property
    def is_whole(self) -> bool:
        """Whether all that share the clips are still there."""
        return self.team is None or self.team.is_whole

    def close(self) -> None:
        """End the processes that share the clips."""
        if self.team is not None:
            self.team.close()


def load(
    folder: Path,
    device: str,
    dtype: str,
    precision: str = "as-stored",
    compiled: bool = False,
    loras: tuple[Lora, ...] = (),
    memory: str = "auto",
    autoencoder: str = "float32",
    parallel: int = 1,
) -> Parts:
    """The checkpoint in `folder`, the products of `loras` in its weights.

    Raises ModelError for a folder of another kind, and for weights that are missing, cut short or foreign,
    InputError for a number format that the device has not.
    """
    layout = read_layout(folder)
    for component in layout.weights:
        check_weights(folder / component)
    place = choose_device(device)
    number = choose_dtype(dtype, place)
    check_precision(precision, place)
    economy = choose_economy(memory, place)
    small = needed(folder, layout.weights, number, economy)
    stored = small or precision == "int8"
    with quiet_loading():
        text_encoder = load_component(
            UMT5EncoderModel, folder, "text_encoder", number, small, try_text_encoder
        )
        vae = load_component(AutoencoderKLWan, folder, "vae", choose_dtype(autoencoder, place), trial=try_vae)
        if compiled:
            quicken(vae, compiled=True)
        transformers = experts_of(folder, layout.transformers, number, loras, stored)
        fast = () if stored else _faster(transformers, precision, compiled)
        parts = Parts(
            folder=folder,
            layout=layout,
            tokenizer=load_tokenizer(folder, text_encoder.config.vocab_size),
            text_encoder=text_encoder,
            vae=vae,
            transformers=transformers,
            residence=Residence((text_encoder, vae, *transformers), place, economy),
            dtype=number,
            fast=fast,
            notes=(STORED,) if small else (),
        )
    return parts if parallel == 1 else replace(parts, team=_team(parts, parallel, loras, stored))


def taken(own: HandedIn, compiled: bool, memory: str) -> Parts:
    """The parts of a pipeline of the caller's, as they are. Raises InputError, ModelError."""
    layout = read_layout(own.folder)
    text_encoder, vae, *transformers = own.parts(*layout.weights)
    return Parts(
        folder=own.folder,
        layout=layout,
        tokenizer=own.pipe.tokenizer,
        text_encoder=text_encoder,
        vae=vae,
        transformers=tuple(transformers),
        residence=AsTheyAre((text_encoder, vae, *transformers), memory),
        dtype=transformers[0].dtype,
        fast=_faster(transformers, "as-stored", compiled),
        previews=Previews(is_kept=False),
    )


def _team(parts: Parts, count: int, loras: tuple[Lora, ...], stored: bool) -> Team:
    """Raises InputError where the experts cannot be shared."""
    is_whole = not stored and not any(map(parts.residence.is_streamed, parts.transformers))
    told = parts.folder, parts.layout.transformers, parts.dtype, loras
    return team_of(parts.transformers, parts.residence.device, count, told, is_whole=is_whole)


def _faster(transformers: Sequence[Any], precision: str, compiled: bool) -> tuple[FastWan, ...]:
    """The faster forwards if they were asked for; with fp8 the experts' weights are 8 bits from then on."""
    if precision == "as-stored" and not compiled:
        return ()
    for transformer in transformers if precision == "fp8" else ():
        quantise(transformer.blocks)
    return tuple(FastWan(transformer, compiled=compiled) for transformer in transformers)
