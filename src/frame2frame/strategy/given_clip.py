"""The one round of a clip that is there already: its frames are scored and one of them is chosen."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from ..plugins.stages import Encoder, Scorer, Selector
from ..score.similarity import Similarity
from ..values import Calibration, Caption, Clip, Frames, Picture, Progress, Scores, Step, Take
from .choosing import choice_of
from .one_shot import step_of
from .refusals import Wording
from .stopwatch import Stopwatch

_CHUNK = 32
"""Frames scored between two signs of progress."""


@dataclass(frozen=True, eq=False)
class GivenClip:
    """A clip, and what its frames are held against."""

    frames: Frames
    source: Picture
    """Of the frames' size."""
    caption: Caption
    words: str
    """The wanted scene, as the user said it."""
    encoder: Encoder
    selector: Selector
    scorers: tuple[Scorer, ...] = ()
    calibration: Calibration | None = None
    """The user's own of the encoder."""
    unknown: bool = False
    """Whether the encoder is treated as unknown, although it is calibrated."""

    def run(self) -> Generator[Progress, None, Step]:
        """The round, after signs of how far it is."""
        watch = Stopwatch()
        clip = Clip(self.frames, tuple(range(len(self.frames))), None, source=self.source)
        scores = yield from self._scored(clip, watch)
        wording = Wording.of(self.caption, self.words, self.encoder)
        with watch.of("select"):
            refused = wording.refused() if wording.failed else None
            choice = refused or choice_of(self.selector, clip, scores, self.caption)
        choice = replace(choice, notes=(*choice.notes, *wording.notes()))
        return step_of(self.caption, [Take(clip, scores)], 0, choice, watch.seconds)

    def _scored(self, clip: Clip, watch: Stopwatch) -> Generator[Progress, None, Scores]:
        with watch.of("encode"):
            similarity = Similarity.of(
                self.encoder,
                self.source,
                self.caption,
                scorers=self.scorers,
                calibration=self.calibration,
                unknown=self.unknown,
            )
        scores = None
        for start in range(0, len(clip), _CHUNK):
            yield Progress("score", start, len(clip))
            with watch.of("score"):
                new = similarity.score(clip.frames[start : start + _CHUNK])
                scores = scores.followed_by(new) if scores else new
        yield Progress("score", len(clip), len(clip))
        assert scores is not None  # a given clip has frames
        return scores
