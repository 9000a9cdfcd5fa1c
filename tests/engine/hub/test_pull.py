"""A model comes from the hub only when it is asked for by name, whole, and with what it takes said before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from frame2frame.caption.local_model import LocalModel
from frame2frame.caption.server import Question
from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.models import catalogue, lora
from frame2frame.engine.models.store import Home

from ...hub_server import Repository
from ...tiny import wan
from ...tiny_vision_language import FAMILIES, written
from .conftest import ENCODER, VIDEO, Bench

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_a_pull_says_what_it_takes_and_fetches_what_an_edit_needs(bench: Bench) -> None:
    (bench.video.folder / "README.md").write_text("words")
    (bench.video.folder / "vae" / "diffusion_pytorch_model.bin").write_bytes(b"pickle")
    (bench.video.folder / "vae" / "diffusion_pytorch_model.fp16.safetensors").write_bytes(b"variant")
    ran = bench.f2f("models", "pull", VIDEO, answer="y\n")
    assert ran.code == 0, ran.err
    for said in (VIDEO, bench.video.commit[:12], "licence: mit", ENCODER, "to fetch into", "are free"):
        assert said in ran.err
    folder = Path(ran.out)
    assert folder.name == bench.video.commit and (folder / "model_index.json").is_file()
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == set(bench.video.files()) - {
        "README.md",
        "vae/diffusion_pytorch_model.bin",
        "vae/diffusion_pytorch_model.fp16.safetensors",
    }


def test_a_pulled_model_is_found_by_an_edit_and_a_second_pull_fetches_nothing(
    bench: Bench, pulled: Callable[[], Path]
) -> None:
    folder = pulled()
    assert bench.fresh("models", "path", VIDEO, HF_HUB_OFFLINE="1").out == str(folder)
    bench.hub.asked.clear()
    again = bench.f2f("models", "pull", VIDEO)
    assert again.code == 0 and "0.0 MB to fetch" in again.err and "is whole" in again.err
    assert not [asked for asked in bench.hub.asked if "safetensors" in asked]


def test_a_no_fetches_nothing(bench: Bench) -> None:
    ran = bench.f2f("models", "pull", VIDEO, answer="n\n")
    assert ran.code == 130 and ran.err.endswith("nothing was fetched")
    assert not bench.store.exists()


def test_where_nobody_can_answer_the_word_is_yes(bench: Bench) -> None:
    ran = bench.f2f("models", "pull", VIDEO)
    assert ran.code == 2 and "nobody answered" in ran.line and "--yes" in ran.line


def test_a_download_that_breaks_off_goes_on_where_it_broke(bench: Bench) -> None:
    name = "transformer/diffusion_pytorch_model.safetensors"
    bench.video.cut.add(name)
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 0, ran.err
    half = (bench.video.folder / name).stat().st_size // 2
    (taken_up,) = [asked for asked in bench.hub.asked if f"{name} bytes=" in asked]
    assert half - 1024 < int(taken_up.rpartition("=")[2].rstrip("-")) <= half


def test_a_pull_that_was_stopped_goes_on_with_the_files_that_are_missing(
    bench: Bench, pulled: Callable[[], Path]
) -> None:
    folder = pulled()
    lost = folder / "vae" / "diffusion_pytorch_model.safetensors"
    lost.resolve().unlink()
    bench.hub.asked.clear()
    assert bench.f2f("models", "list").out.count("partly here") == 1
    pulled()
    fetched = {asked.rpartition("/")[2] for asked in bench.hub.asked if "GET" in asked and "resolve" in asked}
    assert lost.is_file() and {name.strip() for name in fetched if "safetensors" in name} == {lost.name}


def test_a_file_that_arrives_spoilt_is_fetched_again(bench: Bench) -> None:
    bench.video.spoilt.add("vae/diffusion_pytorch_model.safetensors")
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 0, ran.err
    assert "Fetching again" in ran.err and "is whole" in ran.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nobody/nothing", "the hub knows no such model, or it is private; got 'nobody/nothing'"),
        (f"{VIDEO}@v9", f"no such revision; got '{VIDEO}' at revision 'v9'"),
        ("a--b/c..d", "the hub knows no such model"),
    ],
)
def test_what_the_hub_does_not_have_is_one_line(bench: Bench, name: str, said: str) -> None:
    ran = bench.f2f("models", "pull", name, "--yes")
    assert ran.code == 2 and said in ran.line


def test_a_gated_model_says_how_to_get_access(bench: Bench) -> None:
    bench.video.gated = True
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 2 and "is gated" in ran.line and "hf auth login" in ran.line


def test_offline_no_socket_is_opened(bench: Bench) -> None:
    for words, variables in (((), {"HF_HUB_OFFLINE": "1"}), (("--offline",), {})):
        ran = bench.fresh(*words, "models", "pull", VIDEO, "--yes", **variables)
        assert ran.code == 2 and "nothing is fetched offline" in ran.line
    assert bench.hub.asked == []


def test_a_hub_that_cannot_be_reached_is_one_line(bench: Bench) -> None:
    ran = bench.fresh("models", "pull", VIDEO, "--yes", HF_ENDPOINT="http://127.0.0.1:9")
    assert ran.code == 2 and "the hub could not be used (ConnectError)" in ran.line


def index_of(bench: Bench, **changes: object) -> None:
    place = bench.video.folder / "model_index.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | changes))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("StableDiffusionPipeline", "is of another kind"),
        ("CogVideoXPipeline", "got CogVideoXPipeline"),
        (["pipeline_mine", "Mine"], "code of its own"),
    ],
)
def test_a_checkpoint_of_another_class_is_refused_before_its_weights_come(
    bench: Bench, kind: object, said: str
) -> None:
    index_of(bench, _class_name=kind)
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 2 and said in ran.line
    assert not [asked for asked in bench.hub.asked if "safetensors" in asked]


@pytest.mark.parametrize("kind", ["WanPipeline", "SanaImageToVideoPipeline", "WanVACEPipeline"])
def test_a_class_that_no_generator_runs_is_refused_by_the_index_alone(bench: Bench, kind: str) -> None:
    if kind == "WanPipeline":  # which TI2V 5B is published as, and models that take no picture
        config = bench.video.folder / "transformer" / "config.json"
        config.write_text(json.dumps({"in_channels": 16}))
        (bench.video.folder / "vae" / "config.json").write_text(json.dumps({"z_dim": 16}))
    index_of(bench, _class_name=kind)
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 2 and VIDEO in ran.line and "/tmp" not in ran.line
    assert ("takes no picture" if kind == "WanPipeline" else f"got {kind}") in ran.line
    fetched = {asked.rpartition("/resolve/")[2] for asked in bench.hub.asked if "/resolve/" in asked}
    assert all(name.endswith(".json") for name in fetched) and not bench.store.exists()
    if kind != "WanPipeline":
        assert {name.partition("/")[2] for name in fetched} == {"model_index.json"}


@pytest.mark.parametrize(("held", "kind"), [(False, "WanImageToVideoPipeline"), (True, "WanPipeline")])
def test_a_model_that_the_catalogue_does_not_know_is_run_by_the_family_that_its_index_names(
    bench: Bench, tmp_path: Path, held: bool, kind: str
) -> None:
    folder = tmp_path / "served" / "wan"
    with quiet_loading():
        wan(held).save_pretrained(folder)
    bench.hub.repositories["someone/wan"] = Repository(folder)
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": kind}))
    ran = bench.f2f("models", "pull", "someone/wan", "--yes")
    assert ran.code == 0 and f"{kind}, run by Wan 2.2" in ran.err
    assert catalogue.find("someone/wan").family == "wan"
    assert bench.f2f("models", "use", "someone/wan").code == 0
    (row,) = [
        row for row in json.loads(bench.f2f("models", "list", "--json").out) if row["name"] == "someone/wan"
    ]
    assert row["family"] == "wan" and row["runs_by_default"]


def test_the_family_of_a_model_is_shown_before_it_is_fetched(bench: Bench) -> None:
    ran = bench.f2f("models", "pull", VIDEO, answer="n\n")
    assert "CogVideoXImageToVideoPipeline, run by CogVideoX, licence: mit; " in ran.err


def test_a_component_with_code_of_its_own_is_refused(bench: Bench) -> None:
    index_of(bench, transformer=["mine", "Mine"])
    (bench.video.folder / "transformer" / "mine.py").write_text("")
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 2 and "code of its own, which is never done; got transformer/mine.py" in ran.line


def test_pickled_weights_are_refused(bench: Bench) -> None:
    weights = bench.video.folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 2 and "has pickled weights only" in ran.line


def test_a_repository_in_no_known_layout_is_refused(bench: Bench) -> None:
    (bench.video.folder / "model_index.json").unlink()
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 2 and "no model in the diffusers layout" in ran.line


def test_a_place_given_by_option_is_used_and_named_by_the_edit_that_lacks_it(
    bench: Bench, tmp_path: Path
) -> None:
    place = str(tmp_path / "mine")
    bench.monkeypatch.delenv("FRAME2FRAME_MODEL_DIR")
    assert bench.f2f("models", "pull", VIDEO, "--yes", "--dir", place).code == 0
    ran = bench.f2f("models", "path", VIDEO)
    assert ran.code == 2 and ran.line.endswith(f"get it with: f2f models pull {VIDEO}")
    ran = bench.f2f("models", "path", VIDEO, "--dir", place)
    assert ran.out.startswith(place)


def test_a_lora_is_pulled_by_its_file_and_found_by_an_edit(bench: Bench) -> None:
    folder = bench.video.folder.with_name("style")
    (folder / "deep").mkdir(parents=True)
    bench.hub.repositories["someone/style"] = Repository(folder)
    save_file({"x.lora_A.weight": torch.zeros(1, 1)}, folder / "deep" / "one.safetensors")
    (folder / "other.safetensors").write_bytes(b"")
    ran = bench.f2f("models", "pull", "someone/style/deep/one.safetensors", "--yes")
    assert ran.code == 0, ran.err
    found = lora.find("someone/style/deep/one.safetensors:0.5", str(bench.store))
    assert found.weight == 0.5 and Path(ran.out) == found.file
    ran = bench.f2f("models", "pull", "someone/style/none.safetensors", "--yes")
    assert "has no such file; got 'none.safetensors'; it has deep/one.safetensors" in ran.line


def test_a_lora_with_the_usual_name_is_pulled_by_its_repository(bench: Bench) -> None:
    folder = bench.video.folder.with_name("style")
    folder.mkdir()
    bench.hub.repositories["someone/style"] = Repository(folder)
    save_file({"x.lora_A.weight": torch.zeros(1, 1)}, folder / lora.USUAL)
    assert bench.f2f("models", "pull", "someone/style", "--yes").code == 0
    assert lora.find("someone/style", str(bench.store)).file.name == lora.USUAL


def test_a_model_comes_without_an_encoder_that_cannot_be_had(bench: Bench) -> None:
    del bench.hub.repositories[ENCODER]
    ran = bench.f2f("models", "pull", VIDEO, "--yes")
    assert ran.code == 0, ran.err
    assert "Note: the encoder that scores the frames cannot be had" in ran.err and "--encoder" in ran.err


def test_a_pulled_encoder_may_be_any_of_the_kinds_that_score(bench: Bench) -> None:
    folder = bench.hub.repositories[ENCODER].folder
    for kind in ("CLIPModel", "SiglipModel", "Dinov2Model", "DINOv3ViTModel"):
        (folder / "config.json").write_text(json.dumps({"architectures": [kind]}))
        ran = bench.f2f("models", "pull", ENCODER, "--yes")
        assert ran.code == 0, ran.err
    (folder / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    assert "is of another kind" in bench.f2f("models", "pull", ENCODER, "--yes").line


@pytest.mark.parametrize("family", FAMILIES)
def test_a_pulled_vision_language_model_answers(family: str, bench: Bench, tmp_path: Path) -> None:
    published = written(tmp_path / "served" / family, family, says=("yes",))
    (published / "README.md").write_text("A model.", encoding="utf-8")
    bench.hub.repositories["tiny/judge"] = Repository(published)
    ran = bench.f2f("models", "pull", "tiny/judge", "--yes")
    assert ran.code == 0, ran.err
    reply = LocalModel.of("tiny/judge", Home("cpu")).ask(
        Question("", "a blue ball", (), {"shows": {"type": "boolean"}}, yes_no="Is it so?")
    )
    assert reply.values == {"shows": True} and reply.model.startswith("tiny/judge@")
