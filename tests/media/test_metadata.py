"""Of a picture's metadata its edit carries the date, the author and the dots per inch, and nothing else."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import InputError
from frame2frame.media.metadata import Metadata, metadata_of
from frame2frame.media.pictures import png_bytes, read_settings
from frame2frame.media.source import Source, load_picture
from frame2frame.picking import Pick
from frame2frame.report.command_line import command_line
from frame2frame.request import Request
from frame2frame.runs.read import recorded, source_of
from frame2frame.runs.write import write_run

from ..finished import NOON, drawn, finished

DATES = {0x0132: "2024:05:06 07:08:09", 0x9003: "2023:01:02 03:04:05", 0x9011: "+02:00", 0x9291: "123"}
OWNERS = {0x013B: "Jürgen Müller", 0x8298: "© 2024 Jürgen Müller"}
PRIVATE = {
    0x010E: "my house",
    0x010F: "Camera",
    0x0110: "Model 1",
    0x0131: "Editor 7",
    0xA431: "serial 42",
    0x927C: b"notes",
}
INNER = {0x9003, 0x9011, 0x9291, 0xA431, 0x927C}


def exif(entries: dict[int, Any]) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = 6
    for tag, value in entries.items():
        place = made.get_ifd(0x8769) if tag in INNER else made
        place[tag] = value.encode("latin-1") if tag in OWNERS and isinstance(value, str) else value
    made.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    return made


def photo(path: Path, entries: dict[int, Any] | None = None, **options: Any) -> Path:
    tags = exif({**DATES, **OWNERS, **PRIVATE} if entries is None else entries)
    Image.fromarray(drawn()[0]).save(path, exif=tags, **options)
    return path


def kept_in(png: bytes) -> tuple[dict[int, Any], tuple[float, float] | None]:
    """All tags of a PNG's EXIF, and its dots per inch."""
    with Image.open(io.BytesIO(png)) as image:
        found = image.getexif()
        tags = {**found, **found.get_ifd(0x8769)}
        assert not found.get_ifd(0x8825) and not found.get_ifd(1)
        return {tag: value for tag, value in tags.items() if tag != 0x8769}, image.info.get("dpi")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp", "a.avif"])
def test_date_author_and_density_are_kept_and_nothing_that_tells_more(tmp_path: Path, name: str) -> None:
    density: dict[str, Any] = {} if name in ("a.webp", "a.avif") else {"dpi": (300, 240)}
    source = load_picture(photo(tmp_path / name, **density))
    tags, dpi = kept_in(png_bytes(source.picture, None, None, source.metadata))
    stored = {**DATES, **OWNERS}
    if name == "a.tif":  # into which Pillow writes no inner directory
        stored = {tag: value for tag, value in stored.items() if tag not in INNER}
    if name == "a.avif":  # of which Pillow reads the ASCII characters only, once it is turned
        stored = {tag: value.encode("ascii", "replace").decode() for tag, value in stored.items()}
    assert tags == stored
    assert dpi == (pytest.approx((300, 240), abs=0.02) if density else None)


def test_the_density_of_exif_is_taken_where_the_format_has_none(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.webp", {0x011A: 118.11, 0x011B: 118.11, 0x0128: 3})
    assert load_picture(path).metadata == Metadata((), (11811, 11811))


ODD = {
    "a date that is none": {0x0132: "yesterday"},
    "control characters": {0x8298: "\x1b[2Jgone"},
    "too long": {0x013B: "x" * 10_000},
    "no density": {0x011A: 0, 0x011B: 0},
    "an endless density": {0x011A: 1e30, 0x011B: 1e30},
}


@pytest.mark.parametrize("entries", ODD.values(), ids=ODD)
def test_what_is_odd_is_left_out(tmp_path: Path, entries: dict[int, Any]) -> None:
    image = Image.fromarray(drawn()[0])
    image.info["exif"] = exif(entries).tobytes()
    assert metadata_of(image) == Metadata()


def test_what_is_kept_comes_back_the_same(tmp_path: Path) -> None:
    source = load_picture(photo(tmp_path / "a.jpg", dpi=(72, 72)))
    data = png_bytes(source.picture, None, None, source.metadata)
    (tmp_path / "b.png").write_bytes(data)
    again = load_picture(tmp_path / "b.png")
    assert again.metadata == source.metadata != Metadata()
    assert png_bytes(again.picture, None, None, again.metadata) == data


def left(folder: Path, source: Source, way: str) -> Path:
    whole = finished(source)
    settings = replace(whole.record.settings, metadata=way)
    return write_run(folder, replace(whole, record=replace(whole.record, settings=settings)), now=NOON)


@pytest.mark.parametrize(("way", "is_kept"), [("keep", True), ("none", False)])
def test_a_run_carries_the_metadata_or_none_and_records_which(
    tmp_path: Path, way: str, is_kept: bool
) -> None:
    run = left(tmp_path, load_picture(photo(tmp_path / "a.jpg", dpi=(300, 300))), way)
    for name in ("source.png", "final_frame.png"):
        tags, dpi = kept_in((run / name).read_bytes())
        assert (tags == {**DATES, **OWNERS}, dpi is not None) == (is_kept, is_kept)
    assert recorded(run)[0].settings.metadata == way
    assert ("--metadata none" in command_line(recorded(run)[0].settings, "a.jpg")) == (not is_kept)


def test_a_run_on_the_source_that_another_kept_leaves_the_same_bytes(tmp_path: Path) -> None:
    first = left(tmp_path / "first", load_picture(photo(tmp_path / "a.jpg", dpi=(300, 300))), "keep")
    again = left(tmp_path / "again", source_of(recorded(first)[0], first), "keep")
    assert (first / "final_frame.png").read_bytes() == (again / "final_frame.png").read_bytes()


def test_a_way_that_is_none_is_refused() -> None:
    for make in (
        lambda: Request.of(drawn()[0], "paint it blue", metadata="all"),
        lambda: Pick.of(drawn(), drawn()[0], "a ball", metadata="all"),
    ):
        with pytest.raises(InputError, match="choose keep or none"):
            make()


def test_settings_and_metadata_ride_together(tmp_path: Path) -> None:
    source = load_picture(photo(tmp_path / "a.jpg"))
    (tmp_path / "b.png").write_bytes(png_bytes(source.picture, None, {"seed": 1}, source.metadata))
    assert read_settings(tmp_path / "b.png") == {"seed": 1}
    assert np.array_equal(load_picture(tmp_path / "b.png").picture, source.picture)
