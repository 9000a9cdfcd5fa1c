"""Put the shipped weights into a work folder, to train on from: the reverse of export.

A tokenizer and an autoencoder that the work folder has already stay, and the other weights are fitted to
them, as refit.py says; their steps are then counted anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import calibrate
import decoder
import difference
import refit
import restorer
import torch
import vae
import weights
from export import RESTORER, SHIPPED, SMALL_DECODER, TWO_STEPS
from loop import Options, options_of, parser
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import T5Tokenizer

PARTS = {"vae": ("vae",), "video": ("transformer", "text_encoder"), "clip": ("clip",)}
"""Each program, and the folders of what it trains."""


def main(arguments: list[str] | None = None) -> None:
    asked = parser(__doc__ or "")
    asked.add_argument(
        "--from", dest="source", type=Path, default=SHIPPED, help="folder that export.py wrote"
    )
    given = asked.parse_args(arguments)
    options = options_of(given)
    own_words, own_latents = options.tokenizer.exists(), options.average("vae").exists()
    if not own_words:
        shutil.copytree(given.source / "tokenizer", options.tokenizer)
    for program, names in PARTS.items():
        if program == "vae" and own_latents:
            continue
        tensors = {f"{name}.{key}": value for name in names for key, value in _tensors(given.source / name)}
        story = _story(given.source / names[0])
        if program == "clip":
            config = json.loads((given.source / "clip" / "config.json").read_text(encoding="utf-8"))
            tensors["bias.bias"] = torch.tensor(config["frame2frame_bias"])
        if own_words and program in refit.WORDS:
            words = refit.WORDS[program]
            both = (_tokenizer(given.source / "tokenizer"), _tokenizer(options.tokenizer))
            tensors[words], story = refit.worded(tensors[words], *both), story | {"steps": "0"}
        if own_latents and program == "video":
            tensors, story = refit.turned(tensors, _turn(options, given.source)), story | {"steps": "0"}
        weights.write(options.average(program), tensors, story)
        if program == "clip":
            calibrate.keep(options, {name: config[f"frame2frame_{name}"] for name in calibrate.NUMBERS})
        print(f"unpack: {program} after {story['steps']} steps")
    if not (own_words or own_latents):
        _unpack_further(options, given.source)


def _unpack_further(options: Options, source: Path) -> None:
    """What makes an edit quicker or sharper, where it shipped; of no use with other words or latents."""
    for program, part, file, read in (
        ("distil", "difference", TWO_STEPS, difference.read_lora),
        ("decoder", "decoder", SMALL_DECODER, partial(decoder.read, options.preset.decoder)),
        ("restorer", "restorer", RESTORER, restorer.read),
    ):
        if (source / file).exists():
            tensors = {f"{part}.{name}": value for name, value in read(source / file).items()}
            weights.write(options.average(program), tensors, _told(source / file))


def _turn(options: Options, source: Path) -> torch.Tensor:
    """The rotation between the autoencoders, found once; it needs the shipped autoencoder's weights."""
    folder = options.work / "turn"
    if not folder.exists():
        shipped = vae.build(options.preset)
        shipped.load_state_dict({key: value.float() for key, value in _tensors(source / "vae")})
        config = json.loads((source / "vae" / "config.json").read_text(encoding="utf-8"))
        old = shipped.to(options.device).eval(), float(config["scaling_factor"])
        turn = refit.rotation(options.preset, old, vae.load(options), options.device)
        weights.write(folder, {"turn": turn}, {"format": "pt"})
    return weights.read(folder)["turn"]


def _tokenizer(folder: Path) -> Any:
    return T5Tokenizer.from_pretrained(str(folder), local_files_only=True)


def _tensors(folder: Path) -> Iterator[tuple[str, torch.Tensor]]:
    for shard in sorted(folder.glob("*.safetensors")):
        yield from load_file(shard).items()


def _story(folder: Path) -> dict[str, str]:
    return _told(min(folder.glob("*.safetensors")))


def _told(file: Path) -> dict[str, str]:
    with safe_open(file, "pt") as opened:
        return dict(opened.metadata())


if __name__ == "__main__":
    main()
