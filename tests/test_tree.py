"""The tree of the package: few rooms, each with a line in docs/design.md, and imports without a circle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from .syntax import syntax_of

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "frame2frame"
PAGE = (ROOT / "docs" / "design.md").read_text("utf-8")

MOST_ENTRIES = 28
MOST_FOLDERS = 15
"""At the top of the package: what a newcomer can take in at a glance."""

NO_SOURCE = ("py.typed", "__pycache__")


def is_room(folder: Path) -> bool:
    """Whether it is a folder with something in it; compiled files may be left in one that was emptied."""
    return any(one.is_file() and one.suffix != ".pyc" for one in folder.rglob("*"))


def rooms_of(page: str) -> set[str]:
    """The folders in the drawing of the tree, as paths below the package."""
    lines = page.partition("    src/frame2frame/\n")[2].partition("\n\n")[0].splitlines()
    found, above = set[str](), ""
    for line in lines:
        name = re.match(r"( +)(\w+)/ ", line)
        if name is None:
            continue
        inner = len(name[1]) > 6
        found.add(f"{above}/{name[2]}" if inner else name[2])
        above = above if inner else name[2]
    return found


def modules_in(package: Path) -> dict[str, Path]:
    """Its modules by name."""
    named = {
        file: ".".join(file.relative_to(package.parent).with_suffix("").parts)
        for file in package.rglob("*.py")
    }
    return {name.removesuffix(".__init__"): file for file, name in named.items()}


def imported_by(name: str, file: Path) -> Iterator[str]:
    """What a module imports, wherever it does so, as whole names; an attribute's too."""
    package = name.split(".") if file.stem == "__init__" else name.split(".")[:-1]
    for node in ast.walk(syntax_of(file)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            place = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{place}.{one.name}" for one in node.names)


def graph_of(package: Path) -> dict[str, set[str]]:
    """The modules that each module imports."""
    modules = modules_in(package)
    found = {}
    for name, file in modules.items():
        wanted = imported_by(name, file)
        found[name] = {one if one in modules else one.rpartition(".")[0] for one in wanted} & modules.keys()
    return found


def circle_in(package: Path) -> list[str]:
    """Modules that import each other in a ring; none if there is no such ring."""
    try:
        TopologicalSorter(graph_of(package)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_top_of_the_package_can_be_taken_in_at_a_glance() -> None:
    folders = [one.name for one in PACKAGE.iterdir() if is_room(one)]
    files = [one.name for one in PACKAGE.iterdir() if one.is_file() and one.name not in NO_SOURCE]
    assert len(folders) <= MOST_FOLDERS, sorted(folders)
    assert len(folders) + len(files) <= MOST_ENTRIES, sorted(folders + files)


def test_every_room_can_be_taken_in_at_a_glance() -> None:
    rooms = {one.parent for one in PACKAGE.rglob("*.py")} - {PACKAGE}
    held = {str(room.relative_to(PACKAGE)): len([*room.glob("[!_]*")]) for room in rooms}
    assert not {room: count for room, count in held.items() if count > MOST_ENTRIES}


def test_every_room_has_its_line_in_the_design_and_every_line_a_room() -> None:
    drawn = rooms_of(PAGE)
    assert {one for one in drawn if "/" not in one} == {one.name for one in PACKAGE.iterdir() if is_room(one)}
    assert not {one for one in drawn if not is_room(PACKAGE / one)}


def test_every_file_that_the_design_names_is_there() -> None:
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", PAGE))
    assert len(named) > 20
    assert not {one for one in named if not (PACKAGE / one).exists() and not (ROOT / one).exists()}


def test_no_module_of_the_package_imports_itself_by_way_of_others() -> None:
    assert not circle_in(PACKAGE), " imports\n".join(reversed(circle_in(PACKAGE)))


@pytest.mark.parametrize(
    "back", ["from .one import ONE", "import ring.one", "def late():\n    from ring import one"]
)
def test_a_circle_is_found_in_whichever_way_its_imports_are_written(tmp_path: Path, back: str) -> None:
    package = tmp_path / "ring"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("from . import two\nONE = 1\n")
    (package / "two.py").write_text("TWO = 2\n")
    assert not circle_in(package)
    (package / "two.py").write_text(f"{back}\n")
    assert set(circle_in(package)) == {"ring.one", "ring.two"}
