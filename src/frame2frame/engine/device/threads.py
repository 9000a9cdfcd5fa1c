"""How the threads of our own programs wait for each other."""

from __future__ import annotations

import os

TURNS = 10_000
"""GNU's own are 300,000, which beside another program that spins makes an edit several times slower: the
thread that is waited for has no core."""


def wait_patiently() -> None:
    """Let threads of OpenMP soon sleep where they wait, unless the user has said how they wait.

    To be called before a library that uses them loads.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", str(TURNS))
