"""Training clips: which episodes are drawn, and the cache of drawn ones.

A cache folder holds shards. `00000.npy` is (clips, 22, 128, 128, 3) uint8: the 17 frames, then the
pictures named in `EXTRAS`. `00000.json` says for each clip its kind, course, texts and truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from presets import FRAMES, Preset
from torch import Tensor

from frame2frame.caption.temporal import temporal_caption
from frame2frame.tabletop import FIRST_HELD_OUT_SEED, KINDS
from frame2frame.tabletop.draws import Draws
from frame2frame.tabletop.edits import another_thing, another_value, draw_edit
from frame2frame.tabletop.episodes import Plan, changed_pixels, complete_index, draw_plan
from frame2frame.tabletop.scene import draw_scene
from frame2frame.tabletop.words import draw_still_caption, draw_texts

EXTRAS = ("target", "half_way", "other_value", "other_thing", "removed")
"""Pictures kept beside a clip's frames; one that the episode does not have is a copy of the source."""

PICTURES = FRAMES + len(EXTRAS)
SHARD = 64
LEAST_CHANGED = 80
FIRST_CALIBRATION_SEED = 900_000_000
SPLITS = ("train", "calibration", "held_out")
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Record:
    """What is known about one cached clip."""

    seed: int
    kind: str
    course: str
    complete_index: int | None
    present: tuple[str, ...]
    """Which of `EXTRAS` the episode has."""
    instructions: tuple[str, ...]
    temporal_captions: tuple[str, ...]
    target_captions: tuple[str, ...]

    @property
    def clip_texts(self) -> tuple[str, ...]:
        """All that may ask for the clip: the grammar's texts, and what the captioner makes of them."""
        ruled = tuple(temporal_caption(text).temporal for text in self.instructions)
        return self.instructions + self.temporal_captions + ruled

    @property
    def ruled_targets(self) -> tuple[str, ...]:
        """The target texts that the captioner makes of the instructions; frames are scored against these."""
        return tuple(temporal_caption(text).target for text in self.instructions)

    @property
    def target_texts(self) -> tuple[str, ...]:
        return self.target_captions + self.ruled_targets


@dataclass(frozen=True)
class Planned:
    """A clip that is still to be drawn."""

    plan: Plan
    record: Record

    def states(self) -> NDArray[np.float64]:
        """(22, numbers): the states of all its pictures."""
        plan, source = self.plan, self.plan.source.pack()
        half = 0.5 * (source + plan.target.pack())
        rivals = [plan.rivals.get(name, plan.source).pack() for name in EXTRAS[2:]]
        return np.concatenate([plan.states(), [plan.target.pack(), half, *rivals]])


def seed_of(preset: Preset, split: str, index: int) -> int:
    """Training draws below 900,000,000, calibration up to a billion, held-out clips above."""
    if split == "held_out":
        return FIRST_HELD_OUT_SEED + index
    if split == "calibration":
        return FIRST_CALIBRATION_SEED + index
    return preset.seed * 1_000_000 + index


def course_of(split: str, index: int) -> str:
    """Training shows whole edits; a quarter of the others never complete, revert or show another edit."""
    if split == "train" or index % 4 != 3:
        return "whole"
    return ("never", "reverts", "other")[index // 4 % 3]


def kind_of(preset: Preset, index: int) -> str:
    """Kinds in their weights' proportion, evenly spread."""
    weights = dict(preset.data.weights)
    ends = np.cumsum([weights.get(kind, 1.0) for kind in KINDS])
    place = (index * _GOLDEN) % 1.0 * ends[-1]
    return KINDS[int(np.searchsorted(ends, place, side="right"))]


def plan_clip(preset: Preset, split: str, index: int) -> Planned:
    """Draw everything about one clip but its pictures."""
    seed, course = seed_of(preset, split, index), course_of(split, index)
    draws = Draws(seed)
    plan = draw_plan(draws, kind_of(preset, index), course, FRAMES)
    texts = [plan.texts]
    texts += [draw_texts(draws, plan.source, plan.edit) for _ in range(preset.data.wordings - 1)]
    record = Record(
        seed=seed,
        kind=plan.edit.kind,
        course=course,
        complete_index=None,
        present=("target", "half_way", *sorted(plan.rivals)),
        instructions=tuple(text.instruction for text in texts),
        temporal_captions=tuple(text.temporal_caption for text in texts),
        target_captions=tuple(text.target_caption for text in texts),
    )
    return Planned(plan, record)


def finish(planned: Planned, pictures: NDArray[np.uint8]) -> Record | None:
    """The record of a drawn clip, or None when the edit changes too little to be seen."""
    source, target = pictures[0], pictures[FRAMES]
    changed = changed_pixels(source, target)
    if changed.sum() < LEAST_CHANGED:
        return None
    index = complete_index(pictures[:FRAMES], source, target, changed)
    return Record(**{**asdict(planned.record), "complete_index": index})


def grammar_texts(seed: int, count: int) -> Iterator[str]:
    """Texts of every sort that the grammar can make, for the tokenizer; nothing is drawn."""
    draws = Draws(seed)
    for number in range(count):
        scene = draw_scene(draws)
        edit = draw_edit(draws, scene, KINDS[number % len(KINDS)])
        for wanted in (edit, another_value(draws, scene, edit), another_thing(draws, scene, edit)):
            if wanted is not None:
                texts = draw_texts(draws, scene, wanted)
                ruled = temporal_caption(texts.instruction)
                yield from (*asdict(texts).values(), ruled.temporal, ruled.target)
        yield draw_still_caption(draws)


def still_captions(seed: int, count: int) -> tuple[str, ...]:
    draws = Draws(seed)
    return tuple(draw_still_caption(draws) for _ in range(count))


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
        sizes = [len(shard) for shard in self._shards]
        self._starts = np.concatenate([[0], np.cumsum(sizes)])

    def __len__(self) -> int:
        return len(self.records)

    def clip(self, index: int) -> NDArray[np.uint8]:
        """(22, 128, 128, 3): one clip's pictures, as `EXTRAS` says."""
        shard = int(np.searchsorted(self._starts, index, side="right")) - 1
        return np.asarray(self._shards[shard][index - self._starts[shard]])

    @cached_property
    def _resident(self) -> Tensor:
        clips = torch.empty((len(self), PICTURES, 128, 128, 3), dtype=torch.uint8, device=self.device)
        for index in range(len(self)):
            clips[index] = torch.from_numpy(self.clip(index).copy())
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


def to_model(pictures: Tensor) -> Tensor:
    """uint8 (clips, frames, h, w, 3) → (clips, 3, frames, h, w) from −1 to 1."""
    return pictures.movedim(-1, 1).float() / 127.5 - 1.0


def to_pictures(video: Tensor) -> Tensor:
    """The way back, rounded and clipped."""
    return ((video.float() + 1.0) * 127.5).round().clamp(0, 255).byte().movedim(1, -1)


def decibels(video: Tensor, truth: Tensor) -> float:
    """Peak signal-to-noise ratio of videos in −1 … 1, over all of them together."""
    error = ((video.float().clamp(-1, 1) - truth.float()) / 2.0).square().mean()
    return float(-10.0 * torch.log10(error))
