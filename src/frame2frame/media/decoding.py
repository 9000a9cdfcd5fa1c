"""A picture file or a PIL picture decoded to upright sRGB, as a viewer shows it."""

from __future__ import annotations

import importlib
import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from ..errors import InputError
from ..values import Picture
from . import boxes, colours, kinds, png_chunks, profiles
from .colours import Space
from .levels import Alpha, levels, pixels, unless_opaque
from .limits import USABLE, check_size, damaged, too_large
from .mending import ended_jpeg, mended
from .metadata import Metadata, metadata_of

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF", "BMP", "JPEG2000", "PPM", "TGA", "QOI", "ICO")
"""Plain picture formats only; others, such as EPS, make Pillow start programs or are not pictures."""

_OPTIONAL = {"an HEIC picture": ("pillow_heif", "HEIF"), "a JPEG XL picture": ("pillow_jxl", "JXL")}
"""The packages that read what Pillow does not, and what they call it; used where they are installed."""

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

_SUBFILE, _SUB_IFDS, _DNG_VERSION = 254, 330, 50706
"""Tags of TIFF."""


@dataclass(frozen=True, eq=False)
class Decoded:
    picture: Picture
    alpha: Alpha | None
    """None when every pixel is opaque. The picture keeps the colours beneath."""
    notes: tuple[str, ...]
    """What was done to the picture, as sentences for the user."""
    metadata: Metadata


def of_bytes(data: bytes, name: str) -> Decoded:
    """The first frame of a file. Raises InputError for what is no picture, or one that cannot be used."""
    image, missing = _loaded(opened(data, name), data, name)
    with _judged(name):
        deep = _deep_png(data) if image.format == "PNG" and _frame_count(image) == 1 else None
        decoded = _decoded(image, name, space_in(image, data), deep)
        return replace(decoded, notes=(*missing, *_animation_notes(image), *decoded.notes))


def of_image(image: Image.Image, name: str) -> Decoded:
    """The current frame of a PIL picture. Raises InputError."""
    with _judged(name):
        decoded = _decoded(image, name)
        return replace(decoded, notes=(*_animation_notes(image), *decoded.notes))


def frames_in(data: bytes, name: str) -> Iterator[Decoded]:
    """Each frame of an animated picture, one after the other; the only one of another. Raises InputError."""
    image = opened(data, name)
    with _judged(name):
        space = space_in(image, data)
        hidden = int(bool(image.info.get("default_image")))  # which only programs that know no APNG show
        for number in range(hidden, _frame_count(image)):
            image.seek(number)
            yield _decoded(image, name, space)


@contextmanager
def _judged(name: str) -> Iterator[None]:
    """Decoders raise whatever they stumble over; of a file that is damage."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        raise damaged(name, error) from error


def _decoded(
    image: Image.Image, name: str, space: Space | None = None, deep: NDArray[np.uint16] | None = None
) -> Decoded:
    """`space` is what its numbers stand for; `deep` are those of 16 bits of which Pillow has eight."""
    check_size(image.width, image.height, name)  # ours, stricter than Pillow's warning
    image.load()
    space = space or png_chunks.space_told(image.info)
    upright, deep, turned = _upright(image, deep)
    picture, alpha, converted = _shown(upright, deep, space)
    check_size(picture.shape[1], picture.shape[0], name)
    return Decoded(picture, alpha, (*turned, *converted), metadata_of(image))


def opened(data: bytes, name: str) -> Image.Image:
    """A picture whose pixels are not decoded yet. Raises InputError."""
    Image.init()
    try:
        image = Image.open(
            io.BytesIO(mended(data)), formats=[known for known in FORMATS if known in Image.OPEN]
        )
        return _described(image, data, name)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise too_large(name, _pixels_said(error)) from error
    except UnidentifiedImageError as error:
        return _opened_otherwise(data, name, error)
    except Exception as error:  # damaged headers raise whatever the decoder stumbles over
        raise damaged(name, error) from error


def _opened_otherwise(data: bytes, name: str, error: UnidentifiedImageError) -> Image.Image:
    """By an optional package, if the file is of its kind and it is installed."""
    kind = kinds.of_picture(data[: kinds.HEAD_BYTES])
    if kind is None:
        raise InputError(f"{name} is not a picture that can be read", remedy=USABLE) from error
    package, format_name = _OPTIONAL.get(kind.name, ("", ""))
    if not package or not _register(package):
        raise InputError(
            f"{name} is not a picture that can be read", got=kind.name, remedy=kind.remedy
        ) from error
    try:
        return Image.open(io.BytesIO(data), formats=[format_name])
    except Exception as other:
        raise damaged(name, other) from other


def _register(package: str) -> bool:
    """Whether a package that reads further formats is there; Pillow knows of it then."""
    try:
        module = importlib.import_module(package)
    except ImportError:
        return False
    if package == "pillow_heif":  # the other one does so by itself
        module.register_heif_opener()
    return True


def _described(image: Image.Image, data: bytes, name: str) -> Image.Image:
    """With what Pillow leaves out or gets wrong in the picture's description."""
    tags: Any = getattr(image, "tag_v2", {})
    if _DNG_VERSION in tags or (int(tags.get(_SUBFILE, 0)) & 1 and _SUB_IFDS in tags):
        got = "a camera's raw picture"  # of which Pillow would give the thumbnail
        raise InputError(f"{name} is not a picture that can be read", got=got, remedy=kinds.AS_PICTURE)
    if image.format == "PNG":
        if (profile := png_chunks.profile_in(data)) is not None:
            image.info["icc_profile"] = profile
        header, key = png_chunks.header_of(data), image.info.get("transparency")
        if header and header.kind == 0 and header.depth in (2, 4) and isinstance(key, int):
            image.info["transparency"] = key * 255 // (2**header.depth - 1)  # as Pillow spreads the greys
    return image


def space_in(image: Image.Image, data: bytes) -> Space | None:
    """The space that a file names by codes or numbers; None for sRGB, and where a profile says it."""
    if image.format == "PNG":
        return png_chunks.space_in(data)
    return boxes.space_in(data) if image.format == "AVIF" else None


def _loaded(image: Image.Image, data: bytes, name: str) -> tuple[Image.Image, tuple[str, ...]]:
    """With decoded pixels; of a JPEG that lacks little of its end, those that are there, with a note."""
    check_size(image.width, image.height, name)
    try:
        image.load()
    except Exception as error:
        ended = ended_jpeg(data) if image.format in ("JPEG", "MPO") else None
        if ended is None:
            raise damaged(name, error) from error
        closed, missing = ended
        rows = (
            f"the last {missing} of its {closed.height} rows are filled in"
            if missing
            else "no row is missing"
        )
        return closed, (f"The file lacks its end; {rows}.",)
    return image, ()


def _frame_count(image: Image.Image) -> int:
    """Those of MPO and ICO are further views or sizes of the same picture."""
    return 1 if image.format in ("MPO", "ICO") else int(getattr(image, "n_frames", 1))


def _deep_png(data: bytes) -> NDArray[np.uint16] | None:
    """(height, width, 3 or 4) of a PNG of 16 bits with colours or alpha, of which Pillow keeps eight."""
    header = png_chunks.header_of(data)
    if header is None or header.depth != 16 or header.kind == 0:
        return None
    import av

    with av.open(io.BytesIO(data), "r", format="png_pipe") as container:
        frame = next(container.decode(container.streams.video[0]))
        if frame.format.name == "ya16be":
            frame = frame.reformat(format="rgba64le")
        return frame.to_ndarray().astype(np.uint16, copy=False)


def _pixels_said(error: Exception) -> str:
    """The size as Pillow's refusal has it; it opens nothing that could be asked."""
    count = re.search(r"\((\d+) pixels\)", str(error))
    return f"{int(count[1]) / 1e6:,.0f} megapixels" if count else "far more pixels"


def _animation_notes(image: Image.Image) -> tuple[str, ...]:
    count = _frame_count(image)
    return (f"The picture has {count} frames; frame {image.tell() + 1} is edited.",) if count > 1 else ()


def _upright(
    image: Image.Image, deep: NDArray[np.uint16] | None
) -> tuple[Image.Image, NDArray[np.uint16] | None, tuple[str, ...]]:
    try:
        orientation = image.getexif().get(0x0112, 1)
    except (SyntaxError, ValueError, LookupError, TypeError, OSError, struct.error):
        # damaged EXIF says nothing about the pixels
        return image, deep, ()
    turn = _UPRIGHT.get(orientation)
    if turn is None:
        return image, deep, ()
    if deep is not None:
        deep = _turned(deep, turn)
    note = f"The picture was turned upright (EXIF orientation {orientation})."
    return image.transpose(turn), deep, (note,)


def _turned(numbers: NDArray[np.uint16], turn: Image.Transpose) -> NDArray[np.uint16]:
    """What Pillow does to a picture, done to each channel."""
    channels = [Image.fromarray(np.ascontiguousarray(one)) for one in np.moveaxis(numbers, -1, 0)]
    return np.stack([np.asarray(channel.transpose(turn)) for channel in channels], axis=-1)


def _shown(
    image: Image.Image, deep: NDArray[np.uint16] | None, space: Space | None
) -> tuple[Picture, Alpha | None, tuple[str, ...]]:
    """Colours in sRGB, alpha and notes of an upright picture."""
    bare, alpha = _without_alpha(image, deep)
    profile = image.info.get("icc_profile")
    notes: tuple[str, ...] = ()
    if space is None and profile is not None:
        bare, notes = profiles.converted(bare, profile)
    numbers = pixels(bare if bare.mode in ("L", "I;16", "RGB") else bare.convert("RGB"))
    if numbers.ndim == 2:
        numbers = np.stack([numbers] * 3, axis=-1)
    picture = numbers if numbers.dtype == np.uint8 else levels(numbers)
    if space is not None and not space.is_srgb:
        stored, picture = picture, colours.as_srgb(numbers if deep is None else deep[..., :3], space)
        notes = () if np.array_equal(stored, picture) else (colours.note(space),)
    return picture, alpha, notes


def _without_alpha(image: Image.Image, deep: NDArray[np.uint16] | None) -> tuple[Image.Image, Alpha | None]:
    """The colours beneath as mode L, I;16, RGB or CMYK, and the alpha."""
    if deep is not None:
        alpha = unless_opaque(levels(deep[..., 3])) if deep.shape[2] == 4 else None
        return Image.fromarray(levels(deep[..., :3])), alpha
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _deep_grey(image)
    alpha = None
    if image.has_transparency_data:
        whole = image.convert("RGBA")
        alpha = unless_opaque(np.asarray(whole.getchannel("A")))
        image = image if image.mode in ("1", "L", "LA", "RGB", "P") else whole
    if image.mode in ("1", "L", "LA"):
        return image.convert("L"), alpha
    return image if image.mode == "CMYK" else _in_colours(image), alpha


def _in_colours(image: Image.Image) -> Image.Image:
    if image.mode != "LAB":
        # what drops alpha keeps the colours beneath
        return image if image.mode == "RGB" else image.convert("RGB")
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    shown = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert shown is not None  # only inPlace returns None
    shown.info.pop("icc_profile", None)
    return shown


def _deep_grey(image: Image.Image) -> tuple[Image.Image, Alpha | None]:
    """Grey of 16 bits as mode I;16, not clipped; of floats from 0 to 1 as mode L."""
    values = np.asarray(image)
    if image.mode == "I" and (values.min() < 0 or values.max() > 65535):
        raise InputError("the picture's numbers are out of range", got="32-bit integers", remedy=USABLE)
    key = image.info.get("transparency")
    alpha = unless_opaque(np.where(values == key, 0, 255).astype(np.uint8)) if isinstance(key, int) else None
    grey = levels(values) if image.mode == "F" else values.astype(np.uint16)
    return Image.fromarray(grey), alpha
