"""Refuses a Python that is too old. An older Python must be able to read this file (3.6 can)."""

import sys
from typing import Tuple

OLDEST = (3, 11)
NEWEST = (3, 14)  # that the lock has packages for


def verdict(version: Tuple[int, int]) -> str:
    """What is wrong with this version of Python, in one line; empty if nothing is."""
    found = "%d.%d" % version
    if version < OLDEST:
        return (
            "frame2frame needs Python 3.11 or newer; this is Python %s; run the command with a newer one."
            % found
        )
    if version > NEWEST:
        return "Note: the packages are chosen for Python 3.11 to 3.14; Python %s may lack some." % found
    return ""


def check() -> None:
    """End the program with exit code 2 if Python is too old, say so if the lock may lack packages for it."""
    message = verdict((sys.version_info[0], sys.version_info[1]))
    if message:
        sys.stderr.write(message + "\n")
    if sys.version_info < OLDEST:
        sys.exit(2)
