"""Distil the video model to two network evaluations: what guidance gives in many steps, without guidance.

The teacher is the video model's average, sampled with guidance. The student is the same transformer with a
low-rank difference in its blocks (difference.py). It learns the two jumps that the scheduler makes when it is
asked for two steps: from noise to the middle of the teacher's trajectory, and on to its end. In the other
clips of a batch the drawn clip is the end, and that clip with the noise the middle: picture and words nearly
determine a clip, so it is what the teacher was after.
"""

from __future__ import annotations

import torch
import video
import weights
from difference import Difference
from guided import Velocity, jump, scheduler, velocity_of, walk
from loop import Options, read_options, train
from passes import Tensors
from presets import Distil
from torch import Tensor

JUMPS = 2


class DistilJob:
    """Squared error of where each jump lands, weighted towards what changes."""

    name = "distil"

    def __init__(self, options: Options) -> None:
        self.shape: Distil = options.preset.distil
        self.recipe = self.shape.recipe
        self.video = video.VideoJob(options)
        for name, module in self.video.modules.items():
            story = weights.load_average(options.average("video"), name, module)
        self.teacher_figures = {"video_step": float(story["steps"])}
        torch.manual_seed(options.preset.seed + 3)
        self.difference = Difference(self.video.transformer, self.shape.rank).to(options.device)
        self.modules = {"difference": self.difference}
        self.signal = _signal_halfway()

    def draw(self, generator: torch.Generator) -> Tensors:
        takes, chosen, texts = self.video.chosen(self.recipe.batch, generator)
        clip, first = takes.sample(chosen, self.video.scale, generator)
        noise = torch.randn(clip.shape, generator=generator, device=clip.device)
        return {"clip": clip, "first": first, "texts": texts, "noise": noise}

    def figures(self, batch: Tensors) -> Tensors:
        first, noise, texts = batch["first"], batch["noise"], self.video.embed(batch["texts"])
        with torch.no_grad():
            middle, end = self._aims(batch, texts)
        weighted, student, sampler = video.emphasis(end), self._student(first, texts), scheduler(JUMPS)
        halfway = jump(sampler, student, noise, 0)
        landed = jump(sampler, student, halfway.detach(), 1)
        errors = {
            "first": (weighted * ((halfway - middle) / self.signal).square()).mean(),
            "second": (weighted * (landed - end).square()).mean(),
        }
        return {"loss": errors["first"] + errors["second"], **errors}

    def _aims(self, batch: Tensors, texts: Tensor) -> tuple[Tensor, Tensor]:
        """Where the two jumps shall land: on the teacher's trajectories, then on those to the drawn clips."""
        clip, first, noise = batch["clip"], batch["first"], batch["noise"]
        taught = round((1.0 - self.shape.drawn) * len(clip))
        teacher = self._teacher(first[:taught], texts[:taught])
        trajectory = walk(teacher, noise[:taught], self.shape.steps)
        drawn = self.signal * clip[taught:] + (1.0 - self.signal**2) ** 0.5 * noise[taught:]
        middle = torch.cat([trajectory[self.shape.steps // JUMPS - 1], drawn])
        return middle, torch.cat([trajectory[-1], clip[taught:]])

    def _student(self, first: Tensor, texts: Tensor) -> Velocity:
        changed = self.difference.changed(self.video.transformer)

        def velocity(noisy: Tensor, time: int) -> Tensor:
            times = torch.full((len(noisy),), time, device=noisy.device)
            return self.video.predict(noisy, first, texts, times, changed).float()

        return velocity

    def _teacher(self, first: Tensor, texts: Tensor) -> Velocity:
        return velocity_of(self.video, first, texts, self.shape.guidance)

    def held_out(self) -> dict[str, float]:
        """How well edits of held-out pictures come out in two evaluations, beside the teacher's."""
        if len(self.teacher_figures) == 1:
            found = self.video.checked.figures(self.video, self.taught)
            self.teacher_figures |= {f"teacher_{name}": value for name, value in found.items()}
        return self.video.checked.figures(self.video, self.sample) | self.teacher_figures

    def sample(self, first: Tensor, texts: Tensor, generator: torch.Generator) -> Tensor:
        """Scaled latents of clips (clips, 5, 16, 16, 16) in two evaluations."""
        noise = video.noise_of(first, generator)
        return walk(self._student(first, self.video.embed(texts)), noise, JUMPS)[-1]

    def taught(self, first: Tensor, texts: Tensor, generator: torch.Generator) -> Tensor:
        """The same by the teacher, two evaluations a step."""
        noise = video.noise_of(first, generator)
        return walk(self._teacher(first, self.video.embed(texts)), noise, self.shape.steps)[-1]


def _signal_halfway() -> float:
    """The share of the clip in the latents where the first jump lands."""
    sampler = scheduler(JUMPS)
    return float(sampler.alphas_cumprod[int(sampler.timesteps[1])].sqrt())


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    train(DistilJob(options), options)


if __name__ == "__main__":
    main()
