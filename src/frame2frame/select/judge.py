"""A vision-language model as the judge of frames (paper, section 3.3 and appendix C.1).

Whatever goes wrong with the server, the rules choose instead and a note says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..caption.server import Answerer, Fields, Question, Reply, Server, plain, read_prompts
from ..caption.server.options import kept_in, model_name, prompts, waiting
from ..errors import MissingPackageError, ServerError
from ..media.pictures import png_bytes, resized
from ..plugins.capabilities import SelectorCapabilities
from ..plugins.options import SERVER, Flag, check, option
from ..values import WORD, Caption, Choice, Clip, Picture, Scores, Take
from .collage import collage, evenly_spaced, pair
from .rules import Earliest

PROMPTS = Path(__file__).parent / "prompts"

MODES = ("collage", "frames")

MOST_CANDIDATES = 12
"""As in the paper; more make tiles that no model sees well."""

ANSWERS = "answers"
"""The prompt by which the answers of several clips are compared."""

_REASON = {"type": "string", "description": "why, in one short sentence"}


@dataclass(frozen=True)
class Judge:
    """Show the frames to the model of the server that is set and take the one it names, or none.

    "collage" asks once, with all candidates numbered in one picture. "frames" asks of each candidate beside
    the source whether it shows the edit, from the earliest on, until one does.

    Raises InputError for an unknown mode, a number of candidates that cannot be, and missing prompt files.
    """

    capabilities: ClassVar = SelectorCapabilities(asks_server=True, compares=True)

    mode: str = option(
        "collage",
        "How the judge sees the frames: as one collage, or as separate frames.",
        choices=MODES,
        recorded=WORD,
        flag=Flag("mode", panel=SERVER),
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

    def __post_init__(self) -> None:
        check(self)
        self._rules(self.mode)  # a prompt that is missing is said before anything runs

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        try:
            return (
                self._of_collage(clip, caption) if self.mode == "collage" else self._of_frames(clip, caption)
            )
        except (ServerError, MissingPackageError) as error:
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
        except (ServerError, MissingPackageError) as error:
            best = _most_similar(takes, choices)
            return best, replace(choices[best], notes=(*notes, *_excuses(error)))
        notes = tuple(dict.fromkeys((*notes, *told)))
        if best is None:
            refused = f"None of the answers of {len(takes)} seeds will do, says the judge."
            return 0, Choice(None, refused, choices[0].index, notes)
        return best, replace(choices[best], notes=notes)

    def _best_of(
        self, takes: Sequence[Take], choices: Sequence[Choice], caption: Caption
    ) -> tuple[int | None, list[str]]:
        """The number of the best answer, in as many goes as keep the tiles large, and what is to be told."""
        left, notes = list(range(len(takes))), list[str]()
        while len(left) > 1:
            winners = []
            for group in _groups(left):
                frames = np.stack([takes[n].clip.frames[choices[n].index or 0] for n in group])
                sheet = collage(source_of(takes[0].clip), frames)
                numbers = {"type": "integer", "enum": list(range(len(group) + 1))}
                reply = self._ask(ANSWERS, sheet, caption, {"reason": _REASON, "answer": numbers})
                notes += [_compared(reply, [takes[n].clip.seed for n in group])]
                winners += [group[reply.values["answer"] - 1]] if reply.values["answer"] else []
            left = winners
        return (left[0] if left else None), notes

    def _of_collage(self, clip: Clip, caption: Caption) -> Choice:
        shown = self._shown(clip)
        numbers = {"type": "integer", "enum": list(range(len(shown) + 1))}
        fields: Fields = {"reason": _REASON, "answer": numbers, "runner_up": numbers}
        reply = self._ask(self.mode, collage(source_of(clip), clip.frames[shown]), caption, fields)
        answer, second = (frame_of(reply.values[name], shown) for name in ("answer", "runner_up"))
        return Choice(
            answer,
            _told(reply, answer, caption),
            runner_up=second if second != answer else None,
            notes=(_origin(reply.host, reply.model, len(shown)),),
        )

    def _of_frames(self, clip: Clip, caption: Caption) -> Choice:
        fields: Fields = {"reason": _REASON, "shows": {"type": "boolean"}}
        host, shown = "", self._shown(clip)
        for index in shown:
            try:
                reply = self._ask(self.mode, pair(source_of(clip), clip.frames[index]), caption, fields)
            except ServerError as error:
                error.sent_to = error.sent_to or host  # earlier frames left the machine
                raise
            host = host or reply.host
            if reply.values["shows"]:
                break
        found = index if reply.values["shows"] else None
        notes = (_origin(host, reply.model, shown.index(index) + 1),)
        time = None if found is None else clip.frame_times[found]
        return Choice(found, _told(reply, time, caption), notes=notes)

    def _shown(self, clip: Clip) -> list[int]:
        shown = evenly_spaced(len(clip), self.shown)
        if not shown:
            raise ServerError("the clip has no frame after the first to ask about")
        return shown

    def _ask(self, prompt: str, picture: Picture, caption: Caption, fields: Fields) -> Reply:
        text = f"The wanted scene: {caption.target}\nThe clip was to show: {caption.temporal}"
        question = Question(self._rules(prompt), text, (png_bytes(picture),), fields)
        return self.answerer().ask(question)

    def answerer(self) -> Answerer:
        """Who answers: the server that is set."""
        return Server(self.model, self.seconds, cache_dir=self.cache_dir)

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


def _most_similar(takes: Sequence[Take], choices: Sequence[Choice]) -> int:
    """The clip whose answer is nearest to the wanted scene."""
    return max(range(len(takes)), key=lambda n: takes[n].scores["semantic"][choices[n].index or 0])


def frame_of(number: int, shown: list[int]) -> int | None:
    """The frame index of a candidate's number; 0 is none."""
    return shown[number - 1] if number else None


def _told(reply: Reply, time: int | None, caption: Caption) -> str:
    """The choice in words, with the model's own reason as a quotation."""
    words = plain(reply.values["reason"], 300)
    because = f": “{words}”" if words else "."
    seen = "No frame shows" if time is None else f"Frame {time} is the first that shows"
    return f"{seen} “{caption.target}”, says the judge {reply.model}{because}"


def _compared(reply: Reply, seeds: Sequence[int | None]) -> str:
    """Which of the seeds the judge prefers, and why."""
    number, words = reply.values["answer"], plain(reply.values["reason"], 300)
    taken = f"prefers seed {seeds[number - 1]}" if number else "takes none"
    because = f": “{words}”" if words else "."
    return f"Of the answers of seeds {', '.join(map(str, seeds))} the judge {reply.model} {taken}{because}"


def _origin(host: str, model: str, count: int) -> str:
    frames = f"{count} frame{'s' if count > 1 else ''}"
    if not host:
        return f"The choice is the kept answer of {model} about the same {frames}; nothing was sent."
    return f"The source and {frames} were sent to {host} (model {model}) to choose among."


def _excuses(error: ServerError | MissingPackageError) -> tuple[str, ...]:
    """Where frames went, if they did, and why the rules chose."""
    why = f"No choice from the server ({error}); the built-in rules made it."
    sent_to = error.sent_to if isinstance(error, ServerError) else ""
    return (f"Frames were sent to {sent_to} to choose among.", why) if sent_to else (why,)
