"""From the record of a run back to the request that repeats it.

The record may be a stranger's. It sets numbers and words; what lies somewhere it only names, and a run
folder's own record says where. Nothing in it is a place to write to, a server, or a path to another machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from .engine.models import catalogue, presets
from .engine.models.catalogue import Model
from .errors import InputError, ModelError
from .plugins import naming
from .plugins.options import Value
from .request import Request, parts_of
from .runs import read as runs
from .runs.record import Settings, is_remote
from .values import as_path


def replay(png_or_folder: str | Path, device: str = "auto") -> Request:
    """The request that repeats the run that a PNG or a run folder records.

    Raises InputError when it records none, when its picture is gone, and when it sets what no record may.
    """
    place = as_path("the run", png_or_folder)
    record, is_own = runs.recorded(place)
    asked = record.settings
    if asked.picked:
        what = "this run picked a frame of a given clip and cannot be generated again"
        raise InputError(what, remedy="run `f2f pick` on the clip again, as the run's report.html has it")
    for name in _places(asked):
        if is_remote(name):
            remedy = "copy it to this machine and run the command of report.html on the copy"
            raise InputError("this run names a place on another machine", got=repr(name), remedy=remedy)
    model = _model(asked.model, is_own)
    parts = parts_of(asked, model.family)
    options = naming.spread(asked.options, parts)
    _check_options(options, parts, is_own)
    return Request(
        source=runs.source_of(record, place),
        instruction=asked.instruction,
        model=model,
        seed=asked.seed,
        frames=asked.frames,
        steps=asked.steps,
        guidance=asked.guidance,
        caption=asked.caption,
        select=asked.select,
        strategy=asked.strategy,
        encoder=asked.encoder,
        identity=asked.identity,
        refine=asked.refine,
        keep=asked.keep,
        metadata=asked.metadata,
        preset=None if asked.preset is None else presets.find(asked.preset).name,
        mask=runs.mask_of(record, place),
        embed_source=asked.embed_source,
        memory=asked.memory,
        lora=asked.lora,
        seeds=asked.seeds,
        options=options,
        device=device,
        repeats=record,
    )


def _model(name: str, is_own: bool) -> Model:
    try:
        return catalogue.find(name)
    except ModelError as error:
        if is_own or catalogue.is_hub_id(name):
            raise
        remedy = "put its folder, or a link to it, here by this name, or repeat the run folder"
        raise ModelError(
            "the model of this run is not known by name", got=repr(name), remedy=remedy
        ) from error


def _places(asked: Settings) -> Iterator[str]:
    """Whatever the settings name that may lie somewhere."""
    yield from (asked.model, *asked.lora)
    yield from filter(None, (asked.encoder, asked.identity))
    yield from (str(asked.options[name]) for name in asked.private if name in asked.options)


def _check_options(options: Mapping[str, Value], parts: Mapping[str, str], is_own: bool) -> None:
    """Raise InputError for an option that this record may not set."""
    for option, value in options.items():
        rule = naming.rule_of(option, parts)
        if rule == "word" or (rule == "place" and is_own and not is_remote(str(value))):
            continue
        what = f"the record of this run sets the option {option!r:.80}, which may name a place"
        remedy = "repeat it from its run folder" if rule == "place" else "run the command of its report.html"
        raise InputError(what, got=repr(value), remedy=remedy)
