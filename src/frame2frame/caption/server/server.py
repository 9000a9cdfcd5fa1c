"""The server that the environment names, and what its failures mean."""

from __future__ import annotations

import json
import os
import ssl
import time
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

from ...errors import MissingPackageError, ServerError
from .kept import Kept, cache_folder
from .question import Question, Reply, plain

DEFAULT_MODEL = "gpt-4o"
"""The paper's."""
DEFAULT_ADDRESS = "https://api.openai.com/v1"

LARGEST_BODY = 4 * 2**20
"""Bytes of a server's response; what is longer is not read."""


@dataclass(frozen=True)
class Failure:
    """Why there is no answer, in words."""

    reason: str
    again: bool = False
    """Whether asking once more may help."""
    status: int | None = None
    wait_seconds: float | None = None
    """What the server asks to be left alone for."""
    sent: bool = True
    """Whether the pictures may have left the machine."""


def is_set() -> bool:
    """Whether a question would be sent: a key is there, and the network is not forbidden."""
    return bool(_key()) and not _is_offline()


def told() -> str:
    """The host that questions are sent to, and its model, in words."""
    host = urlsplit(_address()).hostname or "the server of OPENAI_BASE_URL"
    return f"{host} (model {_named_model()})"


def _key() -> str:
    return os.environ.get("OPENAI_API_KEY", "").strip()


def _address() -> str:
    return os.environ.get("OPENAI_BASE_URL", "").strip() or DEFAULT_ADDRESS


def _named_model() -> str:
    return os.environ.get("FRAME2FRAME_VLM_MODEL", "").strip() or DEFAULT_MODEL


def _is_offline() -> bool:
    return bool(os.environ.get("FRAME2FRAME_OFFLINE"))


class Answerer(Protocol):
    """Who answers questions: a server, or a model on this machine."""

    one_by_one: ClassVar[bool]
    """Whether it is better asked about one frame after another than about a sheet of many."""

    def ask(self, question: Question) -> Reply:
        """Raises AnswerError when there is no usable answer."""


@dataclass(frozen=True)
class Server:
    """The server that the environment names."""

    one_by_one: ClassVar[bool] = False

    model: str | None = None
    """FRAME2FRAME_VLM_MODEL if None, else the paper's."""
    seconds: float = 60.0
    """For a question with all its tries."""
    pause_seconds: float = 1.0
    """Before the second try, where the server names no time."""
    cache_dir: str | None = None
    """Where answers are kept; the user's cache folder if None."""

    def ask(self, question: Question) -> Reply:
        """The kept answer, else the server's.

        Raises ServerError when no usable one comes in time or no server is set, MissingPackageError without
        the package openai.
        """
        kept = Kept(cache_folder(self.cache_dir), self._model())
        if reply := kept.find(question):
            return reply
        if _is_offline():
            raise ServerError("no server is asked offline", remedy="leave out --offline")
        if not (key := _key()):
            raise ServerError(
                "no server is set", remedy="set OPENAI_API_KEY, see docs/how-to/vision-language-server.md"
            )
        with _line(key, self._model(), self.seconds, self.pause_seconds) as line:
            found = line.ask(question)
        if isinstance(found, Failure):
            sent_to = f"{line.host} (model {line.model})" if found.sent else ""
            raise ServerError(found.reason, remedy="check the server that is set", sent_to=sent_to)
        kept.keep(question, found)
        return found

    def _model(self) -> str:
        return self.model or _named_model()


@dataclass(frozen=True)
class Line:
    """The connection for one question."""

    client: Any
    key: str = field(repr=False)
    host: str
    model: str
    deadline: float
    """In the time of `time.monotonic`."""
    pause_seconds: float

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()

    def ask(self, question: Question) -> Reply | Failure:
        """Structured output, else plain text where the server refuses that; and what failed once more."""
        structured = True
        found = self._attempt(question, structured)
        if isinstance(found, Failure) and found.status in (400, 415, 422, 501):
            structured = False
            found = self._attempt(question, structured)
        if isinstance(found, Failure) and found.again:
            return self._once_more(question, structured, found)
        return found

    def _once_more(self, question: Question, structured: bool, first: Failure) -> Reply | Failure:
        """A second try: at once after an answer of no use, else when the server may have recovered."""
        if first.status is None:
            second = self._attempt(question.again(first.reason), structured)
        else:
            wait = self.pause_seconds if first.wait_seconds is None else first.wait_seconds
            if wait >= self._left():
                return replace(first, reason=f"{first.reason}, and not again within {wait:.0f} s")
            time.sleep(wait)
            second = self._attempt(question, structured)
        return replace(second, sent=first.sent or second.sent) if isinstance(second, Failure) else second

    def _attempt(self, question: Question, structured: bool) -> Reply | Failure:
        try:
            body = self._send(question, structured)
        except Exception as error:  # the client raises its own, httpx's and the encoders' errors
            return failure(error)
        try:
            text, model = read_body(body, self.model)
            values = question.read(text)
            if self._repeats_key([values, model]):
                raise ValueError("it repeats the key")
        except ValueError as error:
            return Failure(f"the answer could not be used: {error}", again=True)
        return Reply(values, model, self.host, pictures=question.worked)

    def _send(self, question: Question, structured: bool) -> bytes:
        """The response's body, at most so long and in time."""
        settings: dict[str, Any] = {"model": self.model, "messages": question.messages()}
        if structured:
            settings["response_format"] = question.response_format()
        completions = self.client.chat.completions.with_streaming_response
        body = bytearray()
        with completions.create(**settings, timeout=self._left()) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_BODY:
                    break  # no JSON then, which is said
                if self._left() <= 0:
                    raise TimeoutError
        return bytes(body)

    def _left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.0)

    def _repeats_key(self, told: list[Any]) -> bool:
        """Whether a text holds the key, or whatever word stands for one if it is long enough to be one."""
        return len(self.key) >= 8 and self.key in json.dumps(told, ensure_ascii=False)


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that the client trusts, read once: that takes longer than to ask."""
    import httpx  # openai's own client

    return httpx.create_ssl_context()


def _line(key: str, model: str, seconds: float, pause_seconds: float) -> Line:
    try:
        import openai
    except ImportError:
        raise MissingPackageError(
            "a vision-language server needs the package openai", remedy="pip install 'frame2frame[vlm]'"
        ) from None
    try:
        # A redirect would carry the pictures to a host that nobody named.
        http_client = openai.DefaultHttpxClient(follow_redirects=False, verify=_trusted())
        client = openai.OpenAI(api_key=key, base_url=_address(), max_retries=0, http_client=http_client)
        host = client.base_url.host
    except Exception:  # an address that is none, a proxy that cannot be used
        host = ""
    if not host:
        raise ServerError("its address cannot be used", remedy="set OPENAI_BASE_URL, like http://HOST/v1")
    return Line(client, key, host, model, time.monotonic() + seconds, pause_seconds)


def failure(error: Exception) -> Failure:
    """What an error of the client means; the server's own words are left out, they may repeat the key."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _refusal(error.status_code, error.response.headers.get("retry-after", ""))
    kinds = _kinds(error) | _kinds(error.__cause__)
    if kinds & {"ConnectError", "ConnectTimeout", "UnsupportedProtocol", "LocalProtocolError"}:
        return Failure("it cannot be reached", again=True, status=0, sent=False)
    if kinds & {"TimeoutError", "APITimeoutError", "TimeoutException"}:
        return Failure("no answer in time")
    if kinds & {"APIConnectionError", "TransportError"}:
        return Failure("the connection was cut", again=True, status=0)
    sent = not isinstance(error, UnicodeError)  # a key that no header can carry
    return Failure(f"the question could not be sent, {type(error).__name__}", sent=sent)


def _kinds(error: BaseException | None) -> set[str]:
    """By name, because the client's releases build on different packages for HTTP."""
    return {kind.__name__ for kind in type(error).__mro__}


_MEANINGS = {
    400: "400, the question was refused; the model may not see pictures",
    401: "401, the key was refused",
    403: "403, the key has no right to this",
    404: "404, there is no such model or address",
    413: "413, the pictures are too large for it",
    429: "429, too many questions",
}


def _refusal(status: int, retry_after: str) -> Failure:
    meaning = f"{status}, the server failed" if status >= 500 else f"{status}, the question was refused"
    again = status in (408, 409, 425, 429) or status >= 500
    return Failure(_MEANINGS.get(status, meaning), again, status, _seconds(retry_after))


def _seconds(retry_after: str) -> float | None:
    """The header's number; None for nothing, a date, or what is no time to wait."""
    try:
        wait = float(retry_after)
    except ValueError:
        return None
    return wait if wait >= 0 else None


def read_body(body: bytes, asked_model: str) -> tuple[str, str]:
    """The answer's text and the model's name in a completion. Raises ValueError with the reason."""
    try:
        completion = json.loads(body)
        text = completion["choices"][0]["message"]["content"]
        model = completion.get("model")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ValueError("it is no chat completion") from None
    if not isinstance(text, str):
        raise ValueError("it has no text")
    return text, plain(model, 100) if isinstance(model, str) and plain(model, 100) else asked_model
