"""Selectors that need no other model: the most similar frame, and the earliest that is good enough.

Both may answer that no frame shows the edit; the source is kept then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..media.pictures import resized
from ..plugins.capabilities import SelectorCapabilities
from ..plugins.options import check, option, part
from ..score.sharpness import detail
from ..values import Caption, Cause, Choice, Clip, Frames, Picture, Scores, Take
from .gate import Gate, printed
from .steady import Steady

Column = NDArray[np.float64]

RESTING = 4
"""Frames in a row that must have stopped changing, where no preview shows what is to come."""

TO_COME = 0.065
"""Of the squared change, what may be to come when a decode stops."""

SETTLED = 1 / 64
"""Of the squared change, what may be left of it in a frame that looks like the settled one."""

LOST_ANEW = 7 / 1024
"""Of the squared change, what a model is taken to lose at least in what it draws anew.

In the first frame it may have lost nothing, where a network gives the picture's detail back. Of 24 generated
edits of the development list 23 succeed without this, and 9 are as clean as the benchmark asks; with it all
24, and 15.
"""

SHARP = 0.95
"""Of the sharpest frame's fine detail, what a frame has that has come to rest.

A model's frame on its way is soft where the clip changes, even if it looks like the settled one.
"""

LEAST_LEFT = 1 / 1024
"""That the least of frames may differ."""


@dataclass(frozen=True)
class Best:
    """The contract's baseline: the frame most similar to the target text."""

    least_gain: float = option(
        0.0, "How much closer to the text than the source the frame must be.", low=-2, high=2
    )

    def __post_init__(self) -> None:
        check(self)

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        semantic = scores["semantic"]
        order = np.argsort(-semantic, kind="stable")
        best, second = int(order[0]), int(order[1]) if len(order) > 1 else None
        now, before = float(semantic[best]), scores.source["semantic"]
        time, source = clip.frame_times[best], f"the source has {printed(before)}"
        if now - before <= self.least_gain:
            reason = (
                f"No frame shows “{caption.target}” better than your picture does; "
                f"frame {time} comes closest (similarity {printed(now)}; {source})."
            )
            return Choice(None, reason, best)
        reason = f"Frame {time} shows “{caption.target}” best (similarity {printed(now)}; {source})."
        return Choice(best, reason, second)

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False  # a later frame may always be better


@dataclass(frozen=True)
class Earliest:
    """The earliest frame in which the edit is complete (paper, section 3.3), without a judge.

    The gate says which frames show the edit; those that have drifted from the source, by a moved camera for
    example, are dropped unless the caption asks for it. Among the rest the edit is complete from the first
    frame on that looks like the settled one.
    """

    capabilities: ClassVar = SelectorCapabilities(compares=True, foresees=True, looks_ahead=True)

    settled: float = option(
        SETTLED,
        "A frame is complete within this squared distance of the settled one, as a share of the first's.",
        above=0,
        high=1,
    )
    """At an eighth of the way a frame is as near to the settled one as to what is three quarters done."""
    to_come: float = option(
        TO_COME,
        "Decoding may stop at a frame that shows the edit when at most so much more is to come, by the "
        "squared change of the clip's preview and as a share of the change up to there.",
        low=0,
        high=1,
    )
    sharp: float = option(
        SHARP,
        "A complete frame that a model has drawn has at least this share of the sharpest one's fine detail "
        "where the clip changes.",
        low=0,
        high=1,
    )
    gate: Gate = part(Gate, "Which frames show the edit at all.")
    steady: Steady | None = part(Steady, "Whether frames that have drifted too far are passed over.")

    def __post_init__(self) -> None:
        check(self)

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        shows = self.gate.shows(scores)
        if not shows.any():
            return self.gate.refused(clip, scores, caption)
        faults = self._faults(clip, shows, caption)
        shows[list(faults)] = False
        if not shows.any():
            reason = _all_drifted(clip, faults, caption)
            return Choice(None, reason, next(iter(faults)), cause=Cause.DRIFTED)
        settled = settled_frame(clip.frames, changed(clip.frames, np.flatnonzero(shows)))
        left = remaining_change(clip.frames, settled)
        shows[settled] = True
        lost = redraw_error(clip, settled)
        alike = np.flatnonzero(shows & (left <= self._tolerance(lost)))
        index = self._first_sharp(clip.frames, settled, alike) if lost else int(alike[0])
        times, where = clip.frame_times, "where the clip has settled"
        if self.gate.sees(scores):
            what = f"that shows “{caption.target}”"
            what += f" and looks like frame {times[settled]}, {where}" if settled != index else ""
        else:
            what = f"that looks like frame {times[settled]}, {where}" if settled != index else where
        one = "the first" if index == alike[0] else "the first sharp one"
        reason = f"Frame {times[index]} is {one} {what} {self.gate.figures(scores, index)}."
        choice = Choice(index, reason + _passed_over(clip, faults), settled if settled != index else None)
        return self.gate.unjudged(choice, scores)

    def enough(self, clip: Clip, scores: Scores) -> bool:
        """Once four frames in a row show the edit and have come to rest, later ones bring nothing new."""
        shows = self.gate.shows(scores)[-RESTING:]
        if not self.gate.tells(scores) or len(clip) <= RESTING or not shows.all():
            return False
        left = remaining_change(clip.frames, len(clip) - 1)[-RESTING:]
        return bool((left < self.settled).all())

    def enough_ahead(self, clip: Clip, scores: Scores, ahead: Clip) -> bool:
        """Once the last frame shows the edit and the previews of those after it bring nothing new."""
        if not self.gate.stands(scores) or not self.gate.shows(scores)[-1]:
            return False
        return still_to_come(ahead, len(clip) - 1) <= self.to_come

    def foresee(self, scores: Scores, caption: Caption) -> Choice | None:
        return self.gate.foreseen(scores, caption)

    def compare(
        self, takes: Sequence[Take], choices: Sequence[Choice], caption: Caption
    ) -> tuple[int, Choice]:
        return self.gate.surest(takes, choices)

    def _tolerance(self, lost: float) -> float:
        """How much of the change may be left, less what the model has lost in drawing the source, twice.

        The whole error of a frame counts, so of a clip that is drawn badly nothing can be given away.
        """
        return max(self.settled - 2.0 * lost, LEAST_LEFT)

    def _first_sharp(self, frames: Frames, settled: int, alike: NDArray[np.intp]) -> int:
        """The first of the frames that look alike which is about as sharp as any of them."""
        where = apart(frames[0], frames[settled])
        sharp = np.array([detail(frames[index], where) for index in alike])
        return int(alike[sharp >= self.sharp * sharp.max()][0])

    def _faults(self, clip: Clip, shows: NDArray[np.bool_], caption: Caption) -> dict[int, str]:
        if self.steady is None:
            return {}
        return self.steady.faults(clip.frames, [int(index) for index in np.flatnonzero(shows)], caption)


def _all_drifted(clip: Clip, faults: dict[int, str], caption: Caption) -> str:
    index, fault = next(iter(faults.items()))
    return (
        f"Every frame that shows “{caption.target}” has drifted from your picture; "
        f"in frame {clip.frame_times[index]}, the first of them, {fault}."
    )


def _passed_over(clip: Clip, faults: dict[int, str]) -> str:
    if not faults:
        return ""
    index, fault = next(iter(faults.items()))
    more = len(faults) - 1
    others = f", and {more} more frame{'s' if more > 1 else ''} that drifted" if more else ""
    return f" Passed over: frame {clip.frame_times[index]}, where {fault}{others}."


def changed(frames: Frames, among: NDArray[np.intp]) -> NDArray[np.intp]:
    """The frames that have left the first one: at least half as far as most of them."""
    way = np.array([distance(frames[0], frames[index]) for index in among])
    return np.asarray(among[way >= 0.5 * np.quantile(way, 0.6)])


def at_rest(frames: Frames, shows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(frames,): those of the frames that show the edit which look like the settled one."""
    if not shows.any():
        return shows
    settled = settled_frame(frames, changed(frames, np.flatnonzero(shows)))
    return np.asarray(shows & (remaining_change(frames, settled) <= SETTLED))


def redraw_error(clip: Clip, settled: int) -> float:
    """The squared error of the clip's first frame to the source, over the change to the settled frame.

    At least `LOST_ANEW`, unless the first frame is the source itself, as in a clip that no model has drawn.
    """
    if clip.source is None:
        return 0.0
    source = resized(clip.source, *clip.frames.shape[1:3])
    lost, whole = distance(source, clip.frames[0]), distance(clip.frames[0], clip.frames[settled])
    return max((lost / whole) ** 2, LOST_ANEW) if lost and whole else 0.0


def distance(one: Picture, other: Picture) -> float:
    """Root of the mean squared difference, in levels."""
    return float(((one.astype(np.float32) - other.astype(np.float32)) ** 2).mean() ** 0.5)


def settled_frame(frames: Frames, among: NDArray[np.intp]) -> int:
    """Where the clip rests: of the frames `among`, the one with the nearest third of them closest to it.

    Of two that are nearest to each other it is the one that has changed more: a clip slows down towards where
    it rests.
    """
    pictures = frames[among].astype(np.float32).reshape(len(among), -1)
    distances = np.array([((pictures - picture) ** 2).mean(axis=1) ** 0.5 for picture in pictures])
    nearest = np.sort(distances, axis=1)[:, : 1 + max(1, len(among) // 3)]
    apart, way = nearest.sum(axis=1), [distance(frames[0], frames[index]) for index in among]
    return int(min(zip(apart, np.negative(way), among, strict=True))[-1])


def still_to_come(ahead: Clip, frame: int) -> float:
    """The largest squared change from the preview at a frame to one after it, over that from the first one.

    A clip that goes back, or on to something else, has as much to come as one that is not there yet.
    """
    here = int(np.flatnonzero(np.asarray(ahead.frame_times) <= frame)[-1])
    since, later = distance(ahead.frames[0], ahead.frames[here]), ahead.frames[here + 1 :]
    most = max((distance(ahead.frames[here], one) for one in later), default=0.0)
    if not since:
        return math.inf if most else 0.0
    return (most / since) ** 2


def apart(one: Picture, other: Picture) -> NDArray[np.bool_]:
    """(height, width): where two pictures differ by more than 8 levels of 255 in some channel."""
    return np.asarray(np.abs(one.astype(np.int16) - other).max(axis=-1) > 8)


def remaining_change(frames: Frames, settled: int) -> Column:
    """Each frame's squared distance to the settled frame, over the first frame's, where these two differ."""
    first, last = frames[0].astype(np.float64), frames[settled].astype(np.float64)
    where = apart(frames[0], frames[settled])
    if not where.any():
        return np.zeros(len(frames))
    whole = ((first - last)[where] ** 2).mean()
    return np.array([((frame.astype(np.float64) - last)[where] ** 2).mean() / whole for frame in frames])
