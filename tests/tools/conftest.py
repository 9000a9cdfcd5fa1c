"""The training programs as modules, and a work folder in which they have run."""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.landscape import landscape
from tests.training import NAMES, PROGRAMS, Modules, arguments

RUN = (
    *("clips", "tokenizer", "vae", "latents", "video", "distil", "decoder"),
    *("generated", "restorer", "clip", "calibrate"),
)
"""The programs, in the order in which each finds what it needs."""


@pytest.fixture(scope="package")
def tools() -> Iterator[Modules]:
    """The programs as modules, without leaving their plain names behind.

    They compute in fp32 whatever the CPU has instructions for: how quick its bf16 is in layers of a few
    channels differs from one to the next, and so would what is tested.
    """
    sys.path.insert(0, str(PROGRAMS))
    try:
        modules = {name: importlib.import_module(name) for name in NAMES}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(modules["precision"], "INSTRUCTIONS", ())
            yield modules
    finally:
        sys.path.remove(str(PROGRAMS))
        for name in NAMES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="package")
def work(tools: Modules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which every program has run once: in one process, which the others wait for."""
    made = _shared(tmp_path_factory) / "trained"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            unfinished = tmp_path_factory.mktemp("training")
            for name in RUN:
                tools[name].main(arguments(unfinished, steps=3))
            unfinished.rename(made)
    own: Path = shutil.copytree(made, tmp_path_factory.mktemp("work") / "trained")
    return own


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests that all its processes have."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="package")
def exported(tools: Modules, work: Path) -> Path:
    tools["export"].main([*arguments(work), "--to", str(work / "export")])
    return work / "export"


@pytest.fixture(scope="package")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two training pictures, one of them to be shared alike, and a held-out one."""
    folder = tmp_path_factory.mktemp("photographs")
    entries = [("red", "train", False), ("green", "train", True), ("blue", "dev", True)]
    lines = [{"file": f"{name}.png", "split": split, "share_alike": alike} for name, split, alike in entries]
    (folder / "MANIFEST.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for split in ("train", "dev"):
        with tarfile.open(folder / f"{split}.tar", "w") as archive:
            for name in [name for name, own, _ in entries if own == split]:
                Image.new("RGB", (60, 40), name).save(folder / f"{name}.png")
                archive.add(folder / f"{name}.png", f"{name}.png")
    return folder


@pytest.fixture(scope="package")
def scenery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of drawn landscapes: two to train on, one that must be shared alike, one held out."""
    folder = tmp_path_factory.mktemp("scenery")
    entries = [("a", "train", False), ("b", "train", False), ("c", "train", True), ("d", "dev", False)]
    lines = [{"file": f"{name}.png", "split": split, "share_alike": alike} for name, split, alike in entries]
    (folder / "MANIFEST.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for split in ("train", "dev"):
        with tarfile.open(folder / f"{split}.tar", "w") as archive:
            for seed, (name, own, _) in enumerate(entries):
                if own == split:
                    Image.fromarray(landscape(seed)).save(folder / f"{name}.png")
                    archive.add(folder / f"{name}.png", f"{name}.png")
    return folder
