"""Public modules that have moved are still found under their old names, with a warning, until version 0.3."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_loader
from types import CodeType, ModuleType
from typing import Any, cast

MOVED = {
    "frame2frame.benchmark": "frame2frame.evaluation",
    "frame2frame.bundle": "frame2frame.evaluation.bundle",
    "frame2frame.cloud": "frame2frame.runs.vectors",
    "frame2frame.path_plot": "frame2frame.report.path_plot",
    "frame2frame.region": "frame2frame.select.region",
    "frame2frame.select.keep": "frame2frame.select.region",
    "frame2frame.stages": "frame2frame.plugins.stages",
    "frame2frame.tabletop": "frame2frame.worlds.tabletop",
    "frame2frame.wishes": "frame2frame.plugins.wishes",
}
"""Old name → new name; what lies in an old package has moved with it."""


class _Same(Loader):
    """Gives the module of the new name, which stays one module under both."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self.name)
        self.spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec  # the import has just set that of the old name

    def get_code(self, name: str) -> CodeType | None:
        """Asked by `python -m` alone."""
        found = find_spec(self.name)
        return cast(Any, found.loader).get_code(self.name) if found else None


class OldNames(MetaPathFinder):
    """Finds what was moved."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        old = next((one for one in MOVED if name == one or name.startswith(f"{one}.")), None)
        if old is None:
            return None
        new = MOVED[old] + name.removeprefix(old)
        if (found := find_spec(new)) is None:
            return None
        if name == old:
            what = f"{name} has moved to {new}; the old name goes in version 0.3"
            warnings.warn(what, DeprecationWarning, stacklevel=2)
        is_package = found.submodule_search_locations is not None
        spec = spec_from_loader(name, _Same(new), origin=found.origin, is_package=is_package)
        if spec and is_package:
            spec.submodule_search_locations = list(found.submodule_search_locations or ())
        return spec


def find_old_names() -> None:
    """Let the import system ask here first, which would else load a moved package's files twice."""
    if not any(isinstance(finder, OldNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, OldNames())
