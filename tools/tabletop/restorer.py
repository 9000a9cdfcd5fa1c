"""Train the restorer, which gives decoded frames the detail of the picture that their clip begins with."""

from __future__ import annotations

from pathlib import Path

import data
import generated
import numpy as np
import shards
import torch
import truth
import weights
from loop import Options, read_options, train
from numpy.typing import NDArray
from passes import Tensors
from presets import Restorer
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from frame2frame.engine.sampling import restorer
from frame2frame.evaluation.measures.looks import SHARP, sharpness
from frame2frame.score.sharpness import LUMA
from frame2frame.worlds.tabletop.episodes import CHANGED_LEVEL

AROUND = 7
"""Places a side that a block sees."""

WIDER = 4
"""Times the channels inside of a block."""

QUIET = 0.1
"""Of the usual first weights of what a block adds."""

SEEN = 8
"""Pixels a side of the patches whose sharpness is compared."""

LEAST_ENERGY = 1e-4
"""Below that a patch is flat, and its root has no slope to speak of."""

CHECKED = 64
"""Held-out pairs that are restored together."""


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.around = nn.Conv2d(width, width, AROUND, groups=width)
        self.wider = nn.Conv2d(width, WIDER * width, 1)
        self.back = nn.Conv2d(WIDER * width, width, 1)
        with torch.no_grad():
            self.back.weight.mul_(QUIET)


class Network(nn.Module):
    """The parameters of `frame2frame.engine.sampling.restorer`, which at first adds nothing to a frame."""

    def __init__(self, shape: Restorer) -> None:
        super().__init__()
        folded = restorer.PATCH**2
        self.stem = nn.Conv2d(6 * folded, shape.width, 1)
        self.blocks = nn.ModuleList(Block(shape.width) for _ in range(shape.blocks))
        self.head = nn.Conv2d(shape.width, shape.deep * folded, 1)
        self.near = nn.Conv2d(shape.deep + 6, 16, 3)
        self.last = nn.Conv2d(16, 3, 3)
        for parameter in self.last.parameters():
            nn.init.zeros_(parameter)

    def forward(self, shown: Tensor, source: Tensor) -> Tensor:
        return restorer.restored(dict(self.named_parameters()), shown, source)


class RestorerJob:
    """L1 of pixels, their differences and how sharp patches are; what differs from the source counts more."""

    name = "restorer"

    def __init__(self, options: Options) -> None:
        self.options, self.shape = options, options.preset.restorer
        self.recipe = self.shape.recipe
        torch.manual_seed(options.preset.seed + 5)
        self.network = Network(self.shape).to(options.device)
        self.modules = {"restorer": self.network}
        self.pairs = generated.Pairs(options, "train")
        self.checked = generated.Pairs(options, "held_out")
        clips = shards.Clips(options.clips / "held_out")
        whole = [i for i, record in enumerate(clips.records) if record.course == "whole"][: len(self.checked)]
        self.records = [clips.records[i] for i in whole]
        self.episodes = [truth.episode_of(clips.records[i], clips.clip(i)) for i in whole]

    def draw(self, generator: torch.Generator) -> Tensors:
        device = self.pairs.tensors["shown"].device
        count = self.recipe.batch
        chosen = torch.randint(len(self.pairs), (count,), generator=generator, device=device)
        mirrored = torch.rand((count, 1, 1, 1), generator=generator, device=device) < 0.5
        return {
            name: torch.where(mirrored, values.flip(-1), values)
            for name, values in self.pairs.take(chosen).items()
        }

    def figures(self, batch: Tensors) -> Tensors:
        shown, source, wanted = (batch[name] for name in generated.NAMES)
        restored = self.network(shown, source).float()
        error = restored - wanted
        changed = (wanted - source).abs().amax(dim=1, keepdim=True) > CHANGED_LEVEL / 127.5
        importance = 1.0 + self.shape.emphasis * changed
        importance = importance / importance.mean()
        absolute = (importance * error.abs()).mean()
        across = (importance[..., 1:] * error.diff(dim=-1).abs()).mean()
        down = (importance[..., 1:, :] * error.diff(dim=-2).abs()).mean()
        blurred = (patches(importance) * (sharpness_of(restored) - sharpness_of(wanted)).abs()).mean()
        loss = absolute + across + down + self.shape.sharpness * blurred
        return {"loss": loss, "absolute": absolute, "blurred": blurred}

    def held_out(self) -> dict[str, float]:
        """Of edits that the video model has drawn, as they are and restored."""
        every = torch.arange(len(self.checked), device=self.options.device)
        restored = [self._restored(some) for some in torch.split(every, CHECKED)]
        found = {"shown": self.checked.tensors["shown"].cpu().numpy(), "restored": np.concatenate(restored)}
        return {
            f"{figure}_{name}": value
            for name, pictures in found.items()
            for figure, value in self._looks(pictures).items()
        }

    def _restored(self, chosen: Tensor) -> NDArray[np.uint8]:
        taken = self.checked.take(chosen)
        video = self.network(taken["shown"], taken["source"])[:, :, None]
        return np.asarray(data.to_pictures(video)[:, 0].cpu().numpy())

    def _looks(self, pictures: NDArray[np.uint8]) -> dict[str, float]:
        """Success, and the share that is as sharp as a clean answer; of each world."""
        found: dict[str, list[bool]] = {}
        for picture, one, record in zip(pictures, self.episodes, self.records, strict=True):
            world = "photographs" if record.of_photograph else "tabletop"
            ratio = float(sharpness(picture[None], one)[0] / sharpness(one.target[None], one)[0])
            found.setdefault(f"success_{world}", []).append(bool(truth.judge(picture, one).success[0]))
            found.setdefault(f"sharp_{world}", []).append(ratio >= SHARP)
        return {name: float(np.mean(values)) for name, values in sorted(found.items())}


def sharpness_of(pictures: Tensor) -> Tensor:
    """(pictures, 1, rows, columns): the root of the energy of luma's Laplacian in each patch.

    An edge whose place is in doubt is blurred by L1 alone; this asks for one as sharp as the wanted.
    """
    red, green, blue = (weight * pictures[:, place, None] for place, weight in enumerate(LUMA))
    luma = red + green + blue
    across = luma[..., 1:-1, :-2] + luma[..., 1:-1, 2:]
    down = luma[..., :-2, 1:-1] + luma[..., 2:, 1:-1]
    laplacian = functional.pad(across + down - 4.0 * luma[..., 1:-1, 1:-1], (1, 1, 1, 1))
    return (patches(laplacian.square()) + LEAST_ENERGY).sqrt()


def patches(values: Tensor) -> Tensor:
    """The means of patches, which overlap by half."""
    return functional.avg_pool2d(values, SEEN, SEEN // 2)


def write(options: Options, path: Path) -> None:
    """The averaged network as one file, in 8 bits."""
    network = Network(options.preset.restorer)
    story = weights.load_average(options.average("restorer"), "restorer", network)
    weights.save(path, restorer.packed(dict(network.named_parameters())), story)


def read(path: Path) -> dict[str, Tensor]:
    """The parameters of a `Network` from that file."""
    return restorer.unpacked(load_file(path))


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    train(RestorerJob(options), options)


if __name__ == "__main__":
    main()
