"""Weight files in parts: safetensors under 16 MiB each, with the story of the weights in every header."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

PART_BYTES = 15 * 2**20
"""A part's tensors; with its header it stays under 16 MiB."""

Tensors = dict[str, Tensor]


def story(program: str, preset: str, seed: int, data: str, steps: int) -> dict[str, str]:
    """What made these weights: program, preset, seed, hash of the data recipe, steps, commit, date."""
    return {
        "format": "pt",
        "program": f"tools/tabletop/{program}.py",
        "preset": preset,
        "seed": str(seed),
        "data_sha256": data,
        "steps": str(steps),
        "commit": commit(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def commit() -> str:
    """The commit of this checkout, or an empty text where git cannot say."""
    try:
        asked = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""


def write(folder: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write the parts beside `folder` and put them in its place only when they are complete."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for number, part in enumerate(_parts(tensors)):
        save(fresh / f"part-{number:03d}.safetensors", part, metadata)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def save(path: Path, tensors: Tensors, metadata: Mapping[str, str]) -> None:
    """One safetensors file, readable by all as other files are (the library makes it private)."""
    save_file(tensors, path, dict(metadata))
    path.chmod(0o644)


def read(folder: Path) -> Tensors:
    """All tensors of the parts in a folder; FileNotFoundError when there is none."""
    parts = sorted(folder.glob("part-*.safetensors"))
    if not parts:
        raise FileNotFoundError(f"no weights in {folder}; run the program that makes them first")
    return {name: tensor for part in parts for name, tensor in load_file(part).items()}


def read_story(folder: Path) -> dict[str, str]:
    """The metadata of the parts in a folder."""
    with safe_open(min(folder.glob("part-*.safetensors")), "pt") as part:
        return dict(part.metadata())


def _parts(tensors: Mapping[str, Tensor]) -> Iterator[Tensors]:
    part: Tensors = {}
    size = 0
    for name, tensor in tensors.items():
        if part and size + tensor.nbytes > PART_BYTES:
            yield part
            part, size = {}, 0
        part[name] = tensor.detach().cpu().contiguous()
        size += tensor.nbytes
    yield part


def load_average(folder: Path, name: str, module: nn.Module) -> dict[str, str]:
    """Put the averaged weights of one module in place, frozen; returns their story."""
    averages = read(folder)
    with torch.no_grad():
        for key, parameter in module.named_parameters():
            parameter.copy_(averages[f"{name}.{key}"])
    module.eval().requires_grad_(False)
    return read_story(folder)


def append_json(path: Path, record: Mapping[str, object]) -> None:
    """Add one line to a log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps(record) + "\n")
