"""Previews by one matrix: what each latent and its eight neighbours say of the pixels that it covers.

The matrix is the least-squares fit of pixels to the latents of still clips, which the checkpoint's own
autoencoder makes of the shipped pictures, each in four turns. It is made on first use and kept beside the
weights, or in the user's cache where that cannot be, under the autoencoder's fingerprint.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ...errors import InputError, ModelError, WriteError
from ...files.arrays import array_in
from ...files.regular import read_bytes
from ...files.unfinished import write_file
from ...values import Picture, Sampling
from ..device.placement import memory_guard
from ..files.weights import weight_files
from ..models import catalogue, checkpoint
from . import tiny_vae
from .family import Clips
from .tiny_vae import TinyVae

Still = Callable[[Picture, Sampling], Tensor]
"""(latent frames, channels, height, width) of a clip that stands still; a generator's `still`."""

Weights = NDArray[np.float32]
"""(9 · channels + 1, 3 · patch²)."""

_FRAMES = 9
"""A number of frames that every family draws; its first latent, of one frame alone, is left out."""
_LARGEST = 2**26
"""Bytes of a kept fit."""
_RIDGE = 1e-4
"""Of the inputs' mean square: keeps the fit finite where inputs say the same."""
_FORM = b"neighbours 9, frames 9, turns 4, ridge 1e-4"
"""A fit of another form is another file."""


@dataclass(frozen=True)
class Sketch:
    """A linear decoder: one frame a latent, rough and nearly free."""

    weights: Tensor

    @property
    def patch(self) -> int:
        """Pixels a side that a latent covers."""
        return math.isqrt(self.weights.shape[1] // 3)

    def frames(self, latents: Tensor) -> Clips:
        """(candidates, latent frames, height, width, 3) from latents as they are decoded, at full size."""
        candidates, times, channels, height, width = latents.shape
        patch = self.patch
        if 9 * channels + 1 != len(self.weights):
            got, remedy = f"{channels} channels", "delete the files sketch-*.npy beside the autoencoder"
            raise ModelError("the kept fit of the previews is for other latents", got=got, remedy=remedy)
        values = (_inputs(latents.flatten(0, 1).float()) @ self.weights.to(latents.device)).clamp(0, 1)
        shaped = values.view(candidates, times, height, width, patch, patch, 3).transpose(3, 4)
        levels = (shaped * 255).round().to(torch.uint8)
        whole = levels.reshape(candidates, times, height * patch, width * patch, 3)
        return whole.cpu().numpy()


class Previews:
    """How one model's previews are made: read or fitted at the first one, and freed with the model."""

    def __init__(self, *, is_kept: bool = True) -> None:
        """A fit is kept in a file, for the next process, unless the weights have none either."""
        self._is_kept = is_kept
        self._sketch: Sketch | None = None
        self._tiny: dict[Path, TinyVae] = {}

    def sketch(self, vae: Path, still: Still) -> Sketch:
        """By the matrix of the autoencoder in the folder `vae`; raises OutOfMemoryError."""
        if self._sketch is None:
            self._sketch = of(vae, still) if self._is_kept else Sketch(torch.from_numpy(fit(still)))
        return self._sketch

    def tiny(
        self, file: Path, device: torch.device, dtype: torch.dtype, channels: int, pixels: int, frames: int
    ) -> TinyVae:
        """By the tiny autoencoder in a file; see `tiny_vae.read`."""
        if file not in self._tiny:
            self._tiny[file] = tiny_vae.read(file, device, dtype, channels, pixels, frames)
        return self._tiny[file]


def of(vae: Path, still: Still) -> Sketch:
    """The sketch of the autoencoder in the folder `vae`; the first call ever fits it, in some seconds.

    Raises OutOfMemoryError.
    """
    with _fitting:  # of the threads of several devices one fits
        fingerprint = _fingerprint(vae)
        files = [place / f"sketch-{fingerprint[:16]}.npy" for place in _places(vae)]
        weights = next((found for file in files if (found := _read(file)) is not None), None)
        if weights is None:
            weights = fit(still)
            _keep(files, weights)
        return Sketch(torch.from_numpy(weights))


_fitting = Lock()


def _fingerprint(vae: Path) -> str:
    """Of the weights, the configuration that scales the latents, and the form of the fit."""
    found = hashlib.sha256(_FORM + (vae / "config.json").read_bytes())
    for file in weight_files(vae):
        found.update(checkpoint.sha256(file).encode())
    return found.hexdigest()


def _places(vae: Path) -> list[Path]:
    """Where a fit may lie; nothing is added to the package itself."""
    inside = vae.is_relative_to(catalogue.WEIGHTS)
    return [*([] if inside else [vae]), catalogue.user_cache("sketches")]


def _read(file: Path) -> Weights | None:
    """A kept fit, if it is one; a model's folder comes from outside, and so does what lies in it."""
    try:
        weights = array_in(bytearray(read_bytes(file, _LARGEST)))
    except (InputError, ValueError, KeyError, SyntaxError):
        return None
    if weights.ndim != 2 or weights.dtype != np.float32:
        return None
    patch = math.isqrt(weights.shape[1] // 3)
    return weights if 3 * patch**2 == weights.shape[1] > 0 and np.isfinite(weights).all() else None


def _keep(files: list[Path], weights: Weights) -> None:
    """Write it whole to the first place that takes it; where none does the next process fits again."""
    for file in files:
        buffer = io.BytesIO()
        np.save(buffer, weights, allow_pickle=False)
        with suppress(OSError, WriteError):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_file(file, buffer.getvalue())
            return


def fit(still: Still, pictures: list[Picture] | None = None) -> Weights:
    """The weights of a new sketch, from these pictures or else from the shipped ones in four turns."""
    square, product = None, None
    with memory_guard("fitting the previews", "the size or the number of candidates"):
        for picture in shipped() if pictures is None else pictures:
            height, width = picture.shape[:2]
            latents = still(picture, Sampling(_FRAMES, height, width, 1, (1.0,)))[1:].float().cpu()
            inputs = _inputs(latents).flatten(0, 2).double()
            outputs = _patches(picture, height // latents.shape[2]).repeat(len(latents), 1)
            square = inputs.T @ inputs + (0 if square is None else square)
            product = inputs.T @ outputs + (0 if product is None else product)
    assert square is not None and product is not None
    ridge = _RIDGE * square.diagonal().mean() * torch.eye(len(square), dtype=square.dtype)
    return np.asarray(torch.linalg.solve(square + ridge, product).float().numpy())


def shipped() -> list[Picture]:
    """The example pictures, each in four turns."""
    files = sorted(catalogue.PICTURES.glob("*.png"))
    pictures = [np.asarray(Image.open(file).convert("RGB")) for file in files]
    return [np.rot90(picture, turns).copy() for picture in pictures for turns in range(4)]


def _inputs(latents: Tensor) -> Tensor:
    """(frames, height, width, 9 · channels + 1): each place with its neighbours, and a one."""
    edged = torch.nn.functional.pad(latents, (1, 1, 1, 1), mode="replicate")
    count, _, height, width = latents.shape
    near = torch.nn.functional.unfold(edged, 3).view(count, -1, height, width)
    ones = near.new_ones(count, 1, height, width)
    return torch.cat([near, ones], dim=1).permute(0, 2, 3, 1)


def _patches(picture: Picture, patch: int) -> Tensor:
    """(places, 3 · patch²) from 0 to 1."""
    height, width = picture.shape[:2]
    values = torch.from_numpy(picture.astype(np.float64) / 255)
    parted = values.view(height // patch, patch, width // patch, patch, 3).transpose(1, 2)
    return parted.reshape(-1, 3 * patch * patch)
