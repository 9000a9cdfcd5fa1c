"""What to type for a run, from the definitions of the wishes."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from ..picking import Pick
from ..plugins.asking import wishes_of
from ..request import Request
from ..runs.record import Settings


def command_line(settings: Settings, image: str) -> str:
    """The shell command that repeats the run on this picture, in the run's folder."""
    picked = settings.picked
    if picked is None:
        words = _wishes(Request, _values(settings))
        named = [] if settings.instruction == settings.more.get("target") else [settings.instruction]
        return shlex.join(["f2f", "edit", *words, *_options(settings), "--", image, *named])
    scene = [] if picked.target is None else ["--target", picked.target]
    said = None if settings.instruction == picked.target else settings.instruction
    words = _wishes(Pick, {**_values(settings), "instruction": said, "encoder": picked.encoder})
    clip = picked.clip.path or "clip.mp4"  # one that was no file is taken from the run folder
    return shlex.join(["f2f", "pick", "--source", image, *scene, *words, *_options(settings), "--", clip])


def _values(settings: Settings) -> dict[str, Any]:
    """What was asked by the names of the wishes; the mask is a file of the run folder."""
    return {**vars(settings), **settings.more, "mask": "mask.png" if settings.mask else None}


def _wishes(kind: type, values: Mapping[str, Any]) -> list[str]:
    """The flags of all wishes that a record keeps, in the order of their definitions."""
    known = [one for name, one in wishes_of(kind).items() if one.recorded and name != "options"]
    return [word for one in known for word in one.typed_out(values.get(one.name))]


def _options(settings: Settings) -> list[str]:
    named = {name.replace("_", "-"): json.dumps(value) for name, value in settings.options.items()}
    return [word for name, value in named.items() for word in ("--set", f"{name}={value}")]
