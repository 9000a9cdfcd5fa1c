"""What was written into a run folder comes back, and one that is damaged is one line."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.geometry.geodesic import energy, route
from frame2frame.media.source import load_picture
from frame2frame.runs.frames import RESULT
from frame2frame.runs.read import read_run, recorded
from frame2frame.runs.vectors import Cloud, routed
from frame2frame.runs.write import write_run
from frame2frame.values import Choice

from ..finished import NOON, a_step, directions, drawn, finished, walked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(tmp_path / "outputs", finished(), now=NOON)


def test_the_folder_has_the_files_of_the_design(tmp_path: Path) -> None:
    folder = write_run(tmp_path, finished(), page=lambda run: "<html>", now=NOON)
    assert folder.name == "20300102-120000-move-the-red-ball-to-the-left-edge"
    assert sorted(file.name for file in folder.iterdir()) == [
        "caption.json",
        "clip.mp4",
        "done.json",
        "final_frame.png",
        "frames_00.mkv",
        "metrics.json",
        "path_00.png",
        "path_01.png",
        "report.html",
        "request.json",
        "scores.json",
        "source.png",
    ]


def test_a_run_comes_back_as_it_was(folder: Path) -> None:
    run, written = read_run(folder), finished()
    assert run.record == written.record
    assert run.captions == (written.steps[0].caption,)
    assert run.steps[0].choice == written.steps[0].choice
    assert run.steps[0].scores == written.steps[0].scores
    assert run.steps[0].frame_times == tuple(range(9))
    assert (run.notes, run.told) == (("A note.",), ("A word.",))
    assert run.finished == "2030-01-02T12:00:00"
    assert np.array_equal(run.image().picture, written.image)
    assert np.array_equal(run.source().picture, written.source.picture)
    assert run.frames()[0].shape == drawn().shape


def test_the_features_of_all_frames_are_kept_with_the_path_through_them(tmp_path: Path) -> None:
    whole = walked((3,), (), (2,))
    cloud = read_run(write_run(tmp_path, whole)).cloud()
    assert cloud is not None
    assert cloud.vectors.dtype == np.float32 and len(cloud.vectors) == 1 + 3 * 2 * 5
    assert cloud.path.tolist() == [0, 1 + 3, 1 + 20 + 2]
    end = cloud.path[-1]
    assert (cloud.round[end], cloud.candidate[end], cloud.frame[end]) == (3, 0, 2)
    vectors = whole.steps[2].scores.vectors
    assert vectors is not None and np.array_equal(cloud.vectors[end], vectors[2])


def test_features_that_are_not_known_are_not_written(folder: Path) -> None:
    assert not (folder / "vectors.npz").exists()
    assert read_run(folder).cloud() is None


def repacked(**changes: object) -> Callable[[Path], object]:
    """Writes the file anew with some of its arrays changed."""

    def write(file: Path) -> None:
        with np.load(file) as arrays:
            np.savez_compressed(file, **{**arrays, **changes})

    return write


SPOILT: dict[str, Callable[[Path], object]] = {
    "no archive": lambda file: file.write_bytes(b"nonsense"),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-40]),
    "an array missing": lambda file: np.savez(file, vectors=directions(3)),
    "a program": repacked(path=np.array([print], dtype=object)),
    "a path out of it": repacked(path=np.array([0, 999])),
    "no path": repacked(path=np.array([], dtype=np.int64)),
    "not finite": repacked(vectors=np.full((11, 3), np.nan, np.float32)),
    "another length": repacked(vectors=directions(4)),
    "another round": repacked(round=np.full(11, 9)),
    "a number": repacked(round=np.int64(1)),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_features_that_are_damaged_are_as_if_there_were_none(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    folder = write_run(tmp_path, walked((3,)))
    assert read_run(folder).cloud() is not None
    spoil(folder / "vectors.npz")
    assert read_run(folder).cloud() is None


def test_features_that_would_fill_the_memory_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_run(tmp_path, walked((3,)))
    monkeypatch.setattr("frame2frame.runs.vectors.LIMIT_BYTES", 100)
    assert read_run(folder).cloud() is None


def test_a_cloud_of_steps_without_vectors_is_none() -> None:
    assert Cloud.of([a_step(Choice(None, "why not"), drawn(5))]) is None


def test_the_route_ends_where_the_path_does_in_no_longer_steps() -> None:
    steps = walked((4,), (), (3,)).steps
    found, cloud = routed(steps), Cloud.of(steps)
    assert cloud is not None and len(found) > 2
    assert np.array_equal(found[-1], steps[2].clip.frames[3])
    greedy = cloud.path.tolist()
    nodes = route(cloud.vectors, 0, greedy[-1], greedy, cloud.clips())
    assert len(nodes) == 1 + len(found) and energy(cloud.vectors, nodes) < energy(cloud.vectors, greedy)


def test_a_path_that_stayed_has_no_route() -> None:
    assert routed(walked((), ()).steps) == ()


def test_the_route_comes_back(tmp_path: Path) -> None:
    frames = tuple(drawn(5)[1:4])
    run = read_run(write_run(tmp_path, replace(walked((3,)), route=frames)))
    assert len(run.route()) == 3 and all(map(np.array_equal, run.route(), frames))
    assert read_run(write_run(tmp_path, walked((3,)))).route() == ()


def test_the_states_the_generated_picture_and_the_mask_come_back(tmp_path: Path) -> None:
    mask = load_picture(np.full((48, 48, 3), 255, np.uint8))
    whole = replace(walked((3,), (2,)), is_composed=True, mask=mask)
    run = read_run(write_run(tmp_path, whole))
    assert len(run.states()) == 3 and np.array_equal(run.states()[1], drawn(5)[3])
    generated, again = run.generated(), run.mask()
    assert generated is not None and np.array_equal(generated.picture, run.states()[2])
    assert again is not None and np.array_equal(again.picture, mask.picture)


def test_the_generated_picture_is_there_where_the_states_are_not_kept(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path, replace(finished(), is_composed=True, save=RESULT)))
    generated = run.generated()
    assert generated is not None and not (run.folder / "path_01.png").exists()
    assert np.array_equal(generated.picture, drawn()[6])


def test_the_ending_is_the_last_round_that_was_not_rolled_back(tmp_path: Path) -> None:
    assert read_run(write_run(tmp_path, walked((3,), (2,), ()))).ending == 1
    assert read_run(write_run(tmp_path, walked((), ()))).ending == 1


def test_metrics_keep_their_shapes_and_lose_what_is_not_finite(folder: Path) -> None:
    metrics = read_run(folder).metrics
    assert metrics["path_length"] == 1.5
    assert metrics["semantic_scores"] == (0.1,)
    assert metrics["none"] == ()
    drift = metrics["identity_drift"]
    assert isinstance(drift, tuple)
    assert math.isnan(drift[1])
    assert "NaN" not in (folder / "metrics.json").read_text()


def test_json_is_sorted_and_readable(folder: Path) -> None:
    for file in folder.glob("*.json"):
        text = file.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def test_a_coarse_round_is_kept_at_the_size_of_the_fine_one(tmp_path: Path) -> None:
    path = walked((1,), (2,))
    coarse, fine = path.steps
    small = replace(coarse, clip=replace(coarse.clip, frames=coarse.clip.frames[:, ::2, ::2]))
    run = read_run(write_run(tmp_path, replace(path, steps=(small, fine)), now=NOON))
    assert [frames.shape for frames in run.frames()] == [fine.clip.frames.shape] * 2


def test_several_steps_keep_their_frames_apart(tmp_path: Path) -> None:
    whole = finished()
    steps = (a_step(Choice(2, "why"), drawn(5), 1), a_step(Choice(None, "why not"), drawn(9), 2))
    run = read_run(write_run(tmp_path, replace(whole, steps=steps)))
    assert [len(frames) for frames in run.frames()] == [5, 9]
    assert [step.seed for step in run.steps] == [1, 2]
    assert np.abs(run.frames()[1][8].astype(int) - drawn(9)[8]).mean() < 1


def test_no_choice_keeps_the_source_and_no_further_path(tmp_path: Path) -> None:
    folder = write_run(tmp_path, finished(choice=Choice(None, "No frame reaches 0.2.")))
    run = read_run(folder)
    assert run.steps[0].choice.index is None
    assert np.array_equal(run.image().picture, run.source().picture)
    assert not (folder / "path_01.png").exists()


def test_alpha_is_in_the_source_and_in_the_edit(tmp_path: Path) -> None:
    array = np.dstack([drawn()[0], np.full((48, 48), 9, np.uint8)])
    run = read_run(write_run(tmp_path, finished(load_picture(array))))
    for picture in (run.source(), run.image()):
        assert picture.alpha is not None
        assert (picture.alpha == 9).all()


def test_a_folder_without_done_is_not_finished(folder: Path) -> None:
    (folder / "done.json").unlink()
    with pytest.raises(InputError, match="not finished"):
        read_run(folder)


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run folder"):
        read_run(tmp_path / "none")


def shorten_scores(folder: Path) -> None:
    data = json.loads((folder / "scores.json").read_text())
    data["steps"][0]["scores"]["columns"]["semantic"].pop()
    (folder / "scores.json").write_text(json.dumps(data))


def choose_beyond_the_end(folder: Path) -> None:
    data = json.loads((folder / "scores.json").read_text())
    data["steps"][0]["choice"]["index"] = 99
    (folder / "scores.json").write_text(json.dumps(data))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "request gone": lambda folder: (folder / "request.json").unlink(),
    "request no JSON": lambda folder: (folder / "request.json").write_text("{"),
    "request no text": lambda folder: (folder / "request.json").write_bytes(b"\xff\xfe\x00"),
    "done a list": lambda folder: (folder / "done.json").write_text("[]"),
    "done empty": lambda folder: (folder / "done.json").write_text("{}"),
    "captions gone": lambda folder: (folder / "caption.json").write_text('{"captions": []}'),
    "metrics of texts": lambda folder: (folder / "metrics.json").write_text('{"a": "b"}'),
    "a score missing": shorten_scores,
    "a choice beyond the end": choose_beyond_the_end,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_folder_is_one_line(folder: Path, damage: Callable[[Path], object]) -> None:
    damage(folder)
    with pytest.raises(InputError) as caught:
        read_run(folder)
    assert "\n" not in str(caught.value) and caught.value.remedy


def test_a_clip_of_another_run_is_refused(folder: Path, tmp_path: Path) -> None:
    other = write_run(tmp_path, replace(finished(), steps=(a_step(Choice(1, "why"), drawn(5)),)))
    (folder / "clip.mp4").write_bytes((other / "clip.mp4").read_bytes())
    with pytest.raises(InputError, match="not of this run"):
        read_run(folder).frames()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def without_an_end(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_huge_hole(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
@pytest.mark.parametrize("make", [a_pipe, without_an_end, a_huge_hole, Path.mkdir])
@pytest.mark.parametrize("name", ["request.json", "scores.json", "metrics.json", "clip.mp4", "source.png"])
def test_what_is_no_regular_file_is_refused_at_once(
    folder: Path, name: str, make: Callable[[Path], object]
) -> None:
    (folder / name).unlink()
    make(folder / name)
    with pytest.raises(InputError):
        run = read_run(folder)
        run.source()
        run.frames()


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "x/" * 3_000])
def test_a_name_that_no_disk_takes_is_one_line(name: str) -> None:
    for read in (lambda: read_run(Path(name)), lambda: recorded(Path(name))):
        with pytest.raises(InputError) as caught:
            read()
        assert "\n" not in str(caught.value)


def test_a_figure_that_json_has_no_number_for_is_null_with_the_reason(tmp_path: Path) -> None:
    whole = replace(finished(), metrics={"straightness": math.inf, "path_length": 2.0})
    folder = write_run(tmp_path, whole)
    assert json.loads((folder / "metrics.json").read_text(), parse_constant=pytest.fail) == {
        "straightness": None,
        "path_length": 2.0,
        "reasons": {"straightness": "infinite: the path moves and ends where it began"},
    }
    metrics = read_run(folder).metrics
    assert set(metrics) == {"straightness", "path_length"} and math.isnan(metrics["straightness"])  # type: ignore[arg-type]
