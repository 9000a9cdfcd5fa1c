"""What a viewer shows, by the formulas of the standards; none of it is the package's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]

SIDE = 16
"""Of a patch; a picture has two by two, so that lossy formats keep its colours."""


def patches(*values: Any, dtype: Any = np.uint8) -> Values:
    """Four values, each as a square."""
    return np.array(values, dtype=dtype).reshape(2, 2, *np.shape(values[0])).repeat(SIDE, 0).repeat(SIDE, 1)


def encoded(light: Values) -> Values:
    """sRGB's curve, in levels."""
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def decoded(signal: Values) -> Values:
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


P3 = (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
BT2020 = (0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)
FROM_P3 = np.array([[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]])
FROM_BT2020 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
"""The matrices to BT.709 of CSS Color 4 and of ITU-R BT.2087."""

SAME = np.eye(3)
SOFT = ((150, 110, 100), (90, 120, 100), (90, 100, 140), (55, 55, 55))
"""Colours that sRGB has, in whatever space they are."""


def pq(signal: Values) -> Values:
    """Light as a share of paper white, which is 203 nits."""
    root = signal ** (32 / 2523)
    return 10_000 / 203 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (16384 / 2610)


def hlg(signal: Values) -> Values:
    high = (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
    scene = np.where(signal <= 0.5, signal**2 / 3, high)
    return scene * ((scene @ (0.2627, 0.6780, 0.0593)) ** 0.2)[..., None] * 1000 / 203


def pressed(light: Values) -> Values:
    """Above three quarters of white, a hyperbola that starts as steep as the line and ends at 1,000 nits."""
    most = light.max(axis=-1, keepdims=True)
    over, room = most - 0.75, 1000 / 203 - 0.75
    return np.asarray(light * np.where(most > 0.75, 0.75 + over / (1 + over * (4 - 1 / room)), most) / most)


def shown(
    colours: Any, light: Callable[[Values], Values], matrix: Values = SAME, hdr: bool = False
) -> Values:
    lights = light(np.array(colours) / 255)
    return patches(*(encoded((pressed(lights) if hdr else lights) @ matrix.T)), dtype=float)


def power(gamma: float) -> Callable[[Values], Values]:
    return lambda signal: signal**gamma
