"""Which file holds the tiny autoencoder that a generator is to use, and for what; see `tiny_vae`.

Nothing here imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError

VAE, TINY = "vae", "tiny"
"""What makes the frames: the model's autoencoder, or a tiny one."""

OWN = "small-decoder.safetensors"
"""A tiny decoder of the model's own, beside its `model_index.json`."""


@dataclass(frozen=True)
class Tiny:
    """A tiny autoencoder, and what it is for."""

    file: Path
    makes_frames: bool
    """Whether it makes the frames of the clip, and not the previews alone."""


def of(decoder: str, named: str | None, folder: Path) -> Tiny | None:
    """What the options `decoder` and `tiny_vae` ask for of a model in a folder; None if no tiny one is used.

    Raises InputError where one is to make the frames and there is none.
    """
    own = folder / OWN
    if decoder == VAE:
        return None if named is None else Tiny(Path(named), makes_frames=False)
    if named is None and not own.is_file():
        raise InputError(
            "this model has no tiny decoder of its own",
            got=f"generator.decoder={TINY}",
            remedy="name the file of one with generator.tiny_vae, or leave generator.decoder out",
        )
    return Tiny(own if named is None else Path(named), makes_frames=True)
