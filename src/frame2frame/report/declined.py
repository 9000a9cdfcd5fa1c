"""A request that is declined for its words alone: no part is built, nothing is loaded, and nothing drawn.

So the answer is there at once. What only the encoder can tell, or a caption that was written from the
picture, is told in the run.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..caption.towards import Towards
from ..engine.hub.store import Store
from ..engine.models import catalogue
from ..engine.suggest import Machine, for_any_wish, on_disk
from ..media.canvas import Canvas
from ..media.pictures import within
from ..plan import settings_of
from ..plugins import capabilities, registry
from ..request import Request
from ..runs.record import Execution, RunRecord
from ..runs.versions import versions
from ..strategy.refusals import LOOKED_AT, by_words
from ..values import Caption, Choice, Clip, Note, Picture, Scores, Step, briefly

BY_RULES = ("temporal", "plain")
"""Captioners that only read the words."""

PLANNED = (
    *("preset", "frames", "steps", "guidance", "seeds", "mask", "encoder", "identity", "score"),
    *("memory", "lora", "device", "options"),
)
"""What only the plan can check: where one of these is asked for, what is wrong with it is said first."""


@dataclass(frozen=True, eq=False)
class Declined:
    """The answer to such a request."""

    request: Request
    caption: Caption
    choice: Choice
    """Of no frame."""

    __repr__ = briefly

    @property
    def encoder(self) -> str:
        """The name of the encoder that frames would have been compared with the words by."""
        return catalogue.shown(self.request.model.encoder)

    @property
    def canvas(self) -> Canvas:
        """All of the picture, as no clip shows a part of it."""
        return Canvas.of(self.request.source.picture)

    @property
    def shown(self) -> Picture:
        """The picture, of about a frame's size."""
        return within(self.request.source.picture, LOOKED_AT)

    @property
    def step(self) -> Step:
        """That of a run that draws nothing; its one frame is the picture, which nothing has scored."""
        return Step(self.caption, Clip(self.shown[None], (0,), self.request.seed), Scores({}), self.choice)

    @property
    def walks(self) -> bool:
        """Whether its strategy would have led from state to state."""
        return capabilities.of_strategy(registry.find("strategies", self.request.strategy)).walks

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the user should know besides; nothing of the caption, which is not shown."""
        return tuple(map(Note, self.request.source.notes))

    def record(self) -> RunRecord:
        """What was asked, and that nothing has run."""
        asked, (height, width) = self.request, self.shown.shape[:2]
        execution = Execution(
            model_resolved=None,
            model_revision=None,
            weights={},
            encoder=self.encoder,
            height=height,
            width=width,
            guidance_schedule=(),
            device="",
            dtype="",
            threads=0,
            batch_seeds=(),
            batch_index=None,
            versions=versions(),
            walks=self.walks,
        )
        frames, steps = asked.model.frames or 1, asked.model.steps or 1
        return RunRecord(settings_of(asked, frames, steps), execution)


def of(request: Request) -> Declined | None:
    """None where the request is to be planned and run. Raises PluginError for a model that cannot say it."""
    if request.caption not in BY_RULES or not _is_plain(request):
        return None
    wish = request.target or request.instruction
    choice = by_words(request.model, wish, wish, request.anyway, lambda: models_for_it(request))
    return None if choice is None else Declined(request, _caption(request), choice)


def _is_plain(request: Request) -> bool:
    """Whether everything that the plan would check is left to it."""
    return all(getattr(request, name) in (None, (), {}, "auto") for name in PLANNED)


def models_for_it(request: Request) -> str:
    """Which models draw any wish on this machine, in a line."""
    store = Store.of(request.cache_dir)
    return for_any_wish(Machine.here(store), on_disk(store))


def _caption(request: Request) -> Caption:
    captioner = registry.make("captioners", request.caption, request.options)
    written = captioner if request.target is None else Towards(captioner, request.target)
    caption: Caption = written.write(request.source.picture, request.instruction)
    return caption
