"""Write the averaged weights as the package ships them, and check that the stock classes load them.

A CogVideoX image-to-video folder (model_index.json, transformer, vae, text_encoder, tokenizer, scheduler)
with a CLIPModel folder `clip` in it: bf16 safetensors in shards under 16 MiB, 48 MiB together at most,
the story of the weights in every header.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import calibrate
import clip
import decoder
import difference
import names
import restorer
import torch
import vae
import video
import weights
from diffusers import CogVideoXImageToVideoPipeline
from loop import Options, options_of, parser
from presets import PICTURE_SIZE
from safetensors.torch import load_file
from torch import nn
from transformers import CLIPModel, T5Tokenizer

SHIPPED = Path(__file__).resolve().parents[2] / "src" / "frame2frame" / "worlds" / "tabletop" / "weights"
SHARD = "15MB"
SHARD_BYTES = 16 * 2**20
TOTAL_BYTES = 48 * 2**20

TWO_STEPS = "two-steps.safetensors"
"""The LoRA with which two steps without guidance are enough, where it was trained."""

SMALL_DECODER = "small-decoder.safetensors"
"""A decoder for the same latents that takes less work, where it was trained."""

RESTORER = "restorer.safetensors"
"""What gives decoded frames detail back, where it was trained."""

Story = dict[str, str]


def main(arguments: list[str] | None = None) -> None:
    asked = parser(__doc__ or "")
    asked.add_argument("--to", type=Path, default=SHIPPED, help="folder to write, if not the package's own")
    given = asked.parse_args(arguments)
    export(options_of(given), given.to)


def export(options: Options, folder: Path) -> None:
    """Write everything beside `folder`, check it there, then put it in place."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    _write_pipeline(options, fresh)
    _write_clip(options, fresh / "clip")
    if options.average("distil").exists():
        _write_difference(options, fresh / TWO_STEPS)
    if options.average("decoder").exists():
        decoder.write(options, fresh / SMALL_DECODER)
    if options.average("restorer").exists():
        restorer.write(options, fresh / RESTORER)
    check(fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    print(f"export: {_total(folder) / 2**20:.1f} MiB in {folder}")


def _write_pipeline(options: Options, folder: Path) -> None:
    preset, tokenizer = options.preset, _tokenizer(options)
    vae_story = weights.read_story(options.average("vae"))
    parts: dict[str, Any] = {
        "transformer": video.build_transformer(preset),
        "text_encoder": video.build_text_encoder(preset, len(tokenizer)),
        "vae": vae.build(preset, float(vae_story["scaling_factor"])),
    }
    program = {"vae": "vae", "transformer": "video", "text_encoder": "video"}
    stories = {name: _load(options, program[name], name, part) for name, part in parts.items()}
    pipeline: Any = CogVideoXImageToVideoPipeline(
        tokenizer=tokenizer, scheduler=video.build_scheduler(), **parts
    )
    pipeline.save_pretrained(folder, max_shard_size=SHARD)
    _tidy(folder / "tokenizer")
    for name, story in stories.items():
        _tell(folder / name, story)


def _write_clip(options: Options, folder: Path) -> None:
    tokenizer = _tokenizer(options)
    model = clip.build(options.preset, len(tokenizer))
    story = _load(options, "clip", "clip", model)
    gate = json.loads(calibrate.path(options).read_text(encoding="utf-8"))
    for name in calibrate.NUMBERS:
        setattr(model.config, f"frame2frame_{name}", gate[name])
    model.config.frame2frame_bias = float(story["bias"])
    model.config.frame2frame_names = names.taught()
    model.save_pretrained(folder, max_shard_size=SHARD)
    tokenizer.save_pretrained(str(folder))
    _tidy(folder)
    (folder / "preprocessor_config.json").write_text(
        json.dumps(PREPROCESSOR, indent=2) + "\n", encoding="utf-8"
    )
    _tell(folder, story)


def _write_difference(options: Options, path: Path) -> None:
    """Raises ValueError where the video model was trained on after it was distilled."""
    trained = weights.read_story(options.average("video"))["steps"]
    model = difference.Difference(video.build_transformer(options.preset), options.preset.distil.rank)
    story = weights.load_average(options.average("distil"), "difference", model)
    if float(story["video_step"]) != float(trained):
        before = story["video_step"]
        raise ValueError(
            f"distil/average is of step {before} of video, which is now {trained}; run distil.py"
        )
    difference.write_lora(model, path, story)


PREPROCESSOR = {
    "image_processor_type": "CLIPImageProcessor",
    "do_convert_rgb": True,
    "do_resize": True,
    "size": {"height": PICTURE_SIZE, "width": PICTURE_SIZE},
    "resample": 3,
    "do_center_crop": False,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
"""What transformers does to a picture: to 128 × 128, values from −1 to 1."""


def _tidy(folder: Path) -> None:
    """Leave out of the tokenizer's files how this program happened to load it, and blanks."""
    table = folder / "tokenizer.json"
    words = json.loads(table.read_text(encoding="utf-8"))
    table.write_text(json.dumps(words, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: value for name, value in config.items() if name not in ("is_local", "local_files_only")}
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def _tokenizer(options: Options) -> Any:
    return T5Tokenizer.from_pretrained(str(options.tokenizer), local_files_only=True)


def _load(options: Options, program: str, name: str, module: nn.Module) -> Story:
    story = weights.load_average(options.average(program), name, module)
    module.to(torch.bfloat16)
    return story


def _tell(folder: Path, story: Story) -> None:
    """Write the story into the header of every shard of a folder.

    The folder's config names fp32, so that without a dtype asked for everything loads as that: transformers
    would take the stored bf16, diffusers would not, and the two would not fit together.
    """
    config = folder / "config.json"
    config.write_text(config.read_text(encoding="utf-8").replace('"bfloat16"', '"float32"'), encoding="utf-8")
    for shard in sorted(folder.glob("*.safetensors")):
        weights.save(shard, load_file(shard), story)


def check(folder: Path) -> None:
    """Load the folder with the stock classes and look at its sizes; raises ValueError if it is too large."""
    stock: Any = CogVideoXImageToVideoPipeline
    stock.from_pretrained(folder, dtype=torch.bfloat16, use_safetensors=True, local_files_only=True)
    CLIPModel.from_pretrained(folder / "clip", local_files_only=True)
    largest = max(path.stat().st_size for path in folder.rglob("*.safetensors"))
    if largest >= SHARD_BYTES or _total(folder) > TOTAL_BYTES:
        raise ValueError(
            f"{folder}: largest shard {largest} bytes, together {_total(folder)}; too large to ship"
        )


def _total(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
