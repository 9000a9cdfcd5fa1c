"""How far apart pictures look to a network, where one is on this machine; nothing is fetched for it.

LPIPS (Zhang et al., CVPR 2018) with AlexNet through torchmetrics, where torchvision's weights are in torch's
own folder; else ST-LPIPS (Ghildyal and Liu, ECCV 2022), whose weights lie in the package stlpips-pytorch. Of
that only the weights are read, as importing it needs packages that have nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...engine.models.checkpoint import sha256
from ...values import Frames, Picture

if TYPE_CHECKING:
    from torch import Tensor

TRUNKS = {"alex": ("AlexNet", "alexnet-owt-7be5be79.pth"), "vgg": ("VGG16", "vgg16-397923af.pth")}
"""Torchvision's networks by torchmetrics' names for them; a file's name ends with the beginning of its
SHA-256."""

SHIFT_TOLERANT = Path("weights", "vST0.0", "alex_shift_tolerant.pth")
SHIFT_TOLERANT_SHA256 = "b356b382f96010f77d085ee8343ecd9fd322d0a56e8de2b2d0549fafcad8b9ee"
"""That of stlpips-pytorch 0.0.2."""

NONE = "no network is here; pip install --no-deps stlpips-pytorch==0.0.2"


@dataclass(frozen=True)
class Network:
    """What measures the distance."""

    name: str
    between: Callable[[Tensor, Tensor], Tensor]
    """(pictures, 3, height, width) from −1 to 1 and (1, 3, height, width), to (pictures,)."""
    files: tuple[Path, ...] = ()
    """Its weights."""

    def distances(self, frames: Frames, picture: Picture) -> NDArray[np.float64]:
        """(frames,): of each frame from the picture; 0 for the same."""
        import torch

        with torch.inference_mode():
            found = self.between(_levels(frames), _levels(picture[None]))
        return found.double().numpy().reshape(len(frames))  # that of a single one may have no axis


def _levels(frames: Frames) -> Tensor:
    import torch

    return torch.from_numpy(frames.astype(np.float32) / 127.5 - 1.0).permute(0, 3, 1, 2)


@cache
def network() -> Network | None:
    """The first that is here, on the CPU; None where there is none."""
    return lpips() or shift_tolerant_lpips()


def name() -> str:
    """What a table says of its column."""
    found = network()
    return found.name if found else NONE


@cache
def lpips(trunk: str = "alex") -> Network | None:
    """LPIPS on one of `TRUNKS`, where torchmetrics, torchvision and the trunk's weights are here."""
    file, packages = trunk_file(trunk), find_spec("torchmetrics") and find_spec("torchvision")
    if not (packages and file.is_file() and sha256(file).startswith(file.stem.rpartition("-")[2])):
        return None
    module = import_module("torchmetrics.image.lpip")
    metric = module.LearnedPerceptualImagePatchSimilarity(trunk, reduction="none")
    files = file, Path(module.__file__ or "").parents[1] / "functional/image/lpips_models" / f"{trunk}.pth"
    name = f"LPIPS ({TRUNKS[trunk][0]})"
    return Network(name, lambda one, other: metric(one, other.expand_as(one)), files)


def trunk_file(trunk: str) -> Path:
    """Where torchvision keeps the weights of one of `TRUNKS`."""
    import torch

    return Path(torch.hub.get_dir(), "checkpoints", TRUNKS[trunk][1])


@cache
def shift_tolerant_lpips() -> Network | None:
    """ST-LPIPS with AlexNet, where its package is here."""
    import torch

    package = find_spec("stlpips_pytorch")
    places = package.submodule_search_locations if package else None
    files = [Path(place, SHIFT_TOLERANT) for place in places or ()]
    file = next((one for one in files if one.is_file() and sha256(one) == SHIFT_TOLERANT_SHA256), None)
    if file is None:
        return None
    weights = torch.load(file, map_location="cpu", weights_only=True)
    return Network("ST-LPIPS (AlexNet)", lambda one, other: shift_tolerant(weights, one, other), (file,))


def shift_tolerant(weights: Mapping[str, Tensor], one: Tensor, other: Tensor) -> Tensor:
    """The distance of each picture of `one` from that of `other`: (pictures,)."""
    import torch

    total = torch.zeros(len(one))
    for number, layer in enumerate(layers(weights, torch.cat([other, one]))):
        unit = layer / (layer.square().sum(1, keepdim=True).sqrt() + 1e-10)
        squares = (unit[1:] - unit[:1]).square()
        total += (squares * weights[f"lin{number}.model.1.weight"]).sum(1).mean((1, 2))
    return total


def layers(weights: Mapping[str, Tensor], pictures: Tensor) -> Iterator[Tensor]:
    """The five of AlexNet, with no strides but those after a blur."""
    from torch.nn import functional as f

    def convolved(x: Tensor, at: str, padding: int) -> Tensor:
        return f.conv2d(x, weights[f"net.{at}.weight"], weights[f"net.{at}.bias"], padding=padding)

    def blurred(x: Tensor, at: str) -> Tensor:
        kernel = weights[f"net.{at}.filt"]
        return f.conv2d(f.pad(x, (2, 2, 2, 2), "reflect"), kernel, stride=2, groups=x.shape[1])

    x = (pictures - weights["scaling_layer.shift"]) / weights["scaling_layer.scale"]
    yield (x := blurred(convolved(x, "slice1.0", 2), "slice1.1").relu())
    yield (x := convolved(blurred(f.max_pool2d(x, 3, 1), "slice2.4"), "slice2.5", 2).relu())
    yield (x := convolved(blurred(f.max_pool2d(x, 3, 1), "slice3.8"), "slice3.9", 1).relu())
    yield (x := convolved(x, "slice4.11", 1).relu())
    yield convolved(x, "slice5.13", 1).relu()
