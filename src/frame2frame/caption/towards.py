"""A caption that ends in a scene which the user describes: the paper's target caption (section 3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ..plugins import capabilities
from ..plugins.stages import Captioner
from ..values import Caption, Picture

_CLAUSE = re.compile(
    r"(?:(?!(?:who|whose|that|which|where|with)\b)[\w'’-]+ )+"
    r"(?:is|are|has|have|stands?|sits?|lies?|holds?|wears?|shows?|looks?)\b.*",
    re.IGNORECASE,
)
"""A description that is a sentence by itself; others name what is to be seen."""


@dataclass(frozen=True)
class Towards:
    """A captioner whose frames are compared with this target caption, in place of one that it writes."""

    captioner: Captioner
    target: str

    def write(self, image: Picture, instruction: str) -> Caption:
        """An instruction that is the target caption itself stands for none."""
        captioner: Any = self.captioner
        alone = instruction == self.target and capabilities.of_captioner(captioner).towards
        made = captioner.write_towards(image, self.target) if alone else captioner.write(image, instruction)
        return replace(made, target=self.target)  # type: ignore[no-any-return]


def ends_in(target: str) -> str:
    """The change over time that ends in the scene, as a sentence."""
    scene = target.strip(" .!?\"'")
    shown = scene if _CLAUSE.fullmatch(scene) else f"it shows {scene}"
    return f"the scene slowly changes until {shown[:1].lower()}{shown[1:]}"
