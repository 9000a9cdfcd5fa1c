"""How fast the denoising engine is beside stock diffusers, at the model's real size with random weights.

    PYTHONPATH=src python benchmarks/engine.py --minutes 8
    PYTHONPATH=src python benchmarks/engine.py --device cpu

Speed does not depend on what the weights say, so CogVideoX1.5-5B's architecture is built with random ones and
nothing is downloaded; what the clips show, and whether a lever costs quality, cannot be seen here. Stock
diffusers and the engine run in the same process. On a CPU the embedded tabletop model takes the part of the
large one. Every line is printed, and the JSON file rewritten, as soon as its figure is known; a measurement
that fails or does not fit into the time that is left is written down as such, and the next one follows.
"""

from __future__ import annotations

import copy
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

import stock
from book import Book, deviation, median_ms, opened, parser, peak_gib, release, timed
from frame2frame.engine.models.known_models import EMBEDDED, PICTURES
from kernels import Kernels, profiled
from random_weights import Case, random_case, tabletop_case

WARM: dict[str, dict[str, Any]] = {
    "its own steps": {},
    "preset fast": {"preset": "fast"},
    "fifty guided steps": {"steps": 50, "guidance": 2.0},
}
"""What is asked of the embedded model's whole edits."""


class Bench:
    """The measurements, in the order of their weight."""

    def __init__(self, case: Case, book: Book, compiled: bool) -> None:
        self.compiled = compiled
        self.case, self.book, self.device = case, book, case.parts.residence.device
        self.forms = ("compiled", "fp8") if compiled else ()
        self.ours: dict[str, Any] = {"stock": case.parts, "engine": case.parts}
        self.attention: Any = None
        self.stock_latents: Tensor | None = None

    @property
    def quickest(self) -> str:
        """The form that the presets use: 8 bits where there are any."""
        return self.forms[-1] if self.forms else "engine"

    @property
    def whole(self) -> Any:
        """The settings of the whole clip with all its steps."""
        return self.case.sampling(self.case.frames[0], self.case.steps)

    def run(self) -> None:
        from frame2frame.engine.kernels.attention import KERNELS

        whole, *shorter = self.case.frames
        kernels = Kernels(self.case, self.book)
        self.book.measure("matmul ceiling", 5, kernels.ceiling)
        best = self.book.about["attention"] = kernels.attentions()
        self.attention = KERNELS[best]
        kernels.products()
        self.step("stock", whole, 10)
        for form in self.forms:
            self.book.measure(f"{form}: preparing", 40, lambda form=form: self.prepare(form))
            self.step(form, whole, 15)
        for form in self.forms:
            self.book.measure(f"{form}: where a step's time goes", 10, lambda form=form: self.profile(form))
        self.book.measure("stock: whole edit", 60, self.stock_edit)
        for form in self.forms or ("engine",):
            self.book.measure(f"{form}: whole edit", 40, lambda form=form: self.edit(form))
        self.book.measure("stock: other attention", 50, self.rounded_otherwise)
        self.book.measure("fast: preparing", 40, self.warm_fast)
        self.book.measure("fast", 10, self.fast)
        self.book.measure("search: preparing", 40, self.warm_search)
        self.book.measure("search", 35, self.search)
        for frames in shorter:
            for form in ("stock", *self.forms):
                self.step(form, frames, 20)
        self.book.measure("distance from float32", 60, self.yardstick)
        self.book.measure("decode", 25, self.decodes)
        self.book.measure("decode: compiled", 150, self.compiled_decode)
        if self.case.name == EMBEDDED:
            for name, wishes in WARM.items():
                self.book.measure(
                    f"frame2frame.edit, {name}", 90, lambda wishes=wishes: self.warm_edits(wishes)
                )

    def prepare(self, form: str) -> dict[str, Any]:
        """The faster forward, and how long its first two steps take."""
        from frame2frame.engine.families.cogvideox.fast import FastTransformer
        from frame2frame.engine.kernels.fp8 import quantise

        transformer = self.case.parts.transformer
        if form == "fp8":
            transformer = copy.deepcopy(transformer)
            quantise(transformer.transformer_blocks)
        fast = FastTransformer(transformer, compiled=self.compiled, attention=self.attention)
        self.ours[form] = replace(self.case.parts, transformer=transformer, fast=fast)
        weights = sum(value.nbytes for value in transformer.state_dict().values())
        first, _ = timed(self.stepper(form, self.case.frames[0]))
        second, _ = timed(self.stepper(form, self.case.frames[0]))
        return {"first_seconds": first, "second_seconds": second, "weights_gib": weights / 2**30}

    def stepper(self, form: str, frames: int, rows: int = 2) -> Callable[[], Tensor]:
        """One prediction of `rows` rows, always from the same noise."""
        parts = self.ours[form]
        family, sampling = self.case.family(parts), self.case.sampling(frames, 1)
        config, drawn = parts.transformer.config, torch.Generator().manual_seed(1)
        shape = (rows, *family.latent_shape(sampling))
        latents, condition = (torch.randn(shape, generator=drawn).to(self.device) for _ in "ab")
        words = (rows, config.max_text_seq_length, config.text_embed_dim)
        text, positions = torch.randn(words, generator=drawn).to(self.device), family.positions(sampling)

        @torch.inference_mode()
        def run() -> Tensor:
            return family.predict(latents, 500, text, condition, positions)

        return run

    def step(self, form: str, frames: int, seconds: float) -> None:
        """One guided step: both halves in one batch."""

        def run() -> dict[str, Any]:
            step = self.stepper(form, frames)
            took = median_ms(step, 5)
            rate = self.case.operations(frames, 2) / took / 1e9
            ceiling = self.book.value("matmul ceiling", "tflops")
            theirs = self.book.value(f"stock: step of {frames} frames", "ms")
            found = {"ms": took, "tokens": self.case.tokens(frames), "tflops": rate, "peak_gib": peak_gib()}
            found |= {"share_of_ceiling": rate / ceiling} if ceiling else {}
            if form != "stock":
                found |= {"times_stock": theirs / took} if theirs else {}
                found |= deviation(step(), self.stepper("stock", frames)())
            return found

        self.book.measure(f"{form}: step of {frames} frames", seconds, run)

    def profile(self, form: str) -> dict[str, Any]:
        """The kernels that take most of a step, in milliseconds."""
        if self.device.type != "cuda":
            return {"skipped": "no GPU"}
        return profiled(self.stepper(form, self.case.frames[0]))

    def stock_edit(self) -> dict[str, Any]:
        """diffusers' own pipeline, text to frames."""
        pipeline, family = stock.pipeline(self.case), self.case.family()
        latents = family.latent_shape(self.whole)[0] - (family.unit - 1)
        pipeline.decode_latents(self.small(self.case.parts).expand(-1, latents, -1, -1, -1))
        release()

        def run() -> tuple[float, Tensor]:
            latents = stock.finished(self.case, self.whole)
            took, pixels = timed(lambda: pipeline.decode_latents(latents))
            pipeline.video_processor.postprocess_video(pixels, "np")
            return took, latents

        took, (decoding, self.stock_latents) = timed(run)
        return {"seconds": took, "decode_seconds": decoding, "peak_gib": peak_gib()}

    def rounded_otherwise(self) -> dict[str, Any]:
        """Stock once more, with another kernel of attention: what rounding alone does to a clip."""
        with stock.other_attention(self.device):
            latents = stock.finished(self.case, self.whole)
        return deviation(latents, self.stock_latents) if self.stock_latents is not None else {}

    def small(self, parts: Any) -> Tensor:
        """Latents for a decode of one frame, so that no timed decode is the first one."""
        config, pixels = parts.vae.config, 8
        shape = (1, 1, config.latent_channels, self.case.height // pixels, self.case.width // pixels)
        return torch.randn(shape, device=self.device).to(parts.vae.dtype)

    def edit(self, form: str) -> dict[str, Any]:
        """The same work by the engine."""

        def run() -> tuple[float, Tensor]:
            draft = self.denoised(form, self.whole)
            took, _ = timed(lambda: list(draft.decode(0)))
            return took, draft.latents(0)

        took, (decoding, latents) = timed(run)
        found = {"seconds": took, "decode_seconds": decoding, "peak_gib": peak_gib(), **self.ratio(took)}
        return found | (deviation(latents, self.stock_latents[0]) if self.stock_latents is not None else {})

    def denoised(self, form: str, sampling: Any) -> Any:
        """One clip by the engine, not decoded."""
        from frame2frame.engine.sampling.loop import Denoising

        draft = Denoising(self.case.family(self.ours[form]), self.case.items(1), sampling)
        draft.advance(sampling.steps)
        return draft

    def ratio(self, seconds: float, clips: int = 1) -> dict[str, float]:
        whole = self.book.value("stock: whole edit", "seconds")
        return {"times_stock": clips * whole / seconds} if whole else {}

    def warm(self, rows: Sequence[int]) -> dict[str, Any]:
        frames = self.case.fast_frames
        return {
            f"rows_{count}_seconds": timed(self.stepper(self.quickest, frames, count))[0]
            for count in (*rows, *rows)
        }

    def warm_fast(self) -> dict[str, Any]:
        return self.warm((2, 1))

    def warm_search(self) -> dict[str, Any]:
        return self.warm((2 * self.case.seeds, 4))

    def fast(self) -> dict[str, Any]:
        """Few frames and steps, guidance in the first half, 8 bits; decoded whole and to the first chunk."""
        from frame2frame.engine.sampling.loop import Denoising

        sampling = self.case.sampling(self.case.fast_frames, self.case.fast_steps, 0.5)
        items, family = self.case.items(1), self.case.family(self.ours[self.quickest])

        def run() -> tuple[float, float]:
            draft = Denoising(family, items, sampling)
            draft.advance(sampling.steps)
            first, _ = timed(lambda: next(draft.decode(0)))
            return first, timed(lambda: list(draft.decode(0)))[0]

        run()
        took, (first, decoding) = timed(run)
        found = {"seconds": took - first, "decode_seconds": decoding, "peak_gib": peak_gib()}
        stopped = took - decoding
        early = {f"{name}_to_frame_8": value for name, value in self.ratio(stopped).items()}
        return found | self.ratio(took - first) | {"seconds_to_frame_8": stopped} | early

    def search(self) -> dict[str, Any]:
        """Many seeds for a quarter of the steps, two of them finished; previews by a matrix."""
        from frame2frame.engine.sampling.loop import Denoising

        sampling = self.case.sampling(self.case.fast_frames, self.case.fast_steps, 0.5)
        items, family = self.case.items(self.case.seeds), self.case.family(self.ours[self.quickest])
        channels = self.case.parts.vae.config.latent_channels
        colours = torch.randn(channels, 3, device=self.device)

        def run() -> tuple[float, float]:
            draft = Denoising(family, items, sampling)
            early, _ = timed(lambda: draft.advance(sampling.steps // 4))
            seen = [
                torch.einsum("fchw,cd->fhwd", draft.latents(index), colours) for index in range(len(items))
            ]
            score = torch.stack([clip.diff(dim=0).abs().mean() for clip in seen])
            draft.keep(score.topk(2).indices.tolist())
            draft.advance(sampling.steps)
            return early, timed(lambda: [list(draft.decode(index)) for index in range(2)])[0]

        took, (early, decoding) = timed(run)
        found = {"seconds": took, "early_seconds": early, "decode_seconds": decoding, "peak_gib": peak_gib()}
        return found | self.ratio(took, self.case.seeds)

    def warm_edits(self, wishes: Any) -> dict[str, Any]:
        """Whole edits with their run folders, in a process that has made one before."""
        import frame2frame

        picture, instruction = PICTURES / "ball_and_cube.png", "paint the orange ball blue"

        def run(seed: int) -> float:
            with tempfile.TemporaryDirectory() as out:
                where = {"out": out, "device": str(self.device)}
                return timed(lambda: frame2frame.edit(picture, instruction, seed=seed, **where, **wishes))[0]

        _, *warm = (run(seed) for seed in range(6))
        return {"seconds": statistics.median(warm), "least": min(warm), "most": max(warm)}

    def decodes(self) -> dict[str, Any]:
        """The whole clip's decode: as it is, with cuDNN's search, and with channels last."""
        parts = self.case.parts
        frames = self.case.family().latent_shape(self.case.sampling(self.case.frames[0], 1))[0]
        frames -= self.case.family().unit - 1
        latents = self.small(parts).expand(-1, frames, -1, -1, -1).float()
        vae = copy.deepcopy(parts.vae)
        family = self.case.family(replace(parts, vae=vae))

        def run() -> Any:
            with torch.inference_mode():
                return np.concatenate([chunk[0] for chunk in family.decode(latents)])

        plain, frames_plain = timed(run)
        torch.backends.cudnn.benchmark = True
        timed(run)
        found = {"seconds": plain, "searched_seconds": timed(run)[0], "peak_gib": peak_gib()}
        release()
        for part in vae.modules():
            if isinstance(part, torch.nn.Conv3d):
                part.to(memory_format=torch.channels_last_3d)
        timed(run)
        last, frames_last = timed(run)
        torch.backends.cudnn.benchmark = False
        apart = np.abs(frames_last.astype(np.int16) - frames_plain.astype(np.int16))
        return found | {"channels_last_seconds": last, "channels_last_levels_off": int(apart.max())}

    def compiled_decode(self) -> dict[str, Any]:
        """The whole clip's decode with the decoder compiled."""
        from frame2frame.engine.device.memory import WHOLE

        parts = self.case.parts
        frames = self.case.family().latent_shape(self.case.sampling(self.case.frames[0], 1))[0]
        latents = self.small(parts).expand(-1, frames - self.case.family().unit + 1, -1, -1, -1).float()
        decoder = torch.compile(parts.vae.decoder) if self.compiled else parts.vae.decoder
        vae = SimpleNamespace(decoder=decoder, dtype=parts.vae.dtype, config=parts.vae.config)
        residence = SimpleNamespace(bring=lambda part: None, device=self.device, economy=WHOLE)
        family = self.case.family(replace(parts, vae=vae, residence=residence))

        @torch.inference_mode()
        def run() -> Any:
            return list(family.decode(latents))

        first, _ = timed(run)
        return {"first_seconds": first, "seconds": timed(run)[0], "peak_gib": peak_gib()}

    def yardstick(self) -> dict[str, Any]:
        """How far each form is from float32, at the fewest frames: a prediction, and the finished latents."""
        frames = self.case.frames[-1]
        sampling = self.case.sampling(frames, self.case.fast_steps)
        wide = copy.deepcopy(self.case.parts.transformer).float()
        self.ours["float32"] = replace(self.case.parts, transformer=wide, dtype=torch.float32)
        wanted = self.stepper("float32", frames)(), self.denoised("float32", sampling).latents(0)
        del self.ours["float32"], wide
        found: dict[str, Any] = {}
        clips = {"stock": stock.finished(self.case, sampling)[0]}
        clips |= {form: self.denoised(form, sampling).latents(0) for form in self.forms}
        for form, clip in clips.items():
            step = self.stepper(form, frames)()
            found[f"{form}_relative_rms"] = deviation(step, wanted[0])["relative_rms"]
            found[f"{form}_finished_relative_rms"] = deviation(clip, wanted[1])["relative_rms"]
        return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what fits, print the table, return 0."""
    options = parser(__doc__.partition("\n")[0], ("real", "tabletop", "tiny"), minutes=8.0)
    options.add_argument("--compile", action="store_true", help="compile on a CPU too")
    told = options.parse_args(arguments)
    on_gpu = told.device != "cpu"
    model = ("real" if on_gpu else "tabletop") if told.model == "auto" else told.model
    weights = "the embedded weights" if model == "tabletop" else "random weights"
    book = opened(
        "engine", told, f"{weights}: these are times, and say nothing about the quality of the clips"
    )
    cases: list[Case] = []

    def build() -> dict[str, Any]:
        cases.append(
            tabletop_case(told.device) if model == "tabletop" else random_case(told.device, model == "tiny")
        )
        return {"model": cases[0].name}

    book.measure("building the model", 20, build)
    if cases:
        Bench(cases[0], book, on_gpu or told.compile).run()
    print(book.table(), flush=True)
    return 0 if cases else 1


if __name__ == "__main__":
    with torch.no_grad():
        sys.exit(main())
