"""What is here: verified, listed, removed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from frame2frame.engine.hub.needed import Needed
from frame2frame.engine.hub.pull import Pull, require_room
from frame2frame.engine.hub.remote import File, Remote
from frame2frame.engine.hub.store import Store
from frame2frame.engine.hub.verify import check
from frame2frame.engine.models import catalogue
from frame2frame.errors import ModelError, WriteError
from frame2frame.worlds.tabletop.example import EXAMPLE

from .conftest import ENCODER, VIDEO, Bench

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

WEIGHTS = Path("transformer", "diffusion_pytorch_model.safetensors")


def test_a_whole_model_is_said_to_be_whole(bench: Bench, pulled: Callable[[], Path]) -> None:
    folder = pulled()
    files = [path for path in folder.rglob("*") if path.is_file()]
    ran = bench.f2f("models", "verify", VIDEO)
    assert ran.code == 0
    assert ran.out == f"{VIDEO} is whole: {len(files)} files, {len(files)} of them held against a digest."


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data[:-1], "bytes; got"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "a file is damaged"),
        (None, "a file is missing"),
    ],
)
def test_a_damaged_file_is_named_and_a_pull_mends_it(
    bench: Bench, pulled: Callable[[], Path], damage: Callable[[bytes], bytes] | None, said: str
) -> None:
    file = pulled() / WEIGHTS
    if damage is None:
        file.unlink()
    else:
        file.resolve().write_bytes(damage(file.read_bytes()))
    ran = bench.f2f("models", "verify", VIDEO)
    assert ran.code == 2 and said in ran.line and str(WEIGHTS) in ran.line
    assert ran.line.endswith(f"mend it with: f2f models pull {VIDEO}")
    pulled()
    assert bench.f2f("models", "verify", VIDEO).code == 0


def test_a_small_file_is_held_against_its_digest_too(bench: Bench, pulled: Callable[[], Path]) -> None:
    file = pulled() / "scheduler" / "scheduler_config.json"
    file.resolve().write_text(file.read_text().replace("1000", "1001"))
    with pytest.raises(ModelError, match=r"digest.*scheduler_config\.json"):
        check(file.parents[1]).require("")


def test_a_folder_is_verified_by_its_lists_and_headers(video_model: Path) -> None:
    checked = check(video_model)
    assert checked.files == 3 and checked.with_digest == 0 and not checked.faults


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / WEIGHTS).unlink(), "no safetensors weights"),
        (lambda folder: (folder / "scheduler/scheduler_config.json").unlink(), "lacks scheduler_config"),
        (lambda folder: (folder / "vae/config.json").write_text("{"), r"config\.json cannot be read"),
        (lambda folder: _shards(folder, "gone.safetensors"), r"gone\.safetensors"),
        (lambda folder: _shards(folder, "../../elsewhere.safetensors"), "names a file elsewhere"),
        (lambda folder: _encoder(folder).write_bytes(b"cut"), "clip"),
    ],
    ids=["no weights", "no scheduler", "no configuration", "no shard", "a shard elsewhere", "encoder"],
)
def test_a_folder_that_an_edit_would_refuse_is_not_whole(
    video_model: Path, tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    folder = Path(shutil.copytree(video_model, tmp_path / "model"))
    spoil(folder)
    with pytest.raises(ModelError, match=said):
        check(folder)


def _shards(folder: Path, name: str) -> None:
    listing = (folder / WEIGHTS).with_suffix(".safetensors.index.json")
    listing.write_text(json.dumps({"weight_map": {"some.weight": name}}))


def _encoder(folder: Path) -> Path:
    (folder / "clip").mkdir()
    (folder / "clip" / "config.json").write_text("{}")
    return folder / "clip" / "model.safetensors"


def test_a_folder_that_lists_no_component_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"_class_name": "CogVideoXImageToVideoPipeline"}')
    with pytest.raises(ModelError, match="no weights at all"):
        check(tmp_path)


def test_the_list_tells_what_is_here(bench: Bench, pulled: Callable[[], Path]) -> None:
    pulled()
    facts = {row["name"]: row for row in json.loads(bench.f2f("models", "list", "--json").out)}
    assert facts[VIDEO]["state"] == "here" and facts[VIDEO]["bytes_here"] > 0
    assert facts["tabletop"]["state"] == "embedded" and facts["tabletop"]["runs_by_default"]
    assert facts["ltx-2"]["state"] == "not here" and facts["ltx-2"]["commercial"] is False


def test_a_removed_model_is_gone_and_another_one_stays(bench: Bench, pulled: Callable[[], Path]) -> None:
    folder = pulled()
    assert bench.f2f("models", "remove", VIDEO, answer="n\n").code == 130
    assert folder.is_dir()
    ran = bench.f2f("models", "remove", VIDEO, answer="y\n")
    assert ran.code == 0 and "will be freed" in ran.err
    store = Store(bench.store)
    assert not store.home(VIDEO).exists() and store.snapshot(ENCODER)
    assert "not here, so there is nothing to remove" in bench.f2f("models", "remove", VIDEO).line


def test_a_chosen_model_that_is_removed_leaves_the_choice_to_the_embedded_one(
    bench: Bench, pulled: Callable[[], Path]
) -> None:
    pulled()
    assert bench.f2f("models", "use", VIDEO).code == 0 and catalogue.find().name == VIDEO
    assert bench.f2f("models", "remove", ENCODER, "--yes").code == 0 and catalogue.find().name == VIDEO
    ran = bench.f2f("models", "remove", VIDEO, "--yes")
    assert ran.code == 0 and "from now on tabletop does" in ran.out
    assert catalogue.find().name == "tabletop"


def test_a_chosen_model_that_vanished_is_one_line_with_the_ways_back(
    bench: Bench, pulled: Callable[[], Path]
) -> None:
    pulled()
    bench.f2f("models", "use", VIDEO)
    shutil.rmtree(Store(bench.store).home(VIDEO))
    ran = bench.f2f("edit", str(EXAMPLE.picture), "x")
    assert ran.code == 2 and ran.err == ran.line
    assert ran.line.endswith(
        f"get it with: f2f models pull {VIDEO}, or choose another: f2f models use tabletop"
    )


def test_a_choice_from_another_folder_says_where_an_edit_looks(bench: Bench, tmp_path: Path) -> None:
    place = str(tmp_path / "mine")
    bench.monkeypatch.delenv("FRAME2FRAME_MODEL_DIR")
    assert bench.f2f("models", "pull", VIDEO, "--yes", "--dir", place).code == 0
    assert bench.f2f("models", "use", VIDEO).code == 2
    ran = bench.f2f("models", "use", VIDEO, "--dir", place)
    assert ran.code == 0 and f"FRAME2FRAME_MODEL_DIR={place}" in ran.err


def test_a_folder_is_not_removed(bench: Bench, video_model: Path) -> None:
    ran = bench.f2f("models", "remove", str(video_model), "--yes")
    assert ran.code == 2 and "only models of the hub" in ran.line and video_model.is_dir()


def test_the_embedded_model_is_not_removed_and_nobody_is_sent_to_delete_it(bench: Bench) -> None:
    ran = bench.f2f("models", "remove", catalogue.EMBEDDED, "--yes")
    assert ran.code == 2 and "a part of frame2frame" in ran.line and "delete" not in ran.line


def test_a_cache_that_is_no_cache_is_said(bench: Bench, pulled: Callable[[], Path]) -> None:
    pulled()
    refs = Store(bench.store).home(VIDEO) / "refs" / "main"
    refs.write_text(40 * "f")
    assert "the cache of this model is broken" in bench.f2f("models", "remove", VIDEO, "--yes").line
    assert "the model is not here" in bench.f2f("models", "verify", VIDEO).line


def test_no_room_on_the_disk_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    store = Store(tmp_path / "models")
    huge = Remote("some/model", 40 * "a", (File("model.safetensors", 2**60),))
    with pytest.raises(WriteError, match=r"no room for this model.*GB free of .* GB needed; free some space"):
        require_room((Pull(huge, Needed("CLIPModel", huge.files), None, store),), store)


def test_a_model_that_is_only_partly_here_is_not_run(bench: Bench, pulled: Callable[[], Path]) -> None:
    (pulled() / WEIGHTS).unlink()
    ran = bench.f2f("edit", str(EXAMPLE.picture), "x", "--model", VIDEO)
    assert ran.code == 2 and "the model is only partly here" in ran.line
    assert ran.line.endswith(f"get it with: f2f models pull {VIDEO}")
    ran = bench.f2f("models", "use", VIDEO)
    assert ran.code == 2 and f"mend it with: f2f models pull {VIDEO}" in ran.line
