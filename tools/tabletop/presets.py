"""The sizes and recipes of the embedded models, one preset a name.

`full` is what the package is meant to ship (a GPU trains it), `half` a smaller video model beside it, `small`
an interim set of models that two CPU cores can train in hours, `tiny` is for the tests.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

PICTURE_SIZE = 128
FRAMES = 17
LATENT_CHANNELS = 16


@dataclass(frozen=True)
class Recipe:
    """How one model is trained.

    The rate warms up and then stays, so that training can always go on; a run with --cool lowers it to
    nothing over its minutes.
    """

    batch: int
    rate: float
    warm_up: int = 200
    weight_decay: float = 0.01
    average: float = 0.999
    """Decay of the exponential average of the weights, reached gradually."""
    muon: bool = False
    """Orthogonalised momentum (Jordan et al. 2024) for the matrices of the blocks, AdamW for the rest."""


@dataclass(frozen=True)
class Data:
    """What the training clips are made of."""

    clips: int
    """Clips whose pictures are kept, for the VAE and the image–text encoder."""
    latents: int
    """Clips that the video model sees: the kept ones, then more that are drawn only to be encoded."""
    held_out: int
    calibration: int
    wordings: int = 4
    """Wordings drawn for each text of an episode; the last instruction gets a made-up word."""
    wide: float = 0.5
    """The share of them that are wide: colour or shape left out, synonyms, places, politeness, typos."""
    alike: float = 0.13
    """The share of training clips with two things of one shape or of one colour, which names tell apart."""
    edited: float = 0.35
    """The share of training clips that begin where another edit has ended, as on a path."""
    weights: tuple[tuple[str, float], ...] = (
        ("stripes", 3.5),
        ("morph", 1.6),
        ("orbit", 1.6),
        ("recolour", 1.4),
        ("squash", 1.5),
        ("grow", 1.5),
        ("shrink", 2.0),
        ("float", 1.5),
        ("right", 1.5),
    )
    """Kinds that are drawn more often than once; the others count 1."""
    photograph_weights: tuple[tuple[str, float], ...] = (
        ("zoom-out", 1.25),
        ("pan-left", 1.25),
        ("pan-right", 1.25),
        ("focus", 2.5),
        ("denoise", 2.5),
        ("night", 2.5),
        ("dusk", 2.0),
        ("black-and-white", 3.0),
        ("sepia", 3.0),
        ("vivid", 3.5),
        ("overcast", 3.0),
        ("darker", 1.75),
        ("brighter", 1.75),
        ("warmer", 1.5),
        ("cooler", 1.75),
        ("golden-hour", 1.25),
    )
    """Likewise of the photograph world: where a picture moves or is restored, every pixel must be right, and
    where its colours change, they change by place."""
    vain: int = 4
    """Wishes in vain of each clip, for the image–text encoder; the video model has no use for them."""
    midway: float = 0.12
    """Share of episodes that also give a clip which begins midway, where the wish says where it ends."""
    ended: float = 0.05
    """Likewise of those that give a clip which shows the finished edit from its first frame."""
    still: float = 0.05
    """Share that also give a clip in which nothing moves, and whose text says so."""
    photographed: float = 0.5
    """Share of training episodes that are of the photograph world, where there are photographs."""
    short: float = 0.3
    """Share that also give a 9-frame clip (every second frame)."""


@dataclass(frozen=True)
class Vae:
    channels: tuple[int, ...]
    groups: int
    crops: tuple[int, ...]
    """Sides of the training crops, drawn evenly; the batch is that of the largest crop."""
    recipe: Recipe
    single: float = 0.1
    """Share of batches that show single pictures; they teach colour and form for a ninth of a clip's work."""
    divergence: float = 1e-5
    """Weight of the mean divergence of a latent value from the standard normal."""


@dataclass(frozen=True)
class Text:
    width: int
    layers: int
    heads: int
    inner: int


@dataclass(frozen=True)
class Video:
    layers: int
    heads: int
    head_width: int
    time_width: int
    text: Text
    recipe: Recipe
    empty_text: float = 0.1
    """Share of clips trained without text, for guidance."""
    short_batches: float = 0.2
    """Share of batches made of 9-frame clips."""


@dataclass(frozen=True)
class Distil:
    """How the video model is distilled to two evaluations."""

    rank: int
    """Of what is added to each matrix of the blocks; with all else it must fit into what may ship."""
    recipe: Recipe
    steps: int = 8
    """Of the teacher, all guided: even, as one must end where the first jump does, and a divisor of 1000."""
    guidance: float = 2.0
    drawn: float = 0.5
    """Share of clips that learn the drawn clip instead of the teacher's."""


@dataclass(frozen=True)
class Decoder:
    """A small decoder for the autoencoder's latents; with all else it must fit into what may ship."""

    widths: tuple[int, int, int, int]
    """Channels of the three stages, each at twice the sides of the one before, and of the pixels' layer."""
    blocks: tuple[int, int, int]
    """Of each stage."""
    recipe: Recipe


@dataclass(frozen=True)
class Restorer:
    """The network that gives frames detail back, and the frames that it learns from and is measured on."""

    width: int
    blocks: int
    deep: int
    """Channels at the picture's own resolution, before the last two layers."""
    recipe: Recipe
    clips: int
    """Training clips of which it learns a frame."""
    steps: int = 5
    """Of the edits that the video model draws to measure it, as the package's default is; all guided."""
    guidance: float = 2.0
    emphasis: float = 3.0
    """How much more a pixel counts that differs from the picture."""
    sharpness: float = 0.5
    """How much it counts that a patch is as sharp as it should be."""


@dataclass(frozen=True)
class Judge:
    """The image–text encoder."""

    patch: int
    width: int
    layers: int
    text_width: int
    text_layers: int
    projection: int
    recipe: Recipe
    through_vae: float = 0.25
    """Share of training pictures that first go through the VAE and the restorer, as generated frames do."""


@dataclass(frozen=True)
class Preset:
    name: str
    seed: int
    vocabulary: int
    text_length: int
    """Tokens that every text is padded or cut to; the grammar's own need at most 20."""
    data: Data
    vae: Vae
    video: Video
    distil: Distil
    decoder: Decoder
    restorer: Restorer
    judge: Judge
    texts: int = 40_000
    """That the tokenizer is trained on."""

    @property
    def data_hash(self) -> str:
        """SHA-256 of the data recipe, first 16 digits; rides in every weight file."""
        recipe = json.dumps([asdict(self.data), self.seed, self.vocabulary], sort_keys=True)
        return hashlib.sha256(recipe.encode()).hexdigest()[:16]


FULL = Preset(
    name="full",
    seed=13,
    vocabulary=1024,
    text_length=64,
    data=Data(clips=30_000, latents=60_000, held_out=512, calibration=512, photographed=0.6),
    vae=Vae((32, 64, 64, 96), 32, (128,), Recipe(4, 8e-4, average=0.998), single=0.2),
    video=Video(10, 5, 64, 64, Text(192, 4, 4, 512), Recipe(128, 1.5e-3, 300, average=0.9995, muon=True)),
    distil=Distil(2, Recipe(128, 2e-3, 100, weight_decay=0.0, average=0.998)),
    decoder=Decoder((32, 28, 24, 16), (1, 1, 2), Recipe(16, 2e-3, 100, weight_decay=0.0, average=0.998)),
    restorer=Restorer(96, 5, 12, Recipe(64, 2e-3, 200, average=0.998), clips=12_000),
    judge=Judge(8, 160, 4, 160, 3, 128, Recipe(64, 1.2e-3, muon=True), through_vae=0.2),
)

HALF = replace(
    FULL,
    name="half",
    video=Video(6, 4, 64, 64, Text(128, 3, 2, 384), Recipe(128, 2e-3, 300, average=0.9995, muon=True)),
)
"""A second, smaller video model in the same latents, to see whether what holds for one holds for it."""

SMALL = Preset(
    name="small",
    seed=2,
    vocabulary=1024,
    text_length=32,
    data=Data(clips=6_000, latents=6_000, held_out=64, calibration=256),
    vae=Vae((16, 32, 48, 64), 8, (64, 64, 128), Recipe(2, 1e-3, 30, average=0.99), single=0.8),
    video=Video(6, 3, 64, 64, Text(128, 3, 2, 384), Recipe(32, 2e-3, 100, average=0.995, muon=True)),
    distil=Distil(2, Recipe(16, 2e-3, 50, weight_decay=0.0, average=0.99)),
    decoder=Decoder((32, 28, 24, 16), (1, 1, 2), Recipe(2, 2e-3, 50, weight_decay=0.0, average=0.99)),
    restorer=Restorer(64, 3, 8, Recipe(8, 2e-3, 50, average=0.99), clips=1_000),
    judge=Judge(16, 128, 4, 128, 2, 96, Recipe(24, 1e-3, 50, average=0.99, muon=True), through_vae=0.02),
)

TINY = Preset(
    name="tiny",
    seed=3,
    vocabulary=160,
    text_length=64,
    data=Data(clips=4, latents=5, held_out=2, calibration=2, midway=1.0, ended=1.0, still=1.0, short=1.0),
    vae=Vae((8, 8, 8, 8), 4, (32, 64), Recipe(1, 1e-3, 2)),
    video=Video(1, 2, 16, 16, Text(16, 1, 2, 32), Recipe(2, 1e-3, 2)),
    distil=Distil(2, Recipe(2, 1e-2, 2), steps=4),
    decoder=Decoder((8, 8, 8, 8), (1, 0, 1), Recipe(1, 1e-3, 2)),
    restorer=Restorer(8, 1, 4, Recipe(2, 1e-3, 2), clips=4),
    judge=Judge(32, 16, 1, 16, 1, 16, Recipe(2, 1e-3, 2), through_vae=0.5),
    texts=800,
)

PRESETS = {preset.name: preset for preset in (FULL, HALF, SMALL, TINY)}


def with_seed(preset: Preset, seed: int) -> Preset:
    """The same recipe begun from another seed."""
    return replace(preset, seed=seed)
