"""How much sooner several devices draw the candidates of one run, at the model's real size.

    PYTHONPATH=src python benchmarks/spread.py --minutes 8
    PYTHONPATH=src python benchmarks/spread.py --device cpu

CogVideoX1.5-5B's architecture is built with random weights on each device. Sixteen candidates in the form of
the preset `fast` are denoised and decoded by one device, then dealt to all of them, after a short run of each
kind that does not count. On a CPU each "device" is a thread, and a tiny model of the same layout, of which
Python is most of the work, shows that the program works. Every line is printed, and the JSON file rewritten,
as soon as its figure is known; a measurement that fails or does not fit into the time that is left is written
down as such, and the next one follows.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch

from book import Book, deviation, opened, parser, several, shown
from frame2frame.engine.device.multi_device import Dealt
from frame2frame.engine.device.placement import check_precision, on
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.errors import InputError
from frame2frame.plugins.stages import Item
from frame2frame.values import Sampling
from random_weights import Case, random_case, tabletop_case

GUIDED = 0.5
"""Share of the steps, as in the preset `fast`."""
SHORT = 2
"""Steps of a run that prepares: one that is guided and one that is not."""


@dataclass(frozen=True)
class Given:
    """A generator of a model that is built already."""

    case: Case

    def load(self) -> None:
        pass

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Denoising:
        return Denoising(self.case.family(), items, sampling)


class Bench:
    """The measurements, in the order of their weight."""

    def __init__(self, devices: Sequence[str], book: Book, candidates: int, repeats: int) -> None:
        self.devices, self.book, self.candidates, self.repeats = devices, book, candidates, repeats
        self.cases: list[Case] = []
        self.latents: dict[int, list[Any]] = {}

    def run(self, model: str) -> bool:
        """Whether all could be built."""
        for device in self.devices:
            self.book.measure(f"building on {device}", 20, lambda device=device: self.build(device, model))
        if len(self.cases) < len(self.devices):
            return False
        for count in (1, len(self.devices)):
            self.book.measure(f"{_named(count)}: preparing", 60, lambda count=count: self.prepare(count))
        for count in (1, len(self.devices)):
            self.book.measure(_named(count), 60, lambda count=count: self.measured(count))
        return True

    def build(self, device: str, model: str) -> dict[str, Any]:
        with on(device):
            case = tabletop_case(device) if model == "tabletop" else random_case(device, model == "tiny")
            case, form = fastest_form(case)
        self.cases.append(case)
        return {"model": case.name, "form": form}

    def prepare(self, count: int) -> dict[str, Any]:
        """What a first run costs: compilation, and memory that the next one finds ready."""
        started = time.perf_counter()
        with closing(self.draft(count, SHORT)) as draft:
            draft.advance(SHORT)
            for candidate in range(count):
                list(draft.decode(candidate))
        return {"first_seconds": time.perf_counter() - started}

    def measured(self, count: int) -> dict[str, Any]:
        for gpu in self.gpus(count):
            torch.cuda.reset_peak_memory_stats(gpu)
        runs = [self.once(count) for _ in range(self.repeats)]
        found: dict[str, Any] = {
            name: statistics.median(run[name] for run in runs)
            for name in ("seconds", "denoise_seconds", "decode_seconds")
        }
        found |= {"devices": count, "candidates": self.candidates, "runs": len(runs), **self.peaks(count)}
        alone = self.book.value(_named(1), "seconds")
        if count > 1 and alone:
            found |= {"times_one_device": alone / found["seconds"]}
            found |= self.apart(count)
        return found

    def once(self, count: int) -> dict[str, float]:
        """All candidates, text to frames, decoded one after another as a strategy asks for them."""
        steps, started = self.cases[0].fast_steps, time.perf_counter()
        with closing(self.draft(count, steps)) as draft:
            for _ in range(steps):
                draft.advance()
            self.finish(count)
            denoised = time.perf_counter()
            for candidate in range(self.candidates):
                for _ in draft.decode(candidate):
                    pass
            ended = time.perf_counter()
            self.latents[count] = [draft.latents(number).cpu() for number in range(self.candidates)]
        return {
            "seconds": ended - started,
            "denoise_seconds": denoised - started,
            "decode_seconds": ended - denoised,
        }

    def draft(self, count: int, steps: int) -> Any:
        """On one device the engine's own draft, as without this program's subject."""
        case = self.cases[0]
        items, sampling = case.items(self.candidates), case.sampling(case.fast_frames, steps, GUIDED)
        generators: Any = [Given(one) for one in self.cases[:count]]
        if count == 1:
            return generators[0].draft(items, sampling)
        return Dealt(self.devices[:count], generators, items, sampling)

    def apart(self, count: int) -> dict[str, float]:
        """How far the latents are from those of one device: other sizes of batches round otherwise."""
        return deviation(torch.stack(self.latents[count]), torch.stack(self.latents[1]))

    def finish(self, count: int) -> None:
        for device in self.gpus(count):
            torch.cuda.synchronize(device)

    def peaks(self, count: int) -> dict[str, Any]:
        found = [round(torch.cuda.max_memory_allocated(gpu) / 2**30, 2) for gpu in self.gpus(count)]
        return {"peak_gib": found} if found else {}

    def gpus(self, count: int) -> list[str]:
        return [device for device in self.devices[:count] if device.startswith("cuda")]


def fastest_form(case: Case) -> tuple[Case, str]:
    """The model as the preset `fast` runs it: compiled, and in 8 bits where the device multiplies them."""
    from frame2frame.engine.families.cogvideox.fast import FastTransformer
    from frame2frame.engine.kernels.attention import fastest
    from frame2frame.engine.kernels.fp8 import quantise

    parts = case.parts
    device, transformer = parts.residence.device, parts.transformer
    if device.type != "cuda":
        return case, "engine"
    form = "fp8"
    try:
        check_precision(form, device)
        quantise(transformer.transformer_blocks)
    except InputError:
        form = "compiled"
    fast = FastTransformer(transformer, compiled=True, attention=fastest(device))
    return replace(case, parts=replace(parts, fast=fast)), form


def _named(count: int) -> str:
    return "one device" if count == 1 else f"{count} devices"


COLUMNS = ("seconds", "denoise_seconds", "decode_seconds", "times_one_device", "relative_rms", "peak_gib")


def table(book: Book) -> str:
    """The figures once more, as Markdown."""
    lines = [f"| | {' | '.join(COLUMNS)} |", "| --- " * (len(COLUMNS) + 1) + "|"]
    for row in book.rows:
        if "seconds" in row or "error" in row or "skipped" in row:
            cells = [shown(row.get(key, "")) for key in COLUMNS]
            why = str(row.get("error") or row.get("skipped") or "")[:60]
            lines.append(f"| {row['name']} {why} | {' | '.join(cells)} |")
    return "\n".join(lines)


@contextmanager
def one_thread_a_device(is_cpu: bool) -> Iterator[None]:
    """So that devices that are threads of one processor are worth a core each."""
    usual = torch.get_num_threads()
    try:
        torch.set_num_threads(1 if is_cpu else usual)
        yield
    finally:
        torch.set_num_threads(usual)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what fits, print the table, return 0; 1 where nothing could be compared."""
    options = parser(__doc__.partition("\n")[0], ("real", "tabletop", "tiny"), minutes=8.0)
    options.add_argument("--devices", help="like cuda:0,cuda:1; all of them by default, on a CPU two")
    options.add_argument("--candidates", type=int, default=16)
    options.add_argument(
        "--repeats", type=int, default=2, help="runs that count, of which the median is given"
    )
    told = options.parse_args(arguments)
    devices, is_cpu = several(told), told.device == "cpu"
    note = "random weights: these are times, and say nothing about the quality of the clips"
    with one_thread_a_device(is_cpu):
        book = opened("spread", told, note)
        book.about["devices"] = devices
        model = ("tiny" if is_cpu else "real") if told.model == "auto" else told.model
        built = Bench(devices, book, told.candidates, told.repeats).run(model)
    print(table(book), flush=True)
    return 0 if built else 1


if __name__ == "__main__":
    with torch.no_grad():
        sys.exit(main())
