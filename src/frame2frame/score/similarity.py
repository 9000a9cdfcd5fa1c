"""Scores of frames: how much they show the wanted scene, and how near they stay to the source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..stages import Encoder
from ..values import Caption, Frames, Picture, Scores, Vectors
from .identity import Identity


@dataclass(frozen=True)
class Similarity:
    """Scores of one source and caption; frames may come in chunks.

    `semantic` is the cosine of frame and target text. `preservation` is minus the distance of frame and
    source in feature space, so that 0 is the source itself.
    """

    encoder: Encoder
    before: Vectors
    """(1, features) of the source."""
    target: Vectors
    """(1, features) of the target text."""
    identity: Identity | None = None
    """Also scores how much of the source's identity is left, as `identity`."""

    @classmethod
    def of(
        cls, encoder: Encoder, source: Picture, caption: Caption, identity: Encoder | None = None
    ) -> Similarity:
        """`source` has the size of the frames to be scored. A source without identity gets no such score."""
        known = None if identity is None else Identity.of(identity, source)
        return cls(
            encoder,
            encoder.images(source[None]),
            encoder.texts([caption.target]),
            known if known is not None and known.known else None,
        )

    def score(self, frames: Frames) -> Scores:
        vectors = self.encoder.images(frames)
        distance = np.linalg.norm(vectors - self.before, axis=-1)
        columns = {
            "semantic": tuple(float(cosine) for cosine in vectors @ self.target[0]),
            "preservation": tuple(-float(length) for length in distance),
        }
        source = {"semantic": float(self.before[0] @ self.target[0]), "preservation": 0.0}
        if self.identity is not None:
            columns["identity"], source["identity"] = self.identity.score(frames), 0.0
        return Scores(
            columns=columns,
            source=source,
            threshold=self.encoder.threshold,
            vectors=vectors,
            start=self.before,
        )
