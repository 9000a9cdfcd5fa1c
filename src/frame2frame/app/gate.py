"""What may reach Gradio at all: the page's own requests. Everything else gets a line that names nothing.

Gradio mounts many more routes than the page uses, calls any event for anyone, and its errors tell where
files lie.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .calls import Event, Refused, read

API = "/gradio_api"
FILE = f"{API}/file="
UPLOAD = f"{API}/upload"
CALLS = {f"{API}/run/predict": False, f"{API}/queue/join": True}
"""Where events are sent to, and whether those that wait in a queue are."""
LOOKS = re.compile(
    rf"/|/(theme\.css|favicon\.ico)|/(assets|static)/[^\\\0]+|/runs/[^/]+/[^/]+"
    rf"|{API}/(heartbeat/[a-z0-9]+|queue/data|upload_progress)"
)
"""What the page asks for, beside files that were uploaded."""

MOST_CALL_BYTES = 1_000_000
WORDS = {
    400: "The page did not understand that.",
    403: "The page answers only itself.",
    404: "There is nothing here.",
    411: "Say how long it is.",
    413: "That is too large.",
}


@dataclass(frozen=True)
class Gate:
    """Lets the page's own requests through to an ASGI application."""

    app: Any
    events: Mapping[int, Event]
    uploads: Path
    """Where Gradio puts what is uploaded, each file in a folder that is named after its content."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            try:
                await self._answer(scope, await self._checked(scope, receive), send)
            except _Stop as stop:
                await _say(stop.status, scope, receive, send)

    async def _checked(self, scope: Any, receive: Any) -> Any:
        """What the request's body is received from. Raises _Stop."""
        method, path, headers = scope["method"], scope["path"], _Headers(scope)
        if not headers.are_of_the_page:
            raise _Stop(403)
        if method == "POST" and path in CALLS:
            return _replayed(self._call(await _body(headers, receive), path), receive)
        if method == "POST" and path == UPLOAD:
            return receive
        is_file = path.startswith(FILE) and self._holds(path.removeprefix(FILE))
        if method not in ("GET", "HEAD") or not (is_file or LOOKS.fullmatch(path)) or ".." in path.split("/"):
            raise _Stop(404)
        if path == "/":
            scope["query_string"] = b""
        return receive

    def _call(self, body: bytes, path: str) -> bytes:
        try:
            return json.dumps(read(body, self.events, CALLS[path], self._holds)).encode()
        except Refused as error:
            raise _Stop(400) from error

    def _holds(self, path: str) -> bool:
        """Whether it is a regular file that was uploaded, by its one and only name."""
        file = Path(path)
        if str(file) != path or file.parent.parent != self.uploads or ".." in file.parts:
            return False
        try:
            return stat.S_ISREG(os.lstat(path).st_mode) and not file.parent.is_symlink()
        except (OSError, ValueError):
            return False

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        """Lets the application answer; where it fails, we do, for its own words name paths."""
        failed, began = 0, False

        async def send_if_good(message: Any) -> None:
            nonlocal failed, began
            if message["type"] == "http.response.start":
                failed = message["status"] if message["status"] >= 400 else 0
                began = not failed
            if not failed:
                await send(message)

        try:
            await self.app(scope, receive, send_if_good)
        except Exception:
            if not began:
                await _say(400, scope, receive, send)
            raise  # for the terminal
        if failed:
            await _say(failed, scope, receive, send)


class _Stop(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


@dataclass(frozen=True)
class _Headers:
    scope: Any

    def all(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for key, value in self.scope["headers"] if key == name]

    @property
    def are_of_the_page(self) -> bool:
        """No page of another host sends this; a browser says on which page a request was made."""
        host = self.all(b"host")
        return all([urlsplit(origin).netloc] == host for origin in self.all(b"origin"))

    @property
    def length(self) -> int:
        """Of the body, in bytes. Raises _Stop where that is not said."""
        said = self.all(b"content-length")
        if len(said) != 1 or not said[0].isdecimal() or self.all(b"transfer-encoding"):
            raise _Stop(411)
        return int(said[0])


async def _body(headers: _Headers, receive: Any) -> bytes:
    if headers.length > MOST_CALL_BYTES:
        raise _Stop(413)
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _Stop(400)
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _replayed(body: bytes, receive: Any) -> Any:
    """Receives this body, and then what else comes."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Any:
        return messages.pop() if messages else await receive()

    return receive_again


async def _say(status: int, scope: Any, receive: Any, send: Any) -> None:
    """A line that names nothing of this machine; as JSON where the page expects that."""
    from starlette.responses import JSONResponse, PlainTextResponse

    status = status if status in WORDS else 400
    words = WORDS[status]
    is_call = scope["method"] == "POST" and scope["path"] in CALLS
    answer = JSONResponse({"error": words}, status) if is_call else PlainTextResponse(words, status)
    await answer(scope, receive, send)
