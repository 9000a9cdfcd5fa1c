"""A pipeline of diffusers with its weights: read from a folder or handed in, and run for one candidate.

Imported when a draft is made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers.utils.import_utils import is_ftfy_available
from PIL import Image

from ....errors import MissingPackageError, ModelError
from ....plugins.stages import Item
from ....values import Frames, Picture, Sampling
from ...device.placement import (
    choose_device,
    choose_dtype,
    choose_economy,
    kept_to,
    memory_guard,
    on,
    quiet,
    quiet_loading,
    settle,
)
from ...device.turns import computing
from ...files.folder import check_folder
from ...files.index import components, read_index
from ...files.reading import AGAIN
from ...files.weights import check_weights
from ...kernels.int8 import STORED, needed, store
from ...models.handed_in import Change, HandedIn, evaluating
from ...models.loading import load_component
from ...models.lora import Lora, matches
from ...models.merge_lora import fuse
from .table import Kind, kind_of, parts_with_weights


@dataclass(frozen=True)
class Loaded:
    """A pipeline with its weights."""

    kind: Kind
    pipe: Any
    device: torch.device
    limit: int | None = None
    """Bytes of the GPU that it may take."""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was loaded."""

    change: Change = nullcontext
    """What is changed while it computes."""

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While a part of it computes: the device does so for nobody else, and within the bounds."""
        with computing(self.device), kept_to(self.device, self.limit), self.change():
            yield

    @torch.no_grad()
    def repeated(self, picture: Picture) -> Picture:
        """The picture encoded, to its most likely latent, and decoded again; raises OutOfMemoryError."""
        vae = self.pipe.vae
        pixels = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None, :, None]
        with self.at_work(), memory_guard("encoding and decoding the picture", "the size"):
            mean = vae.encode(pixels.to(self.device, vae.dtype)).latent_dist.mode()
            level = [mean.new_zeros(1)] if vae.config.get("timestep_conditioning") else []
            shown = vae.decode(mean, *level).sample[0, :, 0].float().cpu()
            self.pipe.maybe_free_model_hooks()
        return _levels((shown / 2 + 0.5).permute(1, 2, 0).numpy())

    def draw(self, item: Item, sampling: Sampling, negative: str, halt: Callable[[], None]) -> Frames:
        """The candidate's clip; `halt` is called after each step."""
        pipe = self._own(sampling.guidance[0], halt)
        try:
            with on(self.device):
                answer = pipe(**self._call(item, sampling, negative)).frames[0]
        except BaseException:
            pipe.maybe_free_model_hooks()  # which the pipeline itself does at its end only
            raise
        return _checked(answer, item, sampling)

    def _own(self, scale: float, halt: Callable[[], None]) -> Any:
        """The same pipeline with the same weights, but with all that a run changes for this run alone."""
        pipe: Any = copy(self.pipe)
        pipe.scheduler = deepcopy(pipe.scheduler)
        pipe.progress_bar = lambda iterable=None, total=None: _Bar(halt)
        if not is_ftfy_available():
            pipe.encode_prompt = partial(_without_ftfy, pipe.encode_prompt)
        if self.kind.buckets:
            with quiet():
                pipe.guider = pipe.guider.new(guidance_scale=scale)
        return pipe

    def _call(self, item: Item, sampling: Sampling, negative: str) -> dict[str, Any]:
        kind, scale = self.kind, sampling.guidance[0]
        call: dict[str, Any] = {
            "image": Image.fromarray(item.picture),
            "prompt": item.caption.temporal,
            "negative_prompt": negative,
            "num_frames": _asked(kind, sampling.frames),
            "num_inference_steps": sampling.steps,
            "generator": torch.Generator(self._noise_device()).manual_seed(item.seed),
            "output_type": "np",
            **kind.keywords,
            **(kind.unguided if scale == 1 else {}),
        }
        if not kind.buckets:
            call |= {"height": sampling.height, "width": sampling.width, "guidance_scale": scale}
        if kind.counts and sampling.frames > kind.fewest_frames:
            # ChronoEdit draws the way to the edit too, and cuts it off after so many steps: here, never.
            call |= {"enable_temporal_reasoning": True, "num_temporal_reasoning_steps": sampling.steps}
        return call

    def _noise_device(self) -> torch.device:
        return self.device if self.kind.noise_on_device else torch.device("cpu")


def _asked(kind: Kind, frames: int) -> int:
    """The number of frames to ask the pipeline for, to get so many.

    FramePack rounds up to whole sections and takes them for shorter than those it draws: 9 latents decode to
    36 frames beside those before them, and to 33 alone.
    """
    return kind.passes(frames) * (kind.chunk - 3) if kind.sections else frames


def read(folder: Path, device: str, dtype: str, loras: tuple[Lora, ...] = (), memory: str = "auto") -> Loaded:
    """The pipeline for the checkpoint in `folder`, the products of `loras` in its weights.

    Raises ModelError for one of another kind, of foreign code, or whose weights are missing, cut short or
    foreign, and MissingPackageError.
    """
    kind = kind_of(folder)
    place = choose_device(device)
    number = choose_dtype(dtype, place)
    economy = choose_economy(memory, place)
    classes = components(read_index(folder))
    names = parts_with_weights(folder)
    small = needed(folder, names, number, economy)
    parts = {}
    with quiet_loading():
        for name in names:
            check_weights(folder / name)
            own = torch.float32 if name in kind.float32 else number
            parts[name] = load_component(_class_of(*classes[name]), folder, name, own)
        fuse(parts, matches(loras, folder))
        for part in parts.values() if small else ():
            store(part)
        pipe = _assembled(kind, folder, parts)
    settle(pipe, place, economy)
    return Loaded(kind, pipe, place, economy.limit, (STORED,) if small else ())


def taken(own: HandedIn) -> Loaded:
    """A pipeline of the caller's, as it is. Raises ModelError for one that the table does not know."""
    modules = [part for part in own.pipe.components.values() if isinstance(part, torch.nn.Module)]
    return Loaded(
        kind_of(own.folder), own.pipe, torch.device(own.device), change=partial(evaluating, modules)
    )


def _class_of(library: str, name: str) -> Any:
    """The class of diffusers or transformers that `model_index.json` names; raises ModelError for others."""
    home: Any = getattr(diffusers.pipelines, library, None)
    if library in ("diffusers", "transformers"):
        home = import_module(library)
    found = getattr(home, name, None)
    if not isinstance(found, type):
        raise ModelError(
            "a part of the model is of no class that diffusers or transformers have",
            got=f"{library}.{name}",
            remedy="code that comes with a model is not run; update both packages if it is one of theirs",
        )
    return found


def _assembled(kind: Kind, folder: Path, parts: Mapping[str, Any]) -> Any:
    """The pipeline of these parts, and of the scheduler, tokenizers and so on in the folder."""
    for part, (library, name) in components(read_index(folder)).items():
        _class_of(library, name)
        check_folder(folder / part)
    made: Any = getattr(diffusers, kind.pipeline)
    try:
        pipe = made.from_pretrained(folder, **parts, use_safetensors=True, local_files_only=True)
    except ImportError as error:
        what = "this model's tokenizer or processor needs another package"
        raise MissingPackageError(what, got=str(error)[:200], remedy="install what that names") from error
    except Exception as error:  # as many kinds as there are classes
        what = "the model's configuration, tokenizers or scheduler cannot be read"
        raise ModelError(what, got=str(error)[:200], remedy=AGAIN) from error
    return pipe


def _without_ftfy(encode_prompt: Any, *given: Any, **named: Any) -> Any:
    """Let a pipeline that calls `ftfy` encode texts where it is not installed, for which it does not provide.

    It repairs wrongly decoded texts; a caption is none.
    """
    names = vars(sys.modules[type(encode_prompt.__self__).__module__])
    with _STANDING_IN:
        names["ftfy"] = SimpleNamespace(fix_text=str)
        try:
            return encode_prompt(*given, **named)
        finally:
            del names["ftfy"]


_STANDING_IN = Lock()


@dataclass(frozen=True)
class _Bar:
    """Stands where a progress bar would be moved."""

    halt: Callable[[], None]

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def update(self, steps: int = 1) -> None:
        self.halt()


def _checked(answer: Any, item: Item, sampling: Sampling) -> Frames:
    """(frames, height, width, 3) from 0 to 1 as frames; raises ModelError for what was not asked for."""
    values = np.asarray(answer, dtype=np.float32)
    wanted = (sampling.frames, *item.picture.shape)
    if values.shape != wanted:
        raise ModelError(
            "the pipeline drew other frames than it was asked for",
            got=f"{values.shape} for {wanted} (frames, height, width, channels)",
            remedy="use a checkpoint that this pipeline was made for",
        )
    if not np.isfinite(values).all():
        raise ModelError(
            "the model's answer contains values that are not numbers",
            got=f"seed {item.seed} after {sampling.steps} steps",
            remedy="run it with dtype float32, or check the weights",
        )
    return _levels(values)


def _levels(values: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return (values.clip(0, 1) * 255).round().astype(np.uint8)
