"""A result in a notebook: before and after, and the frames between, as HTML that needs no script and no file.

Notebooks show what others ran without running its scripts, so the slider is a box that can be drawn wider.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ..media.data_urls import small_address
from ..values import Frames, Picture

SIDE = 440
"""Pixels of the longer side of the two pictures."""
THUMB_SIDE = 96
MOST_THUMBS = 16

_FRAME = "position:relative;display:inline-block;margin:0;overflow:hidden;border-radius:6px;max-width:none"
_THUMB = "height:64px;width:auto;margin:3px;display:inline-block;max-width:none;border-radius:3px"
_TAG = (
    "position:absolute;top:6px;padding:1px 7px;border-radius:9px;background:#000a;color:#fff;font-size:11px"
)


def is_notebook() -> bool:
    """Whether this is a kernel that shows HTML, as Jupyter's and Colab's are."""
    import sys

    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")


def html(
    before: Picture, after: Picture, frames: Frames, marked: int, is_edit: bool, lines: Sequence[str]
) -> str:
    """The pictures with the frames between; `marked` is the chosen frame, or the closest one."""
    words = "".join(f'<div style="margin:2px 0">{escape(line)}</div>' for line in lines)
    strip = _strip(frames, marked, is_edit)
    return f'<div style="font:13px system-ui,sans-serif">{_slider(before, after)}{strip}{words}</div>'


def _slider(before: Picture, after: Picture) -> str:
    """The picture before lies over the one after, in a box whose lower right corner can be drawn."""
    height, width = _shown_size(after)
    size = f"width:{width}px;height:{height}px;max-width:none;margin:0;display:block"
    covers = f"position:absolute;top:0;left:0;width:{width // 2}px;max-width:100%;height:100%;margin:0"
    return (
        f'<div style="{_FRAME};width:{width}px;height:{height}px">'
        f'<img alt="After" style="{size}" src="{small_address(after, SIDE)}">'
        f'<span style="{_TAG};right:6px">After</span>'
        f'<div title="Draw the lower corner to compare" style="{covers};overflow:hidden;resize:horizontal;'
        f'border-right:2px solid #fff"><img alt="Before" style="{size}" src="{small_address(before, SIDE)}">'
        f'<span style="{_TAG};left:6px">Before</span></div></div>'
    )


def _shown_size(picture: Picture) -> tuple[int, int]:
    """Small pictures are enlarged, larger ones reduced to the side."""
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    return round(height * scale), round(width * scale)


def _strip(frames: Frames, marked: int, is_edit: bool) -> str:
    colour = "#1a7f37" if is_edit else "#b35900"
    outline = {marked: f"outline:3px solid {colour}"}
    thumbs = [
        f'<img alt="Frame {index}" title="Frame {index}" style="{_THUMB};{outline.get(index, "")}" '
        f'src="{small_address(frames[index], THUMB_SIDE)}">'
        for index in _spread(len(frames), marked)
    ]
    return f'<div style="margin:6px 0;line-height:0">{"".join(thumbs)}</div>'


def _spread(count: int, marked: int) -> list[int]:
    """So many frames as are shown, spread over the clip, the marked one among them."""
    spread = {round(index) for index in np.linspace(0, count - 1, min(count, MOST_THUMBS))}
    if marked not in spread:
        spread.remove(min(spread, key=lambda index: abs(index - marked)))
        spread.add(marked)
    return sorted(spread)
