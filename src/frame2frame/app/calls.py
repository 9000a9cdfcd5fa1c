"""What the browser sends when a field of the page is used, read strictly, as strangers send other things."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SESSION = re.compile(r"[a-z0-9]{4,40}")
"""Gradio's name of an open page, which the browser draws."""

Holds = Callable[[str], bool]
"""Whether a path is that of a file which the page may be given."""


class Refused(Exception):
    """A call that the page itself never makes."""


@dataclass(frozen=True)
class Event:
    """What one event of the page is sent with."""

    is_queued: bool
    is_selection: bool
    inputs: tuple[str, ...]
    """Of each input `file`, `files`, `names` (several of a list), `state` (kept by the server, so nothing is
    sent) or `plain`."""


def events_of(blocks: Any) -> dict[int, Event]:
    """By its number each event that the browser sends; not those that run in it or that the server calls."""
    return {
        number: Event(
            bool(one.queue),
            any(name == "select" for _, name in one.targets),
            tuple(_kind(block) for block in one.inputs),
        )
        for number, one in blocks.fns.items()
        if one.fn is not None and not any(name == "unload" for _, name in one.targets)
    }


def _kind(block: Any) -> str:
    import gradio as gr

    if isinstance(block, gr.State):
        return "state"
    if isinstance(block, gr.File):
        return "files" if block.file_count == "multiple" else "file"
    if isinstance(block, gr.Dropdown) and block.multiselect:
        return "names"
    return "file" if isinstance(block, gr.Image) else "plain"


def read(body: bytes, events: Mapping[int, Event], is_queued: bool, holds: Holds) -> dict[str, Any]:
    """The call in a request's body, made anew of nothing but what the event takes. Raises Refused."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused from error
    number, session, data = _members(sent, "fn_index", "session_hash", "data")
    event = events.get(number) if type(number) is int else None
    if event is None or event.is_queued != is_queued or not isinstance(data, list):
        raise Refused
    if not isinstance(session, str) or not SESSION.fullmatch(session) or len(data) != len(event.inputs):
        raise Refused
    (trigger,) = _members(sent, "trigger_id")
    return {
        "fn_index": number,
        "session_hash": session,
        "data": [_value(kind, value, holds) for kind, value in zip(event.inputs, data, strict=True)],
        "event_data": _selection(sent.get("event_data")) if event.is_selection else None,
        "trigger_id": trigger if type(trigger) is int else None,
    }


def _members(sent: Any, *names: str) -> Sequence[Any]:
    if not isinstance(sent, dict):
        raise Refused
    return [sent.get(name) for name in names]


def _value(kind: str, value: Any, holds: Holds) -> Any:
    if value is None:
        return None
    if kind == "file":
        return _file(value, holds)
    if kind == "files" and isinstance(value, list):
        return [_file(one, holds) for one in value]
    if kind == "names" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    if kind == "plain" and (isinstance(value, str | int) or _is_finite(value)):
        return value
    raise Refused


def _is_finite(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _file(value: Any, holds: Holds) -> dict[str, Any]:
    path, name = _members(value, "path", "orig_name")
    if not isinstance(path, str) or not holds(path):
        raise Refused
    name = name if isinstance(name, str) else None
    return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}


def _selection(sent: Any) -> dict[str, Any]:
    """What a click on a frame says: the numbers of its strip and of the frame."""
    (index,) = _members(sent, "index")
    if not isinstance(index, list) or [type(number) for number in index] != [int, int]:
        raise Refused
    return {"index": index, "value": ""}
