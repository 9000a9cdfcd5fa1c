"""The page on this machine's own address: no other machine reaches it, and it asks no other for anything."""

from __future__ import annotations

import argparse
import mimetypes
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..engine.device.heap import give_back
from ..engine.device.signals import stop_like_ctrl_c
from ..engine.device.threads import wait_patiently
from ..errors import Frame2FrameError, InputError, MissingPackageError
from ..runs.write import require_writable
from .visitors import Visitors

HOST = "127.0.0.1"
PORT = 7860
POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'"
"""The browser, too, is told to ask nobody else."""

STYLES = (Path(__file__).parent.parent / "report/templates/parts.css", Path(__file__).with_name("page.css"))
"""How what we write ourselves looks; Gradio's own fields have their theme."""

DONE = 0


@dataclass(frozen=True)
class Place:
    """Where weights come from and where runs go."""

    out: Path = Path("outputs")
    cache_dir: str | None = None
    """Where hub models are looked for; the Hugging Face cache when None."""


def main(words: Sequence[str] | None = None, *, cache_dir: str | None = None) -> int:
    """Serve the page until Ctrl-C and return the exit code; what goes wrong on purpose is one line."""
    parser = argparse.ArgumentParser(
        prog="app.py", description="The page of frame2frame, on this machine only."
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"by default {PORT}; 0 takes any free one")
    parser.add_argument("--out", type=Path, default=Place.out, help="the folder that run folders are made in")
    given = parser.parse_args(words)
    wait_patiently()
    stop_like_ctrl_c()
    try:
        serve(Place(given.out, cache_dir), given.port)
    except Frame2FrameError as error:
        sys.stderr.write(f"frame2frame: {error}\n")
        return error.exit_code
    return DONE


def serve(place: Place, port: int = PORT) -> None:
    """Serve the page until Ctrl-C. What the browser sends is kept in a folder that is gone afterwards.

    Raises MissingPackageError without Gradio, InputError if the port cannot be had, WriteError if `place.out`
    cannot be written.
    """
    require_writable(place.out)
    with bound(port) as listener, tempfile.TemporaryDirectory(prefix="frame2frame-") as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
        sys.stderr.write("Starting …\n")
        application = build(place)
        sys.stderr.write(f"The page is at http://{HOST}:{listener.getsockname()[1]} – stop it with Ctrl-C.\n")
        with suppress(KeyboardInterrupt):  # which is how it ends
            _run(application, listener)


def bound(port: int) -> socket.socket:
    """A socket on this machine's own address. Raises InputError if the port is not to be had."""
    if not 0 <= port <= 65535:
        raise InputError("a port is a number from 0 to 65535", got=str(port), remedy="0 takes any free one")
    listener = socket.socket()
    try:
        if os.name != "nt":  # there it would allow two servers on one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        got, remedy = f"{port} ({error.strerror})", "stop the other program, or choose another with --port"
        raise InputError("the port cannot be had", got=got, remedy=remedy) from error
    return listener


def _run(application: Any, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listener])


def build(place: Place) -> Any:
    """The whole application, for an ASGI server. Raises MissingPackageError without Gradio."""
    try:
        import gradio.utils
        from fastapi import FastAPI
        from starlette.middleware import Middleware
        from starlette.middleware.trustedhost import TrustedHostMiddleware
        from starlette.routing import Route
    except ImportError as error:
        what, remedy = "the page needs Gradio", "pip install 'frame2frame[ui]'"
        raise MissingPackageError(what, remedy=remedy) from error

    from . import page
    from .calls import events_of
    from .gate import MOST_UPLOAD_BYTES, Gate

    visitors = Visitors(Path(gradio.utils.get_upload_folder()))
    blocks = page.blocks(place.out, place.cache_dir, visitors)
    visitors.when_closed += [partial(_forget, blocks), lambda _: give_back()]
    blocks.has_launched = True  # else any file passes for one that was uploaded; mounting leaves it unsaid
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])  # no rebinding of names
    gate = Middleware(Gate, events=events_of(blocks), visitors=visitors)
    application = FastAPI(
        openapi_url=None,
        routes=[Route("/runs/{run}/{file}", _RunFiles(visitors))],
        middleware=[hosts, Middleware(_Policy), gate],
    )
    return _mounted(application, blocks, MOST_UPLOAD_BYTES)


def _mounted(application: Any, blocks: Any, most_bytes: int) -> Any:
    """The application with the page in it."""
    import gradio

    from .layout import theme

    return gradio.mount_gradio_app(
        application,
        blocks,
        path="/",
        server_name=HOST,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=most_bytes,
        show_error=False,  # or any error's words, and with them paths
        theme=theme(),
        css_paths=list(STYLES),
    )


def _forget(blocks: Any, session: str) -> None:
    """Let go of what all fields of a closed page showed, which Gradio would keep as long as it runs."""
    blocks.state_holder.session_data.pop(session, None)
    blocks.state_holder.time_last_used.pop(session, None)
    blocks._queue.pending_messages_per_session.pop(session, None)


@dataclass(frozen=True)
class _RunFiles:
    """Serves the few files of his own run folders that the page links a visitor to, and nothing else."""

    visitors: Visitors

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from anyio.to_thread import run_sync
        from starlette.responses import PlainTextResponse, Response

        names = scope["path_params"]
        held = await run_sync(self.visitors.run_file, scope["visitor"], names["run"], names["file"])
        kind = mimetypes.guess_type(names["file"])[0]
        response = PlainTextResponse("", 404) if held is None else Response(held, media_type=kind)
        await response(scope, receive, send)


@dataclass(frozen=True)
class _Policy:
    """Adds the policy to every answer."""

    app: Any

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", POLICY.encode())
                message = {**message, "headers": [*message.get("headers", []), policy]}
            await send(message)

        await self.app(scope, receive, send_with_policy)
