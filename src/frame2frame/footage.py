"""The user's clip on the way in: a video, a folder of pictures, an array or a list becomes `uint8` frames.

Any program may have made it. What cannot be taken is one `InputError`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .decoding import FORMATS
from .errors import InputError
from .media import read_clip
from .source import load_picture
from .values import Frames, Picture
from .wishes import AnyImage

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

    @property
    def pixels_sha256(self) -> str:
        """The same for all footage that shows these frames."""
        digest = hashlib.sha256(f"{self.frames.shape} ".encode())
        digest.update(self.frames.tobytes())
        return digest.hexdigest()


def load_footage(clip: AnyClip) -> Footage:
    """The frames of a clip, in their order. Raises InputError for what is no clip, or too long a one."""
    if isinstance(clip, str | PathLike):
        return _from_path(Path(os.path.expanduser(clip)))
    if isinstance(clip, np.ndarray):
        return _from_frames(_of_array(clip))
    if isinstance(clip, Sequence) and not isinstance(clip, bytes):
        return _from_frames(_of_pictures(clip, [f"frame {number}" for number in range(len(clip))]))
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
    try:
        if path.is_dir():
            return _from_folder(path)
        if path.is_file():
            return _from_video(path)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read {path!s:.200}", got=reason, remedy="check the path") from error
    raise InputError(f"there is no clip {path!s:.200}", remedy="give the path of a video or a folder")


def _from_folder(folder: Path) -> Footage:
    paths = pictures_in(folder)
    frames = _checked(_of_pictures(paths, [path.name for path in paths]), str(folder))
    return Footage(frames, folder, Footage(frames, None, "").pixels_sha256)


def _from_video(path: Path) -> Footage:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Footage(_checked(read_clip(path, LIMIT_BYTES), path.name), path, digest)


def _from_frames(frames: Frames) -> Footage:
    frames = _checked(frames, "the clip")
    return Footage(frames, None, Footage(frames, None, "").pixels_sha256)


def _of_array(array: NDArray[np.generic]) -> Frames:
    if array.ndim != 4 or array.shape[-1] != 3:
        raise InputError("this array is no clip", got=f"shape {array.shape}", remedy=_USABLE)
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array, dtype=np.uint8)
    return _of_pictures(list(array), [f"frame {number}" for number in range(len(array))])


def _of_pictures(pictures: Sequence[AnyImage], names: Sequence[str]) -> Frames:
    """(frames, height, width, 3), all of the first one's size; one after the other, so that many are refused
    before they are all in memory.
    """
    frames: list[Picture] = []
    for picture, name in zip(pictures[: MOST_FRAMES + 1], names, strict=False):
        frame = load_picture(picture).picture
        if frames and frame.shape != frames[0].shape:
            got = f"{_size(frame)} for {name}, {_size(frames[0])} for {names[0]}"
            raise InputError(
                "the frames of a clip have one size", got=got, remedy="leave out what is no frame"
            )
        frames.append(frame)
        _check_bytes(frames, name)
    return np.stack(frames) if frames else np.empty((0, 0, 0, 3), dtype=np.uint8)


def _check_bytes(frames: Sequence[Picture], name: str) -> None:
    if len(frames) * frames[0].nbytes > LIMIT_BYTES:
        got = f"more than 1 GiB of pixels up to {name}"
        raise InputError("the clip is too long", got=got, remedy="cut it, or make it smaller")


def _checked(frames: Frames, name: str) -> Frames:
    """Frames that can be scored: as many, and each as large, as this package takes."""
    if not len(frames):
        raise InputError(f"{name} has no frames", got="no pictures", remedy=_USABLE)
    if len(frames) > MOST_FRAMES:
        remedy = f"cut it to {MOST_FRAMES:,}, or take every second"
        raise InputError(f"{name} has too many frames", got=f"more than {MOST_FRAMES:,}", remedy=remedy)
    load_picture(frames[0])  # says what is wrong with the size
    return frames


def _size(frame: Picture) -> str:
    return f"{frame.shape[1]} × {frame.shape[0]}"
