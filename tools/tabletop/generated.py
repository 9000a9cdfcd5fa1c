"""Make the frames that the restorer learns from, and those that it is measured on. Resumes where it stopped.

A shard is an .npz of `shown`, `source` and `truth`, each (pairs, 128, 128, 3) uint8: a frame as it is
decoded, the picture that its clip begins with, and what the frame should look like. It learns from any frame
of drawn clips that went through the autoencoder alone: where the video model has drawn the edit, its frame
differs from the truth in more than detail, and what learns from that hedges. Held-out ones are the last
frames of edits that the video model has drawn, and their truth is the drawn target.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import clips
import data
import guided
import numpy as np
import shards
import torch
import vae
import video
import weights
from latents import tokens
from loop import Options, read_options
from numpy.typing import NDArray
from precision import autocast
from presets import FRAMES
from torch import Tensor

from frame2frame.worlds.tabletop.draws import Draws

SEED = 20_000_000_000
"""Added to a clip's seed to draw what is asked of it."""

NAMES = ("shown", "source", "truth")


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    start, made = time.monotonic(), 0
    job = video.VideoJob(options)
    for name, module in job.modules.items():
        weights.load_average(options.average("video"), name, module)
    eager = torch.compiler.set_stance("force_eager")
    with torch.no_grad(), autocast(options.device), eager:
        for split, number in todo(options):
            if time.monotonic() - start > options.minutes * 60:
                print("generated: the time is over; run again to draw the rest")
                break
            made += _write_shard(options, job, split, number)
            rate = made / (time.monotonic() - start)
            print(f"generated {split} {number} pairs {made} a second {rate:.1f}", flush=True)
    record = {"pairs": made, "seconds": round(time.monotonic() - start, 1)}
    weights.append_json(options.work / "generated.jsonl", record)


def folder(options: Options, split: str) -> Path:
    return options.work / "generated" / split


def todo(options: Options) -> list[clips.Shard]:
    """The shards that were not made yet, of clips that are there."""
    preset = options.preset
    counts = {"held_out": preset.data.held_out, "train": preset.restorer.clips}
    return [
        (split, number)
        for split, count in counts.items()
        for number in shards.numbers(count)
        if shards.has_shard(options.clips / split, number)
        and not (folder(options, split) / f"{number:05d}.npz").exists()
    ]


def _write_shard(options: Options, job: video.VideoJob, split: str, number: int) -> int:
    some = shards.Clips(options.clips / split, only=number)
    whole = [i for i, record in enumerate(some.records) if record.course == "whole"]
    pictures = some.take(whole, [range(FRAMES + 1)] * len(whole)).to(options.device)
    records = [some.records[i] for i in whole]
    source, target = pictures[:, 0], pictures[:, FRAMES]
    made = (
        _round_trips(job, pictures, records)
        if split == "train"
        else (_last_frames(options, job, source, records), source, target)
    )
    arrays = [part.cpu().numpy() for part in made]
    place = folder(options, split)
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{number:05d}.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **dict(zip(NAMES, arrays, strict=True)))
    return len(arrays[0])


def _last_frames(options: Options, job: video.VideoJob, source: Tensor, records: list[data.Record]) -> Tensor:
    """(clips, 128, 128, 3) uint8: how the edits end that the video model draws."""
    shape, generator = options.preset.restorer, torch.Generator(options.device)
    generator.manual_seed(records[0].seed)
    asked = [Draws(SEED + record.seed).one_of(record.ruled_temporals) for record in records]
    texts = torch.from_numpy(tokens(job.tokenizer, asked)).to(options.device)
    first = vae.encode(job.vae, data.to_model(source[:, None])).mode()[:, :, 0] * job.scale
    velocity = guided.velocity_of(job, first, job.embed(texts), shape.guidance)
    latents = guided.walk(velocity, video.noise_of(first, generator), shape.steps)[-1]
    return data.to_pictures(vae.decode(job.vae, latents.transpose(1, 2) / job.scale))[:, -1]


def _round_trips(
    job: video.VideoJob, pictures: Tensor, records: list[data.Record]
) -> tuple[Tensor, Tensor, Tensor]:
    """A frame of each drawn clip after its way through the autoencoder, its source and its truth."""
    frames = [1 + Draws(SEED + record.seed).below(FRAMES - 1) for record in records]
    drawn, rows = pictures[:, :FRAMES], range(len(records))
    again = data.to_pictures(vae.decode(job.vae, vae.encode(job.vae, data.to_model(drawn)).sample()))
    return again[rows, frames], drawn[:, 0], drawn[rows, frames]


class Pairs:
    """All pairs of a split, on the device."""

    def __init__(self, options: Options, split: str) -> None:
        paths = sorted(folder(options, split).glob("*.npz"))
        if not paths:
            raise FileNotFoundError(f"no pairs in {folder(options, split)}; run generated.py first")
        loaded: list[dict[str, NDArray[Any]]] = [dict(np.load(path)) for path in paths]
        self.tensors = {
            name: torch.from_numpy(np.concatenate([one[name] for one in loaded])).to(options.device)
            for name in NAMES
        }

    def __len__(self) -> int:
        return len(self.tensors["shown"])

    def take(self, chosen: Tensor) -> dict[str, Tensor]:
        """Of each name (pairs, 3, 128, 128) from −1 to 1."""
        return {name: to_model(values[chosen]) for name, values in self.tensors.items()}


def to_model(pictures: Tensor) -> Tensor:
    """uint8 (pictures, h, w, 3) → (pictures, 3, h, w) from −1 to 1."""
    return data.to_model(pictures[:, None])[:, :, 0]


if __name__ == "__main__":
    main()
