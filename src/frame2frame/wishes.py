"""What a caller may wish for, checked.

Each wish has one name: the keyword of `frame2frame.edit` and `pick` and the flag of `f2f edit` and `pick`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from numbers import Real
from os import PathLike
from typing import Any, TypedDict

import numpy as np

from .errors import InputError, kind_of, nearest
from .media.source import AnyImage, load_picture
from .values import whole_number

Option = bool | int | float | str
"""The value of an option of a part."""


class SelectorWishes(TypedDict, total=False):
    """What a caller may ask of the selector; each is an option of a part under a name of its own."""

    w_sem: float | None
    """Weight of the words in the energy, which a path and the selector `energy` go by."""
    w_step: float | None
    """Weight of the way from the last state."""
    w_id: float | None
    """Weight of the way from the source."""
    w_curve: float | None
    """Weight of a bent path."""
    w_monotone: float | None
    """Weight of losing similarity to the words."""
    mode: str | None
    """How the judge sees the frames: collage or frames."""
    prompt_dir: str | PathLike[str] | None
    """A folder with prompts of your own for the vision-language server."""


class OptionWishes(SelectorWishes, total=False):
    """What a caller may ask of the other parts; each is an option of a part under a name of its own."""

    candidates: int | None
    """Clips that are drawn, of a path in each round; a search begins so many seeds."""
    rounds: int | None
    """Rounds of a path."""
    strength: float | None
    """Noise that a round of a path starts with, above 0 and up to 1, which is all."""
    last_strength: float | None
    """Noise that the last round starts with; that of the first when left out."""
    height: int | None
    """Of the clip in pixels; the model's own when left out."""
    width: int | None
    """One of the two alone keeps the aspect."""
    negative_prompt: str | None
    """What the model is led away from, where it takes one."""
    caption_text: str | None
    """A caption to be used as it is, in place of a captioner's."""
    style: str | None
    """Of a caption by a vision-language server: sentence or steps."""


_OPTIONS = {
    "height": "generator.height",
    "width": "generator.width",
    "negative_prompt": "generator.negative_prompt",
    "caption_text": "text",
}

AS_OPTIONS = {wish: _OPTIONS.get(wish, wish) for wish in OptionWishes.__annotations__}
"""The option of a part that each of these wishes stands for."""


class Wishes(OptionWishes, total=False):
    """What a caller may ask for beside picture and instruction; None is the same as leaving it out.

    Each is an option of `f2f edit` by the same name.
    """

    seed: int | None
    """A whole number from 0 to 2^63 - 1; drawn when left out, and kept in the record."""
    model: str | None
    """A name of the catalogue, a folder or a hub id; else the one chosen, else the embedded one."""
    frames: int | None
    steps: int | None
    guidance: float | None
    """Left to the model when left out."""
    caption: str | None
    """A captioner: temporal, plain or vlm."""
    select: str | None
    """A selector: earliest, best, sharpest-late, energy or judge."""
    encoder: str | None
    """The image–text encoder, in place of the model's: a hub id or folder of CLIP, or siglip2, with another
    than its usual one as `siglip2:google/siglip2-large-patch16-256`."""
    identity: str | None
    """An encoder that scores identity besides: dino, or face as `face:NETWORK.onnx,DETECTOR.onnx`."""
    strategy: str | None
    """one-shot, path or search."""
    preset: str | None
    """How much of the model's usual work is done: fast, search4, search15 or sparse; what is asked for by
    itself wins over it."""
    refine: bool | None
    """Whether a short still clip of the chosen frame is drawn and its sharpest frame taken."""
    keep: bool | None
    """Whether the source's own pixels come back wherever the edit changed nothing; they do by default."""
    mask: AnyImage | None
    """A picture over the source whose white parts may change, in place of the region that is found."""
    embed_source: bool | None
    """Whether the result's PNG carries the source and the mask, so that it can be repeated by itself."""
    metadata: str | None
    """What becomes of the source's date, author and dots per inch: keep, as by default, or none."""
    device: str | Sequence[str] | None
    """auto, cpu or cuda; `all` GPUs, or a list like `cuda:0,cuda:1`, share the candidates of a run."""
    cache_dir: str | PathLike[str] | None
    """Where hub models are looked for; the Hugging Face cache when left out. The environment variable
    FRAME2FRAME_MODEL_DIR wins over it."""
    memory: str | int | None
    """A preset, 8, 12, 16, 24, 48 or 80 by the GPU's gibibytes, or auto; `8:32` bounds main memory too."""
    lora: str | PathLike[str] | Sequence[str] | None
    """LoRA files, each `FILE_OR_HUB_ID[:WEIGHT]`, whose products are added to the model's weights."""
    seeds: Sequence[int] | None
    """One for each candidate, in place of those that follow `seed`."""
    options: Mapping[str, Option] | None
    """Any other option of a part by name, which are their fields: `{"settled": 0.05}`; those of a part
    within a part, of the kept region and of a refinement with a dot: `gate.slack`, `keep.growth`. None is the
    same as leaving it out."""


class PickWishes(SelectorWishes, total=False):
    """What a caller may ask for beside clip, source and target; None is the same as leaving it out.

    Each is an option of `f2f pick` by the same name.
    """

    instruction: str | None
    """What was to change; rules make the target of it where none is given."""
    select: str | None
    """A selector: earliest, best, sharpest-late, energy or judge."""
    encoder: str | None
    """clip, siglip2, tabletop (the embedded one), a hub id or a folder of a CLIP model; clip if left out."""
    keep: bool | None
    """Whether the source's own pixels come back wherever the edit changed nothing; they do by default."""
    mask: AnyImage | None
    """A picture over the source whose white parts may change, in place of the region that is found."""
    metadata: str | None
    """What becomes of the source's date, author and dots per inch: keep, as by default, or none."""
    device: str | Sequence[str] | None
    """auto, cpu or cuda."""
    cache_dir: str | PathLike[str] | None
    """Where hub models are looked for, as in `Wishes`."""
    options: Mapping[str, Option] | None
    """Any other option of the selector by name, and of the kept region as `keep.option`."""


def usable(wishes: Mapping[str, Any], known: type) -> dict[str, Any]:
    """The wishes that were made, as plain values, those that stand for an option among the options.

    Raises InputError for one that is not among the `known`, and for two that contradict each other.
    """
    for name in wishes.keys() - known.__annotations__:
        raise _unknown(name, list(known.__annotations__))
    given = {name: _usable(name, wish) for name, wish in wishes.items() if wish is not None}
    if "caption_text" in given:
        _agree("caption", given.setdefault("caption", "given"), "the words of caption_text", "given")
    if given.get("seeds"):
        _agree("seed", given.setdefault("seed", given["seeds"][0]), "the first of seeds", given["seeds"][0])
    named = {wish: given.pop(wish) for wish in AS_OPTIONS if wish in given}
    if named:
        given["options"] = _joined(named, given.get("options", {}))
    return given


def _joined(named: Mapping[str, Any], options: Mapping[str, Option]) -> dict[str, Option]:
    """The options with those that have wishes of their own."""
    joined = dict(options)
    for wish, value in named.items():
        option = AS_OPTIONS[wish]
        _agree(wish, value, f"the option {option}", joined.setdefault(option, value))
    return joined


def _agree(wish: str, value: object, other: str, wanted: object) -> None:
    """Raise InputError if the same is asked for twice and differently."""
    if value != wanted:
        what = f"{wish} and {other} contradict each other"
        raise InputError(what, got=f"{value!r:.80} and {wanted!r:.80}", remedy="leave one of them out")


FAMILIAR = {
    "num_inference_steps": "steps",
    "sampling_steps": "steps",
    "guidance_scale": "guidance",
    "cfg": "guidance",
    "cfg_scale": "guidance",
    "num_frames": "frames",
    "video_length": "frames",
    "num_images_per_prompt": "candidates",
    "num_videos_per_prompt": "candidates",
    "batch_size": "candidates",
    "generator": "seed",
    "prompt": "instruction",
    "output": "out",
    "output_dir": "out",
    "checkpoint": "model",
    "model_id": "model",
    "mask_image": "mask",
    "lora_scale": "lora",
    "lora_weight": "lora",
    "offload": "memory",
    "lowvram": "memory",
    "low_vram": "memory",
    "vae_tiling": "memory",
    "enable_model_cpu_offload": "memory",
    "scheduler": "generator.solver",
    "sampler": "generator.solver",
    "dtype": "generator.dtype",
    "torch_dtype": "generator.dtype",
    "fp8": "generator.precision",
    "compile": "generator.compiled",
}
"""What programs beside this one call a wish, or an option of a part."""
PACE = "the answer is one frame, so nobody asks for the clip's pace; its length is asked for with frames"
"""Of those that would say how many frames go by in a second."""


def _unknown(name: str, known: Sequence[str]) -> InputError:
    if name == "fps":
        return InputError("there is no such wish", got=repr(name), remedy=PACE)
    if (ours := FAMILIAR.get(name)) is not None and (ours in known or "." in ours):
        way = f"options={{{ours!r}: …}}" if "." in ours else ours
        return InputError("there is no such wish", got=repr(name), remedy=f"that is {way} here")
    near = nearest(name, known)
    rest = f"the wishes are {', '.join(known)}; another option of a part goes into options={{{name!r}: …}}"
    remedy = f"did you mean {near}?" if near else rest
    return InputError("there is no such wish", got=repr(name), remedy=remedy)


def _usable(name: str, wish: Any) -> Any:
    """A wish as the plain value that it stands for; raises InputError for one of another sort."""
    if name in AS_OPTIONS:
        return _plain(wish)  # the part that it is an option of checks it
    if name in ("seed", "frames", "steps"):
        return whole_number(f"the {name}", wish)
    if name in ("keep", "refine", "embed_source"):
        return _truth(name, wish)
    if name == "mask":
        return load_picture(wish)
    if name in _OF_A_KIND:
        return _OF_A_KIND[name](wish)
    if not isinstance(wish, str | PathLike):
        got, remedy = kind_of(wish), "give a text"
        raise InputError(f"the wish {name} takes one name", got=got, remedy=_NAMED.get(name, remedy))
    return str(wish)


_NAMED = {"model": "give a name of `f2f models list`, a folder or a hub id"}
"""What to do where that is not plain."""


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, and a path as text."""
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, PathLike) else value


def _truth(name: str, wish: Any) -> bool:
    if isinstance(wish, bool | np.bool_):
        return bool(wish)
    raise InputError(f"the wish {name} is true or false", got=kind_of(wish), remedy=f"write {name}=True")


def _guidance(wish: Any) -> float:
    if isinstance(wish, bool) or not isinstance(wish, Real):
        what, remedy = "the guidance must be a number", "give a number, like 6.0"
        raise InputError(what, got=kind_of(wish), remedy=remedy)
    return float(wish)


def _seeds(wish: Any) -> tuple[int, ...]:
    listed = wish.tolist() if isinstance(wish, np.ndarray) else wish
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        remedy = "like [1, 2, 3], or one `seed`"
        raise InputError("the seeds are a list", got=kind_of(wish), remedy=remedy)
    return tuple(whole_number("a seed", seed) for seed in listed)


def _loras(wish: Any) -> tuple[str, ...]:
    listed = (wish,) if isinstance(wish, str | PathLike) else wish
    if not isinstance(listed, Sequence) or not all(isinstance(one, str | PathLike) for one in listed):
        remedy = "like style.safetensors:0.8"
        raise InputError("a LoRA is named by a text", got=kind_of(wish), remedy=remedy)
    return tuple(map(str, listed))


def _memory(wish: Any) -> str:
    return wish if isinstance(wish, str) else str(whole_number("the memory", wish))


def _device(wish: Any) -> str:
    """Torch's own devices are named by their text; a list of devices shares the work."""
    listed = wish if isinstance(wish, list | tuple) else [wish]
    for one in listed:
        if not isinstance(one, str) and type(one).__module__ != "torch":
            remedy = "give auto, cpu, cuda, all, or a list like cuda:0,cuda:1"
            raise InputError("a device is named by a text", got=kind_of(one), remedy=remedy)
    return ",".join(map(str, listed))


def _options(wish: Any) -> dict[str, Any]:
    if not isinstance(wish, Mapping) or not all(isinstance(name, str) for name in wish):
        remedy = 'like {"settled": 0.05}'
        raise InputError("the options are given by name", got=kind_of(wish), remedy=remedy)
    return {option: _plain(value) for option, value in wish.items() if value is not None}


_OF_A_KIND: Mapping[str, Callable[[Any], Any]] = {
    "guidance": _guidance,
    "seeds": _seeds,
    "lora": _loras,
    "memory": _memory,
    "device": _device,
    "options": _options,
}
"""Wishes that are neither a name, a whole number nor a truth value."""


def check_kinds(asked: Any, made: Mapping[str, type]) -> None:
    """Raise InputError where a field holds no value of its sort; `made` are those that hold our own values.

    A field may be None where that is its default.
    """
    for entry in fields(asked):
        name, value = entry.name, getattr(asked, entry.name)
        if value is None and entry.default is None:
            continue
        fit = name not in Wishes.__annotations__
        if name in made:
            fit = isinstance(value, made[name])
        elif not fit:
            fit = isinstance(value, str | PathLike) or not isinstance(_usable(name, value), str)
        if not fit:
            kind = type(asked).__name__
            what, remedy = f"this cannot be the {name} of a {kind}", f"make it with {kind}.of"
            raise InputError(what, got=kind_of(value), remedy=remedy)
