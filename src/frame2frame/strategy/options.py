"""What can be set of every strategy."""

from __future__ import annotations

from typing import Any

from ..plugins.options import SEVERAL, Flag, Widget, option


def candidates(default: int, told: str, widget: Widget) -> Any:
    """The field of the clips that are drawn."""
    flag = Flag("candidates", "Clips to draw; a path draws so many in each round.", SEVERAL)
    return option(default, told, low=1, flag=flag, widget=widget)
