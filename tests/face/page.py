"""The page: what can be filled in, what each event sends, and the addresses that are served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from frame2frame.app.server import Place, build

from ..app.building import built

VALUES = ("value", "minimum", "maximum", "file_count")
"""Of a widget, what decides what may be filled in."""


def described(out: Path) -> dict[str, Any]:
    """A page whose runs would go to a folder."""
    application = built(build, Place(out))
    (blocks,) = _blocks(application)
    return {
        "widgets": dict(_widgets(blocks)),
        "events": dict(_events(blocks)),
        "addresses": sorted(_addresses(application)),
    }


def _blocks(application: Any) -> Iterator[Any]:
    for route in application.routes:
        if hasattr(getattr(route, "app", None), "get_blocks"):
            yield route.app.get_blocks()


def _widgets(blocks: Any) -> Iterator[tuple[str, Any]]:
    for one in blocks.blocks.values():
        kind = type(one).__name__
        if (name := _name(one)) and kind == "Button":
            yield name, {"kind": kind}
        elif name and hasattr(one, "preprocess"):
            yield name, {"kind": kind, **_choices(one), **_values(one)}


def _name(one: Any) -> str | None:
    """A widget's label; of a button its words."""
    label = getattr(one, "value" if type(one).__name__ == "Button" else "label", None)
    return label if isinstance(label, str) and label else None


def _choices(one: Any) -> dict[str, Any]:
    choices = [value for _, value in getattr(one, "choices", None) or ()]
    return {"choices": choices} if choices else {}


def _values(one: Any) -> dict[str, Any]:
    found = {name: getattr(one, name, None) for name in VALUES}
    return {name: value for name, value in found.items() if isinstance(value, bool | int | float | str)}


def _events(blocks: Any) -> Iterator[tuple[str, Any]]:
    """By what is touched and how, the labels of the fields that are sent."""
    for event in blocks.fns.values():
        sent = sorted(filter(None, map(_name, event.inputs)))
        for target, happening in event.targets:
            name = _name(blocks.blocks[target]) if target in blocks.blocks else None
            if name and event.fn is not None:
                yield f"{name}: {happening}", {"sends": sent}


def _addresses(application: Any) -> Iterator[str]:
    """Those of our own; of Gradio's the gate decides which are open."""
    yield from (route.path for route in application.routes if getattr(route, "path", ""))
