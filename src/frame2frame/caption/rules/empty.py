"""Wishes that name no change: "edit this", "do something nice", "hello"."""

from __future__ import annotations

import re

from .change import PICTURE
from .tidy import tidy

_IT = (
    rf"(?:{PICTURE}|it|this|that|things?|some|me|everything"
    r"|(?:something|anything)(?: (?:else|new|different))?)"
)
_ANYHOW = r"(?:nice|good|great|beautiful|pretty|interesting|better|special|fun|crazy|different)"
_EDIT = r"(?:edit|change|modify|alter|improve|enhance|process|transform|adjust|do|make|fix|surprise|try|go)"

_EMPTY = re.compile(
    rf"(?:{_EDIT}(?: {_IT})*(?: (?:be|look|more|a bit|a little|very|really|with it|to {_IT}))*(?: {_ANYHOW})?"
    rf"|{_IT}|{_ANYHOW}|hello|hi|hey|test|testing|please|yes|no|ok|whatever|nothing)",
    re.IGNORECASE,
)


def names_no_change(wish: str) -> bool:
    """Whether a wish leaves open what is to change; one without any letter does."""
    plain = tidy(wish)
    return not re.search(r"\w", plain) or _EMPTY.fullmatch(plain) is not None
