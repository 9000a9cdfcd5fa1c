"""A caption that the user wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from ..errors import InputError
from ..plugins.capabilities import CaptionerCapabilities
from ..plugins.options import SERVER, Flag, option
from ..values import WORD, Caption, Picture
from .temporal import temporal_caption


@dataclass(frozen=True)
class Given:
    """Take a temporal caption as it is; the target text still comes from the rules.

    Raises InputError for an empty one.
    """

    capabilities: ClassVar = CaptionerCapabilities(towards=True)

    text: str = option(
        help="The caption, used as it is.",
        recorded=WORD,
        flag=Flag("caption_text", "Your own caption, used as it is.", SERVER),
    )

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InputError("the caption is empty", remedy="write what the clip should show")

    def write(self, image: Picture, instruction: str) -> Caption:
        return replace(temporal_caption(instruction), temporal=self.text, author="user")

    def write_towards(self, image: Picture, target: str) -> Caption:
        return Caption(self.text, target, author="user")
