"""Whether the region of an edit is found, and what comes of keeping the rest of the source as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...media.pictures import fit
from ...select.region import Keep, Region, composed
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...values import Clip, Picture, Sampling, Step
from ...worlds.tabletop import Episode, judge
from ...worlds.tabletop.edits import WHOLE_SCENE
from ...worlds.tabletop.measures import dilated
from ..results import COUNT, Column, Groups, Results, by_kind, median, share, within
from ..statistics import Difference, Number, Share
from ..task import EditingTask
from ..truth import ERROR, SPILL, Answer, in_full

TOLERANCE = 4
"""Pixels around the changed ones in which the region may lie and still be precise."""


@dataclass(frozen=True)
class Refused:
    """One edit in which no frame shows the wish."""

    seed: int
    kind: str
    index: None = None


@dataclass(frozen=True)
class Kept:
    """One edit that chose a frame: its region against the truth, and the answer without and with it."""

    seed: int
    kind: str
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
    """What is measured of an edit; the source as the model repeats it is the second value."""
    (step, repeated), index = came, came[0].choice.index
    if index is None:
        return Refused(one.seed, one.kind)
    frames = in_full(step.clip.frames, one)
    clip = Clip(frames, tuple(range(len(frames))), one.seed)
    region = Keep().region(clip, index, repeated, one.changed.shape)
    answers = np.stack([frames[index], composed(one.source, frames[index], region)])
    judged, near = judge(answers, one), dilated(one.changed, TOLERANCE)
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
    return Column("least", f"least_{name}", lambda ones: Number(min(getattr(one, name) for one in ones)))


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
DIFFERENCE = Column(
    "points",
    "success_difference",
    lambda ones: Difference.of([one.plain.success for one in ones], [one.kept.success for one in ones]),
)
ANSWERS = (
    share("identical outside", "identical"),
    *(
        within(way, share("", "success", is_brief=True), header)
        for way, header in (("plain", "success"), ("kept", "kept"))
    ),
    DIFFERENCE,
    *(within(way, SPILL, header) for way, header in (("plain", "spill"), ("kept", "kept"))),
    *(within(way, ERROR, "") for way in ("plain", "kept")),
)


class KeepTheRest(EditingTask):
    measure = staticmethod(kept)
    tables = (
        ("Regions of edits against the truth (medians)", REGIONS),
        ("Answers without and with the rest kept", ANSWERS),
    )

    def runs(self, ready: Sampling, one: Episode, number: int) -> list[Run[Any]]:
        return [self.run(OneShot(), one, ready, (self.plan.seed + number,))]

    def look(self, ready: Sampling, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Any]:
        made = super().look(ready, batch, first, hands)
        return [
            (step, self._repeated(ready, one.source))
            for one, (((step,),), _) in zip(batch, made, strict=True)
        ]

    def _repeated(self, sampling: Sampling, source: Picture) -> Picture:
        fitted = fit(source, sampling.height, sampling.width)
        return fitted.restore(self.stages.generator.repeated(fitted.picture))

    def groups(self, answers: Sequence[Kept | Refused]) -> Groups:
        found = [one for one in answers if isinstance(one, Kept)]
        sorts = {
            name: [one for one in found if (one.kind in WHOLE_SCENE) == is_whole]
            for name, is_whole in (("local", False), ("whole", True))
        }
        return by_kind(found, sorts)

    def results(self, ready: Any, answers: Sequence[Kept | Refused]) -> Results:
        found = super().results(ready, answers)
        refused = Share.of(isinstance(one, Refused) for one in answers).as_json()
        return replace(found, figures={"refused": refused, **found.figures})
