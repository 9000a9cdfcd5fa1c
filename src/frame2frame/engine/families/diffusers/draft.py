"""The draft of a pipeline of diffusers, which runs once a candidate. Imported when a draft is made.

A pipeline encodes, denoises and decodes in one call. It runs in a thread of its own and is halted where it
moves its progress bar, which all of them do after each step. So `advance` goes step by step, and the last
step of a candidate also decodes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from ....errors import InputError
from ....plugins.stages import Item
from ....values import Frames, Sampling
from ...device.memory import Notes
from ...device.placement import memory_guard
from .pipeline import Loaded
from .stepwise import Stepwise
from .table import no_start

Clips = np.ndarray[Any, np.dtype[np.uint8]]
"""(candidates, frames, height, width, 3)."""

_LOWER = "the size or the number of frames"
_CHUNK = 8


class _Run:
    """One candidate: what is left to do, or its frames."""

    def __init__(self, work: Callable[[Callable[[], None]], Frames], steps: int) -> None:
        self._work, self.steps_left = Stepwise(work), steps

    @property
    def begun(self) -> bool:
        return self._work.begun

    @property
    def frames(self) -> Frames:
        return self._work.outcome()

    def step(self) -> None:
        """One step; with the last one, all that the pipeline does after it."""
        self._work.step()
        while self.steps_left == 1 and not self._work.done:
            self._work.step()
        self.steps_left = 0 if self._work.done else self.steps_left - 1

    def stop(self) -> None:
        self._work.stop()


class Runs:
    """A Draft: candidates that a pipeline draws one after the other, each with a generator of its own seed.

    Whatever needs to see or change a clip before it is done raises InputError.
    """

    can_preview = False
    odd = False
    at_once = 1

    def __init__(
        self,
        loaded: Loaded,
        items: Sequence[Item],
        sampling: Sampling,
        negative: str,
        notes: Notes | None = None,
    ) -> None:
        """What the user should know of the work is added to the notes."""
        _check(items, sampling)
        self._loaded, self._notes = loaded, Notes() if notes is None else notes
        self._pipeline, self._frames = loaded.kind.pipeline, sampling.frames
        steps = sampling.steps * loaded.kind.passes(sampling.frames)
        self._runs = [_Run(_work(loaded, item, sampling, negative), steps) for item in items]

    def notes(self) -> list[str]:
        """What the user should know of the work so far, each sentence given once."""
        return self._notes.take()

    @property
    def steps_left(self) -> int:
        """Steps of all candidates together."""
        return sum(run.steps_left for run in self._runs)

    @property
    def units(self) -> tuple[int, ...]:
        """Always raises InputError."""
        self._cannot("leave out frames on the way")

    @property
    def frame_times(self) -> tuple[int, ...]:
        """The index of each frame of the clips, which are whole."""
        return tuple(range(self._frames))

    def advance(self, steps: int = 1) -> None:
        """Go on by so many steps, or as many as are left; raises OutOfMemoryError, ModelError."""
        for _ in range(steps):
            with self._loaded.at_work(), memory_guard("drawing the clip", _LOWER):
                if left := [run for run in self._runs if run.steps_left]:
                    # One that is under way comes first, so that only one holds memory.
                    next((run for run in left if run.begun), left[0]).step()

    def keep(self, indices: Sequence[int]) -> None:
        """Go on with these candidates only, in this order."""
        kept = [self._runs[index] for index in indices]
        self._stop([run for run in self._runs if run not in kept])
        self._runs = kept

    def decode(self, candidate: int) -> Iterator[Frames]:
        """Chunks of 9, then 8 frames, of a clip that is done; raises InputError before."""
        if self._runs[candidate].steps_left:
            self._cannot("decode a clip before its last step")
        frames = self._runs[candidate].frames
        starts = [0, *range(_CHUNK + 1, len(frames), _CHUNK)]
        for start, stop in zip(starts, [*starts[1:], len(frames)], strict=True):
            yield frames[start:stop]

    def decode_together(self, candidates: Sequence[int]) -> Iterator[Clips]:
        """The same for several candidates."""
        for chunks in zip(*map(self.decode, candidates), strict=True):
            yield np.stack(chunks)

    def preview(self) -> Clips:
        """Always raises InputError."""
        self._cannot("show a clip before it is done")

    def thin(self, units: Sequence[int], renumber: bool = False) -> None:
        """Always raises InputError."""
        self._cannot("leave out frames on the way")

    def state(self) -> dict[str, Any]:
        """Always raises InputError."""
        self._cannot("keep a clip that is half done")

    def restore(self, state: dict[str, Any]) -> None:
        """Always raises InputError."""
        self._cannot("go on with a clip that is half done")

    def close(self) -> None:
        """Stop the run that is under way, after its step, and free all; it cannot be used afterwards."""
        self._stop(self._runs)
        self._runs = []

    def _stop(self, runs: Sequence[_Run]) -> None:
        with self._loaded.at_work():  # as the pipeline tidies up
            for run in runs:
                run.stop()

    def _cannot(self, what: str) -> NoReturn:
        raise InputError(
            f"a model that runs through its own pipeline cannot {what}",
            got=self._pipeline,
            remedy="leave that out, or use a CogVideoX model",
        )


def _work(
    loaded: Loaded, item: Item, sampling: Sampling, negative: str
) -> Callable[[Callable[[], None]], Frames]:
    return lambda halt: loaded.draw(item, sampling, negative, halt)


def _check(items: Sequence[Item], sampling: Sampling) -> None:
    """Raise InputError for what a pipeline cannot draw."""
    if not items:
        raise InputError("there is nothing to draw", got="no items", remedy="pass at least one")
    wanted = (sampling.height, sampling.width, 3)
    for shape in {item.picture.shape for item in items} - {wanted}:
        raise InputError(
            "a picture has another size than the sampling", got=f"{shape}", remedy=f"fit it to {wanted}"
        )
    if any(item.strength != 1 for item in items):
        raise no_start()
    if set(sampling.guidance) != {sampling.guidance[0]} or len(sampling.guidance) != sampling.steps:
        got = f"{sorted(set(sampling.guidance))} over {sampling.steps} steps"
        raise InputError("a pipeline takes the same guidance at every step", got=got)
