"""How far apart pictures look to a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .perceptual import Network
from .seen import Seen, Truth, Values


@dataclass(frozen=True)
class Apart:
    """A perceptual distance, 0 for equal pictures."""

    network: Network
    name: str
    """Of the column."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def values(self, truth: Truth, answers: Sequence[Seen]) -> list[Values]:
        """From the source, and from the target."""
        levels = np.stack([answer.level for answer in answers])
        far = {
            f"{self.name}{to}": self.network.distances(levels, other.level)
            for to, other in truth.references()
        }
        return [{name: float(ones[at]) for name, ones in far.items()} for at in range(len(answers))]
