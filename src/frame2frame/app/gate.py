"""What may reach Gradio at all: the page's own requests. Everything else gets a line that names nothing.

Gradio mounts many more routes than the page uses, calls any event for anyone, and its errors tell where
files lie.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .calls import SESSION, Event, Refused, read
from .visitors import SECRET, Visitors, new_secret

API = "/gradio_api"
FILE = f"{API}/file="
UPLOAD = f"{API}/upload"
HEARTBEAT = f"{API}/heartbeat/"
MESSAGES = f"{API}/queue/data"
CALLS = {f"{API}/run/predict": False, f"{API}/queue/join": True}
"""Where events are sent to, and whether those that wait in a queue are."""
COMMON = re.compile(r"/|/(theme\.css|favicon\.ico)|/(assets|static)/[^\\\0]+")
"""What is the same for everyone."""
OWN = re.compile(rf"/runs/[^/]+/[^/]+|{API}/upload_progress")

COOKIE = "frame2frame"
MOST_CALL_BYTES = 1_000_000
MOST_UPLOAD_BYTES = 100 * 2**20
"""Of a file, and of all files that are uploaded at once."""
BESIDE_BYTES = 1_000_000
"""Of an upload that are not of its files."""

WORDS = {
    400: "The page did not understand that. Reload it and try again.",
    403: "The page answers only itself.",
    404: "There is nothing here.",
    411: "The page does not take what does not say how long it is.",
    413: f"That is too large: the page takes {MOST_UPLOAD_BYTES // 2**20} MB at once.",
}


@dataclass
class Gate:
    """Lets the page's own requests through to an ASGI application, each visitor to what is his."""

    app: Any
    events: Mapping[int, Event]
    visitors: Visitors
    _uploading: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            try:
                await self._enter(scope, receive, send)
            except _Stop as stop:
                await _say(stop.status, scope, receive, send)

    async def _enter(self, scope: Any, receive: Any, send: Any) -> None:
        """Raises _Stop for what is none of the page's own requests."""
        method, path, headers = scope["method"], scope["path"], _Headers(scope)
        headers.check(MOST_UPLOAD_BYTES + BESIDE_BYTES if path == UPLOAD else MOST_CALL_BYTES)
        visitor = headers.visitor
        is_look = method in ("GET", "HEAD") and ".." not in path.split("/")
        if is_look and COMMON.fullmatch(path):
            scope["query_string"] = b""
            greet = None if visitor or path != "/" else new_secret()
            await self._answer(scope, receive, _with_cookie(greet, send))
        elif not visitor:
            raise _Stop(404)
        elif method == "POST" and path in CALLS:
            call = self._call(visitor, await _body(receive), path)
            await self._answer(scope, _replayed(call, receive), send)
        elif method == "POST" and path == UPLOAD:
            await self._upload(visitor, scope, receive, send)
        elif is_look and path.startswith(HEARTBEAT):
            await self._heartbeat(visitor, path.removeprefix(HEARTBEAT), scope, receive, send)
        elif is_look and self._is_his(visitor, path, scope["query_string"]):
            scope["visitor"] = visitor
            await self._answer(scope, receive, send)
        else:
            raise _Stop(404)

    def _is_his(self, visitor: str, path: str, query: bytes) -> bool:
        if path.startswith(FILE):
            return self.visitors.has_file(visitor, path.removeprefix(FILE))
        if path == MESSAGES:
            sessions = parse_qs(query.decode("latin-1")).get("session_hash", [])
            return len(sessions) == 1 and self._owns(visitor, sessions[0])
        return OWN.fullmatch(path) is not None

    def _owns(self, visitor: str, session: str) -> bool:
        return SESSION.fullmatch(session) is not None and self.visitors.owns(visitor, session)

    def _call(self, visitor: str, body: bytes, path: str) -> bytes:
        try:
            call = read(body, self.events, CALLS[path], lambda file: self.visitors.has_file(visitor, file))
        except Refused as error:
            raise _Stop(400) from error
        if not self._owns(visitor, call["session_hash"]):
            raise _Stop(404)
        return json.dumps(call).encode()

    async def _upload(self, visitor: str, scope: Any, receive: Any, send: Any) -> None:
        told: list[bytes] = []

        async def send_and_hear(message: Any) -> None:
            if message["type"] == "http.response.body":
                told.append(message.get("body", b""))
                self._note(visitor, told, message)
            await send(message)

        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        self._uploading += 1
        try:
            await self._answer({**scope, "headers": plain}, receive, send_and_hear)
        finally:
            self._uploading -= 1
            if not self._uploading:
                self.visitors.sweep()

    def _note(self, visitor: str, told: list[bytes], message: Any) -> None:
        """Whose the files are, before the browser can ask for them."""
        if not message.get("more_body", False):
            try:
                paths = json.loads(b"".join(told))
            except ValueError:  # a refusal
                return
            self.visitors.uploaded(visitor, map(str, paths))

    async def _heartbeat(self, visitor: str, session: str, scope: Any, receive: Any, send: Any) -> None:
        """Lasts as long as the page is open."""
        if not self._owns(visitor, session):
            raise _Stop(404)
        self.visitors.opened(session)
        try:
            await self._answer(scope, receive, send)
        finally:
            self.visitors.closed(session)

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

    def check(self, most_bytes: int) -> None:
        """Raises _Stop for what a page of another host sends, and for a body that is too long."""
        host = self.all(b"host")  # a browser says on which page a request was made
        if any([urlsplit(origin).netloc] != host for origin in self.all(b"origin")):
            raise _Stop(403)
        length = self.all(b"content-length") or ["0"]
        is_said = len(length) == 1 and length[0].isascii() and length[0].isdecimal()
        if not is_said or self.all(b"transfer-encoding"):
            raise _Stop(411)
        if len(length[0]) > len(str(most_bytes)) or int(length[0]) > most_bytes:
            raise _Stop(413)

    @property
    def visitor(self) -> str:
        """Whose browser it is; empty if it was not here before."""
        cookies = (cookie.strip() for header in self.all(b"cookie") for cookie in header.split(";"))
        found = (cookie.removeprefix(f"{COOKIE}=") for cookie in cookies if cookie.startswith(f"{COOKIE}="))
        return next(filter(SECRET.fullmatch, found), "")


def _with_cookie(secret: str | None, send: Any) -> Any:
    """Sends, and gives the browser this secret unless it is None."""
    if secret is None:
        return send
    cookie = f"{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax".encode()

    async def send_with_cookie(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), (b"set-cookie", cookie)]}
        await send(message)

    return send_with_cookie


async def _body(receive: Any) -> bytes:
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
