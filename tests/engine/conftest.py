"""Tiny random CogVideoX and Wan checkpoints, written the way the model hub's own cache lays them out."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.models.store import ModelStore
from frame2frame.plugins.stages import Item
from frame2frame.values import Caption, Picture, Sampling

from ..tiny import ROTARY, pipeline, wan

LAYOUTS: dict[str, dict[str, Any]] = {
    "tiny/cogvideox-1.0-i2v": {
        "sample_height": 4,
        "sample_width": 6,
        "sample_frames": 49,
        "use_learned_positional_embeddings": True,
    },
    "tiny/cogvideox-1.5-i2v": {
        "sample_height": 12,
        "sample_width": 12,
        "sample_frames": 81,
        "patch_size_t": 2,
        "patch_bias": False,
        "ofs_embed_dim": 8,
    },
    "tiny/rotary-i2v": ROTARY,
}
"""The 1.0 and 1.5 layouts, and that of the embedded model: rotary positions alone, no pairs."""

WANS = {"tiny/wan-a14b-i2v": False, "tiny/wan-ti2v-5b": True}
"""The layouts of Wan 2.2, and whether the picture's latent is held in the first place."""


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """These models are so small that threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory, video_model: Path) -> Path:
    """A hub cache with one tiny model of each layout."""
    folder = tmp_path_factory.mktemp("hub")
    with quiet_loading():
        for name, layout in LAYOUTS.items():
            made = video_model
            if layout is not ROTARY:
                made = tmp_path_factory.mktemp("model")
                pipeline(layout).save_pretrained(made)
            _publish(made, folder / f"models--{name.replace('/', '--')}")
        for name, held in WANS.items():
            made = tmp_path_factory.mktemp("model")
            wan(held).save_pretrained(made)
            _publish(made, folder / f"models--{name.replace('/', '--')}")
    return folder


@pytest.fixture
def tiny(cache: Path, store: ModelStore) -> Callable[..., CogVideoX]:
    """The generator for a tiny model, by the end of its name: unguided unless told otherwise."""

    def make(layout: str, **options: Any) -> CogVideoX:
        name = next(name for name in LAYOUTS if layout in name)
        defaults: dict[str, Any] = {"steps": 4, "guidance": 1.0, "device": "cpu"}
        if layout == "1.5":
            defaults |= {"height": 32, "width": 48, "frames": 17}
        return CogVideoX(name, cache_dir=str(cache), **({"store": store} | defaults | options))

    return make


@pytest.fixture
def tiny_wan(cache: Path, store: ModelStore) -> Callable[..., Wan]:
    """The generator for a tiny Wan, by the end of its name: unguided and small by default."""

    def make(layout: str, **options: Any) -> Wan:
        name = next(name for name in WANS if layout in name)
        defaults: dict[str, Any] = {"steps": 4, "guidance": 1.0, "device": "cpu"}
        defaults |= {"height": 32, "width": 64, "frames": 17}
        return Wan(name, cache_dir=str(cache), **({"store": store} | defaults | options))

    return make


@pytest.fixture
def copied(tiny: Callable[..., CogVideoX], tmp_path: Path) -> Path:
    """A tiny model as an ordinary folder that a test may damage."""
    return Path(shutil.copytree(tiny("rotary").folder(), tmp_path / "model"))


@pytest.fixture
def item() -> Callable[..., Item]:
    """A candidate whose picture and noise both come from the seed."""

    def make(seed: int, sampling: Sampling, text: str = "the ball turns red", **options: Any) -> Item:
        shown = _picture(seed, sampling.height, sampling.width)
        return Item(shown, Caption(text, text, "test"), seed, **options)

    return make


def _picture(seed: int, height: int, width: int) -> Picture:
    drawn = np.random.default_rng(seed).random((height // 8, width // 8, 3))
    return (np.kron(drawn, np.ones((8, 8, 1))) * 255).astype(np.uint8)


def _publish(made: Path, place: Path) -> None:
    """Lay a model out as the hub's cache does: blobs by hash, a snapshot of links, a ref and a listing."""
    commit = hashlib.sha1(place.name.encode()).hexdigest()
    listing = {}
    for file in sorted(path for path in made.rglob("*") if path.is_file()):
        name = file.relative_to(made).as_posix()
        blob = place / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, blob)
        _link(blob, place / "snapshots" / commit / name)
        listing[name] = {"size": file.stat().st_size, "blob_id": blob.name}
    _write(place / "refs" / "main", commit)
    _write(place / "trees" / f"{commit}.json", json.dumps({"format_version": 1, "files": listing}))


def _link(blob: Path, pointer: Path) -> None:
    pointer.parent.mkdir(parents=True, exist_ok=True)
    try:
        pointer.symlink_to(os.path.relpath(blob, pointer.parent))
    except OSError:  # Windows without the right to make links; the hub's client copies there too
        shutil.copyfile(blob, pointer)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
