"""Whole edits of held-out scenes, and the answers that a model must beat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from time import perf_counter
from typing import Any

import numpy as np

from ...errors import InputError
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...values import Picture, Step
from ...worlds.tabletop import Episode, Judged
from ...worlds.tabletop.draws import Draws
from ...worlds.tabletop.wide import WIDE, draw_wide
from ..episodes import Drawing, reworded
from ..measures.looks import FADE, looked
from ..results.columns import COUNT, Case, Column, Results, Row, Table, by_kind, median, share, within
from ..results.gallery import Gallery, Shown
from ..results.statistics import Difference, Share
from ..wordings.second import second
from .task import Batch, EditingTask
from .truth import ANSWERED, ERROR, HALF, LOOKS, SPILL, SUCCESS, Answer, in_full

CONTROL_SEED = 1
"""Of the control that answers a random frame."""


KNOWN = ("copy of the source", "drawn target", "75 % cross-fade", "drawn target, redrawn")
"""Answers that no clip is needed for. The last went through the autoencoder: the best that could be drawn."""


@dataclass(frozen=True, eq=False)
class Outcome(Case):
    """One edit and how good every frame of its clip would have been."""

    wording: str
    instruction: str
    step: Step
    """Without the pixels of its clip."""
    frames: Judged
    known: Judged
    """What `KNOWN` names as answers."""
    seconds: float
    picture: Picture
    """What was answered."""

    @property
    def index(self) -> int | None:
        return self.step.choice.index

    @property
    def chosen(self) -> Answer:
        return self.answer(self.index)

    @property
    def last(self) -> Answer:
        """The clip's last frame as an answer."""
        return self.answer(len(self.frames.success) - 1)

    @property
    def is_lost(self) -> bool:
        """Whether nothing was answered though the last frame is right."""
        return self.index is None and self.last.success

    def answer(self, index: int | None) -> Answer:
        """How good it is to answer this frame, or the source."""
        return Answer.of(self.known) if index is None else Answer.of(self.frames, index)


COLUMNS = (
    COUNT,
    *(within("chosen", one, one.header, one.name) for one in ANSWERED),
    share("none", "none_chosen", lambda one: one.index is None, is_brief=True),
    share("false", "none_falsely", "is_lost", is_brief=True),
    median("seconds", "seconds", 2),
)

BRIEFLY_HALF = share("half", "", "half", is_brief=True)


def outcomes(
    one: Episode, came: tuple[Mapping[str, str], Sequence[Picture], Sequence[Sequence[Step]], float]
) -> list[Outcome]:
    """One for each wording; with the answers that no clip is needed for, from the redrawn target on."""
    texts, answers, made, seconds = came
    known = looked(np.stack([one.source, one.target, one.rivals[FADE], *answers]), one)
    found = list[Outcome]()
    for (wording, text), (step,) in zip(texts.items(), made, strict=True):
        frames, index = in_full(step.clip.frames, one), step.choice.index
        bare = replace(step, clip=replace(step.clip, frames=step.clip.frames[:0]))
        picture = one.source if index is None else frames[index]
        judged = looked(frames, one)
        found.append(Outcome(one.seed, one.kind, wording, text, bare, judged, known, seconds, picture))
    return found


class Edits(EditingTask):
    """One shot each, in each wording if another than "as-is" is asked for."""

    measure = staticmethod(outcomes)

    @property
    def clips(self) -> int:
        return len(self.wordings)

    @property
    def wordings(self) -> list[str]:
        return list(dict.fromkeys(["as-is", self.plan.wording]))

    def texts(self, one: Episode, number: int) -> dict[str, str]:
        return {wording: worded(one, wording, number) for wording in self.wordings}

    def runs(self, one: Episode, number: int) -> list[Run[Any]]:
        texts, seeds = self.texts(one, number).values(), [self.plan.seed + number]
        return [self.begun(OneShot(), replace(one, instruction=text), seeds) for text in texts]

    def look(self, batch: Batch) -> Iterable[Any]:
        start, texts = perf_counter(), [self.texts(one, number) for number, one in batch.numbered]
        made = list(super().look(batch))
        seconds = (perf_counter() - start) / len(made)
        answers = [self.answers(one) for one in batch.episodes]
        return zip(texts, answers, made, repeat(seconds), strict=False)

    def answers(self, one: Episode) -> list[Picture]:
        """The last of `KNOWN`, and further ones."""
        return [self.repeated(one.target)]

    def rows(self, answers: Sequence[list[Outcome]]) -> Iterable[Row]:
        return [row_of(one[i]) for i in range(len(self.wordings)) for one in answers]

    def results(self, answers: Sequence[list[Outcome]]) -> Results:
        by_wording = {name: [one[i] for one in answers] for i, name in enumerate(self.wordings)}
        plan, asked = self.plan, by_wording[self.plan.wording]
        title = f"selector {plan.select}, caption {plan.caption}, wording {plan.wording}"
        wordings, table = costs(by_wording, plan.wording)
        kinds = {kind: [one.chosen for one in ones] for kind, ones in by_kind(asked).items()}
        looks = {plan.select: kinds.pop("all"), **controls(asked), **kinds}
        against = (SUCCESS, over(asked, plan.select), BRIEFLY_HALF, HALF.untold, ERROR, SPILL)
        found = Results.of(
            self.rows(answers),
            Table.of(f"Edits of held-out scenes, {title}", "kind", by_kind(asked), COLUMNS, "groups"),
            Table.of("Controls", "answer", controls(asked), against, "controls"),
            Table.of("How the answers look", "answer, kind", looks, (COUNT, *LOOKS), "looks"),
            *table,
            wordings=wordings,
            sampling=vars(self.sampling),
        )
        return replace(found, gallery=Gallery("error", [*map(shown, asked)]))


def worded(one: Episode, wording: str, number: int = 0) -> str:
    """The episode's instruction in this wording. Raises InputError where there is none for its world."""
    if wording not in ("second", "wide"):
        return reworded(one.instruction, wording, number, one.things)
    if one.plan is None:
        what = f"the {wording} grammar words one edit of the tabletop world"
        raise InputError(what, got=f"episode {one.seed}, {one.kind}", remedy="take another wording")
    if wording == "wide":
        return draw_wide(Draws(WIDE + one.seed), one.plan.source, one.plan.edit)
    return second(one.plan.source, one.plan.edit, one.seed)


def shown(one: Outcome, draw: Callable[[], Episode] | None = None) -> Shown:
    """An edit beside the drawn target; `draw` is for an episode of another world than the tabletop."""
    answer = one.chosen
    told = {
        "frame": "none" if one.index is None else str(one.index),
        "error": f"{answer.edit_error:.3f}",
        "": "success" if answer.success else "no success",
    }

    def pictures() -> dict[str, Picture]:
        drawn = draw() if draw else Drawing(one.seed, one.kind).draw()
        return {"source": drawn.source, "answer": one.picture, "target": drawn.target}

    return Shown(f"{one.seed}, {one.kind}", one.instruction, -answer.edit_error, told, pictures)


def over(made: Sequence[Outcome], select: str) -> Column:
    """How many points more often what was chosen succeeds than a control, on the same clips."""
    chosen = [one.chosen.success for one in made]
    return Column(
        f"{select} − it, points",
        "chosen_over",
        lambda answers: Difference.of([one.success for one in answers], chosen),
    )


def controls(made: Sequence[Outcome], known: Sequence[str] = KNOWN) -> dict[str, list[Answer]]:
    """Answers that need no choice, by name, and the one that needs the truth."""
    draws, constant = Draws(CONTROL_SEED), best_constant(made)
    choices: dict[str, Callable[[Outcome], int | None]] = {
        "last frame": lambda one: len(one.frames.success) - 1,
        "random frame": lambda one: draws.below(len(one.frames.success)),
        f"best constant: frame {constant}": lambda one: constant,
        "frame best for the truth": lambda one: int(one.frames.edit_error.argmin()),
    }
    without = {name: [Answer.of(one.known, at) for one in made] for at, name in enumerate(known)}
    chosen = {name: [one.answer(choice(one)) for one in made] for name, choice in choices.items()}
    return {**without, **chosen}


def best_constant(made: Sequence[Outcome]) -> int:
    """The frame number that succeeds most often, the one with the least error where several do."""
    hits = np.mean([one.frames.success for one in made], axis=0)
    errors = np.mean([one.frames.edit_error for one in made], axis=0)
    return int(np.lexsort((errors, -hits))[0])


def costs(made: Mapping[str, Sequence[Outcome]], wording: str) -> tuple[dict[str, Any], list[Table]]:
    """Success in each wording, and that of the other one minus that of the plain one."""
    if len(made) == 1:
        return {}, []
    success = {name: [one.chosen.success for one in ones] for name, ones in made.items()}
    shares = {name: Share.of(hits) for name, hits in success.items()}
    difference = Difference.of(success["as-is"], success[wording])
    rows = [*((name, str(share)) for name, share in shares.items()), ("difference, points", str(difference))]
    figures = {name: share.as_json() for name, share in shares.items()} | {"difference": difference.as_json()}
    header = ("wording", "success [95 %]")
    told = {name: {"success": figure} for name, figure in figures.items()}
    return figures, [Table("What the wording costs", header, tuple(rows), figures=told)]


def told(step: Step) -> Row:
    """What an edit went by and what it took, whatever is true."""
    scores, caption = step.scores, step.caption
    kept = [name for name in ("semantic", "contrast", "preservation") if name in scores.columns]
    return {
        "caption": caption.temporal,
        "target_caption": caption.target,
        "index": step.choice.index,
        **{f"frame_{name}": [round(number, 4) for number in scores.columns[name]] for name in kept},
        "source_semantic": round(scores.source["semantic"], 4),
        "threshold": scores.threshold,
        "presence": scores.presence,
        "ability": scores.ability,
    }


def row_of(one: Outcome) -> Row:
    """What is kept of an edit."""
    return {
        "seed": one.seed,
        "kind": one.kind,
        "wording": one.wording,
        "instruction": one.instruction,
        **told(one.step),
        **vars(one.chosen),
        "seconds": round(one.seconds, 4),
        "frame_errors": [round(float(error), 4) for error in one.frames.edit_error],
        "frame_success": [int(hit) for hit in one.frames.success],
    }
