"""A question with pictures, and the answer in whatever text comes back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ...media.data_urls import data_url

LONGEST_TEXT = 20_000
"""Characters of an answer; what is longer is not searched."""

Fields = Mapping[str, Mapping[str, Any]]
"""JSON schemas by name. Known are the types string, integer and boolean, and `enum`."""

Values = dict[str, Any]
"""The answer's fields."""


def anything(values: Values) -> None:
    """The check of an answer that is good whenever its fields are."""


class Worked(NamedTuple):
    """An earlier turn: a question and its answer."""

    asked: str
    answered: str
    picture: bytes = b""
    """That it is asked about; a PNG or JPEG file, or nothing."""


@dataclass(frozen=True)
class Question:
    """What the model is asked, and which answers can be used."""

    rules: str
    """The system message."""
    text: str
    pictures: tuple[bytes, ...]
    """PNG or JPEG files."""
    fields: Fields
    yes_no: str = ""
    """The same as a question that one word answers, where the fields are one truth and why; a model whose
    probabilities can be had is asked so."""
    examples: tuple[Worked, ...] = ()
    check: Callable[[Values], None] = anything
    """Raises ValueError with the reason when the values make no sense."""

    @property
    def worked(self) -> int:
        """How many of the examples have a picture."""
        return sum(bool(example.picture) for example in self.examples)

    def messages(self) -> list[dict[str, Any]]:
        """In the form of `/v1/chat/completions`."""
        turns: list[dict[str, Any]] = [{"role": "system", "content": self.rules}]
        for asked, answered, picture in self.examples:
            content = _content(asked, (picture,)) if picture else asked
            turns += [{"role": "user", "content": content}, {"role": "assistant", "content": answered}]
        return [*turns, {"role": "user", "content": _content(f"{self.text}\n\n{self.form()}", self.pictures)}]

    def response_format(self) -> dict[str, Any]:
        """The fields as strict structured output."""
        schema = {
            "type": "object",
            "properties": {name: dict(schema) for name, schema in self.fields.items()},
            "required": list(self.fields),
            "additionalProperties": False,
        }
        return {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        }

    def digest(self, model: str) -> str:
        """The same for the same question to the same model, whatever server it is asked of."""
        pictures = [hashlib.sha256(picture).hexdigest() for picture in self.pictures]
        told = [model, self.messages()[:-1], self.text, pictures, self.response_format()]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def again(self, reason: str) -> Question:
        """The same question after an answer that could not be used."""
        return replace(self, text=f"{self.text}\n\nAn earlier answer could not be used: {reason}.")

    def read(self, text: str) -> Values:
        """The answer in a text, prose around it ignored. Raises ValueError with the reason."""
        values = read_object(text, self.fields)
        self.check(values)
        return values

    def form(self) -> str:
        """How the answer is to be given."""
        form = ", ".join(f'"{name}": {_form(schema)}' for name, schema in self.fields.items())
        return f"Answer with one JSON object and nothing else: {{{form}}}"


@dataclass(frozen=True)
class Reply:
    """A usable answer."""

    values: Values
    model: str
    """As the server calls it, often with its date."""
    host: str
    """Where the pictures were sent; empty if nothing was."""
    is_kept: bool = False
    """Whether it is the answer of an earlier run."""
    probability: float | None = None
    """Of yes, where a question was answered in one word."""
    pictures: int = 0
    """The worked examples that were shown with theirs."""


def read_object(text: str, fields: Fields) -> Values:
    """The last JSON object in the text that has the fields. Raises ValueError with the reason."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"it is {len(text):,} characters long")
    found, reason, decoder = None, "it has no JSON object", json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            reason = mismatch(value, fields)
            found = found if reason else {name: value[name] for name in fields}
        at = text.find("{", end)
    if found is None:
        raise ValueError(reason)
    return found


def mismatch(value: Mapping[str, Any], fields: Fields) -> str:
    """In what an object differs from the fields; empty if in nothing. Further fields do not matter."""
    kinds = {"string": str, "integer": int, "boolean": bool}
    for name, schema in fields.items():
        if name not in value:
            return f"it has no {name}"
        if type(value[name]) is not kinds[schema["type"]]:
            return f"{name} is no {schema['type']}"
        if "enum" in schema and value[name] not in schema["enum"]:
            return f"{name} is out of range"
    return ""


def _content(text: str, pictures: Iterable[bytes]) -> list[dict[str, Any]]:
    """A text and what it is about, in the form of `/v1/chat/completions`."""
    shown = [{"type": "image_url", "image_url": {"url": data_url(one)}} for one in pictures]
    return [{"type": "text", "text": text}, *shown]


def _form(schema: Mapping[str, Any]) -> str:
    meaning = f": {schema['description']}" if "description" in schema else ""
    return f"<{schema['type']}{meaning}>"


def plain(text: str, longest: int) -> str:
    """A stranger's text on one line, without control characters, cut where it gets too long."""
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"
