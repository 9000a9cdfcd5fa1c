"""For all tests: no network (pyproject.toml blocks sockets), nothing of the user's, nothing left behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .chat_server import KEY, ChatServer

if TYPE_CHECKING:
    from frame2frame.engine.models.store import ModelStore

# Read once by the libraries, at their import. Threads that wait for work sleep: beside other programs, those
# that spin make every edit several times slower.
os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", MPLBACKEND="agg")
# Processes that share the tests have a thread each.
THREADS = "1" if "PYTEST_XDIST_WORKER" in os.environ else "2"
os.environ.update(OMP_NUM_THREADS=THREADS, OMP_WAIT_POLICY="PASSIVE")


SLOW = (
    "app/test_browser.py",
    "app/test_gate.py",
    "app/test_run.py",
    "app/test_server.py",
    "benchmarks",
    "bundle",
    "caption/test_local_model.py",
    "cli/test_answering.py",
    "cli/test_cli.py",
    "engine/device",
    "engine/families",
    "engine/hub/test_disk.py",
    "engine/hub/test_pull.py",
    "engine/kernels",
    "engine/models/test_lora_runs.py",
    "engine/sampling/test_loop.py",
    "evaluation",
    "face/test_answers.py",
    "face/test_before.py",
    "face/test_folders.py",
    "fuzz",
    "media/test_matrix_clips.py",
    "media/test_matrix_pictures.py",
    "pages/test_pages.py",
    "plugins/test_example.py",
    "report/test_declined.py",
    "runs/test_kept_rounds.py",
    "runs/test_resume.py",
    "select/test_judge.py",
    "select/test_local_judge.py",
    "select/test_region.py",
    "select/test_steady.py",
    "strategy",
    "test_by_server.py",
    "test_cropped.py",
    "test_edit.py",
    "test_editor.py",
    "test_handed_in.py",
    "test_left_alone.py",
    "test_pick.py",
    "test_pick_records.py",
    "test_pipeline.py",
    "test_plan.py",
    "test_repeated_guidance.py",
    "test_replayed_plans.py",
    "test_reselect.py",
    "test_strangers.py",
    "tools",
    "worlds/tabletop/test_compounds.py",
    "worlds/tabletop/test_episodes.py",
    "worlds/tabletop/test_flaws.py",
)
"""Files and folders whose tests run models, browsers or programs, or draw many clips."""

SLOW_PATHS = [Path(__file__).parent / name for name in SLOW]


def slow(path: Path) -> bool:
    """Whether `-m "not slow"` leaves this file out."""
    return any(path == one or one in path.parents for one in SLOW_PATHS)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import nothing that is left out."""
    return True if config.option.markexpr == "not slow" and slow(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `-m "not slow"` leaves out, and begin with it."""
    for path, tests in groupby(items, lambda item: item.path):
        if slow(path):
            for test in tests:
                test.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What was imported stays for ever: let no search for garbage go through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with no settings of the user's, and wait for no disk."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # nothing here has to outlive a power cut
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "config"))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in (
        "FRAME2FRAME_MODEL_DIR",
        "FRAME2FRAME_OFFLINE",
        "FRAME2FRAME_VLM_MODEL",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[ChatServer], ChatServer]:
    """Name a server by the environment."""

    def name(server: ChatServer) -> ChatServer:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("FRAME2FRAME_VLM_MODEL", "seer")
        return server

    return name


@pytest.fixture(scope="session")
def store() -> ModelStore:
    """The owner of what the tests load."""
    from frame2frame.engine.models.store import ModelStore

    return ModelStore()


@pytest.fixture(scope="session")
def video_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny random model of the embedded one's layout: 32 × 32 pixels, 17 frames."""
    from frame2frame.engine.device.placement import quiet_loading

    from .tiny import ROTARY, pipeline

    folder = tmp_path_factory.mktemp("video-model")
    with quiet_loading():
        pipeline(ROTARY).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def small_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny random encoder with the words of the embedded one."""
    from .tiny import encoder

    return encoder(tmp_path_factory.mktemp("encoder") / "clip")


@pytest.fixture
def small_embedded(video_model: Path, small_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let these models stand in for the embedded ones, which take ten times as long for an edit."""
    from frame2frame.engine.models.catalogue import EMBEDDED, MODELS

    small = replace(MODELS[EMBEDDED], repository=str(video_model), encoder=str(small_encoder))
    small = replace(small, area=None, loras=None, knows="", knowing="", meaning="", untaught="", degrees="")
    monkeypatch.setitem(MODELS, EMBEDDED, small)
