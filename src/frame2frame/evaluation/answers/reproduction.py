"""A published evaluation run anew: its set, its settings, and its own figures below what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...engine.models import presets
from ...errors import InputError, meant
from ..results.columns import Results
from ..results.outputs import Files
from ..sets.fetched import Say
from ..sets.paper import printed
from .asked import Measures, Where
from .grading import Grading, grade


@dataclass(frozen=True)
class Protocol:
    """What a publication evaluated, and how."""

    told: str
    data: str
    """The name of its set."""
    wishes: Mapping[str, Any]
    """Those of its batch."""
    options: Mapping[str, Any] = field(default_factory=dict)

    def asked(self) -> dict[str, Any]:
        """All that it asks for by name, also by its preset."""
        own = {name: value for name, value in self.wishes.items() if name != "preset"}
        if "preset" not in self.wishes:
            return {**own, **self.options}
        preset = presets.find(self.wishes["preset"])
        return {**preset.wishes, **preset.options, **own, **self.options}


_PAPER = {"model": "cogvideox-5b-i2v", "preset": "paper", "keep": False}
PROTOCOLS = {
    "f2f-tedbench": Protocol("Frame2Frame on TEdBench, Table 1 of arXiv 2411.16819", "tedbench", _PAPER),
    "f2f-posedit": Protocol("Frame2Frame on PosEdit, Table 2 of arXiv 2411.16819", "posedit", _PAPER),
    "if-edit": Protocol(
        "IF-Edit on TEdBench, arXiv 2511.19435",
        "tedbench",
        {
            "model": "wan2.2-i2v-a14b-8step",
            "frames": 33,
            "steps": 8,
            "strategy": "search",
            "caption": "vlm",
            "select": "sharpest-late",
            "refine": True,
            "keep": False,
        },
        {
            "strategy.candidates": 1,
            "strategy.finalists": 1,
            "strategy.probe_steps": 0.375,  # where eight steps of shift 5 pass noise level 0.9
            "strategy.every": 3,
        },
    ),
}


def protocol(name: str) -> Protocol:
    """By its name. Raises InputError."""
    if name not in PROTOCOLS:
        remedy = meant(name, PROTOCOLS)
        raise InputError("there is no such evaluation to reproduce", got=repr(name), remedy=remedy)
    return PROTOCOLS[name]


def reproduced(
    name: str, where: Where, measures: Measures, own: Mapping[str, Any], say: Say = lambda told: None
) -> Results:
    """All tables; the batch goes on where it stopped. `own` wishes take the place of the protocol's.

    Raises what `grade` raises.
    """
    asked = protocol(name)
    options = {**asked.options, **own.get("options", {})}
    wishes = {**asked.wishes, **own, **({"options": options} if options else {})}
    device = wishes.pop("device", "auto")
    found = grade(Grading(asked.data, where, measures, device, wishes), say)
    remarks = (asked.told, *_departures(asked, own), *found.remarks)
    if (table := printed(name)) is not None:
        figures = {**found.figures, table.name: table.figures}
        found = replace(found, tables=(*found.tables, table), figures=figures)
    return replace(found, remarks=remarks)


def _departures(asked: Protocol, own: Mapping[str, Any]) -> Iterator[str]:
    """What is not as the publication has it, in a sentence."""
    usual = asked.asked()
    made = {**own, **own.get("options", {})}
    told = [
        f"{name} {made[name]} in place of {value}"
        for name, value in usual.items()
        if made.get(name, value) != value
    ]
    if told:
        yield f"Not as published: {', '.join(told)}."


def run(name: str, where: Where, measures: Measures, own: Mapping[str, Any], files: Files, say: Say) -> None:
    """Print the tables, and write the forms that are asked for. Raises what `reproduced` does."""
    files.require_places()
    files.tell(reproduced(name, where, measures, own, say))
