"""A vision-language server on loopback that speaks `/v1/chat/completions`, with faults on demand.

It checks what it gets as strictly as a real one, decodes the pictures and answers what a function says. Asked
for structured output it gives the bare JSON, else it talks around it.
"""

from __future__ import annotations

import base64
import io
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Any

import numpy as np
from PIL import Image

from frame2frame.values import Picture

KEY = "sk-test-0123456789-do-not-show"
DATED = "seer-2026-01-31"
"""What the model "seer" calls itself."""


@dataclass(frozen=True)
class Asked:
    """One request that was understood."""

    model: str
    rules: str
    examples: tuple[tuple[str, str], ...]
    text: str
    pictures: tuple[Picture, ...]
    fields: dict[str, Any] | None
    """The properties of the schema, or None when no structured output was asked for."""
    seen: tuple[Picture, ...] = ()
    """The pictures of the examples."""


Answer = Callable[[Asked], Any]
"""The values to answer, or a text to answer as it is."""

Fault = Callable[["Chat", Asked], bool]
"""Answers the request in its own way and says True, or lets it pass."""


@dataclass(frozen=True)
class Status:
    """An error of the protocol, whose text repeats the key as some servers do."""

    code: int
    retry_after: str | None = None
    location: str | None = None

    def __call__(self, chat: Chat, asked: Asked) -> bool:
        headers = {"Retry-After": self.retry_after, "Location": self.location}
        chat.refuse(self.code, f"no, not with the key {KEY}", headers)
        return True


@dataclass(frozen=True)
class Says:
    """An answer with this text, whatever was asked for."""

    text: str

    def __call__(self, chat: Chat, asked: Asked) -> bool:
        chat.say(self.text)
        return True


@dataclass(frozen=True)
class Body:
    """Any bytes with status 200."""

    data: bytes

    def __call__(self, chat: Chat, asked: Asked) -> bool:
        chat.reply(200, self.data)
        return True


def fine(chat: Chat, asked: Asked) -> bool:
    """No fault."""
    return False


def hang(chat: Chat, asked: Asked) -> bool:
    """No answer before the server is closed."""
    chat.server.closing.wait(20)
    return True


def trickle(chat: Chat, asked: Asked) -> bool:
    """A byte now and then, so that no single wait is long."""
    chat.start(200, 10_000)
    while not chat.server.closing.wait(0.02):
        chat.wfile.write(b" ")
        chat.wfile.flush()
    return True


def cut(chat: Chat, asked: Asked) -> bool:
    """Half an answer, then a reset connection."""
    chat.start(200, 10_000)
    chat.wfile.write(b'{"choices": [')
    chat.wfile.flush()
    chat.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    chat.connection.close()
    return True


def blind(chat: Chat, asked: Asked) -> bool:
    """A model without vision."""
    return bool(asked.pictures) and Status(400)(chat, asked)


def unstructured(chat: Chat, asked: Asked) -> bool:
    """A server without structured output."""
    return asked.fields is not None and Status(400)(chat, asked)


class ChatServer(ThreadingHTTPServer):
    """Runs between `with` and its end; the first request meets the first fault, and so on."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, answer: Answer, faults: Iterable[Fault] | Fault = ()) -> None:
        super().__init__(("127.0.0.1", 0), Chat)
        self.answer = answer
        self.faults: Iterator[Fault] = repeat(faults) if callable(faults) else iter(faults)
        self.asked: list[Asked] = []
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def __enter__(self) -> ChatServer:
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


class Chat(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: ChatServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/chat/completions":
            return self.refuse(404, "no such address")
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return self.refuse(401, f"Incorrect API key provided: {self.headers['Authorization']}")
        try:
            asked = read_request(json.loads(body))
        except (KeyError, ValueError, AssertionError, OSError) as error:
            return self.refuse(400, f"malformed request: {error!r}")
        self.server.asked.append(asked)
        if next(self.server.faults, fine)(self, asked):
            return None
        answer = self.server.answer(asked)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return self.say(text if asked.fields is not None else f"Sure {{glad to help}}!\n```json\n{text}\n```")

    def say(self, text: str) -> None:
        """A completion with this text."""
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        completion = {"id": "1", "object": "chat.completion", "created": 1, "model": DATED}
        self.reply(200, json.dumps(completion | {"choices": [choice]}).encode())

    def refuse(self, code: int, message: str, headers: dict[str, str | None] | None = None) -> None:
        """An error in the protocol's form."""
        error = {"message": message, "type": "error", "param": None, "code": str(code)}
        self.reply(code, json.dumps({"error": error}).encode(), headers)

    def reply(self, code: int, data: bytes, headers: dict[str, str | None] | None = None) -> None:
        self.start(code, len(data), headers)
        self.wfile.write(data)

    def start(self, code: int, length: int, headers: dict[str, str | None] | None = None) -> None:
        self.close_connection = True
        self.send_response(code)
        plain = {"Content-Type": "application/json", "Content-Length": str(length), "Connection": "close"}
        for name, value in (plain | (headers or {})).items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Tests print nothing."""


def read_request(request: dict[str, Any]) -> Asked:
    """What is asked, or AssertionError, KeyError, ValueError for what the protocol does not have."""
    system, *turns, last = request["messages"]
    assert system["role"] == "system" and last["role"] == "user", "roles"
    assert [turn["role"] for turn in turns] == ["user", "assistant"] * (len(turns) // 2), "turns"
    parts = {kind: [p for p in last["content"] if p["type"] == kind] for kind in ("text", "image_url")}
    assert len(parts["text"]) + len(parts["image_url"]) == len(last["content"]), "parts"
    said = [words_of(turn["content"]) for turn in turns]
    return Asked(
        request["model"],
        system["content"],
        tuple(zip(said[::2], said[1::2], strict=True)),
        "\n".join(part["text"] for part in parts["text"]),
        tuple(decoded(part["image_url"]["url"]) for part in parts["image_url"]),
        strict_fields(request["response_format"]) if "response_format" in request else None,
        tuple(decoded(url) for turn in turns for url in urls_of(turn["content"])),
    )


def words_of(content: Any) -> str:
    """What a turn says, be it with pictures or without."""
    return (
        content if isinstance(content, str) else "\n".join(p["text"] for p in content if p["type"] == "text")
    )


def urls_of(content: Any) -> list[str]:
    """Of the pictures of a turn."""
    parts = [] if isinstance(content, str) else content
    return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]


def decoded(url: str) -> Picture:
    """The picture of a data URL."""
    form, _, data = url.partition(";base64,")
    with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as image:
        assert form == f"data:image/{str(image.format).lower()}", form
        return np.array(image.convert("RGB"))


def strict_fields(form: dict[str, Any]) -> dict[str, Any]:
    """The properties of a schema in the form that strict structured output demands."""
    assert form["type"] == "json_schema" and form["json_schema"]["name"], "form"
    schema = form["json_schema"]["schema"]
    assert form["json_schema"]["strict"] is True and schema["additionalProperties"] is False, "strict"
    assert schema["type"] == "object" and sorted(schema["required"]) == sorted(schema["properties"]), "object"
    known = {"type", "description", "enum"}
    assert all(set(one) <= known for one in schema["properties"].values()), "keywords"
    return dict(schema["properties"])
