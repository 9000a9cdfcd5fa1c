"""The selector of the energy: of a clip that starts at the source, the frame that costs least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry.energy import Features, Weights
from ..values import Caption, Choice, Clip, Scores
from .gate import printed


@dataclass(frozen=True)
class LeastEnergy(Weights):
    """The frame with the least energy, the source being the state before it."""

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        source = Features.of_source(scores)
        energies = self.energy(Features.of(scores), [source])
        order = np.argsort(energies, kind="stable")
        least, second = int(order[0]), int(order[1]) if len(order) > 1 else None
        still = float(self.energy(source, [source])[0])
        if energies[least] >= still:
            reason = (
                f"No frame shows enough of the wish to be worth the change; "
                f"frame {clip.frame_times[least]} comes closest "
                f"(energy {printed(energies[least])}; the source has {printed(still)}, and less is better)."
            )
            return Choice(None, reason, least)
        time = clip.frame_times[least]
        reason = (
            f"Frame {time} shows the wish at the least change of the picture "
            f"(energy {printed(energies[least])}; the source has {printed(still)}, and less is better)."
        )
        return Choice(least, reason, second)

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False  # a later frame may always cost less
