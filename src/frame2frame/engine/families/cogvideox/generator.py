"""CogVideoX image-to-video as a generator: versions 1.0 and 1.5, and the embedded tabletop model.

What a checkpoint can draw is read from its configuration files (`Layout`); the weights load on first use, in
`cogvideox_family`, so that this module needs no torch.

Sources: Yang et al., "CogVideoX" (2024), and the diffusers classes of the same name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....errors import ModelError
from ....plugins.options import check, given, option
from ....plugins.stages import Item
from ....values import WORD, Picture, Sampling
from ...files.weights import check_weights
from ...models import checkpoint, lora
from ...models.checkpoint import whole_number
from ...sampling import clip_rules, guidance
from .. import options

if TYPE_CHECKING:
    from ...sampling.loop import Denoising
    from .network import CogVideoXFamily

PIPELINE = "CogVideoXImageToVideoPipeline"
WEIGHTS = ("text_encoder", "vae", "transformer")
"""The components with weights."""
_COMPONENTS = ("tokenizer", *WEIGHTS, "scheduler")

_SHORT_SIDE, _LONG_SIDE = 768, 1360
"""The sizes that version 1.5 was trained for."""
_MOST_FRAMES = 161
_MOST_HALVINGS = 6
_MOST_LATENT_SCALE = 10.0

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


@dataclass(frozen=True)
class CogVideoX:
    """A CogVideoX image-to-video model. What is None follows from the checkpoint."""

    model: str = given("zai-org/CogVideoX1.5-5B-I2V")
    """A folder in the diffusers layout, or a hub id."""
    revision: str | None = given(None)
    """The commit, tag or branch of a hub model."""
    height: int | None = options.height()
    width: int | None = options.width()
    frames: int | None = given(None)
    steps: int = given(50)
    guidance: float = given(6.0)
    guidance_shape: str = options.guidance_shape()
    guidance_start: float = options.guidance_start()
    guidance_stop: float = options.guidance_stop()
    solver: str | None = option(None, "Which solver denoises.", choices=SOLVERS, recorded=WORD)
    image_latent_scale: float | None = option(
        None,
        "The factor on the picture's latent before it conditions the clip.",
        above=0,
        high=_MOST_LATENT_SCALE,
    )
    """diffusers takes the VAE's scaling factor, or its inverse for version 1.5; the authors' own code for 1.5
    takes 1."""
    device: str = given("auto")
    dtype: str = options.dtype()
    compiled: bool = options.compiled()
    precision: str = options.precision()
    tiny_vae: str | None = options.tiny_vae()
    memory: str = given("auto")
    """A preset of `memory.PRESETS`, which the device's memory decides if it is `auto`."""
    cache_dir: str | None = given(None)
    """Where hub models are kept; the Hugging Face cache if None."""
    loras: tuple[str, ...] = given(())
    """LoRA files whose products are added to the weights, each `FILE_OR_HUB_ID[:WEIGHT]`."""

    def __post_init__(self) -> None:
        check(self)
        clip_rules.check_precision(self.precision, self.compiled)
        clip_rules.check_file("tiny_vae", self.tiny_vae)

    def folder(self) -> Path:
        """Where the weights are; raises ModelError, which says how to get them."""
        return checkpoint.locate(self.model, self.revision, self.cache_dir, _COMPONENTS)

    def check(self) -> Layout:
        """What the model can draw; raises ModelError unless all its files are here, of its kind and whole."""
        folder = self.folder()
        layout = read_layout(folder)
        checkpoint.check_tokenizer(folder)
        for component in WEIGHTS:
            check_weights(folder / component)
        return layout

    def sampling(
        self,
        picture: Picture,
        frames: int | None = None,
        steps: int | None = None,
        guidance: float | None = None,
    ) -> Sampling:
        """The settings for this picture, defaults filled in.

        Raises InputError naming the nearest value that the model can do, ModelError if it is not usable.
        """
        layout = self.check()  # by the headers: a damaged weight is said before any work
        lora.matches(self._loras(), self.folder())
        height, width = clip_rules.sides(self.height, self.width, layout.size(picture), layout.nearest)
        count = clip_rules.given(frames, self.frames, layout.frames)
        layout.check_size(height, width)
        layout.check_frames(count)
        chosen_steps = clip_rules.given(steps, self.steps)
        clip_rules.check_steps(chosen_steps, layout.training_steps)
        return Sampling(count, height, width, chosen_steps, self._schedule(guidance, chosen_steps))

    def usual_steps(self) -> int:
        """In how many steps the checkpoint is sampled where nobody sets a number."""
        return type(self).steps

    def load(self) -> None:
        """Have the weights where they are used, as the first draft does else."""
        self._family()

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Denoising:
        """Candidates ready to be denoised; the first call loads the weights, later ones reuse them."""
        from ...sampling.loop import Denoising

        return Denoising(self._family(), items, sampling)

    def resized(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest legal size to this share of the sides; unchanged where there is only one."""
        layout = read_layout(self.folder())
        height, width = (layout.nearest(round(side * share)) for side in (sampling.height, sampling.width))
        return sampling if layout.fixed else replace(sampling, height=height, width=width)

    def shortest(self, sampling: Sampling) -> Sampling:
        """The same with the fewest frames; unchanged where there is only one number."""
        layout = read_layout(self.folder())
        return sampling if layout.fixed else replace(sampling, frames=layout.chunk + 1)

    def shortened(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest legal number of frames to this share; unchanged where there is only one."""
        layout = read_layout(self.folder())
        frames = clip_rules.nearest_frames(share * (sampling.frames - 1) + 1, layout.chunk)
        return sampling if layout.fixed else replace(sampling, frames=frames)

    def still(self, picture: Picture, sampling: Sampling) -> Any:
        """Clean latents of a clip in which the picture stands still; loads the weights at first."""
        return self._family().still(picture, sampling)

    def repeated(self, picture: Picture) -> Picture:
        """The picture after its way into the model's latents and back: the most that a clip can keep of it.

        `picture` is of a size that the model can draw, as an item's is. Raises OutOfMemoryError.
        """
        return self._family().repeated(picture)

    def _family(self) -> CogVideoXFamily:
        from . import network as cogvideox_network

        return cogvideox_network.CogVideoXFamily(
            cogvideox_network.load(
                self.folder(),
                self.device,
                self.dtype,
                self.precision,
                self.compiled,
                self._loras(),
                self.memory,
            ),
            solver=self.solver,
            image_latent_scale=self.image_latent_scale,
            tiny=self.tiny_vae,
        )

    def _loras(self) -> tuple[lora.Lora, ...]:
        return lora.find_all(self.loras, self.cache_dir)

    def _schedule(self, scale: float | None, steps: int) -> tuple[float, ...]:
        scale = self.guidance if scale is None else scale
        clip_rules.check_guidance(scale, self.guidance)
        return guidance.schedule(self.guidance_shape, scale, steps, self.guidance_start, self.guidance_stop)
