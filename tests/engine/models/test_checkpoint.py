"""Models that are missing or damaged are refused in one line that says what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from frame2frame.engine.files.index import kind
from frame2frame.engine.files.weights import check_weights
from frame2frame.engine.models import checkpoint
from frame2frame.errors import ModelError

PARTS = ("vae", "transformer")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no such model folder; got '.*nowhere'"):
        checkpoint.locate(str(tmp_path / "nowhere"), None, None, PARTS)


def test_a_hub_model_that_is_not_in_the_cache_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        checkpoint.locate("some/model", "v1", str(tmp_path), PARTS)
    assert str(caught.value).endswith(f"f2f models pull some/model@v1 --dir {tmp_path}")
    assert "\n" not in str(caught.value)


def test_a_revision_that_is_not_in_the_cache_is_refused(cache: Path) -> None:
    with pytest.raises(ModelError, match="tiny/rotary-i2v@other"):
        checkpoint.locate("tiny/rotary-i2v", "other", str(cache), PARTS)


def test_a_commit_can_be_pinned(cache: Path) -> None:
    found = checkpoint.locate("tiny/rotary-i2v", None, str(cache), PARTS)
    assert checkpoint.locate("tiny/rotary-i2v", found.name, str(cache), PARTS) == found


def test_a_model_of_another_library_is_told_by_its_architecture(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["CLIPModel"]}))
    with pytest.raises(ModelError, match="got CLIPModel"):
        checkpoint.check_kind(tmp_path, "CogVideoXImageToVideoPipeline")


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model_index\.json"):
        checkpoint.check_kind(tmp_path, "CogVideoXImageToVideoPipeline")


def test_a_configuration_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text("{")
    with pytest.raises(ModelError, match=r"model_index\.json cannot be read"):
        kind(tmp_path)


def test_pickled_weights_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae" / "diffusion_pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"only diffusion_pytorch_model\.bin"):
        check_weights(tmp_path / "vae")


@pytest.mark.parametrize(
    "content", [b"", b"abc", b"version https://git-lfs.github.com/spec/v1\n", b"\x02" + 7 * b"\0" + b"{]"]
)
def test_a_file_that_is_no_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae" / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="no whole safetensors file"):
        check_weights(tmp_path / "vae")


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    (tmp_path / "vae").mkdir()
    listing = {"weight_map": {"a": "part-1.safetensors", "b": "part-2.safetensors"}}
    (tmp_path / "vae" / "model.safetensors.index.json").write_text(json.dumps(listing))
    header = b"{}"
    (tmp_path / "vae" / "part-1.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(ModelError, match=r"missing; got .*part-2\.safetensors"):
        check_weights(tmp_path / "vae")


@pytest.mark.parametrize("index", [{}, {"weight_map": {}}])
def test_an_index_that_lists_nothing_is_refused(tmp_path: Path, index: dict[str, object]) -> None:
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae" / "x.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="lists no weights"):
        check_weights(tmp_path / "vae")


def test_a_shard_in_anothers_place_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "vae"
    place.mkdir()
    save_file({"a": torch.zeros(1)}, place / "1.safetensors")
    save_file({"a": torch.zeros(1)}, place / "2.safetensors")
    placed = {"a": "1.safetensors", "b": "2.safetensors"}
    (place / "x.safetensors.index.json").write_text(json.dumps({"weight_map": placed}))
    with pytest.raises(ModelError, match=r"does not hold what the index says; got '?.*2\.safetensors"):
        check_weights(tmp_path / "vae")


def test_a_weight_file_in_the_store_that_models_share_keeps_its_own_fingerprint(tmp_path: Path) -> None:
    digest, shared = 64 * "a", tmp_path / "blobs" / "bb" / (64 * "b")
    shared.parent.mkdir(parents=True)
    shared.write_bytes(b"weights")
    blob = tmp_path / "models--some--model" / "blobs" / digest
    file = blob.parents[1] / "snapshots" / (40 * "c") / "vae" / "model.safetensors"
    for link, target in ((blob, shared), (file, blob)):
        link.parent.mkdir(parents=True)
        link.symlink_to(os.path.relpath(target, link.parent))
    assert checkpoint.fingerprints(file.parents[1]) == {"vae/model.safetensors": digest}
