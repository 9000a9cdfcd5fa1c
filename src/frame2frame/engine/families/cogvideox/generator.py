"""CogVideoX image-to-video as a generator: versions 1.0 and 1.5, and the embedded tabletop model.

What a checkpoint can draw is read from its configuration files (`config`); the weights load on first use, in
`network`, so that this module needs no torch.

Sources: Yang et al., "CogVideoX" (2024), and the diffusers classes of the same name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ....plugins.capabilities import GeneratorCapabilities
from ....plugins.options import GIVEN, check, given, option
from ....plugins.stages import Item
from ....values import WORD, Picture, Sampling
from ...device.memory import Notes
from ...files.weights import check_weights
from ...models import checkpoint, lora
from ...models.store import ModelStore, owner
from ...sampling import clip_rules, guidance, tiny_file
from ...sampling.once import Once
from .. import options
from .config import COMPONENTS, MOST_LATENT_SCALE, SOLVERS, WEIGHTS, Layout, read_layout, recognises

if TYPE_CHECKING:
    from ...models.handed_in import HandedIn
    from ...sampling.loop import Denoising
    from ...sampling.tiny_file import Tiny
    from .network import CogVideoXFamily, Parts


@dataclass(frozen=True)
class CogVideoX:
    """A CogVideoX image-to-video model. What is None follows from the checkpoint."""

    capabilities: ClassVar = GeneratorCapabilities(
        title="CogVideoX",
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

    model: str = given("zai-org/CogVideoX1.5-5B-I2V")
    """A folder in the diffusers layout, or a hub id."""
    revision: str | None = given(None)
    """The commit, tag or branch of a hub model."""
    height: int | None = options.height()
    width: int | None = options.width()
    frames: int | None = given(None)
    steps: int = given(50)
    guidance: float = given(6.0)
    guidance_shape: str = options.guidance_shape()
    guidance_start: float = options.guidance_start()
    guidance_stop: float = options.guidance_stop()
    solver: str | None = option(None, "Which solver denoises.", choices=SOLVERS, recorded=WORD)
    image_latent_scale: float | None = option(
        None,
        "The factor on the picture's latent before it conditions the clip.",
        above=0,
        high=MOST_LATENT_SCALE,
    )
    """diffusers takes the VAE's scaling factor, or its inverse for version 1.5; the authors' own code for 1.5
    takes 1."""
    device: str = given("auto")
    dtype: str = options.dtype()
    compiled: bool = options.compiled()
    precision: str = options.precision()
    tiny_vae: str | None = options.tiny_vae()
    decoder: str = options.decoder()
    restore: bool = options.restore()
    memory: str = given("auto")
    """A preset of `memory.PRESETS`, which the device's memory decides if it is `auto`."""
    cache_dir: str | None = given(None)
    """Where hub models are kept; the Hugging Face cache if None."""
    loras: tuple[str, ...] = given(())
    """LoRA files whose products are added to the weights, each `FILE_OR_HUB_ID[:WEIGHT]`."""
    store: ModelStore = owner()
    """Who owns the weights."""
    said: Notes = field(default_factory=Notes, compare=False, repr=False, kw_only=True, metadata=GIVEN)
    encoded: Once[Any] = field(default_factory=Once, compare=False, repr=False, kw_only=True, metadata=GIVEN)
    """The picture's latent, which the look at the unedited picture and the clip both begin with."""

    def __post_init__(self) -> None:
        check(self)
        clip_rules.check_precision(self.precision, self.compiled)
        clip_rules.check_file("tiny_vae", self.tiny_vae)

    def folder(self) -> Path:
        """Where the weights are; raises ModelError, which says how to get them."""
        return checkpoint.locate(self.model, self.revision, self.cache_dir, COMPONENTS)

    def check(self) -> Layout:
        """What the model can draw; raises ModelError unless all its files are here, of its kind and whole."""
        folder = self.folder()
        layout = read_layout(folder)
        if self.store.handed_in(folder) is None:
            checkpoint.check_tokenizer(folder)
            for component in WEIGHTS:
                check_weights(folder / component)
        self._tiny()
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
        chosen_steps = clip_rules.given(steps, self.steps)
        clip_rules.check_steps(chosen_steps, layout.training_steps)
        return Sampling(count, height, width, chosen_steps, self._schedule(guidance, chosen_steps))

    def usual_steps(self) -> int:
        """In how many steps the checkpoint is sampled where nobody sets a number."""
        return type(self).steps

    def load(self) -> None:
        """Have the weights where they are used, as the first draft does else."""
        self.loaded()

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Denoising:
        """Candidates ready to be denoised; the first call loads the weights, later ones reuse them."""
        from ...sampling.loop import Denoising

        restorer = self.loaded().restorer if self.restore else None
        return Denoising(self._family(), items, sampling, self.said, restorer)

    def notes(self) -> list[str]:
        """What the user should know of the work so far, each sentence given once."""
        return self.said.take()

    def resized(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest legal size to this share of the sides; unchanged where there is only one."""
        layout = read_layout(self.folder())
        height, width = (layout.nearest(round(side * share)) for side in (sampling.height, sampling.width))
        return sampling if layout.fixed else replace(sampling, height=height, width=width)

    def shortest(self, sampling: Sampling) -> Sampling:
        """The same with the fewest frames; unchanged where there is only one number."""
        layout = read_layout(self.folder())
        return sampling if layout.fixed else replace(sampling, frames=layout.chunk + 1)

    def shortened(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest legal number of frames to this share; unchanged where there is only one."""
        layout = read_layout(self.folder())
        frames = clip_rules.nearest_frames(share * (sampling.frames - 1) + 1, layout.chunk)
        return sampling if layout.fixed else replace(sampling, frames=frames)

    def still(self, picture: Picture, sampling: Sampling) -> Any:
        """Clean latents of a clip in which the picture stands still; loads the weights at first."""
        return self._family().still(picture, sampling)

    def repeated(self, picture: Picture) -> Picture:
        """The picture after its way into the model's latents and back: the most that a clip can keep of it.

        `picture` is of a size that the model can draw, as an item's is. Raises OutOfMemoryError.
        """
        return self._family().repeated(picture)

    def _family(self) -> CogVideoXFamily:
        from .network import CogVideoXFamily

        return CogVideoXFamily(
            self.loaded(), self.solver, self.image_latent_scale, self._tiny(), self.encoded
        )

    def loaded(self) -> Parts:
        """The weights, read at the first call. Raises ModelError, InputError."""
        from ...models.loading import Loading
        from .network import load

        folder, loras = self.folder(), self._loras()
        if own := self.store.handed_in(folder):
            return self._taken(own)
        wish = self.precision, self.compiled, loras
        wanted = Loading(folder, WEIGHTS, self.device, self.dtype, self.memory, wish)
        read = partial(load, folder, self.device, self.dtype, *wish, self.memory)
        found = wanted.kept(self.store, self, read)
        self.said.add(*found.notes)
        return found

    def _taken(self, own: HandedIn) -> Parts:
        """The parts of a pipeline that is in memory."""
        from ...models.handed_in import check_as_it_is
        from .network import taken

        own.check_device(self.device)
        usual = {"precision": "as-stored", "dtype": "auto", "loras": ()}
        check_as_it_is({name: (getattr(self, name), value) for name, value in usual.items()})
        key, read = (own.folder, self.compiled, self.memory), partial(taken, own, self.compiled, self.memory)
        return self.store.get(key, self, own.need, read)

    def _tiny(self) -> Tiny | None:
        return tiny_file.of(self.decoder, self.tiny_vae, self.folder())

    def _loras(self) -> tuple[lora.Lora, ...]:
        return lora.find_all(self.loras, self.cache_dir)

    def _schedule(self, scale: float | None, steps: int) -> tuple[float, ...]:
        scale = self.guidance if scale is None else scale
        clip_rules.check_guidance(scale, self.guidance)
        return guidance.schedule(self.guidance_shape, scale, steps, self.guidance_start, self.guidance_stop)
