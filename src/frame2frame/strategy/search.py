"""Several seeds begun, looked at as previews after a few steps, and only the promising ones finished.

What a clip will show is settled within its first steps, so that bad seeds can be dropped there (ChEaP, 2026);
from then on latent frames may be left out (IF-Edit, Zhang et al., 2025, its temporal latent dropout).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from ..errors import InputError
from ..media.pictures import Fit
from ..plugins.options import check, option
from ..plugins.stages import Draft, Stages
from ..score.similarity import Similarity
from ..values import Caption, Choice, Note, Picture, Progress, Sampling, Scores, Step, Take
from .one_shot import best_of, step_of
from .options import candidates
from .stopwatch import Stopwatch
from .takes import Enough, Found, begin, decode, never

Choose = Callable[[Take], Choice]


@dataclass(frozen=True)
class Rung:
    """A point of the way at which candidates are dropped."""

    step: int
    """The steps that are done there."""
    kept: int
    """The candidates that go on."""


@dataclass(frozen=True)
class Search:
    """Many seeds for the price of few. Raises InputError for values that cannot be.

    With four seeds, a tenth of the steps and two finalists that is 4 · 0.1 + 2 · 0.9 = 2.2 clips' work.
    """

    candidates: int = candidates(4, "How many seeds are begun.")
    probe_steps: float = option(
        0.1, "The share of the steps after which only the finalists are left.", above=0, high=1
    )
    finalists: int = option(2, "How many seeds are finished; the best of their clips is taken.", low=1)
    rungs: int = option(
        1, "In how many goes the others are dropped, each after as many steps and by the same factor.", low=1
    )
    every: int = option(
        1, "Then only every so many-th latent frame goes on, and the last one; 1 keeps all.", low=1
    )
    renumber: bool = option(
        False, "Whether the latent frames that go on are told that they follow each other in time."
    )
    stop_early: bool = option(
        False, "Finish one clip after another, the most promising first, up to one that shows the edit."
    )
    """It is decoded no further than the selector needs. Of several devices each finishes one at the same
    time."""

    def __post_init__(self) -> None:
        check(self)

    @property
    def draws(self) -> int:
        return self.candidates

    def run(
        self,
        image: Picture,
        instruction: str,
        sampling: Sampling,
        seeds: Sequence[int],
        stages: Stages,
        finished: Sequence[Step] = (),
    ) -> Iterator[Caption | Progress | Note | Step]:
        if finished:
            return
        watch = Stopwatch()
        caption = stages.captioner.write(image, instruction)
        yield caption
        yield Progress("encode", 0, 1)
        with watch.of("encode"):
            fitted, draft, similarity = begin(image, caption, sampling, seeds, stages)
        enough = stages.selector.enough if self.stop_early else never
        work = _Work(draft, sampling.steps, fitted, similarity, watch, enough)
        with closing(draft):
            left = yield from self.probe(work, seeds)
            self.thin(draft)
            takes, choices = yield from self._finish(
                work, left, lambda take: stages.selector.choose(take.clip, take.scores, caption)
            )
        yield Note(self._told(seeds, left, takes, sampling), is_warning=False)
        best = best_of(takes, choices)
        yield step_of(caption, takes, best, choices[best], watch.seconds)

    def schedule(self, steps: int) -> tuple[Rung, ...]:
        """Where candidates are dropped on a way of so many steps; the last is where the plan is settled."""
        last, factor = max(round(self.probe_steps * steps), 1), min(self.finalists / self.candidates, 1.0)
        shares = [number / self.rungs for number in range(1, self.rungs + 1)]
        return tuple(
            Rung(max(round(share * last), 1), round(self.candidates * factor**share)) for share in shares
        )

    def probe(self, work: _Work, seeds: Sequence[int]) -> Generator[Progress, None, list[int]]:
        """Go on to the last rung; the seeds that are left in the draft, the most promising first."""
        left = list(seeds)
        for rung in self.schedule(work.steps):
            yield from work.advance(rung.step)
            if rung.kept >= len(left):
                continue
            with work.watch.of("preview"):
                order = ranked([promise(scores) for scores in work.previewed()])[: rung.kept]
                work.draft.keep(order)
            left = [left[row] for row in order]
        return left

    def thin(self, draft: Draft) -> None:
        """Leave out the latent frames that are not to be drawn to the end."""
        if self.every > 1:
            draft.thin(kept_units(draft.units, self.every, odd=draft.odd), self.renumber)

    def _finish(
        self, work: _Work, seeds: Sequence[int], choose: Choose
    ) -> Generator[Progress, None, tuple[list[Take], list[Choice]]]:
        """The finished clips and what was chosen of each."""
        if not self.stop_early or len(seeds) == 1:
            takes = yield from work.finish(seeds)
            return takes, [choose(take) for take in takes]
        takes, choices, state = [], list[Choice](), work.draft.state()

        def shows(take: Take) -> bool:
            choices.append(choose(take))
            return choices[-1].index is not None

        for start in range(0, len(seeds), work.draft.at_once):
            rows = range(len(seeds))[start : start + work.draft.at_once]
            work.draft.restore(state)
            work.draft.keep(rows)
            takes += yield from work.finish([seeds[row] for row in rows], shows)
            if choices[-1].index is not None:
                break
        return takes, choices

    def _told(
        self, seeds: Sequence[int], left: Sequence[int], takes: Sequence[Take], sampling: Sampling
    ) -> str:
        schedule = self.schedule(sampling.steps)
        drawn = ", ".join(str(take.clip.seed) for take in takes)
        after = f"after {schedule[-1].step} of {sampling.steps} steps"
        thinned = f" Latent frames were left out {after}." if self.every > 1 else ""
        begun = f"{len(seeds)} seeds were begun, {len(left)} of them left {after}, and"
        return ("Seeds begun and" if len(left) == len(seeds) else begun) + f" finished: {drawn}.{thinned}"


@dataclass(frozen=True, eq=False)
class _Work:
    """A draft under way and what its clips are looked at with."""

    draft: Draft
    steps: int
    fitted: Fit
    similarity: Similarity
    watch: Stopwatch
    enough: Enough

    def advance(self, step: int) -> Iterator[Progress]:
        """Go on until so many steps are done."""
        while (done := self.steps - self.draft.steps_left) < step:
            yield Progress("denoise", done, self.steps)
            with self.watch.of("denoise"):
                self.draft.advance()

    def previewed(self) -> list[Scores]:
        """Of each candidate, one number a latent frame. Raises InputError where there are no previews."""
        if not self.draft.can_preview:
            raise InputError(
                "this model cannot show a clip before it is done, so no seeds can be dropped",
                remedy="use --strategy one-shot with --candidates",
            )
        return [self.similarity.score(self.fitted.crop(clip)) for clip in self.draft.preview()]

    def finish(
        self, seeds: Sequence[int], found: Found = lambda take: False
    ) -> Generator[Progress, None, list[Take]]:
        """The clips of all candidates of the draft, up to one that is `found`.

        They keep their frames' times in the whole clip.
        """
        yield from self.advance(self.steps)
        yield Progress("denoise", self.steps, self.steps)
        times = self.draft.frame_times
        takes = yield from decode(
            self.draft, self.fitted, seeds, len(times), self.similarity, self.watch, self.enough,
            lambda take: found(_timed(take, times)),
        )  # fmt: skip
        return [_timed(take, times) for take in takes]


def _timed(take: Take, times: Sequence[int]) -> Take:
    return replace(take, clip=replace(take.clip, frame_times=tuple(times[: len(take.clip)])))


def promise(scores: Scores) -> float:
    """How much a preview promises: what its later half gains over the source, on average.

    The highest of its frames would count for more of what is noise: a preview is rough.
    """
    semantic = scores["semantic"]
    late = semantic[-max(len(semantic) // 2, 1) :]
    return float(late.mean() - scores.source["semantic"])


def ranked(promises: Sequence[float]) -> list[int]:
    """The candidates, the most promising first."""
    return sorted(range(len(promises)), key=lambda row: -promises[row])


def kept_units(units: Sequence[int], every: int, *, odd: bool) -> list[int]:
    """The first temporal unit, each so-many-th after it and the last; one more where they must be `odd`."""
    kept = {*units[::every], units[-1]}
    others = [unit for unit in units if unit not in kept]
    if odd and len(kept) % 2 == 0 and others:
        kept.add(others[-1])
    return sorted(kept)


def evaluations(schedule: Sequence[Rung], candidates: int, finished: int, guidance: Sequence[float]) -> int:
    """How often the network is asked; a guided step asks it twice."""
    costs = [1 if scale == 1 else 2 for scale in guidance]
    total, done = 0, 0
    for rung in schedule:
        total += candidates * sum(costs[done : rung.step])
        done, candidates = rung.step, rung.kept
    return total + finished * sum(costs[done:])
