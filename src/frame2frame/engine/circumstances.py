"""What decides the frames of a run besides its plan, without drawing any: versions, device and weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..runs.versions import versions
from .models import checkpoint
from .models.lora import Match

WEIGHTS = "*.safetensors"


def drawn_with(
    folder: Path | None,
    encoders: Iterable[Any],
    loras: Sequence[Match],
    devices: Sequence[str],
    packages: Mapping[str, str],
) -> Mapping[str, str]:
    """In words, by what it is: the model in a folder, with encoders, LoRAs and parts of other packages."""
    import torch

    first = torch.device(devices[0])
    on_cpu = first.type == "cpu"
    name = f"{torch.get_num_threads()} threads" if on_cpu else torch.cuda.get_device_name(first)
    own, seeing = checkpoint.weights(folder), [file for one in encoders for file in _weights_of(one)]
    added = [(match.lora.sha256, match.lora.weight) for match in loras]
    weights = [*checkpoint.marks(own), *added, *checkpoint.marks(seeing)]
    return {
        **versions(),
        **packages,
        "device": f"{','.join(devices)}, {name}",
        "weights": digest(weights)[:16],
    }


def digest(value: object) -> str:
    """Of plain values, 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _weights_of(encoder: Any) -> Iterator[Path]:
    """Of an encoder whose weights lie in a folder that was named."""
    place = getattr(encoder, "repository", None)
    yield from Path(place).glob(WEIGHTS) if isinstance(place, str) and place else ()
