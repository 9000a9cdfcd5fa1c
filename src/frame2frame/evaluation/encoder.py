"""Part "encoder": whether the image–text encoder knows the target from pictures that are not the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..plugins.stages import Encoder
from ..worlds.tabletop import KINDS, Episode
from .crew import crew
from .found import Found, Row, Table
from .making import stages_of
from .plan import Plan, Report, drawings, drawn
from .shares import Share


@dataclass(frozen=True)
class Gaps:
    """For one episode how much closer the target is to a caption than each rival is, in cosine."""

    seed: int
    kind: str
    by_rule: Mapping[str, float]
    by_grammar: Mapping[str, float]


def run(plan: Plan, report: Report) -> Found:
    """Compare cosines, with the grammar's target caption and with the captioner's."""
    stages = stages_of(plan)
    gaps = []
    with crew(plan) as hands:
        for one in drawn(drawings(plan.count), hands, plan.batch):
            written = stages.captioner.write(one.source, one.instruction).target
            by_rule, by_grammar = _gaps(stages.encoder, one, [written, one.target_caption])
            gaps.append(Gaps(one.seed, one.kind, by_rule, by_grammar))
            report(len(gaps))
    return _found(plan, gaps)


def _gaps(encoder: Encoder, one: Episode, captions: Sequence[str]) -> list[dict[str, float]]:
    names = list(one.rivals)
    pictures = encoder.images(np.stack([one.target, *(one.rivals[name] for name in names)]))
    cosines = encoder.texts(captions) @ pictures.T
    return [
        {name: float(row[0] - cosine) for name, cosine in zip(names, row[1:], strict=True)} for row in cosines
    ]


def _found(plan: Plan, gaps: Sequence[Gaps]) -> Found:
    rivals = list(dict.fromkeys(name for one in gaps for name in one.by_grammar))
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in gaps)]
    by_rival = {name: _pair(gaps, name) for name in rivals}
    by_kind = {kind: _pair([one for one in gaps if one.kind == kind], "source") for kind in kinds}
    header = ("", "grammar's caption [95 %]", f"{plan.caption} caption [95 %]")
    return Found(
        figures={"over_rival": _json(by_rival), "over_source_by_kind": _json(by_kind)},
        rows=[_row(one) for one in gaps],
        tables=(
            Table("Target closer to its caption than this picture is", header, _lines(by_rival)),
            Table("Target closer to its caption than the source is, by kind", header, _lines(by_kind)),
        ),
    )


def _pair(gaps: Sequence[Gaps], name: str) -> tuple[Share, Share]:
    """The shares with the grammar's caption and with the captioner's."""
    has = [one for one in gaps if name in one.by_grammar]
    return Share.of(one.by_grammar[name] > 0 for one in has), Share.of(one.by_rule[name] > 0 for one in has)


def _json(shares: Mapping[str, tuple[Share, Share]]) -> dict[str, Row]:
    return {name: {"grammar": a.as_json(), "captioner": b.as_json()} for name, (a, b) in shares.items()}


def _lines(shares: Mapping[str, tuple[Share, Share]]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, str(grammar), str(written)) for name, (grammar, written) in shares.items())


def _row(one: Gaps) -> Row:
    return {
        "seed": one.seed,
        "kind": one.kind,
        "by_rule": {name: round(gap, 4) for name, gap in one.by_rule.items()},
        "by_grammar": {name: round(gap, 4) for name, gap in one.by_grammar.items()},
    }
