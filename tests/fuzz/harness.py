"""Hostile inputs for everything that is read from outside, and the one promise that is held to them.

Whatever is read is either taken or refused by a Frame2FrameError of one printable line, within bounded time
and memory; no other exception, no hang.

To put a reader under this promise, write `tests/fuzz/test_THING.py` with targets, and one test over them:

    TARGETS = (
        Target("records", altered_json(EXAMPLE).map(rendered), lambda data: record_from(parsed(data))),
    )

    @pytest.mark.parametrize("target", TARGETS, ids=str)
    def test_whatever_it_holds_it_is_read_or_refused_in_one_line(target: Target) -> None:
        target.try_some()

A target has a name, a strategy of inputs and what reads one of them, a function that may return anything.
What reads files calls `in_a_folder`. Strategies that begin from a sound example get further than noise: see
`altered_json`, `altered_bytes` and `altered_safetensors`.

`python3 scripts/fuzz.py --minutes 10` goes on for as long as one likes; see `tests/fuzz/__main__.py`.
"""

from __future__ import annotations

import copy
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from frame2frame.errors import Frame2FrameError

EXAMPLES = 25
"""A target, in the tests; always the same ones, so that these never fail by chance."""
MOST_SECONDS = 30.0
"""One input may take, many times what it should: machines are slow at times."""
MOST_BYTES = 4 * 2**30
"""Further address space that one input may take."""
LONGEST = 4_000
"""Characters of a refusal."""


@dataclass(frozen=True)
class Target:
    """A reader and what is thrown at it."""

    name: str
    inputs: st.SearchStrategy[Any]
    read: Callable[[Any], object]
    share: float = 1.0
    """Of the examples that another target is given in the tests; below 1 for a slow reader."""

    def __str__(self) -> str:
        return self.name

    def try_some(self) -> None:
        """The tests' examples."""
        count = max(round(EXAMPLES * self.share), 1)
        self._run(settings(max_examples=count, derandomize=True), None, lambda: None)

    def try_many(self, count: int, number: int, seen: Callable[[], None]) -> None:
        """About so many examples by a seed; `seen` is called at each. Raises what the first failure did."""
        self._run(settings(max_examples=count, print_blob=False), number, seen)

    def _run(self, how: settings, number: int | None, seen: Callable[[], None]) -> None:
        quiet = settings(how, deadline=None, database=None, suppress_health_check=list(HealthCheck))

        @quiet
        @given(self.inputs)
        def whatever_it_is(one: Any) -> None:
            seen()
            read_or_refused(self.read, one)

        (whatever_it_is if number is None else seed(number)(whatever_it_is))()


def read_or_refused(read: Callable[[Any], object], one: Any) -> None:
    """The promise, for one input."""
    try:
        with bounded():
            read(one)
    except Frame2FrameError as error:
        text = str(error)
        assert text.isprintable() and text.strip() and len(text) <= LONGEST, f"not one line: {text[:200]!r}"


@contextmanager
def bounded(seconds: float = MOST_SECONDS, size: int = MOST_BYTES) -> Iterator[None]:
    """Raise TimeoutError or MemoryError for work that takes more than this, on Linux, which can."""
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        yield
        return
    import resource
    import signal

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds:g} s")

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + size
    handler = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_AS, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


def in_a_folder(files: Mapping[str, bytes], read: Callable[[Path], object]) -> object:
    """What `read` makes of a new folder that holds these files, by their paths in it."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return read(folder)


_HUGE = 10**9
NUMBERS = (0, -1, 1, 2, 3, 7, _HUGE, 10**12, -_HUGE, 2**31, 2**63, 10**400, 0.5, -0.0, 1e-300, 1e300)
NO_NUMBERS = (float("nan"), float("inf"), float("-inf"))
TEXTS = (
    "",
    "x",
    "\x1b[2J",
    "\u202e",
    "../../etc/passwd",
    "/dev/zero",
    "a\0b",
    "\ud800",
    "n" * 100_000,
    "{{7*7}}",
)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    [5],
    [0, "4"],
    {"": None},
    [1, 2, 3, 4],
    {"a": {"b": []}},
)


def hostile() -> st.SearchStrategy[Any]:
    """A JSON value that nobody should have put there."""
    picked = st.sampled_from((*NUMBERS, *NO_NUMBERS, *TEXTS, *OTHERS)).map(copy.deepcopy)
    return st.one_of(picked, st.integers(), st.floats(), st.text(max_size=20), _nested())


def _nested() -> st.SearchStrategy[Any]:
    return st.recursive(st.none() | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=10)


@st.composite
def altered_json(draw: st.DrawFn, value: Any, most: int = 3) -> Any:
    """A copy of a JSON value with up to so many of its parts replaced, removed, renamed or doubled."""
    whole = {"": copy.deepcopy(value)}
    for _ in range(draw(st.integers(1, most))):
        home, key = draw(st.sampled_from(_places(whole)))
        way = draw(st.sampled_from(("replace", "replace", "replace", "remove", "rename", "double", "wrap")))
        if way == "replace":
            home[key] = draw(hostile())
        elif way == "wrap":
            home[key] = [home[key]]
        elif way == "remove" and home is not whole:
            del home[key]
        elif way == "rename" and isinstance(home, dict) and home is not whole:
            home[draw(st.sampled_from(TEXTS))] = home.pop(key)
        elif way == "double" and isinstance(home, list):
            home.append(copy.deepcopy(home[key]))
    return whole[""]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container inside with each of its keys or positions."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    inner = [value[key] for key in keys if isinstance(value[key], dict | list)]
    return [(value, key) for key in keys] + [place for one in inner for place in _places(one)]


DEEP = 100_000
_TEXTS_OF_JSON = (
    b"", b"{", b"null", b"[]", b"{}", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b'{"a": 1, "a": 2}',
    b'{"a": ' + b"9" * 5_000 + b"}",
    b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    b'{"_class_name": "' + b"x" * 3_000_000 + b'"}', b'{"a": "\\ud800"}', b"{}" + b" " * 1_000_000,
)  # fmt: skip


def rendered(value: Any) -> bytes:
    """A JSON value as bytes of a file."""
    return json.dumps(value).encode()


def altered_json_file(value: Any) -> st.SearchStrategy[bytes]:
    """The bytes of a JSON file that was altered in its values or in its text."""
    sound = rendered(value)
    return st.one_of(altered_json(value).map(rendered), st.sampled_from(_TEXTS_OF_JSON), altered_bytes(sound))


@st.composite
def altered_bytes(draw: st.DrawFn, data: bytes, most: int = 4) -> bytes:
    """A copy of some bytes, cut, flipped, filled, doubled or with noise put in."""
    for _ in range(draw(st.integers(1, most))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        way = draw(st.sampled_from(("cut", "behead", "flip", "noise", "zeros", "ones", "double")))
        after = data[place:]
        if way == "cut":
            after = b""
        elif way == "behead":
            data = b""
        elif way == "flip" and after:
            after = bytes([after[0] ^ (1 << draw(st.integers(0, 7)))]) + after[1:]
        elif way == "noise":
            after = draw(st.binary(max_size=16)) + after
        elif way == "zeros":
            after = bytes(min(8, len(after))) + after[8:]
        elif way == "ones":
            after = b"\xff" * min(8, len(after)) + after[8:]
        elif way == "double":
            after = after[:64] + after
        data = data[:place] + after
    return data


def altered_safetensors(data: bytes) -> st.SearchStrategy[bytes]:
    """The bytes of a safetensors file whose header, length or tensors were altered."""
    length = int.from_bytes(data[:8], "little")
    header, tensors = json.loads(data[8 : 8 + length]), data[8 + length :]
    lengths = st.sampled_from(
        (0, 1, length - 1, length + 1, len(data) - 8, len(data), 2**31, 2**63, 2**64 - 1)
    )
    return st.one_of(
        altered_json_file(header).map(lambda text: len(text).to_bytes(8, "little") + text + tensors),
        lengths.map(lambda number: number.to_bytes(8, "little") + data[8:]),
        altered_bytes(data),
    )


def elapsed(since: float) -> str:
    """Minutes and seconds, as `2:05`."""
    seconds = int(time.monotonic() - since)
    return f"{seconds // 60}:{seconds % 60:02}"
