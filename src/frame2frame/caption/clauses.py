"""The clauses of a wish, each of which a captioner can write for by itself."""

from __future__ import annotations

from ..plugins import capabilities
from ..plugins.stages import Captioner


def clauses_of(captioner: Captioner, instruction: str) -> tuple[str, ...]:
    """Those of an instruction; none where it is one clause, or the captioner writes for the whole only."""
    from .rules.clauses import clauses

    found = clauses(instruction) if capabilities.of_captioner(captioner).clauses else ()
    return found if len(found) > 1 else ()
