"""What a file is, by its first bytes, where it is none that is read: so that the refusal can say it."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_BYTES = 4096

AS_PICTURE = "save it as a PNG or JPEG and give that"
AS_CLIP = "save it as an MP4 or WebM and give that"


@dataclass(frozen=True)
class Kind:
    name: str
    """With its article."""
    remedy: str


_HEIF_BRANDS = rb"heic|heix|heim|heis|hevc|hevx|mif1|msf1"

_PICTURES: tuple[tuple[bytes, str, str], ...] = (
    (
        rb"....ftyp(?:%b)" % _HEIF_BRANDS,
        "an HEIC picture",
        f"run pip install pillow-heif, or {AS_PICTURE}",
    ),
    (
        rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n",
        "a JPEG XL picture",
        f"run pip install pillow-jxl-plugin, or {AS_PICTURE}",
    ),
    (
        rb"....ftypcrx |II\*\0.{4}CR|FUJIFILMCCD-RAW|II(?:RO|RS)|MMOR|IIU\0|\0MRM|FOVb",
        "a camera's raw picture",
        "",
    ),
    (rb"8BP[SB]", "a Photoshop document", ""),
    (rb"gimp xcf", "a GIMP document", ""),
    (
        rb"PK\x03\x04.{26}mimetype(?:application/x-krita|image/openraster)",
        "a document of a paint program",
        "",
    ),
    (
        rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ",
        "an archive",
        "unpack it and give one picture in it",
    ),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "an EPS or PostScript page", ""),
    (rb"%PDF", "a PDF document", ""),
    (
        rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml.*?|<!--.*?-->\s*|<!DOCTYPE svg.*?)*<(?:\w+:)?svg\b",
        "an SVG drawing",
        "",
    ),
    (rb"(?:\xef\xbb\xbf)?\s*(?i:<!doctype html|<html)", "a web page", "download the picture itself"),
    (rb"\x76\x2f\x31\x01", "an OpenEXR picture", ""),
    (rb"#\?(?:RADIANCE|RGBE)", "a Radiance HDR picture", ""),
    (rb"DDS |\xabKTX ", "a texture of a graphics card", ""),
    (rb"SIMPLE  =|.{128}DICM", "a picture of a scientific instrument", ""),
    (rb"icns|\0\0\x02\0", "a set of icons or a cursor", ""),
    (rb"\xd7\xcd\xc6\x9a|.{40} EMF", "a Windows metafile", ""),
    (rb"/\* XPM \*/|#define ", "a picture as program text", ""),
)

_CLIPS = (
    (rb"....(?:ftyp|moov|mdat|wide|free|skip)", "an MP4 or QuickTime video"),
    (rb"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (rb"RIFF....AVI ", "an AVI video"),
    (rb"OggS", "an Ogg file"),
    (rb"FLV\x01", "a Flash video"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media video"),
    (rb"\0\0\x01[\xb3\xba]", "an MPEG video"),
    (rb"G.{187}G|.{4}G.{191}G", "an MPEG transport stream"),
)
_VIDEO_REMEDY = "give a picture; `f2f pick` takes videos"

_PLAYLISTS = (
    rb"(?:\xef\xbb\xbf)?\s*#EXTM3U|(?:\xef\xbb\xbf)?\s*ffconcat |\s*\[playlist\]|\s*v=0\r?\no=|"
    rb"\s*\[Reference\]|(?:\xef\xbb\xbf)?\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*)*<(?i:MPD|SmoothStreamingMedia|smil|asx|manifest)\b"
)


_OPENED = (
    rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|....ftypavi[fs]|II\*\0|MM\0\*|BM|qoif|P[1-6fF]\s|"
    rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"
)


def is_picture(head: bytes) -> bool:
    """Whether a file that was given as a clip is a picture, moving or not, that Pillow opens."""
    return re.match(_OPENED, head, re.DOTALL) is not None


def of_picture(head: bytes) -> Kind | None:
    """What a file is that was given as a picture and is none that Pillow opens."""
    for pattern, name, remedy in _PICTURES:
        if re.match(pattern, head, re.DOTALL):
            return Kind(name, remedy or AS_PICTURE)
    for pattern, name in _CLIPS:
        if re.match(pattern, head, re.DOTALL):
            return Kind(name, _VIDEO_REMEDY)
    if re.match(_PLAYLISTS, head, re.DOTALL):
        return Kind("a list of other files", "give a picture")
    return None


def of_clip(head: bytes) -> Kind | None:
    """What a file is that was given as a clip and is none that is read."""
    if re.match(_PLAYLISTS, head, re.DOTALL):
        return Kind("a list of other files", "give the video itself, as one file")
    kind = of_picture(head)
    return None if kind is None or kind.remedy == _VIDEO_REMEDY else Kind(kind.name, AS_CLIP)
