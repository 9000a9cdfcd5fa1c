"""A hub on loopback with a tiny random checkpoint, and the command that uses it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from huggingface_hub import constants

from ...command import f2f
from ...hub_server import HubServer, Repository, settings

VIDEO, ENCODER = "tiny/rotary-i2v", "openai/clip-vit-base-patch16"


@dataclass(frozen=True)
class Ran:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The only line of what went wrong."""
        (line,) = [line for line in self.err.splitlines() if line.startswith("f2f: ")]
        assert self.err.splitlines()[-1] == line and "Traceback" not in self.err
        return line


@dataclass
class Bench:
    """The hub, the folder that models are pulled into, and the command."""

    hub: HubServer
    store: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def video(self) -> Repository:
        return self.hub.repositories[VIDEO]

    def f2f(self, *words: str, answer: str = "") -> Ran:
        """The command in this process."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        self.capsys.readouterr()
        code = f2f(self.monkeypatch, *words)
        said = self.capsys.readouterr()
        return Ran(code, said.out.strip(), said.err.strip())

    def fresh(self, *words: str, **environment: str) -> Ran:
        """The command in a process of its own, which reads the environment anew."""
        variables = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
        ran = subprocess.run(
            [sys.executable, "-m", "frame2frame", *words],
            env=variables | {"HF_ENDPOINT": self.hub.address} | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Ran(ran.returncode, ran.stdout.strip(), ran.stderr.strip())


@pytest.fixture
def bench(
    video_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Bench]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3] / "src"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(tmp_path / "models"))
    published = shutil.ignore_patterns("sketch-*")  # which an edit may have left beside the weights
    video = Path(shutil.copytree(video_model, tmp_path / "served" / "video", ignore=published))
    encoder = tmp_path / "served" / "encoder"
    encoder.mkdir()
    (encoder / "config.json").write_text('{"architectures": ["CLIPModel"]}')
    header = b"{}"
    (encoder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    served = {VIDEO: Repository(video, card={"license": "mit"}), ENCODER: Repository(encoder)}
    with HubServer(served) as hub:
        for name, value in settings(hub, tmp_path / "home").items():
            monkeypatch.setattr(constants, name, value)
        yield Bench(hub, tmp_path / "models", monkeypatch, capsys)


@pytest.fixture
def pulled(bench: Bench) -> Callable[[], Path]:
    """Pulls the tiny model and tells where it lies."""

    def pull() -> Path:
        ran = bench.f2f("models", "pull", VIDEO, "--yes")
        assert ran.code == 0, ran.err
        return Path(ran.out)

    return pull
