"""Draw the clips that everything else trains on into shards (see shards.py). Resumes where it stopped."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future

import data
import processes
import shards
import weights
from loop import Options, read_options

Shard = tuple[str, int]
"""A split and the number of one of its shards."""

AHEAD = 3
"""Shards that are planned ahead by each worker; those of photographs hold drawn pictures."""


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    start = time.monotonic()
    drawn = 0
    for (split, number), planned in plans(options, todo(options), counts(options)):
        if time.monotonic() - start > options.minutes * 60:
            print("clips: the time is over; run again to draw the rest")
            break
        pictures, records = data.draw_shard(planned, options.device)
        shards.write_shard(options.clips / split, number, pictures.cpu().numpy(), records)
        drawn += len(records)
        seconds = round(time.monotonic() - start, 1)
        print(
            f"clips {split} {number} drawn {drawn} seconds {seconds} a second {drawn / seconds:.2f}",
            flush=True,
        )
    record = {"clips": drawn, "seconds": round(time.monotonic() - start, 1)}
    weights.append_json(options.work / "clips.jsonl", record)


def todo(options: Options) -> list[Shard]:
    """The shards that are not there yet, the small splits first."""
    return [
        (split, number)
        for split, count in counts(options).items()
        for number in shards.numbers(count)
        if not shards.has_shard(options.clips / split, number)
    ]


def counts(options: Options) -> dict[str, int]:
    """The clips of each split."""
    recipe = options.preset.data
    return {"held_out": recipe.held_out, "calibration": recipe.calibration, "train": recipe.clips}


def plans(
    options: Options, wanted: Iterable[Shard], clips: dict[str, int]
) -> Iterator[tuple[Shard, list[data.Planned]]]:
    """The plans of shards in turn; other processes make them ahead where a GPU would wait for them."""
    shown = options.photographs
    asked = [(options.preset, split, number, clips[split], shown) for split, number in wanted]
    if options.device == "cpu":
        yield from ((one[1:3], data.plan_shard(*one)) for one in asked)
        return
    with processes.pool() as pool:
        try:
            waiting = deque[tuple[Shard, Future[list[data.Planned]]]]()
            for one in asked:
                waiting.append((one[1:3], pool.submit(data.plan_shard, *one)))
                if len(waiting) > AHEAD * processes.COUNT:
                    yield _next(waiting)
            while waiting:
                yield _next(waiting)
        finally:
            pool.shutdown(cancel_futures=True)


def _next(waiting: deque[tuple[Shard, Future[list[data.Planned]]]]) -> tuple[Shard, list[data.Planned]]:
    shard, planned = waiting.popleft()
    return shard, planned.result()


if __name__ == "__main__":
    main()
