"""The kinds of edit of the photograph world, and what a careless model could take each for."""

from __future__ import annotations

from .looks import LOOKS

GROUPS = {
    "light, weather, colour": tuple(LOOKS),
    "camera": ("zoom-in", "zoom-out", "pan-left", "pan-right"),
    "focus, noise": ("focus", "background-blur", "denoise"),
}
"""The kinds by what changes; the figures that are quoted are those of groups."""

KINDS = tuple(kind for kinds in GROUPS.values() for kind in kinds)

BLUR = "blur"
"""Everything out of focus: no wish, but what can be taken for one."""


def group_of(kind: str) -> str:
    """The name of its group."""
    return next(group for group, kinds in GROUPS.items() if kind in kinds)


LIGHT_AND_WEATHER = KINDS[: KINDS.index("black-and-white")]
"""Those of the first group that are more than a change of colours."""

RIVALS = {
    "night": ("dusk", "darker"),
    "dusk": ("night", "golden-hour"),
    "golden-hour": ("dusk", "warmer"),
    "overcast": ("fog", "darker", "black-and-white"),
    "brighter": ("darker", "vivid"),
    "darker": ("brighter", "night"),
    "fog": ("overcast", "rain", "snow"),
    "rain": ("fog", "snow"),
    "snow": ("rain", "fog"),
    "black-and-white": ("sepia", "vivid"),
    "sepia": ("black-and-white", "warmer"),
    "warmer": ("cooler", "golden-hour"),
    "cooler": ("warmer", "overcast"),
    "vivid": ("black-and-white", "autumn"),
    "autumn": ("vivid", "snow"),
    "zoom-in": ("zoom-out", "pan-left", "pan-right"),
    "zoom-out": ("zoom-in", "pan-left", "pan-right"),
    "pan-left": ("pan-right", "zoom-in"),
    "pan-right": ("pan-left", "zoom-in"),
    "focus": ("vivid", "brighter"),
    "background-blur": (BLUR, "fog"),
    "denoise": (BLUR, "vivid"),
}
"""For each kind the others of which one is drawn."""
