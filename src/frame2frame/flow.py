"""From a request to its steps: put the stages together, run the strategy, say what the user should know.

The command line's progress, the page and the run folder are readers of this one stream.
"""

from __future__ import annotations

from collections.abc import Generator as Stream
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .engine.device import memory
from .engine.device.multi_device import Spread
from .engine.models import catalogue, lora, presets
from .engine.models.lora import Match
from .errors import InputError, meant, nearest
from .levers import Levers, levers_of
from .media.pictures import fit, psnr
from .media.source import Source
from .plugins import registry
from .plugins.stages import Encoder, Generator, Stages
from .region import mask_from
from .request import Request
from .score.redraw import LEAST_FIDELITY
from .strategy.refusals import Trial, Wording
from .values import Caption, Cause, Note, Progress, Redrawn, Sampling, Started, Step
from .wishes import Option

Event = Started | Redrawn | Caption | Progress | Note | Step
"""What happens in a run, in order: the caption as soon as it is written, each step as it is finished."""

WORDLESS = ("dino", "face")
"""Encoders by which no frame can be compared with a text."""


def stages(request: Request) -> Stages:
    """The parts that the request names; weights load on first use.

    Raises InputError for an unknown part, ModelError for a model that cannot be used.
    """
    model, devices = request.model, _devices(request)
    device, cache_dir = devices[0], catalogue.model_folder(request.cache_dir)
    of_generator = check_generator(model.family, request.options)
    parts = parts_of(request.caption, request.select, request.strategy, model)
    check_options(
        {kind: part for kind, part in parts.items() if kind != "generators"},
        {name: value for name, value in request.options.items() if not name.startswith(registry.GENERATOR)},
        [*(["keep"] if request.keep and request.mask is None else []), *(["refine"] * request.refine)],
        of_generator,
    )
    check_mask(request.mask, request.source)
    return Stages(
        captioner=registry.make("captioners", request.caption, request.options),
        generator=_generator(request, devices, cache_dir),
        encoder=encoder_with_words(request.encoder or f"clip:{model.encoder}", device, cache_dir),
        identity=None if request.identity is None else encoder_of(request.identity, device, cache_dir),
        selector=registry.make("selectors", request.select, request.options),
    )


def parts_of(caption: str, select: str, strategy: str, model: catalogue.Model) -> dict[str, str]:
    """The parts that have options, by their kind."""
    chosen = {"captioners": caption, "selectors": select, "strategies": strategy}
    return {**chosen, "generators": model.family}


def _generator(request: Request, devices: Sequence[str], cache_dir: str | None) -> Generator:
    from .engine.device.placement import is_current

    model = request.model
    plugin = registry.find("generators", model.family)
    levers = levers_of(request, plugin, devices).options
    own = registry.of_generator(plugin, request.options)
    loras = {"loras": loras_of(request)} if loras_of(request) else {}
    options = {**model.options, **levers, **own, **loras}
    if "loras" in options and "loras" not in registry.options_of(plugin):
        what = f"the model {model.name} takes no LoRA"
        raise InputError(what, got=", ".join(loras_of(request)), remedy="leave it out, or name another model")
    if "memory" in registry.options_of(plugin):
        options = {"memory": memory.shared(request.memory, len(devices)), **options}
    if len(devices) > 1:
        _check_sharing(model.name, plugin, own, devices)
    made = [plugin(model.repository, device=device, cache_dir=cache_dir, **options) for device in devices]
    for device in devices:
        check_format(own, device)
    alone = len(made) == 1 and (is_current(devices[0]) or not hasattr(plugin, "load"))
    generator: Generator = made[0] if alone else Spread(tuple(devices), tuple(made))
    return generator


def _check_sharing(model: str, plugin: Any, own: Mapping[str, Any], devices: Sequence[str]) -> None:
    """Raise InputError unless the model's candidates can be dealt to several devices."""
    got = ", ".join(devices)
    if not hasattr(plugin, "load"):
        what, remedy = f"the model {model} runs on one device only", "name one with --device"
        raise InputError(what, got=got, remedy=remedy)
    if own.get("parallel", 1) > 1:
        what, remedy = "GPUs share either the candidates or each clip", "name one with --device"
        raise InputError(what, got=f"{got} and generator.parallel", remedy=remedy)


def sampling_of(request: Request, generator: Generator) -> Sampling:
    """The settings of the clip: what was asked for, else the preset's shares, else the model's own.

    A run that is repeated is guided as it was, whatever this version makes of its settings.
    Raises InputError, ModelError.
    """
    catalogue.require_here(request.model, request.cache_dir)
    own = own_sampling(request, generator)
    schedule = request.repeats.execution.guidance_schedule if request.repeats else ()
    return replace(own, guidance=schedule) if len(schedule) == own.steps else own


def own_sampling(request: Request, generator: Generator) -> Sampling:
    """The same as this version has it, whatever a run that is repeated was guided with."""
    picture, steps, guidance = request.source.picture, request.steps, request.guidance
    if request.preset is None:
        return generator.sampling(picture, request.frames, steps, guidance)
    preset, own = presets.find(request.preset), generator.sampling(picture, request.frames, None, guidance)
    if steps is None:
        steps = preset.steps_of(_usual_steps(request), own.steps)
    if request.frames is not None or preset.frames == 1:
        return generator.sampling(picture, request.frames, steps, guidance)
    return generator.sampling(picture, generator.shortened(own, preset.frames).frames, steps, guidance)


def _usual_steps(request: Request) -> int:
    """In how many steps the checkpoint is sampled where the catalogue sets no number."""
    model = request.model
    options = {"revision": model.revision} if model.revision else {}
    cache_dir = catalogue.model_folder(request.cache_dir)
    plain: Generator = registry.find("generators", model.family)(
        model.repository, cache_dir=cache_dir, **options
    )
    return plain.sampling(request.source.picture, None, None, None).steps


def loras_of(request: Request) -> tuple[str, ...]:
    """The LoRAs that take part: the model's own, then those that were asked for."""
    return (*(request.model.loras or ()), *request.lora)


def lora_matches(request: Request, folder: Path) -> tuple[Match, ...]:
    """What each of them changes in the model in `folder`; raises InputError, ModelError."""
    cache_dir = catalogue.model_folder(request.cache_dir)
    return lora.matches([lora.find(wish, cache_dir) for wish in loras_of(request)], folder)


def encoder_of(wish: str, device: str, cache_dir: str | None) -> Encoder:
    """The encoder of a wish: a plugin like `dino` or `siglip2:REPOSITORY`, its first options after the colon.

    `clip`, `tabletop` and a folder or hub id by itself are CLIP models. Its weights load on first use.
    """
    if catalogue.is_clip(wish):
        wish = f"clip:{catalogue.clip_repository(wish)}"
    name, _, rest = wish.partition(":")
    plugin = registry.find("encoders", name)
    given = {"device": device, "cache_dir": cache_dir}
    own = {option: given[option] for option in registry.options_of(plugin) if option in given}
    try:
        encoder: Encoder = plugin(*filter(None, rest.split(",")), **own)
    except TypeError as error:
        got, needed = repr(wish), ",".join(name.upper() for name in registry.required_of(plugin))
        raise InputError("the encoder needs more", got=got, remedy=f"write {name}:{needed}") from error
    return encoder


def encoder_with_words(wish: str, device: str, cache_dir: str | None) -> Encoder:
    """The same, for scoring frames by a text. Raises InputError for an encoder that sees pictures only."""
    if wish.partition(":")[0] in WORDLESS:
        remedy = "choose clip, siglip2, tabletop, or a folder or hub id of a CLIP model"
        raise InputError("this encoder sees pictures only", got=repr(wish), remedy=remedy)
    return encoder_of(wish, device, cache_dir)


def check_mask(mask: Source | None, source: Source) -> None:
    """Raise InputError for a mask that cannot be laid over the source, before anything runs."""
    if mask is not None:
        mask_from(mask.picture, source.picture.shape[:2])


def check_options(
    parts: Mapping[str, str],
    options: Mapping[str, Option],
    fixed: Sequence[str] = (),
    of_generator: Sequence[str] = (),
) -> None:
    """Raise InputError for an option that none of the parts has, each a name by its kind, nor the `fixed`.

    So it does for a value that a fixed part does not take, as these are made when the frames are there. One
    `of_generator` is told by its whole name.
    """
    known = {name for kind, part in parts.items() for name in registry.options_of(registry.find(kind, part))}
    known.update(name for part in fixed for name in registry.options_of_fixed(part))
    for name in sorted(options.keys() - known):
        what = f"the option {name} has no part in a run of {', '.join((*parts.values(), *fixed))}"
        if (whole := f"{registry.GENERATOR}{name}") in of_generator:
            raise InputError(what, remedy=f"did you mean {whole}?")
        near = nearest(name, sorted(known))
        owners = [owner for kind in parts for owner in registry.owners(kind, name)]
        if owners:
            raise InputError(what, remedy=f"it is one of {' and '.join(owners)}")
        listed = f"the options are {', '.join(sorted(known))}"
        raise InputError(what, remedy=f"did you mean {near}?" if near else f"leave it out; {listed}")
    for part in fixed:
        registry.fixed(part, options)


def check_generator(family: str, options: Mapping[str, Option]) -> list[str]:
    """The options that the generator of this name has; raises InputError for another `generator.…`."""
    known = registry.options_of_generator(registry.find("generators", family))
    for option in options:
        if not option.startswith(registry.GENERATOR) or option in known:
            continue
        name, names = (_within_generator(one) for one in ([option], known))
        what = f"the generator {family} has no option {name[0]}"
        if wish := registry.WISHES.get(name[0]):
            raise InputError(what, got=option, remedy=f"that is a wish by itself: {wish}")
        raise InputError(what, got=option, remedy=meant(name[0], names, "It has"))
    return known


def _within_generator(options: Sequence[str]) -> list[str]:
    return [option.removeprefix(registry.GENERATOR) for option in options]


def check_format(options: Mapping[str, Any], device: str) -> None:
    """Raise InputError for a precision that the device does not have, before any work."""
    import torch

    from .engine.device.placement import check_precision

    if "precision" in options:
        check_precision(options["precision"], torch.device(device))


def steps(request: Request, finished: Sequence[Step] = ()) -> Stream[Event, None, None]:
    """Events and each finished step; closing the iterator stops the run within a step.

    Rounds that were `finished` before come first, as they were, and the run goes on after them.
    """
    memory.told()  # of a run that ended before it could say so
    parts = stages(request)
    strategy = registry.make("strategies", request.strategy, request.options)
    picture = request.source.picture
    sampling, drawn = sampling_of(request, parts.generator), seeds(request)
    devices, rounds = ",".join(_devices(request)), getattr(strategy, "rounds", 1)
    yield Started(request.model.label, request.seed, sampling, devices, rounds)
    yield from _notes(request)
    yield from (Note(match.note()) for match in lora_matches(request, parts.generator.folder()))
    if request.model.knows:
        yield Progress("look", 0, 1)
        trial = Trial.of(picture, sampling, parts)
        yield trial.event
        if trial.failed:
            size = _chosen_size(request, sampling)
            yield trial.refusal(request.model, request.instruction, drawn[0], size, parts)
            return
    yield from finished
    told: set[str] = set()
    made = len(finished)
    last = next((step for step in reversed(finished) if step.passed), None)
    for event in strategy.run(picture, request.instruction, sampling, drawn, parts, finished):
        if isinstance(event, Caption):
            wording = Wording.of(event, request.instruction, parts.encoder)
            if wording.failed:
                yield event
                yield wording.refusal(picture, event, sampling, drawn[0], parts)
                return
            said = (*event.notes, *wording.notes())
            yield from map(Note, said)
            told.update(said)
        if isinstance(event, Step):
            # later rounds of a path begin at what the model itself has drawn
            blurred = "" if made else _unfamiliar(request, event, sampling)
            event = _explained(event, blurred)
            new = [note for note in (*_step_notes(request, event), blurred) if note and note not in told]
            yield from map(Note, new)
            told.update(new)
            made += 1
            last = event if event.passed else last
        yield from map(Note, memory.told())
        yield event
    if request.refine and last is not None:
        refine = registry.fixed("refine", request.options)
        again = yield from refine.again(picture, last, sampling, parts)
        yield from map(Note, memory.told())
        yield again


def _explained(step: Step, blurred: str) -> Step:
    """The step, which says so where it chose no frame of a clip whose first one is blurred already."""
    if not blurred or step.choice.index is not None or step.choice.cause:
        return step
    return replace(step, choice=replace(step.choice, cause=Cause.BLURRED_PICTURE))


def _step_notes(request: Request, step: Step) -> Iterator[str]:
    yield from step.caption.notes
    yield from step.choice.notes
    if request.identity and "identity" not in step.scores.columns:
        yield "The picture shows nobody that the identity encoder knows, so identity is not scored."


def seeds(request: Request) -> tuple[int, ...]:
    """The seed of each candidate, in the order in which they are drawn."""
    return request.seeds_of(registry.make("strategies", request.strategy, request.options).draws)


def levers(request: Request) -> Levers:
    """What the run's preset does to its generator, and what it cannot do. Raises InputError."""
    return levers_of(request, registry.find("generators", request.model.family), _devices(request))


def _notes(request: Request) -> Iterator[Note]:
    yield from map(Note, levers(request).notes)
    for note in request.source.notes:
        yield Note(note)
    if not any("a" <= letter <= "z" for letter in request.instruction.lower()):
        yield Note("The instruction has no English words; the models were trained on English.")


def _devices(request: Request) -> tuple[str, ...]:
    from .engine.device.placement import choose_devices

    return tuple(map(str, choose_devices(request.device)))


def _unfamiliar(request: Request, step: Step, sampling: Sampling) -> str:
    """A warning when the model could not even repeat the source in the clip's first frame, or nothing.

    A clip of a coarse round says nothing of the picture: at a size that it was not made for, a model repeats
    none so well. Where the user chose such a size it is named as the reason.
    """
    first, fitted = step.clip.frames[0], fit(request.source.picture, sampling.height, sampling.width)
    source = fitted.crop(fitted.picture)
    if first.shape != source.shape or (fidelity := psnr(first, source)) >= LEAST_FIDELITY:
        return ""
    name, only = request.model.name, f"; it knows only {request.model.knows}" if request.model.knows else ""
    if size := _chosen_size(request, sampling):
        what = f"The model {name} does not draw this picture well at {size}"
    else:
        what = f"The model {name} does not know pictures like this one{only}"
    return f"{what}. Its first frame shows the source with {fidelity:.1f} dB."


def _chosen_size(request: Request, sampling: Sampling) -> str:
    """Width × height of the clip where the user chose it; empty where the model did."""
    chosen = {"generator.height", "generator.width"} & request.options.keys()
    return f"{sampling.width} × {sampling.height}" if chosen else ""
