"""The iterative mode: several short ways instead of one long leap.

In each round the clips begin at the current state. Of all their frames the one with the least energy becomes
the next state, if it costs less than staying or passes the gate. A wish of several clauses is walked
clause by clause: the next one begins at the state that shows those before it. What must be preserved is
judged against the user's picture.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from ..caption.clauses import Split, split_of
from ..geometry.energy import Features, Weights
from ..plugins.capabilities import StrategyCapabilities
from ..plugins.draws import Draw, Drawn, SourceScores, Wanted
from ..plugins.options import SEVERAL, Flag, Widget, given, option, part
from ..plugins.stages import Stages
from ..select.gate import Gate, printed
from ..values import Caption, Cause, Choice, Clip, Note, Picture, Sampling, Scores, Step, Take
from .drafts import source_of
from .options import candidates
from .walk import LOSES, SHOWS, Walk


@dataclass(frozen=True)
class Path(Weights):
    """Rounds of candidates from the current state; the energy picks the next one.

    What changes over the rounds goes in equal steps from its first value to that of the last round, which has
    the whole size and all steps. Raises InputError for values that cannot be.
    """

    capabilities: ClassVar = StrategyCapabilities("Iterative", resumes=True, walks=True, clauses=True)

    rounds: int = option(
        5,
        "Rounds of a path, all clauses of the wish together.",
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
    stop: bool = option(True, "Stop at a state that shows the whole wish; else all rounds are drawn.")
    correct: int = option(
        0,
        "How many times the best frame of a round is drawn again, each time from half the noise, to lower "
        "its energy.",
        low=0,
        high=8,
    )
    clauses: tuple[str, ...] | None = given(None)
    """Of the wish, walked one after another; none where it is walked as one, None where that is still to be
    said."""

    @property
    def draws(self) -> int:
        return self.rounds * self.candidates

    def evaluations(self, rounds: int, sampling: Sampling) -> int:
        """How often the network is asked in so many rounds at most; a guided step asks it twice."""
        return sum(self._cost(number, sampling) for number in range(rounds))

    def _cost(self, number: int, sampling: Sampling) -> int:
        """Of a round; a clip that does not begin at pure noise takes its last steps only."""
        costs = [1 if scale == 1 else 2 for scale in self._sampling(number, sampling).guidance]
        strengths = [self._strength(number)] * self.candidates + self._corrections()
        return sum(sum(costs[len(costs) - round(strength * len(costs)) :]) for strength in strengths)

    def run(
        self,
        image: Picture,
        instruction: str,
        sampling: Sampling,
        seeds: Sequence[int],
        stages: Stages,
        finished: Sequence[Step] = (),
    ) -> Generator[Caption | Note | Step | Wanted, Any, None]:
        wishes, notes = self._split(instruction, stages, finished)
        yield from map(Note, notes)
        if len(wishes) > self.rounds:
            yield Note(
                f"The wish has {len(wishes)} clauses, more than the path has rounds: it is walked as one."
            )
            wishes = ()
        caption = finished[0].caption if finished else caption_of(stages, image, instruction, wishes)
        yield caption
        walk = Walk.begin(image, sampling, caption, self.gate)
        for number in range(self.rounds):
            before = finished[number] if number < len(finished) else None
            if walk.over and (place := walk.caption.clause + 1) < len(wishes):
                caption = (
                    before.caption if before else caption_of(stages, walk.picture, instruction, wishes, place)
                )
                yield caption
                walk = walk.towards(caption, stages.encoder)
            step = before or (yield from self._round(number, walk, seeds, sampling, image))
            walk = walk.after(step)
            ended = self._ended(walk, step, number + 1)
            if before is None:
                yield replace(step, ended=ended)
            if ended:
                break
        if walk.missed and (not step.choice.cause or walk.caption.clauses):
            yield Note(self._missed(walk, step))

    def _split(self, instruction: str, stages: Stages, finished: Sequence[Step]) -> Split:
        """The clauses to be walked; none where the wish is walked as one."""
        if finished:
            return Split(finished[0].caption.clauses)
        return split_of(stages.captioner, instruction) if self.clauses is None else Split(self.clauses)

    def _round(
        self, number: int, walk: Walk, seeds: Sequence[int], sampling: Sampling, image: Picture
    ) -> Generator[Wanted, Any, Step]:
        """The step of a round; of a clause's first one nothing is drawn where its thing is not there."""
        own = tuple(seeds[number * self.candidates : (number + 1) * self.candidates])
        draw = self.draw(number, walk, own, sampling, image)
        if not walk.looked:
            scores: Scores = walk.told((yield SourceScores(draw)))
            if (none := self.gate.foreseen(scores, walk.caption)) is not None:
                clip = Clip(source_of(draw)[None], (0,), own[0])
                return Step(walk.caption, clip, self._scored(scores, walk), none)
        drawn: Drawn = yield draw
        step = self.decide(drawn, walk)
        for strength in self._corrections():
            if step.choice.index is not None:
                frame = step.clip.frames[step.choice.index]
                near: Drawn = yield replace(draw, picture=frame, seeds=own[:1], strength=strength)
                step = corrected(step, self.decide(near, walk), walk)
        return step

    def _corrections(self) -> list[float]:
        """How much noise each starts with: half, a quarter …"""
        return [0.5**again for again in range(1, self.correct + 1)]

    def _ended(self, walk: Walk, step: Step, walked: int) -> str:
        """Why the path goes no further after so many rounds; empty where it does.

        A clause has all rounds that are left, but one for each clause that follows it.
        """
        of, caption = f"round {walked} of {self.rounds}", walk.caption
        if walk.done and self.stop and step.choice.index is not None:
            if not walk.tells:
                return f"The path stopped after {of}, as no further one could be told to be better."
            now = printed(step.scores["semantic"][step.choice.index])
            shown = f"{_all_of(caption)}“{caption.target}” (similarity {now})"
            return f"The path stopped after {of}, as its state shows {shown}."
        if step.choice.cause == Cause.NOT_THERE:
            return f"The path ended before {of}.{_unreached(walk)}"
        if walked < self.rounds - (0 if walk.over else caption.to_come):
            return ""
        cannot_tell = "" if walk.tells else "; nothing was there by which it could stop sooner"
        last = ", the last" if walked == self.rounds else ""
        return f"The path ended with {of}{last}{cannot_tell}.{_unreached(walk)}"

    def _missed(self, walk: Walk, step: Step) -> str:
        """A note on a path that ends before the edit is complete."""
        what = _unreached(walk).strip() or "The path ended before the edit is complete."
        missing = self.gate.missing(step.scores, walk.caption)
        return f"{what[:-1]}: {missing or 'give it more rounds, or raise w_sem.'}"

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
        """Which frame of a round's candidates is the next state, or none if staying is better."""
        takes = [Take(take.clip, self._scored(walk.told(take.scores), walk)) for take in drawn.takes]
        best = max(takes, key=lambda take: max(_worth(take, walk)))
        worths = _worth(best, walk)
        order = sorted(range(len(best.clip)), key=worths.__getitem__, reverse=True)
        index, second = order[0], order[1] if len(order) > 1 else None
        (worth, reached), still = worths[index], best.scores.source["energy"]
        kept = (worth >= SHOWS and not walk.over) or (worth != LOSES and reached > still)
        reason = self._reason(best, index, walk, sum(len(take.clip) for take in takes), worth, kept)
        choice = Choice(index if kept else None, reason, second if kept else index)
        choice = self.gate.unjudged(choice, best.scores)
        others = tuple(take for take in takes if take is not best)
        passed = (index,) if kept else ()
        return Step(walk.caption, best.clip, best.scores, choice, drawn.seconds, others, passed)

    def _reason(self, best: Take, index: int, walk: Walk, count: int, worth: int, kept: bool) -> str:
        where, still = f"{index} of seed {best.clip.seed}", best.scores.source["energy"]
        costs = printed(-float(best.scores["energy"][index]))
        figures = f"(energy {costs}; staying costs {printed(-still)}, and less is better)"
        if worth == LOSES:
            what = "None of {count} frames keeps what was reached before"
            return f"{what.format(count=count)}; frame {where} comes closest {figures}."
        if not kept:
            return f"None of {count} frames is better than staying; frame {where} comes closest {figures}."
        not_yet = (
            ""
            if worth >= SHOWS or not self.gate.tells(best.scores)
            else f" It does not show “{walk.caption.target}” yet."
        )
        return f"Frame {where} is the best next state of {count} frames {figures}.{not_yet}"

    def _scored(self, scores: Scores, walk: Walk) -> Scores:
        path = walk.path_of(scores)
        energies, still = self.energy(Features.of(scores), path), float(self.energy(path[-1], path)[0])
        columns = {**scores.columns, "energy": tuple(float(-energy) for energy in energies)}
        return replace(scores, columns=columns, source={**scores.source, "energy": -still})


def corrected(step: Step, near: Step, walk: Walk) -> Step:
    """The step, or the one near it where that has a better frame; each with the clips of both."""

    def worth(one: Step) -> tuple[int, float]:
        return (LOSES, 0.0) if one.choice.index is None else _worth(one, walk)[one.choice.index]

    better, other = (near, step) if worth(near) > worth(step) else (step, near)
    others = (*better.others, Take(other.clip, other.scores), *other.others)
    spent = {name: step.seconds.get(name, 0.0) + more for name, more in near.seconds.items()}
    return replace(better, others=others, seconds={**step.seconds, **spent})


def caption_of(
    stages: Stages, picture: Picture, instruction: str, wishes: tuple[str, ...], clause: int = 0
) -> Caption:
    """The caption of one of the clauses, or of the whole instruction where it has none."""
    written = stages.captioner.write(picture, wishes[clause] if wishes else instruction)
    return replace(written, clauses=wishes, clause=clause)


def _worth(take: Take | Step, walk: Walk) -> list[tuple[int, float]]:
    """Of each frame as the next state; more is better."""
    worths = walk.worth(Take(take.clip, take.scores))
    return list(zip(worths.tolist(), take.scores["energy"].tolist(), strict=True))


def _all_of(caption: Caption) -> str:
    return f"all {len(caption.clauses)} clauses of the wish, the last one " if caption.clauses else ""


def _unreached(walk: Walk) -> str:
    """Which clause a path did not come to, and what it had reached before; empty where that is not so."""
    caption = walk.caption
    if not caption.clauses or walk.done or not walk.tells:
        return ""
    before = "”, “".join(caption.clauses[: caption.clause])
    reached = f"; before it “{before}” {'was' if caption.clause == 1 else 'were'}" if before else ""
    return f" {caption.place[:1].upper()}{caption.place[1:]}, was not reached{reached}."
