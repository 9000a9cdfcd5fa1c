"""The batch that is made of a set, where there are no answers to it yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...editor import Editor
from ...runs.frames import CLIP
from ...score.calibrations import fingerprints
from ..batch import batch
from ..counter import counter
from ..sets.case import Case

_PROBE = np.full((480, 720, 3), 127, np.uint8)


def answer_all(
    cases: Sequence[Case], out: Path, wishes: Mapping[str, Any], check: Callable[[Collection[str]], object]
) -> None:
    """Make what is missing of the batch in a folder; rows that fail are without an answer.

    It keeps its clips, whose other frames are the controls. `check` is given the SHA-256 of the weights that
    are to choose the frames, before anything is drawn, and raises where they may not.
    """
    usual, rows, first = {"save": CLIP, **wishes}, [_row(one) for one in cases], cases[0]
    with Editor() as editor, counter(len(rows), "edits made") as report:
        asked = editor.request(_PROBE, first.instruction, target=first.target_text, **usual)
        check(fingerprints(editor.plan(asked).stages.encoder).values())
        for done, _ in enumerate(batch(rows, out, editor=editor, **usual), 1):
            report(done)


def _row(case: Case) -> dict[str, str | None]:
    return {
        "id": case.id,
        "picture": str(case.source.absolute()),
        "instruction": case.instruction,
        "target": case.target_text,
    }
