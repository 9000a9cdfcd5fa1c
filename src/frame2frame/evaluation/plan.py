"""What is measured and how; the fields of a plan are the options of the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from ..errors import InputError
from ..plugins.options import GIVEN, Flag, Value, check, made, option

if TYPE_CHECKING:
    from ..request import Request
    from ..strategy.path import Path
    from ..strategy.search import Search

PARTS = {
    "edits": "edits:Edits",
    "tabletop": "tabletop:Tabletop",
    "impossible": "impossible:Impossible",
    "selection": "selection:Selection",
    "encoder": "instruments:EncoderTask",
    "vae": "instruments:Vae",
    "measure": "instruments:Measure",
    "judge": "selection:Judging",
    "keep": "finishing:KeepTheRest",
    "refine": "finishing:Refining",
    "path": "path:BothModes",
    "energy": "path:Energy",
    "clauses": "clauses:Clauses",
    "levers": "work:Levers",
    "presets": "work:Presets",
    "early": "work:Early",
    "dropout": "work:Dropout",
    "search": "work:Searching",
}
"""The module and class in `tasks` that measures each."""

STRATEGIES = {"path": "path", "energy": "path", "clauses": "path", "search": "search"}
"""What a part measures where that is not one shot."""

CLAUSES = ("2", "3", "mixed")
"""Of a mixture, half of the wishes have one clause, half have two."""

PHOTOGRAPHS = "photographs"
WORLDS = ("tabletop", PHOTOGRAPHS)
"""Parts "edits" and "selection" are measured in both; all others in the first."""

OF_PHOTOGRAPHS = {"edits": "photographs:PhotographEdits", "selection": PARTS["selection"]}
"""The module and class that measures a part on photographs."""

WORDINGS = ("as-is", "capitals", "full-stop", "unknown-word", "colour-left-out", "wide", "second")

FRAMES = 17
"""Frames of the clips that are drawn, where no model says otherwise."""

Report = Callable[[int], None]
"""Called with the number of episodes done so far."""

Strategy = TypeVar("Strategy", "Path", "Search")


@dataclass(frozen=True)
class Plan:
    """One run of the evaluation; None leaves a value to the model. Raises InputError, ModelError."""

    part: str = option("edits", "What is measured.", choices=tuple(PARTS))
    count: int = option(300, "How many held-out episodes, equally many of each kind.", low=1)
    first_seed: str = option(
        "development",
        "Where the episodes' seeds begin: development (what decisions go by), test (what is quoted; once a "
        "release), or a number.",
    )
    world: str = option("tabletop", "What is drawn, in parts edits and selection.", choices=WORLDS)
    photos: str | None = option(None, "A folder of photographs, for the world of this name.")
    fit_photos: str | None = option(
        None, "Other photographs, on which part edits fits the best fixed colour map of each kind."
    )
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
        "Clips in each round of a path, or seeds of a search or of part tabletop.",
        low=1,
        flag=Flag("candidates", shown="3 in a path, else 4"),
    )
    clauses: str = option("2", "How many clauses the wishes have in part clauses.", choices=CLAUSES)
    truth_frames: int = option(FRAMES, "How many drawn frames to compare a path's states with.", low=2)
    options: Mapping[str, Value] = field(default_factory=dict, metadata=GIVEN)
    """Those of the parts; by their whole names, whatever they were given by."""

    def __post_init__(self) -> None:
        check(self)
        self._check_seeds()
        self._check_world()
        object.__setattr__(self, "options", dict(self.request.options))

    def _check_seeds(self) -> None:
        count = self.count * self.path.draws
        nearest = min(max(self.seed, 0), 2**63 - count)
        if self.seed != nearest:
            what = f"the first of {count} seeds is a whole number from 0 to 2^63 - {count}"
            raise InputError(what, got=str(self.seed), remedy=f"the nearest is {nearest}")
        if not 0 <= self.first < 2**63 - self.count:
            what, remedy = f"no {self.count} episodes begin there", "choose test, development or a lower seed"
            raise InputError(what, got=self.first_seed, remedy=remedy)

    def _check_world(self) -> None:
        is_of_photographs = self.world == PHOTOGRAPHS
        if is_of_photographs and self.part not in OF_PHOTOGRAPHS:
            what, remedy = "only parts edits and selection are measured on photographs", "leave --world out"
            raise InputError(what, got=self.part, remedy=remedy)
        if self.fit_photos is not None and (not is_of_photographs or self.part != "edits"):
            what, remedy = (
                "a colour map is fitted in part edits on photographs only",
                "leave --fit-photos out",
            )
            raise InputError(what, remedy=remedy)
        if is_of_photographs != (self.photos is not None):
            remedy = "give --world photographs and --photos FOLDER, or neither"
            raise InputError("photographs and their world belong together", remedy=remedy)

    @property
    def first(self) -> int:
        """The first episode's seed."""
        from .episodes import LISTS

        if self.first_seed in LISTS:
            return LISTS[self.first_seed]
        if self.first_seed.isdecimal():
            return int(self.first_seed)
        what = "the first episode is that of a list, or a number"
        raise InputError(what, got=repr(self.first_seed), remedy=f"say {', '.join(LISTS)} or a seed")

    @property
    def request(self) -> Request:
        """An edit with these settings, of the named model and encoder. Raises InputError, ModelError."""
        import numpy as np

        from ..engine.models import catalogue
        from ..media.source import load_picture
        from ..request import Request
        from ..worlds.tabletop.scene import PICTURE_SIZE

        model = catalogue.find(self.model)
        model = replace(model, encoder=self.encoder) if self.encoder else model
        blank = load_picture(np.zeros((PICTURE_SIZE, PICTURE_SIZE, 3), dtype=np.uint8))
        wishes = {name: getattr(self, name) for name in ("caption", "select", "device", "options")}
        return Request(blank, "edit", model, strategy=STRATEGIES.get(self.part, "one-shot"), **wishes)

    @property
    def path(self) -> Path:
        """The iterative mode as it is measured."""
        from ..strategy.path import Path

        return self.strategy(Path)

    def strategy(self, kind: type[Strategy]) -> Strategy:
        """One that a part measures, with the options that were set."""
        given = {"strategy.rounds": self.rounds, "strategy.candidates": self.candidates}
        asked = {name: value for name, value in given.items() if value is not None}
        found: Strategy = made(kind, "strategy", {**self.options, **asked})
        return found

    def seeds(self, number: int) -> range:
        """Those of an episode's clips where it has as many as a path draws."""
        first = self.seed + number * self.path.draws
        return range(first, first + self.path.draws)
