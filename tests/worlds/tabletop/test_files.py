"""Episodes as folders, and the example pictures."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import InputError, WriteError
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED, episode
from frame2frame.worlds.tabletop.example import EXAMPLES, Example
from frame2frame.worlds.tabletop.files import MOST_FRAMES, write_episodes


def test_a_folder_holds_the_pictures_and_the_truth(tmp_path: Path) -> None:
    (folder,) = write_episodes(tmp_path / "out", [7], "left", "whole", 3)
    one = episode(7, "left", "whole", 3)
    assert folder.name == "7-left-whole-3"
    assert (np.array(Image.open(folder / "source.png")) == one.source).all()
    strip = np.array(Image.open(folder / "frames.png"))
    assert (strip.reshape(128, 3, 128, 3).swapaxes(0, 1) == one.frames).all()
    truth = json.loads((folder / "episode.json").read_text(encoding="utf-8"))
    assert truth["instruction"] == one.instruction
    assert truth["progress"] == list(one.progress)
    rivals = {path.stem.removeprefix("rival_") for path in folder.glob("rival_*.png")}
    assert rivals == set(one.rivals)


def test_folders_come_one_by_one(tmp_path: Path) -> None:
    written = write_episodes(tmp_path, range(2), "left", frames=2)
    next(written)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (folder,) = write_episodes(tmp_path, [7], "left", "whole", 2)
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    assert list(write_episodes(tmp_path, [7], "left", "whole", 2)) == [folder]
    assert (folder / "note.txt").exists()


def test_a_place_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(WriteError, match="cannot write"):
        next(write_episodes(tmp_path / "file", [7], "left", frames=2))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are a matter of POSIX")
def test_a_full_disk_leaves_no_folder_behind(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(WriteError, match="cannot write"):
            next(write_episodes(tmp_path / "out", [7], "left", frames=2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_more_frames_than_a_picture_can_show_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"got {MOST_FRAMES + 1}; the nearest is {MOST_FRAMES}"):
        next(write_episodes(tmp_path, [7], "left", frames=MOST_FRAMES + 1))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_the_source_of_a_held_out_episode(example: Example) -> None:
    one = episode(example.episode_seed, example.kind, frames=2)
    assert example.episode_seed >= FIRST_HELD_OUT_SEED
    assert (np.array(Image.open(example.picture)) == one.source).all()
    assert example.instruction == one.instruction
