"""How fast Wan 2.2 A14B is beside stock diffusers, at its real size with random weights.

    PYTHONPATH=src python benchmarks/wan.py --minutes 4.8
    PYTHONPATH=src python benchmarks/wan.py --device cpu

33 frames of 480 × 832 in 8 unguided steps, the caption given, both experts on the device: IF-Edit's recipe
(Zhang et al., 2025), with and without latent frames dropped where the experts change, and with a still clip
afterwards. Speed does not depend on what the weights say, and nothing is downloaded; what the clips show
cannot be seen here. On a CPU a tiny model of the same layout shows that the program works. Every line is
printed, and the JSON file rewritten, as soon as its figure is known; a measurement that fails or does not fit
into the time that is left is written down as such, and the next one follows.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from book import Book, deviation, median_ms, opened, parser, peak_gib, timed
from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.wan.fast import FastWan
from frame2frame.engine.families.wan.fast_vae import quicken
from frame2frame.engine.kernels.attention import KERNELS
from frame2frame.engine.kernels.fp8 import quantise
from frame2frame.engine.models.presets import PRESETS
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.media.pictures import fit
from frame2frame.plugins import registry
from frame2frame.plugins.stages import Stages
from frame2frame.score.sharpness import sharpness
from frame2frame.strategy.drafts import kept_units
from frame2frame.strategy.executor import singly
from frame2frame.strategy.refine import Refine
from frame2frame.strategy.search import Search
from frame2frame.values import Choice, Clip, Frames, Scores, Step
from kernels import Kernels, profiled
from wan_case import CAPTION, STEPS, Case, Colours, Drawn, Told, build

HIGH, LOW = 950.0, 600.0
"""Timesteps of either expert."""


class Bench:
    """The measurements; those of 8-bit weights come last, as they take the place of the others."""

    def __init__(self, case: Case, book: Book, compiled: bool) -> None:
        self.case, self.book, self.compiled = case, book, compiled
        self.device = case.parts.residence.device
        self.forms: dict[str, Any] = {"stock": case.parts}
        self.attention: Any = None
        self.stock_steps: dict[str, Tensor] = {}
        self.stock_latents: Tensor | None = None
        sparse = PRESETS["sparse"]
        found = registry.make("strategies", sparse.strategy, sparse.options)
        assert isinstance(found, Search)
        self.search = found
        latents = case.family().latent_shape(case.sampling())[0]
        self.lengths = {
            "whole": tuple(range(latents)),
            "thinned": tuple(kept_units(range(latents), found.every, odd=case.family().odd)),
            "still": (0, 1),
        }
        """The latent frames of a clip: all, those that are not dropped, and those of a still clip."""

    def run(self) -> None:
        kernels = Kernels(self.case, self.book, rows=1)
        self.book.measure("matmul ceiling", 5, kernels.ceiling)
        best = self.book.about["attention"] = kernels.attentions()
        self.attention = KERNELS[best]
        for length in ("whole", "thinned"):
            self.step("stock", length)
        self.book.measure("stock: autoencoder", 20, lambda: self.autoencoder("stock"))
        self.book.measure("stock: whole edit", 20, self.stock_edit)
        self.ours("fast")
        self.book.measure("fp8: storing in 8 bits", 10, self.to_8_bits)
        self.ours("fp8")
        self.edits(self.small("fp8"))
        self.book.measure("fp8: autoencoder with cuDNN's search", 30, self.searched_autoencoder)

    def ours(self, form: str) -> None:
        """The faster forward in one number format: steps, whole edits, and where the time goes."""
        self.book.measure(f"{form}: preparing", 60, lambda: self.prepare(form))
        for length in self.lengths:
            self.step(form, length)
        self.book.measure(f"{form}: autoencoder", 30, lambda: self.autoencoder(form))
        self.edits(form)
        for length in ("whole", "thinned"):
            name = f"{form}: where a {length} step's time goes"
            self.book.measure(name, 6, lambda length=length: self.profile(form, length))

    def edits(self, form: str) -> None:
        self.book.measure(f"{form}: whole edit", 12, lambda: self.edit(form, drops=False))
        self.book.measure(f"{form}: with dropout", 10, lambda: self.edit(form, drops=True))
        self.book.measure(f"{form}: with dropout and refinement", 12, lambda: self.refined(form))

    def small(self, form: str) -> str:
        """The same with the autoencoder in bfloat16."""
        name = f"{form}, autoencoder in bfloat16"
        with quiet_loading():
            vae = copy.deepcopy(self.forms[form].vae).to(torch.bfloat16)
        self.forms[name] = replace(self.forms[form], vae=vae)
        self.book.measure(f"{name}: autoencoder", 30, lambda: self.autoencoder(name))
        return name

    def family(self, form: str) -> Told:
        return self.case.family(self.forms[form])

    def prepare(self, form: str) -> dict[str, Any]:
        """The faster forwards, and how long the first and the second step of each length take."""
        fast = tuple(
            FastWan(one, compiled=self.compiled, attention=self.attention)
            for one in self.case.parts.transformers
        )
        vae = copy.deepcopy(self.case.parts.vae)
        quicken(vae, compiled=self.compiled)
        self.forms[form] = replace(self.case.parts, fast=fast, vae=vae)
        found = {}
        for length in self.lengths:
            for expert, timestep in (("high", HIGH), ("low", LOW)):
                step = self.stepper(form, length, timestep)
                found[f"{length}_{expert}_seconds"] = timed(step)[0]
        return found

    def to_8_bits(self) -> dict[str, Any]:
        """The large matrices of both experts, in place and for good."""
        for name in ("stock", "fast"):
            self.forms.pop(name, None)
        experts = self.case.parts.transformers
        took, _ = timed(lambda: [quantise(one.blocks) for one in experts])
        held = sum(value.nbytes for one in experts for value in one.state_dict().values())
        return {"seconds": took, "experts_gib": held / 2**30}

    def stepper(self, form: str, length: str, timestep: float = LOW) -> Callable[[], Tensor]:
        """One unguided prediction of one candidate, always from the same noise."""
        family, sampling, units = self.family(form), self.case.sampling(), list(self.lengths[length])
        drawn = torch.Generator().manual_seed(1)
        _, channels, height, width = family.latent_shape(sampling)
        shape = (1, len(units), channels, height, width)
        latents = torch.randn(shape, generator=drawn).to(self.device)
        more = self.case.config.in_channels - channels
        condition = torch.randn((1, len(units), more, height, width), generator=drawn).to(self.device)
        positions = tuple(value[units] for value in family.positions(sampling))
        text = family.words

        @torch.inference_mode()
        def run() -> Tensor:
            return family.predict(latents, timestep, text, condition, positions)

        return run

    def step(self, form: str, length: str) -> None:

        def run() -> dict[str, Any]:
            step, tokens = self.stepper(form, length), self.case.tokens(len(self.lengths[length]))
            took = median_ms(step, 3)
            rate = self.case.operations(tokens) / took / 1e9
            ceiling = self.book.value("matmul ceiling", "tflops")
            stock = self.book.value(f"stock: {length} step", "ms")
            found = {"ms": took, "tokens": tokens, "tflops": rate, "peak_gib": peak_gib()}
            found |= {"share_of_ceiling": rate / ceiling} if ceiling else {}
            if form == "stock":
                self.stock_steps[length] = step()
                return found
            found |= {"times_stock": stock / took} if stock else {}
            wanted = self.stock_steps.get(length)
            return found if wanted is None else found | deviation(step(), wanted)

        self.book.measure(f"{form}: {length} step", 8, run)

    def profile(self, form: str, length: str) -> dict[str, Any]:
        if self.device.type != "cuda":
            return {"skipped": "no GPU"}
        return profiled(self.stepper(form, length))

    @torch.inference_mode()
    def autoencoder(self, form: str) -> dict[str, Any]:
        """A picture and its grey frames encoded, and clips of each length decoded; each the second time."""
        family, sampling = self.family(form), self.case.sampling()
        picture, shape = self.case.item().picture, family.latent_shape(sampling)
        drawn = torch.randn((1, *shape), generator=torch.Generator().manual_seed(1)).to(self.device)
        works: dict[str, Callable[[], Any]] = {"encode": lambda: family.encode_picture(picture, sampling)}
        if form == "stock":  # ours leaves out what would come out the same
            grey = torch.zeros(1, 3, sampling.frames, sampling.height, sampling.width, device=self.device)
            works["encode"] = lambda: self.case.parts.vae.encode(grey)
        for length in self.lengths:
            latents = drawn[:, : len(self.lengths[length])]
            works[f"decode_{length}"] = lambda latents=latents: list(family.decode(latents))
        found: dict[str, Any] = {}
        for name, work in works.items():
            found[f"first_{name}_seconds"] = timed(work)[0]
            found[f"{name}_seconds"] = timed(work)[0]
        return found | {"peak_gib": peak_gib()}

    def searched_autoencoder(self) -> dict[str, Any]:
        torch.backends.cudnn.benchmark = True
        try:
            return self.autoencoder("fp8")
        finally:
            torch.backends.cudnn.benchmark = False

    def stock_edit(self) -> dict[str, Any]:
        """diffusers' own pipeline, embedded caption to frames."""
        pipeline, item, sampling = self.case.pipeline(), self.case.item(), self.case.sampling()
        config = pipeline.vae.config
        mean, spread = (
            torch.tensor(values, device=self.device).view(1, -1, 1, 1, 1)
            for values in (config.latents_mean, config.latents_std)
        )

        def decoded(latents: Tensor) -> Any:
            pixels = pipeline.vae.decode(latents * spread + mean, return_dict=False)[0]
            return pipeline.video_processor.postprocess_video(pixels, "np")

        def run() -> tuple[float, Tensor]:
            latents = pipeline(
                image=Image.fromarray(item.picture), prompt_embeds=self.case.words,
                height=sampling.height, width=sampling.width, num_frames=sampling.frames,
                num_inference_steps=sampling.steps, guidance_scale=1.0,
                generator=torch.Generator().manual_seed(item.seed), output_type="latent",
            ).frames  # fmt: skip
            return timed(lambda: decoded(latents))[0], latents

        took, (decoding, latents) = timed(run)
        self.stock_latents = latents[0].transpose(0, 1)
        return {"seconds": took, "decode_seconds": decoding, "peak_gib": peak_gib()}

    def edit(self, form: str, *, drops: bool) -> dict[str, Any]:
        """The same by the engine; with `drops` in the way of the preset `sparse`."""
        took, (found, latents, _) = timed(lambda: self.clip(form, drops=drops))
        stock = self.book.value("stock: whole edit", "seconds")
        found |= {"seconds": took, "peak_gib": peak_gib()} | ({"times_stock": stock / took} if stock else {})
        if drops or self.stock_latents is None:
            return found
        return found | deviation(latents, self.stock_latents)

    def clip(self, form: str, *, drops: bool) -> tuple[dict[str, Any], Tensor, Clip]:
        """Seconds of each stage, the latents, and the clip."""
        family, item, sampling = self.family(form), self.case.item(), self.case.sampling()
        settled = self.search.schedule(sampling.steps)[-1].step
        found: dict[str, Any] = {}
        found["encode_seconds"], draft = timed(lambda: Denoising(family, [item], sampling))
        found["settling_seconds"], _ = timed(lambda: draft.advance(settled))
        if drops:
            units = kept_units(draft.units, self.search.every, odd=draft.odd)
            draft.thin(units, self.search.renumber)
        found["finishing_seconds"], _ = timed(lambda: draft.advance(sampling.steps))
        found["decode_seconds"], chunks = timed(lambda: list(draft.decode(0)))
        frames: Frames = np.concatenate(chunks)
        found |= {"settled_after": settled, "units": list(draft.units), "frames": len(frames)}
        return found, draft.latents(0), Clip(frames, draft.frame_times, item.seed)

    def refined(self, form: str) -> dict[str, Any]:
        """With dropout, then its sharpest late frame drawn again at rest."""

        def run() -> tuple[float, Step]:
            _, _, clip = self.clip(form, drops=True)
            return timed(lambda: self.refine(form, clip))

        took, (refining, step) = timed(run)
        stages = {f"refine_{name}_seconds": value for name, value in step.seconds.items()}
        found = {"seconds": took, "refine_seconds": refining, "refine_frames": len(step.clip)} | stages
        return found | {"peak_gib": peak_gib()}

    def refine(self, form: str, clip: Clip) -> Step:
        item, sampling = self.case.item(), self.case.sampling()
        late = range(len(clip) // 2, len(clip))
        index = max(late, key=lambda number: sharpness(clip.frames[number]))
        level = (-1.0,) * len(clip)
        chosen = Step(
            CAPTION, clip, Scores({"semantic": level}, {"semantic": -1.0}), Choice(index, "the sharpest"),
            passed=(index,),
        )  # fmt: skip
        drawn: Any = Drawn(self.family(form))
        unused: Any = None
        stages = Stages(unused, drawn, Colours(), unused)
        picture = fit(item.picture, sampling.height, sampling.width).picture
        rounds = singly(Refine().again(picture, chosen, sampling), stages)
        while True:
            try:
                next(rounds)
            except StopIteration as end:
                step: Step = end.value
                return step


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what fits, print the table, return 0."""
    options = parser(__doc__.partition("\n")[0], ("real", "tiny"), minutes=4.8)
    options.add_argument("--compile", action="store_true", help="compile on a CPU too")
    told = options.parse_args(arguments)
    on_gpu = told.device != "cpu"
    note = "random weights: these are times, and say nothing about the quality of the clips"
    book = opened("wan", told, note)
    book.about["recipe"] = f"{STEPS} unguided steps, caption given, both experts on the device"
    tiny = told.model == "tiny" or (told.model == "auto" and not on_gpu)
    cases: list[Case] = []

    def made() -> dict[str, Any]:
        cases.append(build(told.device, tiny=tiny))
        tokens = cases[0].tokens()
        return {
            "model": cases[0].name, "tokens": tokens, "peak_gib": peak_gib(),
            "step_tflop": cases[0].operations(tokens) / 1e12,
        }  # fmt: skip

    book.measure("building the model", 30, made)
    if cases:
        Bench(cases[0], book, on_gpu or told.compile).run()
    print(book.table(), flush=True)
    return 0 if cases else 1


if __name__ == "__main__":
    with torch.no_grad():
        sys.exit(main())
