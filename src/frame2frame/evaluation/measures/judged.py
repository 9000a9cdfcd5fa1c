"""Marks by a vision-language model, from 0 to 10, after VIEScore (Ku et al. 2024, arXiv 2312.14867)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...caption.answerers import LOCAL, SERVER, answerer, check_wish
from ...caption.server import Answerer, Fields, Question, Reply, Server, is_set, told
from ...engine.models.store import Home
from ...errors import AnswerError, InputError
from ...media.pictures import png_bytes
from ...values import Picture
from ..sets.case import Case, few
from .seen import Seen, Truth, Values

FOLLOWS, PRESERVES, BOTH = "judged follows", "judged preserves", "judged"

MOST_FAILURES = 3
"""Questions in a row that a server fails to answer before it is asked no more."""

RULES = (
    "You grade edits of pictures. You see two pictures: the source, then the answer of an editing program. "
    "Give two marks from 0 to 10, whole numbers. The mark `follows` says how far the answer shows what was "
    "asked for: 0 where nothing of it can be seen, 10 where all of it can, exactly as asked. The mark "
    "`preserves` says how far everything else is as in the source: 0 where it is another picture, 10 where "
    "nothing else has changed. A copy of the source preserves all and follows nothing. First compare the two "
    "in one or two short sentences."
)
"""In words of our own; the two marks are VIEScore's editing success and degree of overediting."""

_MARK = {"type": "integer", "enum": list(range(11))}
_FIELDS: Fields = {
    "reason": {"type": "string", "description": "what differs, in one or two short sentences"},
    "follows": _MARK,
    "preserves": _MARK,
}


@dataclass
class JudgedBy:
    """Who judges, and how that went so far."""

    answerer: Answerer
    place: str
    """Where pictures go, in words; empty if nowhere."""
    models: Counter[str] = field(default_factory=Counter)
    """Answers by the name of the model that gave them."""
    sent: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    """Why an answer has no marks, by what it is: its case and system."""
    _in_a_row: int = 0

    def values(self, case: Case, system: str, truth: Truth, answer: Picture) -> Values:
        """The marks of an answer, and the lower of them, VIEScore's semantic consistency.

        No values where the model gives none that can be used; why is told by `remarks`.
        """
        shape = truth.source.level.shape[0], truth.source.level.shape[1]
        try:
            marks = self._ask(question(case, truth.source, Seen.of(answer, shape))).values
        except AnswerError as error:
            self.failures[f"{case.id} ({system})"] = error.what
            return {}
        follows, preserves = float(marks["follows"]), float(marks["preserves"])
        return {FOLLOWS: follows, PRESERVES: preserves, BOTH: min(follows, preserves)}

    def _ask(self, asked: Question) -> Reply:
        if self._in_a_row == MOST_FAILURES:
            raise AnswerError(f"not asked after {MOST_FAILURES} failures in a row")
        try:
            reply = self.answerer.ask(asked)
        except AnswerError:
            self._in_a_row += bool(self.place)
            raise
        self._in_a_row = 0
        self.models[reply.model] += 1
        self.sent += bool(reply.host)
        return reply

    def announced(self, answers: int, has_clips: bool) -> str:
        """What is said before the first question; controls are frames of clips, where there are any."""
        if not self.place:
            return "Answers are judged on this machine; nothing is sent."
        others = ", and the sources" + (" and further frames of the clips" if has_clips else "")
        what = f"sources, answers and instructions of {answers:,} cases{others} as answers"
        return f"To be judged, {what}, are sent to {self.place}; kept answers are not asked for again."

    def remarks(self) -> Iterator[str]:
        """Who judged, and what is without marks."""
        total = sum(self.models.values())
        for model, count in self.models.items():
            yield f"Judged by {model}: {count:,} pictures"
        if total:
            kept = f"; {total - self.sent:,} were answered from kept answers" if self.place else ""
            sent = f"{self.sent:,} were sent to {self.place}" if self.place else "nothing was sent"
            yield f"Of the judged pictures {sent}{kept}."
        if self.failures:
            reasons = Counter(self.failures.values()).most_common()
            why = "; ".join(f"{reason} ({count:,})" for reason, count in reasons)
            yield f"Without marks: {few(self.failures)}. Why: {why}"


def question(case: Case, source: Seen, answer: Seen) -> Question:
    """What is asked of an answer; both pictures are in the size that they are compared in."""
    wanted = [
        f"The instruction: {case.instruction}" if case.instruction else "",
        f"The wanted scene: {case.target_text}" if case.target_text else "",
    ]
    pictures = tuple(png_bytes(one.level) for one in (source, answer))
    return Question(RULES, "\n".join(filter(None, wanted)), pictures, _FIELDS)


def judged_by(wish: str, device: str) -> JudgedBy:
    """Whoever is named: the server that is set, or local:REPOSITORY.

    Raises InputError where no server is set, and for a wish that names nobody; ModelError.
    """
    home = Home(device)
    check_wish(wish, home)
    if wish == SERVER and not is_set():
        remedy = "set OPENAI_API_KEY, see docs/how-to/vision-language-server.md, or name local:REPOSITORY"
        raise InputError("no server is set that could judge", remedy=remedy)
    place = "" if wish.startswith(LOCAL) else told()
    return JudgedBy(answerer(wish, Server(), home), place)
