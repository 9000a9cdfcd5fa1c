"""The cache of drawn clips.

A folder holds shards. `00000.npy` is (clips, 22, 128, 128, 3) uint8: the 17 frames, then the pictures that
`data.EXTRAS` names. `00000.json` says for each clip its kind, course, texts and truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from data import PICTURES, SHARD, Record
from numpy.typing import NDArray
from torch import Tensor


def numbers(clips: int) -> range:
    """Of the shards that hold so many clips."""
    return range(-(-clips // SHARD))


def write_shard(folder: Path, number: int, pictures: NDArray[np.uint8], records: Sequence[Record]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:05d}.npy"
    np.save(path, pictures)
    path.with_suffix(".json").write_text(json.dumps([asdict(record) for record in records]), encoding="utf-8")


def has_shard(folder: Path, number: int) -> bool:
    return (folder / f"{number:05d}.json").exists()


class Clips:
    """The drawn clips of one split: memory-mapped for the CPU, wholly on the GPU for CUDA."""

    def __init__(self, folder: Path, device: str = "cpu", only: int | None = None) -> None:
        paths = sorted(folder.glob("*.json" if only is None else f"{only:05d}.json"))
        if not paths:
            raise FileNotFoundError(f"no clips in {folder}; run clips.py first")
        self.records = [record for path in paths for record in _read_records(path)]
        self.device = device
        self._shards = [np.load(path.with_suffix(".npy"), mmap_mode="r") for path in paths]
        self._starts = np.concatenate([[0], np.cumsum([len(shard) for shard in self._shards])])

    def __len__(self) -> int:
        return len(self.records)

    def clip(self, index: int) -> NDArray[np.uint8]:
        """(22, 128, 128, 3): one clip's pictures, as `EXTRAS` says."""
        shard = int(np.searchsorted(self._starts, index, side="right")) - 1
        return np.asarray(self._shards[shard][index - self._starts[shard]])

    @cached_property
    def _resident(self) -> Tensor:
        clips = torch.empty((len(self), PICTURES, 128, 128, 3), dtype=torch.uint8, device=self.device)
        for start, shard in zip(self._starts, self._shards, strict=False):
            clips[start : start + len(shard)] = torch.from_numpy(np.array(shard))
        return clips

    def take(self, clips: Sequence[int], pictures: Sequence[Sequence[int]]) -> Tensor:
        """(clips, pictures, 128, 128, 3) uint8 on the device: of each clip the pictures asked for."""
        if self.device == "cuda":
            chosen = torch.tensor(clips, device="cuda")[:, None]
            return self._resident[chosen, torch.tensor(pictures, device="cuda")]
        taken = [self.clip(i)[list(wanted)] for i, wanted in zip(clips, pictures, strict=True)]
        return torch.from_numpy(np.stack(taken))


def _read_records(path: Path) -> Iterable[Record]:
    for fields in json.loads(path.read_text(encoding="utf-8")):
        yield Record(**{name: _frozen(value) for name, value in fields.items()})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
