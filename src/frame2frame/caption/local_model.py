"""Questions with pictures to an open vision-language model on this machine: no key, and nothing leaves it."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import numpy as np
from PIL import Image

from ..engine.device.hardware import numbered
from ..engine.device.memory import GIB
from ..engine.device.placement import choose_device, choose_dtype
from ..engine.models import catalogue, checkpoint, vision_language
from ..engine.models.known_vision_language import repository_of
from ..engine.models.pretrained import Pretrained
from ..engine.models.store import Home, Need
from ..engine.models.vision_language import Turn, VisionLanguage
from ..errors import AnswerError
from ..runs.record import name_of
from ..values import Picture
from .server import Question, Reply

MOST_TOKENS = 512
"""Of a written answer; the longest caption has some 160 words."""

_YES, _NO = ("yes", "true"), ("no", "false")
_LEAST_SHARE = 0.1
"""Of the probability of all words: below it the model was about to say something else than yes or no."""
_LARGER = "name a larger model, or one that follows instructions"


@dataclass(frozen=True)
class LocalModel:
    """A vision-language model whose files are here."""

    one_by_one: ClassVar[bool] = True

    repository: str
    """A folder, or a hub id."""
    revision: str | None = None
    home: Home = field(default_factory=Home, compare=False, repr=False)

    @classmethod
    def of(cls, name: str, home: Home) -> LocalModel:
        """That of a name, such as `qwen3-vl-2b`, a folder, or a hub id, which may have `@REVISION`."""
        if catalogue.is_folder(name):
            return cls(os.path.expanduser(name), None, home)
        plain, _, revision = name.partition("@")
        return cls(repository_of(plain), revision or None, home)

    def check(self) -> None:
        """Raise ModelError unless its files are here, whole, and of a kind that can be read."""
        vision_language.check_kind(self._pretrained.check_whole())

    def weights_gib(self) -> float:
        """The memory that its weights take where it would run. Raises ModelError."""
        return self._need().size / GIB

    def ask(self, question: Question) -> Reply:
        """Raises AnswerError when there is no usable answer, ModelError and OutOfMemoryError."""
        return self._decided(question) if question.yes_no else self._written(question)

    @property
    def weights_sha256(self) -> str:
        """Of its weight file; of the digests of all where there are several."""
        digests = [*checkpoint.fingerprints(self._pretrained.folder()).values()]
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()

    @property
    def version(self) -> str:
        """Its name and commit, without the folders that it lies in."""
        commit = checkpoint.revision(self._pretrained.folder())
        return name_of(self.repository) + (f"@{commit}" if commit else "")

    @property
    def _pretrained(self) -> Pretrained:
        place = catalogue.model_folder(self.home.folder)
        return Pretrained(vision_language.WHAT, self.repository, self.revision, place)

    def _model(self) -> VisionLanguage:
        device = choose_device(self.home.device)
        key = LocalModel, self._pretrained, str(device)
        read = partial(vision_language.read, device=device)
        return self.home.store.get(key, self, self._need, lambda: self._pretrained.read(read))

    def _need(self) -> Need:
        device = choose_device(self.home.device)
        size = choose_dtype("auto", device).itemsize * self._pretrained.entries()
        return Need(size, numbered(device))

    def _decided(self, question: Question) -> Reply:
        """Yes or no by the model's own probabilities of the first word of its answer."""
        turns = _turns(question, f"{question.yes_no} Answer with one word: yes or no.")
        yes, no = self._model().shares(turns, _YES, _NO)
        if yes + no < _LEAST_SHARE:
            got = f"a probability of {yes + no:.3f} for the two"
            raise AnswerError("the model answers neither yes nor no", got=got, remedy=_LARGER)
        probability = yes / (yes + no)
        values = {
            name: probability >= 0.5 if schema["type"] == "boolean" else ""
            for name, schema in question.fields.items()
        }
        return Reply(values, self._label, host="", probability=probability)

    def _written(self, question: Question) -> Reply:
        """The answer in words, asked for once more where the first cannot be used."""
        asked, model = question, self._model()
        seen = question.worked if model.takes(_turns(question, question.form()), MOST_TOKENS) else 0
        for _ in range(2):
            text = model.write(_turns(asked, question.form(), with_pictures=bool(seen)), MOST_TOKENS)
            try:
                return Reply(question.read(text), self._label, host="", pictures=seen)
            except ValueError as error:
                reason, asked = str(error), question.again(str(error))
        raise AnswerError(f"the answer could not be used: {reason}", remedy=_LARGER)

    @property
    def _label(self) -> str:
        name, at, commit = self.version.partition("@")
        return f"{name}{at}{commit[:12]} (weights {self.weights_sha256[:12]})"


def _turns(question: Question, form: str, *, with_pictures: bool = True) -> list[Turn]:
    """The rules begin the first turn, as many small models know of no others who speak.

    The examples are words alone unless they are shown `with_pictures`.
    """
    turns = []
    for asked, answered, picture in question.examples:
        shown = tuple(_pictures([picture])) if picture and with_pictures else ()
        turns += [Turn("user", asked, shown), Turn("assistant", answered)]
    turns.append(Turn("user", f"{question.text}\n\n{form}", tuple(_pictures(question.pictures))))
    return [turns[0]._replace(text=f"{question.rules}\n\n{turns[0].text}"), *turns[1:]]


def _pictures(files: Iterable[bytes]) -> Iterable[Picture]:
    for data in files:
        with Image.open(io.BytesIO(data)) as image:
            yield np.array(image.convert("RGB"))
