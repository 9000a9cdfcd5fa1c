"""Which folders run through their own diffusers pipeline, and which are refused, in one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from frame2frame.engine.families.diffusers.generator import Pipeline
from frame2frame.engine.families.diffusers.table import kind_of
from frame2frame.engine.models import catalogue
from frame2frame.errors import ModelError

from ..drafts import ANY, MakeItem
from ..tiny_pipelines import NAMES

WAN = "WanImageToVideoPipeline"


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_names_its_generator(name: str, folders: Path) -> None:
    assert catalogue.find(str(folders / name)).family == "pipeline"
    assert kind_of(folders / name).pipeline == name


def test_a_folder_without_a_pipeline_keeps_the_usual_generator(tmp_path: Path) -> None:
    assert catalogue.find(str(tmp_path)).family == "cogvideox"


def test_a_checkpoint_that_names_the_text_to_video_class_runs_too(folders: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(folders / "LTXImageToVideoPipeline", tmp_path / "ltx")
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": "LTXPipeline"}))
    assert catalogue.find(str(folder)).family == "pipeline"
    assert Pipeline(str(folder)).sampling(ANY).frames == 121


def test_an_unknown_pipeline_is_one_line_that_names_the_known(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"_class_name": "StableVideoDiffusionPipeline"}')
    with pytest.raises(ModelError, match=r"got StableVideoDiffusionPipeline; there are Wan"):
        Pipeline(str(tmp_path)).sampling(ANY)


def test_missing_weights_are_one_line(folders: Path, tmp_path: Path, item: MakeItem) -> None:
    folder = shutil.copytree(folders / WAN, tmp_path / "wan")
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match="cut short"):
        Pipeline(str(folder)).sampling(ANY)
    weights.unlink()
    (weights.parent / "diffusion_pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="may run code when read"):
        Pipeline(str(folder)).sampling(ANY)


def test_a_model_that_needs_a_last_picture_is_one_line(folders: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(folders / WAN, tmp_path / "wan")
    place = folder / "transformer" / "config.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"pos_embed_seq_len": 514}))
    with pytest.raises(ModelError, match="has the first one only"):
        Pipeline(str(folder)).sampling(ANY)


def test_a_part_that_lacks_a_weight_is_never_filled_with_random_numbers(
    folders: Path, tmp_path: Path, item: MakeItem
) -> None:
    folder = shutil.copytree(folders / WAN, tmp_path / "wan")
    file = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    del weights["proj_out.weight"]
    save_file(weights, file, {"format": "pt"})
    model = Pipeline(str(folder), frames=5, steps=1, device="cpu")
    sampling = model.sampling(ANY)
    with pytest.raises(ModelError, match=r"got no proj_out\.weight"):
        model.draft([item(1, sampling)], sampling)


def test_code_that_comes_with_a_model_is_not_run(folders: Path, tmp_path: Path, item: MakeItem) -> None:
    folder = shutil.copytree(folders / WAN, tmp_path / "wan")
    index = json.loads((folder / "model_index.json").read_text())
    index["scheduler"] = ["antigravity", "Scheduler"]
    (folder / "model_index.json").write_text(json.dumps(index))
    model = Pipeline(str(folder), frames=5, steps=1, device="cpu")
    sampling = model.sampling(ANY)
    with pytest.raises(ModelError, match=r"got antigravity\.Scheduler; code that comes with a model"):
        model.draft([item(1, sampling)], sampling)
