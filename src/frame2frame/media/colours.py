"""Colours of other spaces as sRGB: a space is three primaries, a white and a curve.

Codes are those of ITU-T H.273, which videos, AVIF and the PNG chunk cICP share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..values import Picture

Numbers = NDArray[np.float32]
Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""x and y of white, red, green and blue."""

SRGB: Final = "sRGB"
PQ: Final = "PQ"
HLG: Final = "HLG"

D65 = (0.3127, 0.3290)
REC709: Chromaticities = (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)

WHITE_NITS = 203
"""What HDR shows as the white of paper (ITU-R BT.2408) becomes the white of sRGB."""

PEAK_NITS = 1_000
"""The brightest light of HLG's reference display; brighter ones of PQ are cut."""

KNEE = 0.75
"""Lights of HDR up to this share of white are exact; those above share the room that is left."""

_CHROMATICITIES: dict[int, Chromaticities] = {
    1: REC709,
    4: (0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    10: (1 / 3, 1 / 3, 1, 0, 0, 1, 0, 0),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    22: (*D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
_CURVES: dict[int, str | float] = {4: 2.2, 5: 2.8, 8: 1.0, 16: PQ, 17: 2.6, 18: HLG}
"""All others, those of BT.709 and BT.2020 among them, are shown on sRGB displays as they are."""

_NAMES = {
    4: "BT.470M",
    5: "BT.601",
    6: "BT.601",
    7: "SMPTE 240M",
    9: "BT.2020",
    11: "DCI-P3",
    12: "Display P3",
}


@dataclass(frozen=True)
class Space:
    """What the numbers of a picture stand for."""

    chromaticities: Chromaticities = REC709
    curve: str | float = SRGB
    """SRGB, PQ, HLG, or the exponent that makes light of the numbers."""
    name: str = "sRGB"

    @property
    def is_srgb(self) -> bool:
        """Whether the numbers can stay as they are; many files call sRGB's curve an exponent of 2.2."""
        near = np.allclose(self.chromaticities, REC709, atol=0.002)
        gamma = isinstance(self.curve, float) and abs(self.curve - 2.2) < 0.02
        return near and (self.curve == SRGB or gamma)

    @property
    def is_hdr(self) -> bool:
        return self.curve in (PQ, HLG)


def space_of(primaries: int, transfer: int) -> Space:
    """The space that two codes name; sRGB's in the place of what they leave open."""
    curve = _CURVES.get(transfer, SRGB)
    words = (_NAMES.get(primaries), None if curve == SRGB else _curve_name(curve))
    name = " ".join(word for word in words if word) or "sRGB"
    return Space(_CHROMATICITIES.get(primaries, REC709), curve, name)


def _curve_name(curve: str | float) -> str:
    if isinstance(curve, str):
        return curve
    return "linear light" if curve == 1 else f"gamma {curve:.3g}"


def as_srgb(numbers: NDArray[Any], space: Space) -> Picture:
    """`uint8` or `uint16` (height, width, 3) of a space as sRGB, rounded to the nearest.

    Colours that sRGB does not have are cut channel by channel. Of HDR, all below `KNEE` of the white is
    exact, and what is brighter is pressed into the rest without change of hue.
    """
    most = np.iinfo(numbers.dtype).max
    lights = _lights(space.curve, most)
    picture = np.empty(numbers.shape, dtype=np.uint8)
    matrix = _to_rec709(space.chromaticities)
    for top in range(0, len(numbers), rows := max(1, 2**20 // numbers.shape[1])):
        light = lights[numbers[top : top + rows]]
        if space.is_hdr:
            light = _pressed(_displayed(light) if space.curve == HLG else light)
        picture[top : top + rows] = _encoded(light @ matrix.T)
    return picture


def note(space: Space) -> str:
    """What is said to the user of a conversion."""
    hdr = " Its HDR lights were brought into the range of an ordinary display." if space.is_hdr else ""
    return f"The colours were converted from {space.name:.80} to sRGB.{hdr}"


@lru_cache(maxsize=8)
def _lights(curve: str | float, most: int) -> Numbers:
    """The light of each number: 1 is white, and of HLG the scene's brightest light."""
    signal = np.arange(most + 1) / most
    if curve == SRGB:
        light = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    elif curve == PQ:
        light = np.minimum(_pq_nits(signal), PEAK_NITS) / WHITE_NITS
    elif curve == HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    else:
        light = signal ** float(curve)
    return light.astype(np.float32)


def _pq_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """SMPTE ST 2084."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = signal ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1))


def _displayed(scene: Numbers) -> Numbers:
    """The light that HLG's reference display makes of a scene's (ITU-R BT.2100); 1 is the white of paper."""
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593], dtype=np.float32)
    return np.asarray(scene * luminance[..., None] ** np.float32(0.2) * np.float32(PEAK_NITS / WHITE_NITS))


def _pressed(light: Numbers) -> Numbers:
    """Lights above the knee moved below 1: a hyperbola that leaves the line without a corner."""
    brightest = np.maximum(light.max(axis=-1, keepdims=True), np.float32(1e-9))
    room, over = 1 - KNEE, np.maximum(brightest - KNEE, 0)
    most = PEAK_NITS / WHITE_NITS - KNEE
    bend = 1 / room - 1 / most
    shown = np.where(brightest > KNEE, KNEE + over / (1 + bend * over), brightest)
    return np.asarray(light * (shown / brightest), dtype=np.float32)


def _encoded(light: Numbers) -> Picture:
    light = np.clip(light, 0, 1)
    signal = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** np.float32(1 / 2.4) - 0.055)
    return np.asarray(np.rint(signal * 255), dtype=np.uint8)


@lru_cache(maxsize=8)
def _to_rec709(chromaticities: Chromaticities) -> Numbers:
    if chromaticities == REC709:
        return np.eye(3, dtype=np.float32)
    adapted = _adapted(_white(chromaticities), _white(REC709)) @ _to_xyz(chromaticities)
    return np.asarray(np.linalg.solve(_to_xyz(REC709), adapted), dtype=np.float32)


def _white(chromaticities: Chromaticities) -> NDArray[np.float64]:
    x, y = chromaticities[:2]
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _to_xyz(chromaticities: Chromaticities) -> NDArray[np.float64]:
    pairs = np.array(chromaticities[2:]).reshape(3, 2)
    columns = np.stack([pairs[:, 0], pairs[:, 1], 1 - pairs.sum(axis=1)])
    return np.asarray(columns * np.linalg.solve(columns, _white(chromaticities)))


def _adapted(white: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bradford's: what turns colours under one white into those under the other."""
    cones = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    return np.asarray(np.linalg.solve(cones, np.diag(cones @ other / (cones @ white)) @ cones))
