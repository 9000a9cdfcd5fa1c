"""A vision-language model as the judge of frames (paper, section 3.3 and appendix C.1).

Where it gives no usable answer, the rules choose instead and a note says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..caption.answerers import answerer, check_wish, version_of, whom
from ..caption.server import Answerer, Fields, Question, Reply, Server, plain, read_prompts
from ..caption.server.options import asked, kept_in, model_name, prompts, waiting
from ..engine.models.store import Home, home
from ..errors import AnswerError, MissingPackageError
from ..media.pictures import png_bytes, resized
from ..plugins.capabilities import SelectorCapabilities
from ..plugins.options import SERVER, Flag, check, option
from ..values import WORD, Caption, Cause, Choice, Clip, Picture, Scores, Take
from .collage import collage, evenly_spaced, pair
from .rules import Earliest

PROMPTS = Path(__file__).parent / "prompts"

MODES = ("collage", "frames")

MOST_CANDIDATES = 12
"""As in the paper; more make tiles that no model sees well."""

ANSWERS = "answers"
"""The prompt by which the answers of several clips are compared."""

_REASON = {"type": "string", "description": "why, in one short sentence"}
_SHOWS: Fields = {"reason": _REASON, "shows": {"type": "boolean"}}
_YES_NO = "Does the candidate show the wanted scene in full, as an edit of the source?"


@dataclass(frozen=True)
class Judge:
    """Show the frames to a vision-language model and take the one it names, or none.

    It is that of the server that is set, or one on this machine. "collage" asks once, with all candidates
    numbered in one picture. "frames" asks of single candidates beside the source whether they show the edit,
    until the first that does is found (see `first_of`).

    Raises InputError for an unknown mode, a number of candidates that cannot be, and missing prompt files,
    ModelError for a model on this machine that cannot be used.
    """

    capabilities: ClassVar = SelectorCapabilities(asks_server=True, compares=True)

    mode: str | None = option(
        None,
        "How the judge sees the frames: as one collage, or as separate frames (so a local one by itself).",
        choices=MODES,
        recorded=WORD,
        flag=Flag("mode", panel=SERVER, shown="collage"),
    )
    shown: int = option(
        MOST_CANDIDATES,
        "How many frames are shown, evenly spaced; of separate frames, the most questions that are asked.",
        low=1,
        high=MOST_CANDIDATES,
    )
    prompt_dir: str | None = prompts()
    """With `MODE.txt`."""
    model: str | None = model_name()
    seconds: float = waiting()
    cache_dir: str | None = kept_in()
    judge: str = asked("judge", "Who judges: server, or local:REPOSITORY, a model on this machine.")
    sure: float = option(
        0.5,
        "The probability of yes from which a frame shows the edit, of a model on this machine.",
        above=0,
        high=1,
    )
    home: Home = home()

    def __post_init__(self) -> None:
        check(self)
        self._rules(self._mode)  # a prompt that is missing is said before anything runs
        check_wish(self.judge, self.home)

    @property
    def answered_by(self) -> str:
        """The version of the model on this machine that judges; empty where a server does."""
        return version_of(self.judge, self.home)

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        try:
            if self._mode == "frames":
                return self._of_frames(clip, caption)
            return self._of_collage(clip, caption)
        except (AnswerError, MissingPackageError) as error:
            return replace(Earliest().choose(clip, scores, caption), notes=_excuses(error))

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False  # it looks at the whole clip

    def compare(
        self, takes: Sequence[Take], choices: Sequence[Choice], caption: Caption
    ) -> tuple[int, Choice]:
        """The clip whose answer the judge prefers among all, or none of them."""
        notes = tuple(dict.fromkeys(note for choice in choices for note in choice.notes))
        try:
            best, told = self._best_of(takes, choices, caption)
        except (AnswerError, MissingPackageError) as error:
            best, choice = Earliest().compare(takes, choices, caption)
            return best, replace(choice, notes=(*notes, *_excuses(error)))
        notes = tuple(dict.fromkeys((*notes, *told)))
        if best is None:
            refused = f"None of the answers of {len(takes)} seeds will do, says the judge."
            return 0, Choice(None, refused, choices[0].index, notes)
        return best, replace(choices[best], notes=notes)

    def _best_of(
        self, takes: Sequence[Take], choices: Sequence[Choice], caption: Caption
    ) -> tuple[int | None, list[str]]:
        """The number of the best answer, and what is to be told of how it was found."""
        frames = [take.clip.frames[choice.index or 0] for take, choice in zip(takes, choices, strict=True)]
        source, seeds = source_of(takes[0].clip), [take.clip.seed for take in takes]
        if self._mode == "frames":
            replies = [self._about(source, frame, caption) for frame in frames]
            sure = [reply.probability for reply in replies if reply.probability is not None]
            if len(sure) == len(frames):
                best = int(np.argmax(sure))
                return best, [_surest(replies[best], seeds, best)]
        return self._of_sheets(source, frames, seeds, caption)

    def _of_sheets(
        self, source: Picture, frames: Sequence[Picture], seeds: Sequence[int | None], caption: Caption
    ) -> tuple[int | None, list[str]]:
        """The same of as many sheets as keep the tiles large, then of the winners."""
        left, notes = list(range(len(frames))), list[str]()
        while len(left) > 1:
            winners = []
            for group in _groups(left):
                sheet = collage(source, np.stack([frames[n] for n in group]))
                numbers = {"type": "integer", "enum": list(range(len(group) + 1))}
                reply = self._ask(ANSWERS, sheet, caption, {"reason": _REASON, "answer": numbers})
                notes += [_compared(reply, [seeds[n] for n in group])]
                winners += [group[reply.values["answer"] - 1]] if reply.values["answer"] else []
            left = winners
        return (left[0] if left else None), notes

    def _of_collage(self, clip: Clip, caption: Caption) -> Choice:
        shown = self._shown(clip)
        numbers = {"type": "integer", "enum": list(range(len(shown) + 1))}
        fields: Fields = {"reason": _REASON, "answer": numbers, "runner_up": numbers}
        reply = self._ask("collage", collage(source_of(clip), clip.frames[shown]), caption, fields)
        answer, second = (frame_of(reply.values[name], shown) for name in ("answer", "runner_up"))
        return Choice(
            answer,
            _told(reply, None if answer is None else clip.frame_times[answer], caption),
            runner_up=second if second != answer else None,
            notes=(_origin(reply, len(shown)),),
        )

    def _of_frames(self, clip: Clip, caption: Caption) -> Choice:
        replies: dict[int, Reply] = {}

        def shows(index: int) -> bool:
            try:
                replies[index] = self._about(source_of(clip), clip.frames[index], caption)
            except AnswerError as error:
                error.sent_to = error.sent_to or next((one.host for one in replies.values() if one.host), "")
                raise
            return self._is_yes(replies[index])

        shown, source = self._shown(clip), source_of(clip)
        if self.answerer().one_by_one:
            before = self._about(source, source, caption)
            if self._is_yes(before):
                return _shown_already(before, caption)
        found = first_of(shown, shows)
        closest = max(replies, key=lambda index: (replies[index].probability or 0.0, index))
        reply = replies[closest if found is None else found]
        sent = next((one for one in replies.values() if one.host), reply)
        time = None if found is None else clip.frame_times[found]
        second = closest if found is None and reply.probability is not None else None
        return Choice(found, _told(reply, time, caption), second, notes=(_origin(sent, len(replies)),))

    def _shown(self, clip: Clip) -> list[int]:
        shown = evenly_spaced(len(clip), self.shown)
        if not shown:
            raise AnswerError("the clip has no frame after the first to ask about")
        return shown

    def _about(self, source: Picture, frame: Picture, caption: Caption) -> Reply:
        """What is said of one frame beside the source."""
        return self._ask("frames", pair(source, frame), caption, _SHOWS, _YES_NO)

    def _is_yes(self, reply: Reply) -> bool:
        if reply.probability is None:
            return bool(reply.values["shows"])
        return reply.probability >= self.sure

    def _ask(
        self, prompt: str, picture: Picture, caption: Caption, fields: Fields, yes_no: str = ""
    ) -> Reply:
        text = f"The wanted scene: {caption.target}\nThe clip was to show: {caption.temporal}"
        question = Question(self._rules(prompt), text, (png_bytes(picture),), fields, yes_no)
        return self.answerer().ask(question)

    @property
    def _mode(self) -> str:
        return self.mode or ("frames" if self.answerer().one_by_one else "collage")

    def answerer(self) -> Answerer:
        """Who answers: the server that is set, or a model on this machine."""
        server = Server(self.model, self.seconds, cache_dir=self.cache_dir)
        return answerer(self.judge, server, self.home)

    def _rules(self, prompt: str) -> str:
        return read_prompts(PROMPTS, self._folder_of(prompt), (prompt,))[prompt]

    def _folder_of(self, prompt: str) -> str | None:
        """Prompts of the user's that were written before answers were compared lack the one for that."""
        lacks = self.prompt_dir is None or not (Path(self.prompt_dir).expanduser() / f"{prompt}.txt").exists()
        return None if lacks and prompt == ANSWERS else self.prompt_dir


def source_of(clip: Clip) -> Picture:
    """The user's own picture in the size of the frames; the first frame of a clip that has none."""
    return clip.frames[0] if clip.source is None else resized(clip.source, *clip.frames.shape[1:3])


def _groups(numbers: list[int]) -> list[list[int]]:
    """As few as show each at most so many tiles, all about as large."""
    count = -(-len(numbers) // MOST_CANDIDATES)
    return [numbers[first::count] for first in range(count)]


def _shown_already(reply: Reply, caption: Caption) -> Choice:
    """That a judge who sees the wish in the unedited picture cannot tell whether a frame shows it."""
    seen = f"Your picture seems to show “{caption.target}” already"
    reason = f"{seen}, says the judge {reply.model}{_because(reply)}"
    return Choice(None, reason, notes=(_origin(reply, 1),), cause=Cause.SHOWN_ALREADY)


def first_of(shown: Sequence[int], shows: Callable[[int], bool]) -> int | None:
    """The first of the frames that shows the edit; None if none does.

    A clip in which the last one does and the first does not is taken to change once: the place is found by
    halves, with two questions more than the base-two logarithm of the number of frames. Where the last one
    does not, the edit may have come and gone: then each is asked about, from the earliest on.
    """
    if shows(shown[0]):
        return shown[0]
    if len(shown) == 1:
        return None
    if not shows(shown[-1]):
        return next((index for index in shown[1:-1] if shows(index)), None)
    low, high = 0, len(shown) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(shown[middle]) else (middle, high)
    return shown[high]


def frame_of(number: int, shown: list[int]) -> int | None:
    """The frame index of a candidate's number; 0 is none."""
    return shown[number - 1] if number else None


def _told(reply: Reply, time: int | None, caption: Caption) -> str:
    """The choice in words, with the model's own reason as a quotation."""
    seen = "No frame shows" if time is None else f"Frame {time} is the first that shows"
    return f"{seen} “{caption.target}”, says the judge {reply.model}{_because(reply)}"


def _because(reply: Reply) -> str:
    """The end of a sentence: how sure the judge is, or its own words."""
    if reply.probability is not None:
        return f", probability of yes {reply.probability:.2f}."
    words = plain(reply.values["reason"], 300)
    return f": “{words}”" if words else "."


def _surest(reply: Reply, seeds: Sequence[int | None], best: int) -> str:
    """Which of the seeds the judge is surest of."""
    taken = f"is surest of seed {seeds[best]}"
    return f"Of the answers of {_listed(seeds)} the judge {reply.model} {taken}{_because(reply)}"


def _compared(reply: Reply, seeds: Sequence[int | None]) -> str:
    """Which of the seeds the judge prefers, and why."""
    number = reply.values["answer"]
    taken = f"prefers seed {seeds[number - 1]}" if number else "takes none"
    return f"Of the answers of {_listed(seeds)} the judge {reply.model} {taken}{_because(reply)}"


def _listed(seeds: Sequence[int | None]) -> str:
    return f"seeds {', '.join(map(str, seeds))}"


def _origin(reply: Reply, count: int) -> str:
    frames = f"{count} frame{'s' if count > 1 else ''}"
    if reply.host:
        return f"The source and {frames} were sent to {reply.host} (model {reply.model}) to choose among."
    if reply.is_kept:
        return f"The choice is the kept answer of {reply.model} about the same {frames}; nothing was sent."
    return f"The choice was made on this machine by {reply.model}, asked about {frames}; nothing was sent."


def _excuses(error: AnswerError | MissingPackageError) -> tuple[str, ...]:
    """Where frames went, if they did, and why the rules chose."""
    asked, sent_to = whom(error)
    why = f"No choice from {asked} ({error}); the built-in rules made it."
    return (f"Frames were sent to {sent_to} to choose among.", why) if sent_to else (why,)
