"""A model hub on loopback that speaks what `huggingface_hub` needs, with faults on demand.

It serves folders as repositories. Weights are stored as the hub stores large files: known by their SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".bin")


@dataclass
class Repository:
    """A folder that is served."""

    folder: Path
    gated: bool = False
    """Whether its files are refused, as to somebody who did not accept its terms."""
    card: dict[str, Any] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    """Files whose next download breaks off half-way."""
    spoilt: set[str] = field(default_factory=set)
    """Files whose next download has the right length and other bytes."""
    revisions: tuple[str, ...] = ("main",)

    @property
    def commit(self) -> str:
        tree = [f"{name} {self.etag(name)}" for name in self.files()]
        return hashlib.sha1("\n".join(tree).encode()).hexdigest()

    def files(self) -> list[str]:
        inside = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in inside)

    def entry(self, name: str) -> dict[str, Any]:
        """What the hub tells of a file."""
        data = (self.folder / name).read_bytes()
        known = {"size": len(data), "oid": hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()}
        if name.endswith(LARGE):
            digest = hashlib.sha256(data).hexdigest()
            known["lfs"] = {"oid": digest, "sha256": digest, "size": len(data), "pointerSize": 134}
        return known

    def etag(self, name: str) -> str:
        entry = self.entry(name)
        return str(entry["lfs"]["oid"] if "lfs" in entry else entry["oid"])


class HubServer(ThreadingHTTPServer):
    """Runs between `with` and its end."""

    daemon_threads = True

    def __init__(self, repositories: dict[str, Repository]) -> None:
        super().__init__(("127.0.0.1", 0), Hub)
        self.repositories = repositories
        self.asked: list[str] = []
        """The method, path and range of each request."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> HubServer:
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


def settings(hub: HubServer, home: Path) -> dict[str, object]:
    """Those of `huggingface_hub.constants` for this hub: the client reads the environment at its import."""
    return {
        "HF_HUB_OFFLINE": False,
        "ENDPOINT": hub.address,
        "HUGGINGFACE_CO_URL_TEMPLATE": hub.address + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HUB_CACHE": str(home / "hub"),
        "DOWNLOAD_CHUNK_SIZE": 1024,
    }


class Hub(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: HubServer

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
        if found := re.fullmatch(
            r"/api/(?:models|datasets)/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+))?", path
        ):
            return self.describe(*found.groups())
        if found := re.fullmatch(r"(?:/datasets)?/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            return self.serve(*found.groups())
        return self.refuse(404, "EntryNotFound")

    def repository(self, name: str, revision: str | None) -> Repository | None:
        """The repository, or None after a refusal."""
        found = self.server.repositories.get(name)
        if found is None:
            self.refuse(404, "RepoNotFound")
            return None
        if revision is not None and revision not in (*found.revisions, found.commit):
            self.refuse(404, "RevisionNotFound")
            return None
        return found

    def describe(self, name: str, what: str | None, revision: str | None) -> None:
        found = self.repository(name, revision)
        if found is None:
            return
        if what == "tree":
            entries = [{"type": "file", "path": file, **found.entry(file)} for file in found.files()]
            return self.reply(200, json.dumps(entries).encode())
        siblings = []
        for file in found.files():
            entry = found.entry(file)
            siblings.append({"rfilename": file, "blobId": entry.pop("oid"), **entry})
        told = {"id": name, "sha": found.commit, "siblings": siblings, "cardData": found.card}
        return self.reply(200, json.dumps(told | {"gated": "manual" if found.gated else False}).encode())

    def serve(self, name: str, revision: str, file: str) -> None:
        found = self.repository(name, revision)
        if found is None:
            return None
        if found.gated:
            return self.refuse(403, "GatedRepo")
        if file not in found.files():
            return self.refuse(404, "EntryNotFound")
        data = (found.folder / file).read_bytes()
        if self.command == "GET" and file in found.spoilt:
            found.spoilt.discard(file)
            data = bytes(len(data))
        headers = {
            "ETag": f'"{found.etag(file)}"',
            "X-Repo-Commit": found.commit,
            "X-Linked-Size": str(len(data)),
            "Accept-Ranges": "bytes",
        }
        start = int((re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) or ["", "0"])[1])
        status = 200
        if start:
            status = 206
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        if self.command == "GET" and file in found.cut:
            found.cut.discard(file)
            return self.break_off(status, data[start:], headers)
        return self.reply(status, data[start:], headers)

    def break_off(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        """Half of it, then a reset connection."""
        self.start(status, len(data), headers)
        self.wfile.write(data[: len(data) // 2])
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_WR)

    def refuse(self, status: int, code: str) -> None:
        self.reply(status, json.dumps({"error": code}).encode(), {"X-Error-Code": code})

    def reply(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.start(status, len(data), headers or {})
        if self.command != "HEAD":
            self.wfile.write(data)

    def start(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Tests print nothing."""
