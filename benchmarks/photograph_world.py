"""The photograph world: a sheet with each kind of edit, and how fast its clips are drawn.

    python benchmarks/photograph_world.py sheet --to docs/images/photograph-world.jpg
    python benchmarks/photograph_world.py speed --photos FOLDER

The sheet is of the photographs that ship, unless others are named.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import numpy as np
import torch
from PIL import Image, ImageDraw

from frame2frame.errors import InputError
from frame2frame.evaluation.calibration.work import PACKAGED
from frame2frame.values import Picture
from frame2frame.worlds.photoworld import KINDS, PhotographEpisode, Photographs, draw, draw_plan, episode
from frame2frame.worlds.photoworld.drawing import SIDE
from frame2frame.worlds.photoworld.files import reduced
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED
from frame2frame.worlds.tabletop.draws import Draws

COLUMNS = 4
GAP = 8
"""Pixels between pictures."""

HEADING = 14


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("sheet", "speed"))
    parser.add_argument("--photos", type=Path, default=PACKAGED, help="folder of photographs")
    parser.add_argument("--to", type=Path, default=Path("photograph-world.jpg"))
    asked = parser.parse_args(arguments)
    shown = Photographs.of(asked.photos)
    if asked.what == "sheet":
        sheet(shown).save(asked.to, quality=88)
    else:
        speed(shown)


def sheet(shown: Photographs) -> Image.Image:
    """Source and target of each kind, from one photograph after another."""
    wide, high = 2 * SIDE + GAP, SIDE + HEADING + GAP
    rows = -(-len(KINDS) // COLUMNS)
    found = Image.new("RGB", (COLUMNS * wide + GAP, rows * high + GAP), "white")
    text = ImageDraw.Draw(found)
    for number, kind in enumerate(KINDS):
        one = _that_shows(kind, number, shown)
        left, top = GAP + number % COLUMNS * wide, GAP + number // COLUMNS * high
        text.text((left, top), kind, fill="black")
        found.paste(Image.fromarray(_beside(one.source, one.target)), (left, top + HEADING))
    return found


def _that_shows(kind: str, number: int, shown: Photographs) -> PhotographEpisode:
    """Of the first photograph from this number on that can show the change. Raises InputError for none."""
    for place in range(len(shown.files)):
        file = shown.files[(3 * number + place) % len(shown.files)]
        try:
            return episode(FIRST_HELD_OUT_SEED + number, Photographs((file,)), kind, frames=2)
        except InputError:
            continue
    raise InputError("none of the photographs can show the change", got=kind, remedy="name others")


def _beside(one: Picture, other: Picture) -> Picture:
    return np.concatenate([one, other], axis=1)


def speed(shown: Photographs) -> None:
    """Clips of 17 frames a second of one core, by NumPy and by torch, and how far the two differ."""
    torch.set_num_threads(1)
    print(f"{'kind':16} {'NumPy':>7} {'torch':>7}  clips a second of one core; levels apart at most")
    total = np.zeros(2)
    for number, kind in enumerate(KINDS):
        seconds, apart = _timed(kind, reduced(shown.files[number % len(shown.files)]))
        total += seconds
        print(f"{kind:16} {1 / seconds[0]:7.1f} {1 / seconds[1]:7.1f}  {apart}")
    print(f"{'all':16} {len(KINDS) / total[0]:7.1f} {len(KINDS) / total[1]:7.1f}")


def _timed(kind: str, photograph: Picture) -> tuple[np.ndarray, int]:
    plan = draw_plan(Draws(0), photograph.shape[:2], kind)
    if plan is None:
        raise InputError("the photograph is too small", got=kind, remedy="name larger ones")
    wanted, drawn, seconds = [*plan.wanted(), *plan.pictures()], [], []
    for module, own in ((np, photograph), (torch, torch.from_numpy(photograph))):
        draw(module, own, plan.shot, wanted[:2])
        start = process_time()
        drawn.append(np.asarray(draw(module, own, plan.shot, wanted)))
        seconds.append(process_time() - start)
    return np.array(seconds), int(np.abs(drawn[0].astype(int) - drawn[1]).max())


if __name__ == "__main__":
    main()
