"""Whole edits of held-out photographs, and the answers that a model must beat there.

Intervals are by photograph, as the edits of one share much. Among the controls are the colour map that does
best for a kind of edit on other photographs, whatever the picture shows, and simple ways to fill what the
camera uncovers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...media.canvas import Canvas
from ...media.pictures import resized
from ...media.transfer.ways import AUTO
from ...score.redraw import unchanged
from ...select.answer import Chosen
from ...select.region import Keep
from ...values import Picture, Step
from ...worlds.photoworld import KINDS, PhotographEpisode, Photographs
from ...worlds.photoworld.colour_maps import ColourMap
from ...worlds.photoworld.episodes import known
from ...worlds.photoworld.filters import filled, fitted
from ...worlds.photoworld.kinds import GROUPS, LIGHT_AND_WEATHER, group_of
from ...worlds.photoworld.split import side_of
from ...worlds.tabletop import Episode
from ..episodes import Drawing, Photographed, photographed
from ..measures.looks import looked
from ..results.columns import COUNT, Column, Groups, Results, Table, grouped, mean, median, share
from ..results.gallery import Gallery
from ..results.statistics import Clustered
from .edits import KNOWN, Edits, Outcome, controls, costs, outcomes, row_of, shown
from .truth import Answer

MAP, STRETCHED, MIRRORED = "best fixed colour map", "edges stretched", "edges mirrored"
FILLS = (STRETCHED, MIRRORED)
AS_ANSWERED = "the same, as answered"
"""What a user gets: the change carried over to the picture's own pixels, where it can be."""

SECTIONS = {
    "light, weather": LIGHT_AND_WEATHER,
    "colour": tuple(kind for kind in GROUPS["light, weather, colour"] if kind not in LIGHT_AND_WEATHER),
    "camera": GROUPS["camera"],
    "focus, noise": GROUPS["focus, noise"],
}
"""The kinds that a table of controls is about."""


@dataclass(frozen=True, eq=False)
class PhotographOutcome(Outcome):
    """One edit of a photograph."""

    photograph: str
    answered: Answer
    """What a user gets of the chosen frame."""

    @property
    def group(self) -> str:
        return group_of(self.kind)


@dataclass(frozen=True)
class Placed:
    """An answer, the photograph that it is of, and whether what was chosen for it succeeds."""

    answer: Answer
    photograph: str
    chosen: bool


def _success(ones: Sequence[Placed]) -> Clustered:
    return Clustered.of([one.answer.success for one in ones], [one.photograph for one in ones])


def _over(ones: Sequence[Placed]) -> Clustered:
    gaps = [float(one.chosen) - float(one.answer.success) for one in ones]
    return Clustered.of(gaps, [one.photograph for one in ones], form="+.1%")


def _distance(ones: Sequence[Placed]) -> Clustered | None:
    """None where no network looked."""
    seen = [(one.answer.perceptual, one.photograph) for one in ones if one.answer.perceptual is not None]
    return Clustered.of([one for one, _ in seen], [name for _, name in seen], form=".4f") if seen else None


SUCCESS = Column("success [95 %]", "success", _success)
AGAINST = (
    COUNT,
    SUCCESS,
    Column("chosen − it, points", "chosen_over", _over),
    median("error", "edit_error", of="answer.edit_error"),
    median("sharpness", "sharpness", 2, of="answer.sharpness"),
    mean("perceptual", "perceptual", 4, of="answer.perceptual"),
)


UNCOVERED = (COUNT, Column("perceptual [95 %]", "perceptual", _distance))
"""Of what the camera uncovers alone."""


def photograph_outcomes(one: Episode, came: Any) -> list[Outcome]:
    """One for each wording; the last of the answers is the source, redrawn by the autoencoder."""
    name = one.photograph if isinstance(one, PhotographEpisode) else ""
    _, answers, made, _ = came
    given = looked(np.stack([as_answered(one, step, answers[-1]) for (step,) in made]), one)
    return [
        PhotographOutcome(**vars(outcome), photograph=name, answered=Answer.of(given, at))
        for at, outcome in enumerate(outcomes(one, came))
    ]


def as_answered(one: Episode, step: Step, repeated: Picture) -> Picture:
    """What a user gets of a step, in the episode's size; `repeated` is the source, redrawn."""

    def shown() -> Picture:
        first = step.clip.frames[0]
        return unchanged(first, *(resized(picture, *first.shape[:2]) for picture in (repeated, one.source)))

    return Chosen(step, Canvas.of(one.source), shown, keep=Keep(), transfer=AUTO).answer().picture


class PhotographEdits(Edits):
    """One shot each; of the photographs of the split those that go with the list of seeds."""

    measure = staticmethod(photograph_outcomes)

    @cached_property
    def shown(self) -> Photographs:
        return side_of(Photographs.of(self.plan.photos or ""), self.plan.first_seed)

    @cached_property
    def maps(self) -> Mapping[str, ColourMap]:
        """Fitted to each kind on other photographs, where there are any."""
        if self.plan.fit_photos is None:
            return {}
        others = Photographs.of(self.plan.fit_photos)
        return {kind: fitted(kind, others) for kind in {one.kind for one in self.drawings()}}

    @property
    def known(self) -> tuple[str, ...]:
        """Names of the answers that no clip is needed for."""
        return (*KNOWN, *FILLS, *((MAP,) if self.plan.fit_photos is not None else ()))

    def drawings(self) -> Sequence[Drawing]:
        return photographed(self.shown, self.plan.count, first=self.plan.first)

    def answers(self, one: Episode) -> list[Picture]:
        fills = [filled(one.source, one.kind, mirrored=mirrored) for mirrored in (False, True)]
        maps = [own(one.source) for own in self._map_of(one)]
        return [*super().answers(one), *fills, *maps, self.repeated(one.source)]

    def _map_of(self, one: Episode) -> list[ColourMap]:
        return [self.maps[one.kind]] if self.maps else []

    def results(self, answers: Sequence[list[Any]]) -> Results:
        by_wording = {name: [one[i] for one in answers] for i, name in enumerate(self.wordings)}
        plan, asked = self.plan, by_wording[self.plan.wording]
        title = f"selector {plan.select}, caption {plan.caption}, wording {plan.wording}"
        figures, table = costs(by_wording, plan.wording)
        found = Results.of(
            [_row_of(one) for one in self.in_turn(answers)],
            Table.of(f"Edits of held-out photographs, {title}", "kind", _groups(asked), COLUMNS, "groups"),
            *self._controls(asked),
            *table,
            wordings=figures,
            sampling=vars(self.sampling),
        )
        cases = [shown(one, Photographed(one.seed, one.kind, photographs=self.shown).draw) for one in asked]
        return replace(found, gallery=Gallery("error", cases))

    def in_turn(self, answers: Sequence[list[Any]]) -> list[PhotographOutcome]:
        """All of a wording, then those of the next."""
        return [one[i] for i in range(len(self.wordings)) for one in answers]

    def _controls(self, made: Sequence[PhotographOutcome]) -> list[Table]:
        """What is chosen beside the controls, for each section that there are edits of."""
        tables = []
        for section, kinds in SECTIONS.items():
            if own := [one for one in made if one.kind in kinds]:
                groups = self._answers_to(own, section == "camera")
                tables.append(Table.of(f"Controls: {section}", "answer", groups, AGAINST, section))
        if own := [one for one in made if not known(one.kind).all()]:
            groups = self._answers_to(own, with_fills=True)
            tables.append(Table.of("What the camera uncovers", "answer", groups, UNCOVERED, "uncovered"))
        return tables

    def _answers_to(self, own: Sequence[PhotographOutcome], with_fills: bool) -> dict[str, list[Placed]]:
        frames, given = [one.chosen for one in own], [one.answered for one in own]
        answers = {self.plan.select: frames, AS_ANSWERED: given, **controls(own, self.known)}
        return {
            name: [Placed(it, one.photograph, one.chosen.success) for it, one in zip(ones, own, strict=True)]
            for name, ones in answers.items()
            if with_fills or name not in FILLS
        }


COLUMNS = (
    COUNT,
    Column("photographs", "", lambda ones: len({one.photograph for one in ones})),
    Column("success [95 %]", "success", lambda ones: _success([_placed(one) for one in ones])),
    median("error", "edit_error", of="chosen.edit_error"),
    share("none", "none_chosen", lambda one: one.index is None, is_brief=True),
    share("false", "none_falsely", "is_lost", is_brief=True),
    median("seconds", "seconds", 2),
)


def _row_of(one: PhotographOutcome) -> dict[str, Any]:
    answered = {f"answered_{name}": value for name, value in vars(one.answered).items()}
    return {**row_of(one), "photograph": one.photograph, **answered}


def _placed(one: PhotographOutcome) -> Placed:
    return Placed(one.chosen, one.photograph, one.chosen.success)


def _groups(made: Sequence[PhotographOutcome]) -> Groups:
    return {"all": made, **grouped(made, "group", GROUPS), **grouped(made, "kind", KINDS)}
