"""Wan 2.2 image-to-video as a generator: A14B with its two experts, and TI2V 5B.

A14B is told of the picture by further channels: a mask and the picture's latents followed by those of grey
frames. TI2V 5B is given the picture's latent in the place of the first one, at every step. What a checkpoint
can draw is read from its configuration files (`Layout`); the weights load on first use, in `wan_family`, so
that this module needs no torch.

Sources: Wan Team, "Wan" (2025), the Wan2.2 repository, and the diffusers classes of the same name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....errors import InputError, ModelError
from ....plugins.options import check, given, option
from ....plugins.stages import Item
from ....values import WORD, Picture, Sampling
from ...device.placement import DTYPES
from ...files.index import components, read_index
from ...files.weights import check_weights
from ...models import checkpoint, lora
from ...sampling import clip_rules, guidance
from ...sampling.noise import Noise, euler_noise, unipc_noise
from .. import options

if TYPE_CHECKING:
    from ...sampling.loop import Denoising
    from .network import WanFamily

PIPELINES = ("WanImageToVideoPipeline", "WanPipeline")
"""TI2V 5B is published under the second name, which it shares with models that take no picture."""

NEGATIVE = (
    "camera movement, zoom, pan, shaky camera, scene cut, flicker, overexposed, oversaturated, "
    "blurred details, subtitles, watermark, worst quality, low quality, JPEG artifacts, ugly, "
    "deformed, disfigured, poorly drawn hands, poorly drawn faces, extra fingers, fused fingers, extra limbs"
)
"""The faults that Wan's authors lead away from, but for those that an edit wants: a still, static picture.
In their place stands what would move everything at once."""

_COMPONENTS = ("tokenizer", "text_encoder", "vae", "transformer", "transformer_2", "scheduler")
_NOISE: dict[str, Callable[[int, float, int], Noise]] = {"unipc": unipc_noise, "euler": euler_noise}
_SCHEDULERS = {"UniPCMultistepScheduler": "unipc", "FlowMatchEulerDiscreteScheduler": "euler"}
_UNIPC = {
    "prediction_type": "flow_prediction",
    "use_flow_sigmas": True,
    "solver_order": 2,
    "solver_type": "bh2",
    "final_sigmas_type": "zero",
    "lower_order_final": True,
    "disable_corrector": [],
    "use_dynamic_shifting": False,
    "use_karras_sigmas": False,
}
"""The only settings of this scheduler that are run here; they are those of every published Wan."""
_MOST_SHIFT = 100.0


@dataclass(frozen=True)
class Layout:
    """What a checkpoint's configuration says about the clips that it can draw."""

    held: bool
    """Whether the picture's latent takes the first place at every step, as in TI2V 5B."""
    transformers: tuple[str, ...]
    """The expert for high noise, or the only one; then the one for low noise."""
    boundary: float | None
    """The timestep down to which the first expert works; None where there is one only."""
    multiple: int
    """Sizes are multiples of this many pixels."""
    chunk: int
    """Frames are a multiple of this plus one."""
    places: int
    """The most patches along a side, and the most latent frames, that it has positions for."""
    training_steps: int
    solver: str
    shift: float

    @property
    def weights(self) -> tuple[str, ...]:
        """The components with weights."""
        return ("text_encoder", "vae", *self.transformers)

    @property
    def area(self) -> int:
        """The size in pixels that is drawn unless another is asked for."""
        return 704 * 1280 if self.held else 480 * 832

    @property
    def frames(self) -> int:
        """The model's own number of frames, and the most: beyond it colours shift and frames flicker."""
        return min(121 if self.held else 81, (self.places - 1) * self.chunk + 1)

    @property
    def steps(self) -> int:
        return 50 if self.held else 40

    @property
    def guidance(self) -> float:
        return 5.0 if self.held else 3.5

    def size(self, picture: Picture) -> tuple[int, int]:
        """The (height, width) of the picture's aspect and of the model's own area, rounded down."""
        height, width = picture.shape[:2]
        fitting = math.sqrt(self.area * height / width), math.sqrt(self.area * width / height)
        high, wide = (max(round(side) // self.multiple, 1) * self.multiple for side in fitting)
        return high, wide

    def nearest(self, length: float) -> int:
        """The nearest length of a side that the patches fill, at least one of them."""
        return min(clip_rules.nearest_side(length, self.multiple), self.places * self.multiple)

    def check_size(self, height: int, width: int) -> None:
        """Raise InputError unless the model can draw this size."""
        clip_rules.check_size((height, width), (self.nearest(height), self.nearest(width)))

    def check_frames(self, frames: int) -> None:
        """Raise InputError unless the model can draw this many frames."""
        clip_rules.check_frames(frames, range(self.chunk + 1, self.frames + 1, self.chunk))


def read_layout(folder: Path) -> Layout:
    """The layout of the checkpoint in `folder`; raises ModelError if it is not Wan image-to-video."""
    checkpoint.check_kind(folder, *PIPELINES)
    try:
        return _layout(folder)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise checkpoint.unreadable("this Wan does not say what it can draw", error) from error


def _layout(folder: Path) -> Layout:
    index = read_index(folder)
    transformer, vae = (checkpoint.read_config(folder, name) for name in ("transformer", "vae"))
    held = bool(index.get("expand_timesteps"))
    _check_picture(folder, transformer, held, vae["z_dim"], vae.get("scale_factor_temporal", 4))
    statistics = (*vae["latents_mean"], *vae["latents_std"])
    if not all(isinstance(one, int | float) for one in statistics) or not all(vae["latents_std"]):
        raise ValueError("latents_mean or latents_std that are no numbers, or zero")
    words = checkpoint.read_config(folder, "text_encoder")
    checkpoint.check_together(
        folder,
        {
            "out_channels": (transformer["out_channels"], vae["z_dim"]),
            "text_dim": (transformer["text_dim"], words["d_model"]),
            **_sizes(vae),
            "latents_mean": (len(vae["latents_mean"]), vae["z_dim"]),
            "latents_std": (len(vae["latents_std"]), vae["z_dim"]),
        },
    )
    scheduler = checkpoint.read_config(folder, "scheduler")
    solver, shift = _solver(scheduler)
    training_steps = checkpoint.whole_number(scheduler, "num_train_timesteps")
    paired = index.get("boundary_ratio") is not None and "transformer_2" in components(index)
    return Layout(
        held=held,
        transformers=("transformer", "transformer_2") if paired else ("transformer",),
        boundary=float(index["boundary_ratio"]) * training_steps if paired else None,
        multiple=vae.get("scale_factor_spatial", 8) * _patch(transformer),
        chunk=vae.get("scale_factor_temporal", 4),
        places=_places(transformer),
        training_steps=training_steps,
        solver=solver,
        shift=shift,
    )


def _patch(transformer: dict[str, Any]) -> int:
    """The side of a patch in latents; raises ValueError unless patches are square and of one latent frame."""
    patch = transformer["patch_size"]
    side = patch[-1]
    if type(side) is not int or patch != [1, side, side]:
        raise ValueError(f"patches of {patch!r:.40}, not one frame and square")
    return side


def _places(transformer: dict[str, Any]) -> int:
    """How many patches it has positions for; raises ValueError if these are too few for any clip."""
    places = checkpoint.whole_number({"rope_max_seq_len": 1024} | transformer, "rope_max_seq_len")
    if places < 2:
        raise ValueError(f"rope_max_seq_len {places}, too few for a clip")
    return places


def _sizes(vae: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the autoencoder says of its pixels, and what follows from its layers."""
    patch, sides = vae.get("patch_size") or 1, 2 ** (min(len(vae["dim_mult"]), 10) - 1)
    return {
        "in_channels of the autoencoder": (vae.get("in_channels", 3), 3 * patch**2),
        "out_channels of the autoencoder": (vae.get("out_channels", 3), 3 * patch**2),
        "scale_factor_spatial": (vae.get("scale_factor_spatial", 8), patch * sides),
        "scale_factor_temporal": (vae.get("scale_factor_temporal", 4), 4),
        "temperal_downsample": (2 ** sum(vae["temperal_downsample"]), 4),
    }


def _check_picture(folder: Path, transformer: dict[str, Any], held: bool, channels: int, mask: int) -> None:
    """Raise ModelError unless the transformer takes a picture the way Wan 2.2 does."""
    wanted = channels if held else 2 * channels + mask
    if transformer["in_channels"] != wanted or transformer.get("image_dim") is not None:
        raise ModelError(
            "this Wan takes no picture, or takes it through an image encoder as Wan 2.1 does",
            got=str(folder),
            remedy="use Wan2.2-I2V-A14B or Wan2.2-TI2V-5B",
        )


def _solver(scheduler: dict[str, Any]) -> tuple[str, float]:
    """The solver of a scheduler's configuration and its shift; raises ModelError for one that is not run."""
    name = scheduler["_class_name"]
    foreign = {key: scheduler[key] for key, value in _UNIPC.items() if scheduler.get(key, value) != value}
    if name not in _SCHEDULERS or (_SCHEDULERS[name] == "unipc" and foreign):
        got = f"{name} with {foreign}" if foreign else name
        raise ModelError("only flow matching with UniPC or Euler steps can be sampled", got=got)
    return _SCHEDULERS[name], float(scheduler["flow_shift" if _SCHEDULERS[name] == "unipc" else "shift"])


@dataclass(frozen=True)
class Wan:
    """A Wan 2.2 image-to-video model. What is None follows from the checkpoint."""

    model: str = given("Wan-AI/Wan2.2-I2V-A14B-Diffusers")
    """A folder in the diffusers layout, or a hub id."""
    revision: str | None = given(None)
    """The commit, tag or branch of a hub model."""
    height: int | None = options.height()
    width: int | None = options.width()
    frames: int | None = given(None)
    steps: int | None = given(None)
    guidance: float | None = given(None)
    guidance_low: float | None = option(
        None,
        "The guidance of the expert for low noise; that of the other one when left out.",
        low=0,
        high=clip_rules.MOST_GUIDANCE,
    )
    guidance_shape: str = options.guidance_shape()
    guidance_start: float = options.guidance_start()
    guidance_stop: float = options.guidance_stop()
    negative_prompt: str = options.negative_prompt(NEGATIVE)
    solver: str | None = option(
        None,
        "Which solver denoises; euler is for weights that were distilled to a few steps.",
        choices=tuple(_NOISE),
        recorded=WORD,
    )
    shift: float | None = option(
        None, "How far the noise levels lean to the noisy end.", above=0, high=_MOST_SHIFT
    )
    loras: tuple[str, ...] = given(())
    """LoRA files whose products are added to the weights, each `FILE_OR_HUB_ID[:WEIGHT]`.

    One with "high" or "low" in its name is for that expert only.
    """
    device: str = given("auto")
    dtype: str = options.dtype()
    compiled: bool = options.compiled()
    precision: str = options.precision()
    autoencoder: str = option(
        "float32",
        "Number format of the autoencoder, which its authors run in float32; bfloat16 is sooner.",
        choices=DTYPES,
        recorded=WORD,
    )
    tiny_vae: str | None = options.tiny_vae()
    parallel: int = option(1, "How many GPUs share each clip.", low=1)
    """They share its tokens: the device and those that follow it."""
    memory: str = given("auto")
    """A preset of `memory.PRESETS`, which the device's memory decides if it is `auto`."""
    cache_dir: str | None = given(None)
    """Where hub models are kept; the Hugging Face cache if None."""

    def __post_init__(self) -> None:
        check(self)
        clip_rules.check_precision(self.precision, self.compiled)
        clip_rules.check_file("tiny_vae", self.tiny_vae)
        if self.parallel > 1 and (self.compiled or self.precision != "as-stored"):
            what, got = "GPUs share a clip only by diffusers' own forward", f"precision={self.precision}"
            got += " and compiled=true" * self.compiled
            raise InputError(what, got=got, remedy="leave out compiled and precision, or parallel")

    def folder(self) -> Path:
        """Where the weights are; raises ModelError, which says how to get them."""
        return checkpoint.locate(self.model, self.revision, self.cache_dir, _COMPONENTS)

    def check(self) -> Layout:
        """What the model can draw; raises ModelError unless all its files are here, of its kind and whole."""
        folder = self.folder()
        layout = read_layout(folder)
        checkpoint.check_tokenizer(folder)
        for component in layout.weights:
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
        chosen_steps = clip_rules.given(steps, self.steps, layout.steps)
        clip_rules.check_steps(chosen_steps, layout.training_steps)
        return Sampling(count, height, width, chosen_steps, self._schedule(layout, guidance, chosen_steps))

    def noise(self, layout: Layout, steps: int) -> Noise:
        """The noise levels of a run; raises InputError for an unusable shift."""
        solver = self.solver_name(layout)
        shift = clip_rules.given(self.shift, layout.shift)
        if not 0 < shift <= _MOST_SHIFT:
            what = f"the shift must be above 0 and at most {_MOST_SHIFT:g}"
            raise InputError(what, got=f"{shift}", remedy=f"the model's own is {layout.shift:g}")
        return _NOISE[solver](steps, shift, layout.training_steps)

    def solver_name(self, layout: Layout) -> str:
        """The solver that runs."""
        return clip_rules.given(self.solver, layout.solver)

    def usual_steps(self) -> int:
        """In how many steps the checkpoint is sampled where nobody sets a number; raises ModelError."""
        return read_layout(self.folder()).steps

    def load(self) -> None:
        """Have the weights where they are used, as the first draft does else."""
        self._family()

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Denoising:
        """Candidates ready to be denoised; the first call loads the weights, later ones reuse them."""
        from ...sampling.loop import Denoising

        return Denoising(self._family(), items, sampling)

    def resized(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest legal size to this share of the sides."""
        layout = read_layout(self.folder())
        height, width = (layout.nearest(round(side * share)) for side in (sampling.height, sampling.width))
        return replace(sampling, height=height, width=width)

    def shortest(self, sampling: Sampling) -> Sampling:
        """The same with the fewest frames."""
        return replace(sampling, frames=read_layout(self.folder()).chunk + 1)

    def shortened(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest legal number of frames to this share of the length."""
        layout = read_layout(self.folder())
        frames = clip_rules.nearest_frames(share * (sampling.frames - 1) + 1, layout.chunk)
        return replace(sampling, frames=frames)

    def still(self, picture: Picture, sampling: Sampling) -> Any:
        """Clean latents of a clip in which the picture stands still; loads the weights at first."""
        return self._family().still(picture, sampling)

    def repeated(self, picture: Picture) -> Picture:
        """The picture after its way into the model's latents and back: the most that a clip can keep of it.

        `picture` is of a size that the model can draw, as an item's is. Raises OutOfMemoryError.
        """
        return self._family().repeated(picture)

    def _family(self) -> WanFamily:
        from . import network as wan_network

        parts = wan_network.load(
            self.folder(),
            self.device,
            self.dtype,
            self.precision,
            self.compiled,
            self._loras(),
            self.memory,
            self.autoencoder,
            self.parallel,
        )
        return wan_network.WanFamily(parts, self)

    def _loras(self) -> tuple[lora.Lora, ...]:
        return lora.find_all(self.loras, self.cache_dir)

    def _schedule(self, layout: Layout, scale: float | None, steps: int) -> tuple[float, ...]:
        """One scale a step: that of the expert whose step it is."""
        high = clip_rules.given(scale, self.guidance, layout.guidance)
        low = clip_rules.given(self.guidance_low, high)
        for each in (high, low):
            clip_rules.check_guidance(each, layout.guidance)
        high_scales, low_scales = (self._shaped(each, steps) for each in (high, low))
        return tuple(
            first if layout.boundary is None or timestep >= layout.boundary else second
            for timestep, first, second in zip(
                self.noise(layout, steps).timesteps, high_scales, low_scales, strict=True
            )
        )

    def _shaped(self, scale: float, steps: int) -> tuple[float, ...]:
        return guidance.schedule(self.guidance_shape, scale, steps, self.guidance_start, self.guidance_stop)
