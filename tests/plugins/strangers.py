"""Packages of strangers, simulated: their entry points without an installation."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from importlib.metadata import EntryPoint
from typing import Any

import pytest


class _Distribution(metadata.Distribution):
    def __init__(self, name: str) -> None:
        self._text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n"

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Any:
        raise FileNotFoundError(path)


def offer(monkeypatch: pytest.MonkeyPatch, package: str, **groups: Mapping[str, str]) -> None:
    """Have a package offer these parts: for each kind the place of each name, `module:Attribute`."""
    from frame2frame.plugins import packages

    known, distribution = packages.points_of, _Distribution(package)
    added: list[EntryPoint] = []
    for kind, names in groups.items():
        for name, place in names.items():
            point = EntryPoint(name, place, f"frame2frame.{kind}")
            vars(point)["dist"] = distribution
            added.append(point)

    def points_of(group: str) -> list[EntryPoint]:
        return [*known(group), *(point for point in added if point.group == f"frame2frame.{group}")]

    monkeypatch.setattr(packages, "points_of", points_of)
