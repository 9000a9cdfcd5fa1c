"""Training clips: which episodes are drawn, and what is known about each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from names import vain
from numpy.typing import NDArray
from photographs import pictures_of, varied
from presets import FRAMES, PICTURE_SIZE, Preset
from torch import Tensor

from frame2frame.caption.temporal import temporal_caption
from frame2frame.media import pictures as media
from frame2frame.worlds import photoworld
from frame2frame.worlds.photoworld.drawing import CAMERA
from frame2frame.worlds.photoworld.episodes import LEAST_CHANGE, is_seen, known
from frame2frame.worlds.photoworld.episodes import LEAST_CHANGED as PHOTOGRAPH_CHANGED
from frame2frame.worlds.photoworld.split import QUOTED
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED, KINDS, render
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import another_thing, another_value, draw_edit
from frame2frame.worlds.tabletop.episodes import (
    CHANGED_LEVEL,
    COMPLETE_ERROR,
    LEAST_CHANGED,
    Plan,
    changed_pixels,
    draw_plan,
)
from frame2frame.worlds.tabletop.scene import draw_scene
from frame2frame.worlds.tabletop.wide import WIDE
from frame2frame.worlds.tabletop.words import WORDINGS, Texts, draw_still_caption, draw_texts

EXTRAS = ("target", "half_way", "other_value", "other_thing", "removed")
"""Pictures kept beside a clip's frames; one that the episode does not have is a copy of the source."""

PICTURES = FRAMES + len(EXTRAS)
SHARD = 64
MOST_PHOTOGRAPHS = 30
"""That are tried for a clip: few show leaves, or light that could be warmer."""

FIRST_CALIBRATION_SEED = 900_000_000
SPLITS = ("train", "calibration", "held_out")
ALL_KINDS = tuple(dict.fromkeys((*KINDS, *photoworld.KINDS)))
"""Of both worlds; night is the same wish in each."""
RELATIVE = frozenset(
    [
        *("left", "right", "closer", "away", "grow", "shrink", "squash", "zoom", "orbit"),
        *("brighter", "darker", "warmer", "cooler", "vivid", *CAMERA),
    ]
)
"""Kinds that ask for more or less of what every picture has, so that none shows whether it was granted."""

SIDED = frozenset(["pan-left", "pan-right", "rain"])
"""Kinds of the photograph world whose mirror image is another edit: rain falls one way."""

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
    ruled_temporals: tuple[str, ...]
    """What the captioner makes of the instructions."""
    ruled_targets: tuple[str, ...]
    """Likewise; frames are scored against these."""
    known: tuple[int, int, int, int] = (0, PICTURE_SIZE, 0, PICTURE_SIZE)
    """What the source shows of the target: first row and the one after the last, and the same of columns."""
    of_photograph: bool = False
    things: tuple[str, ...] = ()
    """The names of those that the source shows, by colour and shape; none of a photograph."""
    vain_targets: tuple[str, ...] = ()
    """What the captioner makes of wishes that the source cannot fulfil."""

    @property
    def is_told(self) -> bool:
        """Whether a picture can tell that its edit was made: no photograph alone tells the view before."""
        return not (self.of_photograph and self.kind in CAMERA)

    @property
    def clip_texts(self) -> tuple[str, ...]:
        """All that may ask for the clip: the grammar's texts, and what the captioner makes of them."""
        return self.instructions + self.temporal_captions + self.ruled_temporals

    @property
    def target_texts(self) -> tuple[str, ...]:
        return self.target_captions + self.ruled_targets


@dataclass(frozen=True, eq=False)
class Planned:
    """A clip that is still to be drawn."""

    record: Record
    states: NDArray[np.float64] | None
    """(22, numbers): the states of all its pictures, where they are of drawn things."""
    pictures: NDArray[np.uint8] | None = None
    """(22, 128, 128, 3): the pictures, where they are of a photograph."""


def seed_of(preset: Preset, split: str, index: int) -> int:
    """Training draws below 900,000,000, calibration up to a billion, held-out clips above."""
    if split == "held_out":
        return FIRST_HELD_OUT_SEED + index
    if split == "calibration":
        return FIRST_CALIBRATION_SEED + index
    return preset.seed * 1_000_000 + index


def course_of(split: str, index: int) -> str:
    """Training shows whole edits; a quarter of the others never complete, revert or show another edit.

    The clips of a pair run alike, as one of them may be a photograph's.
    """
    pair = index // 2
    if split == "train" or pair % 4 != 3:
        return "whole"
    return ("never", "reverts", "other")[pair // 4 % 3]


def kind_of(preset: Preset, index: int) -> str:
    """Kinds in their weights' proportion, evenly spread."""
    return _weighted(KINDS, preset.data.weights, index)


def photograph_kind(preset: Preset, index: int) -> str:
    """Likewise of the photograph world."""
    return _weighted(photoworld.KINDS, preset.data.photograph_weights, index)


def _weighted(kinds: Sequence[str], weights: Sequence[tuple[str, float]], index: int) -> str:
    shares = dict(weights)
    ends = np.cumsum([shares.get(kind, 1.0) for kind in kinds])
    place = (index * _GOLDEN) % 1.0 * ends[-1]
    return kinds[int(np.searchsorted(ends, place, side="right"))]


def is_photographed(preset: Preset, split: str, index: int) -> bool:
    """Whether this clip is of a photograph, where there are photographs; half of what is measured on is."""
    return is_one_of(preset.data.photographed if split == "train" else 0.5, index)


def is_one_of(share: float, index: int) -> bool:
    """Of a half, every second one, and so on."""
    return math.floor((index + 1) * share) > math.floor(index * share)


def photograph_clip(preset: Preset, split: str, index: int, folder: Path) -> Planned | None:
    """One clip of the photograph world, drawn here; None where no photograph that was tried can show it."""
    photographs = _photographs(folder, split)
    draws = Draws(seed_of(preset, split, index))
    tries = (_of_one(preset, split, index, draws, draws.one_of(photographs)) for _ in range(MOST_PHOTOGRAPHS))
    return next((planned for planned in tries if planned is not None), None)


def _photographs(folder: Path, split: str) -> Sequence[NDArray[np.uint8]]:
    """The encoder is surer of photographs that it was trained on, so it is calibrated on others."""
    if split == "train":
        return pictures_of(folder, "train")
    return pictures_of(folder, "dev", QUOTED if split == "calibration" else ())


def _of_one(
    preset: Preset, split: str, index: int, draws: Draws, photograph: NDArray[np.uint8]
) -> Planned | None:
    """None where the photograph is too small for the clip, or hardly changes."""
    if split == "train":
        photograph = varied(draws, photograph)
    seed, course, kind = (
        seed_of(preset, split, index),
        course_of(split, index),
        photograph_kind(preset, index),
    )
    plan = photoworld.draw_plan(draws, photograph.shape[:2], kind, course, FRAMES, seed)
    if plan is None:
        return None
    present = ("target", "half_way", "other_value")
    wanted = [*plan.wanted(), *plan.pictures(), *[(kind, 0.0)] * (len(EXTRAS) - len(present))]
    pictures, where = photoworld.draw(np, photograph, plan.shot, wanted), known(kind)
    source, target = pictures[0], pictures[FRAMES]
    if not is_seen(source, target, changed_pixels(source, target) & where):
        return None
    texts = [plan.texts, *_further_of_photograph(draws, seed, kind, preset)]
    rows, columns = (np.flatnonzero(where.any(axis=axis)) for axis in (1, 0))
    shown = (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
    record = _record(preset, draws, seed, kind, course, present, texts, known=shown, of_photograph=True)
    return Planned(record, None, pictures)


def plan_clip(preset: Preset, split: str, index: int) -> Planned:
    """Draw everything about one clip of drawn things but its pictures."""
    seed, course = seed_of(preset, split, index), course_of(split, index)
    draws = Draws(seed)
    alike, edited = (
        split == "train" and is_one_of(share, index) for share in (preset.data.alike, preset.data.edited)
    )
    plan = draw_plan(draws, kind_of(preset, index), course, FRAMES, alike=alike, edited=edited)
    texts = [plan.texts, *_further_texts(draws, seed, plan, preset)]
    present = ("target", "half_way", *sorted(plan.rivals))
    things = tuple(thing.name for thing in plan.source.things)
    record = _record(preset, draws, seed, plan.edit.kind, course, present, texts, things=things)
    return Planned(record, _states(plan))


def _further_texts(draws: Draws, seed: int, plan: Plan, preset: Preset) -> Iterator[Texts]:
    """Wide ones from a stream of their own, then plain ones."""
    wide, own = int(preset.data.wordings * preset.data.wide), Draws(WIDE + seed)
    yield from (draw_texts(own, plan.source, plan.edit, "wide") for _ in range(wide))
    yield from (draw_texts(draws, plan.source, plan.edit) for _ in range(preset.data.wordings - wide - 1))


def _further_of_photograph(draws: Draws, seed: int, kind: str, preset: Preset) -> Iterator[Texts]:
    """The same of a photograph."""
    wide, own = int(preset.data.wordings * preset.data.wide), Draws(WIDE + seed)
    for _ in range(wide):
        yield replace(photoworld.draw_texts(own, kind), instruction=photoworld.draw_wide(own, kind))
    yield from (photoworld.draw_texts(draws, kind) for _ in range(preset.data.wordings - wide - 1))


def _record(
    preset: Preset,
    draws: Draws,
    seed: int,
    kind: str,
    course: str,
    present: tuple[str, ...],
    texts: Sequence[Texts],
    **more: Any,
) -> Record:
    plain = [text.instruction for text in texts]
    instructions = (*plain[:-1], with_a_word(draws, plain[-1]))
    ruled = [temporal_caption(text) for text in instructions]
    apart, things = Draws(VAIN + seed), more.get("things", ())
    in_vain = [temporal_caption(vain(apart, kind, things)) for _ in range(preset.data.vain)]
    return Record(
        seed=seed,
        kind=kind,
        course=course,
        complete_index=None,
        present=present,
        instructions=instructions,
        temporal_captions=tuple(text.temporal_caption for text in texts),
        target_captions=tuple(text.target_caption for text in texts),
        ruled_temporals=tuple(one.temporal for one in ruled),
        ruled_targets=tuple(one.target for one in ruled),
        vain_targets=tuple(one.target for one in in_vain),
        **more,
    )


VAIN = 2**61
"""Added to a clip's seed, for draws that have nothing to do with the clip."""


STRANGE = "☀★♥✨☾日本жбλ"
"""Characters that the tokenizer cannot spell."""


def with_a_word(draws: Draws, text: str) -> str:
    """The text with a made-up word somewhere in it, which a model must learn to pass over.

    One in eight of these words is in characters that cannot be spelled.
    """
    syllables = (draws.one_of("bdfgklmnprstvz") + draws.one_of("aeiou") for _ in range(1 + draws.below(3)))
    word = "".join(syllables) + draws.one_of("lnrstx")
    word = draws.one_of(STRANGE) if draws.chance(1 / 8) else word
    words = text.split()
    place = draws.below(len(words))
    return " ".join([*words[:place], word, *words[place:]])


def _states(plan: Plan) -> NDArray[np.float64]:
    source, target = plan.source.pack(), plan.target.pack()
    rivals = [plan.rivals.get(name, plan.source).pack() for name in EXTRAS[2:]]
    return np.concatenate([plan.states(), [target, 0.5 * (source + target), *rivals]])


def plan_shard(
    preset: Preset, split: str, number: int, clips: int, photographs: Path | None = None
) -> list[Planned]:
    """The clips of one shard of a split that has so many clips, some of photographs where there are any."""
    planned = list[Planned | None]()
    for index in range(number * SHARD, min((number + 1) * SHARD, clips)):
        if photographs is not None and is_photographed(preset, split, index):
            planned.append(photograph_clip(preset, split, index, photographs))
        else:
            planned.append(plan_clip(preset, split, index))
    return [one for one in planned if one is not None]


def draw_shard(
    planned: Sequence[Planned], device: str, pictures_a_clip: int = PICTURES
) -> tuple[Tensor, list[Record]]:
    """Draw planned clips: (clips, 22, 128, 128, 3) uint8 on the device, and their records.

    Fewer pictures, but at least the target, may be asked for. A clip whose edit changes too little to be seen
    is left out.
    """
    size = (len(planned), pictures_a_clip, PICTURE_SIZE, PICTURE_SIZE, 3)
    pictures = torch.empty(size, dtype=torch.uint8, device=device)
    things = [i for i, clip in enumerate(planned) if clip.states is not None]
    if states := [one.states[:pictures_a_clip] for one in planned if one.states is not None]:
        draw = render.draw_on_cuda if device == "cuda" else render.draw
        drawn = torch.as_tensor(draw(np.concatenate(states)), device=device)
        pictures[things] = drawn.reshape(len(things), *size[1:])
    for place, clip in zip(pictures, planned, strict=True):
        if clip.pictures is not None:
            place.copy_(torch.from_numpy(clip.pictures[:pictures_a_clip]))
    records = finish(planned, pictures)
    kept = [i for i, record in enumerate(records) if record is not None]
    return pictures[kept], [record for record in records if record is not None]


def finish(planned: Sequence[Planned], pictures: Tensor) -> list[Record | None]:
    """The records of drawn clips, None for an edit that changes too little to see."""
    frames, source, target = pictures[:, :FRAMES].int(), pictures[:, 0].int(), pictures[:, FRAMES].int()
    changed = (source - target).abs().amax(dim=-1) > CHANGED_LEVEL
    for place, one in zip(changed, planned, strict=True):
        place &= _known(one.record, place)
    squares = (frames - target[:, None]).square().sum(dim=-1) * changed[:, None]
    errors = squares.sum(dim=(2, 3)).double()
    complete = (errors < COMPLETE_ERROR * errors[:, :1]).tolist()
    counts = changed.sum(dim=(1, 2))
    roots = (errors[:, 0] / (3 * counts).clamp(min=1)).sqrt()
    plain = (counts >= PHOTOGRAPH_CHANGED * PICTURE_SIZE**2) & (roots >= LEAST_CHANGE)
    photographed = torch.tensor([one.record.of_photograph for one in planned], device=counts.device)
    seen = torch.where(photographed, plain, counts >= LEAST_CHANGED).tolist()
    return [
        replace(one.record, complete_index=row.index(True) if True in row else None) if visible else None
        for one, row, visible in zip(planned, complete, seen, strict=True)
    ]


def _known(record: Record, like: Tensor) -> Tensor:
    """(height, width): what the source shows of the target."""
    top, bottom, left, right = record.known
    shown = torch.zeros_like(like)
    shown[top:bottom, left:right] = True
    return shown


def grammar_texts(seed: int, count: int) -> Iterator[str]:
    """Texts of every sort that the grammar can make, for the tokenizer; nothing is drawn."""
    draws = Draws(seed)
    for number in range(count):
        scene = draw_scene(draws)
        edit = draw_edit(draws, scene, KINDS[number % len(KINDS)])
        for wanted in (edit, another_value(draws, scene, edit), another_thing(draws, scene, edit)):
            if wanted is not None:
                for wording in WORDINGS:
                    texts = draw_texts(draws, scene, wanted, wording)
                    ruled = temporal_caption(texts.instruction)
                    yield from (*asdict(texts).values(), ruled.temporal, ruled.target)
        kind = photoworld.KINDS[number % len(photoworld.KINDS)]
        texts = photoworld.draw_texts(draws, kind)
        for instruction in (texts.instruction, photoworld.draw_wide(draws, kind)):
            ruled = temporal_caption(instruction)
            yield from (instruction, ruled.temporal, ruled.target)
        yield from (texts.temporal_caption, texts.target_caption)
        yield draw_still_caption(draws)


def still_captions(seed: int, count: int) -> tuple[str, ...]:
    draws = Draws(seed)
    return tuple(draw_still_caption(draws) for _ in range(count))


def to_model(pictures: Tensor) -> Tensor:
    """uint8 (clips, frames, h, w, 3) → (clips, 3, frames, h, w) from −1 to 1."""
    return pictures.movedim(-1, 1).float() / 127.5 - 1.0


def to_pictures(video: Tensor) -> Tensor:
    """The way back, rounded and clipped."""
    return ((video.float() + 1.0) * 127.5).round().clamp(0, 255).byte().movedim(1, -1)


def decibels(video: Tensor, truth: Tensor) -> float:
    """Peak signal-to-noise ratio of videos in −1 … 1, over all of them together."""
    shown, wanted = (127.5 * (one.detach().float().clamp(-1, 1) + 1).cpu().numpy() for one in (video, truth))
    return media.psnr(shown, wanted)
