"""What each choice of the method is worth: the same episodes and seeds, with one thing changed at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import CancelledError, InputError
from ..worlds.tabletop import KINDS
from .counter import counter
from .plan import Plan
from .results.columns import Column, Results, Row, Table
from .results.comparison import flat
from .results.gallery import Gallery
from .results.outputs import Files
from .results.statistics import Difference, Share
from .runner import measure


@dataclass(frozen=True)
class Variants:
    """A part of the evaluation that is run for each value of a field of its plan.

    A row of one of its tables stands for a run; the first value is what the others are held against. Without
    values the part has them side by side itself, and its own tables are the answer.
    """

    part: str
    changed: str = ""
    values: tuple[Any, ...] = ()
    table: str = "systems"
    row: str = "one-shot"
    """With {value} and {caption} for what the plan has."""
    success: str = "success"
    """Where a case's row says whether the answer is right."""
    candidates: int | None = None
    """Of the plan, where it does not say how many."""

    def plans(self, plan: Plan) -> dict[str, Plan]:
        """By the value; one for the part itself where there are none."""
        own = replace(plan, part=self.part, candidates=plan.candidates or self.candidates)
        if not self.values:
            return {self.part: own}
        changes: dict[str, Any] = {named(value): {self.changed: value} for value in self.values}
        return {name: replace(own, **change) for name, change in changes.items()}

    def require_free(self, plan: Plan) -> None:
        """Raise InputError for a plan that sets what is changed, or how many clips are drawn besides."""
        for name in (self.changed, "candidates") if self.values else ():
            if (given := getattr(plan, name)) != getattr(Plan(), name):
                what = f"--{name} is what this ablation decides"
                raise InputError(what, got=str(given), remedy="leave it out")


OWN = "own"
"""The name of the variant that leaves a value to the model."""


def named(value: object) -> str:
    """A variant by its value."""
    return OWN if value is None else str(value)


@dataclass(frozen=True)
class Ablation:
    """A question, and the runs that answer it."""

    asks: str
    runs: tuple[Variants, ...]


SELECTORS = ("earliest", "best", "energy", "sharpest-late")
ON_CLIPS = Variants("selection", "select", SELECTORS, "answers", "{value}, {caption} caption", "right")
BEST_OF = Variants("tabletop", candidates=8)
"""Of the first clips of the same eight."""


def _edits(changed: str, *values: Any) -> Variants:
    return Variants("tabletop", changed, values, candidates=1)


ABLATIONS = {
    "caption": Ablation("who writes the caption", (_edits("caption", "temporal", "plain"),)),
    "selection": Ablation("which frame is taken", (_edits("select", *SELECTORS), ON_CLIPS)),
    "energy": Ablation("the weights of a path's energy", (Variants("energy"),)),
    "steps": Ablation("how many steps denoise", (_edits("steps", None, 1, 2, 3, 10, 20),)),
    "guidance": Ablation("how strong guidance is", (_edits("guidance", None, 1.0, 1.5, 3.0, 5.0),)),
    "frames": Ablation("how long the clip is", (_edits("frames", None, 9, 25, 33),)),
    "dropout": Ablation("latent frames left out of the later steps", (Variants("dropout"),)),
    "search": Ablation("how many clips the best is taken of", (BEST_OF,)),
    "refinement": Ablation("the chosen frame drawn again", (Variants("refine"),)),
    "keep": Ablation("the rest of the picture kept", (Variants("keep"),)),
}

CONTROLS = ("copy of the source", "last frame", "random frame", "best constant", "frame best", "always none")
"""How the rows begin that stand beside the variants, from the table of the first of them."""


def run(name: str, plan: Plan, files: Files) -> None:
    """Print the tables of an ablation, and write the forms that are asked for.

    Raises what `measure` raises, InputError for a plan that sets what is changed, and WriteError.
    """
    for variants in (asked := ABLATIONS[name]).runs:
        variants.require_free(plan)
    files.require_places()
    files.tell(ablated(asked, plan))


def ablated(ablation: Ablation, plan: Plan) -> Results:
    """All runs of an ablation in one. Ctrl-C ends it with the runs and episodes that are done by then."""
    rows, tables, found, looks = list[Row](), list[Table](), dict[str, Results](), list[Gallery | None]()
    left = list[str]()
    for variants in ablation.runs:
        own = _measured(variants, plan, bool(rows))
        left += [f"{variants.changed or 'part'} {name}" for name in variants.plans(plan) if name not in own]
        if not own:
            break
        found = own
        looks.append(_gallery(variants, found))
        rows += [{"setting": name, **row} for name, one in found.items() for row in one.rows]
        tables += stacked(variants, found, ablation.asks) if variants.values else found[variants.part].tables
        if left or any(one.stopped for one in found.values()):
            break
    last = [*found.values()][-1]
    made = Results.of(rows, *tables)
    remarks = (*last.remarks, *([f"Stopped before these were measured: {', '.join(left)}"] if left else []))
    about = {**last.about, "plan": {**last.about["plan"], **_changed(ablation)}}
    return replace(made, about=about, stopped=last.stopped, remarks=remarks, gallery=looks[0])


def _changed(ablation: Ablation) -> dict[str, list[Any]]:
    """Of the plan what had several values."""
    return {one.changed: [*one.values] for one in ablation.runs if one.changed}


def _gallery(variants: Variants, found: Mapping[str, Results]) -> Gallery | None:
    """The answers of the first variant, which is named."""
    name, first = next(iter(found.items()))
    if first.gallery is None or not variants.changed:
        return first.gallery
    return replace(first.gallery, by=f"{first.gallery.by}, {variants.changed} {name}")


def _measured(variants: Variants, plan: Plan, is_some_kept: bool) -> dict[str, Results]:
    """What came of each variant, of those that were done when it was stopped.

    Raises CancelledError where nothing is, and nothing is kept from before.
    """
    found = dict[str, Results]()
    for name, own in variants.plans(plan).items():
        try:
            with counter(own.count) as report:
                found[name] = measure(own, report)
        except CancelledError:
            if not (found or is_some_kept):
                raise
            break
        if found[name].stopped:
            break
    return found


def stacked(variants: Variants, found: Mapping[str, Results], asks: str) -> list[Table]:
    """The variants with the controls beside them, and how often each succeeds by kind of edit."""
    hits = {name: _hits(one.rows, variants.success) for name, one in found.items()}
    return [_side_by_side(variants, found, hits, asks), _by_kind(variants, hits)]


Hits = Mapping[tuple[int, str], bool]
"""Whether an episode's answer is right, by its seed and kind."""


def _hits(rows: Sequence[Row], success: str) -> Hits:
    return {(row["seed"], row["kind"]): bool(flat(row)[success]) for row in rows}


def _side_by_side(
    variants: Variants, found: Mapping[str, Results], hits: Mapping[str, Hits], asks: str
) -> Table:
    tables = {name: _table(one, variants.table) for name, one in found.items()}
    first, *_ = tables
    rows, figures = list[tuple[str, ...]](), dict[str, Row]()
    for name, table in tables.items():
        caption = found[name].about["plan"]["caption"]
        place, over = variants.row.format(value=name, caption=caption), _over(hits[first], hits[name])
        rows.append((name, *_cells(table, place), "–" if name == first else str(over)))
        figures[name] = {**table.figures[place], "over_first": over.as_json()}
    for place, *_ in tables[first].rows:
        if place.startswith(CONTROLS):
            rows.append((place, *_cells(tables[first], place), "–"))
            figures[place] = tables[first].figures[place]
    header = (variants.changed, *_shown(tables[first], tables[first].header), f"points over {first} [95 %]")
    title = f"Ablation: {asks}, part {variants.part}; the controls are those of {first}"
    return Table(title, header, tuple(rows), variants.part, figures)


def _table(found: Results, name: str) -> Table:
    return next(table for table in found.tables if table.name == name)


def _cells(table: Table, place: str) -> Sequence[str]:
    (row,) = (row for row in table.rows if row[0] == place)
    return _shown(table, row)


def _shown(table: Table, row: Sequence[str]) -> list[str]:
    """Without the row's name, and without what it is held against in its own table."""
    told = zip(table.header[1:], row[1:], strict=True)
    return [cell for head, cell in told if " − it" not in head]


def _over(first: Hits, other: Hits) -> Difference:
    both = [one for one in first if one in other]
    return Difference.of([first[one] for one in both], [other[one] for one in both])


def _by_kind(variants: Variants, hits: Mapping[str, Hits]) -> Table:
    def of(name: str) -> Column:
        told = f"{variants.changed} {name}"
        return Column(
            told, name, lambda kind: Share.of([hits[name][one] for one in hits[name] if one[1] == kind], True)
        )

    known = {kind for own in hits.values() for _, kind in own}
    kinds = {kind: kind for kind in (*KINDS, *sorted(known - {*KINDS})) if kind in known}
    return Table.of(
        "Success by kind of edit", "kind", kinds, [of(name) for name in hits], f"{variants.part}_kinds"
    )
