"""The names that a program imports, with what they take and hold."""

from __future__ import annotations

import builtins
import importlib
import inspect
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, is_typeddict

import frame2frame


def described() -> dict[str, Any]:
    """The public names of the package, and the promised class."""
    pipeline = importlib.import_module("frame2frame.pipeline").Frame2FramePipeline
    public = {name: what(getattr(frame2frame, name)) for name in frame2frame.__all__}
    return {"frame2frame": public, "frame2frame.pipeline": {"Frame2FramePipeline": what(pipeline)}}


def what(one: Any) -> Any:
    """What a caller sees of a function or class."""
    if is_typeddict(one):
        return {"keys": sorted(one.__annotations__)}
    if isinstance(one, type):
        return _class(one)
    return call(one)


def call(function: Any) -> dict[str, Any]:
    """The names that may be given by position, in order, and all that may be given by keyword."""
    parameters = inspect.signature(function).parameters.values()
    placed = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    named = {
        one.name: shown(one.default)
        for one in parameters
        if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL) and one.name != "self"
    }
    wishes = [name for one in parameters if one.kind is one.VAR_KEYWORD for name in _keys(function, one.name)]
    by_place = " ".join(one.name for one in placed if one.name != "self")
    return {"by_place": by_place, "by_name": named | dict.fromkeys(wishes)}


def _keys(function: Any, name: str) -> list[str]:
    """The keywords of `**wishes`; of any others that there may be any."""
    written = inspect.unwrap(function).__annotations__.get(name)
    if not str(written).startswith("Unpack["):
        return ["any other"]
    (known,) = get_args(eval(str(written), inspect.unwrap(function).__globals__))
    return sorted(known.__annotations__)


def _class(one: type) -> dict[str, Any]:
    held = _fields(one) if is_dataclass(one) else {}
    own = {
        name: member
        for name, member in inspect.getmembers(one)
        if not name.startswith("_") and name not in held and not hasattr(Exception, name)
    }
    bases = [base.__name__ for base in one.__mro__[1:-1]]
    return {
        "made": {"by_name": held} if is_dataclass(one) else call(one),
        "methods": {name: call(member) for name, member in own.items() if inspect.isroutine(member)},
        "values": {name: shown(member) for name, member in own.items() if not inspect.isroutine(member)},
        "is_a": [base for base in bases if base in dir(frame2frame) or hasattr(builtins, base)],
    }


def _fields(one: Any) -> dict[str, Any]:
    return {
        field.name: "made anew" if field.default_factory is not MISSING else shown(field.default)
        for field in fields(one)
    }


def shown(value: Any) -> Any:
    """A default as JSON; `required` where there is none."""
    if value in (inspect.Parameter.empty, MISSING):
        return "required"
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [shown(one) for one in value]
    if isinstance(value, Mapping):
        return {key: shown(one) for key, one in value.items()}
    return type(value).__name__


def missing(module: str, names: list[str]) -> list[str]:
    """Those of the names that the module does not have."""
    found = importlib.import_module(module)
    return [name for name in names if not hasattr(found, name)]
