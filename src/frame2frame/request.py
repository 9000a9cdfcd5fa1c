"""What the user wants, checked and complete enough to run."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from os import PathLike
from pathlib import Path
from typing import Any, TypedDict, Unpack

from numpy.typing import NDArray
from PIL import Image

from . import catalogue, memory, presets
from .catalogue import Model
from .errors import InputError
from .source import Source, load_picture
from .values import whole_number

AnyImage = str | Path | Image.Image | NDArray[Any]
"""A path, a PIL picture, or an array of shape (height, width, 3)."""

Option = bool | int | float | str
"""The value of an option of a part."""

SEEDS = 2**63
"""Seeds are below this."""

MOST_CLIPS = 1_000
"""Of a run, in all of its rounds: well within what `record` reads back of a list."""

LONGEST_INSTRUCTION = 4_000
"""Characters; the models read some hundred words at most."""


def draw_seed() -> int:
    """A seed for a run whose user gave none; it is shown and kept like any other."""
    return secrets.randbelow(2**32)


class Wishes(TypedDict, total=False):
    """What a caller may ask for beside picture and instruction; None is the same as leaving it out."""

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
    device: str | None
    """auto, cpu or cuda; `all` GPUs, or a list like `cuda:0,cuda:1`, share the candidates of a run."""
    cache_dir: str | None
    """Where hub models are looked for; the Hugging Face cache when left out. The environment variable
    FRAME2FRAME_MODEL_DIR wins over it."""
    memory: str | None
    """A preset, 8, 12, 16, 24, 48 or 80 by the GPU's gibibytes, or auto; `8:32` bounds main memory too."""
    lora: str | Sequence[str] | None
    """LoRA files, each `FILE_OR_HUB_ID[:WEIGHT]`, whose products are added to the model's weights."""
    seeds: Sequence[int] | None
    """One for each candidate, in place of those that follow `seed`."""
    options: Mapping[str, Option] | None
    """Options of the parts by name, which are their fields: `{"rounds": 3, "w_id": 0.5}`; those of a part
    within a part, of the kept region and of a refinement with a dot: `gate.slack`, `keep.growth`. None is the
    same as leaving it out."""


@dataclass(frozen=True)
class Request:
    """One edit. None leaves a number to the model.

    Raises InputError for an instruction or a seed that cannot be used; the model checks the other numbers.
    """

    source: Source
    instruction: str
    model: Model
    seed: int = field(default_factory=draw_seed)
    frames: int | None = None
    steps: int | None = None
    guidance: float | None = None
    caption: str = "temporal"
    select: str = "earliest"
    strategy: str = "one-shot"
    encoder: str | None = None
    identity: str | None = None
    refine: bool = False
    keep: bool = True
    preset: str | None = None
    """Of which frames, steps and the generator's options are taken; strategy and options hold it already."""
    mask: Source | None = None
    device: str = "auto"
    cache_dir: str | None = None
    memory: str = "auto"
    lora: tuple[str, ...] = ()
    """LoRA files with their weights, in the order in which they are added."""
    seeds: tuple[int, ...] = ()
    """One for each candidate; without any they count up from `seed`."""
    options: Mapping[str, Option] = field(default_factory=dict)
    """Options of the parts that take part, by name."""

    def __post_init__(self) -> None:
        check_words("the instruction", self.instruction, 'say what to change, like "make the ball blue"')
        memory.check(self.memory)
        for seed in (self.seed, *self.seeds):
            _check_seed(seed)

    def seeds_of(self, count: int) -> tuple[int, ...]:
        """The seeds of so many candidates. Raises InputError if fewer were given, or they are too many."""
        if count > MOST_CLIPS:
            what, remedy = f"a run draws at most {MOST_CLIPS:,} clips", "use fewer candidates or rounds"
            raise InputError(what, got=f"{count:,}", remedy=remedy)
        if not self.seeds:
            return tuple((self.seed + i) % SEEDS for i in range(count))
        if len(self.seeds) < count:
            got, remedy = f"{len(self.seeds)}", f"give {count}, or one `seed` that they count up from"
            raise InputError("there are fewer seeds than candidates", got=got, remedy=remedy)
        return self.seeds[:count]

    @classmethod
    def of(cls, image: AnyImage, instruction: str, **wishes: Unpack[Wishes]) -> Request:
        """The request that a caller's wishes make. Raises InputError, ModelError."""
        given = usable(wishes, Wishes)
        if "preset" in given:
            given = presets.find(given["preset"]).under(given)
        model = catalogue.find(given.pop("model", None))
        return cls(load_picture(image), instruction, model, **given)


def check_words(name: str, text: object, example: str) -> None:
    """Raise InputError for what is no text, or one that is empty or too long; `example` is the remedy."""
    if not isinstance(text, str) or _unwritable(text):
        raise InputError(f"{name} is no readable text", got=f"{text!r:.80}", remedy="write it in plain words")
    if not text.strip():
        raise InputError(f"{name} is empty", remedy=example)
    if (length := len(text)) > LONGEST_INSTRUCTION:
        got, remedy = f"{length:,} characters", f"shorten it to {LONGEST_INSTRUCTION:,}"
        raise InputError(f"{name} is too long", got=got, remedy=remedy)


def _check_seed(seed: int) -> None:
    if not 0 <= seed < SEEDS:
        nearest = min(max(seed, 0), SEEDS - 1)
        what = "a seed is a whole number from 0 to 2^63 - 1"
        raise InputError(what, got=str(seed), remedy=f"the nearest is {nearest}")


def _unwritable(text: str) -> bool:
    """Whether a text holds bytes that were no UTF-8, which no file and no tokenizer takes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def usable(wishes: Mapping[str, Any], known: type) -> dict[str, Any]:
    """The wishes that were made, as plain values; raises InputError for one that is not among the `known`."""
    for name in wishes.keys() - known.__annotations__:
        got, names = repr(name), ", ".join(known.__annotations__)
        raise InputError("there is no such wish", got=got, remedy=f"choose from {names}")
    return {name: _usable(name, wish) for name, wish in wishes.items() if wish is not None}


def _usable(name: str, wish: Any) -> Any:
    """A wish as the plain value that it stands for; raises InputError for one of another sort."""
    if name in ("seed", "frames", "steps"):
        return whole_number(f"the {name}", wish)
    if name == "guidance":
        if isinstance(wish, bool) or not isinstance(wish, Real):
            raise InputError(
                "the guidance must be a number", got=repr(wish), remedy="give a number, like 6.0"
            )
        return float(wish)
    if name == "seeds":
        if not isinstance(wish, Sequence):
            raise InputError("the seeds are a list", got=repr(wish), remedy="like [1, 2, 3], or one `seed`")
        return tuple(whole_number("a seed", seed) for seed in wish)
    if name == "lora":
        loras = (wish,) if isinstance(wish, str) else wish
        if not isinstance(loras, Sequence) or not all(isinstance(one, str) for one in loras):
            raise InputError("a LoRA is named by a text", got=repr(wish), remedy="like style.safetensors:0.8")
        return tuple(loras)
    if name == "options":
        if not isinstance(wish, Mapping):
            raise InputError("the options are given by name", got=repr(wish), remedy='like {"rounds": 3}')
        return {option: value for option, value in wish.items() if value is not None}
    if name in ("keep", "refine"):
        return bool(wish)
    if name == "mask":
        return load_picture(wish)
    if not isinstance(wish, str | PathLike):
        raise InputError(f"the {name} must be a name", got=repr(wish), remedy="give a text")
    return str(wish)
