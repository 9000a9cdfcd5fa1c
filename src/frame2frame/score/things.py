"""How surely a picture shows things, by their names, where the encoder was taught names."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..plugins.stages import Encoder
from ..values import Picture
from .similarity import limits_of


def presences(encoder: Encoder, picture: Picture, names: Sequence[str]) -> list[float]:
    """Of each name, in standard deviations above the least of what is there.

    Minus infinity where names say nothing of such a picture. The picture has the size of frames.
    """
    vector = encoder.images(picture[None])[0]
    limits = limits_of(encoder, vector)
    if limits is None or limits.least_name is None:
        return [-math.inf] * len(names)
    vectors = getattr(encoder, "fixed_texts", encoder.texts)(tuple(names))
    found = [limits.presence(float(cosine)) for cosine in vectors @ vector]
    return [-math.inf if one is None else one for one in found]
