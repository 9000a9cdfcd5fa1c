"""Every kind of clip that PyAV and Pillow write here, with the values that a player shows."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from frame2frame.errors import InputError
from frame2frame.media.source import load_picture
from frame2frame.media.video import TRANSPARENT
from frame2frame.media.video_input import Footage, load_footage

from ..colour_files import rgb_profile
from ..films import UNSAID, Film
from ..viewer import FROM_BT2020, FROM_P3, SAME, SOFT, Values, decoded, encoded, hlg, power, pq, shown


def words(text: str) -> list[str]:
    return text.split()


COLOURS = ((200, 40, 60), (30, 160, 90), (40, 70, 210), (230, 225, 215))
SIZE = (144, 176)
"""Which even the first codecs of video calls take."""

SIZES = {"dvvideo": (576, 720), "gxf": (576, 720), "dnxhd": (1080, 1920)}
HARDWARE = tuple(words("_nvenc _qsv _amf _v4l2m2m _vaapi _videotoolbox _mf _d3d12va _vulkan _omx"))
PIXELS = words("yuv444p yuv420p yuvj420p yuv422p gbrp rgb24 bgr24 bgr0 gbrpf32le rgb8 rgb555le")
"""What a codec is given, the first that it takes."""

FULL = ("mjpeg", "ljpeg")
"""They take numbers of the whole range only."""

WITHIN = {
    "gif": 24,
    "cljr": 24,
    "msvideo1": 10,
    "rpza": 12,
    "cinepak": 5,
    "amv": 5,
    "jpeg2000": 5,
    "flashsv2": 9,
}
"""Levels by which codecs of few colours are off; others by three."""


NO_CLIPS = words(
    "libwebp libwebp_anim webp vnull a64multi a64multi5 pbm pgm wbmp xbm xface wrapped_avframe "
    "alias_pix bmp fits hdr pam pcx pfm pgmyuv phm ppm qoi sunrast vbn xwd "
    "bitpacked msrle roqvideo rv10 rv20 smc"
)
"""Still pictures, those without colours, and what no player knows or no container here holds."""

NO_FILES = words(
    "fbdev video4linux2,v4l2 whip rtsp sap hds smoothstreaming hls dash segment "
    "amv image2 null uncodedframecrc film_cpk filmstrip ico psp mxf_d10 aiff flac mp3 ogg "
    "apv avs2 avs3 cavsvideo evc vc1 vc1test vvc"
)
"""Devices, transmissions, what writes a folder or nothing, and what holds no clip that FFmpeg writes."""

REFUSALS = (OSError, ValueError, IndexError, av.FFmpegError)


def quarters(height: int, width: int, colours: Any = COLOURS) -> Values:
    """A picture of four colours."""
    rows, columns = np.arange(height) >= height // 2, np.arange(width) >= width // 2
    return np.asarray(np.array(colours)[2 * rows[:, None] + columns])


def encoders() -> list[str]:
    """The codecs that write moving pictures without a graphics card."""
    names = (name for name in sorted(av.codecs_available) if not name.endswith(HARDWARE))
    return [name for name in names if name not in NO_CLIPS and _writes_video(name)]


def _writes_video(name: str) -> bool:
    try:
        return av.Codec(name, "w").type == "video"
    except ValueError:
        return False


def muxers() -> list[str]:
    """The containers that hold moving pictures, as far as they are files."""
    names = (name for name in sorted(av.formats_available) if name not in NO_FILES)
    return [name for name in names if _default(name) not in ("none", None)]


def _default(name: str) -> str | None:
    try:
        container = av.open(io.BytesIO(), "w", format=name)
    except (ValueError, OSError):
        return None
    with container:
        return str(container.default_video_codec)


def film_of(codec: str) -> Film:
    formats = [known.name for known in av.Codec(codec, "w").video_formats or ()]
    pixels = next((name for name in PIXELS if name in formats), formats[0] if formats else "yuv420p")
    matrix = 1 if codec in ("dirac", "vc2", "dnxhd") else 5  # of HD
    full = pixels.startswith("yuvj") or codec in FULL
    return Film("", codec, pixels, matrix, full, tags=(UNSAID,) * 3, set_up=_generous)


def _generous(stream: Any) -> None:
    most = 100_000_000 if "av1" in stream.codec_context.name else 120_000_000
    stream.codec_context.bit_rate = most


def written(films: list[Film], colours: Values) -> bytes:
    """As the first film that FFmpeg takes; skips the test if it takes none."""
    for film in films:
        try:
            return film.of(colours)
        except REFUSALS:
            continue
    pytest.skip("this FFmpeg does not write it")


def loaded(folder: Path, data: bytes, name: str = "clip") -> Footage:
    (folder / name).write_bytes(data)
    return load_footage(folder / name)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_footage(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def shows(
    footage: Footage, colours: Any = COLOURS, within: float = 3, frames: int = 3, dithered: bool = False
) -> None:
    """Check the middle of every quarter of every frame; where colours are mixed of dots, their mean."""
    assert len(footage.frames) == frames
    for index, quarter in enumerate(_quartered(footage.frames)):
        height, width = quarter.shape[1:3]
        middle = quarter[:, height // 4 : 3 * height // 4, width // 4 : 3 * width // 4]
        if dithered:
            middle = middle.mean(axis=(1, 2))
        assert np.abs(middle - np.array(colours[index], dtype=float)).max() <= within


def _quartered(frames: Values) -> list[Values]:
    return [quarter for rows in np.array_split(frames, 2, 1) for quarter in np.array_split(rows, 2, 2)]


@pytest.mark.parametrize("codec", encoders())
def test_every_codec_shows_its_colours(tmp_path: Path, codec: str) -> None:
    film = film_of(codec)
    containers = ("matroska", "nut", "mov", "avi", "mxf", "dv", "gif", "apng", "webp", "flv")
    films = [replace(film, container=container) for container in containers]
    data = written(films, quarters(*SIZES.get(codec, SIZE)))
    expected = encoded(np.array(COLOURS) / 255) if codec == "exr" else COLOURS  # whose numbers are light
    shows(loaded(tmp_path, data), expected, WITHIN.get(codec, 3), dithered=codec == "gif")


UNREAD = words(
    "avm2 swf rm roq fits smjpeg mpjpeg a64 rawvideo asf_stream rtp_mpegts "
    "crc md5 hash framecrc framehash framemd5 streamhash mkvtimestamp_v2"
)
"""Written here and not taken: programs, checksums, films of games, pieces of a transmission."""


@pytest.mark.parametrize("container", muxers())
def test_every_container_shows_its_colours_or_is_refused_in_one_line(tmp_path: Path, container: str) -> None:
    codecs = (_default(container), "mpeg2video", "mpeg4", "mjpeg", "ffv1", "dvvideo", "dnxhd", "rawvideo")
    count = 3 if container in ("dnxhd", "mxf_opatom") else 12  # large ones
    films = [
        replace(film_of(codec), container=container, frames=count)
        for codec in codecs
        if codec and _writes_video(codec)
    ]
    data = None
    for film in films:
        try:
            data = film.of(quarters(*SIZES.get(container, SIZES.get(film.codec, SIZE))))
        except REFUSALS:
            continue
        if data:
            break
    if not data:
        pytest.skip("this FFmpeg does not write it into a file")
    (tmp_path / "clip").write_bytes(data)
    if container in UNREAD:
        refused(tmp_path / "clip")
    else:
        shows(
            load_footage(tmp_path / "clip"),
            within=WITHIN.get(container, 5),
            frames=1 if container == "webp" else count,
            dithered=container == "gif",
        )


@pytest.mark.parametrize("pixels", ["yuv444p", "yuv420p", "yuv422p10le", "yuv444p16le"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", [1, 5, 9], ids=["BT.709", "BT.601", "BT.2020"])
def test_the_matrix_and_the_range_that_a_clip_names_are_followed(
    tmp_path: Path, matrix: int, full: bool, pixels: str
) -> None:
    film = Film(pixels=pixels, matrix=matrix, full=full, tags=(1, 1, matrix))
    shows(loaded(tmp_path, film.of(quarters(*SIZE))), within=3)


@pytest.mark.parametrize(("height", "matrix"), [(480, 5), (720, 1)])
def test_a_matrix_that_is_not_named_is_the_one_of_the_size(tmp_path: Path, height: int, matrix: int) -> None:
    film = Film(matrix=matrix, tags=(UNSAID,) * 3)
    shows(loaded(tmp_path, film.of(quarters(height, 640))), within=3)


HIGH = ((150, 130, 120), (90, 120, 100), (150, 160, 190), (100, 100, 100))
SPACES = {
    "BT.709": ((1, 1, 1), SOFT, decoded, SAME),
    "Display P3": ((12, 13, 1), SOFT, decoded, FROM_P3),
    "BT.2020": ((9, 14, 9), SOFT, decoded, FROM_BT2020),
    "linear": ((1, 8, 1), SOFT, power(1), SAME),
    "HLG": ((9, 18, 9), HIGH, hlg, FROM_BT2020),
    "PQ": ((9, 16, 9), HIGH, pq, FROM_BT2020),
}
HOLDERS = {
    "ffv1": Film(pixels="yuv444p16le"),
    "HEVC": Film("mp4", "libx265", "yuv420p10le", options={"crf": "2", "x265-params": "log-level=none"}),
    "H.264": Film("mov", "libx264", "yuv420p10le", options={"crf": "2"}),
    "VP9": Film("webm", "libvpx-vp9", "yuv420p", options={"lossless": "1"}),
}
"""The last with as few bits as browsers have it."""


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("space", SPACES)
def test_primaries_and_curves_of_a_clip_are_converted_with_a_note(
    tmp_path: Path, space: str, holder: str
) -> None:
    tags, colours, light, matrix = SPACES[space]
    film = replace(HOLDERS[holder], tags=tags, matrix=tags[2])
    footage = loaded(tmp_path, written([film], quarters(128, 128, colours)))
    expected = shown(colours, light, matrix, hdr=tags[1] > 14)[8::16, 8::16].reshape(4, 3)
    shows(footage, expected, within={"ffv1": 2, "VP9": 8}.get(holder, 5))
    assert any("to sRGB" in note for note in footage.notes) == (space != "BT.709")
    assert any("HDR" in note for note in footage.notes) == (space in ("HLG", "PQ"))


FLIPS = ((False, False), (True, False), (False, True))


@pytest.mark.parametrize("container", ["mp4", "mov", "matroska"])
@pytest.mark.parametrize("flips", FLIPS, ids=["plain", "across", "down"])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_turned_or_mirrored_clip_is_shown_upright(
    tmp_path: Path, container: str, degrees: int, flips: tuple[bool, bool]
) -> None:
    """The file asks for a turn to the left, then for the mirroring."""

    def turn(stream: Any) -> None:
        stream.set_display_rotation(degrees, *flips)

    film = Film(container, "libx264", "yuv444p", options={"crf": "2"}, set_up=turn)
    upright = np.rot90(np.arange(4).reshape(2, 2), degrees // 90)
    upright = upright[:: -1 if flips[1] else 1, :: -1 if flips[0] else 1]
    footage = loaded(tmp_path, film.of(quarters(96, 128)))
    assert footage.frames.shape[1:3] == ((128, 96) if degrees % 180 else (96, 128))
    shows(footage, [COLOURS[place] for place in upright.ravel()], within=4)
    assert bool(footage.notes) == (degrees != 0 or any(flips))


@pytest.mark.parametrize(("ratio", "size"), [((4, 3), (96, 171)), ((8, 9), (108, 128)), ((1, 1), (96, 128))])
def test_pixels_that_are_not_square_are_made_so_with_a_note(
    tmp_path: Path, ratio: tuple[int, int], size: tuple[int, int]
) -> None:
    def stretch(stream: Any) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(*ratio)

    footage = loaded(tmp_path, Film("mp4", "libx264", set_up=stretch).of(quarters(96, 128)))
    assert footage.frames.shape[1:3] == size
    shows(footage, within=6)
    assert any("not square" in note for note in footage.notes) == (ratio != (1, 1))


def cover(stream: Any) -> None:
    stream.disposition = Disposition.attached_pic


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_a_cover_is_not_taken_for_the_clip(tmp_path: Path, container: str) -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        still = output.add_stream("png")
        still.height, still.width, still.pix_fmt = 64, 64, "rgb24"
        cover(still)
        moving = output.add_stream("libx264", rate=25)
        moving.height, moving.width, moving.pix_fmt = 96, 128, "yuv420p"
        first, film = Film(pixels="rgb24"), Film(pixels="yuv420p", matrix=5, tags=(UNSAID,) * 3)
        output.mux(still.encode(first.frame(quarters(64, 64, COLOURS[:1] * 4))))
        for _ in range(3):
            output.mux(moving.encode(film.frame(quarters(96, 128))))
        output.mux(moving.encode())
    shows(loaded(tmp_path, buffer.getvalue()), within=6)


def test_a_song_with_a_cover_is_no_clip(tmp_path: Path) -> None:
    film = Film("mp4", "png", "rgb24", frames=1, set_up=cover)
    (tmp_path / "song").write_bytes(film.of(quarters(64, 64)))
    assert "cover" in refused(tmp_path / "song")


CLEAR = {
    "VP9": Film("webm", "libvpx-vp9", "yuva420p"),
    "ProRes": Film("mov", "prores_ks", "yuva444p10le"),
    "QuickTime": Film("mov", "qtrle", "argb"),
    "ffv1": Film("matroska", "ffv1", "bgra"),
    "PNG": Film("mov", "png", "rgba"),
}


@pytest.mark.parametrize("kind", CLEAR)
def test_a_clip_with_transparency_shows_its_colours_with_a_note(tmp_path: Path, kind: str) -> None:
    footage = loaded(tmp_path, CLEAR[kind].of(quarters(*SIZE)))
    shows(footage, within=5)
    assert kind == "VP9" or TRANSPARENT in footage.notes  # FFmpeg's own decoder sees its colours only


def test_an_interlaced_clip_is_taken_with_a_note(tmp_path: Path) -> None:
    film = Film("avi", "mpeg2video", "yuv420p", options={"flags": "+ildct+ilme", "field_order": "tt"})
    footage = loaded(tmp_path, film.of(quarters(*SIZE)))
    assert any("interlaced" in note for note in footage.notes)


@pytest.mark.parametrize("container", ["h264", "mpegts"])
def test_a_clip_that_changes_its_size_is_refused_with_both_sizes(tmp_path: Path, container: str) -> None:
    film = Film(container, "libx264", "yuv420p", frames=12)
    (tmp_path / "clip").write_bytes(film.of(quarters(96, 128)) + film.of(quarters(64, 96)))
    said = refused(tmp_path / "clip")
    assert "changes its size" in said and "128 × 96" in said and "96 × 64" in said and "frame 12" in said


MOVING: dict[str, dict[str, Any]] = {
    "GIF": {},
    "PNG": {},
    "TIFF": {},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 100, "subsampling": "4:4:4"},
}


def animated(kind: str, mode: str, **options: Any) -> bytes:
    """Three frames, each with the quarters one place further."""
    frames = [
        Image.fromarray(quarters(64, 96, np.roll(COLOURS, -turn, 0)).astype(np.uint8)) for turn in range(3)
    ]
    first, *others = [frame.convert(mode) for frame in frames]
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=others, duration=100, **MOVING[kind], **options)
    return buffer.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
@pytest.mark.parametrize("kind", MOVING)
def test_every_frame_of_an_animated_picture_is_taken(tmp_path: Path, kind: str, mode: str) -> None:
    footage = loaded(tmp_path, animated(kind, mode))
    within = 60 if mode == "P" else 3
    for turn in range(3):
        one = replace(footage, frames=footage.frames[turn : turn + 1])
        shows(one, np.roll(COLOURS, -turn, 0), within, frames=1, dithered=mode == "P")
    assert len(footage.frames) == 3 and not any("frame 1 is edited" in note for note in footage.notes)


def test_the_picture_that_stands_for_an_apng_is_none_of_its_frames(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, animated("PNG", "RGB", default_image=True)).frames) == 2


def test_colours_of_an_animated_picture_are_converted_with_one_note(tmp_path: Path) -> None:
    footage = loaded(tmp_path, animated("WEBP", "RGB", icc_profile=rgb_profile(1)))
    shows(replace(footage, frames=footage.frames[:1]), encoded(np.array(COLOURS) / 255), within=2, frames=1)
    assert sum("to sRGB" in note for note in footage.notes) == 1


def test_of_a_motion_photo_the_film_is_the_clip_and_the_picture_the_picture(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (96, 64), (9, 9, 9)).save(buffer, "JPEG")
    film = Film("mp4", "libx264", "yuv420p", options={"crf": "2"}).of(quarters(64, 96))
    for between in (b"", b"MotionPhoto_Data"):
        data = buffer.getvalue() + between + film
        shows(loaded(tmp_path, data, "PXL.MP.jpg"), within=4)
        assert load_picture(tmp_path / "PXL.MP.jpg").picture[0, 0].tolist() == [9, 9, 9]


def test_a_still_picture_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(quarters(64, 96).astype(np.uint8)).save(buffer, "JPEG", quality=100, subsampling=0)
    shows(loaded(tmp_path, buffer.getvalue()), frames=1)
