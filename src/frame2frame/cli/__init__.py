"""The command line: each command is a few lines over the package."""

from .commands import app, main

__all__ = ["app", "main"]
