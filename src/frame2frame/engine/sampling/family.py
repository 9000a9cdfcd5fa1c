"""What a model family says about itself, for the denoising loop that all share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ...values import Picture, Sampling
from ..device.backoff import Spares
from ..device.memory import Economy
from .solvers import Solver

Clips = np.ndarray[Any, np.dtype[np.uint8]]
"""(candidates, frames, height, width, 3)."""


class Family(Spares, Protocol):
    """What a model family says about itself. Latents and frames are of one candidate, except in `predict`."""

    device: torch.device
    unit: int
    """Latent frames in one temporal unit, the least that `thin` can keep or drop."""
    odd: bool
    """Whether only an odd number of units can be decoded."""
    negative: str
    """The text that guidance leads away from; empty if from no text in particular."""
    economy: Economy
    """What it begins with; the loop itself may ask for less at once."""

    def at_work(self) -> AbstractContextManager[None]:
        """While one of the calls below runs, or several that belong together."""

    def solver(self, steps: int) -> Solver: ...

    def latent_shape(self, sampling: Sampling) -> tuple[int, int, int, int]:
        """(latent frames with padding, channels, height, width)."""

    def noise(self, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Noise of such a shape on the CPU, drawn in the order of the model's own pipeline."""

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """(texts, tokens, features)."""

    def encode_picture(self, picture: Picture, sampling: Sampling, economy: Economy) -> Any:
        """Whatever `condition` needs, the same for every seed."""

    def condition(self, encoded: Any, sampling: Sampling, generator: torch.Generator) -> Tensor:
        """(latent frames with padding, channels, height, width), drawn with the candidate's generator.

        The channels are the family's own, and need not be those of the latents.
        """

    def positions(self, sampling: Sampling) -> tuple[Tensor, ...]:
        """What tells the model where in time it is; the first axis of each counts temporal units."""

    def predict(
        self, latents: Tensor, timestep: float, text: Tensor, condition: Tensor, positions: tuple[Tensor, ...]
    ) -> Tensor:
        """The model's answer, float32 in the shape of the latents; all arguments are batches.

        A family of several experts picks the one for the timestep.
        """

    def settle(self, clean: Tensor, condition: Tensor) -> Tensor:
        """Predicted clean latents with what the condition knows for certain put in its place; batches."""

    def pad(self, latents: Tensor) -> Tensor:
        """Latents as the model wants them, from latents as they are decoded."""

    def trim(self, latents: Tensor, units: Sequence[int]) -> Tensor:
        """The reverse of `pad`, for the temporal units that were kept."""

    def frame_times(self, units: Sequence[int]) -> tuple[int, ...]:
        """The index in the full clip of each frame that `decode` gives."""

    def decode(self, latents: Tensor, tile: int | None) -> Iterator[Clips]:
        """Chunks of frames from a batch of trimmed latents; in tiles of so many pixels a side."""

    def preview(self, latents: Tensor) -> Clips:
        """(candidates, latent frames, height, width, 3): a cheap guess at one frame of each latent."""
