"""The wide wording of the photograph world: an edit as people may type it, beyond the grammar of `words`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from ..tabletop.draws import Draws
from ..tabletop.phrases import phrase
from ..tabletop.wide import PLAIN, TYPOS, ordered, typed
from .words import DO, NAMES, draw_texts

_KINDS: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
    files(__package__).joinpath("wide.toml").read_text("utf-8")
)
"""Of each kind: `do`, orders; `said`, whole wishes."""


def draw_wide(draws: Draws, kind: str, typos: float = TYPOS) -> str:
    """One wide wording of an instruction; as many as half are plain."""
    way = draws.unit()
    if way < PLAIN:
        return typed(draws, draw_texts(draws, kind).instruction, typos)
    if way < 0.5 + PLAIN / 2:
        return typed(draws, ordered(draws, draws.one_of((*DO[kind], *_KINDS[kind]["do"])), NAMES), typos)
    return typed(draws, phrase(draws, draws.one_of(_KINDS[kind]["said"]), NAMES), typos)
