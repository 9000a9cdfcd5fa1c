"""Answers kept by what was asked, so that a run repeats without the server."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...engine.models import catalogue
from ...errors import InputError, WriteError
from ...files.regular import read_bytes
from ...files.unfinished import write_file
from .question import Question, Reply, plain

ANSWER_LIMIT_BYTES = 2**20


@dataclass(frozen=True)
class Kept:
    """Answers of earlier runs, one file each, named by the question."""

    folder: Path
    model: str
    """As asked for."""

    def find(self, question: Question) -> Reply | None:
        """The kept answer, if there is one that can be read and used."""
        try:
            entry = json.loads(read_bytes(self._file(question), ANSWER_LIMIT_BYTES))
            values = question.read(json.dumps(entry["answer"]))
            return Reply(values, plain(str(entry["answered_by"]), 100), host="", is_kept=True)
        except (InputError, ValueError, LookupError, TypeError, RecursionError):
            return None

    def keep(self, question: Question, reply: Reply) -> None:
        """Write it whole or not at all. A folder that cannot be written costs the next run a question."""
        entry = {"asked_for": self.model, "answered_by": reply.model, "answer": reply.values}
        with suppress(OSError, WriteError):
            self.folder.mkdir(parents=True, exist_ok=True)
            write_file(self._file(question), (json.dumps(entry, indent=1) + "\n").encode())

    def _file(self, question: Question) -> Path:
        return self.folder / f"{question.digest(self.model)}.json"


def cache_folder(given: str | None = None) -> Path:
    """The folder of kept answers: the one given, else `frame2frame/vlm` in the user's cache."""
    if given is not None:
        return Path(os.path.expanduser(given))
    return catalogue.user_cache("vlm")
