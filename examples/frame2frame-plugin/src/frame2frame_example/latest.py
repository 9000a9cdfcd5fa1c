"""A selector: the last frame that shows the edit."""

from dataclasses import dataclass

import numpy as np

from frame2frame.plugins import Caption, Choice, Clip, Scores, check, option


@dataclass(frozen=True)
class Latest:
    """The last frame whose similarity to the target text has most of what the clip gains."""

    share: float = option(
        0.8, "Share of the clip's gain in similarity that the frame must have.", low=0, high=1
    )

    def __post_init__(self) -> None:
        check(self)

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        """The frame, or none where no frame is more like the text than the source is."""
        similarity, source = scores["semantic"], scores.source["semantic"]
        gain = similarity.max() - source
        if gain <= 0:
            return Choice(None, f"No frame shows “{caption.target}” better than the source does.")
        index = int(np.flatnonzero(similarity >= source + self.share * gain)[-1])
        reason = (
            f"Frame {index} is the last that shows “{caption.target}” (similarity {similarity[index]:.2f})."
        )
        return Choice(index, reason, runner_up=int(similarity.argmax()))

    def enough(self, clip: Clip, scores: Scores) -> bool:
        """Whether decoding may stop: never, as a later frame may be the last."""
        return False
