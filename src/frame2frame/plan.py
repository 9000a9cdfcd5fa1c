"""From a request to its plan: everything that a run needs decided, once, as a value that is handed down.

    Request → Plan → events → Result

Nothing below asks the request again, and no part is built twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from .caption.clauses import clauses_beforehand
from .caption.rules.languages import is_english
from .caption.towards import Towards
from .engine import circumstances
from .engine.circumstances import digest
from .engine.device.multi_device import Spread
from .engine.generators import check_format, generator_of
from .engine.models import catalogue, checkpoint, lora, presets
from .engine.models.catalogue import Model
from .engine.models.effects import Effects, clip_settings, effects_of, repeated_effects
from .engine.models.lora import Match
from .engine.models.store import Home, ModelStore
from .engine.sampling import guidance
from .errors import InputError
from .files.as_json import to_json
from .media.canvas import Canvas
from .plugins import capabilities, registry
from .plugins.asking import recorded
from .plugins.naming import packages_of, recordable, settled
from .plugins.options import Value
from .plugins.stages import Generator, Stages, Strategy
from .request import Request
from .runs import read as runs
from .runs.record import Parent, PlanRecord, Settings, SourceRecord, homeless
from .runs.versions import other_versions
from .score import calibrations
from .score.named import encoder_of, encoder_with_words, scorers_of
from .select.gate import ANY_PICTURE
from .select.region import Keep, mask_from
from .strategy.refine import Refine
from .values import CROP, PAD_EDGE, Note, Picture, Sampling, Started

_SETTINGS = {one.name for one in fields(Settings)}
AS_ASKED = tuple({one.name for one in fields(Settings)} & {one.name for one in fields(Request)})
"""What a record says as the request does."""


@dataclass(frozen=True, eq=False)
class Plan:
    """One edit with everything decided; `of` makes it."""

    request: Request
    devices: tuple[str, ...]
    stages: Stages
    """The five parts; their weights load on first use."""
    strategy: Strategy
    sampling: Sampling
    seeds: tuple[int, ...]
    """Of each candidate, in the order in which they are drawn."""
    keep: Keep | None = None
    """None where nothing of the source comes back, or where a mask says what does."""
    refine: Refine | None = None
    loras: tuple[Match, ...] = ()
    """What each LoRA changes in the model."""
    notes: tuple[Note, ...] = ()
    """What the user should know before anything is drawn."""

    @property
    def model(self) -> Model:
        return self.request.model

    @property
    def rounds(self) -> int:
        """That the run has at most; a refinement is one more."""
        return capabilities.rounds_of(self.strategy)

    @property
    def packages(self) -> Mapping[str, str]:
        """Other packages that take part, with their versions, by the part that they bring."""
        found = packages_of(self.request.parts)
        return found | ({f"model {self.model.name}": self.model.package} if self.model.package else {})

    @property
    def encoder(self) -> str:
        """The name of the encoder that frames are compared with the words by."""
        return self.request.encoder or catalogue.shown(self.model.encoder)

    @property
    def started(self) -> Started:
        """The first event of the run."""
        devices = ",".join(self.devices)
        return Started(self.model.label, self.request.seed, self.sampling, devices, self.rounds)

    @property
    def chosen_size(self) -> str:
        """Width × height of the clip where the user chose it; empty where the model did."""
        chosen = {"generator.height", "generator.width"} & self.request.options.keys()
        return f"{self.sampling.width} × {self.sampling.height}" if chosen else ""

    @property
    def canvas(self) -> Canvas:
        """The source and the part of it that the clip shows."""
        shape = self.sampling.height, self.sampling.width
        return Canvas.of(self.request.source.picture, self.request.fit, shape)

    @property
    def picture(self) -> Picture:
        """What the clip begins with."""
        return self.canvas.part

    def seeded(self, seeds: tuple[int, ...]) -> Plan:
        """The same plan with a seed of the caller's for each candidate. Raises InputError for too few."""
        request = replace(self.request, seed=seeds[0], seeds=seeds)
        return replace(self, request=request, seeds=request.seeds_of(self.strategy.draws))

    def settings(self) -> Settings:
        """What was asked, for the record, with the numbers that were left to the model."""
        return settings_of(self.request, self.sampling.frames, self.sampling.steps)

    def drawn_with(self) -> Mapping[str, str]:
        """What decides the frames besides what was decided here, in words; nothing is drawn to know it."""
        folder = self.stages.generator.folder()
        encoders = filter(None, (self.stages.encoder, self.stages.identity))
        return circumstances.drawn_with(folder, encoders, self.loras, self.devices, self.packages)

    @property
    def parts(self) -> dict[str, Any]:
        """The parts that take part, by their words, one generator for all devices; scorers are a tuple."""
        generator, captioner = self.stages.generator, self.stages.captioner
        if isinstance(generator, Spread):
            generator = generator.generators[0]
        named = {
            "caption": captioner.captioner if isinstance(captioner, Towards) else captioner,
            "generator": generator,
            "encoder": self.stages.encoder,
            "identity": self.stages.identity,
            "score": self.stages.scorers or None,
            "select": self.stages.selector,
            "strategy": self.strategy,
            "keep": self.keep,
            "refine": self.refine,
        }
        return {word: part for word, part in named.items() if part is not None}

    def names(self) -> dict[str, str]:
        """The name of each part, by its word."""
        asked = self.request
        named = {
            "caption": asked.caption,
            "generator": self.model.family,
            "encoder": here(self.encoder),
            "identity": asked.identity and here(asked.identity),
            "score": ",".join(asked.score),
            "select": asked.select,
            "strategy": asked.strategy,
        }
        return {word: named.get(word) or word for word in self.parts}

    def record(self) -> PlanRecord:
        """What was decided, as plain values."""
        options, private = settled(self.parts)
        sampling = self.sampling
        return PlanRecord(
            model=here(self.model.label),
            revision=checkpoint.revision(self.stages.generator.folder()),
            parts=self.names(),
            options=options,
            frames=sampling.frames,
            height=sampling.height,
            width=sampling.width,
            guidance=sampling.guidance,
            seeds=self.seeds,
            clauses=capabilities.clauses_of(self.strategy),
            devices=self.devices,
            memory=self.request.memory,
            loras=tuple(match.record() for match in self.loras),
            private=private,
            calibration=self.stages.calibration,
        )

    def key(self) -> str:
        """Tells plans apart whose frames may differ: what was decided, a hyphen, what they are drawn with."""
        asked = self.request
        decided = [asked.source.pixels_sha256, asked.instruction, to_json(self.record())]
        decided += [] if asked.target is None else [asked.target]
        decided += [] if asked.fit == PAD_EDGE else [asked.fit]
        return f"{digest(decided)[:16]}-{digest(dict(self.drawn_with()))[:8]}"


def settings_of(asked: Request, frames: int, steps: int) -> Settings:
    """What was asked, for the record; `frames` and `steps` are those that the model has where none were."""
    options, private = recordable(asked.options, asked.parts)
    same = {name: getattr(asked, name) for name in AS_ASKED}
    own = {
        "source": SourceRecord.of(asked.source),
        "mask": None if asked.mask is None else SourceRecord.of(asked.mask),
        "model": here(asked.model.label),
        "encoder": asked.encoder and here(asked.encoder),
        "lora": tuple(here(one, lora.parsed(one)[0]) for one in asked.lora),
        "frames": frames,
        "steps": steps,
        "options": options,
        "private": private,
        "parent": _parent(asked),
        "more": {name: value for name, value in recorded(asked).items() if name not in _SETTINGS},
    }
    return Settings(**same | own)


def of(request: Request, store: ModelStore | None = None) -> Plan:
    """Everything that the request leaves open decided, every part built; weights load on first use.

    They belong to the store, or to the parts themselves if there is none.
    Raises InputError for unknown parts and options and for values that do not suit them, ModelError for a
    model that cannot be used.
    """
    devices, options = _devices(request), options_of(request)
    strategy: Strategy = registry.make("strategies", request.strategy, options, clauses=_clauses(request))
    keep, refine = (
        registry.fixed(name, options) if name in request.parts else None for name in ("keep", "refine")
    )
    effects, generator = _generator(request, devices, strategy.draws, store)
    stages = _stages(request, devices[0], generator, options, store)
    catalogue.require_here(request.model, request.cache_dir)
    beside = PAD_EDGE if request.fit == CROP else request.fit
    own = replace(_sampling(request, generator), fit=beside)
    sampling, folder = _as_recorded(own, request), generator.folder()
    place = catalogue.model_folder(request.cache_dir)
    loras = lora.matches(lora.find_all(request.loras, place), folder) if folder else ()
    seeds = request.seeds_of(strategy.draws)
    plan = Plan(request, devices, stages, strategy, sampling, seeds, keep, refine, loras)
    if request.mask is not None:
        mask_from(request.mask.picture, plan.canvas)
    said = map(Note, (*_notes(plan, effects), *_unlike(plan, own)))
    return replace(plan, notes=(*said, *_cropped(plan)))


def options_of(request: Request) -> dict[str, Value | None]:
    """Those that were asked for, over those of a run that is repeated."""
    recorded = request.repeats.plan.options if request.repeats and request.repeats.plan else {}
    anyway = {"gate.presence": ANY_PICTURE} if request.anyway else {}
    return {**recorded, **anyway, **request.options}


def _devices(request: Request) -> tuple[str, ...]:
    from .engine.device.placement import choose_devices

    return tuple(map(str, choose_devices(request.device)))


def _generator(
    request: Request, devices: tuple[str, ...], clips: int, store: ModelStore | None
) -> tuple[Effects, Generator]:
    """The generator, and what the preset makes of it."""
    plugin = registry.find("generators", request.model.family)
    own = registry.of_generator(plugin, request.options)
    if ran := request.repeats and request.repeats.plan:
        recorded = registry.of_generator(plugin, ran.options)
        effects = repeated_effects(recorded, plugin, own, devices)
    else:
        effects = effects_of(request.preset, plugin, own, devices, None if request.repeats else clips)
    options: dict[str, Any] = {**effects.options, **own}
    if loras := request.loras:
        options["loras"] = loras
    place = catalogue.model_folder(request.cache_dir)
    generator = generator_of(request.model, devices, options, place, request.memory, store)
    check_format(own, devices)
    return effects, generator


def _stages(
    request: Request,
    device: str,
    generator: Generator,
    options: Mapping[str, Any],
    store: ModelStore | None,
) -> Stages:
    place = catalogue.model_folder(request.cache_dir)
    wish, seen = request.encoder or request.model.encoder, request.identity
    home = Home(device, place, store or ModelStore())
    encoder = encoder_with_words(wish, device, place, store, options)
    captioner = registry.make("captioners", request.caption, options, home=home)
    return Stages(
        captioner=captioner if request.target is None else Towards(captioner, request.target),
        generator=generator,
        encoder=encoder,
        identity=encoder_of(seen, device, place, store, options, "identity") if seen else None,
        selector=registry.make("selectors", request.select, options, home=home),
        scorers=scorers_of(request.score, options),
        calibration=calibrations.of_run(request.repeats, encoder, wish),
        unknown=calibrations.is_set_aside(options),
    )


def _clauses(request: Request) -> tuple[str, ...] | None:
    """Of the wish, for a strategy that walks them; a repeated run has those that it had.

    None where the captioner is still to be asked.
    """
    if request.repeats is not None:
        return request.repeats.plan.clauses if request.repeats.plan else ()
    if request.target is not None:
        return ()
    return clauses_beforehand(registry.find("captioners", request.caption), request.instruction)


def _sampling(request: Request, generator: Generator) -> Sampling:
    """The settings of the clip. Raises InputError, which names a preset that is a protocol."""
    asked = request.frames, request.steps, request.guidance
    try:
        return clip_settings(request.preset, generator, request.source.picture, *asked)
    except InputError as error:
        if request.preset is None or not presets.find(request.preset).wishes:
            raise
        what = f"the model {request.model.name} cannot draw by the preset {request.preset}: {error.what}"
        raise InputError(what, got=error.got, remedy=error.remedy) from error


def _as_recorded(own: Sampling, request: Request) -> Sampling:
    """A run that is repeated is guided as it was, whatever this version makes of its settings."""
    ran = request.repeats
    schedule = () if ran is None else ran.plan.guidance if ran.plan else ran.execution.guidance_schedule
    return replace(own, guidance=schedule) if len(schedule) == own.steps else own


def _notes(plan: Plan, effects: Effects) -> Iterator[str]:
    request = plan.request
    yield from effects.notes
    yield from request.source.notes
    wish, parts = request.encoder or request.model.encoder, plan.stages
    yield from calibrations.notes(request.repeats, parts.encoder, wish, parts.calibration)
    if not is_english(request.instruction):
        yield "The instruction does not seem to be in English, which the models were trained on."
    yield from (match.note() for match in plan.loras)


def _cropped(plan: Plan) -> Iterator[Note]:
    """What of the picture is not edited."""
    (height, width), whole = plan.canvas.size, plan.request.source.picture.shape[:2]
    if (height, width) != whole:
        what = f"Only the middle of the picture is edited, {width} × {height} pixels"
        yield Note(f"{what} of {whole[1]} × {whole[0]}; the rest stays as it is.", is_warning=False)


def _unlike(plan: Plan, own: Sampling) -> Iterator[str]:
    """What a run was drawn with and its repetition is not, a sentence each; nothing of any other run.

    `own` is what this version makes of its settings.
    """
    if plan.request.repeats is None:
        return
    ran, sampling = plan.request.repeats.execution, plan.sampling
    if own.guidance != sampling.guidance:
        what = f"From its settings this version would guide with {guidance.told(own.guidance)}"
        yield f"{what}; as recorded it is {guidance.told(sampling.guidance)}."
    if sampling.guidance != ran.guidance_schedule:
        yield "The run that is repeated was guided otherwise, in another number of steps."
    if (sampling.height, sampling.width) != (ran.height, ran.width):
        yield f"It was drawn at {ran.width} × {ran.height} pixels, not {sampling.width} × {sampling.height}."
    others = [*other_versions(ran.versions)]
    if ran.weights != checkpoint.fingerprints(plan.stages.generator.folder()):
        others.append("other weights of the model")
    if {match.lora.sha256 for match in plan.loras} != {one.sha256 for one in ran.loras}:
        others.append("other LoRA files")
    if others:
        yield f"Frames may differ from those that are repeated, which were drawn with {', '.join(others)}."


def _parent(request: Request) -> Parent | None:
    """The edit that made the source; that of a repeated run is the one which it was first."""
    if request.repeats is not None:
        return request.repeats.settings.parent
    source = request.source
    return None if source.path is None else runs.parent_in(source.path, source.sha256)


def here(wish: str, place: str = "") -> str:
    """A name without the user's; a relative path that could be taken for a hub id begins with a dot.

    `place` is the path in it where more than that stands there.
    """
    path = Path(place or wish)
    relative = len(path.parts) > 1 and not path.is_absolute() and path.parts[0] not in ("~", ".", "..")
    return f"./{wish}" if relative and path.exists() else homeless(wish)
