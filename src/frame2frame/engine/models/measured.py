"""What a clip took where it was measured, by the programs in `benchmarks/`.

The models have their real size there and random weights, on which speed and memory do not depend. A test
holds every figure to the file of benchmarks/results that it comes from.
"""

from __future__ import annotations

from ...plugins.model import Measured, Took

_OWN_SIZE = "memory-cogvideox15-81-nvidia-h100-80gb-hbm3-2026-11-28"
_COG_5B = "memory-cogvideox-5b-nvidia-h100-80gb-hbm3-2026-11-28"
_A14B = "memory-wan22-a14b-nvidia-h100-80gb-hbm3-2026-11-28"
_A14B_SHORT = "memory-wan22-a14b-33-nvidia-h100-80gb-hbm3-2026-11-28"
_TI2V = "memory-wan22-ti2v-5b-nvidia-h100-80gb-hbm3-2026-11-28"
_H100, _H200 = "memory-nvidia-h100-80gb-hbm3-2026-11-24", "memory-nvidia-h200-2026-11-28"

TABLETOP = Measured(17, 128, 128, 5, (Took(4.7, "two CPU cores", "engine-x86-64-2026-11-28"),))

COGVIDEOX_15 = Measured(
    49,
    480,
    720,
    50,
    (
        Took(48.1, "H100", _H100, 8, 4.6),
        Took(47.3, "H100", _H100, 12, 6.4),
        Took(46.4, "H200", _H200, 16, 13.6),
        Took(45.6, "H200", _H200, 24, 13.6),
        Took(41.9, "H100", _H100, 48, 41.7),
        Took(42.0, "H100", _H100, 80, 41.7),
    ),
    main_gib=19.7,
    small_gib=10.2,
)

COGVIDEOX_15_OWN_SIZE = Measured(
    81,
    768,
    1360,
    50,
    (
        Took(433.6, "H100", _OWN_SIZE, 12, 10.7),
        Took(428.8, "H100", _OWN_SIZE, 24, 21.0),
        Took(442.8, "H100", _OWN_SIZE, 48, 41.6),
        Took(431.6, "H100", _OWN_SIZE, 80, 70.7),
    ),
    main_gib=19.7,
    small_gib=10.2,
)

TI2V_5B = Measured(
    121,
    704,
    1280,
    50,
    (
        Took(151.9, "H100", _TI2V, 12, 8.7),
        Took(148.0, "H100", _TI2V, 16, 13.5),
        Took(148.1, "H100", _TI2V, 24, 21.0),
        Took(138.1, "H100", _TI2V, 80, 49.9),
    ),
    main_gib=22.5,
)

COGVIDEOX_5B = Measured(
    49,
    480,
    720,
    50,
    (
        Took(101.1, "H100", _COG_5B, 8, 5.0),
        Took(100.9, "H100", _COG_5B, 12, 6.3),
        Took(100.4, "H100", _COG_5B, 16, 14.3),
        Took(100.2, "H100", _COG_5B, 24, 15.5),
        Took(94.9, "H100", _COG_5B, 48, 40.4),
        Took(94.5, "H100", _COG_5B, 80, 40.4),
    ),
    main_gib=19.7,
)

A14B = Measured(
    81,
    480,
    832,
    40,
    (
        Took(282.1, "H100", _A14B, 12, 10.7),
        Took(281.5, "H100", _A14B, 24, 21.5),
        Took(289.5, "H100", _A14B, 80, 66.4),
    ),
    main_gib=64.4,
)

A14B_IN_EIGHT_STEPS = Measured(
    33,
    480,
    832,
    8,
    (
        Took(15.3, "H100", _A14B_SHORT, 12, 9.5),
        Took(13.9, "H100", _A14B_SHORT, 16, 11.0),
        Took(15.5, "H100", _A14B_SHORT, 24, 21.5),
        Took(17.7, "H100", _A14B_SHORT, 48, 40.4),
        Took(16.9, "H100", _A14B_SHORT, 80, 67.4),
    ),
    main_gib=64.4,
)
