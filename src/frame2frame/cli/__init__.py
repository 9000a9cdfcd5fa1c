"""The command line: each command is a few lines over the package."""

from .commands import main

__all__ = ["main"]
