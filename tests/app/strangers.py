"""Every call that a stranger may try on the page, with files that are none of his.

python -m tests.app.strangers     # counts the calls, all of which must be refused
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

HOME = "http://127.0.0.1:7860"
CANARY = "a canary that nobody may read"
META = {"_type": "gradio.FileData"}
OPEN = ("/gradio_api/run/predict", "/gradio_api/queue/join")
"""Where the page itself calls."""
SHUT = ("run", "api", "call", "call/v2")


@dataclass(frozen=True)
class Ground:
    """A page of its own, and files that strangers must not see."""

    application: Any
    blocks: Any
    uploads: Path
    secret: Path

    def copies(self) -> list[Path]:
        """Files of the page's temporary folder that hold what is secret."""
        files = [file for file in self.uploads.rglob("*") if file.is_file() and not file.is_symlink()]
        return [file for file in files if CANARY.encode() in file.read_bytes()]

    def betrayals(self, text: str) -> list[str]:
        """What an answer tells that it must not."""
        handlers = {one.fn.__name__ for one in self.blocks.fns.values() if one.fn} - {"<lambda>"}
        names = {CANARY, str(self.uploads), str(self.secret), os.getcwd(), "/proc", "Traceback", "gradio."}
        words = set(text.replace('"', " ").replace("'", " ").split())
        return sorted(name for name in names if name in text) + sorted(handlers & words)


@contextmanager
def ground(place: Path) -> Iterator[Ground]:
    """A page whose temporary folder is `place/uploads`, with links in it that lead out of it."""
    from frame2frame.app.server import Place, build

    from .building import built

    uploads, secret = place / "uploads", place / "secret" / "canary.txt"
    secret.parent.mkdir()
    secret.write_text(CANARY)
    (uploads / ("a" * 64)).mkdir(parents=True)
    (uploads / ("a" * 64) / "link.png").symlink_to(secret)
    (uploads / ("b" * 64)).symlink_to(secret.parent)
    before = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)
    try:
        application = built(build, Place(place / "runs"))
        (mounted,) = (route.app for route in application.routes if hasattr(route.app, "get_blocks"))
        yield Ground(application, mounted.get_blocks(), uploads, secret)
    finally:
        os.environ.pop("GRADIO_TEMP_DIR")
        if before is not None:
            os.environ["GRADIO_TEMP_DIR"] = before


@contextmanager
def visitor(here: Ground) -> Iterator[Any]:
    """A browser that has opened the page."""
    from starlette.testclient import TestClient

    with TestClient(here.application, base_url=HOME, raise_server_exceptions=False) as client:
        client.get("/")
        yield client


def paths(here: Ground) -> list[str]:
    """Ways to name a file that was never uploaded."""
    secret, uploads = here.secret, here.uploads
    return [
        str(secret),
        os.path.relpath(secret),
        f"{uploads}/../secret/canary.txt",
        f"{uploads}/{'a' * 64}/../../secret/canary.txt",
        f"{uploads}/{'a' * 64}/link.png",
        f"{uploads}/{'b' * 64}/canary.txt",
        f"{uploads}//{'a' * 64}/link.png",
        f"file://{secret}",
        f"/gradio_api/file={secret}",
        "/proc/self/environ",
        "/etc/hostname",
        "/dev/zero",
        "http://127.0.0.1:1/a.png",
        f"{secret}\0.png",
        "",
    ]


def payloads(here: Ground) -> list[Any]:
    """Data that asks for such a file, in all the shapes that Gradio's components have."""
    plain = [{"path": path, "meta": META} for path in paths(here)]
    secret = str(here.secret)
    one = plain[0]
    return [
        *plain,
        {"path": secret},
        {"path": secret, "url": f"file://{secret}", "meta": META},
        {"path": "", "url": f"file://{secret}", "meta": META},
        {"path": None, "url": f"/gradio_api/file={secret}", "meta": META},
        {"path": secret, "is_stream": True, "meta": META},
        {"path": [secret], "meta": META},
        {"root": one},
        [one],
        [[one, "caption"]],
        [{"image": one, "caption": None}],
        {"files": [one], "text": ""},
        {"video": one, "subtitles": one},
        {"background": one, "layers": [one], "composite": one},
        {"a": {"b": [{"c": [one]}]}},
    ]


def calls(here: Ground) -> Iterator[tuple[str, Any]]:
    """The address and body of calls of each event: a payload in all of its fields, or in one."""
    first, *others = payloads(here)
    for number, event in here.blocks.fns.items():
        width = max(1, len(event.inputs))
        body = {"fn_index": number, "session_hash": "stranger", "trigger_id": event.targets[0][0]}
        for payload in (first, *others):
            everywhere = {**body, "data": [payload] * width, "event_data": payload}
            yield from ((address, everywhere) for address in OPEN)
        for place in range(width):
            data = [None] * place + [first] + [None] * (width - place - 1)
            yield from ((address, {**body, "data": data}) for address in OPEN)
        for name in (event.api_name, number):
            named = {"data": [first] * width, "session_hash": "stranger"}
            yield from ((f"/gradio_api/{door}/{name}", named) for door in SHUT)


def routes(application: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path that anything is mounted at."""
    for route in application.routes:
        path = prefix + getattr(route, "path", "")
        within = getattr(route, "original_router", getattr(route, "app", None))
        if getattr(route, "methods", None):
            yield from ((method, path) for method in sorted(route.methods))
        elif hasattr(within, "routes"):
            yield from routes(within, path)


def visits(here: Ground) -> Iterator[tuple[str, str]]:
    """Method and address of each route that takes a part of its address from the visitor, for each path."""
    for method, path in routes(here.application):
        before, brace, _ = path.partition("{")
        for named in paths(here) if brace else ():
            for text in (quote(named), quote(named, safe="")):
                yield method, before + text


@dataclass
class Count:
    """What came of it."""

    calls: int = 0
    refused: int = 0

    def hear(self, here: Ground, answer: Any) -> None:
        """Raises AssertionError where an answer tells something."""
        self.calls += 1
        told = here.betrayals(answer.text)
        assert not told, (answer.request.method, str(answer.request.url), answer.text, told)
        self.refused += 400 <= answer.status_code < 500


def walk(here: Ground, client: Any) -> Count:
    """Tries everything."""
    count = Count()
    for address, body in calls(here):
        count.hear(here, client.post(address, json=body))
    for method, address in visits(here):
        count.hear(here, client.request(method, address))
    return count


def main() -> None:
    """Print how many calls there were and how many were refused."""
    with tempfile.TemporaryDirectory() as folder, ground(Path(folder)) as here, visitor(here) as client:
        count = walk(here, client)
        events, ways = len(here.blocks.fns), len(list(routes(here.application)))
        copies = len(here.copies())
    sys.stdout.write(
        f"{events} events, {ways} routes: {count.calls} calls, {count.refused} of them refused; "
        f"{copies} copies of the secret in the page's folder\n"
    )


if __name__ == "__main__":
    main()
