"""From what a run left to the request that repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .engine import encoders
from .engine.models import catalogue, presets
from .engine.models.catalogue import Model
from .engine.models.handed_in import IN_MEMORY
from .errors import InputError, ModelError
from .files.anywhere import as_path
from .picking import AS_ASKED as PICK_AS_ASKED
from .picking import Pick
from .picking import parts_of as parts_of_pick
from .plan import AS_ASKED
from .plugins import registry
from .plugins.asking import settable
from .plugins.naming import spread
from .plugins.options import Value
from .request import Request, parts_of
from .runs import read as runs
from .runs.packed import unpacked
from .runs.record import RunRecord, Settings
from .runs.trust import check_places, check_settable, trusted

ENCODERS = ("encoder", "identity")
"""Parts that are recorded as they were wished for."""


def replay(png_or_folder: str | Path, device: str = "auto") -> Request:
    """The request that repeats the run that a PNG or a run folder records, to be planned as it was.

    Raises InputError when it records none, when its picture is gone, and when it sets what no record may; of
    a run that picked a frame of a given clip see `replay_pick`.
    """
    again = repeated(png_or_folder, device)
    if isinstance(again, Pick):
        what = "this run picked a frame of a given clip, so nothing of it can be drawn again"
        raise InputError(what, remedy="use frame2frame.replay_pick, or f2f replay")
    return again


def replay_pick(png_or_folder: str | Path, device: str = "auto") -> Pick:
    """The same of a run that picked a frame of a given clip, which is looked for as its picture is.

    Raises InputError as `replay` does, when the clip is gone, and for a run in which something was drawn.
    """
    again = repeated(png_or_folder, device)
    if isinstance(again, Request):
        raise InputError("this run drew its clip, so none was given", remedy="use frame2frame.replay")
    return again


def repeated(png_or_folder: str | Path, device: str) -> Request | Pick:
    """Whichever of them the run was."""
    place = unpacked(as_path("the run", png_or_folder))
    record, is_own = runs.recorded(place)
    check_places(record.settings)
    _require_packages(record.execution.packages)
    again = _edit if record.settings.picked is None else _pick
    return again(record, place, is_own, device)


def _edit(record: RunRecord, place: Path, is_own: bool, device: str) -> Request:
    asked = record.settings
    model = _model(str(asked.model), is_own)
    parts = parts_of(asked, model)
    same = {name: getattr(asked, name) for name in AS_ASKED} | settable(Request, asked.more)
    own = {
        "source": runs.source_of(record, place),
        "mask": runs.mask_of(record, place),
        "model": model,
        "preset": asked.preset and presets.find(asked.preset).name,
        "options": _options(asked, parts, is_own),
        "device": device,
        "repeats": trusted(_with_plugins(record), parts, is_own),
    }
    return Request(**same | own)


def _pick(record: RunRecord, place: Path, is_own: bool, device: str) -> Pick:
    asked = record.settings
    picked = asked.picked
    assert picked is not None  # or else it is an edit
    parts = parts_of_pick(asked, picked.encoder)
    same = {name: getattr(asked, name) for name in PICK_AS_ASKED} | settable(Pick, asked.more)
    own = {
        "footage": runs.clip_of(record, place),
        "source": runs.source_of(record, place),
        "target": picked.target,
        "instruction": None if asked.instruction == picked.target else asked.instruction,
        "encoder": picked.encoder,
        "mask": runs.mask_of(record, place),
        "options": _options(asked, parts, is_own),
        "device": device,
        "repeats": trusted(_with_plugins(record), parts, is_own),
    }
    return Pick(**same | own)


def _with_plugins(record: RunRecord) -> RunRecord:
    """The record, in whose plan the encoders are named as the plugins that they are."""
    if record.plan is None:
        return record
    parts = record.plan.parts
    found = encoders.parts_of({word: parts.get(word) for word in ENCODERS})
    return replace(record, plan=replace(record.plan, parts={**parts, **found}))


def _options(asked: Settings, parts: Mapping[str, str], is_own: bool) -> dict[str, Value]:
    """Those that were asked for, by their whole names. Raises InputError for one that no record may set."""
    options = spread(asked.options, parts)
    check_settable(options, parts, is_own)
    return options


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
