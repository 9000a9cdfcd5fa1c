"""What is posted names no folder, and what a stranger posts sets no place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import Frame2FrameError, InputError, ModelError
from frame2frame.files.as_json import to_json
from frame2frame.media.pictures import png_bytes
from frame2frame.media.source import load_picture
from frame2frame.plugins import naming, registry
from frame2frame.replaying import replay
from frame2frame.report import page as report
from frame2frame.runs.read import read_run, recorded
from frame2frame.runs.record import LoraRecord, Picked, RunRecord, Settings, SourceRecord, name_of
from frame2frame.runs.write import write_run

from . import finished as made
from .finished import drawn, finished

FOLDER = "/home/ann/clients/acme"


def placed(record: RunRecord) -> RunRecord:
    """The same run with everything in a folder that tells of its user."""
    where = replace(record.settings.source, path=f"{FOLDER}/cat.png")
    settings = replace(
        record.settings,
        source=where,
        mask=replace(where, path=f"{FOLDER}/mask.png"),
        model=f"{FOLDER}/video",
        encoder=f"clip:{FOLDER}/encoder",
        identity=f"face:{FOLDER}/net.onnx,{FOLDER}/found.onnx",
        lora=(f"{FOLDER}/style.safetensors:0.5", "org/name/file.safetensors"),
        options={"prompt_dir": f"{FOLDER}/prompts", "style": "steps"},
        private=("prompt_dir",),
    )
    execution = replace(
        record.execution,
        model_resolved=f"{FOLDER}/video",
        encoder=f"{FOLDER}/encoder",
        loras=(LoraRecord(f"{FOLDER}/style.safetensors", "ab" * 32, 0.5, "transformer", 2, 2),),
    )
    return RunRecord(settings, execution)


def test_what_people_post_names_no_folder_of_theirs(tmp_path: Path) -> None:
    whole = finished()
    folder = write_run(tmp_path, replace(whole, record=placed(whole.record)), report.page)
    posted = (folder / "report.html").read_text() + Image.open(folder / "final_frame.png").text["frame2frame"]  # type: ignore[attr-defined]
    assert "acme" not in posted and "/home" not in posted
    for name in ("cat.png", "style.safetensors", "video", "org/name/file.safetensors", "ab" * 32):
        assert name in posted
    assert f"{FOLDER}/cat.png" in (folder / "request.json").read_text(), "the folder's own record knows"


def test_a_picked_run_names_no_folder_either(tmp_path: Path) -> None:
    whole = finished()
    clip = SourceRecord(f"{FOLDER}/walk.mp4", "ab" * 32, "cd" * 32, 48, 48)
    settings = replace(whole.record.settings, picked=Picked(clip, f"siglip2:{FOLDER}/encoder", "a red ball"))
    folder = write_run(tmp_path, replace(whole, record=replace(whole.record, settings=settings)), report.page)
    posted = (folder / "report.html").read_bytes() + (folder / "final_frame.png").read_bytes()
    assert b"acme" not in posted and b"f2f pick" in posted and b"walk.mp4" in posted


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("tabletop", "tabletop"),
        ("zai-org/CogVideoX1.5-5B-I2V", "zai-org/CogVideoX1.5-5B-I2V"),
        ("zai-org/CogVideoX1.5-5B-I2V@refs/pr/3", "zai-org/CogVideoX1.5-5B-I2V@refs/pr/3"),
        ("/home/ann/model", "model"),
        ("/home/ann/model/", "model"),
        ("~/model", "model"),
        ("./clients/acme", "acme"),
        ("a/../../ann/acme", "acme"),
        ("C:\\Users\\Ann\\model", "model"),
        ("C:/Users/Ann/model", "model"),
        ("\\\\host\\share\\model", "model"),
        ("style.safetensors:0.5", "style.safetensors:0.5"),
        ("/a/style.safetensors:-0.5", "style.safetensors:-0.5"),
        ("org/name/file.safetensors:0.5", "org/name/file.safetensors:0.5"),
        ("clip:/a/b", "clip:b"),
        ("siglip2:google/siglip2-base", "siglip2:google/siglip2-base"),
        ("face:/a/n.onnx,~/d.onnx", "face:n.onnx,d.onnx"),
        ("https://host/ann/model", "model"),
        ("/", "/"),
    ],
)
def test_of_what_lies_somewhere_the_name_is_left(wish: str, name: str) -> None:
    assert name_of(wish) == name


def posted(tmp_path: Path, changes: Mapping[str, Any], place: str = "elsewhere") -> Path:
    """A stranger's PNG, with its source beside it, whose record says this of the settings."""
    source = load_picture(drawn()[0])
    record = made.recorded(source)
    settings = {**to_json(record.settings), **changes}
    folder = tmp_path / place
    folder.mkdir(exist_ok=True)
    (folder / "source.png").write_bytes(png_bytes(source.picture))
    data = {"schema": 1, "settings": settings, "execution": to_json(record.execution)}
    (folder / "final_frame.png").write_bytes(png_bytes(drawn()[6], None, data))
    return folder / "final_frame.png"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """What a stranger would like to have made, or read."""
    return tmp_path / "target"


def hostile(target: Path) -> Iterator[dict[str, Any]]:
    place = str(target)
    for options in (
        {"cache_dir": place},
        {"prompt_dir": place},
        {"generator.tiny_vae": place},
        {"cache_dir": place, "prompt_dir": "x"},
    ):
        for private in ([], list(options)):
            yield {"caption": "vlm", "options": options, "private": private}
            yield {"select": "judge", "options": options, "private": private}
    for places in (place, "//host/share", "\\\\host\\share", "https://host/x", f"clip://host{place}"):
        yield {"model": places}
        yield {"encoder": places, "model": place}
        yield {"lora": [places], "model": place}
        yield {"identity": places, "model": place}


@pytest.mark.parametrize("number", range(len(list(hostile(Path())))))
def test_a_strangers_picture_sets_no_place(tmp_path: Path, target: Path, number: int) -> None:
    png = posted(tmp_path, list(hostile(target))[number])
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Frame2FrameError) as caught:
        replay(png)
    assert "\n" not in str(caught.value) and sorted(tmp_path.rglob("*")) == before


def test_a_model_that_a_picture_names_by_its_path_is_not_looked_for_there(
    tmp_path: Path, video_model: Path
) -> None:
    with pytest.raises(ModelError, match="put its folder, or a link to it, here by this name"):
        replay(posted(tmp_path, {"model": str(video_model)}))
    (tmp_path / video_model.name).symlink_to(video_model)
    assert replay(posted(tmp_path, {"model": str(video_model)})).model.name == video_model.name


def test_encoders_and_loras_that_a_picture_names_by_their_path_are_only_names(tmp_path: Path) -> None:
    request = replay(posted(tmp_path, {"lora": ["/etc/a.safetensors:2"], "encoder": "clip:/etc"}))
    assert (request.lora, request.encoder) == (("a.safetensors:2",), "clip:etc")


def test_numbers_words_and_truth_are_set_by_any_picture(tmp_path: Path) -> None:
    options = {"gate.slack": 0.5, "generator.precision": "int8", "keep.growth": 0.1, "steady": False}
    steady = {"select.steady": options.pop("steady")}
    found = replay(posted(tmp_path, {"options": {**options, "steady": False}})).options
    assert dict(found) == {**options, **steady}


def test_the_source_is_not_looked_for_where_a_picture_says(tmp_path: Path) -> None:
    png = posted(tmp_path, {"source": to_json(made.recorded(load_picture(drawn()[0])).settings.source)})
    (png.parent / "source.png").rename(tmp_path / "secret.png")
    asked = to_json(recorded(png)[0].settings)
    secret = tmp_path / "folder" / "secret.png"
    secret.parent.mkdir()
    (tmp_path / "secret.png").rename(secret)
    lines = []
    for path in (secret, tmp_path / "folder" / "nothing.png"):
        asked["source"]["path"] = str(path)
        png = posted(tmp_path, {"source": asked["source"]}, "again")
        (png.parent / "source.png").unlink()
        with pytest.raises(InputError) as caught:
            replay(png)
        lines.append(str(caught.value).replace(path.name, ""))
    assert lines[0] == lines[1], "whether the file is there shows in no word"


def test_the_source_is_found_by_its_name_beside_the_picture_and_in_the_working_folder(tmp_path: Path) -> None:
    source = to_json(made.recorded(load_picture(drawn()[0])).settings.source)
    png = posted(tmp_path, {"source": source | {"path": "/home/ann/cat.png"}})
    for folder in (png.parent, tmp_path):
        (png.parent / "source.png").rename(folder / "cat.png")
        assert np.array_equal(replay(png).source.picture, drawn()[0])
        (folder / "cat.png").rename(png.parent / "source.png")


def own_folder(tmp_path: Path, **changes: Any) -> Path:
    whole = finished()
    settings = replace(whole.record.settings, **changes)
    return write_run(tmp_path, replace(whole, record=replace(whole.record, settings=settings)))


def test_the_folder_of_a_run_and_the_picture_in_it_know_the_places(tmp_path: Path) -> None:
    folder = own_folder(tmp_path, lora=("/a/style.safetensors",))
    for place in (folder, folder / "final_frame.png"):
        assert replay(place).lora == ("/a/style.safetensors",)
    (tmp_path / "final_frame.png").write_bytes((folder / "final_frame.png").read_bytes())
    (tmp_path / "source.png").write_bytes((folder / "source.png").read_bytes())
    assert replay(tmp_path / "final_frame.png").lora == ("style.safetensors",)


def test_a_picture_in_the_folder_of_another_run_is_read_by_itself(tmp_path: Path) -> None:
    folder = own_folder(tmp_path, lora=("/a/style.safetensors",))
    png = posted(tmp_path, {"lora": ["/b/style.safetensors"], "seed": 43})
    (folder / "other.png").write_bytes(png.read_bytes())
    assert replay(folder / "other.png").lora == ("style.safetensors",)


@pytest.mark.parametrize(
    "changes", [{"options": {"cache_dir": "/a"}, "caption": "vlm"}, {"model": "//host/share"}]
)
def test_not_even_a_folder_names_a_place_to_write_to_or_another_machine(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=r"may name a place|on another machine"):
        replay(own_folder(tmp_path, **changes))


def test_every_text_option_of_every_part_says_which_records_may_set_it() -> None:
    unsaid = []
    for kind in ("captioners", "selectors", "strategies", "generators"):
        for name in registry.BUILT_IN[kind]:
            part = registry.PARTS[kind]
            unsaid += [spec.full for spec in naming.specs_of(part, name) if not spec.recorded]
    assert unsaid == []


@dataclass(frozen=True)
class Careless:
    """A selector of somebody who said nothing of its texts."""

    log: str = "log.txt"
    back: int = 1


def test_an_option_whose_author_said_nothing_is_set_by_the_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.BUILT_IN["selectors"], "careless", f"{__name__}:Careless")
    assert replay(posted(tmp_path, {"select": "careless", "options": {"back": 2}})).options == {
        "select.back": 2
    }
    with pytest.raises(InputError, match=r"sets the option .select\.log., which may name a place"):
        replay(own_folder(tmp_path, select="careless", options={"log": "/etc/passwd"}))


def test_settings_of_an_older_version_are_read(tmp_path: Path) -> None:
    png = posted(tmp_path, {})
    data = json.loads(Image.open(png).text["frame2frame"])  # type: ignore[attr-defined]
    for name in ("private", "parent", "mask", "lora", "memory", "keep"):
        del data["settings"][name]
    png.write_bytes(png_bytes(drawn()[6], None, data))
    assert isinstance(recorded(png)[0].settings, Settings) and replay(png).seed == 42
    assert read_run(own_folder(tmp_path)).record.settings.private == ()
