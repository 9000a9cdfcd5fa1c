"""What is measured and how; the fields of a plan are the options of the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..plugins.options import Flag, check, option

if TYPE_CHECKING:
    from ..strategy.path import Path

PARTS = {
    "edits": "edits:Edits",
    "selection": "selection:Selection",
    "encoder": "instruments:EncoderTask",
    "vae": "instruments:Vae",
    "measure": "instruments:Measure",
    "judge": "selection:Judging",
    "keep": "finishing:KeepTheRest",
    "refine": "finishing:Refining",
    "path": "path:BothModes",
    "energy": "path:Energy",
    "levers": "work:Levers",
    "presets": "work:Levers",
    "search": "work:Searching",
}
"""The module and class in `tasks` that measures each."""

WORDINGS = ("as-is", "capitals", "full-stop", "unknown-word")

FRAMES = 17
"""Frames of the clips that are drawn, where no model says otherwise."""

Report = Callable[[int], None]
"""Called with the number of episodes done so far."""


@dataclass(frozen=True)
class Plan:
    """One run of the evaluation; None leaves a value to the model. Raises InputError, ModelError."""

    part: str = option("edits", "What is measured.", choices=tuple(PARTS))
    count: int = option(300, "How many held-out episodes, equally many of each kind.", low=1)
    device: str = option("auto", "auto, cpu, cuda, all or a list of devices.")
    batch: int = option(8, "How many episodes to denoise together.", low=1)
    model: str | None = option(None, "The video model: a name, folder or hub id.")
    encoder: str | None = option(None, "The image–text encoder, a folder or hub id; else the model's own.")
    frames: int | None = option(None, "Frames of a clip.")
    steps: int | None = option(None, "Denoising steps.")
    guidance: float | None = option(None, "How strongly the prompt guides; 1 is the prompt alone.")
    caption: str = option("temporal", "The captioner, such as temporal or plain.")
    select: str = option("earliest", "The selector, such as earliest or best.")
    wording: str = option(
        "as-is", "Measure another wording beside the instruction as it is.", choices=WORDINGS
    )
    """On the same episodes and seeds."""
    seed: int = option(0, "Seed of the first edit; the others count up from it.")
    rounds: int | None = option(None, "Rounds of a path.", low=1, flag=Flag("rounds", shown="5"))
    candidates: int | None = option(
        None,
        "Clips in each round of a path, or seeds of a search.",
        low=1,
        flag=Flag("candidates", shown="3 in a path, 4 in a search"),
    )
    truth_frames: int = option(FRAMES, "How many drawn frames to compare a path's states with.", low=2)

    def __post_init__(self) -> None:
        check(self)
        count = self.count * self.path.draws
        nearest = min(max(self.seed, 0), 2**63 - count)
        if self.seed != nearest:
            what = f"the first of {count} seeds is a whole number from 0 to 2^63 - {count}"
            raise InputError(what, got=str(self.seed), remedy=f"the nearest is {nearest}")
        from ..engine.models import catalogue

        catalogue.find(self.model)  # at once, not after the libraries have loaded

    @property
    def path(self) -> Path:
        """The iterative mode as it is measured."""
        from ..strategy.path import Path

        given: dict[str, Any] = {"rounds": self.rounds, "candidates": self.candidates}
        return replace(Path(), **{name: value for name, value in given.items() if value is not None})

    def seeds(self, number: int) -> range:
        """Those of an episode's clips where it has as many as a path draws."""
        first = self.seed + number * self.path.draws
        return range(first, first + self.path.draws)
