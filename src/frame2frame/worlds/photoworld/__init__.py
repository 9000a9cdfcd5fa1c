"""The photograph world: edits of photographs whose truth can be computed from the photograph.

Light, weather, colours, camera, focus and noise. What an edit does depends on what the picture shows where,
so that no fixed filter does the same.
"""

from .drawing import changed_throughout, draw
from .episodes import PhotographEpisode, Plan, can_show, draw_plan, episode
from .files import Photographs
from .kinds import GROUPS, KINDS
from .measures import judge
from .wide import draw_wide
from .words import draw_texts

__all__ = [
    "GROUPS",
    "KINDS",
    "PhotographEpisode",
    "Photographs",
    "Plan",
    "can_show",
    "changed_throughout",
    "draw",
    "draw_plan",
    "draw_texts",
    "draw_wide",
    "episode",
    "judge",
]
