"""A connection to Ray, for as long as a batch takes."""

from __future__ import annotations

import builtins
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from threading import Thread, current_thread, main_thread
from typing import Any

from ...errors import InputError, MissingPackageError, ServerError
from ...files.unfinished import unfinished_folder

LOCAL = "local"
"""In the place of an address: workers on this machine, for as long as the batch takes."""

REACH_SECONDS, JOIN_SECONDS = 5.0, 20.0
"""Until a machine has to answer, and until Ray has to."""

SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # of what it warns otherwise
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".*",  # it would print on stdout which workers died
}
"""From the environment, where that does not say otherwise."""

QUIET = {"logging_level": "ERROR", "log_to_driver": False}

_JOIN = "import sys, ray; ray.init(address=sys.argv[1], logging_level='ERROR', log_to_driver=False)"


@cache
def ray_package() -> Any:
    """Ray, which reads its settings from the environment once. Raises MissingPackageError."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError as error:
        raise MissingPackageError("a cluster needs Ray", remedy="pip install 'frame2frame[ray]'") from error
    return ray


@dataclass
class Head:
    """The program that knows all of a cluster.

    Without it any call into Ray waits for a minute, and then ends this program where it stands.
    """

    address: str
    is_lost: bool = False

    @classmethod
    def connected(cls) -> Head:
        """That of the cluster which is connected; one that only others can reach is not looked for."""
        found = cls(ray_package().get_runtime_context().gcs_address)
        try:
            found.require()
        except ServerError:
            return cls("")
        return found

    def nodes(self) -> list[Mapping[str, float]]:
        """What the nodes have that are there now. Raises as `require` does, within seconds."""
        self.require()
        asked = Future[list[Mapping[str, Any]]]()
        Thread(target=_answer_with, args=(asked, ray_package().nodes), daemon=True).start()
        while not wait([asked], REACH_SECONDS).done:
            self.require()
        return [node["Resources"] for node in asked.result() if node["Alive"]]

    def require(self) -> None:
        """Raise ServerError where it has ended."""
        if not self.address:
            return
        host, _, port = self.address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), REACH_SECONDS).close()
        except OSError as error:
            self.is_lost = True
            what = f"the head of the cluster of Ray at {self.address:.200} has ended"
            remedy = "start it again, and give the same command: what is finished is kept"
            raise ServerError(what, got=str(error), remedy=remedy) from error


def _answer_with(asked: Future[Any], call: Callable[[], Any]) -> None:
    try:
        asked.set_result(call())
    except Exception as error:
        asked.set_exception(error)


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Connected to Ray while the block runs; a connection that is there already is used, and stays.

    Raises InputError where no cluster is at the address, MissingPackageError.
    """
    ray = ray_package()
    if ray.is_initialized():
        _require_same(address)
        yield
        return
    with ExitStack() as stack:
        stack.callback(setattr, builtins, "print", builtins.print)  # Ray puts one of its own there
        if address == LOCAL:
            folder = stack.enter_context(unfinished_folder(_temporary()))
            how = {"_temp_dir": str(folder), "include_dashboard": False, **QUIET}
            stack.enter_context(_own_token())
        else:
            _require_ray_at(address)
            how = dict[str, Any](QUIET)
        stack.callback(ray.shutdown)
        with _own_signals():
            _join(address, how)
        yield


def _join(address: str, how: Any) -> None:
    try:
        ray_package().init(address=address, **how)
    except (OSError, RuntimeError, ValueError) as error:
        raise _unreachable(address, str(error)) from error


def _require_same(address: str) -> None:
    here = ray_package().get_runtime_context().gcs_address
    if address not in (LOCAL, "auto", here):
        remedy = "call ray.shutdown() before, or name the one that is connected"
        raise InputError(f"this program is connected to Ray at {here} already", got=address, remedy=remedy)


def _temporary() -> Path:
    """Where Ray keeps its sockets, whose paths have to be short."""
    return Path(os.environ.get("RAY_TMPDIR") or ("/tmp" if os.name == "posix" else gettempdir()))


@contextmanager
def _own_token() -> Iterator[None]:
    """A token in the environment while the block runs, or Ray would write one into the home folder."""
    if "RAY_AUTH_TOKEN" in os.environ:
        yield
        return
    os.environ["RAY_AUTH_TOKEN"] = _token()
    try:
        yield
    finally:
        os.environ.pop("RAY_AUTH_TOKEN", None)


@cache
def _token() -> str:
    """One for this program, as Ray remembers the first."""
    return secrets.token_hex(32)


@contextmanager
def _own_signals() -> Iterator[None]:
    """What Ray makes of SIGTERM is undone: it would leave without clearing up."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _require_ray_at(address: str) -> None:
    """Raise InputError where nobody answers, within seconds: Ray itself tries for minutes.

    Another program tries to join, as that can be ended.
    """
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if port.isdecimal():
        try:
            socket.create_connection((host.strip("[]"), int(port)), REACH_SECONDS).close()
        except OSError as error:
            raise _unreachable(address, str(error)) from error
    command = [sys.executable, "-c", _JOIN, address]
    try:
        subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, timeout=JOIN_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(address, error.stderr, f"no answer within {JOIN_SECONDS:.0f} s") from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise _refused(address, error.stderr, *last) from error


def _refused(address: str, told: bytes | None, why: str = "") -> InputError:
    """Why another program could not join, which told this on its way."""
    if b"InvalidAuthToken" in (told or b""):
        remedy = "set RAY_AUTH_MODE=token, and have the cluster's token in ~/.ray/auth_token on this machine"
        return InputError(f"the cluster of Ray at {address:.200} asks for its token", remedy=remedy)
    return _unreachable(address, why)


def _unreachable(address: str, why: str) -> InputError:
    remedy = f"give the address that `ray start --head` printed, auto on a machine of the cluster, or {LOCAL}"
    return InputError(f"no cluster of Ray can be reached at {address:.200}", got=why, remedy=remedy)
