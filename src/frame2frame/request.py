"""What the user wants, checked and complete enough to run."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Unpack

from .engine.device import memory
from .engine.models import catalogue, presets
from .engine.models.catalogue import Model
from .errors import InputError
from .media.metadata import KEEP
from .media.metadata import check as check_metadata
from .media.source import AnyImage, Source, load_picture
from .runs.record import RunRecord
from .values import briefly
from .wishes import Option, Wishes, check_kinds, usable

SEEDS = 2**63
"""Seeds are below this."""

MOST_CLIPS = 1_000
"""Of a run, in all of its rounds: well within what `record` reads back of a list."""

LONGEST_INSTRUCTION = 4_000
"""Characters; the models read some hundred words at most."""


def draw_seed() -> int:
    """A seed for a run whose user gave none; it is shown and kept like any other."""
    return secrets.randbelow(2**32)


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
    embed_source: bool = False
    """Whether the result's PNG carries source and mask."""
    metadata: str = KEEP
    """Whether the source's metadata are kept in the result, or `none` are."""
    device: str = "auto"
    cache_dir: str | None = None
    memory: str = "auto"
    lora: tuple[str, ...] = ()
    """LoRA files with their weights, in the order in which they are added."""
    seeds: tuple[int, ...] = ()
    """One for each candidate; without any they count up from `seed`."""
    options: Mapping[str, Option] = field(default_factory=dict)
    """Options of the parts that take part, by name."""
    repeats: RunRecord | None = None
    """The run that is repeated, as it was recorded."""

    __repr__ = briefly

    def __post_init__(self) -> None:
        check_words("the instruction", self.instruction, 'say what to change, like "make the ball blue"')
        check_kinds(self, {"source": Source, "model": Model, "mask": Source, "repeats": RunRecord})
        memory.check(self.memory)
        check_metadata(self.metadata)
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
        model = catalogue.find(given.pop("model", None), given.get("cache_dir"))
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
