"""Put the shipped weights into a work folder, to train on from: the reverse of export."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import torch
import weights
from export import SHIPPED
from loop import options_of, parser
from safetensors import safe_open
from safetensors.torch import load_file

PARTS = {"vae": ("vae",), "video": ("transformer", "text_encoder"), "clip": ("clip",)}
"""Each program, and the folders of what it trains."""


def main(arguments: list[str] | None = None) -> None:
    asked = parser(__doc__ or "")
    asked.add_argument(
        "--from", dest="source", type=Path, default=SHIPPED, help="folder that export.py wrote"
    )
    given = asked.parse_args(arguments)
    options = options_of(given)
    shutil.copytree(given.source / "tokenizer", options.tokenizer, dirs_exist_ok=True)
    for program, names in PARTS.items():
        tensors = {f"{name}.{key}": value for name in names for key, value in _tensors(given.source / name)}
        story = _story(given.source / names[0])
        if program == "clip":
            config = json.loads((given.source / "clip" / "config.json").read_text(encoding="utf-8"))
            tensors["bias.bias"] = torch.tensor(config["frame2frame_bias"])
        weights.write(options.average(program), tensors, story)
        print(f"unpack: {program} after {story['steps']} steps")


def _tensors(folder: Path) -> Iterator[tuple[str, torch.Tensor]]:
    for shard in sorted(folder.glob("*.safetensors")):
        yield from load_file(shard).items()


def _story(folder: Path) -> dict[str, str]:
    with safe_open(min(folder.glob("*.safetensors")), "pt") as shard:
        return dict(shard.metadata())


if __name__ == "__main__":
    main()
