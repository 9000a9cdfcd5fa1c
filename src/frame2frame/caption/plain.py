"""The instruction as it is: the paper's ablation without a temporal caption (table S4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..plugins.capabilities import CaptionerCapabilities
from ..values import Caption, Picture


@dataclass(frozen=True)
class Plain:
    """Use the instruction as caption and as target."""

    capabilities: ClassVar = CaptionerCapabilities(clauses=True)

    def write(self, image: Picture, instruction: str) -> Caption:
        return Caption(temporal=instruction, target=instruction, author="plain")
