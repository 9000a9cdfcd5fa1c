"""Edits with the embedded model at its shortest, one for each way to ask for something.

The PNGs under before/ are theirs, made at commit f8df886 by `python -m tests.face.edits FOLDER`. They
stay as they are: whatever was made once can be repeated. Later forms of the record get PNGs beside them.
`again.png` and `again_seeds.png` are of the weights that ship, which alone draw the same frames again; in
as many steps as an edit takes by default, since two reach the example's edit by luck only.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import frame2frame
from frame2frame import Result
from frame2frame.worlds.tabletop import episode
from frame2frame.worlds.tabletop.example import EXAMPLE

_QUICK: dict[str, Any] = {"frames": 9, "steps": 2, "seed": 1}
_SEARCH = {"strategy": "search", "candidates": 3, "steps": 2, "seed": 40}

EDITS: dict[str, dict[str, Any]] = {
    "quick": _QUICK,
    "default": {"seed": 1},
    "seeds": {**_QUICK, "seed": None, "candidates": 2, "seeds": [3, 1]},
    "again": {**_QUICK, "steps": 5},
    "again_seeds": {**_QUICK, "steps": 5, "seed": None, "candidates": 2, "seeds": [3, 1]},
    "wave": {**_QUICK, "steps": 3, "guidance": 3.0, "options": {"generator.guidance_shape": "wave"}},
    "interval": {
        **_QUICK,
        "steps": 5,
        "guidance": 2.5,
        "options": {
            "generator.guidance_shape": "interval",
            "generator.guidance_start": 0.2,
            "generator.guidance_stop": 0.7,
        },
    },
    "solver": {**_QUICK, "steps": 2, "options": {"generator.solver": "ddim", "generator.dtype": "float32"}},
    "options": {
        **_QUICK,
        "options": {
            "settled": 0.05,
            "gate.slack": 0.3,
            "gate.sure_gain": 0.02,
            "steady.zoom": 0.1,
            "keep.growth": 0.02,
            "keep.grain": 64,
        },
    },
    "path": {
        **_QUICK,
        "strategy": "path",
        "rounds": 2,
        "candidates": 2,
        "strength": 0.9,
        "last_strength": 0.6,
        "w_id": 0.3,
        "w_curve": 0.1,
        "options": {"gate.least_gain": 0.02},
    },
    "search": {**_QUICK, **_SEARCH, "options": {"finalists": 1, "probe_steps": 0.5}},
    "refine": {**_QUICK, "refine": True, "options": {"refine.slack": 0.2}},
    "mask": {**_QUICK, "mask": "left half", "select": "best", "embed_source": True},
    "transparent": {**_QUICK, "image": "transparent", "embed_source": True, "metadata": "none"},
    "unkept": {**_QUICK, "keep": False, "select": "sharpest-late", "options": {"late": 0.5}},
    "energy": {**_QUICK, "select": "energy", "w_sem": 2.0, "w_step": 0.5, "w_monotone": 0.2},
    "words": {
        **_QUICK,
        "caption_text": "The purple cube rises.",
        "encoder": "tabletop",
        "identity": "tabletop",
    },
    "plain": {**_QUICK, "caption": "plain", "height": 128, "width": 128, "memory": 8, "device": "cpu"},
    "fast": {"seed": 5, "preset": "fast"},
    "search4": {"seed": 5, "preset": "search4", "steps": 2},
    "refused": {**_QUICK, "instruction": "make the dog sit"},
}
"""The wishes of each; `image` and `instruction` stand in place of the example's, None is left out."""


def edited(
    name: str, out: Path, picture: Path = EXAMPLE.picture, options: Mapping[str, Any] | None = None
) -> Result:
    """Make one of them, with its run folder in `out`; these options come on top of its own."""
    wishes: dict[str, Any] = {"image": picture, "instruction": EXAMPLE.instruction, "device": "cpu"}
    wishes |= EDITS[name]
    wishes["options"] = {**wishes.get("options", {}), **(options or {})}
    if wishes["image"] == "transparent":
        wishes["image"] = _transparent()
    if "mask" in wishes:
        wishes["mask"] = _left_half()
    return frame2frame.edit(**wishes, out=out, progress=False)


def picked(out: Path) -> Result:
    """Pick from a clip that was drawn, not generated."""
    clip = episode(1_500_000_003, "recolour", frames=9)
    return frame2frame.pick(
        clip.frames,
        clip.source,
        clip.target_caption,
        encoder="tabletop",
        select="best",
        options={"keep.growth": 0.02},
        device="cpu",
        out=out,
        progress=False,
    )


def _transparent() -> Image.Image:
    """Its left edge can hardly be seen."""
    picture = _picture()
    alpha = np.tile(np.linspace(40, 255, picture.width, dtype=np.uint8), (picture.height, 1))
    picture.putalpha(Image.fromarray(alpha))
    return picture


def _left_half() -> np.ndarray[Any, Any]:
    """White may change: there the cube is."""
    mask = np.zeros_like(np.asarray(_picture()))
    mask[:, : mask.shape[1] // 2] = 255
    return mask


def _picture() -> Image.Image:
    with Image.open(EXAMPLE.picture) as picture:
        return picture.convert("RGB")


def main(place: str) -> None:
    """Leave the PNG of each in a folder, the source beside them, and under runs/ the whole run folders."""
    Path(place).mkdir(exist_ok=True)
    os.chdir(place)  # the records name the source without the folders of this machine
    source = Path(shutil.copy(EXAMPLE.picture, "source.png"))
    for name in (*EDITS, "pick"):
        result = picked(Path("runs")) if name == "pick" else edited(name, Path("runs"), source)
        result.save(f"{name}.png")
        sys.stderr.write(f"{name}: {result.index}, {result.reason}\n")


if __name__ == "__main__":
    main(sys.argv[1])
