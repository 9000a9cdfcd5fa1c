"""How alike pictures and texts are to an encoder, as cosines of what it makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...plugins.stages import Encoder
from ...score.identity import seen
from ...values import Vectors
from .seen import Seen, Truth, Values


@dataclass(frozen=True)
class Likeness:
    """Cosines of pictures alone: DINO, or any encoder that reads no texts."""

    encoder: Encoder
    label: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label,)

    def values(self, truth: Truth, answers: Sequence[Seen]) -> list[Values]:
        """Of the answer and the source, and of the answer and the target."""
        return _alike(self.label, self.encoder, truth, _vectors(self.encoder, answers))


@dataclass(frozen=True)
class Words:
    """Cosines of pictures and texts: CLIP-I, CLIP-T and CLIP-D."""

    encoder: Encoder
    label: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.label}-{letter}" for letter in "ITD")

    def values(self, truth: Truth, answers: Sequence[Seen]) -> list[Values]:
        """I: of pictures, as `Likeness` has it. T: of the answer and the target text.

        D: of the changes of picture and text (Gal et al. 2022, arXiv 2108.00946); it takes a text of the
        source, and an answer that is not the source itself.
        """
        before, vectors = _vectors(self.encoder, [truth.source])[0], _vectors(self.encoder, answers)
        target, source = (self._words(text) for text in (truth.target_text, truth.source_text))
        alike = _alike(f"{self.label}-I", self.encoder, truth, vectors)
        told = [dict(self._told(one, before, target, source)) for one in vectors]
        return [{**first, **other} for first, other in zip(alike, told, strict=True)]

    def _words(self, text: str | None) -> Vectors | None:
        return None if text is None else self.encoder.texts([text])[0]

    def _told(
        self, answer: Vectors, before: Vectors, target: Vectors | None, source: Vectors | None
    ) -> Iterator[tuple[str, float]]:
        if target is None:
            return
        yield f"{self.label}-T", float(answer @ target)
        if source is not None and (answer != before).any() and (target != source).any():
            yield f"{self.label}-D", cosine(answer - before, target - source)


@dataclass(frozen=True)
class Faces:
    """The cosine of the largest faces of the source and of the answer."""

    encoder: Encoder
    names = ("face",)

    def values(self, truth: Truth, answers: Sequence[Seen]) -> list[Values]:
        """0, as of strangers, where the face is gone; no value where the source shows none."""
        before = _vectors(self.encoder, [truth.source])
        if not seen(before)[0]:
            return [{} for _ in answers]
        cosines = _vectors(self.encoder, answers) @ before[0]
        return [{"face": float(one) if np.isfinite(one) else 0.0} for one in cosines]


def _alike(name: str, encoder: Encoder, truth: Truth, answers: Vectors) -> list[Values]:
    others = {f"{name}{to}": _vectors(encoder, [one])[0] for to, one in truth.references()}
    return [{name: float(answer @ other) for name, other in others.items()} for answer in answers]


def _vectors(encoder: Encoder, pictures: Sequence[Seen]) -> Vectors:
    """(pictures, features); pictures of several sizes cannot be encoded together."""
    return np.concatenate([encoder.images(one.own[None]) for one in pictures])


def cosine(one: Vectors, other: Vectors) -> float:
    """Of two vectors of any length but 0."""
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))
