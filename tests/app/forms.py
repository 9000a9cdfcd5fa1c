"""The page's fields as a test fills them in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from frame2frame.app.form import Form, written_by
from frame2frame.app.visitors import Visitors
from frame2frame.values import Frames
from frame2frame.worlds.tabletop.example import EXAMPLE

if TYPE_CHECKING:
    from frame2frame.app.run import Runner

FORM = Form(
    {
        "picture": str(EXAMPLE.picture),
        "instruction": EXAMPLE.instruction,
        "caption": "",
        "strategy": "one-shot",
        "model": "tabletop",
        "frames": 9,
        "guidance": 1.0,
        "seed": 5,
        "steps": 1,
        "captioner": "temporal",
        "target": "",
        "fit": "pad-edge",
        "selector": "earliest",
        "clips": 1,
        "rounds": 2,
        "candidates": 3,
        "strength": 0.7,
        "seeds": 3,
        "finalists": 1,
        "probe_steps": 0.5,
        "w_sem": 1.0,
        "w_step": 0.2,
        "w_id": 0.3,
        "w_curve": 0.0,
        "w_monotone": 0.0,
        "refine": False,
        "anyway": False,
        "keep": True,
        "transfer": "auto",
        "mask": None,
        "encoder": "",
        "identity": "",
        "score": [],
        "preset": "",
        "memory": "auto",
        "lora": "",
    }
)
WRITTEN = written_by("temporal", FORM["picture"], FORM["instruction"])


def runner(out: Path) -> Runner:
    """A runner whose widgets are their names."""
    from frame2frame.app.fields import Desk, Widgets  # gradio loads only where it is used
    from frame2frame.app.run import Runner

    edit, pick = Desk("generate", "cancel", "status"), Desk("pick", "cancel of picking", "status of picking")
    named: dict[str, Any] = {name: name for name in Widgets.__dataclass_fields__}
    own: dict[str, Any] = {"fields": {"caption": "caption"}, "pick_fields": {}, "edit": edit, "pick": pick}
    return Runner(out, None, Widgets(**{**named, **own}), Visitors(out / "uploads"))


def files_of(frames: Frames, folder: Path) -> list[str]:
    """A file for each frame; their numbers count, not their letters."""
    folder.mkdir()
    files = [folder / f"frame_{number}.png" for number in range(len(frames))]
    for file, frame in zip(files, frames, strict=True):
        Image.fromarray(frame).save(file)
    return sorted(map(str, files), reverse=True)
