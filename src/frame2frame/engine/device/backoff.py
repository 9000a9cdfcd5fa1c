"""Work that runs out of memory begins again with less at once, until nothing helps.

What is lowered, one thing at a time, each said in one sentence and kept for all that follows:

    1. gently: parts of the model take turns on the device, which costs nothing in each step
    2. fewer predictions, or fewer candidates, at once
    3. whatever else the model can do without, such as a part whose blocks come from main memory
    4. smaller tiles, which alone may show

What was done before the work that failed stands; nothing of it is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import Protocol, TypeVar

from ...errors import OutOfMemoryError
from ...values import Sampling
from .memory import Economy, Notes
from .placement import memory_guard, release

LOWER = "the size, the number of frames or the number of candidates"
"""What to ask for less of, where nothing else is left."""
_STAGES = {
    "encode": "encoding the picture and the text",
    "denoise": "denoising",
    "decode": "decoding",
}

Found = TypeVar("Found")


class Spares(Protocol):
    """A model that can do with less."""

    @property
    def economy(self) -> Economy:
        """What it begins with."""

    def spare(self, stage: str, *, gently: bool) -> str | None:
        """Take less of the device from now on, for the same numbers; says how, None if there is no way left.

        The stage, encode, denoise or decode, is the one that ran out of memory. A gentle way costs no time in
        each step.
        """


class Thrift:
    """How much a draft does at once, which becomes less where memory runs out."""

    def __init__(self, model: Spares, sampling: Sampling, notes: Notes) -> None:
        """What is lowered is said in the notes."""
        self._model, self._sampling, self._notes = model, sampling, notes
        self.economy = model.economy

    def guarded(self, stage: str) -> AbstractContextManager[None]:
        """Work that is done once: a failed allocation in it is an OutOfMemoryError that names the stage."""
        return memory_guard(_STAGES[stage], LOWER)

    def sparing(self, stage: str, work: Callable[[], Found], held: int = 1) -> Found:
        """What the work gives, of so many rows; each time that memory runs out it begins again with less.

        Raises OutOfMemoryError.
        """
        while True:
            try:
                with self.guarded(stage):
                    return work()
            except OutOfMemoryError:
                if not self._lower(stage, held):
                    raise
            release()  # here, where the failed work's tensors are gone

    def streaming(self, stage: str, work: Callable[[], Iterator[Found]], held: int) -> Iterator[Found]:
        """The same for work that gives one thing after another; it goes on where it failed."""
        given = 0
        while True:
            try:
                with self.guarded(stage):
                    for found in islice(work(), given, None):
                        given += 1
                        yield found
                    return
            except OutOfMemoryError:
                if not self._lower(stage, held):
                    raise
            release()

    def _lower(self, stage: str, held: int) -> bool:
        """Ask for less at once, and say so; False if there is nothing left to ask for."""
        how = (
            self._model.spare(stage, gently=True)
            or self._fewer(stage, held)
            or self._model.spare(stage, gently=False)
            or self._in_smaller_tiles(stage)
        )
        if how is not None:
            self._notes.add(f"Memory ran out while {_STAGES[stage]}; from here on {how}.")
        return how is not None

    def _fewer(self, stage: str, held: int) -> str | None:
        """Fewer than the predictions, or candidates, that were `held` at once."""
        now = self.economy
        if stage == "denoise":
            fewer = now.fewer_rows(min(now.rows or held, held))
            return self._told(fewer, "the model makes at most {0.rows} predictions at once")
        fewer = now.fewer_clips(min(now.clips or held, held)) if stage == "decode" else None
        return self._told(fewer, "at most {0.clips} candidates are decoded at once")

    def _in_smaller_tiles(self, stage: str) -> str | None:
        sides = self._sampling.height, self._sampling.width
        if stage == "encode":
            smaller = self.economy.smaller_pictures(*sides)
            return self._told(smaller, "the picture is encoded in tiles of {0.picture} pixels")
        smaller = self.economy.smaller_tiles(*sides) if stage == "decode" else None
        return self._told(smaller, "frames are decoded in tiles of {0.tile} pixels")

    def _told(self, economy: Economy | None, sentence: str) -> str | None:
        """Go on with an economy, if there is one; its sentence."""
        self.economy = economy or self.economy
        return None if economy is None else sentence.format(economy)
