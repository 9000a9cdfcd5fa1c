"""What a Wan checkpoint says about the clips that it can draw, read without torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....errors import ModelError
from ....values import Picture
from ...files.index import class_of, components, read_index
from ...models import checkpoint
from ...sampling import clip_rules
from ...sampling.noise import Noise, euler_noise, unipc_noise

PIPELINES = ("WanImageToVideoPipeline", "WanPipeline")
"""TI2V 5B is published under the second name, which it shares with models that take no picture."""

NEGATIVE = (
    "camera movement, zoom, pan, shaky camera, scene cut, flicker, overexposed, oversaturated, "
    "blurred details, subtitles, watermark, worst quality, low quality, JPEG artifacts, ugly, "
    "deformed, disfigured, poorly drawn hands, poorly drawn faces, extra fingers, fused fingers, extra limbs"
)
"""The faults that Wan's authors lead away from, but for those that an edit wants: a still, static picture.
In their place stands what would move everything at once."""

COMPONENTS = ("tokenizer", "text_encoder", "vae", "transformer", "transformer_2", "scheduler")
NOISE: dict[str, Callable[[int, float, int], Noise]] = {"unipc": unipc_noise, "euler": euler_noise}
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
MOST_SHIFT = 100.0


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


def recognises(index: Mapping[str, Any]) -> bool:
    """Whether a `model_index.json` is of Wan 2.2; Wan 2.1 sees the picture through an encoder of its own."""
    return class_of(index) in PIPELINES and "image_encoder" not in components(index)


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
