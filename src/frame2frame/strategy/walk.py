"""How far a path has come: its state, the clause of the wish that is under way, and those reached before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..geometry.energy import Features
from ..media.pictures import fit
from ..plugins.stages import Encoder
from ..score.ability import abilities
from ..score.contrast import Contrast
from ..score.degree import COLUMN as DEGREE
from ..score.degree import Asked
from ..score.similarity import Similarity, limits_of
from ..select.gate import SINCE, Gate, Mask
from ..select.rules import at_rest
from ..values import Caption, Picture, Sampling, Scores, Step, Take, Vectors

LOSES, LEADS, SHOWS, RESTS = 0, 1, 2, 3
"""What a frame is worth as the next state: it has lost a clause reached before; it has not; it also passes
the gate; it also looks like where its clip has settled, so that nothing is in the middle of its way."""

MOST_UNDONE = 0.85
"""So much of a clause's change in feature space may be taken back by later states, as other changes bend it.

Of 120 drawn wishes of two clauses nearly all right ends lie below, no source, and most pictures that lack the
first clause: this tells of a clip that goes back, and little more. The last table of `f2f evaluate clauses
--count 120 --rounds 2 --candidates 1 --frames 9 --steps 1` has the shares, which no drawing changes.
"""


@dataclass(frozen=True, eq=False)
class Reached:
    """A clause that the path has reached."""

    before: Vectors
    """(1, features) of the state that it began at."""
    after: Vectors
    """That of the state which showed it."""

    def keeps(self, vectors: Vectors) -> Mask:
        """(frames,)."""
        back = (self.before - self.after)[0].astype(np.float64)
        undone = (vectors - self.after) @ back / max(float(back @ back), 1e-12)
        return np.asarray(undone < MOST_UNDONE)


@dataclass(frozen=True, eq=False)
class Walk:
    """How far the path has come."""

    caption: Caption
    """Of the clause that is under way."""
    picture: Picture
    """The current state, without padding."""
    gate: Gate
    path: tuple[Features, ...] = ()
    """Of all states from the source on, once a round was scored."""
    over: bool = False
    """Whether the clause that is under way is over: the state passes the gate, or, where the gate judges
    nothing, a round has led to it, as no further one could be told to be better."""
    tells: bool = False
    """Whether the gate can say that the state does not show the clause."""
    is_tried: bool = False
    """Whether the encoder was tried on the source, and so must be on each state that a clause begins at."""
    looked: bool = False
    """Whether a round of this clause was scored."""
    began: Similarity | None = None
    """What the clause is told by, from the state that it begins at; None where that is the source."""
    reached: tuple[Reached, ...] = ()
    """The clauses before it."""

    @property
    def missed(self) -> bool:
        """Whether it could be told that the state shows the edit, and it does not."""
        return self.tells and not self.done

    @property
    def done(self) -> bool:
        """Whether the last clause is over."""
        return self.over and not self.caption.to_come

    @classmethod
    def begin(cls, image: Picture, sampling: Sampling, caption: Caption, gate: Gate) -> Walk:
        fitted = fit(image, sampling.height, sampling.width, sampling.fit)
        return cls(caption, fitted.crop(fitted.picture), gate)

    def path_of(self, scores: Scores) -> tuple[Features, ...]:
        """The states so far; these scores know the first one, which is the source."""
        return self.path or (Features.of_source(scores),)

    def told(self, scores: Scores) -> Scores:
        """The scores as the clause under way sees them.

        Its gain and its contrast are told from the state that it begins at, on which the encoder is tried
        too. Its thing may be in that state or in the source. What must stay is still told from the source.
        """
        if self.began is None or scores.vectors is None:
            return scores
        own = replace(self.began, calibration=scores.calibration).of_vectors(scores.vectors)
        columns = {"contrast": own.columns["contrast"], SINCE: own.columns["preservation"]}
        source = {"semantic": own.source["semantic"], "contrast": 0.0, SINCE: 0.0}
        if self.began.asked is not None:
            source[DEGREE] = self.began.asked.before
        known = [one for one in (scores.presence, own.presence) if one is not None]
        return replace(
            scores,
            columns={**scores.columns, **columns},
            source={**scores.source, **source},
            presence=max(known, default=None),
            ability=own.ability,
        )

    def worth(self, take: Take) -> NDArray[np.int64]:
        """(frames,): what each is worth as the next state."""
        scores = take.scores
        shows = self.gate.shows(scores) & self.gate.stands(scores)
        kept = [one.keeps(scores.vectors) for one in self.reached if scores.vectors is not None]
        found = LEADS + shows.astype(np.int64) + at_rest(take.clip.frames, shows)
        return np.where(np.all(kept, axis=0), found, LOSES) if kept else found

    def after(self, step: Step) -> Self:
        """Where a finished round leads."""
        path, index = self.path_of(step.scores), step.choice.index
        tells, is_tried = self.gate.tells(step.scores), step.scores.ability is not None
        stayed = replace(self, path=path, tells=tells, is_tried=is_tried, looked=True)
        if index is None:
            return stayed
        over = arrives(self.gate, [step]) or not self.gate.judges(step.scores)
        path = (*path, Features.of(step.scores)[index])
        return replace(stayed, picture=step.clip.frames[index], path=path, over=over)

    def towards(self, caption: Caption, encoder: Encoder) -> Self:
        """On to the next clause, from the state that the one before has led to."""
        state = self.path[-1].vectors
        (contrast,) = Contrast.of_all(encoder, state, [caption])
        before = self.path[0].vectors if self.began is None else self.began.before
        return replace(
            self,
            caption=caption,
            path=tuple(replace(one, semantic=one.vectors @ contrast.target[0]) for one in self.path),
            over=False,
            looked=False,
            began=Similarity(
                encoder,
                state,
                contrast,
                ability=abilities(encoder, self.picture[None])[0] if self.is_tried else None,
                limits=limits_of(encoder, state[0]),
                unknown=not self.gate.calibrated,
                asked=Asked.of(self.picture, caption),
            ),
            reached=(*self.reached, Reached(before, state)),
        )


def arrives(gate: Gate, steps: Sequence[Step]) -> bool:
    """Whether the state that rounds have led to passes the gate, which can tell."""
    last = next((step for step in reversed(steps) if step.choice.index is not None), None)
    if last is None or last.choice.index is None or not gate.tells(last.scores):
        return False
    return bool(gate.shows(last.scores)[last.choice.index])


def completes(gate: Gate, steps: Sequence[Step]) -> bool:
    """Whether they have led to a state that shows the whole wish, all of its clauses."""
    return arrives(gate, steps) and not next(one for one in reversed(steps) if one.passed).caption.to_come
