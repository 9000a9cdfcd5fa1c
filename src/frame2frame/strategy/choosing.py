"""A selector asked for its choice, which is checked before anything is made of it."""

from __future__ import annotations

from dataclasses import replace
from operator import index
from typing import cast

from ..plugins.faults import unusable
from ..plugins.stages import LookingAheadSelector, Selector
from ..values import Caption, Choice, Clip, Scores


def choice_of(selector: Selector, clip: Clip, scores: Scores, caption: Caption) -> Choice:
    """What a selector chooses of a clip. Raises PluginError for what is no choice among its frames."""
    return checked(selector, selector.choose(clip, scores, caption), clip)


def is_enough(selector: Selector, clip: Clip, scores: Scores, ahead: Clip | None) -> bool:
    """Whether decoding may stop after these frames; `ahead` is the whole clip as previews."""
    if ahead is None:
        return selector.enough(clip, scores)
    return cast(LookingAheadSelector, selector).enough_ahead(clip, scores, ahead)


def checked(selector: Selector, choice: Choice, clip: Clip) -> Choice:
    """The choice with plain numbers. Raises PluginError for a frame that the clip does not have."""
    if not isinstance(choice, Choice):
        raise unusable("selector", selector, "gives no Choice", f"{choice!r:.80}")
    chosen, second = (_frame(selector, number, clip) for number in (choice.index, choice.runner_up))
    return replace(choice, index=chosen, runner_up=second)


def _frame(selector: Selector, number: int | None, clip: Clip) -> int | None:
    if number is None:
        return None
    try:
        plain = index(number)
    except TypeError:
        plain = -1
    if not 0 <= plain < len(clip):
        raise unusable(
            "selector", selector, "chooses a frame that is not there", f"{number!r:.80} of {len(clip)}"
        )
    return plain
