"""One generator on several devices: the candidates of a draft are dealt to them, and all work at once.

Each device has the model's weights, and denoises and decodes its own candidates. As each candidate draws from
a generator of its own, it is the one that a single device makes, up to what the size of a batch rounds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from ...errors import InputError
from ...plugins.capabilities import GeneratorCapabilities, of_generator
from ...plugins.stages import Draft, Generator, Item
from ...values import Frames, Picture, Sampling
from .memory import Notes
from .placement import on
from .workers import Stream, Worker, together

Clips = np.ndarray[Any, np.dtype[np.uint8]]
"""(candidates, frames, height, width, 3)."""

Found = TypeVar("Found")

_AHEAD = 2
"""Clips of a device that are decoded before they are asked for."""


class Loadable(Generator, Protocol):
    """A generator whose weights load before its first draft, if that is asked for."""

    def load(self) -> None:
        """Have the weights where they are used."""

    def usual_steps(self) -> int:
        """In how many steps the checkpoint is sampled where nobody sets a number; raises ModelError."""


@dataclass(frozen=True)
class Spread:
    """A generator of one generator a device, which differ in nothing else."""

    devices: tuple[str, ...]
    """Each by its own name, like `cuda:0` and `cuda:1`."""
    generators: tuple[Loadable, ...]
    said: Notes = field(default_factory=Notes, compare=False, repr=False)

    @property
    def capabilities(self) -> GeneratorCapabilities:
        """Those of each, but that its weights load on all devices with the first draft."""
        return replace(of_generator(self._first), loads=False)

    def folder(self) -> Path | None:
        """Where the weights are; raises ModelError."""
        return self._first.folder()

    def check(self) -> Any:
        """What the model can draw; raises ModelError unless its files are here, of its kind and whole."""
        return self._first.check()

    def sampling(
        self,
        picture: Picture,
        frames: int | None = None,
        steps: int | None = None,
        guidance: float | None = None,
    ) -> Sampling:
        """The settings, defaults filled in; raises InputError naming the nearest valid value."""
        return self._first.sampling(picture, frames, steps, guidance)

    def usual_steps(self) -> int:
        """In how many steps the checkpoint is sampled where nobody sets a number; raises ModelError."""
        return self._first.usual_steps()

    def resized(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest size that the model can draw to this share of the sides."""
        return self._first.resized(sampling, share)

    def shortest(self, sampling: Sampling) -> Sampling:
        """The same with the fewest frames that the model can draw."""
        return self._first.shortest(sampling)

    def shortened(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest number of frames that the model can draw to this share of the clip's length."""
        return self._first.shortened(sampling, share)

    def still(self, picture: Picture, sampling: Sampling) -> Any:
        """Clean latents of a clip in which the picture stands still, on the first device."""
        with on(self.devices[0]):
            return self._first.still(picture, sampling)

    def repeated(self, picture: Picture) -> Picture:
        """The picture after its way into the model's latents and back, on the first device."""
        with on(self.devices[0]):
            return self._first.repeated(picture)

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Dealt:
        """Candidates ready to be denoised, on as many devices as there are candidates.

        Raises what the generators raise.
        """
        if len({item.strength for item in items}) > 1:
            what, remedy = "unusable noise strengths", "give all items of a draft one noise strength"
            raise InputError(what, got=f"{sorted({item.strength for item in items})}", remedy=remedy)
        return Dealt(self.devices, self.generators, items, sampling)

    def notes(self) -> list[str]:
        """What the user should know of the work so far; what several devices say is given once."""
        for generator in self.generators:
            self.said.add(*generator.notes())
        return self.said.take()

    @property
    def _first(self) -> Loadable:
        return self.generators[0]


class Place(NamedTuple):
    """Where a candidate is."""

    device: int
    row: int
    """Its number in the device's own draft."""


class Dealt:
    """A Draft of one draft a device; each device works in a thread of its own, which ends with `close`."""

    def __init__(
        self,
        devices: Sequence[str],
        generators: Sequence[Loadable],
        items: Sequence[Item],
        sampling: Sampling,
    ) -> None:
        used = max(min(len(devices), len(items)), 1)
        self._places = [Place(number % used, number // used) for number in range(len(items))]
        self._ahead: dict[int, Stream[Frames]] = {}
        self._said = Notes()
        self._drafts: list[Draft] = []
        self._workers = [Worker(device) for device in devices[:used]]
        try:
            # One after the other and before all else: while weights load, PyTorch's own defaults change.
            for worker, generator in zip(self._workers, generators, strict=False):
                worker.do(generator.load).result()
            jobs = [
                lambda _, generator=generator, own=items[number::used]: generator.draft(own, sampling)
                for number, generator in enumerate(generators[:used])
            ]
            self._drafts = together(self._workers, jobs)
            self.can_preview = self._drafts[0].can_preview
        except BaseException:
            self.close()
            raise

    def notes(self) -> list[str]:
        """What the user should know of the work so far; what several devices say is given once."""
        for draft in self._drafts:
            self._said.add(*draft.notes())
        return self._said.take()

    @property
    def at_once(self) -> int:
        """Candidates that take no longer than one: one a device."""
        return len(self._workers)

    @property
    def odd(self) -> bool:
        """Whether the number of temporal units must be odd."""
        return self._drafts[0].odd

    @property
    def steps_left(self) -> int:
        """Of the device that has most."""
        return max(self._drafts[device].steps_left for device in self._busy)

    @property
    def units(self) -> tuple[int, ...]:
        """The temporal units that are left, by their number in the full clip."""
        return self._any.units

    @property
    def frame_times(self) -> tuple[int, ...]:
        """The index in the full clip of each frame that `decode` gives."""
        return self._any.frame_times

    def latents(self, candidate: int) -> Any:
        """The clean latents, or while steps are left the predicted ones, on the candidate's device."""
        device, row = self._places[candidate]
        return self._at(device, lambda draft: draft.latents(row))

    def advance(self, steps: int = 1) -> None:
        """Denoise `steps` further steps on all devices; one that fails stops the others at their step."""

        def go_on(draft: Draft, halt: Event) -> None:
            for _ in range(min(steps, draft.steps_left)):
                if halt.is_set():
                    return
                draft.advance()

        self._everywhere(go_on)

    def preview(self) -> Clips:
        """(candidates, latent frames, h, w, 3): one rough frame of each predicted clean latent."""
        shown = self._everywhere(lambda draft, _: draft.preview())
        return np.stack([shown[device][row] for device, row in self._places])

    def keep(self, indices: Sequence[int]) -> None:
        """Go on with these candidates only, in this order, where they are.

        A device that is left with none takes over half of those of the one that has most.
        """
        rows = dict[int, list[int]]()
        places = []
        for device, row in (self._places[index] for index in indices):
            rows.setdefault(device, []).append(row)
            places.append(Place(device, len(rows[device]) - 1))
        self._places = places
        self._everywhere_of({device: _keeping(own) for device, own in rows.items()})
        self._even_out()

    def thin(self, units: Sequence[int], renumber: bool = False) -> None:
        """Keep only these temporal units, with condition, history and positions."""
        self._everywhere(lambda draft, _: draft.thin(units, renumber))

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on bit for bit, on the CPU."""
        return {"places": list(self._places), "drafts": self._everywhere(lambda draft, _: draft.state())}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state` of a draft with the same model and sampling, on as many devices.

        Raises InputError if that had more devices.
        """
        if max(state["drafts"]) >= len(self._drafts):
            got = f"one of {max(state['drafts']) + 1} devices for {len(self._drafts)}"
            raise InputError("the state is of a draft on more devices", got=got)
        self._places = list(state["places"])
        self._everywhere_of({device: _restoring(own) for device, own in state["drafts"].items()})

    def decode(self, candidate: int) -> Iterator[Frames]:
        """Chunks of frames; stop iterating to stop decoding.

        Meanwhile the devices go on with those after it, to have them ready when they are asked for.
        """
        for number in self._following(candidate):
            if number not in self._ahead:
                self._ahead[number] = self._decoding(number)
        yield from self._ahead.pop(candidate)

    def decode_together(self, candidates: Sequence[int]) -> Iterator[Clips]:
        """Chunks of (candidates, frames, h, w, 3): the same frames in one batch a device."""
        rows = dict[int, list[int]]()
        order = []
        for device, row in (self._places[candidate] for candidate in candidates):
            rows.setdefault(device, []).append(row)
            order.append((device, len(rows[device]) - 1))
        streams = {
            device: Stream(self._workers[device], partial(self._drafts[device].decode_together, own))
            for device, own in rows.items()
        }
        for chunks in zip(*streams.values(), strict=True):
            clips = dict(zip(streams, chunks, strict=True))
            yield np.stack([clips[device][row] for device, row in order])

    def close(self) -> None:
        """Free all tensors and end the threads, each after what it is at; it cannot be used afterwards."""
        for worker in self._workers:
            worker.is_closing = True  # all at first, so that none is waited for while others go on
        for worker, draft in zip(self._workers, self._drafts, strict=False):
            worker.do(draft.close)
        for worker in self._workers:
            worker.close()
        self._workers, self._drafts, self._ahead = [], [], {}

    @property
    def _busy(self) -> list[int]:
        """The devices that have candidates."""
        return sorted({place.device for place in self._places})

    @property
    def _any(self) -> Draft:
        return self._drafts[self._places[0].device]

    def _following(self, candidate: int) -> Iterator[int]:
        """From this candidate on the first few of each device, so that none waits to be asked for more."""
        taken = Counter[int]()
        for number, place in enumerate(self._places[candidate:], candidate):
            taken[place.device] += 1
            if taken[place.device] <= _AHEAD:
                yield number

    def _decoding(self, candidate: int) -> Stream[Frames]:
        device, row = self._places[candidate]
        return Stream(self._workers[device], partial(self._drafts[device].decode, row))

    def _everywhere(self, work: Callable[[Draft, Event], Found]) -> dict[int, Found]:
        """What the work gives on each device that has candidates."""
        return self._everywhere_of(dict.fromkeys(self._busy, work))

    def _everywhere_of(self, work: dict[int, Callable[[Draft, Event], Found]]) -> dict[int, Found]:
        """The same with work of each device's own; what is decoded ahead of time is given up."""
        for stream in self._ahead.values():
            stream.stop()
        self._ahead = {}
        jobs = [partial(job, self._drafts[device]) for device, job in work.items()]
        return dict(zip(work, together([self._workers[device] for device in work], jobs), strict=True))

    def _at(self, device: int, work: Callable[[Any], Found]) -> Found:
        return self._everywhere_of({device: lambda draft, _: work(draft)})[device]

    def _even_out(self) -> None:
        """Give idle devices candidates, as long as another one has several and they can be carried."""
        idle = [device for device in range(len(self._drafts)) if device not in self._busy]
        for device in idle if self.can_preview else []:
            held = [
                [number for number, place in enumerate(self._places) if place.device == other]
                for other in self._busy
            ]
            most = max(held, key=len)
            if len(most) < 2:
                return
            self._carry(most[::2], most[1::2], device)

    def _carry(self, staying: Sequence[int], moving: Sequence[int], device: int) -> None:
        """Candidates of one device to an idle one."""
        start = self._places[staying[0]].device
        rows = [[self._places[number].row for number in some] for some in (staying, moving)]
        state = self._at(start, lambda draft: draft.state())
        self._everywhere_of({device: _restoring(state)})
        self._everywhere_of({start: _keeping(rows[0]), device: _keeping(rows[1])})
        for place, some in ((start, staying), (device, moving)):
            for row, number in enumerate(some):
                self._places[number] = Place(place, row)


def _keeping(rows: Sequence[int]) -> Callable[[Draft, Event], None]:
    return lambda draft, _: draft.keep(rows)


def _restoring(state: dict[str, Any]) -> Callable[[Draft, Event], None]:
    return lambda draft, _: draft.restore(state)
