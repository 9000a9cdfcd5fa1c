"""Scores of frames: how much they show the wanted scene, and how near they stay to the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..plugins.stages import Encoder, Scorer
from ..values import Calibration, Caption, Frames, Picture, Scores, Vectors
from .ability import abilities
from .contrast import COLUMN, Contrast
from .degree import Asked
from .identity import Identity
from .limits import Limits
from .scorers import Further


@dataclass(frozen=True)
class Similarity:
    """Scores of one source and caption; frames may come in chunks.

    `semantic` is the cosine of frame and target text. `preservation` is minus the distance of frame and
    source in feature space, so that 0 is the source itself. `contrast` says how far the change fits the
    target better than other scenes. `degree` is there where the target asks for more or less of something.
    """

    encoder: Encoder
    before: Vectors
    """(1, features) of the source."""
    contrast: Contrast
    """With the target text's features."""
    identity: Identity | None = None
    """Also scores how much of the source's identity is left, as `identity`."""
    further: Further | None = None
    """The columns of other scorers."""
    calibration: Calibration | None = None
    """The user's own of the encoder."""
    ability: float | None = None
    """Of the encoder on this source, see `abilities`; None where it was not tried."""
    limits: Limits | None = None
    """What the encoder asks of this source; None where it does not say."""
    unknown: bool = False
    """Whether what the encoder says is set aside."""
    asked: Asked | None = None
    """What the target asks for more or less of, if that is all."""

    @classmethod
    def of(
        cls,
        encoder: Encoder,
        source: Picture,
        caption: Caption,
        identity: Encoder | None = None,
        scorers: Sequence[Scorer] = (),
        calibration: Calibration | None = None,
        unknown: bool = False,
    ) -> Similarity:
        """`source` has the size of the frames to be scored. A source without identity gets no such score."""
        return similarities(encoder, source[None], [caption], identity, scorers, calibration, unknown)[0]

    @property
    def _threshold(self) -> float | None:
        if self.calibration is not None:
            return self.calibration.threshold
        if self.limits is None:
            return self.encoder.threshold
        return self.limits.of_view if self.contrast.of_view else self.limits.threshold

    @property
    def _presence(self) -> float | None:
        """By the name alone, where the encoder was taught such names; else by contrast with other things."""
        is_set_aside = self.unknown or self.calibration is not None
        if is_set_aside or self.limits is None or not self.limits.by_name:
            return self.contrast.presence
        named = self.contrast.named if self.limits.tells(self.contrast.name) else None
        return self.limits.presence(named)

    def score(self, frames: Frames) -> Scores:
        return self.scored(frames, self.encoder.images(frames))

    def scored(self, frames: Frames, vectors: Vectors) -> Scores:
        """The same of frames that are encoded already, (frames, features)."""
        scores = self.of_vectors(vectors)
        if self.asked is not None:
            scores = self.asked.added(scores, frames)
        if self.identity is not None:
            columns = {**scores.columns, "identity": self.identity.score(frames)}
            scores = replace(scores, columns=columns, source={**scores.source, "identity": 0.0})
        return scores if self.further is None else self.further.added(scores, frames)

    def of_source(self, source: Picture) -> Scores:
        """The scores of the source itself, as a clip of one frame; it is encoded already."""
        return self.scored(source[None], self.before)

    def of_vectors(self, vectors: Vectors) -> Scores:
        """The scores of frames that are encoded already, (frames, features), by them alone."""
        own = self.calibration
        distance, target = np.linalg.norm(vectors - self.before, axis=-1), self.contrast.target[0]
        return Scores(
            columns={
                "semantic": tuple(float(cosine) for cosine in vectors @ target),
                "preservation": tuple(-float(length) for length in distance),
                COLUMN: self.contrast.column(vectors),
            },
            source={"semantic": float(self.before[0] @ target), "preservation": 0.0, COLUMN: 0.0},
            threshold=self._threshold,
            calibration=own,
            presence=self._presence,
            ability=self.ability,
            vectors=vectors,
            start=self.before,
        )


def similarities(
    encoder: Encoder,
    sources: Frames,
    captions: Sequence[Caption],
    identity: Encoder | None = None,
    scorers: Sequence[Scorer] = (),
    calibration: Calibration | None = None,
    unknown: bool = False,
) -> list[Similarity]:
    """One for each source and caption, all encoded together.

    What the encoder can judge is tried where it is not calibrated, or treated as `unknown`.
    """
    before = encoder.images(sources)
    is_known = calibration is not None or encoder.threshold is not None
    tried = abilities(encoder, sources) if unknown or not is_known else [None] * len(sources)
    return [
        Similarity(
            encoder,
            contrast.before,
            contrast,
            _identity(identity, source),
            Further.of(scorers, source, caption),
            calibration,
            ability,
            limits_of(encoder, contrast.before[0]),
            unknown,
            Asked.of(source, caption),
        )
        for contrast, source, caption, ability in zip(
            Contrast.of_all(encoder, before, captions), sources, captions, tried, strict=True
        )
    ]


def limits_of(encoder: Encoder, picture: Vectors) -> Limits | None:
    """What the encoder asks of a picture, (features,); None where it does not say."""
    said: Callable[[Vectors], Limits | None] | None = getattr(encoder, "limits_of", None)
    return None if said is None else said(picture)


def _identity(encoder: Encoder | None, source: Picture) -> Identity | None:
    """None where there is none to keep."""
    known = None if encoder is None else Identity.of(encoder, source)
    return known if known is not None and known.known else None


def score_together(judges: Sequence[Similarity], clips: Sequence[Frames]) -> list[Scores]:
    """The scores of each clip by its own similarity; all clips of one size and encoder, encoded together."""
    ends = np.cumsum([len(clip) for clip in clips])[:-1]
    vectors = np.split(judges[0].encoder.images(np.concatenate(clips)), ends)
    each = zip(judges, clips, vectors, strict=True)
    return [judge.scored(frames, own) for judge, frames, own in each]
