"""What a run was asked and how it ran, as frozen values and as JSON.

The JSON comes back from files and pictures that strangers may have made, so reading it checks every type,
length and range, drops what it does not know, and never yields a place to write to or a command.
"""

from __future__ import annotations

import json
import math
import re
import shlex
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from numbers import Integral, Real
from pathlib import Path, PureWindowsPath
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import InputError

SCHEMA = 1
TEXT_LIMIT = 8_000
ENTRIES_LIMIT = 2_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that steer a terminal and that no text needs; dropped on reading."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class SourceRecord:
    """Which picture was edited."""

    path: str | None
    """As the user gave it, the home folder written `~`; None if it was no file."""
    sha256: str
    """Of the file's bytes, or of the pixels if it was no file."""
    pixels_sha256: str
    height: int
    width: int


@dataclass(frozen=True)
class Picked:
    """What a frame was picked from where nothing was generated."""

    clip: SourceRecord
    """`path` is a video or a folder of pictures."""
    encoder: str
    """What scored the frames, as it was named."""
    target: str | None = None
    """The wanted scene as it was given; None if rules made it of the instruction."""

    def __post_init__(self) -> None:
        _check_text("encoder", self.encoder, limit=500)
        if self.target is not None:
            _check_text("target", self.target)


@dataclass(frozen=True)
class LoraRecord:
    """A LoRA that was part of the model's weights."""

    name: str
    """As it was given, without the user's name."""
    sha256: str
    weight: float
    component: str
    matched: int
    """Tensors of the file that fit the component, of `total`."""
    total: int


@dataclass(frozen=True)
class Settings:
    """What was asked, every default filled in: the same settings repeat the run.

    Raises InputError for what no run can have been asked.
    """

    instruction: str
    source: SourceRecord
    model: str
    frames: int
    steps: int
    guidance: float
    seed: int
    caption: str
    select: str
    strategy: str = "one-shot"
    encoder: str | None = None
    identity: str | None = None
    refine: bool = False
    keep: bool = True
    preset: str | None = None
    """Sets what is not said here: the schedule of the guidance, number format and compilation."""
    mask: SourceRecord | None = None
    """What the user let change, kept beside the run as mask.png."""
    seeds: tuple[int, ...] = ()
    """One for each candidate, where they were given; else they count up from `seed`."""
    lora: tuple[str, ...] = ()
    """LoRA files with their weights, as they were asked for beside the model's own."""
    memory: str = "auto"
    """The memory preset; other ones round otherwise, and tiles show."""
    options: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    """Options of the parts that were given, by name; the others are the version's own."""
    picked: Picked | None = None
    """Set where the clip was given: the model, steps, guidance and seed then say nothing."""

    def __post_init__(self) -> None:
        _check_text("instruction", self.instruction)
        for name in ("model", "caption", "select", "strategy", "memory"):
            _check_text(name, getattr(self, name), limit=500)
        for name, low, high in (("frames", 1, 10_000), ("steps", 1, 10_000), ("seed", 0, 2**63 - 1)):
            _check_number(name, getattr(self, name), low, high)
        _check_number("guidance", self.guidance, 0, 1_000)


@dataclass(frozen=True)
class Execution:
    """What ran, so that an equal run gives equal bytes."""

    model_resolved: str
    """The model that really ran."""
    model_revision: str | None
    weights: Mapping[str, str]
    """SHA-256 of each weight file by its name."""
    encoder: str
    height: int
    width: int
    """The size that the model drew at, in pixels."""
    guidance_schedule: tuple[float, ...]
    device: str
    """Several, among which the candidates were dealt, have commas between."""
    dtype: str
    threads: int
    batch_seeds: tuple[int, ...]
    """The seeds of all candidates that were denoised together."""
    batch_index: int
    """Which of them this run is."""
    versions: Mapping[str, str]
    """Of Python and of each package that computes."""
    loras: tuple[LoraRecord, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall-clock seconds per stage; not in the PNG, so that equal runs make equal files."""


@dataclass(frozen=True)
class RunRecord:
    settings: Settings
    execution: Execution


def source_path(path: Path | None) -> str | None:
    """The path to be recorded: as given, but without the user's name."""
    if path is None:
        return None
    try:
        text = (Path("~") / path.relative_to(Path.home())).as_posix()
    except (ValueError, RuntimeError):
        text = str(path)
    return None if CONTROL.search(text) else text


def homeless(name: str) -> str:
    """A name without the user's, where it is a path into the home folder."""
    return (source_path(Path(name)) or Path(name).name) if Path(name).is_absolute() else name


def command_line(settings: Settings, image: str) -> str:
    """The shell command that repeats the run on this picture."""
    if settings.picked:
        return _pick_line(settings, settings.picked, image)
    flags = {
        "--model": settings.model,
        "--frames": str(settings.frames),
        "--steps": str(settings.steps),
        "--guidance": f"{settings.guidance:g}",
        "--seed": str(settings.seed),
        "--caption": settings.caption,
        "--select": settings.select,
        "--strategy": settings.strategy,
        **({"--preset": settings.preset} if settings.preset else {}),
        **({"--memory": settings.memory} if settings.memory != "auto" else {}),
        **({"--encoder": settings.encoder} if settings.encoder else {}),
        **({"--identity": settings.identity} if settings.identity else {}),
    }
    return shlex.join(["f2f", "edit", *_words(flags, settings), "--", image, settings.instruction])


def _pick_line(settings: Settings, picked: Picked, image: str) -> str:
    """A clip that was no file is taken from the run folder."""
    flags = {
        "--source": image,
        **({"--target": picked.target} if picked.target is not None else {}),
        **({"--instruction": settings.instruction} if settings.instruction != picked.target else {}),
        "--encoder": picked.encoder,
        "--select": settings.select,
    }
    return shlex.join(["f2f", "pick", *_words(flags, settings), "--", picked.clip.path or "clip.mp4"])


def _words(flags: Mapping[str, str], settings: Settings) -> list[str]:
    """These flags, and those that an edit and a pick have in common."""
    mask = {"--mask": settings.mask.path or "mask.png"} if settings.mask else {}
    words = [word for flag, value in {**flags, **mask}.items() for word in (flag, value)]
    words += [word for lora in settings.lora for word in ("--lora", lora)]
    words += ["--refine"] if settings.refine else []
    words += [] if settings.keep else ["--no-keep"]
    return words + [word for name, value in settings.options.items() for word in _flag(name, value)]


def _flag(name: str, value: bool | int | float | str) -> list[str]:
    return ["--set", f"{name.replace('_', '-')}={json.dumps(value)}"]


def for_picture(record: RunRecord) -> dict[str, object]:
    """What the PNG carries: all but the times."""
    execution = to_json(record.execution)
    del execution["seconds"]
    return {"schema": SCHEMA, "settings": to_json(record.settings), "execution": execution}


def record_from(data: Mapping[str, object]) -> RunRecord:
    """The record in untrusted JSON values; raises InputError that names the first field at fault."""
    if data.get("schema") != SCHEMA:
        raise InputError(
            "the settings are of another version",
            got=f"schema {data.get('schema')!r:.40}",
            remedy=f"this version of frame2frame reads schema {SCHEMA}",
        )
    settings = from_json(Settings, data.get("settings"), "settings")
    return RunRecord(settings, from_json(Execution, data.get("execution"), "execution"))


def to_json(value: Any) -> dict[str, Any]:
    """A frozen value as plain JSON values; numbers that are not finite become null."""
    return {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value) if _written(entry)}


def _written(entry: Any) -> bool:
    return bool(entry.metadata.get("written", True))


def _plain(value: Any) -> object:
    if is_dataclass(value):
        return to_json(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral):  # NumPy's numbers, unlike Python's, are no JSON
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    return value


def from_json(kind: type[Value], data: object, where: str) -> Value:
    """A dataclass from untrusted JSON values. Unknown keys are dropped."""
    if not isinstance(data, Mapping):
        raise _unfit(where, data)
    hints = get_type_hints(kind)
    found = {}
    entries: list[Any] = [entry for entry in fields(kind) if _written(entry)]  # type: ignore[arg-type]
    for entry in entries:
        name = f"{where}.{entry.name}"
        if entry.name in data:
            found[entry.name] = _typed(hints[entry.name], data[entry.name], name)
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise InputError(f"{name} is missing", remedy="use a file that frame2frame wrote")
    return kind(**found)


def _typed(hint: Any, value: object, where: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return None if value is None and type(None) in inner else _typed(_branch(inner, value), value, where)
    if is_dataclass(hint):
        return from_json(hint, value, where)  # type: ignore[arg-type]
    if origin is tuple and isinstance(value, list) and len(value) <= ENTRIES_LIMIT:
        return tuple(_typed(inner[0], entry, where) for entry in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _typed_mapping(inner[1], value, where)
    return _typed_scalar(hint, value, where)


def _branch(hints: tuple[Any, ...], value: object) -> Any:
    """The alternative that this value can be: the list if it is one, else its own type, else the first."""
    lists = [hint for hint in hints if get_origin(hint) is tuple]
    if lists and isinstance(value, list):
        return lists[0]
    return type(value) if type(value) in hints else hints[0]


def _typed_mapping(hint: Any, value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or len(value) > ENTRIES_LIMIT:
        raise _unfit(where, value)
    return {_typed_scalar(str, key, where): _typed(hint, entry, where) for key, entry in value.items()}


def _typed_scalar(hint: Any, value: object, where: str) -> Any:
    if hint is float and value is None:  # what `to_json` made of a number that was not finite
        return math.nan
    if hint is bool and isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str) and len(value) <= TEXT_LIMIT:
        return CONTROL.sub("", value)
    if hint is int and type(value) is int and abs(value) < 2**63:
        return value
    if hint is float and type(value) in (int, float) and abs(value) < 2**63:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    raise _unfit(where, value)


def _unfit(where: str, value: object) -> InputError:
    return InputError(
        f"{where} is not usable", got=f"{value!r:.60}", remedy="use a file that frame2frame wrote"
    )


def _check_text(name: str, text: str, limit: int = TEXT_LIMIT) -> None:
    if not text.strip() or len(text) > limit:
        raise InputError(f"{name} must have 1 to {limit:,} characters", got=f"{len(text):,}")


def _check_number(name: str, number: float, low: float, high: float) -> None:
    if not low <= number <= high:
        raise InputError(f"{name} must lie in {low}…{high}", got=str(number))


def is_remote(path: str) -> bool:
    """Whether opening this path may reach another machine, as Windows does for `//host/share`."""
    return bool(re.match(r"[\\/]{2}", path)) or PureWindowsPath(path).drive.startswith("\\\\")
