"""The photographs of a folder: what is refused, how they are halved, and how folders are told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.landscape import folder_of

from frame2frame.errors import InputError
from frame2frame.worlds.photoworld import Photographs, episode

FRAMES = 9


@pytest.fixture
def shown(tmp_path: Path) -> Photographs:
    return Photographs.of(folder_of(tmp_path / "photos"))


def test_a_folder_without_usable_photographs_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        Photographs.of(tmp_path / "nowhere")
    with pytest.raises(InputError, match="there is no photograph in the folder"):
        Photographs.of(tmp_path)
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "small.png")
    with pytest.raises(InputError, match=r"small\.png is too small; got 20 × 20 pixels"):
        episode(1, Photographs.of(tmp_path), frames=FRAMES)
    (tmp_path / "small.png").write_bytes(b"no picture")
    with pytest.raises(InputError):
        episode(1, Photographs.of(tmp_path), frames=FRAMES)


def test_the_photographs_are_parted_in_two_halves_that_share_none(shown: Photographs) -> None:
    one, other = shown.halves()
    assert {*one.files, *other.files} == {*shown.files} and not {*one.files} & {*other.files}
    with pytest.raises(InputError, match="one photograph cannot both be fitted to and measured on"):
        Photographs(shown.files[:1]).halves()


def test_the_contents_of_the_files_tell_folders_apart(shown: Photographs, tmp_path: Path) -> None:
    copy = Photographs.of(folder_of(tmp_path / "copy"))
    assert copy.sha256 == shown.sha256
    copy.files[0].write_bytes(copy.files[1].read_bytes())
    assert copy.sha256 != shown.sha256
