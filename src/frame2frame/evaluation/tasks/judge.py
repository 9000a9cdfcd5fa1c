"""Whether the judge, told the truth, takes the first shown frame that is complete, or none.

The answers come from the drawn world instead of a server. So this measures all but a model's sight: which
frames are shown, how they are laid out and numbered, and how an answer becomes a choice. A server's sight is
measured by part "selection" with the selector "judge".
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from PIL import Image

from ...caption.server import Question, Reply
from ...select.collage import evenly_spaced, tiles
from ...select.judge import MODES, Judge
from ...values import Caption, Clip, Picture, Scores
from ...worlds.tabletop import COURSES, Episode, edit_error
from ...worlds.tabletop.episodes import COMPLETE_ERROR
from ..episodes import Drawing, mixed_drawings
from ..plan import FRAMES
from ..results import COUNT, Column, Groups
from ..statistics import Share
from ..task import Task


@dataclass(frozen=True, eq=False)
class Truth:
    """Answers as one who knows the target and looks at the tiles."""

    one: Episode

    def ask(self, question: Question) -> Reply:
        with Image.open(io.BytesIO(question.pictures[0])) as image:
            first, *rows = tiles(np.array(image), *self.one.source.shape[:2])
        values: dict[str, Any] = {"reason": ""}
        if "shows" in question.fields:
            values["shows"] = self._complete(first[1])
        else:
            places = list(chain.from_iterable(rows))[: max(question.fields["answer"]["enum"])]
            right = [number for number, tile in enumerate(places, start=1) if self._complete(tile)]
            values["answer"], values["runner_up"] = [*right, 0, 0][:2]
        return Reply(question.read(json.dumps(values)), "truth", host="")

    def _complete(self, tile: Picture) -> bool:
        one = self.one
        return edit_error(tile, one.source, one.target, one.changed) < COMPLETE_ERROR


@dataclass(frozen=True, eq=False)
class ToldJudge(Judge):
    """The judge with the truth in the server's place."""

    one: Episode | None = None

    def answerer(self) -> Truth:
        assert self.one is not None
        return Truth(self.one)


def judged(one: Episode, came: str) -> dict[str, Any]:
    """What each mode takes of a clip of this course."""
    truth = first_shown(one.complete_index, len(one.frames))
    about = {"seed": one.seed, "kind": one.kind, "course": came, "truth": truth}
    return about | {mode: _choose(mode, one) for mode in MODES}


def _right(mode: str) -> Column:
    return Column(f"{mode} [95 %]", mode, lambda ones: Share.of(one[mode] == one["truth"] for one in ones))


COLUMNS = (COUNT, *map(_right, MODES))


TITLE = "First complete frame that is shown, or none, by the judge told the truth"


class Judging(Task):
    """The clips of part "selection", judged in each mode; no model is loaded."""

    measure = staticmethod(judged)
    tables = ((TITLE, COLUMNS),)

    def drawings(self) -> Sequence[Drawing]:
        return mixed_drawings(self.plan.count, self.plan.frames or FRAMES)

    def look(self, ready: Any, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[str]:
        return [drawing.course for drawing in self.drawings()[first : first + len(batch)]]

    def groups(self, answers: Sequence[dict[str, Any]]) -> Groups:
        courses = {course: [one for one in answers if one["course"] == course] for course in COURSES}
        return {"all": answers, **{name: ones for name, ones in courses.items() if ones}}


def first_shown(complete_index: int | None, frames: int) -> int | None:
    """The first shown candidate at or after the first complete frame, or None."""
    shown = evenly_spaced(frames, Judge().shown)
    return next((i for i in shown if complete_index is not None and i >= complete_index), None)


def _choose(mode: str, one: Episode) -> int | None:
    clip = Clip(one.frames, tuple(range(len(one.frames))), one.seed)
    caption = Caption(one.temporal_caption, one.target_caption, "grammar")
    return ToldJudge(mode, one=one).choose(clip, Scores({}), caption).index
