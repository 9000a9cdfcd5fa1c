"""What a CogVideoX checkpoint says about the clips that it can draw, read without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....errors import ModelError
from ....values import Picture
from ...files.index import class_of
from ...models import checkpoint
from ...models.checkpoint import whole_number
from ...sampling import clip_rules

PIPELINE = "CogVideoXImageToVideoPipeline"
WEIGHTS = ("text_encoder", "vae", "transformer")
"""The components with weights."""
COMPONENTS = ("tokenizer", *WEIGHTS, "scheduler")

_SHORT_SIDE, _LONG_SIDE = 768, 1360
"""The sizes that version 1.5 was trained for."""
_MOST_FRAMES = 161
_MOST_HALVINGS = 6
MOST_LATENT_SCALE = 10.0

SOLVERS = ("ddim", "dpm")


@dataclass(frozen=True)
class Layout:
    """What a checkpoint's configuration says about the clips that it can draw."""

    height: int
    """The model's own height in pixels; for version 1.5, the largest."""
    width: int
    frames: int
    """The model's own number of frames."""
    fixed: bool
    """Whether positions are a learned table, which holds for the model's own size and frames only."""
    pairs: bool
    """Whether latent frames are taken two by two, as version 1.5 does."""
    multiple: int
    """Sizes are multiples of this many pixels."""
    chunk: int
    """Frames are a multiple of this plus one, or the VAE decodes another number than was asked for."""
    training_steps: int

    def size(self, picture: Picture) -> tuple[int, int]:
        """The legal (height, width) that suits the picture's aspect best."""
        if not self.pairs:
            return self.height, self.width
        short = min(_SHORT_SIDE, self.height, self.width)
        height, width = picture.shape[:2]
        aspect = max(height, width) / min(height, width)
        long = min(self.nearest(short * aspect), _LONG_SIDE, max(self.height, self.width))
        return (long, short) if height > width else (short, long)

    def check_size(self, height: int, width: int) -> None:
        """Raise InputError unless the model can draw this size."""
        nearest = self._nearest(height, self.height), self._nearest(width, self.width)
        clip_rules.check_size((height, width), nearest)

    def check_frames(self, frames: int) -> None:
        """Raise InputError unless the model can draw this many frames."""
        most = max(_MOST_FRAMES, self.frames)
        clip_rules.check_frames(
            frames, (self.frames,) if self.fixed else range(self.chunk + 1, most + 1, self.chunk)
        )

    def _nearest(self, length: int, own: int) -> int:
        if self.fixed:
            return own
        return min(self.nearest(length), own) if self.pairs else self.nearest(length)

    def nearest(self, length: float) -> int:
        """The nearest length of a side that the patches fill, at least one of them."""
        return clip_rules.nearest_side(length, self.multiple)


def recognises(index: Mapping[str, Any]) -> bool:
    """Whether a `model_index.json` is of this family, or names no class at all."""
    return class_of(index) in (PIPELINE, None)


def read_layout(folder: Path) -> Layout:
    """The layout of the checkpoint in `folder`; raises ModelError if it is not CogVideoX image-to-video."""
    checkpoint.check_kind(folder, PIPELINE)
    try:
        return _layout(folder)
    except (KeyError, TypeError, ValueError) as error:
        raise checkpoint.unreadable("this CogVideoX does not say what it can draw", error) from error


def _layout(folder: Path) -> Layout:
    transformer, vae = (checkpoint.read_config(folder, name) for name in ("transformer", "vae"))
    scheduler = checkpoint.read_config(folder, "scheduler")
    if not transformer["use_rotary_positional_embeddings"]:
        raise ModelError(
            "this CogVideoX has no rotary positions, so it is no image-to-video model",
            got=str(folder),
            remedy="use CogVideoX-5b-I2V or CogVideoX1.5-5B-I2V",
        )
    halvings = len(vae["block_out_channels"]) - 1
    if not 0 <= halvings <= _MOST_HALVINGS:
        raise ValueError(f"a picture that is halved {halvings} times")
    words = checkpoint.read_config(folder, "text_encoder")
    latents, pixels = whole_number(vae, "latent_channels"), 2**halvings
    checkpoint.check_together(
        folder,
        {
            "in_channels": (transformer["in_channels"], 2 * latents),
            "out_channels": (transformer["out_channels"], latents),
            "text_embed_dim": (transformer["text_embed_dim"], words["d_model"]),
        },
    )
    return Layout(
        height=whole_number(transformer, "sample_height") * pixels,
        width=whole_number(transformer, "sample_width") * pixels,
        frames=whole_number(transformer, "sample_frames"),
        fixed=transformer["use_learned_positional_embeddings"],
        pairs=transformer.get("patch_size_t") is not None,
        multiple=pixels * whole_number(transformer, "patch_size"),
        chunk=2 * whole_number(vae, "temporal_compression_ratio"),
        training_steps=whole_number(scheduler, "num_train_timesteps"),
    )
