"""Wan 2.2 image-to-video as a generator: A14B with its two experts, and TI2V 5B.

A14B is told of the picture by further channels: a mask and the picture's latents followed by those of grey
frames. TI2V 5B is given the picture's latent in the place of the first one, at every step. What a checkpoint
can draw is read from its configuration files (`Layout`); the weights load on first use, in `network`, so
that this module needs no torch.

Sources: Wan Team, "Wan" (2025), the Wan2.2 repository, and the diffusers classes of the same name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ....errors import InputError
from ....plugins.capabilities import GeneratorCapabilities
from ....plugins.options import GIVEN, check, given, option
from ....plugins.stages import Item
from ....values import WORD, Picture, Sampling
from ...device.memory import Notes
from ...device.placement import DTYPES
from ...files.weights import check_weights
from ...models import checkpoint, lora
from ...models.store import ModelStore, owner
from ...sampling import clip_rules, guidance, tiny_file
from ...sampling.noise import Noise
from .. import options
from .config import COMPONENTS, MOST_SHIFT, NEGATIVE, NOISE, Layout, read_layout, recognises

if TYPE_CHECKING:
    from ...models.handed_in import HandedIn
    from ...sampling.loop import Denoising
    from ...sampling.tiny_file import Tiny
    from .network import WanFamily
    from .parts import Parts


@dataclass(frozen=True)
class Wan:
    """A Wan 2.2 image-to-video model. What is None follows from the checkpoint."""

    capabilities: ClassVar = GeneratorCapabilities(
        title="Wan 2.2",
        recognises=recognises,
        check_configuration=read_layout,
        loras=True,
        memory=True,
        dtype=True,
        guidance_shapes=True,
        precision=True,
        compiled=True,
        loads=True,
        usual_steps=True,
        several_devices=True,
    )

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
        choices=tuple(NOISE),
        recorded=WORD,
    )
    shift: float | None = option(
        None, "How far the noise levels lean to the noisy end.", above=0, high=MOST_SHIFT
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
    decoder: str = options.decoder()
    parallel: int = option(1, "How many GPUs share each clip.", low=1)
    """They share its tokens: the device and those that follow it."""
    memory: str = given("auto")
    """A preset of `memory.PRESETS`, which the device's memory decides if it is `auto`."""
    cache_dir: str | None = given(None)
    """Where hub models are kept; the Hugging Face cache if None."""
    store: ModelStore = owner()
    """Who owns the weights."""
    said: Notes = field(default_factory=Notes, compare=False, repr=False, kw_only=True, metadata=GIVEN)

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
        return checkpoint.locate(self.model, self.revision, self.cache_dir, COMPONENTS)

    def check(self) -> Layout:
        """What the model can draw; raises ModelError unless all its files are here, of its kind and whole."""
        folder = self.folder()
        layout = read_layout(folder)
        if self.store.handed_in(folder) is None:
            checkpoint.check_tokenizer(folder)
            for component in layout.weights:
                check_weights(folder / component)
        self.tiny()
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
        if not 0 < shift <= MOST_SHIFT:
            what = f"the shift must be above 0 and at most {MOST_SHIFT:g}"
            raise InputError(what, got=f"{shift}", remedy=f"the model's own is {layout.shift:g}")
        return NOISE[solver](steps, shift, layout.training_steps)

    def solver_name(self, layout: Layout) -> str:
        """The solver that runs."""
        return clip_rules.given(self.solver, layout.solver)

    def usual_steps(self) -> int:
        """In how many steps the checkpoint is sampled where nobody sets a number; raises ModelError."""
        return read_layout(self.folder()).steps

    def load(self) -> None:
        """Have the weights where they are used, as the first draft does else."""
        self.loaded()

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Denoising:
        """Candidates ready to be denoised; the first call loads the weights, later ones reuse them."""
        from ...sampling.loop import Denoising

        return Denoising(self._family(), items, sampling, self.said)

    def notes(self) -> list[str]:
        """What the user should know of the work so far, each sentence given once."""
        return self.said.take()

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
        from .network import WanFamily

        return WanFamily(self.loaded(), self)

    def loaded(self) -> Parts:
        """The weights, read at the first call. Raises ModelError, InputError."""
        from ...models.loading import Loading
        from .parts import load

        folder, loras = self.folder(), self._loras()
        if own := self.store.handed_in(folder):
            return self._taken(own)
        weights = read_layout(folder).weights
        wish = self.precision, self.compiled, loras, self.memory, self.autoencoder, self.parallel
        wanted = Loading(folder, weights, self.device, self.dtype, self.memory, wish)

        def read() -> Parts:
            if self.parallel > 1:  # of which PyTorch has one group a process
                self.store.free_unused(lambda other: getattr(other, "team", None) is not None)
            return load(folder, self.device, self.dtype, *wish)

        found = wanted.kept(self.store, self, read)
        if not found.is_whole:
            self.store.forget(wanted.key)
            return self.loaded()
        self.said.add(*found.notes)
        return found

    def _taken(self, own: HandedIn) -> Parts:
        """The parts of a pipeline that is in memory."""
        from ...models.handed_in import check_as_it_is
        from .parts import taken

        own.check_device(self.device)
        usual = {
            "precision": "as-stored",
            "dtype": "auto",
            "loras": (),
            "parallel": 1,
            "autoencoder": "float32",
        }
        check_as_it_is({name: (getattr(self, name), value) for name, value in usual.items()})
        key, read = (own.folder, self.compiled, self.memory), partial(taken, own, self.compiled, self.memory)
        return self.store.get(key, self, own.need, read)

    def tiny(self) -> Tiny | None:
        """The tiny autoencoder that is used, if any. Raises InputError where it is missing."""
        return tiny_file.of(self.decoder, self.tiny_vae, self.folder())

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
