"""Calibrate an image–text encoder that the user has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ...errors import InputError, meant
from ...plugins.options import Value
from ...score.calibrations import Calibrated

FIRST_SEED = 960_000_000
"""No episode that anything of ours was trained on, and none that the evaluation measures by."""

COUNT = 300

WORLDS = ("both", "tabletop", "photographs")


def calibrate(
    encoder: str = "clip",
    *,
    world: str = "both",
    photos: str | Path | None = None,
    count: int = COUNT,
    seed: int = FIRST_SEED,
    device: str = "auto",
    cache_dir: str | None = None,
    options: Mapping[str, Value] | None = None,
    progress: bool = True,
) -> Calibrated:
    """Fit the gate to an image–text encoder, and keep what was found for every edit with this encoder.

    `count` clips are drawn whose truth is known, and the numbers fitted to their scores; as many others give
    the shares of wrong and right answers, beside those of the gate without the calibration, and of answering
    none always or never. The clips are of the `world` tabletop, of photographs that change as a whole,
    or half of them of both; `photos` is a folder of your own photographs, in place of those that
    ship. The same `seed` draws the same clips. What is returned is kept in the user's data
    folder, in `file`, under the hashes of the encoder's weights; nothing is kept unless all is done.

    Raises InputError, ModelError, OutOfMemoryError or WriteError, each in one line that says what to do.
    """
    from .work import calibrated

    if world not in WORLDS:
        remedy = meant(world, WORLDS)
        raise InputError("there is no such world to draw clips from", got=repr(world), remedy=remedy)
    return calibrated(encoder, world, photos, count, seed, device, cache_dir, options or {}, progress)
