"""A temporal caption without a model: rules that turn an instruction into a change over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from ..plugins.capabilities import CaptionerCapabilities
from ..values import Caption, Picture
from .towards import ends_in


@dataclass(frozen=True)
class Temporal:
    """Rules that turn an instruction, or the description of a scene, into a change over time."""

    capabilities: ClassVar = CaptionerCapabilities(towards=True, clauses=True)

    def write(self, image: Picture, instruction: str) -> Caption:
        caption = temporal_caption(instruction)
        return replace(caption, temporal=sentence(caption.temporal))

    def write_towards(self, image: Picture, target: str) -> Caption:
        return Caption(sentence(ends_in(target)), target, "temporal")


def temporal_caption(instruction: str) -> Caption:
    """The caption that the rules make, in the bare words that the embedded model was trained on.

    A description becomes the end of a change.
    """
    from .rules.sentences import read
    from .rules.tidy import tidy

    if (made := read(tidy(instruction))) is not None:
        return Caption(made.clip, made.target, "temporal")
    words = " ".join(instruction.split())
    plain = words.strip(" .!?\"'") or words
    clip = f"the scene slowly changes until it shows: {plain}"
    return Caption(clip, _shortened(plain), "temporal", (UNRULED,))


def _shortened(plain: str) -> str:
    """A wanted scene of as many words as the rules read: it stands in each sentence about the choice."""
    from .rules.sentences import LONGEST

    words = plain.split()
    return plain if len(words) <= LONGEST else " ".join([*words[:LONGEST], "…"])


def sentence(clause: str) -> str:
    """With a capital and a full stop."""
    return clause[:1].upper() + clause[1:] + ("" if clause.endswith((".", "!", "?")) else ".")


UNRULED = (
    "No caption rule fits this wish, so it stands in the caption as it is; words like “make the ball blue” "
    "may do better, or a caption of your own or of a model (--caption-text or --caption vlm of the command "
    "line)."
)
"""The note of a caption that no rule has made."""
