"""What can be set of the generators of several families."""

from __future__ import annotations

from typing import Any

from ...plugins.options import Flag, option
from ...values import PLACE, WORD
from ..device.placement import DTYPES, PRECISIONS
from ..sampling.guidance import SHAPES
from ..sampling.tiny_file import TINY, VAE

_FOLLOWS = "follows the picture"


def height() -> Any:
    """The field of a clip's height."""
    told = "Height of the clip in pixels."
    return option(None, told, flag=Flag("height", shown=_FOLLOWS))


def width() -> Any:
    """The field of a clip's width."""
    told = "Width; with only one of the two the shape stays."
    return option(None, told, flag=Flag("width", shown=_FOLLOWS))


def negative_prompt(default: str) -> Any:
    """The field of what a clip is led away from."""
    flag = Flag(
        "negative_prompt",
        "What the clip should not show, for models that take this.",
        shown="the model's own",
    )
    return option(default, "What guided steps lead away from.", recorded=WORD, flag=flag)


def guidance_shape() -> Any:
    """The field of how guidance goes over the steps."""
    told = "Guide in all steps, in an interval of them only, or in a wave as CogVideoX's authors do."
    return option("constant", told, choices=SHAPES, recorded=WORD)


def guidance_start() -> Any:
    """The field of where the interval begins."""
    return option(0.0, "Where the interval of guided steps begins, as a share of the steps.", low=0, high=1)


def guidance_stop() -> Any:
    """The field of where the interval ends."""
    return option(1.0, "Where the interval of guided steps ends, as a share of the steps.", low=0, high=1)


def dtype() -> Any:
    """The field of the number format."""
    told = "Number format of the weights; auto is bfloat16 on a GPU, else float32."
    return option("auto", told, choices=DTYPES, recorded=WORD)


def compiled() -> Any:
    """The field of compilation: the same numbers up to rounding, sooner on a GPU."""
    told = "Compile the model's blocks, which takes half a minute in each process; not with int8."
    return option(False, told)


def precision() -> Any:
    """The field of how large matrices are stored."""
    told = (
        "Large matrices in 8 bits: fp8 multiplies them too (from compute capability 8.9), int8 only stores."
    )
    return option("as-stored", told, choices=PRECISIONS, recorded=WORD)


def tiny_vae() -> Any:
    """The field of what makes previews."""
    told = "A safetensors file of a tiny autoencoder of the TAEHV kind, which then makes the previews."
    return option(None, told, recorded=PLACE)


def decoder() -> Any:
    """The field of what makes the frames."""
    told = "What makes the frames: the model's autoencoder, or a tiny one, its own or tiny_vae, much sooner."
    return option(VAE, told, choices=(VAE, TINY), recorded=WORD)


def restore() -> Any:
    """The field of whether decoded frames are given detail back."""
    told = "Give the frames the picture's detail back, where the model has a network for that."
    return option(True, told)
