"""How strict success is in the photograph world: what the autoencoder's redraw, the source and the best
fixed colour map reach, kind by kind.

The episodes are of those photographs of the split `dev` that steer decisions; the maps are fitted on `train`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import data
import numpy as np
import torch
import vae
import weights
from loop import Options, options_of, parser
from photographs import files_of

from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.values import Picture
from frame2frame.worlds.photoworld import KINDS, PhotographEpisode, Photographs, episode, judge
from frame2frame.worlds.photoworld.colour_maps import ColourMap
from frame2frame.worlds.photoworld.filters import fitted
from frame2frame.worlds.photoworld.split import side_of

TOGETHER = 8
"""Pictures that go through the autoencoder together."""

Shares = dict[str, float]


def main(arguments: list[str] | None = None) -> None:
    asked = parser(__doc__ or "")
    asked.add_argument("--count", type=int, default=40, help="episodes of each kind")
    asked.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    given = asked.parse_args(arguments)
    if given.photographs is None:
        asked.error("--photographs FOLDER is needed")
    options = options_of(given)
    for kind, shares in measured(options, given.photographs, given.kinds, given.count):
        weights.append_json(options.work / "redrawn.jsonl", {"kind": kind, "count": given.count, **shares})
        print(f"{kind:16}", "  ".join(f"{name} {share:.3f}" for name, share in shares.items()), flush=True)


def measured(
    options: Options, photographs: Path, kinds: Sequence[str], count: int
) -> Iterator[tuple[str, Shares]]:
    """For each kind the shares that succeed, and the largest error of a redraw."""
    model, _ = vae.load(options)
    with tempfile.TemporaryDirectory() as folder:
        train, dev = (_unpacked(photographs, split, Path(folder) / split) for split in ("train", "dev"))
        steering = side_of(dev, "development")
        for kind in kinds:
            episodes = [episode(DEVELOPMENT + number, steering, kind, frames=2) for number in range(count)]
            fixed = fitted(kind, train)
            yield kind, _shares(episodes, _redrawn(model, [one.target for one in episodes]), fixed)


def _unpacked(photographs: Path, split: str, folder: Path) -> Photographs:
    folder.mkdir()
    for name, contents in files_of(photographs, split):
        (folder / Path(name).name).write_bytes(contents)
    return Photographs.of(folder)


def _shares(episodes: Sequence[PhotographEpisode], redrawn: Sequence[Picture], fixed: ColourMap) -> Shares:
    answers = {
        "redrawn": redrawn,
        "source": [one.source for one in episodes],
        "fixed_map": [fixed(one.source) for one in episodes],
    }
    judged = {
        name: [judge(picture[None], one) for picture, one in zip(pictures, episodes, strict=True)]
        for name, pictures in answers.items()
    }
    shares = {name: float(np.mean([one.success[0] for one in ones])) for name, ones in judged.items()}
    return shares | {"redrawn_error": max(float(one.edit_error[0]) for one in judged["redrawn"])}


def _redrawn(model: Any, pictures: Sequence[Picture]) -> list[Picture]:
    """Each as a single picture through the autoencoder."""
    found: list[Picture] = []
    for start in range(0, len(pictures), TOGETHER):
        shown = torch.from_numpy(np.stack(pictures[start : start + TOGETHER]))[:, None]
        again = vae.decode(model, vae.encode(model, data.to_model(shown)).mode())
        found += list(data.to_pictures(again)[:, 0].numpy())
    return found


if __name__ == "__main__":
    main()
