"""What can be set of every part that asks a vision-language model: the captioner and the judge."""

from __future__ import annotations

from typing import Any

from ...engine.models.known_vision_language import KNOWN
from ...plugins.options import SERVER, Flag, option
from ...values import PLACE, UNWRITTEN, WORD


def prompts() -> Any:
    """The field of a folder with prompts."""
    told = "A folder with your own prompts, in place of those built in."
    return option(None, told, recorded=PLACE, flag=Flag("prompt_dir", panel=SERVER))


def asked(flag: str, told: str) -> Any:
    """The field of who is asked, the server or a model on this machine."""
    return option("server", told, recorded=PLACE, flag=Flag(flag, panel=SERVER, names=_names))


def _names() -> list[str]:
    return ["server", *(f"local:{name}" for name in KNOWN)]


def model_name() -> Any:
    """The field of the server's model."""
    return option(None, "The server's model, in place of FRAME2FRAME_VLM_MODEL.", recorded=WORD)


def waiting() -> Any:
    """The field of the patience."""
    return option(60.0, "Seconds to wait for an answer, all tries together.", above=0, high=86_400)


def kept_in() -> Any:
    """The field of the folder of answers."""
    told = "Where answers are kept, in place of the user's cache folder."
    return option(None, told, recorded=UNWRITTEN)
