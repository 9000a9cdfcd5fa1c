"""The way from the source to the edit as a moving picture, to be shown to others.

    source, held → the frames up to the chosen one → the edit, held; over and over

The source's own pixels stay wherever a frame shows no change, if they were kept in the edit.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..errors import InputError, kind_of
from ..files.unfinished import write_file
from ..media.canvas import Canvas
from ..media.levels import Alpha
from ..media.pictures import within
from ..media.source import Source
from ..media.video import clip_bytes, joined
from ..runs.read import Run
from ..select.region import Keep, Region, composed, mask_from
from ..values import Clip, Frames, Picture, Step

SIDE = 720
"""Pixels of the longer side at most."""
SMALLEST_SIDE = 160
LOOKED_AT = 256
"""Pixels of the longer side of the frames that are searched for changes and for colours."""
MOST_BYTES = 8_000_000
"""What chats and trackers take as a picture; a file that would be larger is made of smaller pictures."""
MOST_FRAMES = 48
"""Of longer ways every so-many-th frame is shown."""

SOURCE_MS, EDIT_MS, MOVE_MS = 1_000, 2_000, 2_000
"""How long the source and the edit are held, and about how long the way between them takes."""


@dataclass(frozen=True, eq=False)
class Animation:
    """The pictures of a finished edit in their order. Raises InputError where no frame shows the edit."""

    source: Canvas
    """With the part that the film shows."""
    image: Picture
    """The edit, in the source's size."""
    film: Frames
    """(frames, height, width, 3) at the model's resolution: from the source to the chosen frame."""
    keep: bool = True
    """Whether the source's own pixels are put back where a frame changed nothing."""
    mask: Picture | None = None
    """What the user let change, in place of what changed."""
    alpha: Alpha | None = None
    """Of the source; what is transparent is shown on white."""

    def __post_init__(self) -> None:
        if len(self.film) == 0:
            remedy = "animate a run that found the edit"
            raise InputError("no frame of this run shows the edit, so there is no way to show", remedy=remedy)

    @classmethod
    def of_run(cls, run: Run) -> Animation:
        """That of a run folder. Raises InputError."""
        mask = run.mask()
        clips = [_up_to(clip, step.passed) for clip, step in zip(run.frames(), run.steps, strict=True)]
        keep, mask_picture = run.record.settings.keep, None if mask is None else mask.picture
        return cls(run.canvas(), run.image().picture, _film(clips), keep, mask_picture, run.source().alpha)

    @classmethod
    def of_steps(
        cls,
        source: Canvas,
        alpha: Alpha | None,
        image: Picture,
        steps: Sequence[Step],
        keep: bool,
        mask: Source | None,
    ) -> Animation | None:
        """That of an edit that was just finished; None where no frame shows it."""
        film = _film([_up_to(step.clip.frames, step.passed) for step in steps])
        shown = None if mask is None else mask.picture
        return cls(source, image, film, keep, shown, alpha) if len(film) else None

    def pictures(self, side: int = SIDE) -> list[Picture]:
        """The source, the frames between and the edit, none of them with a longer side."""
        source, image = (self._reduced(picture, side) for picture in (self.source.picture, self.image))
        canvas = replace(self.source.within(side), picture=source)
        between = (self._shown(index, canvas) for index in self._between())
        return [source, *between, image]

    def _between(self) -> list[int]:
        """The frames that are shown before the last, which is the edit; the first is the source."""
        count = min(len(self.film) - 2, MOST_FRAMES)
        return [round(index) for index in np.linspace(1, len(self.film) - 2, count)] if count > 0 else []

    def _shown(self, index: int, source: Canvas) -> Picture:
        frame, region = source.placed(self.film[index]), self._region(index, source)
        return frame if region is None else composed(source.picture, frame, region)

    def _region(self, index: int, source: Canvas) -> Region | None:
        if self.mask is not None:
            return mask_from(self.mask, source)
        small = self._small
        clip = Clip(small, tuple(range(len(small))), 0)
        return Keep().region(clip, index, small[0], source.size).on(source) if self.keep else None

    @cached_property
    def _small(self) -> Frames:
        """The film as large as it takes to see where it changes."""
        return np.stack([within(frame, LOOKED_AT) for frame in self.film])

    def _reduced(self, picture: Picture, side: int) -> Picture:
        if self.alpha is not None:
            weight = self.alpha[..., None].astype(np.float32) / 255
            picture = np.rint(255 + weight * (picture.astype(np.float32) - 255)).astype(np.uint8)
        return within(picture, side)

    def encoded(self, form: str) -> bytes:
        """As a `gif`, `webp` or `mp4` of at most so many bytes. Raises InputError for another form."""
        if form not in FORMS:
            remedy = f"choose from {', '.join(FORMS)}"
            raise InputError("there is no such form of an animation", got=kind_of(form), remedy=remedy)
        side, data = SIDE, FORMS[form](self.pictures())
        while len(data) > MOST_BYTES and side > SMALLEST_SIDE:
            side = max(round(side * 0.75), SMALLEST_SIDE)
            data = FORMS[form](self.pictures(side))
        return data

    def save(self, path: Path, form: str | None = None) -> Path:
        """Write it in the form that the file's name ends with, and return the path.

        Raises InputError for another form, WriteError.
        """
        ending = path.suffix.lower().removeprefix(".")
        if form is not None and ending != form:
            remedy = "leave out one of them"
            raise InputError("the file's name ends otherwise", got=f"{path.name} for {form}", remedy=remedy)
        write_file(path, self.encoded(ending))
        return path


def _up_to(frames: Frames, passed: Sequence[int]) -> Frames:
    """The frames of a round that lead to its choice; none of one that was rolled back."""
    return frames[: passed[-1] + 1] if passed else frames[:0]


def _film(clips: Sequence[Frames]) -> Frames:
    walked = [clip for clip in clips if len(clip)]
    if len(walked) < 2:
        return walked[0] if walked else clips[0]
    return joined(walked)


def _times(count: int) -> list[int]:
    """Milliseconds of each picture, whole hundredths of a second, as GIF counts them."""
    each = 10 * round(min(max(MOVE_MS / max(count - 2, 1), 40), 120) / 10)
    return [SOURCE_MS, *[each] * (count - 2), EDIT_MS]


def _gif(pictures: Sequence[Picture]) -> bytes:
    """One palette for all, and one index wherever a pixel is the source's own: nothing flickers there."""
    picked = np.linspace(0, len(pictures) - 1, 5).round().astype(int)
    sample = np.concatenate([within(pictures[index], LOOKED_AT) for index in picked])
    palette = Image.fromarray(sample).quantize(256, Image.Quantize.MEDIANCUT)
    first, images = np.asarray(Image.fromarray(pictures[0]).quantize(palette=palette)), []
    for picture in pictures:
        index = np.asarray(Image.fromarray(picture).quantize(palette=palette))
        same = (picture == pictures[0]).all(axis=-1)
        images.append(Image.fromarray(np.where(same, first, index)))
        images[-1].putpalette(palette.getpalette() or [])
    return _moving(images, "GIF", disposal=1)


def _webp(pictures: Sequence[Picture]) -> bytes:
    return _moving([Image.fromarray(picture) for picture in pictures], "WEBP", quality=90, method=3)


def _moving(images: Sequence[Image.Image], kind: str, **options: Any) -> bytes:
    buffer, times = io.BytesIO(), _times(len(images))
    first, *rest = images
    first.save(buffer, kind, save_all=True, append_images=rest, duration=times, loop=0, **options)
    return buffer.getvalue()


def _mp4(pictures: Sequence[Picture]) -> bytes:
    """Videos have one pace, so what is held is repeated."""
    times = _times(len(pictures))
    each = times[1] if len(pictures) > 2 else SOURCE_MS
    repeated = [[picture] * max(round(time / each), 1) for picture, time in zip(pictures, times, strict=True)]
    return clip_bytes(np.stack([picture for held in repeated for picture in held]), Fraction(1000, each), 14)


FORMS: dict[str, Callable[[Sequence[Picture]], bytes]] = {"gif": _gif, "webp": _webp, "mp4": _mp4}
"""What an animation can be written as."""
