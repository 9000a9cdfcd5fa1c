"""For all tests: no network (pyproject.toml blocks sockets), nothing of the user's, nothing left behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .chat_server import KEY, ChatServer

# Read once by the libraries, at their import. Threads that wait for work sleep: beside other programs, those
# that spin make every edit several times slower.
os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", MPLBACKEND="agg")
# Processes that share the tests have a thread each.
THREADS = "1" if "PYTEST_XDIST_WORKER" in os.environ else "2"
os.environ.update(OMP_NUM_THREADS=THREADS, OMP_WAIT_POLICY="PASSIVE")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with no settings of the user's."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "config"))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
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
def video_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny random model of the embedded one's layout: 32 × 32 pixels, 17 frames."""
    from frame2frame.engine.device.placement import quiet_loading

    from .tiny import ROTARY, pipeline

    folder = tmp_path_factory.mktemp("video-model")
    with quiet_loading():
        pipeline(ROTARY).save_pretrained(folder)
    return folder
