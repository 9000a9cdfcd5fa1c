"""What a caller may ask for by name: fields of a request that are declared as wishes, and options of parts.

    frames: int | None = wish(None, "Frames of the clip.", shown="the model's own")

A wish has one name everywhere: the keyword in Python, the flag of the command line, the field of the record.
What it takes, what the help says and where the page shows it stand in its declaration, or in that of the
option that it stands for. `wishes.py` is written from them.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from numbers import Real
from os import PathLike
from typing import Any, TypeVar, get_args, get_type_hints

import numpy as np

from ..errors import InputError, kind_of, nearest
from ..values import whole_number
from .options import Flag, Value, Widget

Taking = Callable[[Any], Any]
"""Makes the plain value of what a caller gave; raises InputError."""

Documented = TypeVar("Documented", bound=Callable[..., Any])

WISH = "wish"
"""Under this the declaration stands in a field's metadata."""


@dataclass(frozen=True)
class Wish:
    """What is known of a wish."""

    name: str
    typed: str
    """How the command line reads it: `int`, `float`, `bool`, `str`, `Path`, or `list` of texts."""
    default: Any
    """What it is where nothing is said; MISSING where that is found for each run."""
    flag: Flag
    annotation: str
    """What a caller may give, as Python writes it; None is the same as leaving it out."""
    takes: Taking
    recorded: bool
    """Whether it decides something of the result."""
    places: bool
    """Whether it may name a file or folder."""
    widget: Widget | None

    @property
    def words(self) -> str:
        """The flag as it is typed."""
        return f"--{self.name.replace('_', '-')}"

    def typed_out(self, value: Any) -> list[str]:
        """The words that ask for this value; none where nothing has to be said for it.

        A default that hangs on other wishes is spelt out.
        """
        if value in (None, ()) or (value == self.default and not self.flag.shown):
            return []
        if self.typed == "bool":
            return [self.words if value else f"--no-{self.words[2:]}"]
        if self.typed == "list":
            return [word for one in value for word in (self.words, one)]
        if isinstance(value, float):
            return [self.words, str(value).removesuffix(".0")]
        return [self.words, ",".join(map(str, value)) if isinstance(value, tuple) else str(value)]


def wish(
    default: Any = MISSING,
    help: str = "",
    *,
    factory: Callable[[], Any] | None = None,
    takes: Taking | None = None,
    typed: str = "",
    panel: str = "",
    shown: str = "",
    names: Callable[[], Iterable[str]] | None = None,
    recorded: bool = True,
    places: bool = False,
    widget: Widget | None = None,
) -> Any:
    """A field of a request that a caller may ask for, with the sentence of its help.

    What it takes follows from the field's type unless `takes` and `typed` say it. `recorded` is false for
    what decides nothing of the result; `places` is true for what may name a file or folder, which a record
    tells nobody but its owner.
    """
    flag = Flag("", help, panel, shown, names)
    told = {WISH: (flag, takes, typed, recorded, places, widget)}
    if factory is not None:
        return field(default_factory=factory, metadata=told)
    return field(default=default, metadata=told)


@cache
def wishes_of(kind: type) -> Mapping[str, Wish]:
    """The wishes that are fields of a request, by name in their order."""
    hints = get_type_hints(kind)
    return {entry.name: _wish(entry, hints[entry.name]) for entry in fields(kind) if WISH in entry.metadata}


def _wish(entry: Any, hint: Any) -> Wish:
    flag, takes, typed, recorded, places, widget = entry.metadata[WISH]
    kind = next((one for one in get_args(hint) or (hint,) if one in _TAKEN), str)
    typed = typed or kind.__name__
    annotation = "str | PathLike[str]" if typed == "Path" else kind.__name__
    if takes is None:

        def takes(given: Any) -> Any:
            return _TAKEN[kind](entry.name, given)

    else:
        annotation = str(next(iter(inspect.signature(takes).parameters.values())).annotation)
    return Wish(entry.name, typed, entry.default, flag, annotation, takes, recorded, places, widget)


def taken(kind: type, wishes: Mapping[str, Any], others: Iterable[str] = ()) -> dict[str, Any]:
    """The wishes that were made as plain values, those for fields of `kind`; `others` are left as they are.

    None is the same as leaving one out. Raises InputError for one that is neither, and for an unfit value.
    """
    known, others = wishes_of(kind), list(others)
    for name in wishes:
        if name not in known and name not in others:
            raise _unknown(name, [*others, *known])
    given = {name: value for name, value in wishes.items() if value is not None}
    return {
        name: known[name].takes(value) if name in known else plain(value) for name, value in given.items()
    }


def check_taken(asked: Any, made: Mapping[str, type]) -> None:
    """Raise InputError where a field holds no value of its sort; `made` are those that hold our own values.

    A field may be None where that is its default.
    """
    kind: Any = type(asked)
    wishes = wishes_of(kind)
    for entry in fields(asked):
        name, value = entry.name, getattr(asked, entry.name)
        if value is None and entry.default is None:
            continue
        fit = True
        if name in made:
            fit = isinstance(value, made[name])
        elif name in wishes:
            fit = value != value or bool(wishes[name].takes(value) == value)  # NaN, which a part refuses
        if not fit:
            what = f"this cannot be the {name} of a {kind.__name__}"
            remedy = f"make it with {kind.__name__}.of"
            raise InputError(what, got=kind_of(value), remedy=remedy)


FAMILIAR = {
    "num_inference_steps": "steps",
    "sampling_steps": "steps",
    "guidance_scale": "guidance",
    "cfg": "guidance",
    "cfg_scale": "guidance",
    "num_frames": "frames",
    "video_length": "frames",
    "num_images_per_prompt": "candidates",
    "num_videos_per_prompt": "candidates",
    "batch_size": "candidates",
    "generator": "seed",
    "prompt": "instruction",
    "output": "out",
    "output_dir": "out",
    "checkpoint": "model",
    "model_id": "model",
    "mask_image": "mask",
    "lora_scale": "lora",
    "lora_weight": "lora",
    "offload": "memory",
    "lowvram": "memory",
    "low_vram": "memory",
    "vae_tiling": "memory",
    "enable_model_cpu_offload": "memory",
    "scheduler": "generator.solver",
    "sampler": "generator.solver",
    "dtype": "generator.dtype",
    "torch_dtype": "generator.dtype",
    "fp8": "generator.precision",
    "compile": "generator.compiled",
}
"""What programs beside this one call a wish, or an option of a part."""
PACE = "the answer is one frame, so nobody asks for the clip's pace; its length is asked for with frames"
"""Of those that would say how many frames go by in a second."""


def _unknown(name: str, known: Sequence[str]) -> InputError:
    if name == "fps":
        return InputError("there is no such wish", got=repr(name), remedy=PACE)
    if (ours := FAMILIAR.get(name)) is not None and (ours in known or "." in ours):
        way = f"options={{{ours!r}: …}}" if "." in ours else ours
        return InputError("there is no such wish", got=repr(name), remedy=f"that is {way} here")
    near = nearest(name, known)
    rest = f"the wishes are {', '.join(known)}; another option of a part goes into options={{{name!r}: …}}"
    remedy = f"did you mean {near}?" if near else rest
    return InputError("there is no such wish", got=repr(name), remedy=remedy)


def naming_all(keywords: type) -> Callable[[Documented], Documented]:
    """Name all keywords at the end of a function's docstring's sentence that ends with "means:"."""
    listed = ", ".join(f"`{name}`" for name in keywords.__annotations__)

    def documented(function: Documented) -> Documented:
        if function.__doc__:  # there is none under python -OO
            lines = textwrap.indent("\n".join(textwrap.wrap(listed, 100)), "    ")
            function.__doc__ = function.__doc__.replace("means:\n", f"means:\n\n{lines}.\n", 1)
        return function

    return documented


def plain(value: Any) -> Any:
    """NumPy's numbers as Python's, and a path as text."""
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, PathLike) else value


def _truth(name: str, given: Any) -> bool:
    if isinstance(given, bool | np.bool_):
        return bool(given)
    raise InputError(f"the wish {name} is true or false", got=kind_of(given), remedy=f"write {name}=True")


def _whole(name: str, given: Any) -> int:
    return whole_number(f"the {name}", given)


def _number(name: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, Real):
        what, remedy = f"the {name} must be a number", "give a number, like 6.0"
        raise InputError(what, got=kind_of(given), remedy=remedy)
    return float(given)


def _text(name: str, given: Any) -> str:
    return text(given, f"the wish {name} takes one name", "give a text")


def text(given: Any, what: str, remedy: str) -> str:
    """A text or a path as text; raises InputError for anything else."""
    if not isinstance(given, str | PathLike):
        raise InputError(what, got=kind_of(given), remedy=remedy)
    return str(given)


_TAKEN: Mapping[type, Callable[[str, Any], Any]] = {bool: _truth, int: _whole, float: _number, str: _text}
"""How a value of each type is taken, by the name of the wish."""


def options(given: Mapping[str, Value]) -> dict[str, Any]:
    """Options by name, those that are None left out."""
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        remedy = 'like {"settled": 0.05}'
        raise InputError("the options are given by name", got=kind_of(given), remedy=remedy)
    return {option: plain(value) for option, value in given.items() if value is not None}


def recorded(asked: Any) -> dict[str, Any]:
    """The wishes of a request that a record keeps, but for those left at their default."""
    kind: Any = type(asked)
    known = {name: wish for name, wish in wishes_of(kind).items() if wish.recorded}
    values = {name: getattr(asked, name) for name in known}
    return {name: value for name, value in values.items() if value != known[name].default}


def settable(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes of a record that any record may set; unknown ones and places are left out.

    Raises InputError for an unfit value.
    """
    known = {name: wish for name, wish in wishes_of(kind).items() if wish.recorded and not wish.places}
    return {name: known[name].takes(value) for name, value in values.items() if name in known}


@dataclass(frozen=True)
class PartWish:
    """A wish that stands for an option of the parts, wherever one that takes part has it."""

    typed: str
    """As in `Wish`."""
    help: str
    panel: str
    shown: str
    """What the help says of its default; empty where there is none."""
    options: tuple[str, ...]
    """By their whole names."""
