"""How much sooner several GPUs denoise one clip whose tokens they share, at Wan 2.2 A14B's real size.

    PYTHONPATH=src python benchmarks/parallel.py --minutes 4
    PYTHONPATH=src python benchmarks/parallel.py --device cpu

Both experts are built with the same random weights on each GPU, and diffusers' own forward denoises one clip
of 480 × 832 in a few unguided steps, on one GPU and then on all of them together; runs of each kind that do
not count go before. On a CPU two processes share a tiny clip, to see that the program works. Every line is
printed, and the JSON file rewritten, as soon as its figure is known; a measurement that fails or does not fit
into the time that is left is written down as such, and the next one follows.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from book import Book, deviation, opened, parser, peak_gib, several, timed
from frame2frame.engine.device.context_parallel import Team
from frame2frame.engine.families.wan.team import called
from frame2frame.engine.sampling.loop import Denoising
from wan_case import Case, build, experts

STEPS = 4
"""Of a clip: two by either expert."""


class Bench:
    """One clip of each length, by one device and by all."""

    def __init__(self, case: Case, devices: Sequence[torch.device], book: Book, tiny: bool) -> None:
        self.devices, self.book, self.tiny = devices, book, tiny
        self.case = replace(case, steps=STEPS)
        self.frames = (5, 13) if tiny else (33, 81)
        self.latents: dict[int, Tensor] = {}

    def run(self) -> None:
        for count in (1, len(self.devices)):
            if count > 1:
                self.book.measure("weights on the other devices", 30, self.share)
            for frames in self.frames:
                name = f"{_named(count)}: {frames} frames"
                self.book.measure(name, 30, lambda count=count, frames=frames: self.clip(count, frames))

    def share(self) -> dict[str, Any]:
        """From now on no device answers alone."""
        parts = self.case.parts
        load = partial(weights, self.tiny, parts.dtype)
        took, team = timed(lambda: Team(parts.transformers, self.devices, load, called))
        self.case = replace(self.case, parts=replace(parts, team=team))
        return {"seconds": took}

    @torch.inference_mode()
    def clip(self, count: int, frames: int) -> dict[str, Any]:
        """All steps of a clip; two that do not count come first."""
        if (count > 1) != (self.case.parts.team is not None):
            return {"skipped": "the devices did not come together"}
        self.draft(frames).advance(2)
        draft = self.draft(frames)
        took, _ = timed(lambda: draft.advance(STEPS))
        latents = draft.latents(0)
        tokens = self.case.tokens(len(latents))
        found = {"tokens": tokens, "seconds": took, "step_ms": took / STEPS * 1e3, "peak_gib": peak_gib()}
        found["tflops"] = self.case.operations(tokens) * STEPS / took / 1e12
        if count == 1:
            self.latents[frames] = latents
            return found
        alone = self.book.value(f"{_named(1)}: {frames} frames", "seconds")
        found |= {"times_one_device": alone / took} if alone else {}
        return found | deviation(latents, self.latents[frames])

    def draft(self, frames: int) -> Denoising:
        return Denoising(self.case.family(), [self.case.item()], self.case.sampling(frames))


def weights(tiny: bool, dtype: torch.dtype, device: torch.device) -> Sequence[nn.Module]:
    """What another process holds: the same, as they are drawn from the same seed."""
    if device.type == "cuda":
        torch.cuda.set_device(device)
    return experts(device, tiny=tiny, dtype=dtype)


def _named(count: int) -> str:
    return "one device" if count == 1 else f"{count} devices"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what fits, print the table, return 0; 1 where nothing could be built."""
    options = parser(__doc__.partition("\n")[0], ("real", "tiny"), minutes=4.0)
    options.add_argument("--devices", help="like cuda:0,cuda:1; all of them by default, on a CPU two")
    told = options.parse_args(arguments)
    devices = several(told)
    book = opened("parallel", told, "random weights: these are times, and say nothing of the clips' quality")
    book.about["devices"] = devices
    tiny = told.model == "tiny" or (told.model == "auto" and told.device == "cpu")
    cases: list[Case] = []

    def made() -> dict[str, Any]:
        cases.append(build(devices[0], tiny=tiny))
        return {"model": cases[0].name}

    book.measure("building the model", 30, made)
    if cases:
        Bench(cases[0], [torch.device(one) for one in devices], book, tiny).run()
    print(book.table(), flush=True)
    return 0 if cases else 1


if __name__ == "__main__":
    with torch.no_grad():
        sys.exit(main())
