"""What a run was asked and how it ran, as frozen values and as JSON.

The JSON comes back from files and pictures that strangers may have made, so reading it checks every type,
length and range, drops what it does not know, and never yields a place to write to or a command.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import Any, TypeVar, cast

from ..errors import InputError
from ..files.as_json import CONTROL, OURS, TEXT_LIMIT, from_json, to_json
from ..media.metadata import KEEP
from ..media.metadata import check as check_metadata
from ..media.source import Source
from ..media.transfer.ways import OFF
from ..media.transfer.ways import check as check_transfer
from ..values import Calibration, Transfer

SCHEMA = 2
"""1 had no plan; such records are still read."""
MOST_GUIDANCE = 1_000


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

    @classmethod
    def of(cls, source: Source) -> SourceRecord:
        """That of a picture, whose path is recorded without the user's name."""
        height, width = source.picture.shape[:2]
        return cls(source_path(source.path), source.sha256, source.pixels_sha256, height, width)


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
class Parent:
    """The edit that made the picture which is edited again."""

    sha256: str
    """Of its PNG."""
    instruction: str
    seed: int | None
    """None where it was picked from a given clip."""

    def __post_init__(self) -> None:
        _check_text("the parent's instruction", self.instruction)
        _check_text("the parent's SHA-256", self.sha256, limit=64)


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


OF_A_MODEL = ("model", "steps", "seed", "strategy")
"""Settings that only a run has in which something was drawn."""


@dataclass(frozen=True)
class Settings:
    """What was asked, most defaults filled in: the same settings repeat the run.

    Raises InputError for what no run can have been asked.
    """

    instruction: str
    source: SourceRecord
    model: str | None
    """None, as all that only a model has, where the clip was given and nothing was drawn."""
    frames: int
    steps: int | None
    guidance: float | None
    """As asked for, None if it was left to the model; what came of it is `Execution.guidance_schedule`."""
    seed: int | None
    caption: str
    select: str
    strategy: str | None = "one-shot"
    encoder: str | None = None
    identity: str | None = None
    score: tuple[str, ...] = ()
    """What else scored the frames, by name."""
    refine: bool = False
    keep: bool = True
    transfer: str = OFF
    """Whether a change of the whole picture is made in it at its own size; never in older records."""
    preset: str | None = None
    """Sets what is not said here: the schedule of the guidance, number format and compilation."""
    mask: SourceRecord | None = None
    """What the user let change, kept beside the run as mask.png."""
    metadata: str = KEEP
    """What became of the source's metadata."""
    seeds: tuple[int, ...] = ()
    """One for each candidate, where they were given; else they count up from `seed`."""
    lora: tuple[str, ...] = ()
    """LoRA files with their weights, as they were asked for beside the model's own."""
    memory: str = "auto"
    """The memory preset; other ones round otherwise, and tiles show."""
    options: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    """Options of the parts that were given, by name; the others are the version's own."""
    private: tuple[str, ...] = ()
    """Options whose texts name places, which only the run folder's own record tells."""
    embed_source: bool = False
    """Whether the result's PNG carries source and mask."""
    parent: Parent | None = None
    """Set where the source is a result of ours."""
    more: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    """Other wishes than these by their names, those at their defaults left out."""
    picked: Picked | None = None
    """Set where the clip was given."""

    def __post_init__(self) -> None:
        _check_text("instruction", self.instruction)
        drawn = {name: getattr(self, name) for name in OF_A_MODEL}
        for name in () if self.picked else (name for name, value in drawn.items() if value is None):
            raise InputError(f"the settings say no {name}", remedy=OURS)
        for name in ("model", "caption", "select", "strategy", "memory"):
            if getattr(self, name) is not None:
                _check_text(name, getattr(self, name), limit=500)
        limits = {"frames": (1, 10_000), "steps": (1, 10_000), "seed": (0, 2**63 - 1)}
        for name, (low, high) in {**limits, "guidance": (0, MOST_GUIDANCE)}.items():
            if getattr(self, name) is not None:
                _check_number(name, getattr(self, name), low, high)
        check_transfer(self.transfer)
        check_metadata(self.metadata)


@dataclass(frozen=True)
class Execution:
    """What ran, so that an equal run gives equal bytes."""

    model_resolved: str | None
    """The model that really ran; None where nothing was drawn."""
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
    batch_index: int | None
    """Which of them this run is; None where nothing was drawn."""
    versions: Mapping[str, str]
    """Of Python and of each package that computes."""
    loras: tuple[LoraRecord, ...] = ()
    walks: bool | None = None
    """Whether the strategy leads from state to state; None in records that do not say so."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Other packages that took part, with their versions, by what they brought, like `selector latest`."""
    answerers: Mapping[str, str] = field(default_factory=dict)
    """Vision-language models on this machine that were asked, by the word of the part that asked: repository,
    commit, and SHA-256 of the weights."""
    transfer: Transfer | None = None
    """How a change of the whole picture came to the source's size; None where there was none to bring."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall-clock seconds per stage; not in the PNG, so that equal runs make equal files."""

    def __post_init__(self) -> None:
        for scale in self.guidance_schedule:
            _check_number("guidance_schedule", scale, 0, 1 + MOST_GUIDANCE)  # a wave adds one


@dataclass(frozen=True)
class PlanRecord:
    """What was decided before anything was drawn, every default filled in; a run is repeated from it.

    Raises InputError for what no run can have been planned with.
    """

    model: str | None
    """Its name, with the revision that was asked for; None where the clip was given."""
    revision: str | None
    """The commit of a model of the hub; None of one in a folder."""
    parts: Mapping[str, str]
    """The name of each part by its word: caption, generator, encoder, identity, select, strategy, keep and
    refine."""
    options: Mapping[str, bool | int | float | str | None]
    """Every option of every part, by its whole name."""
    frames: int
    height: int
    width: int
    guidance: tuple[float, ...]
    """The scale of each step."""
    seeds: tuple[int, ...]
    """Of each candidate, in the order in which they are drawn."""
    devices: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    """Of a wish that is walked clause by clause; none where it is walked as one."""
    memory: str = "auto"
    loras: tuple[LoraRecord, ...] = ()
    private: tuple[str, ...] = ()
    """Options whose texts may name places, which only the run folder's own record tells."""
    calibration: Calibration | None = None
    """The user's own of the encoder, by whose numbers the frame was chosen."""

    def __post_init__(self) -> None:
        for name in ("model", "memory"):
            if getattr(self, name) is not None:
                _check_text(name, getattr(self, name), limit=500)
        for name in ("frames", "height", "width"):
            _check_number(name, getattr(self, name), 1, 100_000)
        for scale in self.guidance:
            _check_number("guidance", scale, 0, 1 + MOST_GUIDANCE)  # a wave adds one
        for clause in self.clauses:
            _check_text("a clause", clause)


@dataclass(frozen=True)
class RunRecord:
    settings: Settings
    execution: Execution
    plan: PlanRecord | None = None
    """None in records of before there were plans."""

    @property
    def ran(self) -> bool:
        """Whether anything was asked of a model or an encoder; not of a wish that its words alone decline."""
        return self.settings.picked is not None or self.execution.model_resolved is not None

    @property
    def options(self) -> Mapping[str, bool | int | float | str | None]:
        """Of the parts, by their whole names: all of them, or those asked for where no plan is known."""
        return self.settings.options if self.plan is None else self.plan.options


def source_path(path: Path | None) -> str | None:
    """The path to be recorded: as given, but without the user's name."""
    if path is None:
        return None
    try:
        text = (Path("~") / path.relative_to(Path.home())).as_posix()
    except (ValueError, RuntimeError):
        text = str(path)
    return None if CONTROL.search(text) else text


def public(record: RunRecord) -> RunRecord:
    """The record as anybody may see it: of whatever lies somewhere, only the name.

    The folders of a user say whose they are, and a path in a stranger's record would say where to look.
    """
    asked, ran = record.settings, record.execution
    picked = asked.picked and replace(
        asked.picked, clip=_unplaced(asked.picked.clip), encoder=name_of(asked.picked.encoder)
    )
    settings = replace(
        asked,
        source=_unplaced(asked.source),
        mask=asked.mask and _unplaced(asked.mask),
        model=asked.model and name_of(asked.model),
        encoder=asked.encoder and name_of(asked.encoder),
        identity=asked.identity and name_of(asked.identity),
        lora=tuple(map(name_of, asked.lora)),
        options=_shown(asked.options, asked.private),
        picked=picked,
    )
    execution = replace(
        ran,
        model_resolved=ran.model_resolved and name_of(ran.model_resolved),
        encoder=name_of(ran.encoder),
        loras=_named(ran.loras),
    )
    return RunRecord(settings, execution, record.plan and _public_plan(record.plan))


def _public_plan(plan: PlanRecord) -> PlanRecord:
    return replace(
        plan,
        model=plan.model and name_of(plan.model),
        parts={word: name_of(name) for word, name in plan.parts.items()},
        options=_shown(plan.options, plan.private),
        loras=_named(plan.loras),
    )


Values = TypeVar("Values", bound=bool | int | float | str | None)


def _shown(options: Mapping[str, Values], private: Collection[str]) -> dict[str, Values]:
    """The options, of places only their last part."""
    return {
        name: cast(Values, _last_part(value)) if name in private and isinstance(value, str) else value
        for name, value in options.items()
    }


def _named(loras: tuple[LoraRecord, ...]) -> tuple[LoraRecord, ...]:
    return tuple(replace(one, name=name_of(one.name)) for one in loras)


_KIND = re.compile(r"[A-Za-z0-9_-]{2,}:")
"""What stands before the places of an encoder."""
_OF_THE_HUB = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)+(?:@[\w./-]+)?(?::[-+.\de]+)?")


def name_of(wish: str) -> str:
    """The name of a model, encoder or LoRA, without the folders that it lies in; a hub id as it is."""
    kind = _KIND.match(wish)
    if kind and not wish[kind.end() :].startswith("//"):
        return kind[0] + ",".join(map(name_of, wish[kind.end() :].split(",")))
    is_hub_id = bool(_OF_THE_HUB.fullmatch(wish)) and ".." not in wish.split("/")
    return wish if is_hub_id else _last_part(wish)


def _last_part(path: str) -> str:
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1] or path[:1]


def _unplaced(source: SourceRecord) -> SourceRecord:
    return replace(source, path=None if source.path is None else _last_part(source.path))


def homeless(name: str) -> str:
    """A name without the user's, where it is a path into the home folder."""
    return (source_path(Path(name)) or Path(name).name) if Path(name).is_absolute() else name


def for_picture(record: RunRecord) -> dict[str, object]:
    """What the PNG carries: names instead of places, and no times."""
    shown = public(record)
    execution = to_json(shown.execution)
    del execution["seconds"]
    plan = {} if shown.plan is None else {"plan": to_json(shown.plan)}
    return {"schema": SCHEMA, "settings": to_json(shown.settings), "execution": execution, **plan}


def record_from(data: Mapping[str, object]) -> RunRecord:
    """The record in untrusted JSON values; raises InputError that names the first field at fault."""
    if data.get("schema") not in (1, SCHEMA):
        raise InputError(
            "the settings are of another version",
            got=f"schema {data.get('schema')!r:.40}",
            remedy=f"this version of frame2frame reads schema 1 to {SCHEMA}",
        )
    settings = from_json(Settings, data.get("settings"), "settings")
    execution = from_json(Execution, data.get("execution"), "execution")
    plan = None if data.get("plan") is None else from_json(PlanRecord, data["plan"], "plan")
    return _picked(settings, execution, plan) if settings.picked else RunRecord(settings, execution, plan)


def _picked(settings: Settings, execution: Execution, plan: PlanRecord | None) -> RunRecord:
    """The record of a pick, in which older versions wrote numbers of a model that there was not."""
    nothing: dict[str, Any] = dict.fromkeys(OF_A_MODEL)
    ran = replace(execution, model_resolved=None, batch_seeds=(), batch_index=None)
    return RunRecord(replace(settings, **nothing), ran, plan)


def _check_text(name: str, text: str, limit: int = TEXT_LIMIT) -> None:
    if not text.strip() or len(text) > limit:
        raise InputError(f"{name} must have 1 to {limit:,} characters", got=f"{len(text):,}", remedy=OURS)


def _check_number(name: str, number: float, low: float, high: float) -> None:
    if not low <= number <= high:
        raise InputError(f"{name} must lie in {low}…{high}", got=str(number), remedy=OURS)


def is_remote(path: str) -> bool:
    """Whether opening this path may reach another machine, as Windows does for `//host/share`.

    So does an address, and a path after the kind of an encoder.
    """
    return bool(re.search(r"(?:^|[:,])[\\/]{2}", path)) or PureWindowsPath(path).drive.startswith("\\\\")
