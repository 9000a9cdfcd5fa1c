"""A result leads back to its settings and to the very picture that was edited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import InputError
from frame2frame.media.pictures import png_bytes
from frame2frame.media.source import load_picture
from frame2frame.runs.read import recorded as recorded_in
from frame2frame.runs.read import source_of
from frame2frame.runs.record import for_picture
from frame2frame.runs.write import write_run

from ..finished import drawn, finished, recorded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(tmp_path / "outputs", finished())


def test_the_png_repeats_the_settings_of_its_folder(folder: Path) -> None:
    from_png = recorded_in(folder / "final_frame.png")[0]
    assert from_png.settings == recorded_in(folder)[0].settings
    assert from_png.execution.weights == recorded_in(folder)[0].execution.weights


def test_the_source_is_taken_from_the_run_folder(folder: Path) -> None:
    for place in (folder, folder / "final_frame.png"):
        source = source_of(recorded_in(place)[0], place)
        assert np.array_equal(source.picture, drawn()[0])


def test_what_is_no_png_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(InputError, match=r"not a readable PNG; give the final_frame\.png"):
        recorded_in(tmp_path / "notes.txt")[0]


def test_a_folder_that_is_no_run_is_told_from_an_unfinished_run(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="is no run folder"):
        recorded_in(tmp_path)[0]
    (folder / "done.json").unlink()
    with pytest.raises(InputError, match="is not finished"):
        recorded_in(folder)[0]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.fromarray(drawn()[0]).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def lone_png(photo: Path, path: str | None = None) -> Path:
    """A result whose run folder is gone, so that only the recorded path leads to the source."""
    record = recorded(load_picture(photo))
    if path is not None:
        where = replace(record.settings.source, path=path)
        record = replace(record, settings=replace(record.settings, source=where))
    place = photo.parent / "elsewhere" / "final_frame.png"
    place.parent.mkdir()
    place.write_bytes(png_bytes(drawn()[6], None, for_picture(record)))
    return place


def test_a_repeated_run_goes_on_naming_the_first_file(tmp_path: Path, photo: Path) -> None:
    folder = write_run(tmp_path / "outputs", finished(load_picture(photo)))
    source = source_of(recorded_in(folder)[0], folder)
    assert (source.path, source.sha256) == (photo, load_picture(photo).sha256)


def test_without_the_folder_the_source_is_taken_from_its_path(photo: Path) -> None:
    png = lone_png(photo)
    assert np.array_equal(source_of(recorded_in(png)[0], png).picture, drawn()[0])


def test_a_source_that_changed_is_refused_with_its_hash(photo: Path) -> None:
    png, wanted = lone_png(photo), load_picture(photo).sha256
    Image.fromarray(drawn()[3]).save(photo)
    with pytest.raises(InputError, match=wanted[:16]):
        source_of(recorded_in(png)[0], png)


def test_a_source_that_is_gone_is_asked_for(photo: Path) -> None:
    png = lone_png(photo)
    photo.unlink()
    with pytest.raises(InputError, match=r"as source\.png"):
        source_of(recorded_in(png)[0], png)


def test_the_source_may_be_put_beside_the_png_in_any_lossless_form(photo: Path) -> None:
    png = lone_png(photo)
    Image.open(photo).save(png.parent / "source.png", compress_level=1)
    photo.unlink()
    assert np.array_equal(source_of(recorded_in(png)[0], png).picture, drawn()[0])


def test_another_picture_beside_the_png_is_not_taken(photo: Path) -> None:
    png = lone_png(photo)
    Image.fromarray(drawn()[3]).save(png.parent / "source.png")
    assert np.array_equal(source_of(recorded_in(png)[0], png).picture, drawn()[0])


@pytest.mark.parametrize("path", ["//host/share/a.png", "\\\\host\\share\\a.png"])
def test_a_path_to_another_machine_is_never_opened(photo: Path, path: str) -> None:
    png = lone_png(photo, path)
    with pytest.raises(InputError, match="is not here"):
        source_of(recorded_in(png)[0], png)
