"""The world of photographs: their light, colours or zoom change in clips whose truth is known."""

from .changes import KINDS
from .episodes import episode
from .files import Photographs

__all__ = ["KINDS", "Photographs", "episode"]
