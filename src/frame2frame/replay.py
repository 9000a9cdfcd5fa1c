"""From what a run left to the request that repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .engine.models import catalogue, presets
from .engine.models.catalogue import Model
from .engine.models.handed_in import IN_MEMORY
from .errors import InputError, ModelError
from .plan import AS_ASKED
from .plugins import registry
from .plugins.asking import settable
from .plugins.naming import spread
from .request import Request, parts_of
from .runs import read as runs
from .runs.trust import check_places, check_settable, trusted
from .values import as_path


def replay(png_or_folder: str | Path, device: str = "auto") -> Request:
    """The request that repeats the run that a PNG or a run folder records, to be planned as it was.

    Raises InputError when it records none, when its picture is gone, and when it sets what no record may.
    """
    place = as_path("the run", png_or_folder)
    record, is_own = runs.recorded(place)
    asked = record.settings
    check_places(asked)
    _require_packages(record.execution.packages)
    model = _model(asked.model, is_own)
    parts = parts_of(asked, model.family)
    options = spread(asked.options, parts)
    check_settable(options, parts, is_own)
    same = {name: getattr(asked, name) for name in AS_ASKED} | settable(Request, asked.more)
    own = {
        "source": runs.source_of(record, place),
        "mask": runs.mask_of(record, place),
        "model": model,
        "preset": asked.preset and presets.find(asked.preset).name,
        "options": options,
        "device": device,
        "repeats": trusted(record, parts, is_own),
    }
    return Request(**same | own)


def _require_packages(packages: Mapping[str, str]) -> None:
    """Raise InputError, which names the package, for a part of another one that is not installed here."""
    for part, package in packages.items():
        if registry.missing(part):
            what = f"this run was made with the {part} of another package, which is not installed here"
            raise InputError(what, got=package, remedy="install it, if you trust it, and repeat the run")


def _model(name: str, is_own: bool) -> Model:
    if name.partition("@")[0].endswith(IN_MEMORY):
        what, remedy = "the model of this run was a pipeline in memory", "hand it to an editor and edit again"
        raise InputError(what, got=repr(name), remedy=f"{remedy}: Editor(pipeline=…)")
    try:
        return catalogue.find(name)
    except ModelError as error:
        if is_own or catalogue.is_hub_id(name):
            raise
        remedy = "put its folder, or a link to it, here by this name, or repeat the run folder"
        raise ModelError(
            "the model of this run is not known by name", got=repr(name), remedy=remedy
        ) from error
