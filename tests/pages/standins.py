"""What stands in for the models, networks and files that the pages name: as small as they come."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from frame2frame.cli import examples
from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.cogvideox import config as cogvideox_config
from frame2frame.engine.families.wan import config as wan_config
from frame2frame.engine.models.catalogue import MODELS, Model
from frame2frame.evaluation.bundle import edits
from frame2frame.media.video import write_clip

from ..hub_server import Repository
from ..score.onnx_files import write_means, write_yunet
from ..tiny import encoder, pipeline
from ..tiny import wan as wan_pipeline

SIDE = 32
"""Of the clips that the stand-ins draw, in pixels."""
COGVIDEOX = {
    "sample_height": 96,
    "sample_width": 170,
    "sample_frames": 81,
    "patch_size_t": 2,
    "patch_bias": False,
    "ofs_embed_dim": 8,
}
"""Version 1.5, whose sizes follow the picture."""
ENCODERS = {
    "google/siglip2-base-patch16-224": "SiglipModel",
    "facebook/dinov2-base": "Dinov2Model",
    "facebook/dinov3-vits16-pretrain-lvd1689m": "DINOv3ViTModel",
}
"""Only pulled, so their files need not hold a network."""


def served(folder: Path) -> dict[str, Repository]:
    """The repositories that the pages' commands ask the hub for."""
    with quiet_loading():
        made: dict[str, Any] = {
            "zai-org/CogVideoX1.5-5B-I2V": pipeline(COGVIDEOX),
            "Wan-AI/Wan2.2-I2V-A14B-Diffusers": wan_pipeline(held=False),
            "Wan-AI/Wan2.2-TI2V-5B-Diffusers": wan_pipeline(held=True),
        }
        for name, model in made.items():
            model.save_pretrained(folder / name)
    encoder(folder / "openai" / "clip-vit-base-patch16")
    for name, kind in ENCODERS.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "config.json").write_text(f'{{"architectures": ["{kind}"]}}', encoding="utf-8")
        save_file({"nothing": torch.zeros(1)}, folder / name / "model.safetensors")
    (folder / "ORG" / "NAME").mkdir(parents=True)
    write_lora(folder / "zai-org/CogVideoX1.5-5B-I2V", folder / "ORG" / "NAME" / "FILE.safetensors")
    return {
        path.relative_to(folder).as_posix(): Repository(path, card={"license": "mit"})
        for path in folder.glob("*/*")
    }


def write_lora(model: Path, file: Path) -> None:
    """One that changes one layer of this model."""
    weights = load_file(next((model / "transformer").glob("*.safetensors")))
    name = min(name for name in weights if name.endswith("attn1.to_v.weight"))
    rows, columns = weights[name].shape
    base = f"transformer.{name.removesuffix('.weight')}"
    save_file(
        {f"{base}.lora_A.weight": torch.ones(1, columns), f"{base}.lora_B.weight": torch.ones(rows, 1)}, file
    )


def smaller(model: Model) -> Model:
    """A row of the catalogue whose clip takes a moment."""
    return replace(model, area=None, loras=None, knows="", frames=9, steps=2)


def small_photographs(folder: Path) -> tuple[edits.Wanted, ...]:
    """Those of the package, with fewer pixels to be packed into every report."""
    return tuple(replace(one, picture=_shrunk(one.picture, folder)) for one in edits.OF_PHOTOGRAPHS)


def _shrunk(picture: Path, folder: Path) -> Path:
    with Image.open(picture) as image:
        image.resize((2 * SIDE, 2 * SIDE)).save(folder / picture.name)
    return folder / picture.name


def make_small(monkeypatch: pytest.MonkeyPatch, photographs: tuple[edits.Wanted, ...]) -> None:
    """Let every model of the catalogue draw short, small clips."""
    pictures = tuple(dict.fromkeys(one.picture for one in (*edits.OF_DRAWINGS, *photographs)))
    monkeypatch.setattr(edits, "OF_PHOTOGRAPHS", photographs)
    monkeypatch.setattr(examples, "PICTURES", pictures)
    for name, model in list(MODELS.items()):
        monkeypatch.setitem(MODELS, name, smaller(model))
    monkeypatch.setattr(cogvideox_config, "_SHORT_SIDE", SIDE)
    monkeypatch.setattr(wan_config.Layout, "area", SIDE**2)


def lay_out_files(folder: Path, model: Path) -> None:
    """Beside the examples, the files of a user that the pages name."""
    examples.copy_examples(folder)
    portrait = Image.new("RGB", (96, 96))
    portrait.paste("red", (40, 40, 48, 48))  # what the detector takes for a face
    portrait.save(folder / "portrait.jpg", quality=100, subsampling=0)
    dog = Image.open(folder / "dog.jpg")
    (folder / "frames").mkdir()
    clip = np.stack(
        [np.asarray(dog.point(lambda level, by=by: max(level - by, 0))) for by in range(0, 45, 5)]
    )
    for number, frame in enumerate(clip):
        Image.fromarray(frame).save(folder / "frames" / f"frame_{number}.png")
    write_clip(folder / "clip.mp4", clip)
    write_lora(model, folder / "style.safetensors")
    shutil.copytree(model, folder / "path" / "to" / "folder")
    faces = folder / "models" / "faces"
    faces.mkdir(parents=True)
    write_means(faces / "face_recognition_sface_2021dec.onnx")
    write_yunet(faces / "face_detection_yunet_2023mar.onnx", "height", "width")
