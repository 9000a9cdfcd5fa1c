"""Records, kept rounds, features and bundles of strangers are read or refused in one line."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from frame2frame.evaluation.bundle.archive import read_archive
from frame2frame.files.as_json import to_json
from frame2frame.media.embedded import carrying
from frame2frame.media.pictures import parsed_object, png_bytes
from frame2frame.media.source import load_picture
from frame2frame.replaying import replay
from frame2frame.report.page import page
from frame2frame.runs.read import read_run
from frame2frame.runs.record import for_picture, record_from
from frame2frame.runs.resume import Rounds
from frame2frame.runs.vectors import Cloud, read_cloud
from frame2frame.runs.write import write_run

from ..finished import a_round, drawn, finished, recorded, walked
from .harness import Target, altered_bytes, altered_json, altered_json_file, in_a_folder, rendered

RECORD = for_picture(recorded(load_picture(drawn()[0])))
RECORD["settings"]["options"] = {"gate.slack": 0.5, "generator.dtype": "auto", "prompt_dir": "x"}  # type: ignore[index]
NOON = datetime(2030, 1, 2, 12)


@cache
def run_files() -> dict[str, bytes]:
    """The files of a sound run folder."""
    with TemporaryDirectory() as place:
        folder = write_run(Path(place), walked((3,), ()), now=NOON)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def shown(folder: Path) -> str:
    """The run's page, which looks at all of it."""
    return page(read_run(folder), tsne=False)


def png_with(settings: Any, inside: bytes | None = None) -> bytes:
    data = png_bytes(drawn()[6], None, settings)
    return data if inside is None else carrying(data, {"source.png": inside})


def replayed(png: bytes) -> object:
    source = png_bytes(drawn()[0])
    return in_a_folder({"a.png": png, "source.png": source}, lambda folder: replay(folder / "a.png", "cpu"))


def writable(value: Any) -> bool:
    """Whether JSON of ours can hold it: no text of a PNG has what is not finite."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@st.composite
def altered_run(draw: st.DrawFn) -> dict[str, bytes]:
    """A run folder with one of its files altered."""
    files = dict(run_files())
    name = draw(st.sampled_from(sorted(files)))
    if name.endswith(".json"):
        files[name] = draw(altered_json_file(json.loads(files[name])))
    else:
        files[name] = draw(altered_bytes(files[name]))
    return files


def rounds(out: Path) -> Rounds:
    return Rounds.of(out, "0123456789abcdef-01234567", {"torch": "1"})


@cache
def kept_round() -> bytes:
    with TemporaryDirectory() as place:
        kept = rounds(Path(place))
        kept.keep(0, a_round(5, 1, (3,)))
        return (kept.folder / "round_00.npz").read_bytes()


def gone_on(data: bytes) -> object:
    """A round is used or drawn again, whatever is in its file."""

    def read(out: Path) -> object:
        kept = rounds(out)
        kept.folder.mkdir()
        (kept.folder / "round_00.npz").write_bytes(data)
        steps, notes = kept.finished()
        assert len(steps) == 1 or (len(notes) == 1 and notes[0].text.isprintable())
        return steps

    return in_a_folder({}, read)


@st.composite
def altered_round(draw: st.DrawFn) -> bytes:
    """A whole archive whose record was altered."""
    with np.load(io.BytesIO(kept_round())) as arrays:
        rows = dict(arrays)
    record = draw(altered_json(json.loads(rows["record"].tobytes())))
    rows["record"] = np.frombuffer(rendered(record), np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **rows)
    return buffer.getvalue()


@cache
def features() -> bytes:
    cloud = Cloud.of(walked((3,), ()).steps)
    assert cloud is not None
    return cloud.packed()


def clouded(data: bytes) -> object:
    return in_a_folder({"vectors.npz": data}, lambda folder: read_cloud(folder / "vectors.npz", 2))


BUNDLE = {
    "layout": 1,
    "made": "2030-01-02",
    "model": {"name": "tabletop", "revision": None, "encoder": "tabletop", "weights": {"a": "ab"}},
    "machine": dict.fromkeys(("device", "processor", "system"), "cpu")
    | {"gpu_gib": None, "main_gib": 8.0, "threads": 2},
    "versions": {"torch": "1"},
    "asked": {"preset": None, "memory": "auto", "seed": 0, "frames": None, "steps": None},
    "edits": [
        {
            "folder": "01-dog",
            "sort": "pose",
            "instruction": "sit",
            "seconds": 1.0,
            "peak": {"gpu_gib": None, "gpu_reserved_gib": None, "main_gib": 1.0},
            "outcome": {
                "settings": to_json(recorded(load_picture(drawn()[0])).settings),
                "drawn": {"height": 48, "width": 48, "guidance_schedule": [6.0], "dtype": "float32"},
                "caption": {
                    "temporal": "it sits",
                    "target": "a sitting dog",
                    "author": "temporal",
                    "notes": [],
                },
                "step": json.loads(run_files()["scores.json"])["steps"][0],
                "files": {
                    "source": "01-dog/source.png",
                    "final": "01-dog/final.png",
                    "frame": "01-dog/chosen.png",
                    "clip": "01-dog/clip.mp4",
                    "frames": [{"index": 0, "file": "01-dog/frame_000.png"}],
                },
                "notes": [],
                "told": [],
            },
            "error": None,
        }
    ],
}
PICTURES = {
    f"01-dog/{name}.png": png_bytes(drawn()[0]) for name in ("source", "final", "chosen", "frame_000")
}


def archive(bundle: bytes, names: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as packed:
        for name, data in {"bundle.json": bundle, "01-dog/clip.mp4": b"", **names}.items():
            packed.writestr(name, data)
    return buffer.getvalue()


SOUND = archive(rendered(BUNDLE), PICTURES)
NAMES = (
    "../x",
    "/etc/passwd",
    "a\\b",
    "01-dog/x.exe",
    "01-dog/" + "x" * 300 + ".png",
    "bundle.json/",
    "CON",
)


def unpacked(data: bytes) -> object:
    from frame2frame.evaluation.bundle.page import page as page_of
    from frame2frame.evaluation.bundle.table import text

    def read(folder: Path) -> object:
        received = read_archive(folder / "a.zip")
        return text(received.bundle, received.size), page_of(received.bundle, received.address)

    return in_a_folder({"a.zip": data}, read)


def read_record(data: bytes) -> object:
    return record_from(parsed_object(data.decode("utf-8", "replace"), "the record"))


TARGETS = (
    Target(
        "records",
        altered_json_file(RECORD),
        lambda data: record_from(parsed_object(data.decode("utf-8", "replace"), "a")),
    ),
    Target("replayed pictures", altered_json(RECORD).filter(writable).map(png_with), replayed, share=0.5),
    Target("bytes of replayed pictures", altered_bytes(png_with(RECORD)), replayed, share=0.5),
    Target(
        "pictures inside of pictures",
        altered_bytes(png_bytes(drawn()[0])).map(lambda inside: png_with(RECORD, inside)),
        replayed,
        share=0.5,
    ),
    Target("run folders", altered_run(), lambda files: in_a_folder(files, shown), share=0.5),
    Target("kept rounds", altered_round(), gone_on),
    Target("bytes of kept rounds", altered_bytes(kept_round()), gone_on),
    Target("features", altered_bytes(features()), clouded),
    Target("bundles", altered_json_file(BUNDLE).map(lambda told: archive(told, PICTURES)), unpacked),
    Target("bytes of bundles", altered_bytes(SOUND), unpacked),
    Target(
        "names in bundles",
        st.sampled_from(NAMES).map(lambda name: archive(rendered(BUNDLE), PICTURES | {name: b"x"})),
        unpacked,
        share=0.2,
    ),
)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_whatever_it_holds_it_is_read_or_refused_in_one_line(target: Target) -> None:
    target.try_some()


def test_what_the_fuzzer_begins_with_is_sound() -> None:
    assert replayed(png_with(RECORD | {"settings": to_json(recorded(load_picture(drawn()[0])).settings)}))
    assert in_a_folder(run_files(), shown) and len(gone_on(kept_round())) == 1  # type: ignore[arg-type]
    assert clouded(features()) is not None and unpacked(SOUND)
    assert finished().record.settings.seed == 42
