"""A finished edit: its pictures, figures and words, to be looked at, saved and shown to others."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from os import PathLike
from pathlib import Path

import numpy as np
from PIL import Image

from ..errors import InputError, kind_of
from ..files.unfinished import write_file
from ..media.levels import Alpha
from ..values import Caption, Frames, Picture, Scores, Transfer
from . import notebook
from .animation import FORMS, Animation

PICTURES = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".webp": ("WEBP", {"quality": 95}),
    ".avif": ("AVIF", {"quality": 90}),
    ".tif": ("TIFF", {}),
    ".tiff": ("TIFF", {}),
    ".bmp": ("BMP", {}),
}
"""What a picture is saved as, by the end of the file's name."""

_OPAQUE = ("JPEG", "BMP")


@dataclass(frozen=True, eq=False)
class Result:
    """A finished edit."""

    image: Picture
    """The edited picture in the source's size; the source itself when no frame shows the edit."""
    frames: Frames
    """The frames of the chosen clip at the model's resolution, padding removed."""
    index: int | None
    """The chosen frame; None when no frame shows the edit."""
    scores: Scores
    reason: str
    path: Sequence[Picture]
    """The states from the source to the edit, in the source's size; each is made when it is asked for."""
    metrics: Mapping[str, float | tuple[float, ...]]
    """Figures of the path in feature space."""
    folder: Path | None
    """The run folder, or None when nothing was to be written."""
    advice: str = ""
    """Where no frame shows the edit: what may help, in sentences."""
    ended: str = ""
    """Of a path: why it went no further, in a sentence."""
    route: Sequence[Picture] = ()
    """Of a path in rounds: the least-energy route to the same end through all frames of all rounds, from the
    source on and in its size."""
    caption: Caption | None = None
    """What the clip was to show, and the scene that its frames were scored against."""
    seed: int | None = 0
    """Of the chosen clip; None where it was given."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall-clock seconds per stage, over all rounds."""
    alpha: Alpha | None = None
    """The source's transparency, (height, width); None if it is opaque."""
    transfer: Transfer | None = None
    """Of an edit of the whole picture that is larger than the clip: how it came to that size."""
    animation: Animation | None = None
    """The way from the source to the edit; None when no frame shows the edit."""

    @property
    def score(self) -> float:
        """The similarity of the chosen frame to the wanted scene, or of the closest one: a cosine.

        It is not a number (`nan`) where the words alone were declined, so that nothing was scored.
        """
        return float(self.scores["semantic"][self._marked]) if self._is_scored else nan

    @property
    def pil(self) -> Image.Image:
        """The edited picture for Pillow, with the source's transparency."""
        picture = Image.fromarray(np.ascontiguousarray(self.image))
        if self.alpha is not None:
            picture.putalpha(Image.fromarray(self.alpha))
        return picture

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the edited picture, or as .gif and .mp4 the way to it, and return the path.

        A PNG is the one of the run folder, which can be replayed, where there is a folder. Raises InputError
        for a name that ends otherwise, and for the way to an edit that was not found; WriteError.
        """
        target = _file(path)
        ending = target.suffix.lower()
        if ending.removeprefix(".") in FORMS and ending not in PICTURES:
            return self.animate(target)
        if ending not in PICTURES:
            known = ", ".join((*PICTURES, ".gif", ".mp4"))
            raise InputError("a picture is not saved as that", got=target.name, remedy=f"choose from {known}")
        write_file(target, self._encoded(*PICTURES[ending]))
        return target

    def animate(self, path: str | PathLike[str]) -> Path:
        """Write the way from the source to the edit as .gif, .webp or .mp4, and return the path.

        Raises InputError where no frame shows the edit, and for another form; WriteError.
        """
        if self.animation is None:
            remedy = "animate a run that found the edit"
            raise InputError("no frame shows the edit, so there is no way to it", remedy=remedy)
        return self.animation.save(_file(path))

    def show(self) -> None:
        """Show it: in a notebook as it shows itself there, else in the system's viewer of pictures."""
        if notebook.is_notebook():
            from IPython.display import display

            display(self)
        else:
            self.pil.show(title="frame2frame")

    def _encoded(self, form: str, options: Mapping[str, int]) -> bytes:
        if form == "PNG" and self.folder is not None and (made := self.folder / "final_frame.png").is_file():
            return made.read_bytes()
        picture = self.pil
        if self.alpha is not None and form in _OPAQUE:
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
        buffer = io.BytesIO()
        picture.save(buffer, form, **options)
        return buffer.getvalue()

    @property
    def _is_scored(self) -> bool:
        return "semantic" in self.scores.columns

    @property
    def _marked(self) -> int:
        """The chosen frame, or the closest one."""
        if not self._is_scored:
            return 0
        return int(self.scores["semantic"].argmax()) if self.index is None else self.index

    def _lines(self) -> list[str]:
        if not self._is_scored:
            return [self.reason, *([str(self.folder)] if self.folder else [])]
        what = f"Frame {self.index}" if self.index is not None else f"No frame; {self._marked} is the closest"
        figures = f"{what} of {len(self.frames)}, similarity {self.score:.3f}"
        figures += "" if self.seed is None else f", seed {self.seed}"
        return [self.reason, figures, *([str(self.folder)] if self.folder else [])]

    def __repr__(self) -> str:
        height, width = self.image.shape[:2]
        score = f"score={self.score:.3f}, " if self._is_scored else ""
        chosen = f"index={self.index} of {len(self.frames)}, {score}reason={self.reason!r}"
        folder = None if self.folder is None else str(self.folder)
        drawn = "" if self.seed is None else f"seed={self.seed}, "
        return f"Result({width}×{height}, {chosen}, {drawn}folder={folder!r})"

    def _repr_html_(self) -> str:
        found = self.index is not None
        after = self.image if found else self.frames[self._marked]
        return notebook.html(self.path[0], after, self.frames, self._marked, found, self._lines())


def _file(path: object) -> Path:
    if not isinstance(path, str | PathLike):
        raise InputError("a file is named by a text", got=kind_of(path), remedy='like "edit.png"')
    return Path(path)
