"""The sharpest late frame, after IF-Edit (arXiv 2511.19435): the edit has settled, blur has not set in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..plugins.capabilities import SelectorCapabilities
from ..plugins.options import check, option, part
from ..score.sharpness import sharpness
from ..values import Caption, Choice, Clip, Scores, Take
from .gate import Gate


@dataclass(frozen=True)
class SharpestLate:
    """Of the late frames that show the edit the sharpest; of equally sharp ones the best preserved.

    Late are the frames of the clip's last third. If none of them shows the edit, because the clip went back,
    the last third of the frames that do show it are taken.
    """

    capabilities: ClassVar = SelectorCapabilities(compares=True, foresees=True)

    late: float = option(1 / 3, "The share of the clip, from its end, that is late.", low=0, high=1)
    gate: Gate = part(Gate, "Which frames show the edit at all.")

    def __post_init__(self) -> None:
        check(self)

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        shows = np.flatnonzero(self.gate.shows(scores))
        if not len(shows):
            return self.gate.refused(clip, scores, caption)
        late = self._late(shows, len(clip))
        sharp = {int(index): sharpness(clip.frames[index]) for index in late}
        order = sorted(sharp, key=lambda index: (-sharp[index], -_preserved(scores, index), index))
        best, runner_up = order[0], order[1] if len(order) > 1 else None
        times = clip.frame_times
        which = "the only late frame" if runner_up is None else f"the sharpest of {len(order)} late frames"
        shown = f" that {'shows' if runner_up is None else 'show'} “{caption.target}”"
        other = "" if runner_up is None else f"; frame {times[runner_up]} has {sharp[runner_up]:.0f}"
        figures = f"(sharpness {sharp[best]:.0f}{other})"
        reason = f"Frame {times[best]} is {which}{shown if self.gate.judges(scores) else ''} {figures}."
        return self.gate.unjudged(Choice(best, reason, runner_up), scores)

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False  # what is late is known at the end

    def foresee(self, scores: Scores, caption: Caption) -> Choice | None:
        return self.gate.foreseen(scores, caption)

    def compare(
        self, takes: Sequence[Take], choices: Sequence[Choice], caption: Caption
    ) -> tuple[int, Choice]:
        return self.gate.surest(takes, choices)

    def _late(self, shows: NDArray[np.intp], frames: int) -> NDArray[np.intp]:
        late = shows[shows >= (1.0 - self.late) * frames]
        return late if len(late) else shows[-max(1, round(self.late * len(shows))) :]


def _preserved(scores: Scores, index: int) -> float:
    column = scores.columns.get("preservation")
    return 0.0 if column is None else column[index]
