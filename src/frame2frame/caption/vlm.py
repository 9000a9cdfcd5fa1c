"""A temporal caption by a vision-language model that sees the picture (paper, section 3.1 and appendix B.1).

The model gets the paper's six rules and nine worked examples as earlier turns. Where it gives no usable
answer, the built-in rules write the caption instead and a note says why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from ..engine.models.store import Home, home
from ..errors import AnswerError, InputError, MissingPackageError
from ..files.regular import read_bytes
from ..media.pictures import png_bytes, within
from ..plugins.capabilities import CaptionerCapabilities
from ..plugins.options import SERVER, Flag, check, option
from ..values import WORD, Caption, Picture
from . import splitting
from .answerers import answerer, check_wish, version_of, whom
from .clauses import Split, by_rules
from .server import Question, Reply, Server, Worked, plain, read_prompts
from .server.options import asked, kept_in, model_name, prompts, waiting
from .temporal import Temporal

PROMPTS = Path(__file__).parent / "prompts"

STYLES = {"sentence": 60, "steps": 160}
"""One sentence as in the paper, or ordered steps and what stays, as IF-Edit does; most words of each."""

LONGEST_SIDE = 1024
"""Pixels; larger pictures are sent reduced."""

INSTEAD = (
    "In place of an instruction you get a target caption: a description of the edited picture. The clip ends "
    "in the scene that it describes, and it is the target."
)
"""Follows the rules where the wish is a target caption."""

LONGEST_TARGET = 60
"""Words."""

FIELDS = {
    "caption": {"type": "string", "description": "what happens"},
    "target": {"type": "string", "description": "the wanted scene"},
}

PICTURE_LIMIT_BYTES = 2**20

_EXAMPLE = re.compile(
    r"(?:Picture: (\w[\w/-]*\.(?:png|jpg))\n)?Instruction: (.+)\nCaption: (.+)\nTarget: (.+)"
)


@dataclass(frozen=True)
class Vlm:
    """Let a vision-language model write the caption: that of the server that is set, or one on this machine.

    Raises InputError for an unknown style and for prompt files that cannot be used, ModelError for a model on
    this machine that cannot.
    """

    capabilities: ClassVar = CaptionerCapabilities(towards=True, clauses=True, splits=True)

    style: str = option(
        "sentence",
        "How a vision-language model writes the caption: as one sentence, or in steps.",
        choices=tuple(STYLES),
        recorded=WORD,
        flag=Flag("style", panel=SERVER),
    )
    prompt_dir: str | None = prompts()
    """With `STYLE.txt` and `STYLE-examples.txt`."""
    model: str | None = model_name()
    seconds: float = waiting()
    cache_dir: str | None = kept_in()
    vlm: str = asked("vlm", "Who writes captions: server, or local:REPOSITORY, a model on this machine.")
    home: Home = home()

    def __post_init__(self) -> None:
        check(self)
        for example in self._prompts()[1]:  # what is missing is said before anything runs
            example.turn(self._folder)
        check_wish(self.vlm, self.home)

    @property
    def answered_by(self) -> str:
        """The version of the model on this machine that writes; empty where a server does."""
        return version_of(self.vlm, self.home)

    def write(self, image: Picture, instruction: str) -> Caption:
        asked = self.question(image, instruction)
        return self._written(asked, lambda: Temporal().write(image, instruction))

    def write_towards(self, image: Picture, target: str) -> Caption:
        """Asked as in the paper, which has no instruction: with the target caption alone."""
        asked = self.question(image, target, INSTEAD)
        return self._written(asked, lambda: Temporal().write_towards(image, target))

    def split(self, instruction: str) -> Split:
        """The clauses as the model finds them, which reads the words alone; the rules where it fails."""
        try:
            reply = self._answerer().ask(splitting.question(instruction))
        except (AnswerError, MissingPackageError) as error:
            why = f"No clauses from {whom(error)[0]} ({error}); the built-in rules split the wish."
            return Split(by_rules(instruction), (why,))
        clauses = splitting.found(reply.values)
        sent = f"The words of the wish were sent to {reply.host} (model {reply.model}) to be split."
        return Split(clauses, (sent,) if reply.host and not reply.is_kept else ())

    def _answerer(self) -> Any:
        server = Server(self.model, self.seconds, cache_dir=self.cache_dir)
        return answerer(self.vlm, server, self.home)

    def _written(self, question: Question, by_rules: Callable[[], Caption]) -> Caption:
        try:
            reply = self._answerer().ask(question)
        except (AnswerError, MissingPackageError) as error:
            return replace(by_rules(), notes=_excuses(error))
        temporal, target = (plain(reply.values[name], 2_000) for name in FIELDS)
        notes = (_origin(reply), *_shown(question, reply))
        return Caption(temporal, target, author="vlm", notes=notes)

    def question(self, image: Picture, words: str, instead: str = "") -> Question:
        """What the model is asked about this picture; `words` are the instruction, or what is `instead`."""
        rules, examples = self._prompts()
        longest = STYLES[self.style]

        def check(values: dict[str, Any]) -> None:
            check_text("caption", values["caption"], longest, words)
            check_text("target", values["target"], LONGEST_TARGET, words)

        return Question(
            rules=f"{rules}\n\n{instead}".strip(),
            text=_asked(words, instead),
            pictures=(png_bytes(within(image, LONGEST_SIDE)),),
            fields=FIELDS,
            examples=tuple(example.turn(self._folder, instead) for example in examples),
            check=check,
        )

    def _prompts(self) -> tuple[str, tuple[Example, ...]]:
        """The rules, and the examples."""
        texts = read_prompts(PROMPTS, self.prompt_dir, (self.style, f"{self.style}-examples"))
        return texts[self.style], parsed_examples(texts[f"{self.style}-examples"])

    @property
    def _folder(self) -> Path:
        """Where the prompts lie."""
        return PROMPTS if self.prompt_dir is None else Path(self.prompt_dir).expanduser()


class Example(NamedTuple):
    """A wish and what is written for it."""

    picture: str | None
    """Its file, beside the text of the examples."""
    instruction: str
    caption: str
    target: str

    def turn(self, folder: Path, instead: str = "") -> Worked:
        """Its question and answer; with the target caption where it stands in the instruction's place.

        Raises InputError for a picture that cannot be read.
        """
        answer = json.dumps({"caption": self.caption, "target": self.target}, ensure_ascii=False)
        shown = read_bytes(folder / self.picture, PICTURE_LIMIT_BYTES) if self.picture else b""
        return Worked(_asked(self.target if instead else self.instruction, instead), answer, shown)


def parsed_examples(text: str) -> tuple[Example, ...]:
    """Examples from blocks of three lines, or four with a picture. Raises InputError for another form."""
    examples = []
    for block in re.split(r"\n\s*\n", text.strip()):
        match = _EXAMPLE.fullmatch(block.strip())
        if match is None:
            remedy = "write three lines each: Instruction: …, Caption: …, Target: …"
            raise InputError("a caption example cannot be read", got=repr(block[:60]), remedy=remedy)
        examples.append(Example(*match.groups()))
    return tuple(examples)


def check_text(name: str, text: str, most_words: int, instruction: str) -> None:
    """Raises ValueError unless a stranger's text can be what the clip should show."""
    words = text.split()
    if not any(letter.isalpha() for letter in text):
        raise ValueError(f"the {name} has no words")
    if len(words) > most_words or len(text) > 12 * most_words:
        raise ValueError(f"the {name} is too long")
    if any(not letter.isprintable() for letter in " ".join(words)):
        raise ValueError(f"the {name} has control characters")
    if "video" in text.lower() and "video" not in instruction.lower():
        raise ValueError(f"the {name} speaks of a video")


def _asked(words: str, instead: str = "") -> str:
    return f"{'Target caption' if instead else 'Instruction'}: {words}"


def _origin(reply: Reply) -> str:
    if reply.is_kept:
        return f"The caption is the kept answer of {reply.model} to the same question; nothing was sent."
    if not reply.host:
        return f"The caption was written on this machine by {reply.model}; nothing was sent."
    return f"The picture was sent to {reply.host} (model {reply.model}) for the caption."


def _shown(question: Question, reply: Reply) -> tuple[str, ...]:
    """Which examples were seen before; nothing of an answer of an earlier run."""
    if reply.is_kept or not question.worked:
        return ()
    if reply.pictures:
        return (f"{reply.pictures} examples with pictures went before it.",)
    return (f"The examples before it were words alone, as {reply.model} does not read as many pictures.",)


def _excuses(error: AnswerError | MissingPackageError) -> tuple[str, ...]:
    """Where the picture went, if it did, and why the rules wrote the caption."""
    asked, sent_to = whom(error)
    why = f"No caption from {asked} ({error}); the built-in rules wrote it."
    return (f"The picture was sent to {sent_to} for the caption.", why) if sent_to else (why,)
