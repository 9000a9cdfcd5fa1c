"""Models that run through their own diffusers pipeline, on tiny random checkpoints in the real layout."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import frame2frame
from frame2frame.engine.device.multi_device import Spread
from frame2frame.engine.families.diffusers.draft import Runs
from frame2frame.engine.families.diffusers.generator import Pipeline
from frame2frame.engine.families.diffusers.table import KINDS
from frame2frame.engine.models.store import ModelStore
from frame2frame.engine.sampling import clip_rules
from frame2frame.errors import InputError
from frame2frame.plugins.stages import Item
from frame2frame.report.result import Result
from frame2frame.values import Frames, Progress, Sampling, Step
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..drafts import ANY, MakeItem
from ..tiny_pipelines import NAMES

INSTRUCTION = "paint the purple cube blue"
WAN, HUNYUAN, FRAMEPACK = (
    "WanImageToVideoPipeline",
    "HunyuanVideo15ImageToVideoPipeline",
    "HunyuanVideoFramepackPipeline",
)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes that the real models were trained for take these tiny ones minutes."""
    for name, kind in KINDS.items():
        monkeypatch.setitem(KINDS, name, replace(kind, area=(64, 64)))


@pytest.fixture
def wan(folders: Path, store: ModelStore) -> Pipeline:
    return Pipeline(str(folders / WAN), steps=2, frames=5, device="cpu", store=store)


def drawn(draft: Runs, candidate: int = 0) -> Frames:
    draft.advance(draft.steps_left)
    return np.concatenate(list(draft.decode(candidate)))


def items(item: MakeItem, sampling: Sampling, *seeds: int) -> list[Item]:
    """Candidates of one picture."""
    return [replace(item(0, sampling), seed=seed) for seed in seeds]


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_edit_goes_through_each_pipeline(
    name: str, folders: Path, small_encoder: Path, tmp_path: Path
) -> None:
    frames = KINDS[name].fewest_frames
    request = frame2frame.Request.of(
        EXAMPLE.picture,
        INSTRUCTION,
        model=str(folders / name),
        encoder=str(small_encoder),
        select="best",
        frames=frames,
        steps=2,
        seed=1,
        device="cpu",
    )
    events = list(frame2frame.stream(request, tmp_path / "runs"))
    result = events[-1]
    assert isinstance(result, Result)
    assert result.frames.shape == (frames, 64, 64, 3)
    assert result.image.shape == (128, 128, 3)
    denoised = [event.done for event in events if isinstance(event, Progress) and event.stage == "denoise"]
    assert denoised == [0, 1, 2]
    assert result.folder is not None
    record = json.loads((result.folder / "request.json").read_text())
    assert (record["frames"], record["steps"], record["guidance"]) == (frames, 2, None)  # it was not asked
    ran = json.loads((result.folder / "done.json").read_text())["execution"]
    assert ran["guidance_schedule"] == [KINDS[name].guidance] * 2


def test_a_path_of_rounds_ends_in_a_refinement(folders: Path) -> None:
    options = {"rounds": 2, "candidates": 2, "first_size": 0.5, "w_sem": 100.0, "w_id": 0.0, "w_step": 0.0}
    options |= {"gate.calibrated": False, "gate.ability": -100.0, "gate.contrast": 100.0}  # it never arrives
    request = frame2frame.Request.of(
        EXAMPLE.picture,
        INSTRUCTION,
        model=str(folders / WAN),
        encoder="tabletop",
        frames=9,
        steps=1,
        strategy="path",
        options=options,
        refine=True,
        seed=1,
        device="cpu",
    )
    steps = [event for event in frame2frame.stream(request, out=None) if isinstance(event, Step)]
    assert [step.clip.frames.shape[:3] for step in steps] == [(9, 32, 32), (9, 64, 64), (5, 64, 64)]


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_gives_its_own_frames_whatever_is_drawn_beside_it(
    name: str, folders: Path, item: MakeItem, store: ModelStore
) -> None:
    model = Pipeline(str(folders / name), steps=1, device="cpu", store=store)
    sampling = model.shortest(model.sampling(ANY))
    first = model.draft(items(item, sampling, 1, 2), sampling)
    both = [drawn(first, candidate) for candidate in (0, 1)]
    again = drawn(model.draft(items(item, sampling, 2), sampling))
    assert np.array_equal(both[1], again)
    assert not np.array_equal(both[0], both[1])


@pytest.mark.parametrize(
    ("name", "frames", "nearest"),
    [
        (WAN, 16, "13 or 17"),
        (WAN, 83, "81"),
        (WAN, 1, "5"),
        ("ChronoEditPipeline", 9, "5 or 29"),
        ("ChronoEditPipeline", 81, "29"),
        ("LTXImageToVideoPipeline", 13, "9 or 17"),
        (FRAMEPACK, 81, "73 or 109"),
        ("Kandinsky5I2VPipeline", 5, "17"),
    ],
)
def test_other_numbers_of_frames_name_the_nearest(
    name: str, frames: int, nearest: str, folders: Path
) -> None:
    with pytest.raises(InputError, match=f"the nearest is {nearest}$"):
        Pipeline(str(folders / name)).sampling(ANY, frames=frames)


def test_steps_and_guidance_that_cannot_be_name_the_nearest(wan: Pipeline) -> None:
    with pytest.raises(InputError, match=r"the nearest is 1$"):
        wan.sampling(ANY, steps=0)
    with pytest.raises(InputError, match=r"the nearest is 1$"):
        wan.sampling(ANY, guidance=0.0)
    with pytest.raises(InputError, match=r"the nearest is 5$"):
        wan.sampling(ANY, guidance=float("nan"))


def test_a_size_keeps_the_aspect_on_whole_patches(folders: Path) -> None:
    kind = replace(KINDS[WAN], area=(480, 832))
    assert kind.size(np.zeros((1080, 1920, 3), np.uint8)) == (480, 848)
    assert kind.size(np.zeros((1920, 1080, 3), np.uint8)) == (848, 480)
    assert kind.size(np.zeros((10, 5000, 3), np.uint8)) == (400, 992)
    with pytest.raises(InputError, match="the nearest it can is 64 × 96"):
        Pipeline(str(folders / WAN), height=60, width=100).sampling(ANY)


def test_a_size_from_a_list_is_one_that_the_pipeline_picks_again(
    folders: Path, item: MakeItem, store: ModelStore
) -> None:
    model = Pipeline(str(folders / HUNYUAN), frames=5, steps=1, device="cpu", store=store)
    for shape in ((64, 64), (50, 100), (100, 50), (48, 80), (10, 400)):
        sampling = model.sampling(np.zeros((*shape, 3), np.uint8))
        clip = drawn(model.draft(items(item, sampling, 1), sampling))
        assert clip.shape[1:3] == (sampling.height, sampling.width)
    assert model.resized(sampling, 0.5) == sampling
    chosen = replace(model, height=sampling.height, width=sampling.width).sampling(ANY)
    assert (chosen.height, chosen.width) == (sampling.height, sampling.width)
    with pytest.raises(InputError, match="cannot draw this size"):
        replace(model, height=60, width=60).sampling(ANY)


@pytest.mark.parametrize(
    ("given", "size"),
    [((None, None), (48, 96)), ((96, None), (96, 192)), ((None, 50), (24, 50)), ((7, 9), (7, 9))],
)
def test_a_side_that_was_not_given_follows_the_other(
    given: tuple[int | None, int | None], size: tuple[int, int]
) -> None:
    assert clip_rules.sides(*given, (48, 96), lambda length: round(length / 8) * 8) == size


def test_chronoedit_draws_the_way_to_the_edit_with_29_frames(
    folders: Path, item: MakeItem, store: ModelStore
) -> None:
    model = Pipeline(str(folders / "ChronoEditPipeline"), frames=29, steps=1, device="cpu", store=store)
    sampling = model.sampling(ANY)
    assert len(drawn(model.draft(items(item, sampling, 1), sampling))) == 29


def test_framepack_goes_through_all_steps_once_a_section(
    folders: Path, item: MakeItem, store: ModelStore
) -> None:
    model = Pipeline(str(folders / FRAMEPACK), frames=73, steps=2, device="cpu", store=store)
    sampling = model.sampling(ANY)
    draft = model.draft(items(item, sampling, 1), sampling)
    assert draft.steps_left == 4
    assert len(drawn(draft)) == 73


@pytest.mark.parametrize("name", [WAN, HUNYUAN, "LTXImageToVideoPipeline", "LTX2ImageToVideoPipeline"])
def test_guidance_takes_part(name: str, folders: Path, item: MakeItem, store: ModelStore) -> None:
    model = Pipeline(str(folders / name), steps=2, device="cpu", store=store)
    clips = []
    for guidance in (1.0, 9.0):
        sampling = model.shortest(model.sampling(ANY, guidance=guidance))
        clips.append(drawn(model.draft(items(item, sampling, 1), sampling)))
    assert not np.array_equal(clips[0], clips[1])


def test_a_clip_comes_in_the_chunks_of_the_seam(folders: Path, item: MakeItem, store: ModelStore) -> None:
    model = Pipeline(str(folders / WAN), frames=29, steps=1, device="cpu", store=store)
    sampling = model.sampling(ANY)
    draft = model.draft(items(item, sampling, 1, 2), sampling)
    draft.advance(2)
    assert [len(chunk) for chunk in draft.decode(0)] == [9, 8, 8, 4]
    together = np.concatenate(list(draft.decode_together([1, 0])), axis=1)
    assert np.array_equal(together[1], np.concatenate(list(draft.decode(0))))
    assert together.dtype == np.uint8


def test_a_draft_goes_on_with_the_candidates_that_are_kept(wan: Pipeline, item: MakeItem) -> None:
    sampling = wan.sampling(ANY)
    draft = wan.draft(items(item, sampling, 1, 2, 3), sampling)
    draft.advance()
    draft.keep([2, 0])
    assert draft.steps_left == 3
    alone = drawn(wan.draft(items(item, sampling, 1), sampling))
    assert np.array_equal(drawn(draft, 1), alone)


def test_two_drafts_under_way_do_not_disturb_each_other(wan: Pipeline, item: MakeItem) -> None:
    sampling = wan.sampling(ANY)
    first, second = (wan.draft(items(item, sampling, seed), sampling) for seed in (1, 2))
    first.advance()
    between = drawn(second)
    assert np.array_equal(drawn(first), drawn(wan.draft(items(item, sampling, 1), sampling)))
    assert not np.array_equal(between, drawn(first))


def test_a_stopped_clip_leaves_the_model_ready_for_the_next(wan: Pipeline, item: MakeItem) -> None:
    sampling = wan.sampling(ANY)
    whole = drawn(wan.draft(items(item, sampling, 1), sampling))
    stopped = wan.draft(items(item, sampling, 2), sampling)
    stopped.advance()
    stopped.close()
    assert stopped.steps_left == 0
    assert np.array_equal(drawn(wan.draft(items(item, sampling, 1), sampling)), whole)


def test_several_devices_draw_what_one_draws(wan: Pipeline, item: MakeItem) -> None:
    sampling, names = wan.sampling(ANY), ("cpu:0", "cpu:1")
    several = Spread(names, tuple(replace(wan, device=name) for name in names))
    seeds = (1, 2, 3)
    with closing(several.draft(items(item, sampling, *seeds), sampling)) as draft:
        assert draft.steps_left == 2 * sampling.steps  # two of the three are on the first device
        draft.advance(draft.steps_left)
        for candidate, seed in enumerate(seeds):
            ours = np.concatenate(list(draft.decode(candidate)))
            assert np.array_equal(ours, drawn(wan.draft(items(item, sampling, seed), sampling)))


def test_a_stopped_edit_leaves_nothing_behind(folders: Path, tmp_path: Path) -> None:
    request = frame2frame.Request.of(
        EXAMPLE.picture,
        EXAMPLE.instruction,
        model=str(folders / WAN),
        encoder="tabletop",
        frames=5,
        steps=3,
        device="cpu",
    )
    with closing(frame2frame.stream(request, tmp_path / "runs")) as events:
        assert any(
            isinstance(event, Progress) and (event.stage, event.done) == ("denoise", 1) for event in events
        )
    assert not (tmp_path / "runs").exists()


def test_what_needs_a_half_finished_clip_is_refused_in_one_line(wan: Pipeline, item: MakeItem) -> None:
    sampling = wan.sampling(ANY)
    draft = wan.draft(items(item, sampling, 1), sampling)
    assert not draft.can_preview
    for attempt in (
        draft.preview,
        draft.state,
        lambda: draft.thin([0]),
        lambda: draft.restore({}),
        lambda: next(draft.decode(0)),
    ):
        with pytest.raises(InputError, match=r"its own pipeline cannot .*WanImageToVideoPipeline; leave"):
            attempt()


def test_a_clip_that_starts_from_the_picture_is_refused_in_one_line(folders: Path) -> None:
    options = {"rounds": 1, "candidates": 1, "strength": 0.5}
    with pytest.raises(InputError, match="starts from pure noise only; leave the strength at 1"):
        frame2frame.edit(
            EXAMPLE.picture,
            INSTRUCTION,
            out=None,
            model=str(folders / WAN),
            encoder="tabletop",
            frames=5,
            steps=1,
            strategy="path",
            options=options,
            device="cpu",
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_repeated_picture_is_of_the_autoencoder(
    name: str, folders: Path, item: MakeItem, store: ModelStore
) -> None:
    model = Pipeline(str(folders / name), device="cpu", store=store)
    shown = [model.repeated(item(seed, model.sampling(ANY)).picture) for seed in (1, 2)]
    assert shown[0].dtype == np.uint8
    assert shown[0].shape == item(1, model.sampling(ANY)).picture.shape
    assert not np.array_equal(shown[0], shown[1])


def test_the_negative_text_takes_part(wan: Pipeline, item: MakeItem) -> None:
    sampling = wan.sampling(ANY)
    clips = [
        drawn(model.draft(items(item, sampling, 1), sampling))
        for model in (wan, replace(wan, negative_prompt="blurred"))
    ]
    assert not np.array_equal(clips[0], clips[1])
