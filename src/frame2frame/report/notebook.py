"""A result in a notebook: before and after, and the frames between, as HTML that needs no script and no file.

Notebooks show what others ran without running its scripts, so the slider is a box that can be drawn wider.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..media.data_urls import thumbnail_address
from ..values import Frames, Picture
from .templating import render

SIDE = 440
"""Pixels of the longer side of the two pictures."""
THUMB_SIDE = 96
MOST_THUMBS = 16


def is_notebook() -> bool:
    """Whether this is a kernel that shows HTML, as Jupyter's and Colab's are."""
    import sys

    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")


def html(
    before: Picture, after: Picture, frames: Frames, marked: int, is_edit: bool, lines: Sequence[str]
) -> str:
    """The pictures with the frames between; `marked` is the chosen frame, or the closest one."""
    height, width = _shown_size(after)
    thumbs = {index: thumbnail_address(frames[index], THUMB_SIDE) for index in _spread(len(frames), marked)}
    return render(
        "report/templates/notebook.html.j2",
        before=thumbnail_address(before, SIDE),
        after=thumbnail_address(after, SIDE),
        height=height,
        width=width,
        thumbs=thumbs,
        marked=marked,
        is_edit=is_edit,
        lines=lines,
    )


def _shown_size(picture: Picture) -> tuple[int, int]:
    """Small pictures are enlarged, larger ones reduced to the side."""
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    return round(height * scale), round(width * scale)


def _spread(count: int, marked: int) -> list[int]:
    """So many frames as are shown, spread over the clip, the marked one among them."""
    spread = {round(index) for index in np.linspace(0, count - 1, min(count, MOST_THUMBS))}
    if marked not in spread:
        spread.remove(min(spread, key=lambda index: abs(index - marked)))
        spread.add(marked)
    return sorted(spread)
