"""Wan's experts: read for one process, or for each of several that share a clip, and called by both alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers import WanTransformer3DModel
from torch import Tensor

from ....errors import InputError
from ...device.context_parallel import Share, Team
from ...device.placement import following, quiet_loading
from ...kernels.int8 import store
from ...models.loading import load_component
from ...models.lora import Lora, matches
from ...models.merge_lora import fuse
from .trial import try_transformer

Told = tuple[Path, Sequence[str], torch.dtype, tuple[Lora, ...]]
"""What `experts_of` must know."""


def experts_of(
    folder: Path, names: Sequence[str], number: torch.dtype, loras: tuple[Lora, ...], stored: bool = False
) -> tuple[Any, ...]:
    """The experts of these names in a checkpoint's folder; the weights of `stored` ones are 8 bits."""
    small = stored and not loras  # what a LoRA changes is stored after it
    kind = WanTransformer3DModel
    found = tuple(load_component(kind, folder, name, number, small, try_transformer) for name in names)
    fuse(dict(zip(names, found, strict=True)), matches(loras, folder))
    for expert in found if stored and loras else ():
        store(expert)
    return found


def team_of(experts: Sequence[Any], device: torch.device, count: int, told: Told, *, is_whole: bool) -> Team:
    """So many devices, from the experts' own on; raises InputError unless these are there and can share."""
    devices = following(device, count)
    if not is_whole:
        what = "GPUs share a clip only if each has room for the experts as they are stored"
        raise InputError(what, got=f"{count} GPUs", remedy="give them more with --memory, or use one")
    return Team(experts, devices, partial(_elsewhere, told), called)


def _elsewhere(told: Told, device: torch.device) -> list[Any]:
    """Those of another process."""
    with quiet_loading():
        return [expert.to(device) for expert in experts_of(*told)]


def called(transformer: Any, share: Share, tensors: Mapping[str, Tensor]) -> Tensor:
    """What diffusers' own forward answers; `cosine` and `sine` are (units, places, features)."""
    own = {name: value for name, value in tensors.items() if name not in ("cosine", "sine")}
    places = tuple(share.of(tensors[name].flatten(0, 1)[None, :, None], 1) for name in ("cosine", "sine"))
    with _placed(transformer, places), transformer.cache_context("cond_uncond"):
        answer: Tensor = transformer(**own, return_dict=False)[0]
    return answer


@contextmanager
def _placed(transformer: Any, given: tuple[Tensor, ...]) -> Iterator[None]:
    """Let the model place its tokens at these rotary positions; by itself it counts them from the first."""
    hook = transformer.rope.register_forward_hook(lambda *_: given)
    try:
        yield
    finally:
        hook.remove()
