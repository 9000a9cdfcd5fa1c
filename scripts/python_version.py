"""Refuses a Python that is too old. An older Python must be able to read this file (3.6 can)."""

import sys
from typing import Tuple

OLDEST = (3, 11)
NEWEST_TRIED = (3, 13)


def verdict(version: Tuple[int, int]) -> str:
    """What is wrong with this version of Python, in one line; empty if nothing is."""
    found = "%d.%d" % version
    if version < OLDEST:
        return (
            "frame2frame needs Python 3.11 or newer; this is Python %s; run the command with a newer one."
            % found
        )
    if version > NEWEST_TRIED:
        return "Note: Python %s is untried; if anything fails, use Python 3.11 to 3.13." % found
    return ""


def check() -> None:
    """End the program with exit code 2 if Python is too old, warn if it is newer than any that was tried."""
    message = verdict((sys.version_info[0], sys.version_info[1]))
    if message:
        sys.stderr.write(message + "\n")
    if sys.version_info < OLDEST:
        sys.exit(2)
