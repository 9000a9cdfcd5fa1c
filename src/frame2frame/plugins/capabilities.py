"""What a part can do, as it says itself.

A part says so with the class attribute `capabilities`; what it does not say has the default that stands here,
so a part without the attribute can do the least. Nothing is guessed from a part's name or its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..errors import PluginError

Found = TypeVar("Found")


def _never(index: Mapping[str, Any]) -> bool:
    return False


def _anything(folder: Path) -> None:
    return None


@dataclass(frozen=True)
class GeneratorCapabilities:
    """What a generator can do, and which of the shared options it takes, each a field of that name."""

    title: str = ""
    """What it draws with, as `f2f models pull` says it; its name where this is empty."""
    recognises: Callable[[Mapping[str, Any]], bool] = _never
    """Whether it draws with the checkpoint that this is the model_index.json of. It is asked of a folder or a
    hub id that no model is registered for."""
    check_configuration: Callable[[Path], Any] = _anything
    """Raises ModelError unless it can draw with the checkpoint whose configurations, but no weights, are in
    this folder; so a model that would not run is not fetched."""
    loras: bool = False
    """Whether it takes `loras`, each a text `FILE_OR_HUB_ID[:WEIGHT]`."""
    memory: bool = False
    """Whether it takes `memory`, a preset of `--memory`."""
    dtype: bool = False
    """Whether it takes `dtype`, a number format of torch or `auto`, which the record then names."""
    guidance_shapes: bool = False
    """Whether it takes `guidance_shape`, `guidance_start` and `guidance_stop`."""
    precision: bool = False
    """Whether it takes `precision`: as-stored, int8 or fp8."""
    compiled: bool = False
    """Whether it takes `compiled`: its blocks can be compiled on a GPU."""
    loads: bool = False
    """Whether it has `load()`, which has the weights where they are used, so that this is a stage of its own;
    else they come with the first draft."""
    usual_steps: bool = False
    """Whether it has `usual_steps()`, in how many steps its model is drawn where nobody sets a number: of
    these a preset takes its share. Else of those of its `sampling`."""
    several_devices: bool = False
    """Whether candidates can be dealt to several devices; it then has both of these."""


@dataclass(frozen=True)
class CaptionerCapabilities:
    """What a captioner can do."""

    towards: bool = False
    """Whether it has `write_towards(image, target)`, which says what happens until the described scene is
    there. Else a description is given to it as an instruction is."""
    clauses: bool = False
    """Whether each clause of a wish can be given to it as an instruction is."""
    splits: bool = False
    """Whether it says itself which the clauses are: it has `split(instruction)`, which gives a `Split`. It is
    asked in the run; of others the built-in rules say it beforehand."""


@dataclass(frozen=True)
class EncoderCapabilities:
    """What an encoder can do."""

    words: bool = True
    """Whether it compares frames with texts. One that sees pictures only can score identity, no more."""
    weights: bool = False
    """Whether it has `weights()`, its weight files: a calibration of the user's holds for files of the same
    content. Else it holds for the same version of its package with the same options."""


@dataclass(frozen=True)
class SelectorCapabilities:
    """What a selector can do."""

    asks_server: bool = False
    """Whether it sends frames to a server, so that it is not asked unless it is named."""
    compares: bool = False
    """Whether it says itself which of several clips has the best answer: it is a `ComparingSelector`. Of
    another's the answer is taken that is most similar to the wanted scene."""
    foresees: bool = False
    """Whether it may refuse a wish before anything is drawn: it is a `ForeseeingSelector`."""
    looks_ahead: bool = False
    """Whether it ends a decode by a preview of what is not decoded yet, where the model can show one: it is a
    `LookingAheadSelector`."""


@dataclass(frozen=True)
class StrategyCapabilities:
    """What a strategy can do."""

    title: str = ""
    """What the page calls it; its name where this is empty."""
    resumes: bool = False
    """Whether it goes on after rounds that were finished before: they are kept while it runs, and handed to
    it after an interruption."""
    chooses: bool = False
    """Whether each of its answers is one of the selector's, which may then refuse a wish beforehand."""
    walks: bool = False
    """Whether it leads from state to state, a round each, so that it is shown as a path."""
    clauses: bool = False
    """Whether it fulfils a wish clause by clause: it has a field `clauses` for them, which the program fills
    in, and which is None where it splits the wish itself."""


def of_generator(part: object) -> GeneratorCapabilities:
    """Of a generator or its class; raises PluginError."""
    return _said(part, GeneratorCapabilities)


def of_captioner(part: object) -> CaptionerCapabilities:
    """Of a captioner or its class; raises PluginError."""
    return _said(part, CaptionerCapabilities)


def of_encoder(part: object) -> EncoderCapabilities:
    """Of an encoder or its class; raises PluginError."""
    return _said(part, EncoderCapabilities)


def of_selector(part: object) -> SelectorCapabilities:
    """Of a selector or its class; raises PluginError."""
    return _said(part, SelectorCapabilities)


def of_strategy(part: object) -> StrategyCapabilities:
    """Of a strategy or its class; raises PluginError."""
    return _said(part, StrategyCapabilities)


def rounds_of(strategy: object) -> int:
    """That a run has at most: what the strategy says with `rounds`, else one."""
    return int(getattr(strategy, "rounds", 1))


def clauses_of(strategy: object) -> tuple[str, ...]:
    """Of the wish that it fulfils clause by clause; none where it is fulfilled as one."""
    return tuple(getattr(strategy, "clauses", None) or ()) if of_strategy(strategy).clauses else ()


def answerers_of(parts: Mapping[str, object]) -> dict[str, str]:
    """What each part says with `answered_by` of the model on this machine that it asks, by its word."""
    said = {word: str(getattr(part, "answered_by", "")) for word, part in parts.items()}
    return {word: model for word, model in said.items() if model}


def _said(part: object, kind: type[Found]) -> Found:
    said = getattr(part, "capabilities", None)
    if said is None:
        return kind()
    if not isinstance(said, kind):
        owner = part if isinstance(part, type) else type(part)
        what = f"the capabilities of {owner.__module__}.{owner.__qualname__} are of another kind"
        raise PluginError(what, got=f"{said!r:.80}", remedy=f"its author gives a {kind.__name__}")
    return said
