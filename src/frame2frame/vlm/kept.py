"""Answers kept by what was asked, so that a run repeats without the server."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .. import catalogue
from .question import Question, Reply, plain


@dataclass(frozen=True)
class Kept:
    """Answers of earlier runs, one file each, named by the question."""

    folder: Path
    model: str
    """As asked for."""

    def find(self, question: Question) -> Reply | None:
        """The kept answer, if there is one that can be read and used."""
        try:
            entry = json.loads(self._file(question).read_text(encoding="utf-8"))
            values = question.read(json.dumps(entry["answer"]))
            return Reply(values, plain(str(entry["answered_by"]), 100), host="")
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None

    def keep(self, question: Question, reply: Reply) -> None:
        """Write it whole or not at all. A folder that cannot be written costs the next run a question."""
        entry = {"asked_for": self.model, "answered_by": reply.model, "answer": reply.values}
        file = self._file(question)
        unfinished = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
            unfinished.replace(file)

    def _file(self, question: Question) -> Path:
        return self.folder / f"{question.digest(self.model)}.json"


def cache_folder(given: str | None = None) -> Path:
    """The folder of kept answers: the one given, else `frame2frame/vlm` in the user's cache."""
    if given is not None:
        return Path(os.path.expanduser(given))
    return catalogue.user_cache("vlm")
