"""Which pictures the embedded model can draw at all, and what refusing the others costs.

    python benchmarks/redraw.py --count 300
    python benchmarks/redraw.py --count 0 --photos FOLDER --wish "make it night"
    python benchmarks/redraw.py --count 1500 --edits EDITS.json

A picture is encoded and decoded unchanged, and its fidelity is what the answer's gate asks for
(`frame2frame.score.redraw`). Of held-out scenes the histogram is printed; of the photographs in FOLDER the
fidelity, what an edit by the wish came to and the sharpness of its answer over the source's. EDITS.json is
what `f2f evaluate edits --json EDITS.json` wrote, with the rows beside it; the edits in it that succeeded and
whose picture would be refused are the false refusals that the gate adds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import frame2frame
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.models import catalogue
from frame2frame.errors import Frame2FrameError
from frame2frame.evaluation.episodes import drawings
from frame2frame.evaluation.results import rows
from frame2frame.media.pictures import fit, load_picture
from frame2frame.score.redraw import LEAST_FIDELITY, fidelity
from frame2frame.score.sharpness import sharpness
from frame2frame.values import Picture

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; answers the exit code."""
    parser = argparse.ArgumentParser(description="Which pictures the embedded model can draw")
    parser.add_argument("--count", type=int, default=300, help="held-out scenes, kinds balanced")
    parser.add_argument("--photos", type=Path, help="a folder of pictures to edit")
    parser.add_argument("--most", type=int, default=8, help="photographs, the first by name")
    parser.add_argument("--wish", default="make it night", help="what is to change in each photograph")
    parser.add_argument("--edits", type=Path, help="rows of the benchmark's part edits")
    parser.add_argument("--device", default="auto")
    asked = parser.parse_args(arguments)
    try:
        scenes = dict(of_scenes(asked.count, asked.device))
        if scenes:
            print("\n".join(told(scenes)))
        if asked.edits:
            print(added(rows.read(asked.edits), scenes))
        if asked.photos:
            print("\n".join(of_photographs(photographs(asked.photos, asked.most), asked.wish, asked.device)))
    except Frame2FrameError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def of_scenes(count: int, device: str) -> Iterator[tuple[int, float]]:
    """The seed of each held-out episode, and the fidelity of its source redrawn."""
    model = _embedded(device)
    for drawing in drawings(count):
        source = drawing.draw().source
        yield drawing.seed, fidelity(model.repeated(source), source)


def told(scenes: Mapping[int, float]) -> Iterator[str]:
    """The histogram in whole decibels."""
    values = np.array(list(scenes.values()))
    under = int((values < LEAST_FIDELITY).sum())
    yield f"{len(values)} scenes, {under} under {LEAST_FIDELITY:g} dB, the least {values.min():.2f} dB"
    yield from (f"{low:3d} dB {count:5d} {'#' * _bar(count, values)}" for low, count in _bins(values))


def _bins(values: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    floors = np.floor(values).astype(int)
    yield from ((low, int((floors == low).sum())) for low in range(floors.min(), floors.max() + 1))


def _bar(count: int, values: NDArray[np.float64]) -> int:
    return round(200 * count / len(values))


def added(rows: Iterable[Mapping[str, Any]], scenes: Mapping[int, float]) -> str:
    """The false refusals before and after, among the edits whose scenes were redrawn."""
    known = [row for row in rows if row["seed"] in scenes and row["wording"] == "as-is"]
    before = [row for row in known if row["index"] is None and any(row["frame_success"])]
    refused = [row for row in known if scenes[row["seed"]] < LEAST_FIDELITY]
    lost = [row for row in refused if row["index"] is not None and row["success"]]
    return (
        f"{len(known)} edits: {len(before)} refused though a frame shows the edit; the gate refuses "
        f"{len(refused)}, {len(lost)} of them edits that succeeded"
    )


def photographs(folder: Path, most: int) -> list[Path]:
    """The first pictures of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)[:most]


def of_photographs(files: Iterable[Path], wish: str, device: str) -> Iterator[str]:
    """A line for each: name, fidelity, outcome of the edit, and its answer's sharpness over the source's."""
    model = _embedded(device)
    yield f"{'photograph':30} {'fidelity':>9} {'outcome':>8} {'sharpness: redrawn':>19} {'answer':>7}"
    for file in files:
        source = load_picture(file).picture
        fitted = fit(source, 128, 128)
        redrawn = model.repeated(fitted.picture)
        found = fidelity(fitted.crop(redrawn), fitted.crop(fitted.picture))
        result = frame2frame.edit(file, wish, out=None, model=catalogue.EMBEDDED, device=device, seed=1)
        outcome = "none" if result.index is None else "found"
        shares = (_sharp(fitted.restore(redrawn), source), _sharp(result.image, source))
        yield f"{file.name:30.30} {found:6.2f} dB {outcome:>8} {shares[0]:19.3f} {shares[1]:7.3f}"


def _sharp(picture: Picture, source: Picture) -> float:
    return sharpness(picture) / max(sharpness(source), 1e-9)


def _embedded(device: str) -> CogVideoX:
    return CogVideoX(catalogue.MODELS[catalogue.EMBEDDED].repository, device=device)


if __name__ == "__main__":
    sys.exit(main())
