"""Pictures and clips between the user's sizes and the model's, and as files.

Everything is `uint8` RGB. Fitting is undone exactly; a PNG can carry the settings of its run.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from . import quiet
from .errors import InputError
from .levels import Alpha
from .limits import FILE_LIMIT_BYTES
from .mending import mended
from .regular import read_bytes
from .source import Source, load_picture
from .unfinished import write_file
from .values import Frames, Picture

if TYPE_CHECKING:
    from av import VideoCodecContext, VideoFrame

__all__ = [
    "Fit",
    "Source",
    "clip_bytes",
    "decibels",
    "fit",
    "joined",
    "load_picture",
    "png_bytes",
    "psnr",
    "read_clip",
    "read_settings",
    "within",
    "write_clip",
]

SETTINGS_KEY = "frame2frame"
SETTINGS_LIMIT_BYTES = 2**18
DOUBLED_UP_TO = 256
"""Clips whose short side is at most this are written with every pixel doubled; see `clip_bytes`."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A picture scaled into the model's size; both ways map edge to edge, so nothing shifts."""

    picture: Picture
    """(height, width, 3) of exactly the size that was asked for."""
    source_size: tuple[int, int]
    """(height, width) of the picture before."""
    top: int
    left: int
    inner_size: tuple[int, int]
    """(height, width) of the part that shows the picture; the rest is padding."""

    def crop(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(…, height, width, channels) without the padding."""
        height, width = self.inner_size
        return frames[..., self.top : self.top + height, self.left : self.left + width, :]

    def restore(self, frame: Picture) -> Picture:
        """One frame, cropped or not, in the size and alignment of the source."""
        if frame.shape[:2] == self.picture.shape[:2]:
            frame = self.crop(frame)
        if frame.shape[:2] != self.inner_size:
            raise InputError("the frame is not of this fit", got=f"shape {frame.shape}")
        return resized(frame, *self.source_size)


def fit(picture: Picture, height: int, width: int) -> Fit:
    """Scale the picture to lie inside (height, width), centred.

    The rest repeats the picture's edge: the paper's black bars are hard edges that a video model animates and
    a mirror image is a second object, while the repeated edge goes on as background.
    """
    scale = min(Fraction(height, picture.shape[0]), Fraction(width, picture.shape[1]))
    inner = (max(1, round(picture.shape[0] * scale)), max(1, round(picture.shape[1] * scale)))
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    rows, columns = (top, height - inner[0] - top), (left, width - inner[1] - left)
    padded = np.pad(resized(picture, *inner), (rows, columns, (0, 0)), mode="edge")
    return Fit(padded, (picture.shape[0], picture.shape[1]), top, left, inner)


def within(picture: Picture, longest_side: int) -> Picture:
    """The picture reduced so far that no side is longer; a smaller one is left as it is."""
    height, width = picture.shape[:2]
    scale = Fraction(longest_side, max(height, width))
    if scale >= 1:
        return picture
    return resized(picture, max(1, round(height * scale)), max(1, round(width * scale)))


def resized(picture: Picture, height: int, width: int) -> Picture:
    """The picture in another size, edge to edge."""
    if picture.shape[:2] == (height, width):
        return np.ascontiguousarray(picture)
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.array(image.resize((width, height), Image.Resampling.LANCZOS))


def png_bytes(
    picture: Picture, alpha: Alpha | None = None, settings: Mapping[str, object] | None = None
) -> bytes:
    """A lossless PNG; the settings ride as JSON in its text chunk `frame2frame`."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    if alpha is not None:
        image.putalpha(Image.fromarray(np.ascontiguousarray(alpha)))
    chunks = PngInfo()
    if settings is not None:
        chunks.add_text(SETTINGS_KEY, json.dumps(settings, sort_keys=True, allow_nan=False))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=chunks)
    return buffer.getvalue()


def read_settings(png: Path) -> dict[str, object]:
    """The settings in a PNG that `png_bytes` made, as plain JSON values.

    They come from a stranger: their size and form are checked here, their meaning by `record.record_from`.
    Raises InputError when there are none or they cannot be read.
    """
    text = _settings_text(png)
    if text is None:
        raise InputError(
            f"{png.name} carries no settings of frame2frame", remedy="use the final_frame.png of a run folder"
        )
    if len(text.encode("utf-8", "replace")) > SETTINGS_LIMIT_BYTES:
        raise InputError(f"the settings in {png.name} are too long", got=f"{len(text):,} characters")
    return parsed_object(text, f"the settings in {png.name}")


def _settings_text(png: Path) -> str | None:
    data = read_bytes(png, FILE_LIMIT_BYTES)
    try:
        with quiet.decoders(), Image.open(io.BytesIO(mended(data)), formats=["PNG"]) as image:
            return getattr(image, "text", {}).get(SETTINGS_KEY)
    except Exception as error:  # a damaged PNG raises whatever the decoder stumbles over
        got = "" if isinstance(error, UnidentifiedImageError) else f"{error!s:.120}"
        remedy = "give the final_frame.png of a run folder, or the folder"
        raise InputError(f"{png.name} is not a readable PNG", got=got, remedy=remedy) from error


def parsed_object(text: str, what: str) -> dict[str, object]:
    """A JSON object from an untrusted text; raises InputError for all else, NaN and deep nesting included."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{what} cannot be read", got=f"{error!s:.120}") from error
    if not isinstance(value, dict):
        raise InputError(f"{what} cannot be read", got=type(value).__name__)
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"the number {name}")


def write_clip(path: Path, frames: Frames, frames_per_second: int = 8) -> None:
    """An MP4 that every player and browser shows; see `clip_bytes`."""
    write_file(path, clip_bytes(frames, frames_per_second))


def joined(clips: Sequence[Frames]) -> Frames:
    """One clip after the other, smaller ones enlarged to the size of the largest."""
    height, width = max(clip.shape[1:3] for clip in clips)
    return np.concatenate([np.stack([resized(frame, height, width) for frame in clip]) for clip in clips])


def clip_bytes(frames: Frames, frames_per_second: int = 8, loss: int = 4) -> bytes:
    """H.264 at 4:2:0 and BT.709, the one form that plays everywhere, within a level or two.

    A larger `loss`, x264's constant rate factor up to 51, makes a smaller file.

    4:2:0 halves the colours' resolution and needs even sizes. Small clips are written with every pixel
    doubled, which keeps their colours whole; larger ones of odd size repeat the last row or column. The
    size before rides in the comment, so `read_clip` undoes both.
    """
    import av

    size, rgb_frames = frames.shape[1:3], _even(frames)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        container.metadata["comment"] = f"{SETTINGS_KEY} {size[1]}x{size[0]}"
        stream = container.add_stream("libx264", rate=frames_per_second, options={"crf": str(loss)})
        stream.height, stream.width, stream.pix_fmt = rgb_frames.shape[1], rgb_frames.shape[2], "yuv420p"
        _tag_colours(stream.codec_context)
        for rgb in rgb_frames:
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            container.mux(stream.encode(_converted(frame, "yuv420p", _is_small(*size))))
        container.mux(stream.encode())
    return buffer.getvalue()


def _is_small(height: int, width: int) -> bool:
    return min(height, width) <= DOUBLED_UP_TO


def _even(frames: Frames) -> Frames:
    height, width = frames.shape[1:3]
    if _is_small(height, width):
        return np.ascontiguousarray(frames.repeat(2, axis=1).repeat(2, axis=2))
    return np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _tag_colours(codec: VideoCodecContext) -> None:
    """Players guess the matrix from the size unless it is written down."""
    from av.video import reformatter

    codec.colorspace = reformatter.Colorspace.ITU709
    codec.color_primaries = reformatter.ColorPrimaries.BT709
    codec.color_trc = reformatter.ColorTrc.BT709
    codec.color_range = reformatter.ColorRange.MPEG


def _converted(frame: VideoFrame, pixel_format: str, doubled: bool, ours: bool = True) -> VideoFrame:
    """To or from BT.709 with exact rounding; the plain conversion darkens every colour by a level.

    A frame that is not `ours` is of the matrix that it names, or of BT.601, as players take it, if of none.
    """
    from av.video.reformatter import Colorspace, Interpolation

    way = Interpolation.POINT if doubled else Interpolation.BICUBIC
    exact = way | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    matrix = int(Colorspace.ITU709)
    return frame.reformat(
        format=pixel_format,
        src_colorspace=matrix if ours else None,
        dst_colorspace=matrix,
        interpolation=int(exact),
    )


def read_clip(path: Path, most_bytes: int | None = None) -> Frames:
    """(frames, height, width, 3) of a clip; one of ours is exact in size, within a few levels in colour.

    Raises InputError for what is not a video, and for one that takes more than `most_bytes` as frames.
    """
    import av

    try:
        with av.open(str(path)) as container:
            size = _size_before(str(container.metadata.get("comment", "")))
            doubled = size is not None and _is_small(*size)
            decoded = (_rgb(frame, doubled, size is not None) for frame in container.decode(video=0))
            frames = list(decoded if most_bytes is None else _bounded(decoded, most_bytes, path.name))
    except (OSError, ValueError, IndexError, av.FFmpegError) as error:
        got = getattr(error, "strerror", None) or str(error)
        remedy = "give a file that a video player opens"
        raise InputError(f"{path.name} is not a readable video", got=f"{got:.120}", remedy=remedy) from error
    if not frames:
        raise InputError(f"{path.name} has no frames", remedy="give a video that has some")
    return _undone(np.stack(frames), size)


def _bounded(frames: Iterable[Picture], most_bytes: int, name: str) -> Iterator[Picture]:
    total = 0
    for number, frame in enumerate(frames, 1):
        total += frame.nbytes
        if total > most_bytes:
            got = f"more than {number - 1:,} frames of {frame.shape[1]} × {frame.shape[0]} pixels"
            raise InputError(f"{name} is too long", got=got, remedy="cut it, or make it smaller")
        yield frame


def _rgb(frame: VideoFrame, doubled: bool, ours: bool) -> Picture:
    if doubled:
        from av import VideoFrame

        # A decoded frame says that its colours lie half a pixel to the left, which ours do not.
        frame = VideoFrame.from_ndarray(frame.to_ndarray(), format=frame.format.name)
    return _converted(frame, "rgb24", doubled, ours).to_ndarray().astype(np.uint8, copy=False)


def _size_before(comment: str) -> tuple[int, int] | None:
    found = re.fullmatch(rf"{SETTINGS_KEY} (\d{{1,5}})x(\d{{1,5}})", comment)
    return (int(found[2]), int(found[1])) if found else None


def _undone(frames: Frames, size: tuple[int, int] | None) -> Frames:
    if size is None:
        return frames
    if frames.shape[1:3] == (2 * size[0], 2 * size[1]):
        return _halved(frames)
    return frames[:, : size[0], : size[1]]


def _halved(frames: Frames) -> Frames:
    total = sum(frames[:, row::2, column::2].astype(np.uint16) for row in (0, 1) for column in (0, 1))
    return ((np.asarray(total) + 2) // 4).astype(np.uint8)


def psnr(shown: NDArray[Any], truth: NDArray[Any]) -> float:
    """Peak signal-to-noise ratio in decibels of what is shown to the truth, over all pixels together.

    Both have levels from 0 to 255 and the same shape; floats need not be rounded.
    """
    difference = shown.astype(np.float64) - truth
    return decibels(float((difference**2).mean()))


def decibels(squared_error: float) -> float:
    """Peak signal-to-noise ratio of a mean squared error in levels²; 99 for none at all."""
    return 10 * math.log10(255.0**2 / squared_error) if squared_error > 0 else 99.0
