"""A bundle holds every edit that it was to make, is made whole or goes on later, and names nobody."""

from __future__ import annotations

import json
import platform
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from frame2frame.engine.models.catalogue import EMBEDDED, find
from frame2frame.errors import InputError, ModelError
from frame2frame.evaluation.bundle.anonymous import without_owner
from frame2frame.evaluation.bundle.archive import read_archive
from frame2frame.evaluation.bundle.edits import OF_DRAWINGS, OF_PHOTOGRAPHS, PHOTOGRAPHS, edits_for
from frame2frame.evaluation.bundle.layout import PICTURE_NAME
from frame2frame.evaluation.bundle.lossy import picture_bytes, small_clip
from frame2frame.evaluation.bundle.making import Made, Plan, make, one_line
from frame2frame.evaluation.bundle.outcome import MOST_BYTES, MOST_CLIP_BYTES, SIDE
from frame2frame.media.source import load_picture
from frame2frame.media.video import clip_bytes
from frame2frame.plan import Plan as PlannedEdit
from frame2frame.run import Event
from frame2frame.values import Caption, Frames, Picture

from .conftest import ASKED, made_in, plan_of

pytestmark = pytest.mark.slow


def test_there_are_eight_edits_of_packaged_pictures_for_every_model() -> None:
    for edits in (OF_PHOTOGRAPHS, OF_DRAWINGS):
        assert len({one.name for one in edits}) == 8 and all(one.picture.is_file() for one in edits)
        assert any(one.sort == "whole picture" for one in edits)
    assert edits_for(find(EMBEDDED)) is OF_DRAWINGS
    assert edits_for(find("cogvideox1.5-5b-i2v")) is OF_PHOTOGRAPHS


def test_every_photograph_is_small_and_its_licence_stands_beside_it() -> None:
    told = (PHOTOGRAPHS / "README.md").read_text(encoding="utf-8")
    files = sorted(PHOTOGRAPHS.glob("*.jpg"))
    assert [one.name for one in files] == sorted(one.picture.name for one in OF_PHOTOGRAPHS)
    assert all(f"| {one.name} |" in told for one in files)
    assert sum(one.stat().st_size for one in files) < 2**19
    assert all(max(load_picture(one).picture.shape) <= 512 for one in files)


def test_the_archive_holds_page_figures_and_the_files_of_each_edit_in_order(made: Made) -> None:
    with zipfile.ZipFile(made.file) as archive:
        names = archive.namelist()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names == ["index.html", "bundle.json", *made.bundle.files()]
    for folder in ("01-dog", "02-guitar"):
        own = [name.removeprefix(f"{folder}/") for name in names if name.startswith(folder)]
        assert own[0].startswith("source.") and own[-1] == "clip.mp4" and len(own) >= 12


def test_it_says_what_was_asked_what_ran_and_what_came_of_it(made: Made, model: Path) -> None:
    bundle = read_archive(made.file).bundle
    assert bundle == made.bundle and bundle.asked == ASKED
    assert bundle.model.name == "their-model" and bundle.machine.device == "cpu"
    assert bundle.edits[0].outcome is not None
    assert any("The model …/their-model does not know" in note for note in bundle.edits[0].outcome.notes)
    assert len(bundle.model.weights) == len(list(model.rglob("*.safetensors")))
    for number, edit in enumerate(bundle.edits):
        assert edit.outcome is not None and edit.error is None
        assert edit.outcome.settings.seed == 7 + number and len(edit.outcome.step.frame_times) == 9
        assert edit.seconds > 0 and edit.outcome.step.seconds["denoise"] > 0


def test_the_sources_are_the_photographs(made: Made) -> None:
    with zipfile.ZipFile(made.file) as archive, archive.open("01-dog/source.jpg") as file:
        assert len(file.read()) <= MOST_BYTES
    edit = made.bundle.edits[0]
    assert edit.outcome is not None
    assert edit.outcome.settings.source.pixels_sha256 == load_picture(PHOTOGRAPHS / "dog.jpg").pixels_sha256


@dataclass(frozen=True)
class Failing:
    """A captioner that cannot write."""

    why: str

    def write(self, image: Picture, instruction: str) -> Caption:
        raise InputError(self.why)


def failing(edit: PlannedEdit, why: str) -> PlannedEdit:
    """The same edit, which fails as soon as it runs."""
    return replace(edit, stages=replace(edit.stages, captioner=Failing(why)))


def test_an_edit_that_fails_is_written_down_and_the_next_one_follows(model: Path, tmp_path: Path) -> None:
    plan = plan_of(model, 2)
    faulty = failing(plan.edits[0], "the words\nare lost")
    made = made_in(tmp_path, replace(plan, edits=(plan.edits[1], faulty), wanted=plan.wanted[::-1]))
    first, second = read_archive(made.file).bundle.edits
    assert first.outcome is not None and second.outcome is None
    assert second.error is not None and "the words are lost" in second.error and "\n" not in second.error
    assert [edit.folder for edit in made.failed] == [second.folder]


def test_what_no_edit_could_run_with_is_refused_before_any_work(model: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="frames"):
        made_in(tmp_path, Plan.of(str(model), "cpu", replace(ASKED, frames=10_001), 2))
    with pytest.raises(ModelError):
        made_in(tmp_path, Plan.of("nobody/has-it", "cpu", ASKED, 1))
    assert list(tmp_path.iterdir()) == []


def stopping_at(number: int) -> tuple[list[int], object]:
    """How many edits were begun, and what stops the one of this number."""
    begun: list[int] = []

    def watch(events: Iterator[Event]) -> Iterator[Event]:
        begun.append(len(begun) + 1)
        for event in events:
            if begun[-1] == number:
                raise KeyboardInterrupt
            yield event

    return begun, watch


def test_a_stopped_bundle_leaves_no_archive_and_goes_on_after_what_is_finished(
    model: Path, tmp_path: Path
) -> None:
    plan = plan_of(model, 2)
    _, watch = stopping_at(2)
    with pytest.raises(KeyboardInterrupt):
        made_in(tmp_path, plan, watch)  # type: ignore[arg-type]
    (place,) = tmp_path.iterdir()
    assert [file.parent.name for file in place.rglob("edit.json")] == ["01-dog"]
    begun, counting = stopping_at(0)
    made = made_in(tmp_path, plan, counting)  # type: ignore[arg-type]
    assert begun == [1] and len(made.bundle.edits) == 2 and not made.failed
    assert list(tmp_path.iterdir()) == [made.file]


def test_one_that_is_stopped_at_once_leaves_nothing(model: Path, tmp_path: Path) -> None:
    _, watch = stopping_at(1)
    with pytest.raises(KeyboardInterrupt):
        made_in(tmp_path, plan_of(model, 1), watch)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_other_settings_do_not_go_on_after_it(model: Path, tmp_path: Path) -> None:
    _, watch = stopping_at(2)
    with pytest.raises(KeyboardInterrupt):
        made_in(tmp_path, plan_of(model, 2), watch)  # type: ignore[arg-type]
    begun, counting = stopping_at(0)
    other = Plan.of(str(model), "cpu", replace(ASKED, seed=8), 1)
    make(other, tmp_path / "other.zip", counting, lambda words: None)  # type: ignore[arg-type]
    assert begun == [1]


def test_nothing_in_it_says_whose_machine_it_was(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "Jane Roe"))
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "janeroe")
    plan = plan_of(model, 2)
    gone = failing(plan.edits[1], f"no network in {tmp_path}/Jane Roe/net.onnx, nor /srv/of janeroe/det.onnx")
    made = made_in(tmp_path, replace(plan, edits=(plan.edits[0], gone)))
    assert made.failed
    with zipfile.ZipFile(made.file) as archive:
        for name in archive.namelist():
            held = archive.read(name).lower()
            for owner in (str(tmp_path), str(model.parent), "jane", str(PHOTOGRAPHS)):
                assert owner.lower().encode() not in held, (name, owner)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no file /home/janeroe/models/x.safetensors; get it", "no file …/x.safetensors; get it"),
        ("cannot read C:\\Users\\Jane\\x.onnx", "cannot read …/x.onnx"),
        ("got '~/pictures/me.jpg'", "got '…/me.jpg'"),
        (
            "see https://example.org/a/b and org/name at 480/832",
            "see https://example.org/a/b and org/name at 480/832",
        ),
        ("janeroe's GPU, Janeroe", "…'s GPU, …"),
        ("a - b / c", "a - b / c"),
    ],
)
def test_of_a_path_only_the_name_of_the_file_is_left(
    text: str, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "janeroe")
    assert without_owner(text, (Path("/mnt/Jane Roe/x y"),)) == left


def test_the_machines_name_is_struck_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: "janes-box.example.org")
    assert without_owner("refused by janes-box.example.org and janes-box") == "refused by … and …"


def test_an_error_that_nobody_foresaw_says_where_it_arose() -> None:
    try:
        clip_bytes("no frames")  # type: ignore[arg-type]
    except Exception as error:
        told = one_line(error)
    assert told.startswith("AttributeError: ") and "video.py line " in told and str(Path.home()) not in told


def test_noise_fits_the_bytes_too() -> None:
    import numpy as np

    noise: Frames = np.random.default_rng(0).integers(0, 256, (5, 320, 480, 3), dtype=np.uint8)
    assert len(small_clip(noise, MOST_CLIP_BYTES // 8)) <= MOST_CLIP_BYTES // 8
    suffix, data = picture_bytes(noise[0], SIDE, MOST_BYTES // 2)
    assert suffix == "jpg" and len(data) <= MOST_BYTES // 2


def test_a_small_drawing_is_kept_without_loss(tmp_path: Path) -> None:
    picture = load_picture(OF_DRAWINGS[0].picture).picture
    suffix, data = picture_bytes(picture, SIDE, MOST_BYTES)
    (tmp_path / "it.png").write_bytes(data)
    assert suffix == "png" and (load_picture(tmp_path / "it.png").picture == picture).all()


def test_the_figures_are_plain_json_of_this_layout(made: Made) -> None:
    with zipfile.ZipFile(made.file) as archive:
        told = json.loads(archive.read("bundle.json"))
    assert told["layout"] == 1 and told["edits"][0]["folder"] == "01-dog"
    frames = told["edits"][0]["outcome"]["files"]["frames"]
    assert all(PICTURE_NAME.fullmatch(one["file"]) for one in frames) and frames[-1]["index"] == 8
