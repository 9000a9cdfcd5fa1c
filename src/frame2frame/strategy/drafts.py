"""Candidates under way: a draft with the pictures, captions and seeds that its rows are drawn from."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ..media.pictures import Fit, fit
from ..plugins import capabilities
from ..plugins.draws import Draw
from ..plugins.stages import Generator, Item, Selector
from ..score.whole import keeps_detail
from ..values import Clip, Frames, Picture, Progress, Sampling
from .stopwatch import Stopwatch


class Candidate(NamedTuple):
    """One clip of a draw."""

    draw: Draw
    seed: int
    fitted: Fit
    """The picture at the sampling's size."""
    key: Hashable
    """What decides its latents: candidates of the same key are the same clip."""


def kind_of(draw: Draw) -> Hashable:
    """What all candidates of a draft have in common."""
    return (draw.sampling, draw.size, draw.is_shortest, draw.strength, draw.thinning)


def candidates_of(draw: Draw) -> list[Candidate]:
    fitted = fit(draw.picture, draw.sampling.height, draw.sampling.width, draw.sampling.fit)
    shared = (draw.caption.temporal, fitted.picture.tobytes(), kind_of(draw))
    return [Candidate(draw, seed, fitted, (seed, shared)) for seed in draw.seeds]


def sampling_of(draw: Draw, generator: Generator) -> Sampling:
    """The draw's settings in the size and length that the model can draw."""
    sampling = generator.shortest(draw.sampling) if draw.is_shortest else draw.sampling
    return sampling if draw.size == 1.0 else generator.resized(sampling, draw.size)


def compared(draw: Draw) -> Hashable:
    """What decides the similarity that a draw's frames are scored by."""
    picture = draw.picture if draw.source is None else draw.source
    return (picture.tobytes(), draw.caption.target, draw.sampling.height, draw.sampling.width)


def source_of(draw: Draw) -> Picture:
    """What the frames are compared with, as the model takes it, without padding."""
    picture = draw.picture if draw.source is None else draw.source
    fitted = fit(picture, draw.sampling.height, draw.sampling.width, draw.sampling.fit)
    return fitted.crop(fitted.picture)


def items_of(
    generator: Generator, candidates: Sequence[Candidate], sampling: Sampling
) -> tuple[list[Fit], list[Item]]:
    """The candidates as the model takes them; each distinct picture is fitted and encoded once."""
    draw, fits, starts = candidates[0].draw, dict[int, Fit](), dict[int, Any]()
    for name, whole in {id(one.fitted): one.fitted for one in candidates}.items():
        is_whole = whole.picture.shape[:2] == (sampling.height, sampling.width)
        fits[name] = (
            whole
            if is_whole
            else fit(whole.crop(whole.picture), sampling.height, sampling.width, sampling.fit)
        )
        starts[name] = generator.still(fits[name].picture, sampling) if draw.strength < 1 else None
    names = [id(one.fitted) for one in candidates]
    items = [
        Item(
            fits[name].picture,
            one.draw.caption,
            one.seed,
            starts[name],
            draw.strength,
            keeps_detail(one.draw.caption.target),
        )
        for one, name in zip(candidates, names, strict=True)
    ]
    return [fits[name] for name in names], items


class UnderWay:
    """A draft and the candidates that its rows are, all of one kind."""

    def __init__(self, generator: Generator, candidates: Sequence[Candidate]) -> None:
        draw = candidates[0].draw
        sampling = sampling_of(draw, generator)
        fits, items = items_of(generator, candidates, sampling)
        self.keys = [one.key for one in candidates]
        self.fits = dict(zip(self.keys, fits, strict=True))
        self.draft = generator.draft(items, sampling)
        self.total = self.draft.steps_left
        self._thinning = draw.thinning

    @property
    def done(self) -> int:
        return self.total - self.draft.steps_left

    def advance(self, step: int | None, watch: Stopwatch, stage: str = "denoise") -> Iterator[Progress]:
        """Go on until so many steps are done, or all of them, one at a time so that it can be stopped."""
        end = self.total if step is None else step
        while self.done < end and self.draft.steps_left:
            yield Progress("denoise", self.done, self.total)
            with watch.of(stage):
                self._thin_when_due()
                self.draft.advance()
        if step is None:
            self._thin_when_due()
            yield Progress("denoise", self.total, self.total)

    def _thin_when_due(self) -> None:
        thinning = self._thinning
        if thinning is not None and self.done >= thinning.after:
            kept = kept_units(self.draft.units, thinning.every, odd=self.draft.odd)
            self.draft.thin(kept, thinning.renumber)
            self._thinning = None

    def keep(self, keys: Sequence[Hashable]) -> None:
        """Go on with these candidates only, in this order."""
        if list(keys) != self.keys:
            self.draft.keep([self.keys.index(key) for key in keys])
            self.keys = list(keys)

    def restore(self, state: dict[str, Any], keys: Sequence[Hashable]) -> None:
        """Go back to a state in which the rows were these candidates."""
        self.draft.restore(state)
        self.keys = list(keys)

    def require_previews(self) -> None:
        """Raise InputError where there are none."""
        if not self.draft.can_preview:
            raise InputError(
                "this model cannot show a clip before it is done, so no seeds can be dropped",
                remedy="use --strategy one-shot with --candidates",
            )

    def previews(self) -> dict[Hashable, Frames]:
        """Of each candidate, a frame a latent frame, without padding."""
        shown = zip(self.keys, self.draft.preview(), strict=True)
        return {key: self.fits[key].crop(clip) for key, clip in shown}

    def ahead(self, selector: Selector, watch: Stopwatch) -> dict[Hashable, Clip]:
        """Each finished candidate's clip as previews; none where the selector wants or the model has none."""
        if not (capabilities.of_selector(selector).looks_ahead and self.draft.can_preview):
            return {}
        last = len(self.draft.frame_times) - 1
        with watch.of("preview"):
            shown = self.previews()
        return {
            key: Clip(frames, tuple(np.linspace(0, last, len(frames)).round().astype(int).tolist()), None)
            for key, frames in shown.items()
        }

    def close(self) -> None:
        self.draft.close()


def kept_units(units: Sequence[int], every: int, *, odd: bool) -> list[int]:
    """The first temporal unit, each so-many-th after it and the last; one more where they must be `odd`."""
    kept = {*units[::every], units[-1]}
    others = [unit for unit in units if unit not in kept]
    if odd and len(kept) % 2 == 0 and others:
        kept.add(others[-1])
    return sorted(kept)
