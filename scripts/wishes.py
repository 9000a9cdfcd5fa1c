"""The keywords of a caller as a module that editors and type checkers can read, written from the definitions.

`scripts/tables.py` writes it; a test fails where it is not what the definitions say.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping

from frame2frame.cli.options import chosen, default_of, flag_of, takes, told_default_of
from frame2frame.picking import Pick
from frame2frame.plugins.asking import PartWish, Wish, wishes_of
from frame2frame.plugins.naming import Known, known_options, told_default
from frame2frame.request import Request
from frame2frame.reselecting import Reselect

_HEAD = '''\
"""What a caller may ask for, by name: written by scripts/tables.py from the definitions, not by hand.

`request.Request` and `picking.Pick` declare what are wishes of the run, the parts what are options of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TypedDict

from ..media.source import AnyImage
from .asking import PartWish
from .options import Value

'''
PARTS = ("select", "gate", "steady", "strategy", "generator", "caption", "encoder", "keep", "refine")
"""Those that the page of options has a table of."""
_OF_PICK = ("select.", "gate.", "steady.", "keep.")
"""How the options of the parts begin that a pick has."""
_PYTHON = {"int": "int", "float": "float", "bool": "bool", "str": "str", "Path": "str | PathLike[str]"}


def module() -> str:
    """The text of `plugins/wishes.py`."""
    parts = part_wishes()
    of_pick = {
        name: one for name, one in parts.items() if any(full.startswith(_OF_PICK) for full in one.options)
    }
    return "\n".join(
        [
            _HEAD,
            *_class("Wishes", "image and instruction", "edit", wishes_of(Request), parts),
            "\n",
            *_class("PickWishes", "clip, source and target", "pick", wishes_of(Pick), of_pick),
            "\n",
            *_class("ReselectWishes", "the run", "reselect", wishes_of(Reselect), of_pick),
            "\n",
            *_table(parts),
        ]
    )


def part_wishes() -> dict[str, PartWish]:
    """The options of parts that have a name of their own, by that name."""
    named: dict[str, list[Known]] = {}
    for known in known_options():
        if known.spec.flag:
            named.setdefault(known.spec.flag.name, []).append(known)
    return {name: _joined(options) for name, options in named.items()}


def rows(part: str) -> Iterator[tuple[str, ...]]:
    """Of each option of a part: its name, which plugins have it, what it takes, its default, its sentence."""
    for known in chosen(part):
        owners = ", ".join(f"`{name}`" for name in known.of if name != part)
        flag = flag_of(known)
        said = known.spec.help + (f" Its flag is `{flag}`." if flag else "")
        yield f"`{known.spec.full}`", owners, takes(known), default_of(known), said


def flags() -> Iterator[tuple[str, ...]]:
    """Of each flag of `f2f edit`: its name, its sentence, its default."""
    for wish in wishes_of(Request).values():
        if wish.name != "options":
            yield f"`{wish.words}`", wish.flag.help, told_default_of(wish)
    for name, one in part_wishes().items():
        yield f"`--{name.replace('_', '-')}`", one.help, one.shown


def _joined(options: list[Known]) -> PartWish:
    """The options that share a name, as one wish."""
    spec = options[0].spec
    assert spec.flag
    is_path = spec.recorded == "place" and spec.default is None  # what has a default is more than a path
    typed = "Path" if is_path else spec.kinds[0].__name__
    shown = spec.flag.shown or told_default(options[0])
    fulls = tuple(known.spec.full for known in options)
    return PartWish(typed, spec.flag.help or spec.help, spec.flag.panel, shown, fulls)


def _class(
    name: str, beside: str, command: str, own: Mapping[str, Wish], parts: dict[str, PartWish]
) -> Iterator[str]:
    yield f"class {name}(TypedDict, total=False):"
    yield f'    """What a caller may ask for beside {beside}; None is the same as leaving it out.'
    yield f'\n    Each is a flag of `f2f {command}` by the same name.\n    """\n'
    for wish in own.values():
        yield from _key(wish.name, wish.annotation, wish.flag.help)
    for word, part in parts.items():
        yield from _key(word, _PYTHON[part.typed], part.help)


def _key(name: str, annotation: str, told: str) -> Iterator[str]:
    yield f"    {name}: {annotation} | None"
    yield textwrap.indent("\n".join(textwrap.wrap(f'"""{told}"""', 105)), "    ")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _table(parts: dict[str, PartWish]) -> Iterator[str]:
    yield "PART_WISHES: Mapping[str, PartWish] = {"
    for name, one in parts.items():
        yield f'    "{name}": PartWish('
        for text in (one.typed, one.help, one.panel, one.shown):
            yield f"        {_quoted(text)},"
        inner = ", ".join(map(_quoted, one.options))
        yield f"        ({inner}{',' * (len(one.options) == 1)}),"
        yield "    ),"
    yield "}"
    yield '"""Wishes that stand for options of parts; the names of these stand last."""\n'
