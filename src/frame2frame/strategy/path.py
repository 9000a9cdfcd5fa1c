"""The iterative mode: several short ways instead of one long leap.

In each round the clips begin at the current state. Of all their frames the one with the least energy becomes
the next state, if it costs less than staying. What must be preserved is judged against the user's picture.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from ..geometry.energy import Features, Weights
from ..media.pictures import fit
from ..plugins.capabilities import StrategyCapabilities
from ..plugins.draws import Draw, Drawn, Wanted
from ..plugins.options import SEVERAL, Flag, Widget, option, part
from ..plugins.stages import Stages
from ..select.gate import Gate, printed
from ..values import Caption, Choice, Note, Picture, Sampling, Scores, Step, Take
from .options import candidates


@dataclass(frozen=True)
class Path(Weights):
    """Rounds of candidates from the current state; the energy picks the next one.

    What changes over the rounds goes in equal steps from its first value to that of the last round, which has
    the whole size and all steps. Raises InputError for values that cannot be.
    """

    capabilities: ClassVar = StrategyCapabilities("Iterative", resumes=True, walks=True)

    rounds: int = option(
        5,
        "Rounds of a path.",
        low=1,
        flag=Flag("rounds", panel=SEVERAL),
        widget=Widget("path", "Rounds", high=12, step=1, beside=True),
    )
    candidates: int = candidates(
        3, "Clips to draw in each round.", Widget("path", "Candidates", high=8, step=1)
    )
    strength: float = option(
        1.0,
        "Noise that the first round of a path starts with, up to 1; less keeps more of the picture.",
        above=0,
        high=1,
        flag=Flag("strength", panel=SEVERAL),
        widget=Widget(
            "path",
            "Noise strength",
            "1 starts each round from pure noise; less keeps more of where the path is.",
            low=0.05,
            step=0.05,
        ),
    )
    """1 starts from pure noise, s from the still clip of the state with noise up to step (1 − s)·steps."""
    last_strength: float | None = option(
        None,
        "Noise that the last round of a path starts with; the rounds between change evenly.",
        above=0,
        high=1,
        flag=Flag("last_strength", panel=SEVERAL, shown="that of --strength"),
    )
    first_size: float = option(
        1.0, "The share of the sides in the first round; later rounds grow evenly.", above=0, high=1
    )
    first_steps: float = option(
        1.0, "The share of the steps in the first round; later rounds take more, evenly.", above=0, high=1
    )
    gate: Gate = part(Gate, "The path stops at a state that passes it.")

    @property
    def draws(self) -> int:
        return self.rounds * self.candidates

    def run(
        self,
        image: Picture,
        instruction: str,
        sampling: Sampling,
        seeds: Sequence[int],
        stages: Stages,
        finished: Sequence[Step] = (),
    ) -> Generator[Caption | Note | Step | Wanted, Any, None]:
        caption = finished[0].caption if finished else stages.captioner.write(image, instruction)
        yield caption
        walk = Walk.begin(image, sampling, caption, self.gate)
        for step in finished:
            walk = walk.after(step)
        for number in range(len(finished), self.rounds):
            if walk.arrived:
                return
            own = tuple(seeds[number * self.candidates : (number + 1) * self.candidates])
            drawn: Drawn = yield self.draw(number, walk, own, sampling, image)
            step = self.decide(drawn, walk)
            walk = walk.after(step)
            yield replace(step, ended=self._ended(walk, step, number + 1))
        if walk.missed:
            yield Note("The path ended before the edit is complete: give it more rounds, or raise w_sem.")

    def _ended(self, walk: Walk, step: Step, walked: int) -> str:
        """Why the path goes no further after so many rounds; empty where it does."""
        of, target = f"round {walked} of {self.rounds}", walk.caption.target
        if walk.arrived and step.choice.index is not None:
            now = printed(step.scores["semantic"][step.choice.index])
            return f"The path stopped after {of}, as its state shows “{target}” (similarity {now})."
        if walked < self.rounds:
            return ""
        cannot_tell = "" if walk.tells else "; nothing was there by which it could stop sooner"
        return f"The path ended with {of}, the last{cannot_tell}."

    def draw(
        self, number: int, walk: Walk, seeds: tuple[int, ...], sampling: Sampling, image: Picture
    ) -> Draw:
        """The candidates of a round, which begin at the current state, coarse at first."""
        size, strength = self._between(self.first_size, 1.0, number), self._strength(number)
        fewer = self._sampling(number, sampling)
        return Draw(walk.picture, walk.caption, seeds, fewer, image, size=size, strength=strength)

    def _sampling(self, number: int, sampling: Sampling) -> Sampling:
        """The settings of a round, with as many steps as it has."""
        steps = max(1, round(self._between(self.first_steps, 1.0, number) * sampling.steps))
        places = np.linspace(0, sampling.steps - 1, steps).round().astype(int)
        return replace(sampling, steps=steps, guidance=tuple(sampling.guidance[place] for place in places))

    def _strength(self, number: int) -> float:
        last = self.strength if self.last_strength is None else self.last_strength
        return self._between(self.strength, last, number)

    def _between(self, first: float, last: float, number: int) -> float:
        return first + (last - first) * number / max(self.rounds - 1, 1)

    def decide(self, drawn: Drawn, walk: Walk) -> Step:
        """Which frame of a round's candidates is the next state, or none if staying costs less."""
        takes = [Take(take.clip, self._scored(take.scores, walk)) for take in drawn.takes]
        best = max(takes, key=lambda take: take.scores["energy"].max())
        order = np.argsort(-best.scores["energy"], kind="stable")
        index, second = int(order[0]), int(order[1]) if len(order) > 1 else None
        reached, still = float(best.scores["energy"][index]), best.scores.source["energy"]
        kept = reached > still
        where, count = f"{index} of seed {best.clip.seed}", sum(len(take.clip) for take in takes)
        figures = f"(energy {printed(-reached)}; staying costs {printed(-still)}, and less is better)"
        reason = (
            f"Frame {where} is the best next state of {count} frames {figures}."
            if kept
            else f"None of {count} frames is better than staying; frame {where} comes closest {figures}."
        )
        choice = Choice(index if kept else None, reason, second if kept else index)
        others = tuple(take for take in takes if take is not best)
        passed = (index,) if kept else ()
        return Step(walk.caption, best.clip, best.scores, choice, drawn.seconds, others, passed)

    def _scored(self, scores: Scores, walk: Walk) -> Scores:
        path = walk.path_of(scores)
        energies, still = self.energy(Features.of(scores), path), float(self.energy(path[-1], path)[0])
        columns = {**scores.columns, "energy": tuple(float(-energy) for energy in energies)}
        return replace(scores, columns=columns, source={**scores.source, "energy": -still})


@dataclass(frozen=True, eq=False)
class Walk:
    """How far the path has come."""

    caption: Caption
    picture: Picture
    """The current state, without padding."""
    gate: Gate
    path: tuple[Features, ...] = ()
    """Of all states from the source on, once a round was scored."""
    arrived: bool = False
    """Whether the state passes the gate."""
    tells: bool = False
    """Whether the gate can say that it does not."""

    @property
    def missed(self) -> bool:
        """Whether it could be told that the state shows the edit, and it does not."""
        return self.tells and not self.arrived

    @classmethod
    def begin(cls, image: Picture, sampling: Sampling, caption: Caption, gate: Gate) -> Walk:
        fitted = fit(image, sampling.height, sampling.width, sampling.fit)
        return cls(caption, fitted.crop(fitted.picture), gate)

    def path_of(self, scores: Scores) -> tuple[Features, ...]:
        """The states so far; these scores know the first one, which is the source."""
        return self.path or (Features.of_source(scores),)

    def after(self, step: Step) -> Self:
        """Where a finished round leads."""
        path, index = self.path_of(step.scores), step.choice.index
        tells = self.gate.tells(step.scores)
        if index is None:
            return replace(self, path=path, tells=tells)
        arrived = arrives(self.gate, [step])
        path = (*path, Features.of(step.scores)[index])
        return replace(self, picture=step.clip.frames[index], path=path, arrived=arrived, tells=tells)


def arrives(gate: Gate, steps: Sequence[Step]) -> bool:
    """Whether the state that rounds have led to passes the gate, which can tell."""
    last = next((step for step in reversed(steps) if step.choice.index is not None), None)
    if last is None or last.choice.index is None or not gate.tells(last.scores):
        return False
    return bool(gate.shows(last.scores)[last.choice.index])
