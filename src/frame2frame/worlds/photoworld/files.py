"""The photographs that clips are drawn from: the pictures in a folder, each read when it is needed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ...errors import InputError
from ...files.anywhere import as_path
from ...files.regular import opened
from ...media.pictures import resized
from ...media.source import load_picture
from ...values import Picture

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")

SHORT_SIDE = 320
"""Pixels that a photograph is reduced to: more than a clip shows of it."""

LEAST_SIDE = 96


@dataclass(frozen=True)
class Photographs:
    """Files of pictures, in the order of their names."""

    files: tuple[Path, ...]

    @classmethod
    def of(cls, folder: str | Path) -> Photographs:
        """The pictures in a folder, not in folders within it. Raises InputError where there are none."""
        place = as_path("the folder of photographs", folder).expanduser()
        endings = ", ".join(one.removeprefix(".") for one in ENDINGS)
        remedy = f"name a folder with pictures ({endings})"
        if not place.is_dir():
            raise InputError("there is no such folder of photographs", got=str(folder), remedy=remedy)
        files = sorted(one for one in place.iterdir() if one.suffix.lower() in ENDINGS)
        if not files:
            raise InputError("there is no photograph in the folder", got=str(folder), remedy=remedy)
        return cls(tuple(files))

    def halves(self) -> tuple[Photographs, Photographs]:
        """Every second one, and the others. Raises InputError for a single one."""
        if len(self.files) < 2:
            got, remedy = str(self.files[0]), "put several into the folder"
            raise InputError(
                "one photograph cannot both be fitted to and measured on", got=got, remedy=remedy
            )
        return Photographs(self.files[::2]), Photographs(self.files[1::2])

    @property
    def sha256(self) -> str:
        """Of the contents of all files."""
        found = hashlib.sha256()
        for file in self.files:
            with opened(file) as data:
                found.update(hashlib.file_digest(data, "sha256").digest())
        return found.hexdigest()


@lru_cache(maxsize=64)
def reduced(file: Path) -> Picture:
    """A photograph, not larger than is needed. Raises InputError for what cannot be read or is too small."""
    picture = load_picture(file).picture
    height, width = picture.shape[:2]
    if min(height, width) < LEAST_SIDE:
        got, remedy = f"{width} × {height} pixels", f"take pictures of {LEAST_SIDE} pixels a side or more"
        raise InputError(f"the photograph {file.name} is too small", got=got, remedy=remedy)
    scale = min(1.0, SHORT_SIDE / min(height, width))
    return resized(picture, round(scale * height), round(scale * width))
