"""Whole edits with the embedded model, in its shortest form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame.engine.models.catalogue import find
from frame2frame.errors import InputError, ModelError, WriteError
from frame2frame.geometry.measures import path_length, straightness
from frame2frame.report.result import Result
from frame2frame.run import Event
from frame2frame.runs.read import read_run
from frame2frame.runs.states import measured
from frame2frame.values import Note, Progress, Started, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

from .finished import a_round

QUICK = frame2frame.Wishes(frames=9, steps=1, seed=5, device="cpu")
INSTRUCTION = EXAMPLE.instruction


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return np.array(Image.open(EXAMPLE.picture).convert("RGB"))


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    """Of the one edit that most tests look at."""
    request = frame2frame.Request.of(EXAMPLE.picture, INSTRUCTION, **QUICK)
    return list(frame2frame.stream(request, tmp_path_factory.mktemp("runs")))


@pytest.fixture(scope="module")
def result(events: list[Event]) -> Result:
    assert isinstance(events[-1], Result)
    return events[-1]


@pytest.fixture
def tiny(video_model: Path, small_encoder: Path) -> frame2frame.Wishes:
    """As quick, and ten times quicker: what another model draws says as much about these promises."""
    return QUICK | {"model": str(video_model), "encoder": str(small_encoder), "select": "best"}


def test_the_result_has_the_sources_size_and_all_frames(scene: np.ndarray, result: Result) -> None:
    assert result.image.shape == scene.shape and result.image.dtype == np.uint8
    assert result.frames.shape == (9, *scene.shape) and result.reason
    assert {len(column) for column in result.scores.columns.values()} == {9}


def test_the_image_is_the_chosen_frame_or_the_source(scene: np.ndarray) -> None:
    result = frame2frame.edit(
        scene, INSTRUCTION, out=None, select="best", frames=9, steps=1, seed=5, device="cpu", keep=False
    )
    wanted = scene if result.index is None else result.frames[result.index]
    assert np.array_equal(result.image, wanted)


def test_what_the_mask_does_not_let_change_is_the_sources_own(
    scene: np.ndarray, tiny: frame2frame.Wishes, tmp_path: Path
) -> None:
    mask = np.zeros_like(scene)
    mask[:, :40] = 255
    result = frame2frame.edit(scene, INSTRUCTION, out=tmp_path, **(tiny | {"mask": mask}))
    assert np.array_equal(result.image[:, 60:], scene[:, 60:])
    assert not np.array_equal(result.image[:, :40], scene[:, :40])
    assert result.folder is not None
    assert {"mask.png", "generated_frame.png"} <= {path.name for path in result.folder.iterdir()}
    again = frame2frame.replay(result.folder)
    assert again.mask is not None and np.array_equal(again.mask.picture, mask)


def test_a_mask_that_cannot_be_laid_over_the_picture_is_refused_before_anything_runs(
    scene: np.ndarray,
) -> None:
    for mask in (np.full((64, 32, 3), 255, np.uint8), np.zeros_like(scene)):
        events = frame2frame.stream(frame2frame.Request.of(scene, INSTRUCTION, mask=mask), None)
        with pytest.raises(InputError, match="mask"):
            next(events)


def test_an_option_that_is_none_is_left_out(scene: np.ndarray) -> None:
    request = frame2frame.Request.of(scene, INSTRUCTION, options={"settled": None, "candidates": 2})  # type: ignore[dict-item]
    assert request.options == {"strategy.candidates": 2}


def test_an_option_of_another_part_says_whose_it_is(scene: np.ndarray) -> None:
    with pytest.raises(InputError, match="it is one of path"):
        frame2frame.edit(scene, INSTRUCTION, out=None, **(QUICK | {"options": {"rounds": 3}}))


def test_an_identity_encoder_adds_its_score(scene: np.ndarray, tiny: frame2frame.Wishes) -> None:
    result = frame2frame.edit(scene, INSTRUCTION, out=None, **(tiny | {"identity": tiny["encoder"]}))
    assert result.scores.columns["identity"] == pytest.approx(result.scores.columns["preservation"])


@pytest.mark.parametrize(("wish", "said"), [("face", "face:MODEL,DETECTOR"), ("arcface", "did you mean")])
def test_an_identity_encoder_that_cannot_be_is_one_line(scene: np.ndarray, wish: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        frame2frame.edit(scene, INSTRUCTION, out=None, **(QUICK | {"identity": wish}))


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(
    scene: np.ndarray, tiny: frame2frame.Wishes
) -> None:
    first, again, other = (
        frame2frame.edit(scene, INSTRUCTION, out=None, **(tiny | {"seed": seed})) for seed in (5, 5, 6)
    )
    assert first.frames.tobytes() == again.frames.tobytes() != other.frames.tobytes()


def test_a_path_a_pil_picture_and_an_array_are_the_same_picture(scene: np.ndarray) -> None:
    images = (str(EXAMPLE.picture), EXAMPLE.picture, Image.fromarray(scene), scene)
    sources = [frame2frame.Request.of(image, INSTRUCTION, **QUICK).source for image in images]
    assert all(np.array_equal(source.picture, scene) for source in sources)
    assert len({source.pixels_sha256 for source in sources}) == 1


def test_a_run_folder_holds_the_result_and_everything_about_it(result: Result) -> None:
    assert result.folder is not None
    names = {path.name for path in result.folder.iterdir()}
    assert names >= {"request.json", "caption.json", "scores.json", "metrics.json", "clip.mp4", "path_00.png"}
    assert names >= {"final_frame.png", "report.html", "done.json", "source.png"}
    run = read_run(result.folder)
    assert run.record.settings.seed == 5
    assert run.record.execution.model_resolved == "tabletop"
    assert np.array_equal(run.image().picture, result.image)


def test_the_stream_starts_with_what_runs_and_ends_with_the_result(events: list[Event]) -> None:
    assert isinstance(events[0], Started) and events[0].seed == 5 and events[0].model == "tabletop"
    assert isinstance(events[-1], Result) and any(isinstance(event, Step) for event in events)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert list(dict.fromkeys(stages)) == ["load", "look", "encode", "denoise", "decode", "keep", "write"]


def test_a_stopped_stream_leaves_nothing_behind(scene: np.ndarray, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    events = frame2frame.stream(frame2frame.Request.of(scene, INSTRUCTION, **QUICK), out)
    for event in events:
        if isinstance(event, Progress) and event.stage == "denoise" and event.done:
            break
    events.close()
    assert not out.exists()


def test_a_replay_gives_the_same_bytes(result: Result, tmp_path: Path) -> None:
    assert result.folder is not None
    request = frame2frame.replay(result.folder / "final_frame.png")
    again = next(e for e in frame2frame.stream(request, tmp_path) if isinstance(e, Result))
    assert again.folder is not None and again.folder.parent == tmp_path
    for name in ("final_frame.png", "clip.mp4"):
        assert (again.folder / name).read_bytes() == (result.folder / name).read_bytes()


@pytest.mark.parametrize("size", [(97, 131), (300, 200), (64, 64)])
def test_any_size_comes_back_in_that_size(
    size: tuple[int, int], scene: np.ndarray, tiny: frame2frame.Wishes
) -> None:
    picture = np.array(Image.fromarray(scene).resize((size[1], size[0])))
    result = frame2frame.edit(picture, INSTRUCTION, out=None, **tiny)
    assert result.index is not None and result.image.shape == (*size, 3)


def test_a_tabletop_scene_is_edited_without_a_warning(events: list[Event]) -> None:
    assert not [event for event in events if isinstance(event, Note) and event.is_warning]


def test_an_instruction_without_english_words_is_declined_by_a_model_that_was_taught_english_alone(
    scene: np.ndarray,
) -> None:
    result = frame2frame.edit(scene, "把球涂成蓝色", out=None, **QUICK)
    assert result.index is None and "English" in result.reason


def test_an_instruction_without_english_words_is_run_with_a_note(
    scene: np.ndarray, tiny: frame2frame.Wishes
) -> None:
    request = frame2frame.Request.of(scene, "把球涂成蓝色", **tiny)
    events = list(frame2frame.stream(request, out=None))
    assert any("English" in event.text for event in events if isinstance(event, Note))


def test_a_drawn_seed_is_recorded(scene: np.ndarray, tiny: frame2frame.Wishes, tmp_path: Path) -> None:
    result = frame2frame.edit(scene, INSTRUCTION, out=tmp_path, **(tiny | {"seed": None}))
    assert result.folder is not None
    settings = json.loads((result.folder / "request.json").read_text())
    repeated = frame2frame.edit(scene, INSTRUCTION, out=None, **(tiny | {"seed": settings["seed"]}))
    assert repeated.frames.tobytes() == result.frames.tobytes()


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"frames": 12}, "nearest is 9 or 17"),
        ({"steps": 0}, "nearest is 1"),
        ({"guidance": float("nan")}, "guidance must be a number"),
        ({"guidance": -1.0}, "nearest is 0"),
        ({"seed": -1}, "nearest is 0"),
        ({"seed": 2**63}, "nearest is 9223372036854775807"),
        ({"caption": "temporel"}, "did you mean temporal"),
        ({"select": "first"}, "there are best, earliest"),
        ({"device": "toaster"}, "use 'auto' or 'cpu'"),
    ],
)
def test_a_wish_that_cannot_be_is_answered_with_one_that_can(
    wishes: frame2frame.Wishes, says: str, scene: np.ndarray
) -> None:
    with pytest.raises(InputError, match=says) as raised:
        frame2frame.edit(scene, INSTRUCTION, out=None, **wishes)
    assert "\n" not in str(raised.value)


def test_an_instruction_that_is_too_long_is_refused(scene: np.ndarray) -> None:
    with pytest.raises(InputError, match="shorten it"):
        frame2frame.edit(scene, "blue " * 1000, out=None, **QUICK)


def test_nothing_runs_when_the_folder_cannot_be_written(scene: np.ndarray, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    events = frame2frame.stream(frame2frame.Request.of(scene, INSTRUCTION, **QUICK), blocked / "runs")
    with pytest.raises(WriteError):
        next(events)


def test_a_model_that_is_not_here_is_an_error_that_says_how_to_get_it(scene: np.ndarray) -> None:
    with pytest.raises(ModelError, match=r"about 21 GB\) with: f2f models pull cogvideox1\.5-5b-i2v"):
        frame2frame.edit(scene, INSTRUCTION, out=None, model="cogvideox1.5-5b-i2v")


def test_the_embedded_model_loads_with_the_stock_pipeline() -> None:
    from diffusers import CogVideoXImageToVideoPipeline

    pipeline = CogVideoXImageToVideoPipeline.from_pretrained(find("tabletop").repository)
    assert pipeline.transformer.config.sample_frames == 17


def test_numpy_integers_are_numbers_too() -> None:
    numbers: Any = {"seed": np.int64(3), "frames": np.int32(9)}
    request = frame2frame.Request.of(EXAMPLE.picture, INSTRUCTION, **numbers)
    assert (request.seed, request.frames) == (3, 9) and type(request.seed) is int


@pytest.mark.parametrize(
    "wish",
    [
        {"seed": "1"},
        {"seed": 1.5},
        {"seed": True},
        {"frames": 9.0},
        {"guidance": "6"},
        {"caption": 5},
        {"x": 1},
    ],
)
def test_a_wish_of_another_sort_is_refused_by_name(wish: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wish))):
        frame2frame.Request.of(EXAMPLE.picture, INSTRUCTION, **wish)  # type: ignore[arg-type]


@pytest.mark.parametrize("instruction", ["\udcff red", 7, b"red"])
def test_an_instruction_that_is_no_text_is_refused(instruction: object) -> None:
    with pytest.raises(InputError, match="no readable text"):
        frame2frame.Request.of(EXAMPLE.picture, instruction)  # type: ignore[arg-type]


def test_a_place_or_a_request_of_another_sort_is_refused(scene: np.ndarray) -> None:
    wrong: Any = 5
    for attempt in (
        lambda: frame2frame.edit(scene, INSTRUCTION, out=wrong, **QUICK),
        lambda: next(frame2frame.stream(wrong)),
        lambda: frame2frame.replay(wrong),
    ):
        with pytest.raises(InputError, match="; got 5; "):
            attempt()


def test_straightness_is_measured_over_all_frames_passed_through() -> None:
    walked = (a_round(5, 1, (4,)), a_round(5, 2, (2,)))
    known = [step.scores.vectors for step in walked if step.scores.vectors is not None]
    start = walked[0].scores.start
    assert start is not None
    way = np.concatenate([start, known[0][1:], known[1][1:3]])
    figures = measured([*walked, a_round(5, 3, ())])
    assert figures["straightness"] == pytest.approx(straightness(way))
    assert figures["path_length"] == pytest.approx(path_length(way[[0, 4, 6]]))
