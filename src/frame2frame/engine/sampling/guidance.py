"""How strongly the prompt steers each step: one scale a step, 1 meaning the prompt alone.

Classifier-free guidance (Ho and Salimans, 2022): prediction = blank + scale · (prompt - blank). Where the
scale is 1 the blank half cancels, so the loop leaves it out and the step costs half.
"""

from __future__ import annotations

from collections.abc import Sequence

SHAPES = ("constant", "interval", "wave")

WAVE = (
    0.2152, 0.2573, 0.9957, 0.9034, 0.2980, 0.5453, 0.0063, 0.5284, 0.1030, 0.9972,
    0.0008, 0.3120, 0.9961, 0.1055, 0.5550, 0.2394, 0.8962, 0.8345, 0.4080, 0.3663,
    0.1091, 0.9350, 0.0325, 0.5492, 0.9976, 0.0869, 0.1269, 0.0097, 0.5213, 0.0804,
    0.1671, 0.8246, 0.5239, 0.9218, 0.8566, 1.0000, 0.8614, 0.0200, 0.1829, 0.9475,
    0.9999, 0.2239, 0.8688, 0.0418, 0.9999, 0.9774, 0.0106, 0.0000, 0.0000, 0.0206,
)  # fmt: skip
"""The fifty weights that CogVideoX's authors' "dynamic" guidance gives at fifty steps.

Their formula is fed a timestep where a step number was meant, so it jumps about instead of rising. They like
what it draws; as a table it stays the same wave at every number of steps.
"""


def constant(scale: float, steps: int) -> tuple[float, ...]:
    """The same scale at every step."""
    return (float(scale),) * steps


def interval(scale: float, steps: int, start: float, stop: float) -> tuple[float, ...]:
    """`scale` from the fraction `start` of the steps up to `stop`, else 1 (Kynkäänniemi et al., 2024)."""
    return tuple(float(scale) if start <= step / steps < stop else 1.0 for step in range(steps))


def wave(scale: float, steps: int) -> tuple[float, ...]:
    """Between 1 and 1 + `scale`, as in the CogVideoX authors' own scripts (see `WAVE`)."""
    return tuple(1.0 + scale * WAVE[step * len(WAVE) // steps] for step in range(steps))


def schedule(
    shape: str, scale: float, steps: int, start: float = 0.0, stop: float = 1.0
) -> tuple[float, ...]:
    """The scale of each step for a shape of `SHAPES`."""
    if shape == "constant":
        return constant(scale, steps)
    if shape == "interval":
        return interval(scale, steps, start, stop)
    return wave(scale, steps)


def told(scales: Sequence[float]) -> str:
    """The strongest scale, and of how many steps where some are guided and some not."""
    guided = sum(scale != 1 for scale in scales)
    share = f" in {guided} of {len(scales)} steps" if 0 < guided < len(scales) else ""
    return f"{max(scales):g}{share}"
