"""What a record may set when its run is repeated.

The record may be a stranger's. It sets numbers and words; what lies somewhere it only names, and a run
folder's own record says where. Nothing in it is a place to write to, a server, or a path to another machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..errors import InputError
from ..plugins.naming import specs_of
from ..plugins.options import OptionSpec, Value
from .record import RunRecord, Settings, is_remote


def check_places(asked: Settings) -> None:
    """Raise InputError for a run that names a place on another machine."""
    for name in _places(asked):
        if is_remote(name):
            remedy = "copy it to this machine and run the command of report.html on the copy"
            raise InputError("this run names a place on another machine", got=repr(name), remedy=remedy)


def _places(asked: Settings) -> Iterator[str]:
    """Whatever the settings name that may lie somewhere."""
    scored = (asked.encoder, asked.identity, asked.picked and asked.picked.encoder)
    yield from filter(None, (asked.model, *asked.lora, *scored))
    yield from (str(asked.options[name]) for name in asked.private if name in asked.options)


def check_settable(options: Mapping[str, Value], parts: Mapping[str, str], is_own: bool) -> None:
    """Raise InputError for an option that this record may not set; `parts` are names by their words.

    `is_own` says whether the record is that of the run's own folder.
    """
    known = {spec.full: spec for word, name in parts.items() for spec in specs_of(word, name)}
    for option, value in options.items():
        spec = known.get(option)
        if spec is not None and _may_be_set(spec, value, is_own):
            continue
        what = f"the record of this run sets the option {option!r:.80}, which may name a place"
        is_place = spec is not None and spec.recorded == "place"
        remedy = "repeat it from its run folder" if is_place else "run the command of its report.html"
        raise InputError(what, got=repr(value), remedy=remedy)


def trusted(record: RunRecord, parts: Mapping[str, str], is_own: bool) -> RunRecord:
    """The record, its plan with those options only that a part of the same name has and a record may set."""
    if record.plan is None:
        return record
    planned = record.plan
    options = {
        spec.full: planned.options[spec.full]
        for word, name in parts.items()
        if planned.parts.get(word) == name
        for spec in specs_of(word, name)
        if spec.full in planned.options and _may_be_set(spec, planned.options[spec.full], is_own)
    }
    return replace(record, plan=replace(planned, options=options))


def _may_be_set(spec: OptionSpec, value: object, is_own: bool) -> bool:
    if not isinstance(value, str) or spec.recorded == "word":
        return True
    return spec.recorded == "place" and is_own and not is_remote(value)
