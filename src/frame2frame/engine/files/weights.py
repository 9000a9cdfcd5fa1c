"""The weight files of one component: safetensors, in one file or in shards that an index lists."""

from __future__ import annotations

import re
from pathlib import Path

from ...errors import ModelError
from .reading import AGAIN, read_object
from .tensors import read_header

_SHARD = re.compile(r"[\w.-]+\.safetensors")
_SINGLE = ("diffusion_pytorch_model.safetensors", "model.safetensors")


def check_weights(place: Path) -> None:
    """Raise ModelError unless every weight file in the component's folder is there in full."""
    for path in weight_files(place):
        read_header(path)
    for listing in place.glob("*.safetensors.index.json"):
        for shard, names in _listed(listing).items():
            if names != read_header(place / shard).tensors.keys():
                what = "a weight file does not hold what the index says"
                raise ModelError(what, got=str(place / shard), remedy=AGAIN)


def weight_files(place: Path) -> tuple[Path, ...]:
    """The safetensors files of one component, in order; raises ModelError if it has none."""
    for listing in sorted(place.glob("*.safetensors.index.json")):
        return tuple(place / name for name in sorted(_listed(listing)))
    for name in _SINGLE:
        if (place / name).exists():  # a pipe too, which is then called one
            return (place / name,)
    pickles = ", ".join(sorted(path.name for path in place.glob("*.bin")))
    found = f"only {pickles}, which may run code when read, in " if pickles else ""
    raise ModelError("there are no safetensors weights", got=f"{found}{place}", remedy=AGAIN)


def count_entries(place: Path) -> int:
    """The numbers in all weights of a component, whatever format they are stored in."""
    return sum(
        tensor.entries for path in weight_files(place) for tensor in read_header(path).tensors.values()
    )


def _listed(listing: Path) -> dict[str, set[str]]:
    """The names of the tensors that an index says are in each shard."""
    placed = read_object(listing).get("weight_map")
    if not isinstance(placed, dict) or not placed:
        raise ModelError(f"{listing.name} lists no weights", got=str(listing), remedy=AGAIN)
    shards: dict[str, set[str]] = {}
    for tensor, shard in placed.items():
        if not isinstance(shard, str) or not _SHARD.fullmatch(shard):
            raise ModelError(f"{listing.name} names a file elsewhere", got=f"{shard!r:.80}", remedy=AGAIN)
        shards.setdefault(shard, set()).add(tensor)
    return shards
