"""Clips of ours come back as they were written, and what is no video is refused in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from frame2frame.errors import InputError
from frame2frame.media.video import lossless_bytes, read_clip, write_clip


def drawn(frames: int, height: int, width: int) -> NDArray[np.uint8]:
    """A clip of flat colours that move, as a drawn scene has them."""
    clip = np.full((frames, height, width, 3), (200, 205, 210), np.uint8)
    for index in range(frames):
        clip[index, height // 3 :, index : index + width // 3] = (200, 30, 40)
        clip[index, : height // 4, width // 2 :] = (20, 60, 220)
    return clip


@pytest.mark.parametrize("size", [(128, 128), (127, 93), (17, 17), (256, 256), (257, 301), (300, 258)])
def test_a_clip_comes_back_in_its_size_and_colours(tmp_path: Path, size: tuple[int, int]) -> None:
    frames = drawn(9, *size)
    write_clip(tmp_path / "clip.mp4", frames)
    difference = np.abs(read_clip(tmp_path / "clip.mp4").astype(int) - frames)
    assert difference.shape == frames.shape
    assert difference.mean() < 1


def test_a_small_clip_keeps_even_single_coloured_pixels(tmp_path: Path) -> None:
    frames = np.zeros((3, 32, 32, 3), np.uint8)
    frames[:, ::2, ::2] = (255, 0, 0)
    frames[:, 1::2, 1::2] = (0, 0, 255)
    write_clip(tmp_path / "clip.mp4", frames)
    assert np.abs(read_clip(tmp_path / "clip.mp4").astype(int) - frames).max() <= 12


@pytest.mark.parametrize("size", [(96, 96), (301, 257)])
def test_a_clip_is_h264_that_every_player_takes(tmp_path: Path, size: tuple[int, int]) -> None:
    write_clip(tmp_path / "clip.mp4", drawn(5, *size), frames_per_second=12)
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width % 2, stream.height % 2) == (0, 0)
        assert stream.average_rate == 12
        assert stream.frames == 5


def test_a_grey_clip_is_not_darkened(tmp_path: Path) -> None:
    frames = np.repeat(np.arange(16, 240, dtype=np.uint8), 3).reshape(1, 14, 16, 3).repeat(4, 1).repeat(4, 2)
    write_clip(tmp_path / "clip.mp4", frames)
    assert abs((read_clip(tmp_path / "clip.mp4").astype(float) - frames).mean()) < 0.3


@pytest.mark.parametrize("content", [b"", b"no video", b"\0\0\0\x18ftypmp42" + b"\0" * 99])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(InputError):
        read_clip(tmp_path / "clip.mp4")


def test_a_clip_whose_comment_lies_about_its_size_does_no_harm(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "clip.mp4"), "w") as container:
        container.metadata["comment"] = "frame2frame 99999x99999"
        stream = container.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for rgb in drawn(2, 48, 64):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode())
    assert read_clip(tmp_path / "clip.mp4").shape == (2, 48, 64, 3)


ENCODED = """
import hashlib, sys
import numpy as np
from frame2frame.media.video import clip_bytes

picture = np.random.default_rng(0).integers(0, 255, (32, 32, 3)).astype(np.uint8)
clip = np.stack([np.roll(picture, number, 1) for number in range(9)])
print(hashlib.sha256(clip_bytes(clip)).hexdigest())
"""


def test_equal_frames_give_equal_bytes_without_loss() -> None:
    assert lossless_bytes(drawn(3, 32, 32)) == lossless_bytes(drawn(3, 32, 32))


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator is that of GNU")
def test_the_bytes_of_a_clip_do_not_hang_on_what_the_memory_held_before() -> None:
    def bytes_in(held: int) -> str:
        surroundings = {**os.environ, "MALLOC_PERTURB_": str(held)}
        return subprocess.check_output([sys.executable, "-c", ENCODED], env=surroundings, text=True)

    assert len({bytes_in(held) for held in (0, 85)}) == 1
