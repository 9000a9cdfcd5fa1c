"""Keep-region on pairs of photographs: what of the true change is lost, and how much noise is put back.

    python benchmarks/posedit_keep.py FOLDER

FOLDER holds pairs of the PosEdit benchmark: each line of `manifest.jsonl` names an `id`, the source `image`
and the `target_image`. There is no model here: the pair itself is the clip, and its target the chosen frame.
With keeping off the answer is the target; with it, what the region leaves of the target over the source.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frame2frame.errors import Frame2FrameError, InputError
from frame2frame.media.pictures import decibels, load_picture
from frame2frame.select.region import Keep, composed
from frame2frame.values import Clip, Picture

CHANGED_LEVEL = 25
"""A pixel truly changed when a channel differs by more than this: far above what a camera's noise makes."""


@dataclass(frozen=True)
class Pair:
    """The figures of one pair; shares are of pixels, errors in levels of 255."""

    name: str
    whole: bool
    region: float
    """Of the picture, border included."""
    changed: float
    """Of the picture, by `CHANGED_LEVEL`."""
    covered: float
    """Of the truly changed pixels, those in the region."""
    lost: float
    """Mean difference to the target inside the truly changed part, over the source's."""
    restored: tuple[float, float]
    """Of the pixels that did not truly change, those that are the source's own, without and with keeping."""
    noise: tuple[float, float]
    """Mean difference to the source of those pixels, without and with keeping."""
    fidelity: float
    """Decibels of the kept result against the target."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each pair and the means; answers the exit code."""
    parser = argparse.ArgumentParser(description="What keeping the source costs and brings on photographs")
    parser.add_argument("folder", type=Path, help="with manifest.jsonl, in the layout of PosEdit")
    try:
        found = [measured(*pair) for pair in pairs(parser.parse_args(arguments).folder)]
    except Frame2FrameError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    print("\n".join([_HEADER, *map(line, found), line(mean(found))]))
    return 0


def pairs(folder: Path) -> Iterator[tuple[str, Picture, Picture]]:
    """Name, source and target; raises InputError for a folder of another layout."""
    try:
        entries = [
            json.loads(text) for text in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        places = [(one["id"], folder / one["image"], folder / one["target_image"]) for one in entries]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("the manifest cannot be read", got=f"{folder}: {error!s:.100}") from error
    if not places:
        raise InputError("the manifest names no pairs", got=str(folder))
    for name, source, target in places:
        yield name, load_picture(source).picture, load_picture(target).picture


def measured(name: str, source: Picture, target: Picture) -> Pair:
    """Keep the source outside the region of the pair's change; the source stands for its own round trip."""
    clip = Clip(np.stack([source, target]), (0, 1), seed=0)
    region = Keep().region(clip, 1, source, source.shape[:2])
    kept = composed(source, target, region)
    changed = apart(source, target) > CHANGED_LEVEL
    if not changed.any():
        raise InputError("a pair shows no change", got=name, remedy="take it out of the manifest")
    return Pair(
        name=name,
        whole=region.whole,
        region=region.share,
        changed=float(changed.mean()),
        covered=float((region.mask[changed] >= 0.5).mean()),
        lost=float(apart(kept, target)[changed].mean() / apart(source, target)[changed].mean()),
        restored=(_own(target, source, ~changed), _own(kept, source, ~changed)),
        noise=(float(apart(target, source)[~changed].mean()), float(apart(kept, source)[~changed].mean())),
        fidelity=decibels(float(((kept.astype(np.float64) - target) ** 2).mean())),
    )


def _own(picture: Picture, source: Picture, where: NDArray[np.bool_]) -> float:
    return float((picture == source).all(axis=-1)[where].mean())


def apart(a: Picture, b: Picture) -> NDArray[np.int16]:
    """(height, width): the largest channel's difference."""
    return np.asarray(np.abs(a.astype(np.int16) - b).max(axis=-1))


_HEADER = (
    "pair         region  changed  covered    lost  own pixels: off     on  noise: off     on  dB to target"
)


def line(pair: Pair) -> str:
    """One row under `_HEADER`."""
    return (
        f"{pair.name:11s}  {pair.region:6.1%}  {pair.changed:7.1%}  {pair.covered:7.1%}  {pair.lost:6.2%}  "
        f"{pair.restored[0]:15.1%}  {pair.restored[1]:5.1%}  {pair.noise[0]:10.2f}  {pair.noise[1]:5.2f}  "
        f"{pair.fidelity:12.1f}" + ("  whole" if pair.whole else "")
    )


def mean(found: Sequence[Pair]) -> Pair:
    """The mean of each figure."""
    return Pair(
        name=f"mean of {len(found)}",
        whole=False,
        region=_mean(one.region for one in found),
        changed=_mean(one.changed for one in found),
        covered=_mean(one.covered for one in found),
        lost=_mean(one.lost for one in found),
        restored=(_mean(one.restored[0] for one in found), _mean(one.restored[1] for one in found)),
        noise=(_mean(one.noise[0] for one in found), _mean(one.noise[1] for one in found)),
        fidelity=_mean(one.fidelity for one in found),
    )


def _mean(numbers: Iterable[float]) -> float:
    return float(np.mean(list(numbers)))


if __name__ == "__main__":
    sys.exit(main())
