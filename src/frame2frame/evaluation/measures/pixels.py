"""Measures that need no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from ...media.pictures import psnr
from ...score.drift import Reference
from ...score.sharpness import sharpness
from ...values import Picture
from .seen import Seen, Truth, Values


@dataclass(frozen=True)
class Kept:
    """How much is left of the source, or how near the answer is to the target: PSNR and SSIM."""

    names = ("SSIM", "PSNR")

    def values(self, truth: Truth, answers: Sequence[Seen]) -> list[Values]:
        """PSNR in decibels, 99 for equal pictures; SSIM (Wang et al. 2004) only where torchmetrics is."""
        return [dict(self._of(truth, answer.level)) for answer in answers]

    def _of(self, truth: Truth, answer: Picture) -> Iterator[tuple[str, float]]:
        for to, other in truth.references():
            if has_ssim():
                yield f"SSIM{to}", ssim(answer, other.level)
            yield f"PSNR{to}", psnr(answer, other.level)


def has_ssim() -> bool:
    return find_spec("torchmetrics") is not None


def ssim(one: Picture, other: Picture) -> float:
    """Structural similarity of two pictures of one size, 1 for equal ones, as torchmetrics computes it."""
    import torch
    from torchmetrics.functional.image import structural_similarity_index_measure

    first, second = (
        # in 32 bits the variance of an even area may come out below 0, which only some terms are held from
        torch.from_numpy(picture.astype(np.float64)).permute(2, 0, 1)[None]
        for picture in (one, other)
    )
    found: Any = structural_similarity_index_measure(first, second, data_range=255.0)
    return float(found)


@dataclass(frozen=True)
class Changed:
    """What became of the picture as a whole."""

    names = ("sharpness", "camera", "colour", "magnitude")

    def values(self, truth: Truth, answers: Sequence[Seen]) -> list[Values]:
        """Against the source.

        Sharpness is the answer's over the source's; the camera's way is a share of the longer side, as far as
        the picture's border has moved; colour and magnitude are in levels of 255: by how much a common change
        has moved the most changed channel, and the mean difference of all pixels.
        """
        source = truth.source.level
        reference, sharp = Reference.of(source), sharpness(source)
        return [dict(_changes(reference, sharp, answer.level)) for answer in answers]


def _changes(reference: Reference, sharp: float, answer: Picture) -> Iterator[tuple[str, float]]:
    if sharp > 0:
        yield "sharpness", sharpness(answer) / sharp
    drift = reference.drift(answer)
    yield "camera", max(drift.shift, abs(drift.zoom - 1) / 2)
    yield "colour", drift.colour
    yield "magnitude", float(np.abs(answer.astype(np.int16) - reference.picture).mean())
