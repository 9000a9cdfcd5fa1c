"""How our own programs are stopped."""

from __future__ import annotations

import signal
from typing import Any


def stop_like_ctrl_c() -> None:
    """So that a batch system, or a terminal that is closed, leaves nothing half-written either.

    They ask more than once, and the second time must not stop the tidying; `nohup` asks not to be stopped.
    """

    def stop(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no closed terminals
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
