"""Whether the image–text encoder knows the target from pictures that are not the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...worlds.tabletop import KINDS, Episode
from ..results import Column, Results, Table, figures_of, grouped, row_of
from ..statistics import Share
from ..task import Task


@dataclass(frozen=True)
class Gaps:
    """For one episode how much closer the target is to a caption than each rival is, in cosine."""

    seed: int
    kind: str
    by_rule: Mapping[str, float]
    by_grammar: Mapping[str, float]


class EncoderTask(Task):
    """With the grammar's target caption and with the captioner's."""

    def look(self, ready: Any, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Gaps]:
        return [self._gaps(one) for one in batch]

    def _gaps(self, one: Episode) -> Gaps:
        names, encoder = list(one.rivals), self.stages.encoder
        written = self.stages.captioner.write(one.source, one.instruction).target
        pictures = encoder.images(np.stack([one.target, *(one.rivals[name] for name in names)]))
        cosines = encoder.texts([written, one.target_caption]) @ pictures.T
        by_rule, by_grammar = (
            {name: float(row[0] - cosine) for name, cosine in zip(names, row[1:], strict=True)}
            for row in cosines
        )
        return Gaps(one.seed, one.kind, by_rule, by_grammar)

    def results(self, ready: Any, answers: Sequence[Gaps]) -> Results:
        rivals = dict.fromkeys(name for one in answers for name in one.by_grammar)
        by_rival = {
            name: [(one.by_grammar[name], one.by_rule[name]) for one in answers if name in one.by_grammar]
            for name in rivals
        }
        by_kind = {
            kind: [
                (one.by_grammar["source"], one.by_rule["source"]) for one in ones if "source" in one.by_rule
            ]
            for kind, ones in grouped(answers, "kind", KINDS).items()
        }
        columns = (
            Column(
                "grammar's caption [95 %]", "grammar", lambda pairs: Share.of(gap > 0 for gap, _ in pairs)
            ),
            Column(
                f"{self.plan.caption} caption [95 %]",
                "captioner",
                lambda pairs: Share.of(gap > 0 for _, gap in pairs),
            ),
        )
        title = "Target closer to its caption than"
        return Results(
            figures={
                "over_rival": {name: figures_of(pairs, columns) for name, pairs in by_rival.items()},
                "over_source_by_kind": {kind: figures_of(pairs, columns) for kind, pairs in by_kind.items()},
            },
            rows=[row_of(one) for one in answers],
            tables=(
                Table.of(f"{title} this picture is", "", by_rival, columns),
                Table.of(f"{title} the source is, by kind", "", by_kind, columns),
            ),
        )
