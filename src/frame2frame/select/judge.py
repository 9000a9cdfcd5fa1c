"""A vision-language model as the judge of frames (paper, section 3.3 and appendix C.1).

Whatever goes wrong with the server, the rules choose instead and a note says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from ..caption.server import Answerer, Fields, Question, Reply, Server, plain, read_prompts
from ..caption.server.options import kept_in, model_name, prompts, waiting
from ..errors import MissingPackageError, ServerError
from ..media.pictures import png_bytes
from ..plugins.capabilities import SelectorCapabilities
from ..plugins.options import SERVER, Flag, check, option
from ..values import WORD, Caption, Choice, Clip, Picture, Scores
from .collage import collage, evenly_spaced, pair
from .rules import Earliest

PROMPTS = Path(__file__).parent / "prompts"

MODES = ("collage", "frames")

MOST_CANDIDATES = 12
"""As in the paper; more make tiles that no model sees well."""

_REASON = {"type": "string", "description": "why, in one short sentence"}


@dataclass(frozen=True)
class Judge:
    """Show the frames to the model of the server that is set and take the one it names, or none.

    "collage" asks once, with all candidates numbered in one picture. "frames" asks of each candidate beside
    the source whether it shows the edit, from the earliest on, until one does.

    Raises InputError for an unknown mode, a number of candidates that cannot be, and missing prompt files.
    """

    capabilities: ClassVar = SelectorCapabilities(asks_server=True)

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
        self._rules()  # a prompt that is missing is said before anything runs

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        try:
            return (
                self._of_collage(clip, caption) if self.mode == "collage" else self._of_frames(clip, caption)
            )
        except (ServerError, MissingPackageError) as error:
            return replace(Earliest().choose(clip, scores, caption), notes=_excuses(error))

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False  # it looks at the whole clip

    def _of_collage(self, clip: Clip, caption: Caption) -> Choice:
        shown = self._shown(clip)
        numbers = {"type": "integer", "enum": list(range(len(shown) + 1))}
        fields: Fields = {"reason": _REASON, "answer": numbers, "runner_up": numbers}
        reply = self._ask(collage(clip.frames[0], clip.frames[shown]), caption, fields)
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
                reply = self._ask(pair(clip.frames[0], clip.frames[index]), caption, fields)
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

    def _ask(self, picture: Picture, caption: Caption, fields: Fields) -> Reply:
        text = f"The wanted scene: {caption.target}\nThe clip was to show: {caption.temporal}"
        question = Question(self._rules(), text, (png_bytes(picture),), fields)
        return self.answerer().ask(question)

    def answerer(self) -> Answerer:
        """Who answers: the server that is set."""
        return Server(self.model, self.seconds, cache_dir=self.cache_dir)

    def _rules(self) -> str:
        return read_prompts(PROMPTS, self.prompt_dir, (self.mode,))[self.mode]


def frame_of(number: int, shown: list[int]) -> int | None:
    """The frame index of a candidate's number; 0 is none."""
    return shown[number - 1] if number else None


def _told(reply: Reply, time: int | None, caption: Caption) -> str:
    """The choice in words, with the model's own reason as a quotation."""
    words = plain(reply.values["reason"], 300)
    because = f": “{words}”" if words else "."
    seen = "No frame shows" if time is None else f"Frame {time} is the first that shows"
    return f"{seen} “{caption.target}”, says the judge {reply.model}{because}"


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
