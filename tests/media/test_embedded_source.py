"""A result can carry its source, repeat from itself alone, and tell of the edit that came before it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame.errors import InputError
from frame2frame.media.embedded import KINDS, carried, carrying
from frame2frame.media.pictures import png_bytes
from frame2frame.media.source import load_picture
from frame2frame.replaying import replay
from frame2frame.report import page as report
from frame2frame.report.result import Result
from frame2frame.run import EMBEDDED_SOURCE
from frame2frame.runs.read import mask_of, parent_in, read_run, recorded, source_of
from frame2frame.runs.record import Parent
from frame2frame.runs.write import Finished, write_run
from frame2frame.values import Note
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..finished import INSTRUCTION, drawn, finished

QUICK: Any = {"frames": 9, "steps": 1, "seed": 5, "device": "cpu"}


def with_source(alpha: bool = False, **changes: Any) -> Finished:
    picture = drawn()[0]
    whole = finished(load_picture(np.dstack([picture, picture[..., :1] // 2]) if alpha else picture))
    settings = replace(whole.record.settings, embed_source=True, **changes)
    return replace(whole, record=replace(whole.record, settings=settings))


def alone(tmp_path: Path, whole: Finished) -> Path:
    """The PNG of a run, in an empty folder."""
    folder = write_run(tmp_path / "runs", whole)
    (tmp_path / "alone").mkdir()
    return (folder / "final_frame.png").rename(tmp_path / "alone" / "friend.png")


@pytest.mark.parametrize("alpha", [False, True])
def test_the_source_comes_out_of_the_png_as_it_was(tmp_path: Path, alpha: bool) -> None:
    whole = with_source(alpha)
    png = alone(tmp_path, whole)
    source = source_of(recorded(png)[0], png)
    assert source.pixels_sha256 == whole.source.pixels_sha256
    assert np.array_equal(source.picture, whole.source.picture)


def test_so_do_its_date_and_dots_per_inch(tmp_path: Path) -> None:
    dated = Image.Exif()
    dated[0x0132] = "2026:01:02 03:04:05"
    Image.fromarray(drawn()[0]).save(tmp_path / "photo.jpg", exif=dated, dpi=(300, 300))
    source = load_picture(tmp_path / "photo.jpg")
    whole = finished(source)
    settings = replace(whole.record.settings, embed_source=True)
    png = alone(tmp_path, replace(whole, record=replace(whole.record, settings=settings)))
    found = source_of(recorded(png)[0], png)
    assert found.metadata == source.metadata and source.metadata.texts


def test_so_does_the_mask_with_its_transparency(tmp_path: Path) -> None:
    mask = load_picture(np.dstack([drawn()[1], drawn()[1][..., :1] // 2]))
    height, width = mask.picture.shape[:2]
    whole = with_source()
    where = replace(
        whole.record.settings.source, pixels_sha256=mask.pixels_sha256, height=height, width=width
    )
    settings = replace(whole.record.settings, mask=where)
    png = alone(tmp_path, replace(whole, record=replace(whole.record, settings=settings), mask=mask))
    found = mask_of(recorded(png)[0], png)
    assert found is not None and found.pixels_sha256 == mask.pixels_sha256


def test_without_it_the_png_holds_no_more_than_before_and_says_what_to_send(tmp_path: Path) -> None:
    png = alone(tmp_path, finished())
    assert carried(png, "source.png") is None and not any(kind in png.read_bytes() for kind in KINDS.values())
    with pytest.raises(
        InputError, match=r"put it beside friend\.png as source\.png, or get .*--embed-source"
    ):
        source_of(recorded(png)[0], png)


def test_other_programs_see_the_result_alone(tmp_path: Path) -> None:
    png = alone(tmp_path, with_source())
    with Image.open(png) as image:
        image.verify()
    assert np.array_equal(load_picture(png).picture, drawn()[6])


def corrupt(data: bytes) -> bytes:
    place = data.index(KINDS["source.png"]) + 60
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def another(data: bytes) -> bytes:
    whole = png_bytes(drawn()[6], None, None)
    return carrying(whole, {"source.png": png_bytes(drawn()[3])})


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "a bit turned": corrupt,
    "cut in the middle": lambda data: data[: data.index(KINDS["source.png"]) + 90],
    "no picture": lambda data: carrying(png_bytes(drawn()[6]), {"source.png": b"hello"}),
    "another picture": another,
    "a picture that says it is huge": lambda data: carrying(png_bytes(drawn()[6]), {"source.png": huge()}),
}


def huge() -> bytes:
    data = bytearray(png_bytes(drawn()[0]))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_spoilt_picture_inside_is_not_taken(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    png = alone(tmp_path, with_source())
    record = recorded(png)[0]
    png.write_bytes(spoil(png.read_bytes()))
    with pytest.raises(InputError, match="the picture of this run is not here"):
        source_of(record, png)
    (png.parent / "source.png").write_bytes(png_bytes(drawn()[0]))
    assert np.array_equal(source_of(record, png).picture, drawn()[0]), "one beside it still is"


@pytest.mark.usefixtures("small_embedded")
def test_a_png_alone_repeats_its_run_byte_for_byte_and_tells_its_parent(tmp_path: Path) -> None:
    folder = write_run(tmp_path, finished())
    wishes = {**QUICK, "embed_source": True, "steps": 1}
    request = frame2frame.Request.of(folder / "final_frame.png", EXAMPLE.instruction, **wishes)
    assert request.embed_source
    *events, first = frame2frame.stream(request, tmp_path / "first")
    assert isinstance(first, Result) and first.folder is not None
    assert EMBEDDED_SOURCE in [event.text for event in events if isinstance(event, Note)]
    parent = read_run(first.folder).record.settings.parent
    assert parent == Parent(load_picture(folder / "final_frame.png").sha256, INSTRUCTION, 42)

    (tmp_path / "empty").mkdir()
    png = (first.folder / "final_frame.png").rename(tmp_path / "empty" / "friend.png")
    *_, again = frame2frame.stream(replay(png, "cpu"), tmp_path / "again")
    assert isinstance(again, Result) and again.folder is not None
    assert (again.folder / "final_frame.png").read_bytes() == png.read_bytes()


def test_the_parent_is_told_by_its_words_seed_and_hash_alone(tmp_path: Path) -> None:
    whole = finished()
    places = replace(whole.record.settings, lora=("/home/ann/style.safetensors",))
    made = write_run(tmp_path, replace(whole, record=replace(whole.record, settings=places)))
    png = made / "final_frame.png"
    assert parent_in(png, "ab" * 32) == Parent("ab" * 32, INSTRUCTION, 42)
    assert parent_in(EXAMPLE.picture, "ab" * 32) is None
    assert parent_in(tmp_path / "nothing.png", "ab" * 32) is None


def test_the_report_says_what_the_source_was_edited_from(tmp_path: Path) -> None:
    whole = finished()
    settings = replace(whole.record.settings, parent=Parent("ab" * 32, "paint <it> blue", 7))
    folder = write_run(tmp_path, replace(whole, record=replace(whole.record, settings=settings)), report.page)
    page = (folder / "report.html").read_text()
    assert "Edited from" in page and "“paint &lt;it&gt; blue”, seed 7, SHA-256 abababababababab…" in page
