"""What each memory preset takes and what it costs, at the model's real size with random weights.

    PYTHONPATH=src python benchmarks/memory.py --minutes 4.5
    PYTHONPATH=src python benchmarks/memory.py --model wan2.2-i2v-a14b --guidance 1 --frames 33 --presets 24
    PYTHONPATH=src python benchmarks/memory.py --device cpu

Under each preset the process gets that preset's share of the GPU and no more; text encoder, a few steps and
the decode of a clip then run or run out: of CogVideoX1.5 49 frames of 480 × 720, of the others their own
clip, unless told otherwise. On a CPU a tiny model of the same layout shows that the program works, and the
embedded model what tiles do to the frames, as PSNR against whole decodes. Every line is printed, and the JSON
file rewritten, as soon as its figure is known; a measurement that fails or does not fit into the time that is
left is written down as such, and the next one follows.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from book import Book, opened, parser, shown
from frame2frame.engine.device.memory import GIB, PRESETS, Economy
from frame2frame.engine.device.placement import Residence
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.media.pictures import psnr
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED, episode
from live_memory import Alive
from random_weights import tabletop_case
from subjects import FIRST, SUBJECTS, Subject, subject


class Gauge:
    """Peaks of the GPU, or on a CPU of the tensors that a computation makes."""

    def __init__(self, device: torch.device) -> None:
        self.device, self.found = device, dict[str, Any]()

    def of(self, stage: str, work: Callable[[], Any]) -> Any:
        """Do the work; its seconds and peak gibibytes are kept under the stage's name."""
        is_gpu = self.device.type == "cuda"
        if is_gpu:
            torch.cuda.reset_peak_memory_stats()
        started = time.perf_counter()
        if is_gpu:
            answer = work()
            torch.cuda.synchronize()
            peak = torch.cuda.max_memory_allocated()
            self.found[f"{stage}_reserved_gib"] = round(torch.cuda.max_memory_reserved() / GIB, 3)
        else:
            with Alive() as alive:
                answer = work()
            peak = alive.peak
        self.found[f"{stage}_seconds"] = round(time.perf_counter() - started, 3)
        self.found[f"{stage}_gib"] = round(peak / GIB, 6 if not is_gpu else 3)
        return answer


def clean() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class Bench:
    """The measurements, in the order of their weight."""

    def __init__(self, subject: Subject, book: Book, sizes: Sequence[int], seconds: float) -> None:
        self.subject, self.book, self.sizes, self.seconds = subject, book, sizes, seconds

    def run(self) -> None:
        for size in self.sizes:
            economy = PRESETS[size]
            if size == 8 and self.subject.device.type == "cuda":
                economy = replace(economy, limit=round(7.2 * GIB))
            self.book.measure(f"preset {size}", self.seconds, lambda economy=economy: self.preset(economy))
        self.book.measure("preset 8 without streaming", 10, self.unstreamed)

    def preset(self, economy: Economy) -> dict[str, Any]:
        """A whole clip but for most of its steps."""
        gauge, subject = Gauge(self.subject.device), self.subject
        started = time.perf_counter()
        residence = Residence(subject.weights, subject.device, economy)
        gauge.found["placing_seconds"] = round(time.perf_counter() - started, 2)
        streamed = [type(part).__name__ for part in subject.weights if residence.is_streamed(part)]
        try:
            self.stages(gauge, subject.family(residence))
            gauge.found["completes"] = True
        except Exception as error:  # what was measured before it is still worth its line
            gauge.found |= {"completes": False, "why": f"{type(error).__name__}: {str(error)[:200]}"}
        finally:
            residence.close()
            clean()
        bound = {"limit_gib": None if economy.limit is None else round(economy.limit / GIB, 2)}
        return bound | {"streamed": streamed, **gauge.found}

    def stages(self, gauge: Gauge, family: Any) -> None:
        draft = gauge.of("encode", lambda: Denoising(family, [self.subject.item], self.subject.sampling))
        gauge.of("first_step", draft.advance)
        took = []
        for _ in range(self.subject.sampling.steps - 1):
            gauge.of("steps", draft.advance)
            took.append(gauge.found["steps_seconds"])
        gauge.found |= {"step_seconds": min(took), "slowest_step_seconds": max(took)}
        frames = gauge.of("decode", lambda: np.concatenate(list(draft.decode(0))))
        gauge.found |= {"frames": len(frames), "lowered": draft.notes()}
        draft.close()

    def unstreamed(self) -> dict[str, Any]:
        """The preset's smallest bound with all weights on the device, for comparison: it must not fit."""
        *_, transformer = self.subject.weights
        residence = Residence((), self.subject.device, PRESETS[8])
        try:
            with residence.at_work():
                transformer.to(self.subject.device)
            return {"completes": True}
        finally:
            transformer.to("cpu")
            residence.close()
            clean()


@torch.inference_mode()
def tiled(device: str, tiles: Sequence[int], clips: int) -> dict[str, Any]:
    """Decodes of the embedded autoencoder in tiles, against the whole: means over held-out clips, in dB."""
    case = tabletop_case(device)
    family, vae = case.family(), case.parts.vae
    found: dict[str, list[float]] = {}
    for seed in range(FIRST_HELD_OUT_SEED, FIRST_HELD_OUT_SEED + clips):
        truth = episode(seed, frames=9).frames
        video = torch.from_numpy(truth.astype(np.float32) / 127.5 - 1).permute(3, 0, 1, 2)[None]
        latents = vae.encode(video.to(family.device, vae.dtype)).latent_dist.mode().transpose(1, 2)
        whole = _decoded(family, latents * vae.config.scaling_factor, None)
        found.setdefault("whole_against_truth_db", []).append(float(psnr(whole, truth)))
        for tile in tiles:
            frames = _decoded(family, latents * vae.config.scaling_factor, tile)
            found.setdefault(f"{tile}_pixels_db", []).append(float(psnr(frames, whole)))
            found.setdefault(f"{tile}_pixels_against_truth_db", []).append(float(psnr(frames, truth)))
    return {name: round(float(np.mean(values)), 2) for name, values in found.items()}


def _decoded(family: Any, latents: Any, tile: int | None) -> Any:
    return np.concatenate([chunk[0] for chunk in family.decode(latents, tile)])


COLUMNS = (
    "limit_gib",
    "encode_gib",
    "steps_gib",
    "decode_gib",
    "step_seconds",
    "decode_seconds",
    "completes",
)


def table(book: Book) -> str:
    """The figures once more, as Markdown."""
    lines = [f"| preset | {' | '.join(COLUMNS)} |", "| --- " * (len(COLUMNS) + 1) + "|"]
    for row in book.rows:
        if "completes" in row or "error" in row or "skipped" in row:
            cells = [shown(row.get(key, "")) for key in COLUMNS]
            why = str(row.get("why") or row.get("error") or row.get("skipped") or "")[:60]
            lines.append(f"| {row['name']} {why} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what fits, print the table, return 0."""
    options = parser(__doc__.partition("\n")[0], (*SUBJECTS, "tiny", "tiny-wan"), minutes=4.5)
    options.add_argument(
        "--presets",
        type=int,
        nargs="+",
        choices=tuple(PRESETS),
        default=tuple(PRESETS),
        help="all by default",
    )
    for name in ("frames", "height", "width"):
        options.add_argument(f"--{name}", type=int, help="of the clip")
    options.add_argument("--guidance", type=float, help="the model's by default; 1 is unguided")
    options.add_argument("--clips", type=int, default=2, help="decoded in tiles and whole")
    told = options.parse_args(arguments)
    book = opened("memory", told, "random weights: peaks and times, and nothing of the quality of the clips")
    name = ("tiny" if told.device == "cpu" else FIRST) if told.model == "auto" else told.model
    subjects: list[Subject] = []

    def build() -> dict[str, Any]:
        subjects.append(subject(name, told.device).drawing(told))
        return {"model": subjects[0].name, **subjects[0].facts()}

    book.measure("building the model", 20, build)
    if subjects:
        Bench(subjects[0], book, told.presets, seconds=12 if subjects[0].frames < 81 else 60).run()
    if told.clips:
        tiles = (96, 80, 64, 48)
        book.measure("tiles of the embedded model", 10, lambda: tiled(told.device, tiles, told.clips))
    print(table(book), flush=True)
    return 0 if subjects else 1


if __name__ == "__main__":
    with torch.no_grad():
        sys.exit(main())
