"""A worker on a cluster: an editor that stays warm, and sends what it makes as bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from threading import Lock

from ...editor import Editor
from ...files.anywhere import write_file
from ...files.unfinished import unfinished_folder
from ...runs.versions import versions
from ...runs.write import put_run
from .ledger import Outcome
from .places import PAIRS, RUNS, Answer
from .rows import Row
from .work import Batch, Here


@dataclass(frozen=True)
class Sent:
    """What a worker made of a row."""

    outcome: Outcome
    run: Mapping[str, bytes]
    """The files of the run folder, by name."""
    pair: bytes

    def __call__(self, out: Path) -> Outcome:
        """As an `Answer`."""
        if self.outcome.result is not None:
            put_run(out / RUNS, self.outcome.id, self.run)
            write_file(out / PAIRS / f"{self.outcome.id}.jpg", self.pair)
        return self.outcome


class Worker:
    """What runs on the cluster. Its calls come in threads: one draws at a time."""

    def __init__(self, batch: Batch, model: str | None, folder: str) -> None:
        with suppress(OSError):  # relative paths begin where the batch was started, where that is shared
            os.chdir(folder)
        self._left = ExitStack()
        self._place = self._left.enter_context(unfinished_folder(Path(gettempdir())))
        self._batch = replace(batch, out=self._place)
        self._here, self._turn = Here(Editor(model)), Lock()

    def version(self) -> str:
        """Of the package, once the worker has started."""
        return versions()["frame2frame"]

    def edit(self, rows: Sequence[Row]) -> list[Sent]:
        """What came of these rows."""
        with self._turn:
            answers = [*filter(None, self._here.answers(self._batch, rows))]
        return [_sent(answer, self._place) for answer in answers]

    def leave(self) -> None:
        """Clear up, before the worker is ended."""
        self._left.close()


def _sent(answer: Answer, place: Path) -> Sent:
    with TemporaryDirectory(dir=place) as folder:
        outcome = answer(out := Path(folder))
        if outcome.result is None:
            return Sent(outcome, {}, b"")
        run = {one.name: one.read_bytes() for one in (out / outcome.result).iterdir()}
        return Sent(outcome, run, (out / PAIRS / f"{outcome.id}.jpg").read_bytes())
