"""Encode the drawn clips once with the frozen VAE, for the video model. Resumes where it stopped.

A shard is an .npz: `mean` and `deviation` (takes, latent frames, 16, 16, 16) of the clip's posterior,
`first_mean` and `first_deviation` (takes, 16, 16, 16) of its first frame encoded as a single picture, which
is what the model is shown, all float16 and unscaled; `tokens` (takes, wordings, most tokens); `kind`
(takes,). One episode gives several takes: the whole clip, and at times one that begins midway, has ended, or
is still. Drawing them is what takes the time, so those of photographs are encoded in a mirror as well.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import clips
import data
import numpy as np
import shards
import torch
import vae
import weights
from loop import Options, read_options
from numpy.typing import NDArray
from presets import FRAMES, Preset
from torch import Tensor
from transformers import T5Tokenizer

from frame2frame.worlds.tabletop.draws import Draws

Arrays = dict[str, NDArray[Any]]

ENCODED = 32
"""Takes encoded together."""

TAKES_SEED = 10_000_000_000
"""Added to an episode's seed to draw its takes."""


@dataclass(frozen=True)
class Take:
    """One clip made of an episode's frames: which of them, and the texts that fit."""

    clip: int
    frames: tuple[int, ...]
    texts: tuple[str, ...]
    kind: str
    mirrored: bool = False


def takes(preset: Preset, record: data.Record, clip: int) -> Iterator[Take]:
    """The clips that one episode gives."""
    found = list(_takes(preset, record, clip))
    yield from found
    if record.of_photograph and record.kind not in data.SIDED:
        yield from (replace(take, mirrored=True) for take in found)


def _takes(preset: Preset, record: data.Record, clip: int) -> Iterator[Take]:
    """As they are.

    None of a relative wish begins midway or at its end: a dark picture that is to be darker would be taken
    for one that has been made so.
    """
    draws, shares = Draws(record.seed + TAKES_SEED), preset.data
    every, last = tuple(range(FRAMES)), FRAMES - 1
    texts, says_where = record.clip_texts, record.kind not in data.RELATIVE
    yield Take(clip, every, texts, record.kind)
    if draws.chance(shares.short):
        yield Take(clip, every[::2], texts, record.kind)
    if draws.chance(shares.midway) and says_where:
        start = 1 + draws.below(FRAMES - 2)
        midway = tuple(min(start + i, last) for i in every)
        yield Take(clip, midway if draws.chance(0.6) else midway[::2], texts, record.kind)
    if draws.chance(shares.ended) and says_where:
        yield Take(clip, (last,) * draws.one_of((9, FRAMES)), texts, record.kind)
    if draws.chance(shares.still):
        still = data.still_captions(record.seed + TAKES_SEED, len(texts))
        yield Take(clip, (0,) * draws.one_of((9, FRAMES)), still, "still")


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    model, _ = vae.load(options)
    tokenizer = T5Tokenizer.from_pretrained(str(options.tokenizer), local_files_only=True)
    start, made = time.monotonic(), 0
    wanted = todo(options)
    for split in ("held_out", "train"):
        numbers = [number for name, number in wanted if name == split]
        for number, (pictures, records) in drawn(options, split, numbers):
            if time.monotonic() - start > options.minutes * 60:
                print("latents: the time is over; run again to encode the rest")
                break
            made += _encode_shard(options, split, number, pictures, records, model, tokenizer)
            rate = made / (time.monotonic() - start)
            print(f"latents {split} {number} takes {made} a second {rate:.1f}", flush=True)
    weights.append_json(
        options.work / "latents.jsonl", {"takes": made, "seconds": round(time.monotonic() - start, 1)}
    )


def todo(options: Options) -> list[clips.Shard]:
    """The shards that were not encoded yet."""
    recipe = options.preset.data
    return [
        (split, number)
        for split, count in (("held_out", recipe.held_out), ("train", recipe.latents))
        for number in shards.numbers(count)
        if not (options.work / "latents" / split / f"{number:05d}-{FRAMES}.npz").exists()
    ]


def drawn(
    options: Options, split: str, numbers: Sequence[int]
) -> Iterator[tuple[int, tuple[Tensor, list[data.Record]]]]:
    """The pictures and records of shards: from the cache of clips as far as it goes, then freshly drawn."""
    cached = [number for number in numbers if shards.has_shard(options.clips / split, number)]
    for number in cached:
        some = shards.Clips(options.clips / split, only=number)
        yield number, (some.take(range(len(some)), [range(data.PICTURES)] * len(some)), some.records)
    fresh = [(split, number) for number in numbers if number not in cached]
    counts, preset = {split: options.preset.data.latents}, options.preset
    silent = replace(options, preset=replace(preset, data=replace(preset.data, vain=0)))
    for (_, number), planned in clips.plans(silent, fresh, counts):
        yield number, data.draw_shard(planned, options.device, FRAMES + 1)


def _encode_shard(
    options: Options,
    split: str,
    number: int,
    pictures: Tensor,
    records: Sequence[data.Record],
    model: Any,
    tokenizer: Any,
) -> int:
    pictures = pictures[:, :FRAMES].to(model.device)
    whole = [(i, record) for i, record in enumerate(records) if record.course == "whole"]
    chosen = [take for i, record in whole for take in takes(options.preset, record, i)]
    if split == "held_out":
        chosen = [take for take in chosen if take.frames == tuple(range(FRAMES)) and not take.mirrored]
    folder = options.work / "latents" / split
    folder.mkdir(parents=True, exist_ok=True)
    for length in (9, FRAMES):  # the long ones last: their file says that the shard is done
        if group := [take for take in chosen if len(take.frames) == length]:
            _save(folder / f"{number:05d}-{length}.npz", _encode(group, pictures, model, tokenizer))
    return len(chosen)


def _save(path: Path, arrays: Arrays) -> None:
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


@torch.no_grad()
def _encode(group: Sequence[Take], pictures: Tensor, model: Any, tokenizer: Any) -> Arrays:
    parts: dict[str, list[Tensor]] = {"mean": [], "deviation": [], "first_mean": [], "first_deviation": []}
    for start in range(0, len(group), ENCODED):
        some = group[start : start + ENCODED]
        rows, columns = (
            torch.tensor([[take.clip] for take in some]),
            torch.tensor([take.frames for take in some]),
        )
        taken = data.to_model(_mirrored(pictures[rows, columns], [take.mirrored for take in some]))
        clip, first = vae.encode(model, taken), vae.encode(model, taken[:, :, :1])
        parts["mean"].append(clip.mean.transpose(1, 2))
        parts["deviation"].append(clip.std.transpose(1, 2))
        parts["first_mean"].append(first.mean[:, :, 0])
        parts["first_deviation"].append(first.std[:, :, 0])
    words = np.stack([tokens(tokenizer, take.texts) for take in group])  # while a GPU is still at work
    arrays: Arrays = {name: torch.cat(values).half().cpu().numpy() for name, values in parts.items()}
    kinds = (*data.ALL_KINDS, "still")
    named = np.array([kinds.index(take.kind) for take in group], dtype=np.int16)
    return arrays | {"tokens": words, "kind": named}


def _mirrored(clips: Tensor, which: Sequence[bool]) -> Tensor:
    """Clips (takes, frames, height, width, 3), some of them with left and right exchanged."""
    return torch.where(torch.tensor(which, device=clips.device).view(-1, 1, 1, 1, 1), clips.flip(3), clips)


def tokens(tokenizer: Any, texts: Sequence[str]) -> NDArray[np.int16]:
    """(texts, most tokens) ids, padded as the CogVideoX pipeline pads them."""
    ids = tokenizer(
        list(texts), padding="max_length", max_length=tokenizer.model_max_length, truncation=True
    ).input_ids
    return np.array(ids, dtype=np.int16)


class Latents:
    """All takes of one length, on the device."""

    def __init__(self, folder: Path, length: int, device: str) -> None:
        paths = sorted(folder.glob(f"*-{length}.npz"))
        if not paths:
            raise FileNotFoundError(f"no latents of {length} frames in {folder}; run latents.py first")
        shards = [dict(np.load(path)) for path in paths]
        joined = {name: np.concatenate([shard[name] for shard in shards]) for name in shards[0]}
        self.tensors = {name: torch.from_numpy(array).to(device) for name, array in joined.items()}

    def __len__(self) -> int:
        return len(self.tensors["mean"])

    def sample(self, chosen: Tensor, scale: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Scaled samples of the clips (takes, latent frames, 16, 16, 16) and of their first pictures."""
        taken = {name: tensor[chosen] for name, tensor in self.tensors.items()}
        clip = _normal(taken["mean"], taken["deviation"], generator)
        first = _normal(taken["first_mean"], taken["first_deviation"], generator)
        return clip * scale, first * scale


def _normal(mean: Tensor, deviation: Tensor, generator: torch.Generator) -> Tensor:
    noise = torch.randn(mean.shape, generator=generator, device=mean.device)
    return mean.float() + deviation.float() * noise


if __name__ == "__main__":
    main()
