"""A clip is the bytes of one regular file: nothing it names is opened, and nothing is read without end."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import av
import numpy as np
import pytest

import frame2frame
from frame2frame.errors import InputError
from frame2frame.media import video_input
from frame2frame.media.video_input import load_footage

from ..films import Film

SECRET = np.full((64, 96, 3), (250, 20, 130))
OWN = np.full((64, 96, 3), (20, 200, 60))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A film that nobody gave."""
    path = tmp_path / "secret.mp4"
    path.write_bytes(Film("mp4", "libx264", "yuv420p").of(SECRET))
    return path


def refused(path: Path | str) -> str:
    with pytest.raises(InputError) as caught:
        load_footage(path)
    assert "\n" not in str(caught.value) and "secret" not in str(caught.value)
    return str(caught.value)


LISTS = {
    "hls.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{path}\n#EXT-X-ENDLIST\n",
    "hls-url.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{path}\n#EXT-X-ENDLIST\n",
    "list.ffconcat": "ffconcat version 1.0\nfile '{path}'\n",
    "list.txt": "file '{path}'\n",
    "dash.mpd": '<?xml version="1.0"?>\n<MPD type="static"><Period><AdaptationSet><Representation id="1" '
    'bandwidth="1"><BaseURL>{path}</BaseURL></Representation></AdaptationSet></Period></MPD>',
    "call.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "radio.pls": "[playlist]\nFile1={path}\nNumberOfEntries=1\n",
    "windows.asx": '<asx version="3.0"><entry><ref href="{path}"/></entry></asx>',
    "windows.ref": "[Reference]\nRef1={path}\n",
    "smooth.ism": '<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="1"/>',
    "titles.vobsub": "# VobSub index file, v7 (do not modify this line!)\n{path}\n",
    "ffmetadata.txt": ";FFMETADATA1\ntitle={path}\n",
}


@pytest.mark.parametrize("suffix", ["", ".mp4"], ids=["own name", "called mp4"])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_other_files_is_refused_and_none_of_them_opened(
    tmp_path: Path, secret: Path, name: str, suffix: str
) -> None:
    path = tmp_path / (name + suffix)
    path.write_text(LISTS[name].format(path=secret), encoding="utf-8")
    said = refused(path)
    assert "list of other files" in said or name in ("list.txt", "titles.vobsub", "ffmetadata.txt")


@pytest.mark.parametrize("of_python", [False, True], ids=["load_footage", "pick"])
def test_pick_says_the_same_of_a_list(tmp_path: Path, secret: Path, of_python: bool) -> None:
    (tmp_path / "a.m3u8").write_text(LISTS["hls.m3u8"].format(path=secret), encoding="utf-8")
    with pytest.raises(InputError, match="list of other files"):
        if of_python:
            frame2frame.pick(tmp_path / "a.m3u8", OWN.astype(np.uint8), "a ball", out=None)
        else:
            load_footage(tmp_path / "a.m3u8")


def with_reference(film: bytes, place: bytes) -> bytes:
    """A QuickTime film whose frames lie in another file, as editing programs once made."""
    at = film.index(b"dref") + 12
    entry = b"alis" + bytes(14) + b"\4disk" + bytes(23 + 12) + bytes([len(place)]) + place.ljust(63, b"\0")
    entry += bytes(16) + struct.pack(">hh", 1, 1) + bytes(16)
    entry += struct.pack(">hH", 2, len(place)) + place + bytes(len(place) % 2) + struct.pack(">hH", -1, 0)
    entry = (len(entry) + 4).to_bytes(4, "big") + entry
    grown = len(entry) - int.from_bytes(film[at : at + 4], "big")
    data = bytearray(film[:at] + entry + film[at + int.from_bytes(film[at : at + 4], "big") :])
    for box in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        start = data.index(box) - 4
        data[start : start + 4] = (int.from_bytes(data[start : start + 4], "big") + grown).to_bytes(4, "big")
    return bytes(data)


def test_a_film_that_refers_to_another_shows_nothing_of_it(tmp_path: Path, secret: Path) -> None:
    film = Film("mov", "rawvideo", "rgb24").of(OWN)
    (tmp_path / "secret.mov").write_bytes(Film("mov", "rawvideo", "rgb24").of(SECRET))
    (tmp_path / "film.mov").write_bytes(with_reference(film, b"secret.mov"))
    with av.open(
        str(tmp_path / "film.mov"), options={"enable_drefs": "1"}
    ) as container:  # as it could be shown
        (frame, *_) = container.decode(video=0)
        assert frame.to_ndarray(format="rgb24")[0, 0].tolist() == SECRET[0, 0].tolist()
    try:
        frames = load_footage(tmp_path / "film.mov").frames
    except InputError:
        return
    assert np.abs(frames.astype(int) - OWN).max() < 10


NAMES = (
    "take1:2.mp4",
    "2026-11-28T12:30:00.mp4",
    "concat:a|b.mp4",
    "frame_%03d.mp4",
    "file:a.mp4",
    "pipe:0",
    "*.mp4",
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_that_of_a_file_whatever_it_looks_like(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(Film("mp4", "libx264", "yuv420p").of(OWN))
    assert len(load_footage(name).frames) == 3  # in the folder of the test
    assert len(load_footage(tmp_path / name).frames) == 3


@pytest.mark.parametrize(
    "name", ["concat:a.mp4|b.mp4", "http://localhost/a.mp4", "frame_%03d.png", "a.mp4", "a\0b"]
)
def test_a_name_of_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "frame_001.png").write_bytes(b"not asked for")
    said = refused(name)
    assert "there is no file" in said or "cannot read" in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_a_device_and_a_broken_link_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "link.mp4").symlink_to("nothing")
    (tmp_path / "zero.mp4").symlink_to("/dev/zero")
    assert "not a regular file" in refused(tmp_path / "pipe.mp4")
    assert "not a regular file" in refused(tmp_path / "zero.mp4")
    assert "there is no file" in refused(tmp_path / "link.mp4")


def grey_film(frames: int) -> bytes:
    """Uncompressed; the frame after the last is none."""
    frame = b"FRAME\n" + b"\x80" * (16 * 16 * 3 // 2)
    return b"YUV4MPEG2 W16 H16 F25:1 Ip A1:1 C420jpeg\n" + frame * frames + b"BROKEN\n" + b"\0" * 384


def test_a_long_clip_is_refused_before_the_rest_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "long.y4m").write_bytes(grey_film(video_input.MOST_FRAMES + 3))
    assert "more than 1,000" in refused(tmp_path / "long.y4m")
    (tmp_path / "short.y4m").write_bytes(grey_film(video_input.MOST_FRAMES - 3))
    assert "not a readable video" in refused(
        tmp_path / "short.y4m"
    )  # so that what is broken is seen, if read


@pytest.mark.parametrize(("held", "got"), [(b"hello world\n", "text"), (b"", "0 bytes")])
def test_what_is_no_video_at_all_is_not_called_an_unreadable_one(
    held: bytes, got: str, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes(held)
    assert f"clip.mp4 is not a video; got {got}" in refused(tmp_path / "clip.mp4")


def test_a_clip_of_too_many_bytes_is_refused_as_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_input, "LIMIT_BYTES", 10 * 16 * 16 * 3)
    (tmp_path / "large.y4m").write_bytes(grey_film(20))
    assert "more than 10 frames of 16 × 16 pixels" in refused(tmp_path / "large.y4m")


def test_notes_of_pictures_in_a_list_are_passed_on() -> None:
    clear = np.dstack([OWN, np.full(OWN.shape[:2], 90)]).astype(np.uint8)
    (note,) = load_footage([clear, clear]).notes
    assert "transparency was left out" in note
