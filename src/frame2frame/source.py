"""The user's picture on the way in: whatever it was becomes `uint8` RGB, upright, sRGB.

What can be handled is handled and said in a note; all else is one `InputError`.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from .errors import InputError
from .values import Picture

Alpha = NDArray[np.uint8]
"""(height, width), 255 is opaque."""

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF", "BMP", "JPEG2000", "PPM", "TGA", "QOI", "ICO")
"""Plain picture formats only; others, such as EPS, make Pillow start programs or are not pictures."""

MEGAPIXEL_LIMIT = 100
FILE_LIMIT_BYTES = 2**30
SHORT_SIDE_LIMIT = 16
ASPECT_LIMIT = 8

USABLE = "use a PNG, JPEG or WebP picture"

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture with this EXIF orientation upright."""


@dataclass(frozen=True, eq=False)
class Source:
    """A picture as the user gave it, ready to be edited."""

    picture: Picture
    alpha: Alpha | None
    """None when every pixel is opaque. The picture keeps the colours beneath."""
    path: Path | None
    sha256: str
    """Of the file's bytes; of the pixels when there was no file."""
    notes: tuple[str, ...] = ()
    """What was done to the picture, as sentences for the user."""

    @property
    def pixels_sha256(self) -> str:
        """The same for every file that decodes to this picture and alpha."""
        digest = hashlib.sha256(f"{self.picture.shape} {self.alpha is not None} ".encode())
        digest.update(self.picture.tobytes())
        if self.alpha is not None:
            digest.update(self.alpha.tobytes())
        return digest.hexdigest()


def load_picture(source: str | Path | Image.Image | NDArray[Any]) -> Source:
    """The picture in a file, a PIL picture, or an array of shape (height, width[, 1, 2, 3 or 4]).

    Arrays are `bool`, `uint8`, `uint16`, or floats from 0 to 1. Raises InputError for what cannot be edited.
    """
    with warnings.catch_warnings(action="ignore"):  # Pillow's remarks; ours are the notes
        return _loaded(source)


def _loaded(source: str | Path | Image.Image | NDArray[Any]) -> Source:
    if isinstance(source, (str, Path)):
        return _from_file(source)
    if isinstance(source, Image.Image):
        return _from_pixels(*_decoded(source, name="the picture"))
    if isinstance(source, np.ndarray):
        return _from_pixels(*_split(_array_bytes(source), name="the array"), ())
    raise InputError(
        "a picture is needed", got=type(source).__name__, remedy="give a path, a PIL picture or an array"
    )


def _from_file(source: str | Path) -> Source:
    if re.match("https?:/", str(source), re.IGNORECASE):  # Path makes one slash of two
        raise InputError(
            "this is an address, and pictures are not downloaded",
            got=f"{source!s:.200}",
            remedy="download it first and give the path of the file",
        )
    path = Path(os.path.expanduser(source))  # unlike Path.expanduser, no error for an unknown user
    data = _bytes_of(path)
    picture, alpha, notes = _decoded(_opened(data, path.name), path.name)
    return Source(picture, alpha, path, hashlib.sha256(data).hexdigest(), notes)


def _from_pixels(picture: Picture, alpha: Alpha | None, notes: tuple[str, ...]) -> Source:
    source = Source(picture, alpha, None, "", notes)
    return Source(picture, alpha, None, source.pixels_sha256, notes)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder", remedy="give the path of one picture")
        if not path.exists():
            raise InputError(f"there is no file {path}", remedy="check the path of the picture")
        if not path.is_file():  # a pipe or device would block
            raise InputError(f"{path} is not a regular file", remedy="give the path of a picture")
        size = path.stat().st_size
        if size > FILE_LIMIT_BYTES:
            raise InputError(f"{path.name} is larger than 1 GiB", got=f"{size:,} bytes", remedy=USABLE)
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read {path!s:.200}", got=reason, remedy="check the path") from error
    if not data:
        raise InputError(f"{path.name} is empty", got="0 bytes", remedy=USABLE)
    return data


def _opened(data: bytes, name: str) -> Image.Image:
    Image.init()
    formats = [known for known in FORMATS if known in Image.OPEN]
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError as error:
        raise _too_large(name, _pixels_said(error)) from error
    except UnidentifiedImageError as error:
        raise InputError(f"{name} is not a picture that can be read", remedy=USABLE) from error
    except Exception as error:  # damaged headers raise whatever the decoder stumbles over
        raise _damaged(name, error) from error


def _pixels_said(error: Exception) -> str:
    """The size as Pillow's refusal has it; it opens nothing that could be asked."""
    count = re.search(r"\((\d+) pixels\)", str(error))
    return f"{int(count[1]) / 1e6:,.0f} megapixels" if count else "far more pixels"


def _too_large(name: str, got: str) -> InputError:
    return InputError(
        f"{name} is larger than {MEGAPIXEL_LIMIT} megapixels", got=got, remedy="make it smaller and try again"
    )


def _damaged(name: str, error: BaseException) -> InputError:
    return InputError(
        f"{name} is damaged or cut short",
        got=f"{error!s:.120}" or type(error).__name__,
        remedy="save or copy it again",
    )


def _decoded(image: Image.Image, name: str) -> tuple[Picture, Alpha | None, tuple[str, ...]]:
    """The pixels of the current frame, upright and in sRGB, with the notes about what was done."""
    _check_size(image.width, image.height, name)  # ours, stricter than Pillow's warning
    try:
        image.load()
        notes = tuple(note for note in (_animation_note(image),) if note)
        upright, turned = _upright(image)
        rgb, alpha, converted = _rgb_and_alpha(upright)
    except InputError:
        raise
    except Exception as error:  # decoders raise whatever they stumble over
        raise _damaged(name, error) from error
    return _checked(rgb, name), alpha, (*notes, *turned, *converted)


def _check_size(width: int, height: int, name: str) -> None:
    got = f"{width}×{height}"
    if width * height > MEGAPIXEL_LIMIT * 1e6:
        raise _too_large(name, f"{got} = {width * height / 1e6:.0f} megapixels")
    if min(width, height) < SHORT_SIDE_LIMIT:
        raise InputError(
            f"{name} is too small", got=got, remedy=f"use one of at least {SHORT_SIDE_LIMIT} pixels a side"
        )
    if max(width, height) > ASPECT_LIMIT * min(width, height):
        raise InputError(
            f"{name} is too narrow",
            got=got,
            remedy=f"crop it so that the long side is at most {ASPECT_LIMIT} times the short one",
        )


def _checked(picture: Picture, name: str) -> Picture:
    _check_size(picture.shape[1], picture.shape[0], name)
    return picture


def _animation_note(image: Image.Image) -> str | None:
    count = int(getattr(image, "n_frames", 1))
    if count < 2 or image.format in ("MPO", "ICO"):  # further views or sizes of the same picture
        return None
    return f"The picture has {count} frames; frame {image.tell() + 1} is edited."


def _upright(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    try:
        orientation = image.getexif().get(0x0112, 1)
    except (SyntaxError, ValueError, LookupError, TypeError, OSError, struct.error):
        # damaged EXIF says nothing about the pixels
        return image, ()
    turn = _UPRIGHT.get(orientation)
    if turn is None:
        return image, ()
    return image.transpose(turn), (f"The picture was turned upright (EXIF orientation {orientation}).",)


def _rgb_and_alpha(image: Image.Image) -> tuple[Picture, Alpha | None, tuple[str, ...]]:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        picture, alpha = _deep_grey(image)
        return picture, alpha, _alpha_notes(alpha)
    alpha = None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = _unless_opaque(np.asarray(image.getchannel("A")))
    opaque, notes = _srgb(image)
    return np.array(opaque, dtype=np.uint8), alpha, (*notes, *_alpha_notes(alpha))


def _alpha_notes(alpha: Alpha | None) -> tuple[str, ...]:
    if alpha is None:
        return ()
    return ("The transparency is carried over; the model sees the colours beneath it.",)


def _unless_opaque(alpha: Alpha) -> Alpha | None:
    return None if bool((alpha == 255).all()) else np.array(alpha, dtype=np.uint8)


def _deep_grey(image: Image.Image) -> tuple[Picture, Alpha | None]:
    """Grey of 16 bits, or of floats from 0 to 1, scaled to 8 bits and not clipped."""
    values = np.asarray(image)
    if image.mode == "I":
        if values.min() < 0 or values.max() > 65535:
            raise InputError("the picture's numbers are out of range", got="32-bit integers", remedy=USABLE)
        values = values.astype(np.uint16)
    key = image.info.get("transparency")
    alpha = np.where(values == key, 0, 255).astype(np.uint8) if isinstance(key, int) else None
    grey = _array_bytes(values)
    return np.stack([grey] * 3, axis=-1), None if alpha is None else _unless_opaque(alpha)


def _srgb(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """RGB without alpha; an embedded profile other than sRGB is converted where that can be done."""
    profile = image.info.get("icc_profile")
    if image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")  # drops alpha, keeps the colours beneath
    if not profile:
        return image.convert("RGB"), ()
    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(embedded).strip()
        if "srgb" in name.lower():
            return image.convert("RGB"), ()
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, embedded, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image.convert("RGB"), ("The picture's colour profile could not be read and was ignored.",)
    assert converted is not None  # only inPlace returns None
    return converted, (f"The colours were converted from {name!r:.80} to sRGB.",)


def _array_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Any supported numbers scaled to 0…255, rounded to the nearest."""
    if values.dtype == np.uint8:
        return values.copy()
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint16:
        return ((values.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if not np.issubdtype(values.dtype, np.floating):
        raise InputError("cannot use these numbers as a picture", got=str(values.dtype), remedy="use uint8")
    if values.size and not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise InputError(
            "floats must run from 0 to 1",
            got=f"{np.min(values):.3g} to {np.max(values):.3g}",
            remedy="scale them, or use uint8 from 0 to 255",
        )
    return np.rint(values.astype(np.float64) * 255).astype(np.uint8)


def _split(values: NDArray[np.uint8], name: str) -> tuple[Picture, Alpha | None]:
    """Colours and alpha of an array with one to four channels."""
    if values.ndim == 2:
        values = values[..., None]
    if values.ndim != 3 or values.shape[2] not in (1, 2, 3, 4):
        raise InputError(
            f"{name} is not a picture",
            got=f"shape {values.shape}",
            remedy="use shape (height, width, 3), channels last",
        )
    _check_size(values.shape[1], values.shape[0], name)
    channels = values.shape[2]
    colours = values[..., :3] if channels > 2 else np.repeat(values[..., :1], 3, axis=2)
    alpha = _unless_opaque(values[..., -1]) if channels in (2, 4) else None
    return np.ascontiguousarray(colours), alpha
