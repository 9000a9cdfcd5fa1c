"""The denoising loop, once, for every model family.

    pictures, captions, seeds → condition, noise → [predict → guide → step] × steps → latents → frames

A family says how to encode, predict and decode (`Family`); a solver says how to get from one noise level to
the next; everything that happens to candidates and to time happens here. Latents are float32 of shape
(candidates, latent frames, channels, height, width), whatever layout and precision the family computes in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...errors import InputError, ModelError
from ...plugins.stages import Item
from ...values import Frames, Picture, Sampling
from ..device.backoff import LOWER, Thrift
from ..device.memory import Economy, Notes
from ..device.placement import memory_guard
from .family import Clips, Family
from .restorer import Restorer
from .solvers import History


@dataclass(frozen=True)
class Condition:
    """What a prediction depends on beside the noisy latents, and the picture that this stands for."""

    text: Tensor
    """(candidates, tokens, features)."""
    blank: Tensor | None
    """(1, tokens, features) of the family's negative text, or None when no step is guided."""
    picture: Tensor
    """(candidates, latent frames, channels, height, width)."""
    positions: tuple[Tensor, ...]
    units: tuple[int, ...]
    """The temporal units that are left, by their number in the full clip."""
    source: Tensor
    """(candidates, height, width, 3): the pictures that the clips begin with, uint8."""
    restored: Tensor
    """(candidates,): whether what is lost of their detail is given back."""

    def keep(self, rows: Tensor) -> Condition:
        names = ("text", "picture", "source", "restored")
        kept: dict[str, Any] = {name: getattr(self, name)[rows] for name in names}
        return replace(self, **kept)

    def thin(self, frames: Tensor, positions: tuple[Tensor, ...], units: tuple[int, ...]) -> Condition:
        return replace(self, picture=self.picture[:, frames], positions=positions, units=units)


class Denoising:
    """A Draft: candidates of one or of several pictures, denoised together.

    Each candidate has one CPU generator seeded with its seed. It draws what the condition needs, then the
    initial noise, then whatever the solver asks for, which is the order of diffusers' own pipelines.
    """

    can_preview = True
    at_once = 1

    @torch.inference_mode()
    def __init__(
        self,
        family: Family,
        items: Sequence[Item],
        sampling: Sampling,
        notes: Notes | None = None,
        restorer: Restorer | None = None,
    ) -> None:
        """What the user should know of the work is added to the notes; `restorer` ends the decoding."""
        _check(items, sampling)
        self._family, self._sampling, self._restorer = family, sampling, restorer
        self._notes = Notes() if notes is None else notes
        self._thrift = Thrift(family, sampling, self._notes)
        self._history: History = ()
        with family.at_work():
            self._solver = family.solver(sampling.steps)
            self._thrift.sparing("encode", lambda: self._start(items))
        self._clean = self._latents

    def notes(self) -> list[str]:
        """What the user should know of the work so far, each sentence given once."""
        return self._notes.take()

    def _start(self, items: Sequence[Item]) -> None:
        family, sampling = self._family, self._sampling
        self._generators = [torch.Generator().manual_seed(item.seed) for item in items]
        self._condition = _encode(family, items, sampling, self._generators, self._thrift.economy)
        noise = self._draw(family.latent_shape(sampling))
        self._index, self._latents = self._begin(items, noise)

    @property
    def steps_left(self) -> int:
        """Steps until the clip is clean."""
        return self._sampling.steps - self._index

    @property
    def units(self) -> tuple[int, ...]:
        """The temporal units that are left, by their number in the full clip."""
        return self._condition.units

    @property
    def odd(self) -> bool:
        """Whether the number of temporal units must be odd."""
        return self._family.odd

    @property
    def frame_times(self) -> tuple[int, ...]:
        """The index in the full clip of each frame that `decode` gives."""
        return self._family.frame_times(self.units)

    def latents(self, candidate: int) -> Tensor:
        """The clean latents, or while steps are left the predicted ones: what `Item.start` takes.

        Shape (latent frames, channels, height, width), float32, without the family's padding.
        """
        found = self._clean if self.steps_left else self._latents
        return self._family.trim(found[candidate], self.units).clone()

    @torch.inference_mode()
    def advance(self, steps: int = 1) -> None:
        """Denoise `steps` further steps, or as many as are left; raises OutOfMemoryError."""
        for _ in range(min(steps, self.steps_left)):
            with self._family.at_work():
                self._step()

    def _step(self) -> None:
        """A step whose prediction ran out of memory makes it again, more sparingly; those before it stand."""
        scale = self._sampling.guidance[self._index]
        held = len(self._latents) * (1 if scale == 1 else 2)
        prediction = self._thrift.sparing("denoise", lambda: self._guided(scale), held)
        with self._thrift.guarded("denoise"):
            self._follow(prediction)

    def _follow(self, prediction: Tensor) -> None:
        clean = self._solver.clean(self._index, self._latents, prediction)
        clean = self._family.settle(clean, self._condition.picture)
        self._latents, self._history = self._solver.step(
            self._index, self._latents, clean, self._history, lambda: self._draw(self._latents.shape[1:])
        )
        self._clean, self._index = clean, self._index + 1

    def _guided(self, scale: float) -> Tensor:
        """Predict with and without the prompt in one batch, and go `scale` times the way between them."""
        latents, condition = self._latents, self._condition
        if scale == 1 or condition.blank is None:
            return self._predicted(latents, condition.text, condition.picture)
        both = self._predicted(
            torch.cat([latents, latents]),
            torch.cat([condition.blank.expand_as(condition.text), condition.text]),
            torch.cat([condition.picture, condition.picture]),
        )
        blank, prompt = both.chunk(2)
        return blank + scale * (prompt - blank)

    def _predicted(self, latents: Tensor, text: Tensor, picture: Tensor) -> Tensor:
        """The model's answer, for as many rows at once as the economy allows."""
        timestep, positions = self._solver.timesteps[self._index], self._condition.positions
        rows = self._thrift.economy.rows or len(latents)
        parts = zip(*(_in_groups(values, rows) for values in (latents, text, picture)), strict=True)
        return torch.cat(
            [self._family.predict(some, timestep, words, shown, positions) for some, words, shown in parts]
        )

    @torch.inference_mode()
    def preview(self) -> Clips:
        """(candidates, latent frames, height, width, 3): a rough frame of each predicted clean latent.

        Nearly free, see `preview`. Before the first step there is nothing to see but noise.
        """
        with self._family.at_work(), memory_guard("making a preview", LOWER):
            trimmed = torch.stack([self._family.trim(clean, self.units) for clean in self._clean])
            return self._family.preview(trimmed)

    @torch.inference_mode()
    def keep(self, indices: Sequence[int]) -> None:
        """Go on with these candidates only, in this order."""
        rows = torch.tensor(list(indices), device=self._family.device)
        self._latents, self._clean = self._latents[rows], self._clean[rows]
        self._history = tuple(entry[rows] for entry in self._history)
        self._condition = self._condition.keep(rows)
        self._generators = [self._generators[index] for index in indices]

    @torch.inference_mode()
    def thin(self, units: Sequence[int], renumber: bool = False) -> None:
        """Go on with these temporal units only, named as in `units`.

        Each keeps its place in time, or with `renumber` they move up to the first places, as in a clip that
        was that short from the start.
        """
        kept, left = _indices(self.units, units), tuple(sorted(set(units)))
        frames = [unit * self._family.unit + part for unit in kept for part in range(self._family.unit)]
        times = torch.tensor(frames, device=self._family.device)
        places = torch.tensor(range(len(left)) if renumber else left, device=self._family.device)
        with self._family.at_work():
            positions = tuple(position[places] for position in self._family.positions(self._sampling))
        self._latents, self._clean = self._latents[:, times], self._clean[:, times]
        self._history = tuple(entry[:, times] for entry in self._history)
        self._condition = self._condition.thin(times, positions, left)

    @torch.inference_mode()
    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on bit for bit, on the CPU."""
        values = {name: _moved(getattr(self, f"_{name}"), torch.device("cpu")) for name in _STATE}
        return values | {"generators": [generator.get_state() for generator in self._generators]}

    @torch.inference_mode()
    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state` of a draft with the same model and sampling."""
        for name in _STATE:
            setattr(self, f"_{name}", _moved(state[name], self._family.device))
        self._generators = [torch.Generator() for _ in state["generators"]]
        for generator, value in zip(self._generators, state["generators"], strict=True):
            generator.set_state(value)

    @torch.inference_mode()
    def decode(self, candidate: int) -> Iterator[Frames]:
        """Chunks of frames, exactly those of decoding all at once; stop iterating to stop the work.

        Raises ModelError if the latents are not finite numbers, OutOfMemoryError.
        """
        yield from (chunk[0] for chunk in self.decode_together([candidate]))

    @torch.inference_mode()
    def decode_together(self, candidates: Sequence[int]) -> Iterator[Clips]:
        """The same for several candidates in one batch: sooner on a GPU, for as many times the memory."""
        latents = torch.stack([self.latents(candidate) for candidate in candidates])
        if not bool(torch.isfinite(latents).all()):
            raise ModelError(
                "the model's answer contains values that are not numbers",
                got=f"candidates {list(candidates)} after {self._index} of {self._sampling.steps} steps",
                remedy="run it with dtype float32, or check the weights",
            )
        chunks = self._thrift.streaming("decode", lambda: self._decoded(latents, candidates), len(latents))
        while (chunk := self._next(chunks)) is not None:
            yield chunk

    def _next(self, chunks: Iterator[Clips]) -> Clips | None:
        """The model decodes for nobody else meanwhile, but between the chunks it may."""
        with self._family.at_work():
            return next(chunks, None)

    def _decoded(self, latents: Tensor, candidates: Sequence[int]) -> Iterator[Clips]:
        """Chunks of all candidates, of as many at once as the economy allows."""
        economy = self._thrift.economy
        groups = _in_groups(latents, economy.clips or len(latents))
        streams = [self._family.decode(group, economy.tile) for group in groups]
        for chunks in zip(*streams, strict=True):
            yield self._restored(np.concatenate(chunks), candidates)

    def _restored(self, clips: Clips, candidates: Sequence[int]) -> Clips:
        """Decoded frames of these candidates, with the detail of their pictures where it belongs there."""
        wanted = self._condition.restored[list(candidates)].cpu().numpy()
        if self._restorer is not None and wanted.any():
            sources = self._condition.source[list(candidates)].cpu().numpy()
            clips[wanted] = self._restorer.frames(clips[wanted], sources[wanted])
        return clips

    def close(self) -> None:
        """Free the draft's tensors; it cannot be used afterwards."""
        for name in ("_family", "_thrift", "_latents", "_clean", "_history", "_condition", "_generators"):
            self.__dict__.pop(name, None)

    def _begin(self, items: Sequence[Item], noise: Tensor) -> tuple[int, Tensor]:
        """The first step and the latents it begins with (with a start: SDEdit, Meng et al., 2022)."""
        index = min(round((1 - items[0].strength) * self._sampling.steps), self._sampling.steps - 1)
        if index == 0:
            return 0, noise
        starts = [self._family.pad(item.start.to(noise.device, torch.float32)) for item in items]
        return index, self._solver.noised(index, torch.stack(starts), noise)

    def _draw(self, shape: Sequence[int]) -> Tensor:
        noise = [self._family.noise(tuple(shape), generator) for generator in self._generators]
        return torch.stack(noise).to(self._family.device)


_STATE = ("index", "latents", "clean", "history", "condition")


def _encode(
    family: Family,
    items: Sequence[Item],
    sampling: Sampling,
    generators: Sequence[torch.Generator],
    economy: Economy,
) -> Condition:
    """Encode each distinct text and picture once, then draw each candidate's condition."""
    texts = list(dict.fromkeys(item.caption.temporal for item in items))
    guided = any(scale != 1 for scale in sampling.guidance)
    encoded = family.encode_text([*texts, *([family.negative] if guided else [])])
    pictures = {
        key: family.encode_picture(picture, sampling, economy) for key, picture in _distinct(items).items()
    }
    drawn = [
        family.condition(pictures[item.picture.tobytes()], sampling, generator)
        for item, generator in zip(items, generators, strict=True)
    ]
    return Condition(
        text=encoded[[texts.index(item.caption.temporal) for item in items]],
        blank=encoded[-1:] if guided else None,
        picture=torch.stack(drawn),
        positions=family.positions(sampling),
        units=tuple(range(family.latent_shape(sampling)[0] // family.unit)),
        source=torch.from_numpy(np.stack([item.picture for item in items])).to(family.device),
        restored=torch.tensor([item.restored for item in items], device=family.device),
    )


def _in_groups(values: Tensor, size: int) -> list[Tensor]:
    """Consecutive rows, `size` at a time; the tensor itself where that is all."""
    if size >= len(values):
        return [values]
    return [values[start : start + size] for start in range(0, len(values), size)]


def _distinct(items: Sequence[Item]) -> dict[bytes, Picture]:
    return {item.picture.tobytes(): item.picture for item in items}


def _check(items: Sequence[Item], sampling: Sampling) -> None:
    """Raise InputError for items that cannot be denoised together."""
    if not items:
        raise InputError("there is nothing to draw", got="no items", remedy="pass at least one")
    wanted = (sampling.height, sampling.width, 3)
    for shape in {item.picture.shape for item in items} - {wanted}:
        raise InputError(
            "a picture has another size than the sampling", got=f"{shape}", remedy=f"fit it to {wanted}"
        )
    strengths = {item.strength for item in items}
    if len(strengths) > 1 or not 0 < items[0].strength <= 1:
        remedy = "give all items of a draft one noise strength, above 0 and up to 1"
        raise InputError("unusable noise strengths", got=f"{sorted(strengths)}", remedy=remedy)
    if items[0].strength < 1 and any(item.start is None for item in items):
        raise InputError("a noise strength below 1 needs a start", remedy="give every item clean latents")
    if len(sampling.guidance) != sampling.steps:
        got = f"{len(sampling.guidance)} for {sampling.steps} steps"
        raise InputError("the guidance needs one scale a step", got=got)


def _indices(units: tuple[int, ...], wanted: Sequence[int]) -> list[int]:
    """Where the wanted units stand among those that are left, in time order."""
    if not wanted or not set(wanted) <= set(units):
        raise InputError("no such temporal units", got=f"{list(wanted)}", remedy=f"choose from {list(units)}")
    return [index for index, unit in enumerate(units) if unit in set(wanted)]


def _moved(value: Any, device: torch.device) -> Any:
    """The same value with every tensor on `device`; no copy, as none is ever changed in place."""
    if isinstance(value, Tensor):
        return value.to(device)
    if isinstance(value, tuple):
        return tuple(_moved(entry, device) for entry in value)
    if isinstance(value, Condition):
        return Condition(**{name: _moved(entry, device) for name, entry in vars(value).items()})
    return value
