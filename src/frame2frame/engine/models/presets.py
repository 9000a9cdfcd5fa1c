"""Presets of levers: how much of a model's usual work is done, as shares, so that they fit every model.

What a share costs in quality is known for the tabletop world only (`f2f evaluate levers`). One preset is no
saving but a protocol: that of the paper's section 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import InputError, meant


@dataclass(frozen=True)
class Preset:
    """A name for a way to edit. Whatever is asked for by itself wins over it."""

    name: str
    told: str
    """What it does, in a few words."""
    steps: float = 1.0
    """Share of the steps that the checkpoint is usually sampled in; one that needs fewer keeps its own."""
    guided: float = 1.0
    """Share of the steps, from the first on, that are guided."""
    frames: float = 1.0
    """Share of the length of the model's own clip."""
    precision: str = "as-stored"
    """fp8 where the model and the GPU can."""
    compiled: bool = False
    """Whether the model's blocks are compiled where it and the device can."""
    pays_from: int = 1
    """The clips of a run from which preparing the number format and the blocks saves time: by what both take
    of CogVideoX1.5 on an H100 (benchmarks/results)."""
    strategy: str = "one-shot"
    options: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    """Of the strategy; of a protocol of any part."""
    wishes: Mapping[str, Any] = field(default_factory=dict)
    """What a protocol asks for beside them; such a preset is refused where it cannot be had as it is."""

    def steps_of(self, usual: int, own: int) -> int:
        """Of a checkpoint that is usually sampled in so many, where the model's own number is that."""
        return min(own, max(round(self.steps * usual), 1))


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "fast",
            "a short clip in few steps, guided in the first half, decoded up to the chosen frame",
            steps=0.4,
            guided=0.5,
            frames=0.2,
            precision="fp8",
            compiled=True,
            pays_from=19,
            options={"strategy.stop_early": True},
        ),
        Preset(
            "search4",
            "four seeds, all of them finished, as previews do not tell which is best",
            steps=0.4,
            guided=0.5,
            strategy="search",
            options={"strategy.candidates": 4, "strategy.finalists": 0},
        ),
        Preset(
            "search15",
            "fifteen short clips as in fast, all of them finished, as previews do not tell which is best",
            steps=0.4,
            guided=0.5,
            frames=0.2,
            precision="fp8",
            compiled=True,
            pays_from=19,
            strategy="search",
            options={"strategy.candidates": 15, "strategy.finalists": 0},
        ),
        Preset(
            "sparse",
            "most latent frames dropped after a third of the steps",
            steps=0.4,
            guided=0.5,
            precision="fp8",
            compiled=True,
            pays_from=11,
            strategy="search",
            options={
                "strategy.candidates": 1,
                "strategy.probe_steps": 0.35,
                "strategy.finalists": 1,
                "strategy.every": 3,
                "strategy.stop_early": True,
            },
        ),
        Preset(
            "paper",
            "the paper's protocol: fifteen fixed seeds, 49 frames of 480 × 720, 50 steps, a judge",
            options={
                "strategy.candidates": 15,
                "generator.height": 480,
                "generator.width": 720,
                "select.mode": "collage",
                "select.shown": 12,
            },
            wishes={
                "frames": 49,
                "steps": 50,
                "guidance": 6.0,
                "seed": 0,
                "fit": "pad-black",
                "caption": "vlm",
                "select": "judge",
            },
        ),
    )
}


SAVING = {name: preset for name, preset in PRESETS.items() if not preset.wishes}
"""All but the protocol."""


def find(name: str) -> Preset:
    """The preset of this name; raises InputError with the nearest one."""
    if name in PRESETS:
        return PRESETS[name]
    raise InputError(
        "there is no such preset",
        got=repr(name),
        remedy=meant(name, PRESETS),
    )
