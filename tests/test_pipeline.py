"""The promised class and the promised files."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from frame2frame.errors import Frame2FrameError, InputError, ModelError
from frame2frame.pipeline import Frame2FramePipeline
from frame2frame.worlds.tabletop.example import EXAMPLE

ROOT = Path(__file__).parent.parent
SHORT: dict[str, Any] = {"num_frames": 9, "num_inference_steps": 1}
TINY: dict[str, Any] = {**SHORT, "encoder": "tabletop"}
"""For the tiny model, whose folder names no encoder."""


@pytest.fixture
def image() -> Image.Image:
    return Image.open(EXAMPLE.picture).convert("RGB")


@pytest.fixture
def pipe(video_model: Path, small_embedded: None, tmp_path: Path) -> Frame2FramePipeline:
    return Frame2FramePipeline(str(video_model), device="cpu", out=tmp_path)


def same(one: Image.Image, other: Image.Image) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other))


def test_the_promised_example_runs_as_written(
    image: Image.Image, small_embedded: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(ROOT)
    sys.modules.pop("pipeline", None)
    from pipeline import Frame2FramePipeline

    with pytest.warns(UserWarning, match="embedded model takes its place"):
        pipe = Frame2FramePipeline()
    g = torch.Generator(device=pipe.device).manual_seed(42)
    best, path, metrics = pipe.run(
        image=image,
        prompt_text=EXAMPLE.instruction,
        use_iterative=True,
        iterative_steps=2,
        candidates_per_step=1,
        guidance_scale=6.0,
        generator=g,
        **SHORT,
    )
    assert best.size == image.size and same(path[0], image)
    assert {"path_length", "smoothness", "semantic_scores", "identity_drift"} <= set(metrics)
    assert json.loads(Path("outputs/metrics.json").read_text("utf-8")).keys() == metrics.keys()
    assert len(list(Path("outputs").glob("path_*.png"))) == len(path)
    assert same(Image.open("outputs/final_frame.png"), best)


def test_a_photograph_that_the_embedded_model_does_not_know_comes_back_as_it_was_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    photograph = Image.fromarray(np.random.default_rng(0).integers(0, 256, (96, 144, 3), dtype=np.uint8))
    with pytest.warns(UserWarning, match="embedded model takes its place"):
        pipe = Frame2FramePipeline()
    with pytest.warns(UserWarning, match="cannot draw pictures like this one.*f2f models suggest"):
        best, path, _ = pipe.run(photograph, "make it night")
    assert same(best, photograph) and len(path) == 1 and same(path[0], photograph)
    assert pipe.result is not None and pipe.result.index is None
    assert "cannot draw pictures like this one" in pipe.result.reason and pipe.result.advice


def test_what_the_user_should_know_of_a_run_is_a_warning(
    pipe: Frame2FramePipeline, image: Image.Image
) -> None:
    with pytest.warns(UserWarning, match="does not seem to be in English"):
        pipe.run(image, "把灰色的立方体变成红色", caption_text="the cube turns red", **TINY)


def test_the_generator_yields_one_seed_a_candidate_and_goes_on(
    pipe: Frame2FramePipeline, image: Image.Image, tmp_path: Path
) -> None:
    generator = torch.Generator().manual_seed(7)
    again = torch.Generator().manual_seed(7)
    pipe.run(image, EXAMPLE.instruction, generator=generator, candidates=2, **TINY)
    wanted = torch.randint(2**63 - 1, (2,), generator=again).tolist()
    (record,) = tmp_path.glob("2*/request.json")
    assert json.loads(record.read_text("utf-8"))["seeds"] == wanted
    assert torch.equal(generator.get_state(), again.get_state())


def settings_of(out: Path) -> dict[str, Any]:
    (record,) = out.glob("2*/request.json")
    settings: dict[str, Any] = json.loads(record.read_text("utf-8"))
    return settings


def test_a_search_draws_a_seed_for_each_of_its_candidates(
    pipe: Frame2FramePipeline, image: Image.Image, tmp_path: Path
) -> None:
    generator = torch.Generator().manual_seed(7)
    short = TINY | {"num_inference_steps": 2}
    pipe.run(image, EXAMPLE.instruction, strategy="search", candidates=3, generator=generator, **short)
    settings = settings_of(tmp_path)
    assert settings["strategy"] == "search" and settings["options"] == {"strategy.candidates": 3}
    assert len(settings["seeds"]) == 3


def test_a_preset_and_a_memory_preset_are_part_of_the_run(
    image: Image.Image, video_model: Path, tmp_path: Path
) -> None:
    pipe = Frame2FramePipeline(str(video_model), device="cpu", memory="24", out=tmp_path)
    pipe.run(
        image, EXAMPLE.instruction, preset="fast", memory="12", num_inference_steps=1, encoder="tabletop"
    )
    settings = settings_of(tmp_path)
    assert (settings["preset"], settings["memory"], settings["frames"]) == ("fast", "12", 9)
    assert settings["strategy"] == "one-shot" and settings["options"] == {"strategy.stop_early": True}


def test_the_objects_memory_and_lora_are_those_of_each_run(
    image: Image.Image, video_model: Path, tmp_path: Path
) -> None:
    pipe = Frame2FramePipeline(str(video_model), device="cpu", memory="24", out=tmp_path)
    pipe.run(image, EXAMPLE.instruction, **TINY)
    assert settings_of(tmp_path)["memory"] == "24"
    pipe = Frame2FramePipeline("tabletop", device="cpu", lora="no/such.safetensors", out=tmp_path)
    with pytest.raises(Frame2FrameError, match="no/such"):
        pipe.run(image, EXAMPLE.instruction)


def test_a_path_may_be_named_as_the_strategy(
    pipe: Frame2FramePipeline, image: Image.Image, tmp_path: Path
) -> None:
    pipe.run(
        image, EXAMPLE.instruction, strategy="path", iterative_steps=1, candidates_per_step=1, preset="fast",
        **TINY,
    )  # fmt: skip
    settings = settings_of(tmp_path)
    assert settings["strategy"] == "path" and settings["options"] == {
        "strategy.rounds": 1,
        "strategy.candidates": 1,
    }


def test_two_ways_at_once_are_refused(pipe: Frame2FramePipeline, image: Image.Image) -> None:
    with pytest.raises(InputError, match="iterative mode is a strategy of its own; got 'search'"):
        pipe.run(image, "make it blue", use_iterative=True, strategy="search")


def test_options_of_the_generator_reach_it(
    pipe: Frame2FramePipeline, image: Image.Image, tmp_path: Path
) -> None:
    pipe.run(image, EXAMPLE.instruction, options={"generator.height": 64}, **TINY)
    assert settings_of(tmp_path)["options"] == {"generator.height": 64}


def test_the_weights_of_the_energy_reach_the_path(pipe: Frame2FramePipeline, image: Image.Image) -> None:
    # The words cost nothing and every step does, so the path stays where it is.
    best, path, metrics = pipe.iterative_edit(
        image, EXAMPLE.instruction, 1, 1, w_sem=0.0, w_step=1.0, w_id=0.0, **TINY
    )
    assert same(best, image) and len(path) == 1 and metrics["path_length"] == 0.0


def test_the_files_of_the_call_before_do_not_stay(
    pipe: Frame2FramePipeline, image: Image.Image, tmp_path: Path
) -> None:
    (tmp_path / "path_99.png").write_bytes(b"old")
    (tmp_path / "path_of_mine.png").write_bytes(b"mine")
    pipe.run(image, EXAMPLE.instruction, **TINY)
    assert not (tmp_path / "path_99.png").exists() and (tmp_path / "path_of_mine.png").exists()


def test_a_model_that_was_named_has_no_other_in_its_place(image: Image.Image, tmp_path: Path) -> None:
    pipe = Frame2FramePipeline("some/where", device="cpu", out=tmp_path)
    with pytest.raises(ModelError, match="some/where"):
        pipe.run(image, "make it blue")


def test_an_option_that_no_part_has_is_refused_by_name(pipe: Frame2FramePipeline, image: Image.Image) -> None:
    with pytest.raises(InputError, match="w_sam"):
        pipe.iterative_edit(image, "make it blue", w_sam=1.0)


class CogVideoXImageToVideoPipeline:
    """What a user of diffusers has in hand."""


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        (
            {"model": CogVideoXImageToVideoPipeline()},
            "model takes one name; got CogVideoXImageToVideoPipeline",
        ),
        ({"model": "tabeltop"}, "did you mean tabletop"),
        ({"model_cache_dir": 5}, "cache_dir takes one name; got 5"),
        ({"device": 5}, "a device is named by a text; got 5"),
        ({"memory": "9"}, "no such memory preset; got '9'"),
        ({"lora": 5}, "a LoRA is named by a text; got 5"),
        ({"out": 5}, "out must be a path; got 5"),
    ],
)
def test_what_cannot_be_used_is_refused_when_the_object_is_made(wishes: dict[str, Any], says: str) -> None:
    with pytest.raises(Frame2FrameError, match=says):
        Frame2FramePipeline(**{"model": "tabletop", "device": "cpu", **wishes})


def test_a_run_takes_the_wishes_of_an_edit(
    pipe: Frame2FramePipeline, image: Image.Image, tmp_path: Path
) -> None:
    pipe.run(image, EXAMPLE.instruction, height=64, keep=False, seed=3, **TINY)
    settings = settings_of(tmp_path)
    assert settings["options"] == {"generator.height": 64}
    assert settings["seed"] == 3 and not settings["keep"]


def test_progress_may_be_off_in_each_way_of_running(
    pipe: Frame2FramePipeline, image: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def watched(_: object, progress: bool, warnings: bool) -> None:
        assert not warnings  # Python's own warnings tell them
        asked.append(progress)
        raise InterruptedError

    monkeypatch.setattr("frame2frame.pipeline.watched", watched)
    for run in (pipe.run, pipe.iterative_edit):
        for given in (dict[str, Any](), {"progress": False}):
            with pytest.raises(InterruptedError):
                run(image, EXAMPLE.instruction, **given)
    assert asked == [True, False, True, False]


def test_the_rounds_of_a_path_may_be_wished_for_as_in_an_edit(
    pipe: Frame2FramePipeline, image: Image.Image, tmp_path: Path
) -> None:
    pipe.run(image, EXAMPLE.instruction, True, rounds=1, options={"candidates": 1}, **TINY)
    assert settings_of(tmp_path)["options"] == {"strategy.rounds": 1, "strategy.candidates": 1}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"device": "cpu"}, "device is given when the object is made"),
        ({"generator": 5}, "this is no generator; got 5"),
        ({"generator": torch.Generator(), "seed": 3}, "a generator draws the seeds"),
    ],
)
def test_what_a_run_cannot_take_is_refused(
    pipe: Frame2FramePipeline, image: Image.Image, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        pipe.run(image, EXAMPLE.instruction, **more)
