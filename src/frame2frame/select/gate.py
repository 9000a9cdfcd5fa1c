"""Which frames show the edit at all, and what to say when none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ..plugins.options import check, option
from ..score.contrast import running, subject
from ..score.degree import COLUMN as DEGREE
from ..score.limits import ANY
from ..values import Calibration, Caption, Cause, Choice, Clip, Scores, Take

SINCE = "since"
"""The column that says how far a frame has changed since the clause of the wish began that it is to show, as
`preservation` does since the source; only where it began at another state."""

Mask = NDArray[np.bool_]
"""(frames,)."""

SURELY_THERE = 1.0
"""From this presence on a clause that was not reached does not fail for want of its thing.

Of 45 drawn second clauses 4 % lie below it, of 120 that name a thing which is not there 73 %.
"""

ANY_PICTURE = -100.0
"""As `presence`: the picture need not show what the wish is about."""

MOST_CONTRAST = 4.0
"""More standard deviations say no more."""


class Basis(StrEnum):
    """What a gate can rest on, for the scores at hand."""

    MEASURED = "measured"
    """How much brighter, darker, warmer … a frame is than the source, where the wish asks for just that."""
    CALIBRATED = "calibrated"
    """The encoder's own threshold, or that of the user's calibration."""
    CONTRAST = "contrast"
    """How far the change fits the wish better than other wishes."""
    RELATIVE = "relative"
    """The clip's best frame; all that scores of earlier versions have. It cannot tell that there is none."""
    UNJUDGED = "unjudged"
    """Nothing: the encoder cannot tell edits of this picture apart, so every frame may show the wish."""


@dataclass(frozen=True)
class Gate:
    """A frame shows the edit when it passes the encoder's threshold.

    Where the encoder was never calibrated, the change must fit the wish better than it fits other wishes. In
    both cases the picture must show what the wish is about. A wish for more or less of something that can be
    measured, such as brightness, is judged by that alone.
    """

    calibrated: bool = option(
        True, "Whether an encoder's calibrated threshold is used where it has one; else none is."
    )
    contrast: float = option(
        1.1,
        "Without a calibrated encoder: by how many standard deviations the change must fit the wish better "
        "than it fits other wishes.",
        low=0,
        high=100,
    )
    degree: float = option(
        16.0,
        "Of a wish such as “brighter”, “warmer” or “more vivid”: by how many levels of 255 the whole picture "
        "must have become so.",
        low=-255,
        high=255,
    )
    presence: float = option(
        0.1,
        "By how many standard deviations your picture must show what the wish is about better than other "
        "things.",
        low=ANY_PICTURE,
        high=100,
    )
    ability: float = option(
        0.8,
        "Without a calibrated encoder: by how many standard deviations it must tell known changes of your "
        "picture apart; else no frame is judged by it.",
        low=-100,
        high=100,
    )
    weight: float = option(
        0.08,
        "With a calibrated encoder: the similarity that a standard deviation of contrast is worth.",
        low=0,
        high=1,
    )
    slack: float = option(
        0.25,
        "Without contrast, in runs of earlier versions: the share of the best frame's gain that may be "
        "missing.",
        low=0,
        high=1,
    )
    least_gain: float = option(0.01, "The least gain in similarity over the source, there.", low=0, high=2)
    """A picture that shows the wish has none to make."""
    sure_gain: float = option(
        0.04,
        "With a calibrated encoder, such as the embedded one: the least gain in similarity over the source "
        "of a frame that has changed little.",
        low=0,
        high=2,
    )
    """A clip that hardly changes gains some hundredths by being drawn at all."""
    moved: float = option(
        0.25,
        "There: from which distance of the features on a frame has changed more than that.",
        low=0,
        high=2,
    )
    """Of 1,440 right clips of the development list two stay below it."""
    wavering: float = option(
        0.03,
        "With a calibrated encoder: by how much less similarity a frame may show the edit after one that "
        "shows it.",
        low=0,
        high=2,
    )
    """Else a clip that settles at the threshold is taken where it happens to pass, on the way there."""

    def __post_init__(self) -> None:
        check(self)

    def basis(self, scores: Scores) -> Basis:
        if DEGREE in scores.columns:
            return Basis.MEASURED
        if self.calibrated and scores.threshold is not None:
            return Basis.CALIBRATED
        if "contrast" not in scores.columns:
            return Basis.RELATIVE
        is_able = scores.ability is None or scores.ability >= self.ability
        return Basis.CONTRAST if is_able else Basis.UNJUDGED

    def tells(self, scores: Scores) -> bool:
        """Whether it can say that no frame shows the edit."""
        return self.basis(scores) in (Basis.MEASURED, Basis.CALIBRATED, Basis.CONTRAST)

    def stands(self, scores: Scores) -> bool:
        """Whether what it says of a frame stands, however good later ones are."""
        return self.basis(scores) is not Basis.RELATIVE

    def judges(self, scores: Scores) -> bool:
        """Whether it says anything of these frames."""
        return self.basis(scores) is not Basis.UNJUDGED

    def sees(self, scores: Scores) -> bool:
        """Whether it judges frames by what they show, and not only by whether the clip changes."""
        return self.judges(scores) and not self._sees_change_alone(scores)

    def _sees_change_alone(self, scores: Scores) -> bool:
        """Whether any similarity passes the encoder's threshold, as for another view of a photograph."""
        is_open = self._fit(scores) is None and scores.threshold is not None and scores.threshold <= ANY
        return is_open and self.basis(scores) is Basis.CALIBRATED

    def shows(self, scores: Scores) -> Mask:
        """(frames,)."""
        if not self.is_present(scores):
            return np.zeros(len(scores["semantic"]), dtype=np.bool_)
        basis = self.basis(scores)
        found = {
            Basis.MEASURED: self._measured,
            Basis.CALIBRATED: self._calibrated,
            Basis.CONTRAST: self._contrasting,
            Basis.RELATIVE: self._relative,
            Basis.UNJUDGED: self._all,
        }[basis](scores)
        # what was calibrated are changes of an unedited picture: of 72 drawn second clauses the threshold
        # alone finds 78 %, either of them 88 %
        is_later = SINCE in scores.columns and basis is not Basis.MEASURED
        return found | self._contrasting(scores) if is_later else found

    def unjudged(self, choice: Choice, scores: Scores) -> Choice:
        """The choice of a frame, which says so where the encoder could not tell whether it shows the edit."""
        if self.judges(scores) or choice.index is None:
            return choice
        note = (
            "Whether a frame shows the wish was not judged: the encoder does not tell known changes of your "
            f"picture apart ({signed(scores.ability)}, and {self.ability:g} is needed); another encoder may, "
            "or this one once calibrated (f2f calibrate)."
        )
        return replace(choice, notes=(*choice.notes, note), cause=Cause.NOT_JUDGED)

    def is_present(self, scores: Scores) -> bool:
        """Whether the source shows what the wish is about, as far as that is known."""
        if scores.presence is None or not self.judges(scores):
            return True
        return scores.presence >= self._least_presence(scores)

    def _fit(self, scores: Scores) -> Calibration | None:
        """The user's calibration where it decides; the numbers of the options suit the embedded encoder."""
        return scores.calibration if self.calibrated else None

    def _least_presence(self, scores: Scores) -> float:
        fit = self._fit(scores)
        return self.presence if fit is None else min(self.presence, fit.presence)

    def evidence(self, scores: Scores) -> NDArray[np.float64]:
        """(frames,): the similarity, and what the contrast is worth beside it; a threshold is for both."""
        if "contrast" not in scores.columns:
            return scores["semantic"]
        fit = self._fit(scores)
        weight = self.weight if fit is None else fit.weight
        return scores["semantic"] + weight * np.minimum(scores["contrast"], MOST_CONTRAST)

    def foreseen(self, scores: Scores, caption: Caption) -> Choice | None:
        """The refusal of every clip, as the source does not show what the wish is about; None if it does."""
        if self.is_present(scores):
            return None
        reason = f"Nothing was drawn: your picture does not seem to show any {subject(caption)}."
        return Choice(None, reason, 0, cause=Cause.NOT_THERE)

    def surest(self, takes: Sequence[Take], choices: Sequence[Choice]) -> tuple[int, Choice]:
        """Of clips with a chosen frame each the one that shows the edit most surely there, and its choice.

        By contrast alone it would be another one more often than by both.
        """

        def worth(number: int) -> float:
            return float(self.evidence(takes[number].scores)[choices[number].index or 0])

        best = max(range(len(takes)), key=worth)
        return best, choices[best]

    def _measured(self, scores: Scores) -> Mask:
        return np.asarray(scores[DEGREE] - scores.source[DEGREE] >= self.degree)

    def _calibrated(self, scores: Scores) -> Mask:
        fit, evidence = self._fit(scores), self.evidence(scores)
        if fit is not None:
            return self._lasting(evidence - fit.threshold, self._gain(scores) >= fit.gain)
        gains = self._gain(scores) >= self.sure_gain
        changed = next((one for one in (SINCE, "preservation") if one in scores.columns), None)
        if changed is not None:
            gains |= -scores[changed] >= self.moved
        if self._sees_change_alone(scores):
            # which frames of a moving view look least like the source says nothing of where it ends
            return np.full(len(gains), gains.any())
        least = scores.threshold or 0.0
        if scores.presence is None and scores.source["semantic"] >= least:
            # the unedited picture passes as well: of such a wish, which names no thing, it sees nothing
            return np.asarray(gains)
        return self._lasting(evidence - least, gains)

    def _lasting(self, over: NDArray[np.float64], gains: Mask) -> Mask:
        """The frames that lie over the threshold, and those after them that lie hardly below it.

        One frame alone may be an accident on the way to something else, unless the clip ends with it.
        """
        shows, hardly = (over >= 0.0) & gains, (over >= -self.wavering) & gains
        for frame in range(1, len(shows)):
            shows[frame] |= shows[frame - 1] & hardly[frame]
        return np.asarray(shows & (np.append(False, shows[:-1]) | np.append(shows[1:], True)))

    def _contrasting(self, scores: Scores) -> Mask:
        """A clip counts by its best three frames in a row: a single one may be an accident."""
        column = scores["contrast"]
        best = float(running(column).max())
        return np.asarray((column >= min(self.contrast, best)) & (best >= self.contrast))

    @staticmethod
    def _all(scores: Scores) -> Mask:
        return np.ones(len(scores["semantic"]), dtype=np.bool_)

    def _relative(self, scores: Scores) -> Mask:
        gain = self._gain(scores)
        return np.asarray((gain >= (1.0 - self.slack) * gain.max()) & (gain >= self.least_gain))

    @staticmethod
    def _gain(scores: Scores) -> NDArray[np.float64]:
        return np.asarray(scores["semantic"] - scores.source["semantic"])

    def refused(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        """That no frame shows the edit, and why."""
        best = int(scores[self._decides(scores)].argmax())
        if not self.is_present(scores):
            reason = f"Your picture does not seem to show any {subject(caption)}."
            return Choice(None, reason, best, cause=Cause.NOT_THERE)
        if self._sees_change_alone(scores):
            reason = f"The clip hardly changes, so no frame shows “{caption.target}”."
            return Choice(None, reason, len(clip) - 1)
        before, time = scores.source["semantic"], clip.frame_times[best]
        if self.basis(scores) is Basis.CALIBRATED and before >= (scores.threshold or 0.0):
            reason = (
                f"Your picture seems to show “{caption.target}” already, and no frame shows it clearly more; "
                f"frame {time} comes closest (similarity {printed(scores['semantic'][best])}; "
                f"the source has {printed(before)})."
            )
            return Choice(None, reason, best, cause=Cause.SHOWN_ALREADY)
        figures = self.figures(scores, best, self._needed(scores))
        return Choice(None, f"No frame shows “{caption.target}”; frame {time} comes closest {figures}.", best)

    def _decides(self, scores: Scores) -> str:
        """The column that is highest in the frame that comes closest."""
        return {Basis.MEASURED: DEGREE, Basis.CONTRAST: "contrast"}.get(self.basis(scores), "semantic")

    def figures(self, scores: Scores, index: int, needed: str = "") -> str:
        """What a decision on a frame rests on, in brackets."""
        if self._sees_change_alone(scores):
            return "(such a change is judged by where the clip settles, not by similarity)"
        now, before = printed(scores["semantic"][index]), printed(scores.source["semantic"])
        wanted = f", and {needed} is needed" if needed else ""
        if self.basis(scores) is Basis.MEASURED:
            gone = scores[DEGREE][index] - scores.source[DEGREE]
            what = scores.described[DEGREE].title.lower() if DEGREE in scores.described else DEGREE
            return f"({what} {gone:+.0f} levels of 255{wanted}; measured)".replace("-", "−")
        if self.basis(scores) is Basis.CONTRAST:
            stands = signed(scores["contrast"][index])
            return f"(contrast with other wishes {stands}{wanted}; similarity {now}, the source has {before})"
        return f"(similarity {now}{wanted}; the source has {before}; {self._told(scores)})"

    def _told(self, scores: Scores) -> str:
        """Which kind of gate it is."""
        fit = self._fit(scores)
        if fit is None:
            return f"{self.basis(scores)} gate"
        return f"gate calibrated by you on {fit.date}, with {fit.clips} drawn clips"

    def _needed(self, scores: Scores) -> str:
        if self.basis(scores) is Basis.MEASURED:
            return f"+{self.degree:g}"
        if self.basis(scores) is Basis.CONTRAST:
            return f"{self.contrast:g}"
        least = scores.source["semantic"] + self.least_gain
        if self.basis(scores) is Basis.CALIBRATED and scores.threshold is not None:
            best = int(scores["semantic"].argmax())
            worth = float(self.evidence(scores)[best] - scores["semantic"][best])
            gain = self.sure_gain if (fit := self._fit(scores)) is None else fit.gain
            least = max(scores.threshold - worth, scores.source["semantic"] + gain)
        return printed(least)

    def missing(self, scores: Scores, caption: Caption) -> str:
        """That a wish which was not reached names a thing that is not there, or empty if it seems to be."""
        if scores.presence is None or not self.judges(scores):
            return ""
        if scores.presence >= (SURELY_THERE if self._fit(scores) is None else self._least_presence(scores)):
            return ""
        return (
            f"your picture does not seem to show any {subject(caption)}. "
            "Name the thing as it is in the picture."
        )


def signed(contrast: float | None) -> str:
    """A contrast as it is printed, with a sign that is no hyphen."""
    return f"{contrast:.1f}".replace("-", "−")


def printed(similarity: float) -> str:
    """A similarity as it is printed, with a sign that is no hyphen."""
    return f"{similarity:.3f}".replace("-", "−")
