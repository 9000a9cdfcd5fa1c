"""What is done to the chosen frame: the rest of the source is kept as it was, or the frame is drawn again.

Whether the region of an edit is found and what comes of keeping the rest; whether drawing the frame again at
rest makes it sharper, and what that costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...media.canvas import Canvas
from ...score.redraw import unchanged
from ...score.sharpness import sharpness
from ...select.region import Keep, Region, composed
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.refine import Refine
from ...values import Clip, Picture, Step
from ...worlds.tabletop import Episode
from ...worlds.tabletop.edits import WHOLE_SCENE
from ...worlds.tabletop.measures import dilated
from ..measures.looks import looked
from ..results.columns import COUNT, Case, Column, Groups, Row, by_kind, median, points, share, within
from ..results.statistics import Share
from .task import Batch, EditingTask
from .truth import ERROR, LOOKS, SPILL, SUCCESS, Answer, in_full

TOLERANCE = 4
"""Pixels around the changed ones in which the region may lie and still be precise."""


@dataclass(frozen=True)
class Refused(Case):
    """One edit in which no frame shows the wish."""

    index: None = None


@dataclass(frozen=True)
class Kept(Case):
    """One edit that chose a frame: its region against the truth, and the answer without and with it."""

    index: int
    whole: bool
    """Whether the edit was taken for one of the whole picture."""
    share: float
    """The share of the picture that is not the source's own pixels."""
    recall: float
    """The share of the changed pixels that lie in the region."""
    precision: float
    """The share of the region's pixels that changed, or lie at most 4 pixels from one that did."""
    soft_precision: float
    """The same with the region's soft border."""
    identical: bool | None
    """Whether all pixels outside the region are the source's; None where there are none."""
    plain: Answer
    """Without keeping the rest."""
    kept: Answer
    """With it."""


def kept(one: Episode, came: tuple[Step, Picture]) -> Kept | Refused:
    """What is measured of an edit; the source as the autoencoder repeats it is the second value."""
    (step, repeated), index = came, came[0].choice.index
    if index is None:
        return Refused(one.seed, one.kind)
    frames = in_full(step.clip.frames, one)
    clip = Clip(frames, tuple(range(len(frames))), one.seed)
    region = Keep().region(clip, index, unchanged(frames[0], repeated, one.source), one.changed.shape)
    answers = np.stack([frames[index], composed(one.source, frames[index], region)])
    judged, near = looked(answers, one), dilated(one.changed, TOLERANCE)
    return Kept(
        seed=one.seed,
        kind=one.kind,
        index=index,
        whole=region.whole,
        share=region.share,
        recall=_share(region.mask >= 0.5, one.changed),
        precision=_share(near, region.mask >= 0.5),
        soft_precision=_share(near, region.mask > 0),
        identical=_identical(one.source, answers[1], region),
        plain=Answer.of(judged, 0),
        kept=Answer.of(judged, 1),
    )


def _share(hit: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    """The share of the pixels `among` that are hit; all of none."""
    return float(hit[among].mean()) if among.any() else 1.0


def _identical(source: Picture, result: Picture, region: Region) -> bool | None:
    outside = region.mask == 0
    return bool((result[outside] == source[outside]).all()) if outside.any() else None


def _least(name: str) -> Column:
    return Column("least", f"least_{name}", lambda ones: min(getattr(one, name) for one in ones), 3)


REGIONS = (
    COUNT,
    median("share", "share"),
    median("recall", "recall"),
    _least("recall"),
    median("precision", "precision"),
    _least("precision"),
    median("", "soft_precision"),
    share("whole [95 %]", "whole"),
)
ANSWERS = (
    share("identical outside", "identical"),
    share("success", "plain_success", "plain.success", is_brief=True),
    share("kept", "kept_success", "kept.success", is_brief=True),
    points("points", "success_difference", "plain.success", "kept.success"),
    within("plain", SPILL, "spill"),
    within("kept", SPILL, "kept"),
    within("plain", ERROR, ""),
    within("kept", ERROR, ""),
)


def looks(*fields: str) -> tuple[Column, ...]:
    """How the answers look that are in these fields."""
    return tuple(within(field, one, one.header) for field in fields for one in LOOKS)


class KeepTheRest(EditingTask):
    measure = staticmethod(kept)
    tables = (
        ("Regions of edits against the truth (medians)", REGIONS),
        ("Answers without and with the rest kept", ANSWERS),
        ("How they look, without and with the rest kept", looks("plain", "kept")),
    )

    def look(self, batch: Batch) -> Iterable[tuple[Step, Picture]]:
        repeated = [self.repeated(one.source) for one in batch.episodes]
        return zip((step for ((step,),) in super().look(batch)), repeated, strict=True)

    def groups(self, answers: Sequence[Kept | Refused]) -> Groups:
        found = [one for one in answers if isinstance(one, Kept)]
        local, whole = ([one for one in found if (one.kind in WHOLE_SCENE) == sort] for sort in (False, True))
        return by_kind(found, {"local": local, "whole": whole})

    def more(self, answers: Sequence[Kept | Refused]) -> Row:
        return {"refused": Share.of(isinstance(one, Refused) for one in answers).as_json()}


@dataclass(frozen=True)
class Refined(Case):
    """One edit that chose a frame, without and with its refinement."""

    taken: bool
    """Whether a frame of the still clip was sharper."""
    sharpness: float
    """Over that of the drawn target."""
    sharpness_after: float
    plain: Answer
    refined: Answer


def refined(one: Episode, came: Sequence[Sequence[Step]]) -> Refined | Refused:
    """What is measured of an edit's step, and of the one that refines it, if there is one."""
    ((step, *again),) = came
    if step.choice.index is None:
        return Refused(one.seed, one.kind)
    before, after = (_answer(steps, one) for steps in ([step], [step, *again]))
    judged, target = looked(np.stack([before, after]), one), sharpness(one.target)
    return Refined(
        seed=one.seed,
        kind=one.kind,
        taken=bool(again[0].passed),
        sharpness=sharpness(before) / target,
        sharpness_after=sharpness(after) / target,
        plain=Answer.of(judged, 0),
        refined=Answer.of(judged, 1),
    )


def _answer(steps: Sequence[Step], one: Episode) -> Any:
    last = next(step for step in reversed(steps) if step.passed)
    return Canvas.of(one.source).placed(last.clip.frames[last.passed[-1]])


REFINED = (
    COUNT,
    share("taken", "taken", is_brief=True),
    median("sharp", "sharpness", 2),
    median("after", "sharpness_after", 2),
    within("plain", SUCCESS, "success [95 %]"),
    within("refined", SUCCESS, "after [95 %]"),
    within("plain", ERROR, "error"),
    within("refined", ERROR, "after"),
    within("plain", SPILL, ""),
    within("refined", SPILL, ""),
    points("", "success_difference", "plain.success", "refined.success"),
)
"""Without and with the refinement; sharpness over that of the drawn target."""


class Refining(EditingTask):
    measure = staticmethod(refined)
    tables = (
        ("Sharpness over the target's, success and median error, without and with refinement", REFINED),
        ("How the answers look, without and with refinement", looks("plain", "refined")),
    )

    def runs(self, one: Episode, number: int) -> list[Run[Any]]:
        """One shot, whose answer is drawn again at the end, as an edit does it."""

        def run() -> Run[Any]:
            step = yield from self.begun(OneShot(), one, [self.plan.seed + number])
            if step.passed:
                yield (yield from Refine().again(one.source, step, self.sampling))

        return [run()]

    def groups(self, answers: Sequence[Refined | Refused]) -> Groups:
        return by_kind([one for one in answers if isinstance(one, Refined)])
