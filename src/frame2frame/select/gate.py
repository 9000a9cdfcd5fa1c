"""Which frames show the edit at all, and what to say when none does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..values import Caption, Clip, Scores, check_range


@dataclass(frozen=True)
class Gate:
    """A frame shows the edit when it passes the encoder's threshold.

    Where the encoder was never calibrated, it must come near the clip's best frame instead.
    """

    slack: float = 0.25
    """Without a threshold: the share of the best frame's gain over the source that may be missing."""
    least_gain: float = 0.01
    """The least gain in cosine over the source; a picture that already shows the wish has none to make."""

    def __post_init__(self) -> None:
        check_range("option gate.slack", self.slack, 0.0, 1.0)
        check_range("option gate.least_gain", self.least_gain, 0.0, 2.0)

    def shows(self, scores: Scores) -> NDArray[np.bool_]:
        """(frames,)."""
        semantic = scores["semantic"]
        gain = semantic - scores.source["semantic"]
        if scores.threshold is not None:
            return np.asarray((semantic >= scores.threshold) & (gain >= self.least_gain))
        return np.asarray((gain >= (1.0 - self.slack) * gain.max()) & (gain >= self.least_gain))

    def refusal(self, clip: Clip, scores: Scores, caption: Caption) -> str:
        """Why no frame shows the edit."""
        before, best = scores.source["semantic"], int(scores["semantic"].argmax())
        if scores.threshold is not None and before >= scores.threshold:
            return f"The picture shows “{caption.target}” already (cosine {before:.3f}), and no frame better."
        needed = before + self.least_gain if scores.threshold is None else scores.threshold
        return (
            f"No frame shows “{caption.target}”: the closest is frame {clip.frame_times[best]} "
            f"with a cosine of {scores['semantic'][best]:.3f}, and {needed:.3f} is needed."
        )
