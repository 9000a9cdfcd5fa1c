"""Which of the development photographs steer decisions, and which give the figures that are quoted.

Parted once, by photographer: no series of pictures is on both sides.
"""

from __future__ import annotations

from .files import Photographs

STEERING = (
    "lomiri_036",
    "lomiri_038",
    "lomiri_039",
    "lomiri_040",
    "pixls_002",
    "pixls_006",
    "pixls_064",
    "pixls_029",
    "pixls_036",
    "pixls_041",
    "pixls_042",
    "pixls_045",
    "pixls_046",
    "pixls_048",
    "pixls_053",
    "pixls_058",
    "pixls_063",
    "pixls_074",
    "pixls_075",
    "pixls_076",
    "pixls_077",
    "tt5_065",
    "tt5_067",
    "tt5_076",
    "tt5_077",
    "tt5_078",
    "tt5_087",
    "tt5_089",
    "tt5_090",
    "tt5_092",
)

QUOTED = (
    "lomiri_032",
    "lomiri_033",
    "lomiri_041",
    "lomiri_043",
    "lomiri_044",
    "lomiri_045",
    "lomiri_046",
    "lomiri_047",
    "lomiri_048",
    "lomiri_049",
    "pixls_004",
    "pixls_005",
    "pixls_007",
    "pixls_008",
    "pixls_009",
    "pixls_010",
    "pixls_033",
    "pixls_035",
    "pixls_038",
    "pixls_039",
    "pixls_040",
    "pixls_047",
    "pixls_059",
    "pixls_028",
    "pixls_065",
    "pixls_078",
    "pixls_079",
    "pixls_080",
    "sklearn_china",
    "sklearn_flower",
)

SIDES = {"development": STEERING, "test": QUOTED}
"""By the list of seeds that they go with."""


def side_of(photographs: Photographs, first_seed: str) -> Photographs:
    """The photographs of a folder that go with a list of seeds; all of them where none is of the split."""
    known = {name.partition(".")[0] for side in SIDES.values() for name in side}
    own = set(SIDES.get(first_seed, known))
    found = tuple(file for file in photographs.files if file.stem in own)
    return Photographs(found) if any(file.stem in known for file in photographs.files) else photographs
