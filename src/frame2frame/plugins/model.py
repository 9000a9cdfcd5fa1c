"""A video model as it is known by name: what it is, where its weights are, what clips it draws.

The built-in ones are rows of `engine.models.known_models`; another package registers its own in the group
`frame2frame.models` (see `registry`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

CLIP = "openai/clip-vit-base-patch16"


@dataclass(frozen=True)
class Beyond:
    """What of a wish is beyond a model that knows only some."""

    clause: str
    """The clause of the wish that asks for it."""
    words: tuple[str, ...] = ()
    """Its words that the model was never told of; none where it is the change that is unknown."""
    is_foreign: bool = False
    """Whether the model was told of no word of the wish at all, as of one in another language."""
    instead: str = ""
    """What it knows in the place of these words, as in "the shapes ball and cube", if that can be said."""


Knowing = Callable[[Sequence[str]], Beyond | None]
"""From the clauses of a wish to what of it is beyond a model; None where nothing is."""


@dataclass(frozen=True)
class Ambiguous:
    """A name in a wish that fits several things of the picture."""

    name: str
    """As the wish has it, such as "the cube"."""
    things: tuple[str, ...]
    """What it may mean, such as "red cube" and "blue cube"."""
    lacks: str
    """What would tell them apart, in words, such as "its colour"."""


Shown = Callable[[Sequence[str]], Sequence[float]]
"""From names such as "a red cube" to how surely the picture shows each, in standard deviations above the
least of what is there; minus infinity where that cannot be told."""

Meaning = Callable[[Sequence[str], Shown], Ambiguous | None]
"""From the clauses of a wish and what the picture shows to a name that is ambiguous; None where none is."""

Untaught = Callable[[Sequence[str]], Sequence[str]]
"""From the clauses of a wish to the words in its names that the model was not taught, as they were typed."""


Degrees = Callable[[Sequence[str]], Sequence[str]]
"""From the clauses of a wish to the words in it that ask for more or less of a change, as they were typed."""


@dataclass(frozen=True)
class Took:
    """One clip on one device, from the caption and the picture to its frames."""

    seconds: float
    """Of a clip, weights loaded, nothing compiled."""
    card: str
    file: str
    """In benchmarks/results, without the ending."""
    memory: int | None = None
    """The preset of `--memory` that was kept to; None on a CPU."""
    gib: float | None = None
    """The most that was held of the GPU's memory."""


@dataclass(frozen=True)
class Measured:
    """The clips of one size, by preset from the smallest on."""

    frames: int
    height: int
    width: int
    steps: int
    took: tuple[Took, ...]
    main_gib: float | None = None
    """Of main memory, for all weights."""
    small_gib: float | None = None
    """The same where they are stored in 8 bits; None where that is not known."""

    @property
    def weights(self) -> str:
        """What main memory holds of them, in words; empty where that is not known."""
        in_8_bits = f", or {self.small_gib:.0f} GiB in 8 bits" if self.small_gib else ""
        return f"{self.main_gib:.0f} GiB of weights{in_8_bits}" if self.main_gib else ""

    @property
    def clip(self) -> str:
        return f"{self.frames} frames of {self.width}×{self.height}, {self.steps} steps"

    @property
    def quickest(self) -> Took:
        return min(self.took, key=lambda took: took.seconds)

    @property
    def leanest(self) -> Took:
        return min(self.took, key=lambda took: took.gib or 0.0)


@dataclass(frozen=True)
class Model:
    """One video model and what goes with it. None means the checkpoint's own rule."""

    name: str
    """In small letters, without spaces, slashes and @."""
    repository: str
    """A hub id, or a folder in the diffusers layout; empty for a model that has no weights."""
    family: str = "cogvideox"
    """The generator that runs it, by its name."""
    encoder: str = CLIP
    """The image–text encoder that scores its frames, as `--encoder` takes it."""
    revision: str | None = None
    """The commit, tag or branch; None is the newest when it is pulled."""
    licence: str = "unknown"
    commercial: bool | None = None
    """Whether the licence lets everybody use it commercially; None where that was not found."""
    terms: str = ""
    """What the licence asks beyond that, in a few words."""
    frames: int | None = None
    steps: int | None = None
    guidance: float | None = None
    image_latent_scale: float | None = None
    """What the picture's latent is multiplied with; None is what diffusers does for the layout."""
    solver: str | None = None
    shift: float | None = None
    """How far the noise levels of flow matching lean to the noisy end."""
    area: tuple[int, int] | None = None
    """A size that it was trained for, where its pipeline draws another one by default."""
    loras: tuple[str, ...] | None = None
    """LoRA files that belong to the model, as repository and path, such as those for a few steps."""
    knows: str = ""
    """The only kind of pictures that the model knows; empty if it is a general one."""
    knowing: str = ""
    """Where the function is found that tells this of a wish, a `Knowing`, as module:function; empty if a
    wish is never beyond the model."""
    meaning: str = ""
    """In the same way where the function is found that tells which names in a wish fit several things of the
    picture, a `Meaning`; empty if nothing tells it."""
    untaught: str = ""
    """In the same way where the function is found that tells which words in names it was not taught, an
    `Untaught`; empty if nothing tells it."""
    degrees: str = ""
    """In the same way where the function is found that tells which words of degree in a wish it passes over,
    a `Degrees`; empty if it heeds them, or if nothing tells it."""
    size: str = ""
    """Width × height that it is made for, and what both sides are multiples of."""
    frame_rule: str = ""
    """Which numbers of frames it can draw; k is any whole number."""
    dtype: str = ""
    """The number format that it runs in on a GPU."""
    measured: tuple[Measured, ...] = ()
    """What clips took, where a program of benchmarks/ measured it; the first is the size to begin with."""
    stated_gb: float | None = None
    """Memory of the GPU, as its authors say; None where that was not found, or where it was measured."""
    stated_how: str = ""
    """How they run it in that much."""
    download_gb: float | None = None
    """About, in 10^9 bytes; None where it is known only from the hub, which says it before a pull."""
    negative: str = ""
    """What is to be known of a negative prompt."""
    package: str = ""
    """The package that registered it, with its version, which the registry fills in; empty if built in."""

    @property
    def options(self) -> dict[str, Any]:
        """The generator's options that this model sets; the others keep the generator's defaults."""
        names = (
            "revision",
            "frames",
            "steps",
            "guidance",
            "image_latent_scale",
            "solver",
            "shift",
            "area",
            "loras",
        )
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def is_embedded(self) -> bool:
        """Whether its weights come with the package that registered it, so that nothing is fetched."""
        return self.download_gb == 0

    @property
    def label(self) -> str:
        """The name to be shown and recorded, with the revision that was asked for."""
        return f"{self.name}@{self.revision}" if self.revision else self.name

    @property
    def clip(self) -> str:
        """The clip that it draws unless told otherwise, in a few words."""
        frames = f"{self.frames} frames" if self.frames else ""
        steps = f"{self.steps} steps" if self.steps else ""
        guidance = f"guidance {self.guidance:g}" if self.guidance else ""
        return ", ".join(part for part in (frames, steps, guidance) if part)

    @property
    def gpu_memory(self) -> str:
        """The least of a GPU's memory that a clip was measured in."""
        if not self.measured:
            return UNMEASURED
        first = self.measured[0]
        if first.leanest.gib is None:
            return "no GPU"
        return f"{'from ' if len(first.took) > 1 else ''}{first.leanest.gib:.1f} GiB"

    @property
    def stated(self) -> str:
        """What its authors say of the GPU's memory; empty if that was not found."""
        return f"{self.stated_gb:g} GB {self.stated_how}".rstrip() if self.stated_gb else ""

    @property
    def time(self) -> str:
        """Of one clip, on the card that it was measured on."""
        return seconds(self.measured[0].quickest.seconds) if self.measured else UNMEASURED

    @property
    def download(self) -> str:
        """About how much a pull fetches."""
        if self.download_gb is None:
            return "not known"
        return f"{self.download_gb:g} GB" if self.download_gb else "embedded"


UNMEASURED = "not measured"


def seconds(value: float) -> str:
    """A time in as many digits as it was measured well."""
    return f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"
