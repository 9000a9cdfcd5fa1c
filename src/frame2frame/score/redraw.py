"""How faithfully a model can draw a picture at all: the picture after its way into the latents and back.

What is lost on that way is lost in every frame of every clip.
"""

from __future__ import annotations

import math

import numpy as np

from ..media.pictures import psnr
from ..values import Picture

LEAST_FIDELITY = 30.0
"""Decibels from which a model knows pictures of this kind; `benchmarks/redraw.py` measures where they lie."""

LEVELS = (1.0, 99.0)
"""Percentiles between which the levels of a picture are taken to lie."""


def fidelity(redrawn: Picture, source: Picture) -> float:
    """PSNR in decibels, its peak being the range of levels that the source itself uses.

    Against all 255 levels a dim or hazy photograph would count as faithful that has lost all its detail.
    Both have the same shape.
    """
    low, high = np.percentile(source, LEVELS)
    return psnr(redrawn, source) + 20 * math.log10(max(float(high - low), 1.0) / 255)
