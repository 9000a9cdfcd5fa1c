"""The training loop that every model shares: time-boxed, resumable, averaged, logged.

A step draws everything random from a generator made of the preset's seed and the step's number, so a run that
stops and resumes goes the way it would have gone without the stop.

Under the work folder: `<name>/state` holds what resuming needs (fp32), `<name>/average` the averaged weights
(bf16, what is used and shipped), `<name>.jsonl` the log.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
import weights
from muon import Muon
from passes import Tensors, passes
from precision import autocast
from presets import PRESETS, Preset, Recipe
from torch import Tensor, nn

PRINT_SECONDS = 10.0
SAVE_SECONDS = 240.0


@dataclass(frozen=True)
class Options:
    """The command line that all programs share."""

    preset: Preset
    work: Path
    device: str
    minutes: float
    steps: int | None
    resume: bool
    cool: bool
    photographs: Path | None
    """A folder of them, where they are trained on besides drawn things."""

    @property
    def clips(self) -> Path:
        return self.work / "clips"

    @property
    def tokenizer(self) -> Path:
        return self.work / "tokenizer"

    def average(self, name: str) -> Path:
        return self.work / name / "average"


def read_options(description: str, arguments: list[str] | None = None) -> Options:
    """Parse the shared command line."""
    return options_of(parser(description).parse_args(arguments))


def parser(description: str) -> argparse.ArgumentParser:
    """The shared command line, to which a program may add."""
    shared = argparse.ArgumentParser(description=description.partition("\n")[0])
    shared.add_argument("--preset", choices=sorted(PRESETS), default="small")
    shared.add_argument("--work", type=Path, required=True, help="folder for clips, checkpoints and logs")
    shared.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    shared.add_argument("--minutes", type=float, default=8.0, help="time box of this run")
    shared.add_argument("--steps", type=int, help="stop at this step even if time is left")
    shared.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    shared.add_argument("--cool", action="store_true", help="lower the rate to nothing over this run")
    shared.add_argument("--threads", type=int, help="CPU threads")
    shared.add_argument("--photographs", type=Path, help="folder with photographs to train on as well")
    return shared


def options_of(given: argparse.Namespace) -> Options:
    if given.threads:
        torch.set_num_threads(given.threads)
    preset = PRESETS[given.preset]
    bounds = given.minutes, given.steps, given.resume, given.cool
    return Options(preset, given.work, given.device, *bounds, given.photographs)


class Job(Protocol):
    """What is trained."""

    name: str
    recipe: Recipe

    @property
    def modules(self) -> Mapping[str, Any]: ...

    def draw(self, generator: torch.Generator) -> Tensors:
        """A batch, with everything random that a step needs."""

    def figures(self, batch: Tensors) -> Tensors:
        """A batch's figures, `loss` among them; called under autocast, and as `passes.Figures` says."""

    def held_out(self) -> dict[str, float]:
        """Figures on what is never trained on; called with the averaged weights in place."""


class Trainer:
    """A job with its optimisers, averages and step count."""

    def __init__(self, job: Job, options: Options) -> None:
        self.job, self.options = job, options
        self.step, self.seconds = 0, 0.0
        self.parameters = {
            f"{name}.{key}": parameter
            for name, module in job.modules.items()
            for key, parameter in module.named_parameters()
        }
        self.averages = {key: p.detach().float().clone() for key, p in self.parameters.items()}
        self.optimisers = list(_optimisers(self.parameters, job.recipe))
        self.passes = passes(job.figures, self.parameters.values(), options.device)
        self.state_folder = options.work / job.name / "state"
        self.average_folder = options.average(job.name)

    def advance(self, cooled: float) -> Tensors:
        """One step at the rate that is left when `cooled` (0 to 1) of it is gone."""
        figures = self.passes(self.job.draw(step_generator(self.options, self.step)))
        nn.utils.clip_grad_norm_(self.parameters.values(), 1.0)
        warmed = min(1.0, (self.step + 1) / self.job.recipe.warm_up)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * warmed * (1.0 - cooled)
            optimiser.step()
        self._average()
        self.step += 1
        return figures

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.job.recipe.average, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.averages.values()), list(self.parameters.values()), 1.0 - decay)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The averaged weights in place of the trained ones, rounded as they are shipped."""
        kept = {key: parameter.detach().clone() for key, parameter in self.parameters.items()}
        with torch.no_grad():
            for key, parameter in self.parameters.items():
                parameter.copy_(self.averages[key].bfloat16())
        try:
            yield
        finally:
            with torch.no_grad():
                for key, parameter in self.parameters.items():
                    parameter.copy_(kept[key])

    def held_out(self) -> dict[str, float]:
        for module in self.job.modules.values():
            module.eval()
        eager = torch.compiler.set_stance("force_eager")  # other batch sizes are not worth compiling for
        with self.averaged(), torch.no_grad(), autocast(self.options.device), eager:
            figures = self.job.held_out()
        for module in self.job.modules.values():
            module.train()
        return figures

    def save(self, figures: Mapping[str, float]) -> None:
        preset = self.options.preset
        story = weights.story(self.job.name, preset.name, preset.seed, preset.data_hash, self.step)
        story |= {name: f"{value:.6g}" for name, value in figures.items()}
        weights.write(self.average_folder, {k: v.bfloat16() for k, v in self.averages.items()}, story)
        state = {f"weight/{k}": p for k, p in self.parameters.items()}
        state |= {f"average/{k}": average for k, average in self.averages.items()}
        state |= _optimiser_tensors(self.optimisers)
        weights.write(self.state_folder, state, story | {"seconds": f"{self.seconds:.1f}"})

    @torch.no_grad()
    def load(self) -> None:
        """Go on from the full state, or from the averages alone where only they were kept."""
        if not self.state_folder.exists():
            return self._load_averages()
        state, story = weights.read(self.state_folder), weights.read_story(self.state_folder)
        for key, parameter in self.parameters.items():
            parameter.copy_(state[f"weight/{key}"])
            self.averages[key].copy_(state[f"average/{key}"])
        _restore_optimisers(self.optimisers, state)
        self.step, self.seconds = int(story["steps"]), float(story["seconds"])

    def _load_averages(self) -> None:
        averages, story = weights.read(self.average_folder), weights.read_story(self.average_folder)
        for key, parameter in self.parameters.items():
            parameter.copy_(averages[key])
            self.averages[key].copy_(averages[key])
        self.step = int(story["steps"])


def train(job: Job, options: Options) -> dict[str, float]:
    """Train for the run's minutes and leave a checkpoint; returns the held-out figures."""
    trainer = Trainer(job, options)
    if options.resume:
        trainer.load()
    log, clock, began = _Log(trainer), _Clock(options.minutes), trainer.seconds
    saved = clock.spent()
    while not clock.over() and trainer.step != options.steps:
        log.add(trainer.advance(clock.share() if options.cool else 0.0))
        trainer.seconds = began + clock.spent()
        log.print_when_due()
        if clock.spent() - saved > SAVE_SECONDS:
            _check(trainer, log)
            saved = clock.spent()
    return _check(trainer, log)


def _check(trainer: Trainer, log: _Log) -> dict[str, float]:
    figures = trainer.held_out()
    log.write(figures)
    trainer.save(figures)
    return figures


def step_generator(options: Options, step: int) -> torch.Generator:
    """Everything random in a step comes from here."""
    generator = torch.Generator(options.device)
    generator.manual_seed(options.preset.seed * 1_000_003 + step)
    return generator


def on_the_host(generator: torch.Generator) -> torch.Generator:
    """A CPU generator for what the program itself must know: asking a GPU would wait for all its work."""
    return torch.Generator().manual_seed(generator.initial_seed() + 2**40)


class _Clock:
    def __init__(self, minutes: float) -> None:
        self.box, self.start = minutes * 60.0, time.monotonic()

    def spent(self) -> float:
        return time.monotonic() - self.start

    def share(self) -> float:
        return min(self.spent() / self.box, 1.0)

    def over(self) -> bool:
        return self.spent() >= self.box


class _Log:
    """Sums the figures of the steps and writes their means as JSON lines."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.path = trainer, trainer.options.work / f"{trainer.job.name}.jsonl"
        self.sums: dict[str, Tensor] = {}
        self.count, self.written = 0, time.monotonic()

    def add(self, figures: Mapping[str, Tensor]) -> None:
        for name, figure in figures.items():
            self.sums[name] = self.sums.get(name, torch.zeros_like(figure)) + figure
        self.count += 1

    def print_when_due(self) -> None:
        if time.monotonic() - self.written >= PRINT_SECONDS:
            self.write({})

    def write(self, held_out: Mapping[str, float]) -> None:
        means = {name: round(float(total) / self.count, 6) for name, total in self.sums.items()}
        record = {"step": self.trainer.step, "seconds": round(self.trainer.seconds, 1), **means}
        record |= {f"held_out_{name}": round(value, 6) for name, value in held_out.items()}
        weights.append_json(self.path, record)
        print(self.trainer.job.name, " ".join(f"{k} {v:g}" for k, v in record.items()), flush=True)
        self.sums, self.count, self.written = {}, 0, time.monotonic()


def _optimisers(parameters: Mapping[str, nn.Parameter], recipe: Recipe) -> Iterator[torch.optim.Optimizer]:
    matrices = {
        key
        for key, p in parameters.items()
        if recipe.muon and p.ndim == 2 and ("block" in key or ".layers." in key)
    }
    rest = [parameter for key, parameter in parameters.items() if key not in matrices]
    adam = {"params": rest, "peak": recipe.rate}
    yield torch.optim.AdamW([adam], recipe.rate, (0.9, 0.95), weight_decay=recipe.weight_decay, fused=True)
    if matrices:
        muon = {"params": [parameters[key] for key in sorted(matrices)], "peak": recipe.rate}
        yield Muon([muon], recipe.rate, recipe.weight_decay)


def _optimiser_tensors(optimisers: list[torch.optim.Optimizer]) -> dict[str, Tensor]:
    return {
        f"optimiser/{number}/{index}/{field}": value
        for number, optimiser in enumerate(optimisers)
        for index, fields in optimiser.state_dict()["state"].items()
        for field, value in fields.items()
    }


def _restore_optimisers(optimisers: list[torch.optim.Optimizer], state: Mapping[str, Tensor]) -> None:
    for number, optimiser in enumerate(optimisers):
        restored: dict[int, dict[str, Any]] = {}
        for key, value in state.items():
            if key.startswith(f"optimiser/{number}/"):
                index, field = key.split("/")[2:]
                restored.setdefault(int(index), {})[field] = value
        optimiser.load_state_dict({**optimiser.state_dict(), "state": restored})
