"""The diffusers pipelines that frame2frame runs as they are: what each takes, and what it can draw.

One row a pipeline. A row is known by its class, which `model_index.json` names. Sources: the classes in
diffusers 0.42 and the model cards of their authors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ....errors import InputError, ModelError
from ....values import Picture
from ...files.index import CONFIG, class_of, components, read_index
from ...files.index import kind as class_named_in
from ...models import checkpoint
from ...sampling import clip_rules

_MOST_ASPECT = 2.5
"""The longest side over the shortest; a picture that is longer is padded."""


@dataclass(frozen=True)
class Kind:
    """A pipeline of diffusers. Sizes are in pixels."""

    pipeline: str
    """Its class."""
    frames: int
    """The default; a multiple of `chunk` plus one."""
    most_frames: int
    """The length it was trained for."""
    steps: int
    guidance: float
    area: tuple[int, int] = (480, 832)
    """A size that it was trained for: others have about as many pixels."""
    multiple: int = 16
    """Sides are multiples of this."""
    chunk: int = 4
    least_frames: int = 0
    """The shortest clip that it can draw, where that is not `chunk` plus one."""
    counts: tuple[int, ...] = ()
    """The only numbers of frames; empty if every one of the rule will do."""
    sections: bool = False
    """Whether each `chunk` of frames is denoised by itself, one after the other."""
    buckets: bool = False
    """Whether the pipeline itself picks the size, from a list that follows from the checkpoint, and is guided
    by a component; it takes neither height nor width nor guidance then."""
    float32: tuple[str, ...] = ()
    """The parts that stay in float32 whatever the format of the others."""
    noise_on_device: bool = False
    """Whether it draws noise with a generator of its own device only, so that a seed differs between them."""
    keywords: Mapping[str, Any] = field(default_factory=dict)
    """What else its call is given."""
    unguided: Mapping[str, Any] = field(default_factory=dict)
    """What else where the guidance is 1, to leave out its other kinds of guidance too."""
    also: tuple[str, ...] = ()
    """Other classes that a checkpoint with the same parts may name."""

    @property
    def fewest_frames(self) -> int:
        return min(self.counts, default=max(self.chunk + 1, self.least_frames))

    def size(self, picture: Picture) -> tuple[int, int]:
        """The (height, width) that suits the picture's aspect best, where the pipeline lets one choose."""
        height, width = picture.shape[:2]
        aspect = min(max(height / width, 1 / _MOST_ASPECT), _MOST_ASPECT)
        pixels = math.prod(self.area)
        return self.nearest(math.sqrt(pixels * aspect)), self.nearest(math.sqrt(pixels / aspect))

    def nearest(self, length: float) -> int:
        """The nearest length of a side."""
        return clip_rules.nearest_side(length, self.multiple)

    def check_size(self, height: int, width: int) -> None:
        """Raise InputError unless the pipeline can draw this size."""
        clip_rules.check_size((height, width), (self.nearest(height), self.nearest(width)))

    def check_frames(self, frames: int) -> None:
        """Raise InputError unless the pipeline can draw this many frames."""
        clip_rules.check_frames(
            frames, self.counts or range(self.fewest_frames, self.most_frames + 1, self.chunk)
        )

    def passes(self, frames: int) -> int:
        """How often all steps are gone through for so many frames."""
        return (frames - 1) // self.chunk if self.sections else 1


_WAN_PARTS = ("vae", "image_encoder")

KINDS: dict[str, Kind] = {
    kind.pipeline: kind
    for kind in (
        Kind("WanImageToVideoPipeline", 81, 81, steps=40, guidance=5.0, float32=_WAN_PARTS),
        # Five frames are the picture and, last, the edit. With 29 the way between them is drawn too.
        Kind(
            "ChronoEditPipeline",
            frames=5,
            most_frames=29,
            counts=(5, 29),
            steps=50,
            guidance=5.0,
            area=(720, 1280),
            float32=_WAN_PARTS,
        ),
        Kind(
            "SkyReelsV2ImageToVideoPipeline",
            frames=97,
            most_frames=97,
            steps=50,
            guidance=5.0,
            area=(544, 960),
            float32=_WAN_PARTS,
        ),
        Kind(
            "LTXImageToVideoPipeline",
            frames=121,
            most_frames=257,
            steps=50,
            guidance=3.0,
            area=(512, 704),
            multiple=32,
            chunk=8,
            noise_on_device=True,
            # Versions from 0.9.1 on decode with a little noise; 0.9.0 passes over both.
            keywords={"decode_timestep": 0.05, "decode_noise_scale": 0.025},
            also=("LTXPipeline", "LTXConditionPipeline"),
        ),
        Kind(
            "LTX2ImageToVideoPipeline",
            frames=121,
            most_frames=481,
            steps=40,
            guidance=3.0,
            area=(512, 768),
            multiple=32,
            chunk=8,
            unguided={
                "audio_guidance_scale": 1.0,
                "stg_scale": 0.0,
                "audio_stg_scale": 0.0,
                "modality_scale": 1.0,
                "audio_modality_scale": 1.0,
            },
            also=("LTX2Pipeline", "LTX2ConditionPipeline"),
        ),
        Kind(
            "HunyuanVideo15ImageToVideoPipeline",
            frames=121,
            most_frames=121,
            steps=50,
            guidance=6.0,
            buckets=True,
        ),
        Kind(
            "HunyuanVideoFramepackPipeline",
            frames=73,
            most_frames=145,
            chunk=36,
            sections=True,
            steps=25,
            guidance=9.0,
        ),
        # It sets the first four latents to the mean and deviation of those after them, so there must be one.
        Kind(
            "Kandinsky5I2VPipeline",
            frames=121,
            most_frames=121,
            least_frames=17,
            steps=50,
            guidance=5.0,
            area=(512, 768),
        ),
    )
}


def kind_of(folder: Path) -> Kind:
    """The pipeline that runs the checkpoint in a folder; raises ModelError if none of the table does."""
    found = class_named_in(folder)
    for kind in KINDS.values():
        if found == kind.pipeline or found in kind.also:
            return kind
    raise ModelError(
        f"no pipeline that frame2frame knows runs the model in {folder}",
        got=found or "no model_index.json",
        remedy="there are " + ", ".join(KINDS),
    )


def recognises(index: Mapping[str, Any]) -> bool:
    """Whether a `model_index.json` names a pipeline of the table."""
    named = class_of(index)
    return any(named == kind.pipeline or named in kind.also for kind in KINDS.values())


def check_configuration(folder: Path) -> None:
    """Raise ModelError unless a pipeline of the table runs what is configured in a folder."""
    kind_of(folder)
    check_pictures(folder)


def check_pictures(folder: Path) -> None:
    """Raise ModelError for a transformer that was made for a first and a last picture, as Wan's FLF2V is."""
    if checkpoint.read_config(folder, "transformer").get("pos_embed_seq_len"):
        raise ModelError(
            "this model goes from a first picture to a last one, and an edit has the first one only",
            got=str(folder),
            remedy="use an image-to-video model of the same family",
        )


def parts_with_weights(folder: Path) -> list[str]:
    """The components of a checkpoint that have weights; raises ModelError for an unreadable list of them."""
    return [name for name in components(read_index(folder)) if (folder / name / CONFIG).is_file()]


def no_start() -> InputError:
    """What to answer to who wants a clip that begins from latents."""
    return InputError(
        "a model that runs through its own pipeline starts from pure noise only",
        remedy="leave the strength at 1, or use a CogVideoX model",
    )
