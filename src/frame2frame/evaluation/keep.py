"""Part "keep": whether the region of an edit is found, and what comes of keeping the rest as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media.pictures import fit
from ..plugins.stages import Stages
from ..region import Keep, Region, composed
from ..values import Clip, Picture, Sampling
from ..worlds.tabletop import KINDS, Episode, judge
from ..worlds.tabletop.edits import WHOLE_SCENE
from ..worlds.tabletop.measures import dilated
from .crew import ahead, crew
from .found import Found, Row, Table
from .making import Made, Wish, make, stages_of
from .plan import Plan, Report, batches, drawings, drawn
from .shares import Difference, Share
from .stopping import stoppable

TOLERANCE = 4
"""Pixels around the changed ones in which the region may lie and still be precise."""


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
    success: tuple[bool, bool]
    """Without keeping the rest, and with it."""
    spill: tuple[float, float]
    edit_error: tuple[float, float]


@dataclass(frozen=True)
class Refused:
    """One edit in which no frame shows the wish."""

    seed: int
    kind: str


def run(plan: Plan, report: Report) -> Found:
    """Make all edits and keep what was not asked for."""
    stages = stages_of(plan)
    outcomes: list[Kept | Refused] = []
    with stoppable() as stop, crew(plan) as hands:
        for batch in batches(drawn(drawings(plan.count), hands, ahead(plan)), plan.batch):
            sampling = stages.generator.sampling(batch[0].source, plan.frames, plan.steps, plan.guidance)
            outcomes += _outcomes(stages, sampling, batch, plan.seed + len(outcomes), hands)
            report(len(outcomes))
    return replace(_found(outcomes), stopped=stop.after(len(outcomes)))


def _outcomes(
    stages: Stages, sampling: Sampling, batch: Sequence[Episode], seed: int, hands: Executor
) -> Iterator[Kept | Refused]:
    wishes = [Wish(one.source, one.instruction, seed + i) for i, one in enumerate(batch)]
    made = make(stages, sampling, wishes, hands)
    repeated = [_repeated(stages, sampling, one.source) for one in batch]
    return hands.map(_outcome, batch, made, repeated)


def _outcome(one: Episode, made: Made, repeated: Picture) -> Kept | Refused:
    if made.index is None:
        return Refused(one.seed, one.kind)
    return _kept(one, made, made.index, repeated)


def _repeated(stages: Stages, sampling: Sampling, source: Picture) -> Picture:
    fitted = fit(source, sampling.height, sampling.width)
    return fitted.restore(stages.generator.repeated(fitted.picture))


def _kept(one: Episode, made: Made, index: int, repeated: Picture) -> Kept:
    clip = Clip(made.frames, tuple(range(len(made.frames))), one.seed)
    region = Keep().region(clip, index, repeated, one.changed.shape)
    answers = np.stack([made.frames[index], composed(one.source, made.frames[index], region)])
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
        success=(bool(judged.success[0]), bool(judged.success[1])),
        spill=(float(judged.spill[0]), float(judged.spill[1])),
        edit_error=(float(judged.edit_error[0]), float(judged.edit_error[1])),
    )


def _share(hit: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    """The share of the pixels `among` that are hit; all of none."""
    return float(hit[among].mean()) if among.any() else 1.0


def _identical(source: Picture, result: Picture, region: Region) -> bool | None:
    outside = region.mask == 0
    return bool((result[outside] == source[outside]).all()) if outside.any() else None


def _identical_share(kept: Sequence[Kept]) -> Share:
    return Share.of(one.identical for one in kept if one.identical is not None)


def _found(outcomes: Sequence[Kept | Refused]) -> Found:
    kept = [one for one in outcomes if isinstance(one, Kept)]
    sorts = {
        "all": kept,
        "local": [one for one in kept if one.kind not in WHOLE_SCENE],
        "whole": [one for one in kept if one.kind in WHOLE_SCENE],
    }
    kinds = {kind: [one for one in kept if one.kind == kind] for kind in KINDS}
    groups = {name: ones for name, ones in (sorts | kinds).items() if ones}
    return Found(
        figures={
            "refused": Share.of(isinstance(one, Refused) for one in outcomes).as_json(),
            "groups": {name: _figures(ones) for name, ones in groups.items()},
        },
        rows=[_row(one) for one in outcomes],
        tables=(_regions_table(groups), _answers_table(groups)),
    )


def _figures(kept: Sequence[Kept]) -> dict[str, Any]:
    medians = ("share", "recall", "precision", "soft_precision")
    return {
        **{name: _median([getattr(one, name) for one in kept]) for name in medians},
        "least_recall": min(one.recall for one in kept),
        "least_precision": min(one.precision for one in kept),
        "whole": Share.of(one.whole for one in kept).as_json(),
        "identical": _identical_share(kept).as_json(),
        "without": _answered(kept, 0),
        "with": _answered(kept, 1),
        "success_difference": _difference(kept).as_json(),
    }


def _answered(kept: Sequence[Kept], way: int) -> dict[str, Any]:
    return {
        "success": Share.of(one.success[way] for one in kept).as_json(),
        "spill": _median([one.spill[way] for one in kept]),
        "edit_error": _median([one.edit_error[way] for one in kept]),
    }


def _difference(kept: Sequence[Kept]) -> Difference:
    return Difference.of([one.success[0] for one in kept], [one.success[1] for one in kept])


def _median(numbers: Sequence[float]) -> float:
    return float(np.median(numbers))


def _row(one: Kept | Refused) -> Row:
    if isinstance(one, Refused):
        return {"seed": one.seed, "kind": one.kind, "index": None}
    return {name: _rounded(value) for name, value in vars(one).items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(part) for part in value]
    return round(value, 5) if isinstance(value, float) else value


def _regions_table(groups: dict[str, list[Kept]]) -> Table:
    header = ("kind", "n", "share", "recall", "least", "precision", "least", "whole [95 %]")
    rows = tuple(
        (
            name,
            str(len(ones)),
            f"{_median([one.share for one in ones]):.3f}",
            f"{_median([one.recall for one in ones]):.3f}",
            f"{min(one.recall for one in ones):.3f}",
            f"{_median([one.precision for one in ones]):.3f}",
            f"{min(one.precision for one in ones):.3f}",
            str(Share.of(one.whole for one in ones)),
        )
        for name, ones in groups.items()
    )
    return Table("Regions of edits against the truth (medians)", header, rows)


def _answers_table(groups: dict[str, list[Kept]]) -> Table:
    header = ("kind", "identical outside", "success", "kept", "points", "spill", "kept")
    rows = tuple(
        (
            name,
            str(_identical_share(ones)),
            _percent(Share.of(one.success[0] for one in ones)),
            _percent(Share.of(one.success[1] for one in ones)),
            str(_difference(ones)),
            f"{_median([one.spill[0] for one in ones]):.4f}",
            f"{_median([one.spill[1] for one in ones]):.4f}",
        )
        for name, ones in groups.items()
    )
    return Table("Answers without and with the rest kept", header, rows)


def _percent(share: Share) -> str:
    return f"{100 * share.value:.1f} %"
