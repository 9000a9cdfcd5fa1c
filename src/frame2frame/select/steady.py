"""Which frames have drifted from the source: by camera, zoom, sharpness or colour (paper, appendix C.1).

A wish may ask for just that: its caption then names the camera, the light or the whole scene, and that kind
of drift is no fault. Words decide, and where they leave doubt the frame is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..plugins.options import check, option
from ..score.drift import Drift, drifts
from ..score.whole import CAMERA, WHOLE
from ..values import Caption, Frames


@dataclass(frozen=True)
class Steady:
    """How much drift is too much. Only gross drift is: a small one may be the edit's own doing."""

    shift: float = option(0.035, "How far the camera may move, as a share of the longer side.", low=0, high=1)
    zoom: float = option(0.05, "By how much things may become larger or smaller.", low=0, high=100)
    sharpness: float = option(
        0.1, "The share of the first frame's fine detail that must be left.", low=0, high=1
    )
    colour: float = option(
        24.0, "By how many levels of 255 nearly the whole picture may change.", low=0, high=255
    )

    def __post_init__(self) -> None:
        check(self)

    def faults(self, frames: Frames, indices: list[int], caption: Caption) -> dict[int, str]:
        """Of the frames named those that have drifted, and how, as the end of a sentence."""
        found = zip(indices, drifts(frames, indices), strict=True)
        faults = {index: self.fault(drift, caption) for index, drift in found}
        return {index: fault for index, fault in faults.items() if fault}

    def fault(self, drift: Drift, caption: Caption) -> str | None:
        """What drifted, or None if the frame is steady or the caption asks for it."""
        words = f"{caption.temporal} {caption.target}"
        camera_may_move = CAMERA.search(words) is not None
        all_may_change = camera_may_move or WHOLE.search(words) is not None
        if not camera_may_move and abs(drift.zoom - 1.0) > self.zoom:
            return f"the camera has zoomed by {100 * (drift.zoom - 1.0):+.0f} %"
        if not camera_may_move and drift.shift > self.shift:
            return f"the camera has moved by {100 * drift.shift:.0f} % of the picture"
        if not all_may_change and drift.colour > self.colour:
            return f"the whole picture has changed colour by {drift.colour:.0f} of 255 levels"
        if not all_may_change and drift.sharpness < self.sharpness:
            return f"only {100 * drift.sharpness:.0f} % of the fine detail is left"
        return None
