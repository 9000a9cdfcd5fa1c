"""Example pictures to edit: held-out scenes, so that no model was trained on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_PICTURES = Path(__file__).parent / "pictures"


@dataclass(frozen=True)
class Example:
    """A picture, what to do with it, and the seed of the edit that the documentation shows."""

    name: str
    instruction: str
    episode_seed: int
    """The episode whose source the picture is."""
    kind: str
    seed: int = 1

    @property
    def picture(self) -> Path:
        """The PNG file."""
        return _PICTURES / f"{self.name}.png"


EXAMPLES = (
    Example(
        "cube_and_cylinder",
        "raise the purple cube one height above the floor",
        1_500_000_002,
        "float",
        seed=8,
    ),
    Example("cube_and_cone", "turn the grey cone blue", 1_500_000_003, "recolour"),
    Example("ball_and_cube", "slide the orange ball to the left side", 1_500_000_003, "left"),
)
EXAMPLE = EXAMPLES[0]
