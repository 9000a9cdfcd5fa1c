"""Draw the clips that everything else trains on into shards (see data.py). Resumes where it stopped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import data
import numpy as np
import weights
from loop import Options, read_options
from numpy.typing import NDArray

from frame2frame.tabletop import render


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    start = time.monotonic()
    drawn = 0
    for split, number in todo(options):
        if time.monotonic() - start > options.minutes * 60:
            print("clips: the time is over; run again to draw the rest")
            break
        drawn += _draw_shard(options, split, number)
        seconds = round(time.monotonic() - start, 1)
        print(
            f"clips {split} {number} drawn {drawn} seconds {seconds} a second {drawn / seconds:.2f}",
            flush=True,
        )
    record = {"clips": drawn, "seconds": round(time.monotonic() - start, 1)}
    weights.append_json(options.work / "clips.jsonl", record)


def todo(options: Options) -> list[tuple[str, int]]:
    """The shards that are not there yet, the small splits first."""
    return [
        (split, number)
        for split, count in _counts(options).items()
        for number in range(-(-count // data.SHARD))
        if not data.has_shard(options.clips / split, number)
    ]


def _counts(options: Options) -> dict[str, int]:
    recipe = options.preset.data
    return {"held_out": recipe.held_out, "calibration": recipe.calibration, "train": recipe.clips}


def _draw_shard(options: Options, split: str, number: int) -> int:
    counts = _counts(options)
    indices = range(number * data.SHARD, min((number + 1) * data.SHARD, counts[split]))
    planned = [data.plan_clip(options.preset, split, index) for index in indices]
    pictures = draw_pictures([clip.states() for clip in planned], options.device)
    with ThreadPoolExecutor() as pool:
        records = list(pool.map(data.finish, planned, pictures))
    kept = [i for i, record in enumerate(records) if record is not None]
    found = [record for record in records if record is not None]
    data.write_shard(options.clips / split, number, pictures[kept], found)
    return len(kept)


def draw_pictures(states: Sequence[NDArray[np.float64]], device: str) -> NDArray[np.uint8]:
    """(clips, 22, 128, 128, 3); clips with the same number of things are drawn in one go on CUDA."""
    pictures = np.empty((len(states), data.PICTURES, 128, 128, 3), dtype=np.uint8)
    if device == "cpu":
        for index, clip in enumerate(states):
            pictures[index] = render.draw(clip)
        return pictures
    for width in {clip.shape[1] for clip in states}:
        group = [index for index, clip in enumerate(states) if clip.shape[1] == width]
        drawn = render.draw(np.concatenate([states[index] for index in group]), device)
        pictures[group] = drawn.reshape(len(group), data.PICTURES, 128, 128, 3)
    return pictures


if __name__ == "__main__":
    main()
