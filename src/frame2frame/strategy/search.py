"""Several seeds begun, looked at as previews after a few steps, and only the promising ones finished.

ChEaP (2026) drops bad seeds there. On the embedded model a preview tells no more of a seed than chance, so no
preset does; from then on latent frames may be left out (IF-Edit, Zhang et al., 2025, its temporal latent
dropout).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..plugins.capabilities import StrategyCapabilities
from ..plugins.draws import Choose, Draw, Drawn, Preview, Thinning, Wanted
from ..plugins.options import Widget, check, option
from ..plugins.stages import Stages
from ..score.contrast import running
from ..values import Caption, Note, Picture, Sampling, Scores, Step, Take
from .one_shot import step_of
from .options import candidates


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

    capabilities: ClassVar = StrategyCapabilities(chooses=True)

    candidates: int = candidates(
        4, "How many seeds are begun.", Widget("search", "Seeds begun", high=32, step=1, name="seeds")
    )
    probe_steps: float = option(
        0.1,
        "The share of the steps after which only the finalists are left.",
        above=0,
        high=1,
        widget=Widget(
            "search",
            "Looked at after",
            "As a share of the steps; the less promising ones are dropped there.",
            low=0.05,
            step=0.05,
        ),
    )
    finalists: int = option(
        2,
        "How many seeds are finished, by their previews, which on the embedded model was no better than "
        "taking any; 0 finishes all. The best of their clips is taken.",
        low=0,
        widget=Widget("search", "Finished", "0 finishes all.", high=8, step=1, beside=True),
    )
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

    @property
    def finishes(self) -> int:
        """How many seeds are finished, unless one of them is enough."""
        return min(self.finalists or self.candidates, self.candidates)

    def run(
        self,
        image: Picture,
        instruction: str,
        sampling: Sampling,
        seeds: Sequence[int],
        stages: Stages,
        finished: Sequence[Step] = (),
    ) -> Generator[Caption | Note | Step | Wanted, Any, None]:
        if finished:
            return
        caption = stages.captioner.write(image, instruction)
        yield caption
        early = self.stop_early
        begun = Draw(
            image, caption, tuple(seeds), sampling, thinning=self._thinning(sampling.steps),
            stop_early=early, in_turn=early,
        )  # fmt: skip
        left = yield from self._probed(begun)
        drawn: Drawn = yield left
        yield Note(self._told(seeds, left.seeds, drawn.takes, sampling), is_warning=False)
        best, choice = yield Choose(drawn, caption)
        yield step_of(caption, drawn.takes, best, choice, drawn.seconds)

    def schedule(self, steps: int) -> tuple[Rung, ...]:
        """Where candidates are dropped on a way of so many steps; the last is where the plan is settled."""
        last, factor = max(round(self.probe_steps * steps), 1), self.finishes / self.candidates
        shares = [number / self.rungs for number in range(1, self.rungs + 1)]
        return tuple(
            Rung(max(round(share * last), 1), round(self.candidates * factor**share)) for share in shares
        )

    def _probed(self, draw: Draw) -> Generator[Wanted, Any, Draw]:
        """The draw of the seeds that are left after the last rung, the most promising first."""
        for rung in self.schedule(draw.sampling.steps):
            if rung.kept < len(draw.seeds):
                previews: list[Scores] = yield Preview(draw, rung.step)
                order = ranked([promise(scores) for scores in previews])[: rung.kept]
                draw = replace(draw, seeds=tuple(draw.seeds[row] for row in order))
        return draw

    def _thinning(self, steps: int) -> Thinning | None:
        """The latent frames that are not drawn to the end, once the plan of the clip is settled."""
        settled = self.schedule(steps)[-1].step
        return Thinning(settled, self.every, self.renumber) if self.every > 1 else None

    def _told(
        self, seeds: Sequence[int], left: Sequence[int], takes: Sequence[Take], sampling: Sampling
    ) -> str:
        schedule = self.schedule(sampling.steps)
        drawn = ", ".join(str(take.clip.seed) for take in takes)
        after = f"after {schedule[-1].step} of {sampling.steps} steps"
        thinned = f" Latent frames were left out {after}." if self.every > 1 else ""
        begun = f"{len(seeds)} seeds were begun, {len(left)} of them left {after}, and"
        return ("Seeds begun and" if len(left) == len(seeds) else begun) + f" finished: {drawn}.{thinned}"


def promise(scores: Scores) -> float:
    """How much a preview promises: how far its best frames stand out for the wish, as the gate sees it.

    Where nothing contrasts, what its later half gains over the source: a preview is rough, and the highest of
    its frames would count for more of what is noise.
    """
    if "contrast" in scores.columns:
        return float(running(scores["contrast"]).max())
    semantic = scores["semantic"]
    late = semantic[-max(len(semantic) // 2, 1) :]
    return float(late.mean() - scores.source["semantic"])


def ranked(promises: Sequence[float]) -> list[int]:
    """The candidates, the most promising first."""
    return sorted(range(len(promises)), key=lambda row: -promises[row])


def evaluations(schedule: Sequence[Rung], candidates: int, finished: int, guidance: Sequence[float]) -> int:
    """How often the network is asked; a guided step asks it twice."""
    costs = [1 if scale == 1 else 2 for scale in guidance]
    total, done = 0, 0
    for rung in schedule:
        total += candidates * sum(costs[done : rung.step])
        done, candidates = rung.step, rung.kept
    return total + finished * sum(costs[done:])
