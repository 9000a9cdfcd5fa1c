"""The user's clip on the way in: a video, a folder of pictures, an array or a list becomes `uint8` frames.

Any program may have made it. What cannot be taken is one `InputError`.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import InputError
from ..files.regular import opened, read_bytes
from ..values import Frames, Picture, briefly
from . import boxes, decoding, kinds, quiet, video
from .decoding import FORMATS, Decoded
from .limits import FILE_LIMIT_BYTES, check_size
from .source import TRANSPARENT, AnyImage, load_picture
from .video import Shown, frames_in

AnyClip = str | Path | Sequence[AnyImage] | NDArray[np.generic]
"""A video, a folder of pictures, a list of pictures, or an array of shape (frames, height, width, 3)."""

MOST_FRAMES = 1_000
"""The report shows each."""

LIMIT_BYTES = 2**30
"""Of the frames; choosing among them takes several times as much memory."""

_USABLE = "give a video, a folder of pictures, a list of them, or an array (frames, height, width, 3)"


@dataclass(frozen=True, eq=False)
class Footage:
    """A clip that was made elsewhere."""

    frames: Frames
    path: Path | None
    """The video or the folder, as the user gave it; None if it was neither."""
    sha256: str
    """Of the video's bytes; of the frames where there was no such file."""
    notes: tuple[str, ...] = ()
    """What was done to the frames, as sentences for the user."""

    __repr__ = briefly

    @property
    def pixels_sha256(self) -> str:
        """The same for all footage that shows these frames."""
        digest = hashlib.sha256(f"{self.frames.shape} ".encode())
        digest.update(self.frames.tobytes())
        return digest.hexdigest()


def load_footage(clip: AnyClip | Footage) -> Footage:
    """The frames of a clip, in their order. Raises InputError for what is no clip, or too long a one."""
    if isinstance(clip, Footage):
        return clip
    with quiet.decoders():
        return _loaded(clip)


def _loaded(clip: object) -> Footage:
    if isinstance(clip, str | PathLike):
        return _from_path(Path(os.path.expanduser(clip)))
    if isinstance(clip, np.ndarray):
        return _from_frames(_of_array(clip))
    if isinstance(clip, Sequence) and not isinstance(clip, bytes):
        return _from_frames(*_of_pictures(clip, [f"frame {number}" for number in range(len(clip))]))
    raise InputError("a clip is needed", got=type(clip).__name__, remedy=_USABLE)


def natural(name: str) -> list[str | int]:
    """What names sort by so that numbers in them count as such: frame_2 comes before frame_10."""
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"(\d+)", name.lower()))]


def pictures_in(folder: Path) -> list[Path]:
    """The files of a folder that are called pictures, in natural order."""
    found = [path for path in folder.iterdir() if _is_picture(path)]
    return sorted(found, key=lambda path: (natural(path.name), path.name))


def _is_picture(path: Path) -> bool:
    kind = Image.registered_extensions().get(path.suffix.lower())
    return kind in FORMATS and not path.name.startswith(".") and path.is_file()


def _from_path(path: Path) -> Footage:
    if path.is_dir():
        return _from_folder(path)
    with opened(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        frames, notes = _collected(_shown_in(file, path), path.name)
    return Footage(_checked(frames, path.name), path, digest, notes)


def _shown_in(file: BufferedReader, path: Path) -> Iterator[Shown]:
    """The frames of a video, of an animated picture, or of the film behind a phone's picture."""
    head = file.read(kinds.HEAD_BYTES)
    file.seek(0)
    if not kinds.is_picture(head):
        return frames_in(file, path.name)
    data = read_bytes(path, FILE_LIMIT_BYTES)
    if head.startswith(b"\xff\xd8"):
        if (start := boxes.clip_behind(data)) is not None:
            return frames_in(io.BytesIO(data[start:]), path.name)
        if decoding.opened(data, path.name).format == "JPEG" and b"\xff\xd9\xff\xd8" in data:
            return frames_in(io.BytesIO(data), path.name)  # one picture after the other, as some cameras film
    return map(_frame, decoding.frames_in(data, path.name))


def _frame(decoded: Decoded) -> Shown:
    notes = decoded.notes if decoded.alpha is None else (*decoded.notes, video.TRANSPARENT)
    return Shown(decoded.picture, notes)


def _from_folder(folder: Path) -> Footage:
    try:
        paths = pictures_in(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot read {folder!s:.200}", got=reason, remedy="check the path") from error
    frames, notes = _of_pictures(paths, [path.name for path in paths])
    frames = _checked(frames, str(folder))
    return Footage(frames, folder, Footage(frames, None, "").pixels_sha256, notes)


def _from_frames(frames: Frames, notes: tuple[str, ...] = ()) -> Footage:
    frames = _checked(frames, "the clip")
    return Footage(frames, None, Footage(frames, None, "").pixels_sha256, notes)


def _of_array(array: NDArray[np.generic]) -> Frames:
    if array.ndim != 4 or array.shape[-1] != 3:
        raise InputError("this array is no clip", got=f"shape {array.shape}", remedy=_USABLE)
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array, dtype=np.uint8)
    return _of_pictures(list(array), [f"frame {number}" for number in range(len(array))])[0]


def _of_pictures(pictures: Sequence[AnyImage], names: Sequence[str]) -> tuple[Frames, tuple[str, ...]]:
    """(frames, height, width, 3), all of the first one's size, and what was done to them."""

    def shown() -> Iterator[Shown]:
        first: Picture | None = None
        for picture, name in zip(pictures, names, strict=True):
            source = load_picture(picture)
            if source.picture.shape != (first := source.picture if first is None else first).shape:
                got = f"{_size(source.picture)} for {name}, {_size(first)} for {names[0]}"
                remedy = "leave out what is no frame"
                raise InputError("the frames of a clip have one size", got=got, remedy=remedy)
            notes = tuple(video.TRANSPARENT if note == TRANSPARENT else note for note in source.notes)
            yield Shown(source.picture, notes)

    return _collected(shown(), "the clip")


def _collected(shown: Iterable[Shown], name: str) -> tuple[Frames, tuple[str, ...]]:
    """The frames and all their notes; too many are refused before they are all in memory."""
    frames: list[Picture] = []
    notes: dict[str, None] = {}
    for one in shown:
        frames.append(one.picture)
        notes.update(dict.fromkeys(one.notes))
        _check_length(frames, name)
    return np.stack(frames) if frames else np.empty((0, 0, 0, 3), dtype=np.uint8), tuple(notes)


def _check_length(frames: Sequence[Picture] | Frames, name: str) -> None:
    if len(frames) > MOST_FRAMES:
        remedy = f"cut it to {MOST_FRAMES:,}, or take every second"
        raise InputError(f"{name} has too many frames", got=f"more than {MOST_FRAMES:,}", remedy=remedy)
    if len(frames) * frames[0].nbytes > LIMIT_BYTES:
        got = f"more than {len(frames) - 1:,} frames of {_size(frames[0])} pixels"
        raise InputError(f"{name} is too long", got=got, remedy="cut it, or make it smaller")


def _checked(frames: Frames, name: str) -> Frames:
    """Frames that can be scored: as many, and each as large, as this package takes."""
    if not len(frames):
        raise InputError(f"{name} has no frames", got="no pictures", remedy=_USABLE)
    _check_length(frames, name)
    check_size(frames.shape[2], frames.shape[1], name)
    return frames


def _size(frame: Picture) -> str:
    return f"{frame.shape[1]} × {frame.shape[0]}"
