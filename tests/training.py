"""The training programs, and how the tests call them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

PROGRAMS = Path(__file__).parents[1] / "tools" / "tabletop"
NAMES = (
    "calibrate",
    "clip",
    "clips",
    "curves",
    "data",
    "decoder",
    "difference",
    "distil",
    "export",
    "generated",
    "guided",
    "judged",
    "latents",
    "lighter",
    "loop",
    "muon",
    "names",
    "passes",
    "photographs",
    "precision",
    "presets",
    "processes",
    "redrawn",
    "refit",
    "restorer",
    "shards",
    "tokenizer",
    "truth",
    "unpack",
    "vae",
    "video",
    "weights",
)

Modules = dict[str, ModuleType]


def arguments(work: Path, steps: int = 3, resume: bool = False) -> list[str]:
    """A command line for the tiny preset."""
    given = ["--preset", "tiny", "--work", str(work), "--minutes", "9", "--threads", "1"]
    given += ["--steps", str(steps)]
    return [*given, "--resume"] if resume else given
