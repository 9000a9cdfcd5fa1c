"""The tabletop world: a small world that is drawn, so that the truth about every edit is known."""

from .compounds import Compound, compound
from .draws import FIRST_HELD_OUT_SEED
from .edits import KINDS
from .episodes import COURSES, Episode, edit_error, episode
from .flaws import FLAWS
from .measures import Judged, half, judge, spill, success

__all__ = [
    "COURSES",
    "FIRST_HELD_OUT_SEED",
    "FLAWS",
    "KINDS",
    "Compound",
    "Episode",
    "Judged",
    "compound",
    "edit_error",
    "episode",
    "half",
    "judge",
    "spill",
    "success",
]
