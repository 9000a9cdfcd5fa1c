"""Which models a machine can run, best first: by what was measured, else by what a model's authors say.

Best is what was measured before what was not, and then what is sooner done. How good the edits are takes no
part in it: that was measured of no model but the embedded one.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from textwrap import fill
from typing import Any

from ..plugins.model import Measured, Took, seconds
from .device.hardware import Gpu, gpus, main_memory_gib
from .device.memory import GIB, PRESETS
from .hub.store import Store
from .models.catalogue import EMBEDDED, Model, is_hub_id, models, pull_command

_SYSTEM_GIB = 4.0
"""Of main memory, for everything but the weights."""
_SPARE_GB = 1.0
"""Of the disk, after a download."""
_USABLE = 0.9
"""Of the memory that a GPU is sold with, as the presets have it."""


@dataclass(frozen=True)
class Machine:
    """What a model has to fit in."""

    gpus: tuple[Gpu, ...]
    main_gib: float | None
    """None where the system does not say."""
    disk_gb: float
    """Free, in 10^9 bytes, where models are kept."""

    @classmethod
    def here(cls, store: Store) -> Machine:
        """This one; raises ImportError where PyTorch is broken."""
        return cls(gpus(), main_memory_gib(), store.free() / 1e9)

    def but(
        self,
        *,
        gpu: float | None = None,
        main: float | None = None,
        disk: float | None = None,
        on_cpu: bool = False,
    ) -> Machine:
        """The same with another GPU (0 is none), main memory or disk, in GiB, GiB and GB, where given."""
        cards = self.gpus if gpu is None else (Gpu("a GPU", gpu, gpu),) if gpu else ()
        main_gib = self.main_gib if main is None else main
        return Machine(() if on_cpu else cards, main_gib, self.disk_gb if disk is None else disk)

    @property
    def gpu(self) -> Gpu | None:
        """The one with the most memory free."""
        return max(self.gpus, key=lambda gpu: gpu.free_gib, default=None)

    def __str__(self) -> str:
        cards = "; ".join(map(str, self.gpus)) or "no GPU that PyTorch can use"
        main = "unknown" if self.main_gib is None else f"{self.main_gib:.1f} GiB"
        return f"{cards}; main memory: {main}; free for models: {self.disk_gb:.1f} GB"


@dataclass(frozen=True)
class Suggestion:
    """A model that fits, and how it is run so that it does."""

    model: Model
    is_here: bool
    device: str = "auto"
    memory: str = "auto"
    measured: Measured | None = None
    took: Took | None = None
    """Under the preset that fits; None where only the authors' word says that the model does."""
    also: tuple[tuple[Measured, Took], ...] = ()
    """Other sizes that fit."""

    @property
    def pull(self) -> str:
        """The command that fetches it; empty if it is here."""
        return "" if self.is_here else pull_command(self.model.name)

    @property
    def edit(self) -> str:
        """The command of an edit, of the size that was measured."""
        if self.model.name == EMBEDDED:
            return "f2f demo"
        return shlex.join(["f2f", "edit", "photo.jpg", "make the dog sit", *self.flags]).replace("'", '"')

    @property
    def flags(self) -> list[str]:
        """What is added to an edit's command, with the size that was measured."""
        words = ["--model", self.model.name]
        if self.measured:
            words += ["--frames", str(self.measured.frames), "--height", str(self.measured.height)]
        wishes = {"--device": self.device, "--memory": self.memory}
        return words + [word for pair in wishes.items() if pair[1] != "auto" for word in pair]

    @property
    def brief(self) -> str:
        """Its size, how long an edit takes, and the commands, in a few words."""
        known = f"{self.model.download} to fetch" if self.model.download_gb else "the pull says its size"
        size = "which is here" if self.is_here else known
        time = f"{minutes(self.took.seconds)} an edit on {self.took.card}" if self.took else "not timed"
        pull = f"`{self.pull}`, then " if self.pull else ""
        return f"{self.model.name} ({size}, {time}): {pull}add `{shlex.join(self.flags)}`"

    @property
    def told(self) -> str:
        """What is known of it, in a sentence."""
        if self.took is None or self.measured is None:
            return f"Not measured; by its authors {self.model.stated}."
        room = f" and {self.took.gib:.1f} GiB" if self.took.gib else ""
        clip = f"for a clip of {self.measured.clip} ({self.took.card})."
        only = f" Knows only {self.model.knows}." if self.model.knows else ""
        eight = " Its weights become 8 bits here, which is slower and was not measured."
        more = "".join(
            f" Its {size.clip} take {seconds(took.seconds)} and {took.gib:.1f} GiB ({took.card})."
            for size, took in self.also
        )
        return f"{seconds(self.took.seconds)}{room} {clip}{more}{only}{eight if ':' in self.memory else ''}"

    def facts(self) -> dict[str, Any]:
        """The same for machines."""
        took, measured = self.took, self.measured
        return {
            "name": self.model.name,
            "repository": self.model.repository if self.model.name != EMBEDDED else EMBEDDED,
            "licence": self.model.licence,
            "commercial": self.model.commercial,
            "knows": self.model.knows,
            "is_here": self.is_here,
            "download_gb": self.model.download_gb,
            "by": "measured" if took else "its authors",
            "seconds": took and took.seconds,
            "card": took and took.card,
            "gpu_gib": took.gib if took else None,
            "clip": measured and measured.clip,
            "device": self.device,
            "memory": self.memory,
            "pull": self.pull,
            "edit": self.edit,
        }


def suggestions(machine: Machine, here: Collection[str] = ()) -> list[Suggestion]:
    """The models that fit this machine, best first; the embedded one, which fits any, comes last.

    `here` are the names of those that are on its disk.
    """
    found = [one for model in _considered() for one in _fitting(model, machine, model.name in here)]
    return sorted(found, key=_rank)


def _considered() -> list[Model]:
    """All but quicker forms of the embedded one, which runs anywhere as it is."""
    return [model for model in models().values() if model.name == EMBEDDED or not model.is_embedded]


def _rank(one: Suggestion) -> tuple[bool, bool, float]:
    return bool(one.model.knows), one.took is None, one.took.seconds if one.took else 0.0


def on_disk(store: Store) -> frozenset[str]:
    """The names of the models that are here, as far as a glance tells."""
    return frozenset(model.name for model in models().values() if _is_here(model, store))


def _is_here(model: Model, store: Store) -> bool:
    return not is_hub_id(model.repository) or store.snapshot(model.repository, model.revision) is not None


def _fitting(model: Model, machine: Machine, is_here: bool) -> Iterator[Suggestion]:
    """The model in the way that suits the machine, if it fits at all."""
    if model.name == EMBEDDED:
        yield Suggestion(model, True, measured=model.measured[0], took=model.measured[0].quickest)
        return
    if machine.gpu is None or not (is_here or (model.download_gb or 0) + _SPARE_GB <= machine.disk_gb):
        return
    device, free = _device(machine), machine.gpu.free_gib
    fitting = [(size, took) for size in model.measured if (took := _within(size, free))]
    memory = [_memory(size, took, machine) for size, took in fitting]
    if fitting and memory[0]:
        yield Suggestion(model, is_here, device, memory[0], *fitting[0], tuple(fitting[1:]))
    if not model.measured and model.stated_gb and model.stated_gb * _USABLE <= machine.gpu.free_gib:
        yield Suggestion(model, is_here, device)


def _device(machine: Machine) -> str:
    """The GPU with the most memory free, where it is not the first, which is taken by itself."""
    number = machine.gpus.index(machine.gpu) if machine.gpu else 0
    return f"cuda:{number}" if number else "auto"


def _within(measured: Measured, free_gib: float) -> Took | None:
    """What was measured under the largest preset that so much free memory allows."""
    fitting = [took for took in measured.took if took.memory and bound_gib(took.memory) <= free_gib]
    return max(fitting, key=lambda took: took.memory or 0, default=None)


def bound_gib(preset: int) -> float:
    """What a preset of `--memory` keeps to."""
    return (PRESETS[preset].limit or 0) / GIB


def _memory(measured: Measured, took: Took, machine: Machine) -> str | None:
    """The value of `--memory` that was measured and with which the weights fit in main memory, if any."""
    free = machine.gpu.free_gib if machine.gpu else 0.0
    largest = max(size for size in PRESETS if bound_gib(size) <= free)
    wish = "auto" if took.memory == largest else str(took.memory)
    room = None if machine.main_gib is None else machine.main_gib - _SYSTEM_GIB
    if room is None or measured.main_gib is None or measured.main_gib <= room:
        return wish
    if measured.small_gib is not None and measured.small_gib <= int(room):
        return f"{took.memory}:{int(room)}"
    return None


def out_of_reach(machine: Machine, here: Collection[str] = ()) -> dict[str, list[str]]:
    """The names of the models that do not fit, by what it would take or why that is not known."""
    fitting = {one.model.name for one in suggestions(machine, here)}
    found: dict[str, list[str]] = {}
    for model in sorted(_considered(), key=lambda model: not model.measured):
        if model.name not in fitting:
            found.setdefault(_needs(model), []).append(model.name)
    return found


def _needs(model: Model) -> str:
    disk = f", {model.download_gb:g} GB of disk" if model.download_gb else ""
    if not model.measured:
        return f"not measured; by its authors {model.stated}{disk}" if model.stated else "not known"
    first = model.measured[0]
    main = f", main memory for {first.weights}" if first.weights else ""
    return f"a GPU of {min(took.memory or 0 for took in first.took)} GB{main}{disk}"


def advice(machine: Machine, here: Collection[str]) -> str:
    """The first suggestion in a line."""
    first = suggestions(machine, here)[0]
    if first.model.knows:
        needs, (name, *_) = next(iter(out_of_reach(machine, here).items()))
        return f"{first.model.name} only, which changes photographs only as a whole; {name} takes {needs}"
    return f"{first.model.name}: {first.pull or first.edit} (others: f2f models suggest)"


def for_any_wish(machine: Machine, here: Collection[str]) -> str:
    """The best two models that fit and draw any wish, in a line; or that there is none."""
    found = [one.brief for one in suggestions(machine, here) if not one.model.knows]
    if found:
        return f"This machine can run {'; or '.join(found[:2])}."
    needs, (name, *_) = next(iter(out_of_reach(machine, here).items()))
    first = needs if machine.gpu else needs.partition(",")[0]
    return f"No other model fits this machine: {name} takes {first}."


def minutes(seconds: float) -> str:
    """A time in minutes, or in seconds where it is less than two of them."""
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"


def described(machine: Machine, here: Collection[str]) -> str:
    """The suggestions in words, with what the others would take."""
    parts = [f"This machine: {machine}.", *map(_paragraph, suggestions(machine, here))]
    if not machine.gpus:
        parts.append(fill(_NO_GPU, _WIDTH))
    if others := out_of_reach(machine, here):
        parts.append("\n".join(["What the others would take:", *_listed(others)]))
    return "\n\n".join([*parts, fill(_CAVEAT, _WIDTH)])


_WIDTH = 80
_NO_GPU = "Without a GPU no other model is of use: a clip of theirs would take hours or days."
_CAVEAT = (
    "Memory and times were measured with random weights, on an H100 or H200 that was kept to the preset; a "
    "card that is sold with so much is slower. How good the edits are was measured of the embedded model "
    "only. For an upright picture say --width instead of --height."
)


def _paragraph(one: Suggestion) -> str:
    lines = fill(one.told, _WIDTH, initial_indent="   ", subsequent_indent="   ")
    commands = [f"      {command}" for command in (one.pull, one.edit) if command]
    return "\n".join([f"{one.model.name} ({_terms(one)})", lines, *commands])


def _terms(one: Suggestion) -> str:
    model = one.model
    restricted = ", restricts commercial use" if model.commercial is False else ""
    known = f"to fetch: {model.download}" if model.download_gb else "the pull says its size"
    state = "embedded" if model.name == EMBEDDED else "here" if one.is_here else known
    return f"{state}; {model.licence}{restricted}"


def _listed(others: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for needs, names in others.items():
        yield fill(
            f"{', '.join(names)}: {needs}", _WIDTH, initial_indent="   ", subsequent_indent="      ",
            break_on_hyphens=False,
        )  # fmt: skip


def facts(machine: Machine, here: Collection[str]) -> dict[str, Any]:
    """The same for machines."""
    others = [
        {"name": name, "needs": needs}
        for needs, names in out_of_reach(machine, here).items()
        for name in names
    ]
    found = [one.facts() for one in suggestions(machine, here)]
    return {"machine": asdict(machine), "suggestions": found, "out_of_reach": others}
