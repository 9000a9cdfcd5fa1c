"""Timing, and the book of what was measured: printed and kept line by line."""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from frame2frame.engine.device.placement import choose_devices
from frame2frame.errors import InputError

RESULTS = Path(__file__).parent / "results"
COLUMNS = ("times_stock", "tflops", "share_of_ceiling", "peak_gib", "relative_rms")
"""Of a table of speeds, after the name and the time."""


@dataclass
class Book:
    """What was measured, printed and kept line by line."""

    path: Path
    about: dict[str, Any]
    ends: float
    rows: list[dict[str, Any]] = field(default_factory=list)

    def measure(self, name: str, seconds: float, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Run it if `seconds` are left, and write down what it found or why it found nothing."""
        started = time.perf_counter()
        left = self.ends - started
        if left < seconds:
            found: dict[str, Any] = {"skipped": f"needs {seconds:.0f} s, {left:.0f} s are left"}
        else:
            try:
                found = run()
            except Exception as error:  # the next measurement must still run
                found = {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:400]}"}
        release()
        row = {"name": name, **found, "took_seconds": round(time.perf_counter() - started, 2)}
        self.rows.append(row)
        told = (f"{key}={shown(value)}" for key, value in row.items() if not isinstance(value, dict))
        print("  ".join(told), flush=True)
        self.save()
        return found

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({**self.about, "rows": self.rows}, indent=1) + "\n", encoding="utf-8")

    def value(self, name: str, key: str) -> float | None:
        found = [row[key] for row in self.rows if row["name"] == name and key in row]
        return found[-1] if found else None

    def table(self) -> str:
        """The speeds once more, as Markdown."""
        lines = ["| measurement | time | × stock | TFLOP/s | of the ceiling | peak GiB | relative RMS |"]
        lines.append("| --- " * (len(COLUMNS) + 2) + "|")
        for row in self.rows:
            took = f"{row['ms']:.1f} ms" if "ms" in row else ""
            took = took or (f"{row['seconds']:.2f} s" if "seconds" in row else "")
            took = took or str(row.get("error") or row.get("skipped") or "")[:60]
            cells = [row.get(column) for column in COLUMNS]
            told = ["" if cell is None else f"{cell:.3g}" for cell in cells]
            lines.append(f"| {row['name']} | {took} | {' | '.join(told)} |")
        return "\n".join(lines)


def parser(about: str, models: Sequence[str], minutes: float) -> argparse.ArgumentParser:
    """The options that the programs share."""
    made = argparse.ArgumentParser(description=about)
    made.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    made.add_argument("--model", choices=("auto", *models), default="auto")
    made.add_argument("--minutes", type=float, default=minutes, help="skip what does not fit")
    made.add_argument("--out", type=Path, help="the JSON file, else in benchmarks/results")
    return made


def several(told: argparse.Namespace) -> list[str]:
    """The devices of `--devices`, all by default, on a CPU two. Ends the program where there is only one."""
    try:
        found = choose_devices(told.devices or ("cpu,cpu" if told.device == "cpu" else "all"))
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    if len(found) < 2:
        print("there is one device only, so there is nothing to compare", file=sys.stderr)
        sys.exit(1)
    return [str(device) for device in found]


def opened(benchmark: str, told: argparse.Namespace, note: str) -> Book:
    """An empty book that names the machine."""
    machine = torch.cuda.get_device_name() if told.device != "cpu" else platform.machine()
    name = re.sub("[^a-z0-9]+", "-", machine.lower()).strip("-")
    about = {
        "benchmark": benchmark, "date": date.today().isoformat(), "machine": machine,
        "torch": torch.__version__, "threads": torch.get_num_threads(), "note": note,
    }  # fmt: skip
    path = told.out or RESULTS / f"{benchmark}-{name}-{about['date']}.json"
    return Book(path, about, time.perf_counter() + told.minutes * 60)


def shown(value: Any) -> str:
    """A value in a line or a cell."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def release() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def synchronise() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of one run, and what it gave."""
    synchronise()
    started = time.perf_counter()
    found = run()
    synchronise()
    return time.perf_counter() - started, found


def median_ms(run: Callable[[], Any], repeats: int) -> float:
    """After two runs that do not count."""
    for _ in range(2):
        run()
    return statistics.median(timed(run)[0] for _ in range(repeats)) * 1e3


def peak_gib() -> float | None:
    return round(torch.cuda.max_memory_allocated() / 2**30, 2) if torch.cuda.is_available() else None


def deviation(ours: Tensor, stock: Tensor) -> dict[str, float]:
    ours, stock = ours.float(), stock.float()
    apart = ours - stock
    return {
        "largest_deviation": float(apart.abs().max()),
        "relative_rms": float(apart.norm() / stock.norm()),
    }
