"""Sets as small as a test needs, in the layouts of the real ones, with pictures drawn here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from frame2frame.values import Picture

SIDE = 48


def scene(side: int = SIDE, shift: int = 0, level: int = 200) -> Picture:
    """A bright square on a textured ground, moved to the right by some pixels."""
    rows, columns = np.mgrid[:side, :side]
    ground = np.stack([rows * 3 % 120, columns * 2 % 120, (rows + columns) % 120], -1).astype(np.uint8)
    third = side // 3
    ground[third : 2 * third, third + shift : 2 * third + shift] = level
    return ground


def put(path: Path, picture: Picture) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return path


def tedbench(folder: Path) -> Path:
    """Two texts on two originals."""
    put(folder / "originals" / "dog.png", scene())
    put(folder / "originals" / "cat.jpeg", scene(level=90))
    rows = [
        {"img_name": "dog.png", "target_text": "A photo of a sitting dog."},
        {"img_name": "cat.jpeg", "target_text": "A photo of a cat wearing a hat."},
    ]
    (folder / "input_list.json").write_text(json.dumps(rows))
    return folder


def posedit(folder: Path) -> Path:
    """An action of two people."""
    for person in ("s1", "s2"):
        put(folder / "src_images" / f"a2_{person}.png", scene())
        put(folder / "tgt_images" / f"a2_{person}.png", scene(shift=6))
    rows = [
        {
            "image": f"a2_{person}.png",
            "target_caption": "A person streches their left hand to the left.",
            "temporal_editing_caption": "A person raises their left hand.",
            "instruction": "Raise left arm to the left",
        }
        for person in ("s1", "s2")
    ]
    (folder / "annotations.json").write_text(json.dumps(rows))
    return folder


def listed(folder: Path, *rows: dict[str, Any]) -> Path:
    """A manifest of these rows, whose pictures are drawn."""
    for row in rows:
        for name, shift in (("source", 0), ("target_picture", 6)):
            if name in row:
                put(folder / row[name], scene(shift=shift))
    path = folder / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path
