"""Whether a configuration asks for no more than the weights beside it hold, tried without memory.

The network is built on PyTorch's meta device, whose tensors have shapes and no numbers, and every part is
counted as it joins: a configuration of a billion layers is stopped at the first layers too many.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ...errors import Frame2FrameError, ModelError
from .reading import AGAIN
from .tensors import read_header

_MORE = 4
"""Times the weights' entries: parts that share a tensor are built with one each; 4-bit weights are packed."""
_ENTRIES, _PARTS = 2**26, 20_000
"""What a network may have beside, such as tables of positions that are not stored."""
_PARTS_OF_TENSOR = 40
_WITHOUT_NUMBERS = (NotImplementedError, RuntimeError)
"""What PyTorch raises where a tensor of the meta device is asked for its numbers."""

Found = TypeVar("Found")


def check_building(
    build: Callable[[], Any],
    weights: Sequence[Path],
    place: Path,
    trial: Callable[[Any], None] | None = None,
) -> None:
    """Raise ModelError unless `build` makes a network that these weight files can fill, and `trial` runs it.

    `place` is the folder of the configuration. A network that cannot be built or run without memory is not
    judged.
    """
    import torch

    stored = [tensor for path in weights for tensor in read_header(path).tensors.values()]
    entries = _MORE * sum(tensor.entries for tensor in stored) + _ENTRIES
    try:
        with (
            torch.device("meta"),
            torch.no_grad(),
            _counted(entries, _PARTS_OF_TENSOR * len(stored) + _PARTS, place),
        ):
            network = built(build, place)
            if trial is not None:
                _done(lambda: trial(network.eval()), f"the parts of the model in {place} do not go together")
    except ModelError as error:
        if not isinstance(error.__cause__, _WITHOUT_NUMBERS) or "meta" not in str(error.__cause__):
            raise


def built(build: Callable[[], Found], place: Path) -> Found:
    """What `build` makes of the configuration in `place`; raises ModelError for all that it stumbles over."""
    return _done(build, f"the configuration in {place} cannot be used")


def _done(work: Callable[[], Found], what: str) -> Found:
    """What `work`, which runs by a stranger's files, returns; raises ModelError where it cannot."""
    try:
        return work()
    except (Frame2FrameError, MemoryError):
        raise
    except Exception as error:
        got = f"{type(error).__name__}: {error!s:.200}"
        raise ModelError(what, got=got, remedy=AGAIN) from error


@contextmanager
def _counted(most_entries: int, most_parts: int, place: Path) -> Iterator[None]:
    """Raise ModelError once this thread's new modules have more parts, or tensors of more entries."""
    from torch.nn.modules import module as modules

    mine, entries, parts = threading.get_ident(), 0, 0

    def count(module: Any, name: str, part: Any) -> None:
        nonlocal entries, parts
        if threading.get_ident() != mine:
            return
        parts += 1
        entries += part.numel() if hasattr(part, "numel") else 0
        if entries > most_entries or parts > most_parts:
            what = f"the configuration in {place} asks for far more than its weights hold"
            raise ModelError(what, got=f"more than {entries:,} numbers in {parts:,} parts", remedy=AGAIN)

    with ExitStack() as hooks:
        for kind in ("parameter", "buffer", "module"):
            hooks.enter_context(getattr(modules, f"register_module_{kind}_registration_hook")(count))
        yield
