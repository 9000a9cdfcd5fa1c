"""What `memory.py` measures: models of real size with random weights in main memory, and a clip of each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import UMT5Config, UMT5EncoderModel

import wan_case
from frame2frame.engine.device.placement import Residence, quiet_loading
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.families.wan.network import WanFamily
from frame2frame.engine.families.wan.parts import Parts
from frame2frame.plugins.stages import Item
from frame2frame.values import Caption, Sampling
from random_weights import random_case

STEPS = 3
"""Of each clip; the first one waits for the weights, and of Wan's three one waits for the other expert."""
CAPTION = "The ball on the table turns red and everything else stays as it is."
FIRST = "cogvideox1.5-5b-i2v"
SUBJECTS = (FIRST, "cogvideox-5b-i2v", "wan2.2-i2v-a14b", "wan2.2-ti2v-5b")
WORDS = 512


@dataclass(frozen=True)
class Subject:
    """A model and the clip that is drawn with it."""

    name: str
    device: torch.device
    weights: tuple[nn.Module, ...]
    family: Callable[[Residence], Any]
    frames: int
    height: int
    width: int
    guidance: float

    def drawing(self, told: argparse.Namespace) -> Subject:
        """The same with another clip, as far as one was asked for."""
        asked = {name: getattr(told, name) for name in ("frames", "height", "width", "guidance")}
        return replace(self, **{name: value for name, value in asked.items() if value is not None})

    @property
    def sampling(self) -> Sampling:
        return Sampling(self.frames, self.height, self.width, STEPS, (self.guidance,) * STEPS)

    @property
    def item(self) -> Item:
        drawn = np.random.default_rng(0).random((self.height // 8, self.width // 8, 3))
        picture = (np.kron(drawn, np.ones((8, 8, 1))) * 255).astype(np.uint8)
        return Item(picture, Caption(CAPTION, CAPTION, "given"), 0)

    def facts(self) -> dict[str, Any]:
        sizes = {"frames": self.frames, "height": self.height, "width": self.width}
        weights = sum(tensor.nbytes for part in self.weights for tensor in part.parameters())
        return {**sizes, "guidance": self.guidance, "weights_gib": round(weights / 2**30, 2)}


def subject(name: str, device: str) -> Subject:
    """The model of this name, with its own clip; CogVideoX1.5 with the one that it is timed at."""
    if name in ("wan2.2-i2v-a14b", "wan2.2-ti2v-5b", "tiny-wan"):
        return _wan(torch.device(device), held=name == "wan2.2-ti2v-5b", tiny=name == "tiny-wan")
    case = random_case(device, name == "tiny", learned=name == "cogvideox-5b-i2v")
    case.parts.residence.close()  # the case is built on the device
    weights = (case.parts.text_encoder, case.parts.vae, case.parts.transformer)
    return Subject(
        case.name, torch.device(device), weights,
        lambda residence: case.family(replace(case.parts, residence=residence)),
        case.frames[0], case.height, case.width, 6.0,
    )  # fmt: skip


def _wan(device: torch.device, *, held: bool, tiny: bool) -> Subject:
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    config = wan_case.TINY if tiny else wan_case.TI2V_5B if held else wan_case.A14B
    torch.manual_seed(0)
    with quiet_loading():
        transformers = tuple(
            wan_case.expert(config, device, dtype).to("cpu") for _ in ("high", "low")[: 1 if held else 2]
        )
    vae = wan_case.autoencoder(device, held=held, tiny=tiny).to("cpu")
    text = _text_encoder(device, dtype, tiny=tiny).to("cpu")
    weights = (text, vae, *transformers)
    settings = Wan(model="", shift=wan_case.SHIFT)

    def family(residence: Residence) -> WanFamily:
        parts = Parts(
            folder=wan_case.folder(), layout=wan_case.layout_of(held=held), tokenizer=Letters(),
            text_encoder=text, vae=vae, transformers=transformers, residence=residence, dtype=dtype,
        )  # fmt: skip
        return WanFamily(parts, settings)

    if tiny:
        return Subject("Wan2.2-A14B-like, tiny", device, weights, family, 9, 32, 64, 1.0)
    if held:
        return Subject("Wan2.2-TI2V-5B, random weights", device, weights, family, 121, 704, 1280, 5.0)
    return Subject("Wan2.2-A14B, random weights", device, weights, family, 81, 480, 832, 3.5)


def _text_encoder(device: torch.device, dtype: torch.dtype, *, tiny: bool) -> UMT5EncoderModel:
    """Wan's own, in its real size or a tiny one."""
    sizes = {
        "d_model": 4096,
        "d_kv": 64,
        "d_ff": 10240,
        "num_layers": 24,
        "num_heads": 64,
        "vocab_size": 256384,
    }
    if tiny:
        sizes = {"d_model": 32, "d_kv": 8, "d_ff": 37, "num_layers": 2, "num_heads": 4, "vocab_size": 128}
    usual = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with quiet_loading(), device:
            made = UMT5EncoderModel(UMT5Config(**sizes, feed_forward_proj="gated-gelu"))
    finally:
        torch.set_default_dtype(usual)
    return made.to(dtype).eval().requires_grad_(False)


class Tokens(dict[str, torch.Tensor]):
    """As a tokenizer's answer."""

    input_ids: torch.Tensor
    attention_mask: torch.Tensor

    def to(self, device: torch.device) -> Tokens:
        found = Tokens()
        found.input_ids, found.attention_mask = self.input_ids.to(device), self.attention_mask.to(device)
        return found


class Letters:
    """Stands for a tokenizer: letters as numbers."""

    def __call__(self, texts: list[str], *, max_length: int, **_: Any) -> Tokens:
        rows = [[ord(letter) % 97 + 3 for letter in text[:max_length]] for text in texts]
        found = Tokens()
        found.input_ids = torch.tensor([row + [0] * (max_length - len(row)) for row in rows])
        found.attention_mask = (found.input_ids > 0).long()
        return found
