"""The archive as a file: written whole with equal bytes for equal content, and read as what a stranger made.

Nothing is ever unpacked to disk. Reading bounds the file, the number of entries and their sizes, takes names
of ours only, and checks `bundle.json` before anything of it is used.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ...errors import InputError, WriteError
from ...files.regular import read_bytes
from ...media.data_urls import picture_address
from ...media.pictures import parsed_object
from ...media.source import load_picture
from .layout import CLIP_NAME, PICTURE_NAME, Bundle, bundle_from, unfit

ARCHIVE_LIMIT_BYTES = 2**24
UNPACKED_LIMIT_BYTES = 2**25
ENTRIES_LIMIT = 2_000
PICTURE_LIMIT_PIXELS = 2**22
_ROOT_NAME = re.compile(r"bundle\.json|index\.html")
_NAMES = (_ROOT_NAME, PICTURE_NAME, CLIP_NAME)
_PACKED = (".json", ".html")
"""The other files are compressed already."""
_ENCRYPTED = 0x1


def archive_bytes(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP of the entries in their order, with no time and no owner in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_PACKED) else zipfile.ZIP_STORED
            archive.writestr(entry, data)
    return buffer.getvalue()


def require_free(file: Path) -> None:
    """Raise InputError unless the archive can be called so, WriteError if something of this name is there."""
    if file.suffix.lower() != ".zip" or file.is_dir():
        raise InputError(
            "the archive is to be a ZIP file", got=repr(str(file)), remedy="end its name in .zip"
        )
    if file.exists():
        raise WriteError(f"{file} is there already", remedy="name another with --out, or move it away")


def free_name(file: Path) -> Path:
    """The file, or the first of `…-2.zip`, `…-3.zip` that is not there."""
    number, found = 1, file
    while found.exists():
        number += 1
        found = file.with_stem(f"{file.stem}-{number}")
    return found


@dataclass(frozen=True)
class Received:
    """A checked bundle and the files in its archive by their names."""

    bundle: Bundle
    size: int
    """Bytes of the archive."""
    files: Mapping[str, bytes]

    def address(self, name: str) -> str:
        """A picture as a data address, decoded and encoded anew; empty for a clip. Raises InputError."""
        if not PICTURE_NAME.fullmatch(name):
            return ""
        try:
            image = Image.open(io.BytesIO(self.files[name]), formats=["JPEG", "PNG"])
        except Exception as error:  # decoders raise whatever they stumble over
            raise unfit(f"{name} in the bundle is no picture", got=f"{error!s:.80}") from error
        if image.width * image.height > PICTURE_LIMIT_PIXELS:
            raise unfit(f"{name} in the bundle is too large", got=f"{image.width}×{image.height} pixels")
        return picture_address(load_picture(image))


def read_archive(file: Path) -> Received:
    """The bundle in an archive that anybody may have made; raises InputError for what is none."""
    data = read_bytes(file, ARCHIVE_LIMIT_BYTES)
    files = _files(data, file.name)
    if "bundle.json" not in files:
        raise unfit(f"{file.name} is no bundle", got="no bundle.json in it")
    try:
        text = files["bundle.json"].decode("utf-8")
    except UnicodeDecodeError as error:
        raise unfit("bundle.json cannot be read", got=f"{error!s:.80}") from error
    bundle = bundle_from(parsed_object(text, "bundle.json"))
    for name in bundle.files():
        if name not in files:
            raise unfit(f"{file.name} is not whole", got=f"no {name} in it")
    return Received(bundle, len(data), files)


def _files(data: bytes, name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries, name)
            return {entry.filename: _read(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise unfit(f"{name} is not a whole ZIP file", got=f"{error!s:.80}") from error


def _check(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > ENTRIES_LIMIT or len({entry.filename for entry in entries}) < len(entries):
        raise unfit(f"{name} has too many files, or two of a name", got=f"{len(entries):,}")
    if (total := sum(entry.file_size for entry in entries)) > UNPACKED_LIMIT_BYTES:
        raise unfit(f"{name} is too large unpacked", got=f"{total:,} bytes")
    for entry in entries:
        if not any(pattern.fullmatch(entry.filename) for pattern in _NAMES):
            raise unfit(f"{name} holds a file that no bundle has", got=f"{entry.filename!r:.80}")
        packed = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if entry.flag_bits & _ENCRYPTED or not packed:
            raise unfit(f"{name} is packed as no bundle is", got=f"{entry.filename!r:.80}")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The reader stops at the size that was announced, whatever the data would unpack to."""
    with archive.open(entry) as opened:
        return opened.read(entry.file_size)
