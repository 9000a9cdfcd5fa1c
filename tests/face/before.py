"""What `replay` makes of PNGs and run folders that an earlier version left."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import frame2frame
from frame2frame import Request, Started

FOLDER = Path(__file__).with_name("before")
RUNS = [path.relative_to(FOLDER).as_posix() for path in (*FOLDER.glob("*.png"), *(FOLDER / "runs").iterdir())]
REPEATED = sorted(set(RUNS) - {"source.png", "pick.png"})

PLAIN = (
    "instruction",
    "seed",
    "frames",
    "steps",
    "guidance",
    "caption",
    "select",
    "strategy",
    "encoder",
    "identity",
    "refine",
    "keep",
    "preset",
    "embed_source",
    "metadata",
    "memory",
)


def described() -> dict[str, Any]:
    """The request of each run, by its name."""
    return {name: asked(frame2frame.replay(FOLDER / name, device="cpu")) for name in REPEATED}


def asked(request: Request) -> dict[str, Any]:
    """All that a request asks for, and how its clips will be drawn."""
    found: dict[str, Any] = {name: getattr(request, name) for name in PLAIN}
    started = _started(request)
    sampling = asdict(started.sampling) | {
        "guidance": " ".join(f"{one:g}" for one in started.sampling.guidance)
    }
    return found | {
        "options": dict(request.options),
        "seeds": " ".join(map(str, request.seeds)),
        "lora": " ".join(request.lora),
        "source": request.source.pixels_sha256,
        "mask": request.mask and request.mask.pixels_sha256,
        "model": started.model,
        "rounds": started.rounds,
        "sampling": sampling,
    }


def _started(request: Request) -> Started:
    """The first event of its run, even where its words are declined before there is one."""
    with frame2frame.Editor() as editor:
        return editor.plan(request).started


def named(options: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """The options by the names that they had before, whichever part they are said to be of now."""
    return {name: value for name in names for key, value in options.items() if f".{key}".endswith(f".{name}")}
