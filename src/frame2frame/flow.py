"""From a request to its steps: put the stages together, run the strategy, say what the user should know.

The command line's progress, the page and the run folder are readers of this one stream.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from . import plugins
from .media import fit, psnr
from .request import Request
from .stages import Stages
from .values import Note, Progress, Sampling, Started, Step

LEAST_FIDELITY = 30.0
"""Decibels by which a clip's first frame shows the source; below, the model does not know such pictures."""


def stages(request: Request) -> Stages:
    """The parts that the request names; weights load on first use.

    Raises InputError for an unknown part, ModelError for a model that cannot be used.
    """
    model, device = request.model, _device(request)
    return Stages(
        captioner=plugins.find("captioners", request.caption)(),
        generator=plugins.find("generators", model.family)(
            model.repository,
            device=device,
            offline=True,  # nothing is fetched unless it was asked for by name
            **model.options,
        ),
        encoder=plugins.find("encoders", "clip")(model.encoder, device=device),
        selector=plugins.find("selectors", request.select)(),
    )


def steps(request: Request) -> Generator[Started | Progress | Note | Step, None, None]:
    """Events and each finished step; closing the iterator stops the run within a step."""
    parts = stages(request)
    picture = request.source.picture
    sampling = parts.generator.sampling(picture, request.frames, request.steps, request.guidance)
    yield Started(request.model.label, request.seed, sampling, _device(request))
    yield from _notes(request)
    strategy = plugins.find("strategies", request.strategy)()
    for event in strategy.run(picture, request.instruction, sampling, request.seed, parts):
        if isinstance(event, Step) and (warning := _unfamiliar(request, event, sampling)):
            yield Note(warning)
        yield event


def _notes(request: Request) -> Iterator[Note]:
    for note in request.source.notes:
        yield Note(note)
    if not any("a" <= letter <= "z" for letter in request.instruction.lower()):
        yield Note("The instruction has no English words; the models were trained on English.")


def _device(request: Request) -> str:
    from .placement import choose_device

    return str(choose_device(request.device))


def _unfamiliar(request: Request, step: Step, sampling: Sampling) -> str | None:
    """A warning when the model could not even repeat the source in the clip's first frame."""
    fitted = fit(request.source.picture, sampling.height, sampling.width)
    fidelity = psnr(step.clip.frames[0], fitted.crop(fitted.picture))
    if fidelity >= LEAST_FIDELITY:
        return None
    only = f"; it knows only {request.model.knows}" if request.model.knows else ""
    return (
        f"The model {request.model.name} does not know pictures like this one{only}. "
        f"Its first frame shows the source with {fidelity:.1f} dB."
    )
