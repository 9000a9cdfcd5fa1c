"""What is loaded, and who owns it: weights are read once, kept, and freed by their owner.

Several models stay at once as far as they fit. Where the next one would not, those that nobody uses go, the
one that was asked for longest ago first. A model is in use as long as whoever asked for it, such as a run's
generator, is alive.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import ref

from ...errors import InputError
from ...plugins.options import GIVEN
from ..device.hardware import free_main_memory
from ..device.placement import has_room, release
from ..device.turns import loading

if TYPE_CHECKING:
    import torch

Value = TypeVar("Value")


@contextmanager
def unchanged_noise() -> Iterator[None]:
    """Give the caller's random numbers back: a network is filled with some before its weights are read."""
    import torch

    with torch.random.fork_rng(devices=[]):
        yield


@dataclass(frozen=True)
class Need:
    """What weights take, and where."""

    size: int
    """Bytes."""
    device: torch.device
    limit: int | None = None
    """Bytes of the GPU that all models together may take."""
    main: int | None = None
    """Bytes of main memory that all weights together may take."""

    def fits(self, others: int) -> bool:
        """Whether there is room beside what is loaded, of which `others` bytes are in main memory."""
        if not has_room(self.size, self.device, limit=self.limit):
            return False
        if self.main is not None and self.device.type == "cpu" and self.size + others > self.main:
            return False
        return self.size <= free_main_memory()


@dataclass(eq=False)
class _Held:
    """Something that is loaded."""

    value: Any
    need: Need
    users: dict[int, ref[Any]] = field(default_factory=dict)
    """By their identity, as equal ones count apart."""

    @property
    def in_use(self) -> bool:
        self.users = {number: user for number, user in self.users.items() if user() is not None}
        return bool(self.users)

    def close(self) -> None:
        if hasattr(self.value, "close"):
            self.value.close()


class ModelStore:
    """Loaded weights by what they were read from; threads may share it."""

    def __init__(self) -> None:
        self._held: dict[Hashable, _Held] = {}
        """The one that was asked for last stands last."""
        self._lock = RLock()
        self._handed_in: dict[Path, Any] = {}
        self._is_closed = False

    def get(self, key: Hashable, user: object, need: Callable[[], Need], read: Callable[[], Value]) -> Value:
        """What `read` gives, read once and kept under this key; it stays at least as long as `user` lives.

        Raises InputError for a store that is closed.
        """
        held = self._find(key, user)
        if held is None:
            with loading():
                held = self._find(key, user) or self._load(key, user, need(), read)
        value: Value = held.value
        return value

    def hand_in(self, folder: Path, given: Any) -> None:
        """Keep what the caller has in memory, for whoever asks for the weights of this folder."""
        with self._lock:
            self._handed_in[folder] = given

    def handed_in(self, folder: Path) -> Any:
        """What was handed in for a folder; None if its weights are files."""
        self.check_open()
        return self._handed_in.get(folder)

    def forget(self, key: Hashable) -> None:
        """Free what stands under this key, whoever uses it."""
        with self._lock:
            if held := self._held.pop(key, None):
                held.close()
        release()

    def make_room(self, need: Need) -> None:
        """Free what nobody uses, as far as the need does not fit beside it."""
        if need.fits(self._in_main_memory()):
            return
        gc.collect()  # or a run that is over may seem to go on
        while not need.fits(self._in_main_memory()) and self._free_one(lambda _: True):
            release()

    def free_unused(self, which: Callable[[Any], bool]) -> None:
        """Free those of which this is true and that nobody uses."""
        gc.collect()
        while self._free_one(which):
            release()

    def close(self) -> None:
        """Free all; who asks for anything afterwards is refused."""
        with self._lock:
            self._is_closed = True
            held, self._held, self._handed_in = self._held, {}, {}
        for one in held.values():
            one.close()
        if held:
            del one
            held.clear()
            release()

    def check_open(self) -> None:
        """Raise InputError for a store that is closed."""
        if self._is_closed:
            raise InputError("this editor is closed", remedy="make another one, or edit before it is closed")

    def _find(self, key: Hashable, user: object) -> _Held | None:
        self.check_open()
        with self._lock:
            held = self._held.pop(key, None)
            if held is not None:
                self._held[key] = held
                held.users[id(user)] = ref(user)
            return held

    def _load(self, key: Hashable, user: object, need: Need, read: Callable[[], Any]) -> _Held:
        if self._held:
            self.make_room(need)
        with unchanged_noise():
            held = _Held(read(), need, {id(user): ref(user)})
        with self._lock:
            self.check_open()  # which it may have been until now
            self._held[key] = held
        return held

    def _in_main_memory(self) -> int:
        return sum(held.need.size for held in self._held.values() if held.need.device.type == "cpu")

    def _free_one(self, which: Callable[[Any], bool]) -> bool:
        """Free the one that was asked for longest ago of these that nobody uses; False if there is none."""
        with self._lock:
            found = (key for key, held in self._held.items() if which(held.value) and not held.in_use)
            if (key := next(found, None)) is None:
                return False
            self._held.pop(key).close()
        return True


@dataclass(frozen=True)
class Home:
    """Where a part finds and keeps the weights that it loads."""

    device: str = "auto"
    folder: str | None = None
    """Of hub models; None is the Hugging Face cache."""
    store: ModelStore = field(default_factory=ModelStore)


def home() -> Any:
    """A part's field for where its weights live: a place of its own, unless the run hands it one."""
    return field(default_factory=Home, compare=False, repr=False, kw_only=True, metadata=GIVEN)


def owner() -> Any:
    """A part's field for the store that owns what it loads: one of its own, unless an editor hands it one."""
    return field(default_factory=ModelStore, compare=False, repr=False, kw_only=True, metadata=GIVEN)
