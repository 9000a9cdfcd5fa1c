"""Any image-to-video pipeline of diffusers as a generator, run as it is, one candidate after the other.

For models that the denoising loop of `sampling` does not know. What each pipeline takes stands in `table`;
the weights load on first use, in `pipeline_draft`, so that this module needs no torch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ....plugins.capabilities import GeneratorCapabilities
from ....plugins.options import GIVEN, check, given
from ....plugins.stages import Item
from ....values import Picture, Sampling
from ...device.memory import Notes
from ...files.weights import check_weights
from ...models import checkpoint, lora
from ...models.store import ModelStore, owner
from ...sampling import clip_rules, guidance
from .. import options
from .table import Kind, check_configuration, kind_of, no_start, parts_with_weights, recognises

if TYPE_CHECKING:
    from ...models.handed_in import HandedIn
    from .draft import Runs
    from .pipeline import Loaded

_MOST_STEPS = 1000
_COMPONENTS = (
    "tokenizer", "tokenizer_2", "text_encoder", "text_encoder_2", "image_encoder", "image_processor",
    "feature_extractor", "connectors", "transformer", "scheduler", "guider", "vae", "audio_vae", "vocoder",
)  # fmt: skip
"""All that the pipelines of the table are made of."""


@dataclass(frozen=True)
class Pipeline:
    """A model that diffusers has an image-to-video pipeline for. What is None follows from the pipeline."""

    capabilities: ClassVar = GeneratorCapabilities(
        title="its own diffusers pipeline",
        recognises=recognises,
        check_configuration=check_configuration,
        loras=True,
        memory=True,
        dtype=True,
        loads=True,
        usual_steps=True,
        several_devices=True,
    )

    model: str = given()
    """A folder in the diffusers layout, or a hub id."""
    revision: str | None = given(None)
    """The commit, tag or branch of a hub model."""
    height: int | None = options.height()
    width: int | None = options.width()
    area: tuple[int, int] | None = given(None)
    """A size that the model was trained for; a picture of another aspect gets about as many pixels."""
    frames: int | None = given(None)
    steps: int | None = given(None)
    guidance: float | None = given(None)
    negative_prompt: str = options.negative_prompt("")
    """The authors' own texts name stillness among the faults, but what the edit leaves alone is to stay
    still, so it is empty."""
    device: str = given("auto")
    dtype: str = options.dtype()
    memory: str = given("auto")
    """A preset of `memory.PRESETS`, which the device's memory decides if it is `auto`."""
    cache_dir: str | None = given(None)
    """Where hub models are kept; the Hugging Face cache if None."""
    loras: tuple[str, ...] = given(())
    """LoRA files whose products are added to the weights, each `FILE_OR_HUB_ID[:WEIGHT]`."""
    store: ModelStore = owner()
    """Who owns the weights."""
    said: Notes = field(default_factory=Notes, compare=False, repr=False, kw_only=True, metadata=GIVEN)

    def __post_init__(self) -> None:
        check(self)

    def folder(self) -> Path:
        """Where the weights are; raises ModelError, which says how to get them."""
        return checkpoint.locate(self.model, self.revision, self.cache_dir, _COMPONENTS)

    def check(self) -> Kind:
        """What the model can draw; raises ModelError unless all its files are here, of its kind and whole."""
        folder = self.folder()
        check_configuration(folder)
        kind = kind_of(folder)
        if self.store.handed_in(folder) is None:
            for component in parts_with_weights(folder):
                check_weights(folder / component)
        return kind if self.area is None else replace(kind, area=self.area)

    def sampling(
        self,
        picture: Picture,
        frames: int | None = None,
        steps: int | None = None,
        guidance: float | None = None,
    ) -> Sampling:
        """The settings for this picture, defaults filled in.

        Raises InputError naming the nearest value that the pipeline can do, ModelError if the model is not
        usable.
        """
        kind, folder = self.check(), self.folder()  # a damaged weight is said before any work
        lora.matches(self._loras(), folder)
        height, width = self._size(kind, folder, picture)
        count = clip_rules.given(frames, self.frames, kind.frames)
        kind.check_frames(count)
        chosen_steps = clip_rules.given(steps, self.steps, kind.steps)
        clip_rules.check_steps(chosen_steps, _MOST_STEPS)
        return Sampling(count, height, width, chosen_steps, self._schedule(kind, guidance, chosen_steps))

    def usual_steps(self) -> int:
        """In how many steps the checkpoint is sampled where nobody sets a number; raises ModelError."""
        return kind_of(self.folder()).steps

    def load(self) -> None:
        """Have the weights where they are used, as the first draft does else."""
        self.loaded()

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Runs:
        """Candidates ready to be drawn, each by a run of its own; the first call loads the weights.

        Raises InputError for items that start from latents, which a pipeline does not take.
        """
        from .draft import Runs

        return Runs(self.loaded(), items, sampling, self.negative_prompt, self.said)

    def notes(self) -> list[str]:
        """What the user should know of the work so far, each sentence given once."""
        return self.said.take()

    def resized(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest size to this share of the sides; unchanged where the pipeline picks the size itself."""
        kind = kind_of(self.folder())
        if kind.buckets:
            return sampling
        height, width = (kind.nearest(side * share) for side in (sampling.height, sampling.width))
        return replace(sampling, height=height, width=width)

    def shortest(self, sampling: Sampling) -> Sampling:
        """The same with the fewest frames."""
        return replace(sampling, frames=kind_of(self.folder()).fewest_frames)

    def shortened(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest number of frames to this share that the pipeline can draw."""
        kind = kind_of(self.folder())
        wanted = share * (sampling.frames - 1) + 1
        allowed = kind.counts or range(kind.fewest_frames, kind.most_frames + 1, kind.chunk)
        return replace(sampling, frames=min(allowed, key=lambda frames: abs(frames - wanted)))

    def still(self, picture: Picture, sampling: Sampling) -> Any:
        """Always raises InputError: no clip begins from given latents here."""
        raise no_start()

    def repeated(self, picture: Picture) -> Picture:
        """The picture after its way into the model's latents and back: the most that a clip can keep of it.

        `picture` is of a size that the model can draw, as an item's is. Raises OutOfMemoryError.
        """
        return self.loaded().repeated(picture)

    def loaded(self) -> Loaded:
        """The pipeline with its weights, read at the first call. Raises ModelError, InputError."""
        from ...models.loading import Loading
        from .pipeline import read

        folder, loras = self.folder(), self._loras()
        if own := self.store.handed_in(folder):
            return self._taken(own)
        parts = tuple(parts_with_weights(folder))
        wanted = Loading(folder, parts, self.device, self.dtype, self.memory, loras)
        found = wanted.kept(
            self.store, self, partial(read, folder, self.device, self.dtype, loras, self.memory)
        )
        self.said.add(*found.notes)
        return found

    def _taken(self, own: HandedIn) -> Loaded:
        """A pipeline that is in memory."""
        from ...models.handed_in import check_as_it_is
        from .pipeline import taken

        own.check_device(self.device)
        usual = {"dtype": "auto", "loras": (), "memory": "auto"}
        check_as_it_is({name: (getattr(self, name), value) for name, value in usual.items()})
        return self.store.get(own.folder, self, own.need, partial(taken, own))

    def _loras(self) -> tuple[lora.Lora, ...]:
        return lora.find_all(self.loras, self.cache_dir)

    def _schedule(self, kind: Kind, scale: float | None, steps: int) -> tuple[float, ...]:
        """The same scale at every step, as a pipeline takes one number only."""
        scale = clip_rules.given(scale, self.guidance, kind.guidance)
        clip_rules.check_guidance(scale, kind.guidance, least=1.0)
        return guidance.constant(scale, steps)

    def _size(self, kind: Kind, folder: Path, picture: Picture) -> tuple[int, int]:
        if kind.buckets:
            height, width = picture.shape[:2]
            wanted = clip_rules.sides(self.height, self.width, (height, width), round)
            bucket = _bucket(folder, max(wanted[0], 1), max(wanted[1], 1))
            clip_rules.check_size(
                (clip_rules.given(self.height, bucket[0]), clip_rules.given(self.width, bucket[1])), bucket
            )
            return bucket
        size = clip_rules.sides(self.height, self.width, kind.size(picture), kind.nearest)
        kind.check_size(*size)
        return size


def _bucket(folder: Path, height: int, width: int) -> tuple[int, int]:
    """Of the sizes that HunyuanVideo 1.5 picks from, the (height, width) whose aspect is nearest.

    It rounds aspects and takes the next smaller or larger one, so some sizes are never picked for a picture
    of that very size; those are left out.
    """
    from diffusers.pipelines.hunyuan_video1_5 import image_processor

    processing: Any = image_processor
    target = checkpoint.read_config(folder, "transformer").get("target_size", 640)
    places = checkpoint.read_config(folder, "vae").get("spatial_compression_ratio", 16)
    picks = processing.HunyuanVideo15ImageProcessor(vae_scale_factor=places).calculate_default_height_width
    listed = processing.generate_crop_size_list(base_size=target, patch_size=places)
    kept = [size for size in listed if tuple(picks(*size, target)) == size]
    best, *_ = sorted(kept, key=lambda size: abs(math.log(size[0] / size[1] * width / height)))
    return int(best[0]), int(best[1])
