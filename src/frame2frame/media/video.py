"""Clips as files: ours as MP4, and any that cameras, programs and browsers write, as a player shows them.

Of a file only its own bytes are read: containers that name other files, and all protocols, are refused.
"""

from __future__ import annotations

import errno
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import numpy as np

from ..errors import InputError
from ..files.regular import opened
from ..files.unfinished import write_file
from ..values import Frames, Picture
from . import colours, kinds
from .limits import MEGAPIXEL_LIMIT
from .pictures import SETTINGS_KEY, resized

if TYPE_CHECKING:
    from av import VideoCodecContext, VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

DOUBLED_UP_TO = 256
"""Clips whose short side is at most this are written with every pixel doubled; see `clip_bytes`."""

CONTAINERS = (
    "mov,matroska,webm,avi,flv,asf,mpeg,mpegts,ogg,mxf,gxf,nut,ivf,wtv,yuv4mpegpipe,dv,mjpeg,"
    "m4v,mpegvideo,h261,h263,h264,hevc,vvc,av1,obu,dirac,dnxhd"
)
"""FFmpeg's names of those that hold their frames themselves."""

_OPTIONS = {"format_whitelist": CONTAINERS, "protocol_whitelist": "none"}

_UNSPECIFIED = 2
"""H.273's code where a matrix is not named."""

MOST_STRETCH = 8
"""Of a pixel's sides; what says more is not meant."""

HD_HEIGHT = 720
"""From here on a clip that does not name its matrix is of BT.709, as players take it; below, of BT.601."""

TRANSPARENT = "The clip's transparency was left out; the colours beneath it are taken."
_TURNED = "The clip was turned upright, as its file says."
_INTERLACED = "The clip is interlaced: where something moves, a frame shows lines of two moments."


@dataclass(frozen=True, eq=False)
class Shown:
    """A frame as a player shows it."""

    picture: Picture
    notes: tuple[str, ...]
    """What was done to it, as sentences for the user."""


def write_clip(path: Path, frames: Frames, frames_per_second: int = 8) -> None:
    """An MP4 that every player and browser shows; see `clip_bytes`."""
    write_file(path, clip_bytes(frames, frames_per_second))


def joined(clips: Sequence[Frames]) -> Frames:
    """One clip after the other, smaller ones enlarged to the size of the largest."""
    height, width = max(clip.shape[1:3] for clip in clips)
    return np.concatenate([np.stack([resized(frame, height, width) for frame in clip]) for clip in clips])


def clip_bytes(frames: Frames, frames_per_second: int | Fraction = 8, loss: int = 4) -> bytes:
    """H.264 at 4:2:0 and BT.709, the one form that plays everywhere, within a level or two.

    A larger `loss`, x264's constant rate factor up to 51, makes a smaller file. Equal frames give equal
    bytes: x264's macroblock tree is off, as of small clips it reads memory that nobody has written.

    4:2:0 halves the colours' resolution and needs even sizes. Small clips are written with every pixel
    doubled, which keeps their colours whole; larger ones of odd size repeat the last row or column. The
    size before rides in the comment, so `read_clip` undoes both.
    """
    import av

    size, rgb_frames = frames.shape[1:3], _even(frames)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        container.metadata["comment"] = f"{SETTINGS_KEY} {size[1]}x{size[0]}"
        options = {"crf": str(loss), "mbtree": "0", "preset": "veryfast"}
        stream = container.add_stream("libx264", rate=frames_per_second, options=options)
        stream.height, stream.width, stream.pix_fmt = rgb_frames.shape[1], rgb_frames.shape[2], "yuv420p"
        _tag_colours(stream.codec_context)
        for rgb in rgb_frames:
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            container.mux(stream.encode(_converted(frame, "yuv420p", _is_small(*size), ours=True)))
        container.mux(stream.encode())
    return buffer.getvalue()


def lossless_bytes(frames: Frames) -> bytes:
    """H.264 without loss, in RGB: what `read_clip` gives back is equal to the last bit.

    Equal frames give equal bytes: the container has no identifiers drawn at random.
    """
    import av

    (height, width), buffer = frames.shape[1:3], io.BytesIO()
    with av.open(buffer, "w", format="matroska", options={"fflags": "bitexact"}) as container:
        container.metadata["comment"] = f"{SETTINGS_KEY} {width}x{height}"
        stream = container.add_stream("libx264rgb", rate=8, options={"qp": "0", "preset": "veryfast"})
        stream.height, stream.width, stream.pix_fmt = height, width, "rgb24"
        for rgb in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
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


def read_clip(path: Path, most: int | None = None) -> Frames:
    """(frames, height, width, 3) of a clip; one of ours is exact in size, within a few levels in colour.

    No more than the first `most` frames are read. Raises InputError for what is not a video.
    """
    with opened(path) as file:
        return np.stack([shown.picture for shown in islice(frames_in(file, path.name), most)])


def frames_in(file: BinaryIO, name: str) -> Iterator[Shown]:
    """Each frame of a video, one after the other: upright, of square pixels, in sRGB.

    Raises InputError for what is not a video, has no frames, or changes its size.
    """
    import av

    try:
        with av.open(file, "r", options=_OPTIONS, io_open=_no_other_file) as container:
            stream = _stream(container, name)
            size = _size_before(str(container.metadata.get("comment", "")))
            yield from _decoded(container, stream, size, name)
    except InputError:
        raise
    except Exception as error:  # demuxers and decoders raise whatever they stumble over
        raise _unreadable(file, name, error) from error


def _no_other_file(*_: object) -> NoReturn:
    raise PermissionError("it names another file")


def _unreadable(file: BinaryIO, name: str, error: Exception) -> InputError:
    file.seek(0)
    head = file.read(kinds.HEAD_BYTES)
    kind = kinds.of_clip(head)
    if kind is not None:
        return InputError(f"{name} is not a readable video", got=kind.name, remedy=kind.remedy)
    remedy = "give a file that a video player opens, like an MP4 or WebM"
    if head.isascii() and b"\0" not in head:
        return InputError(f"{name} is not a video", got="text" if head else "0 bytes", remedy=remedy)
    got = getattr(error, "strerror", None) or str(error)
    if getattr(error, "errno", None) == errno.EINVAL:  # FFmpeg's answer to what is not among the containers
        got = "a format that is not read"
    return InputError(f"{name} is not a readable video", got=f"{got:.120}", remedy=remedy)


def _stream(container: InputContainer, name: str) -> VideoStream:
    """The first that moves; pictures of a cover stand before it in some files."""
    from av.stream import Disposition

    still = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    moving = (one for one in container.streams.video if one.codec_context and not one.disposition & still)
    stream = next(moving, None)
    if stream is None:
        got = "a picture of its cover" if container.streams.video else "no video in it"
        raise InputError(f"{name} is not a readable video", got=got, remedy="give one with moving pictures")
    if stream.width * stream.height > MEGAPIXEL_LIMIT * 1e6:
        got = f"frames of {stream.width} × {stream.height} pixels"
        raise InputError(
            f"{name} is larger than {MEGAPIXEL_LIMIT} megapixels", got=got, remedy="make it smaller"
        )
    return stream


def _decoded(
    container: InputContainer, stream: VideoStream, ours: tuple[int, int] | None, name: str
) -> Iterator[Shown]:
    """The size `ours` is that of a clip which `clip_bytes` made."""
    first: tuple[int, int] | None = None
    ratio = stream.sample_aspect_ratio
    for number, frame in enumerate(container.decode(stream)):
        size = frame.height, frame.width
        if size != (first := first or size):
            got = f"{first[1]} × {first[0]} pixels, then {size[1]} × {size[0]} from frame {number}"
            raise InputError(
                f"{name} changes its size", got=got, remedy="save it anew in one size, or cut it"
            )
        yield _own(frame, ours) if ours else _shown(frame, ratio)
    if first is None:
        raise InputError(f"{name} has no frames", remedy="give a video that has some")


def _own(frame: VideoFrame, size: tuple[int, int]) -> Shown:
    from av import VideoFrame

    if frame.format.is_rgb:
        return Shown(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False), ())
    if doubled := _is_small(*size):
        # A decoded frame says that its colours lie half a pixel to the left, which ours do not.
        frame = VideoFrame.from_ndarray(frame.to_ndarray(), format=frame.format.name)
    picture = _converted(frame, "rgb24", doubled, ours=True).to_ndarray().astype(np.uint8, copy=False)
    return Shown(_undone(picture, size), ())


def _shown(frame: VideoFrame, ratio: Fraction | None) -> Shown:
    space = colours.space_of(frame.color_primaries, frame.color_trc)
    numbers = _converted(frame, "rgb24" if space.is_srgb else "rgb48le", doubled=False).to_ndarray()
    picture = numbers.astype(np.uint8, copy=False) if space.is_srgb else colours.as_srgb(numbers, space)
    squared, turned = _squared(picture, ratio), _turn(frame)
    notes = {
        colours.note(space): not space.is_srgb,
        _squared_note(picture, squared): picture.shape != squared.shape,
        _TURNED: turned is not None,
        _INTERLACED: frame.interlaced_frame,
        TRANSPARENT: any(component.is_alpha for component in frame.format.components),
    }
    upright = squared if turned is None else _turned(squared, turned)
    return Shown(upright, tuple(note for note, applies in notes.items() if applies))


def _squared(picture: Picture, ratio: Fraction | None) -> Picture:
    """With pixels as wide as they are high; none is lost."""
    height, width = picture.shape[:2]
    if not ratio or not 1 / MOST_STRETCH <= ratio <= MOST_STRETCH:
        return picture
    return resized(picture, round(height / min(ratio, 1)), round(width * max(ratio, 1)))


def _squared_note(before: Picture, after: Picture) -> str:
    sizes = [f"{picture.shape[1]} × {picture.shape[0]}" for picture in (before, after)]
    return f"The clip's pixels are not square; its frames of {sizes[0]} were stretched to {sizes[1]}."


def _turn(frame: VideoFrame) -> tuple[float, float, float, float] | None:
    """Where right and down go by FFmpeg's display matrix; None where they stay."""
    try:
        data: Any = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV does not know what stands beside it; it has the angle still
        return {90: (0, -1, 1, 0), -90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), -180: (-1, 0, 0, -1)}.get(
            frame.rotation
        )
    if data is None or len(matrix := np.frombuffer(bytes(data), np.int32)) != 9:
        return None
    turn = (float(matrix[0]), float(matrix[1]), float(matrix[3]), float(matrix[4]))
    return None if turn[0] > abs(turn[1]) and turn[3] > abs(turn[2]) else turn


def _turned(picture: Picture, turn: tuple[float, float, float, float]) -> Picture:
    """By the nearest quarter: right goes to (`turn[0]`, `turn[1]`), down to (`turn[2]`, `turn[3]`)."""
    if abs(turn[1]) > abs(turn[0]):
        picture, rows, columns = picture.swapaxes(0, 1), turn[1], turn[2]
    else:
        rows, columns = turn[3], turn[0]
    return np.ascontiguousarray(picture[:: -1 if rows < 0 else 1, :: -1 if columns < 0 else 1])


def _converted(frame: VideoFrame, pixel_format: str, doubled: bool, ours: bool = False) -> VideoFrame:
    """To or from BT.709 with exact rounding; the plain conversion darkens every colour by a level.

    A frame that is not `ours` is of the matrix that it names, or of the one that players guess by its size.
    """
    from av.video.reformatter import Colorspace, Interpolation

    way = Interpolation.POINT if doubled else Interpolation.BICUBIC
    exact = way | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    guessed = Colorspace.ITU709 if ours or frame.height >= HD_HEIGHT else Colorspace.ITU601
    return frame.reformat(
        format=pixel_format,
        src_colorspace=int(guessed) if ours or frame.colorspace == _UNSPECIFIED else None,
        dst_colorspace=int(Colorspace.ITU709),
        interpolation=int(exact),
    )


def _size_before(comment: str) -> tuple[int, int] | None:
    found = re.fullmatch(rf"{SETTINGS_KEY} (\d{{1,5}})x(\d{{1,5}})", comment)
    return (int(found[2]), int(found[1])) if found else None


def _undone(picture: Picture, size: tuple[int, int]) -> Picture:
    if picture.shape[:2] == (2 * size[0], 2 * size[1]):
        return _halved(picture)
    return picture[: size[0], : size[1]]


def _halved(picture: Picture) -> Picture:
    total = sum(picture[row::2, column::2].astype(np.uint16) for row in (0, 1) for column in (0, 1))
    return ((np.asarray(total) + 2) // 4).astype(np.uint8)
