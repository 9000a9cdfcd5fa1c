"""The kernels that a step is made of, each alone: matrix products and attention."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch

from book import Book, deviation, median_ms, synchronise

OWN = "bounded"
"""What the names of our own attention kernels begin with."""


class Kernels:
    """The measurements of a model's kernels, at the shapes of its longest step."""

    def __init__(self, case: Any, book: Book, rows: int = 2) -> None:
        self.case, self.book, self.rows, self.device = case, book, rows, case.parts.residence.device

    def ceiling(self) -> dict[str, Any]:
        side = 8192 if self.device.type == "cuda" else 1024
        left, right = (torch.randn(side, side, device=self.device).to(self.case.parts.dtype) for _ in "ab")
        return {"tflops": 2 * side**3 / median_ms(lambda: left @ right, 10) / 1e9}

    def attentions(self) -> str:
        """Time each kernel of attention; return the name of the fastest one that agrees with PyTorch's."""
        from frame2frame.engine.kernels.attention import FEATURES, KERNELS

        config, tokens = self.case.config, self.case.tokens()
        heads, features = config.num_attention_heads, config.attention_head_dim
        shape = (self.rows, tokens, heads, features)
        query, key, value = (torch.randn(shape, device=self.device).to(self.case.parts.dtype) for _ in "qkv")
        wanted, most = KERNELS["torch"](query, key, value, 20.0), 20.0
        work = self.rows * 4 * tokens**2 * heads * features

        def one(name: str) -> dict[str, Any]:
            run = KERNELS[name]
            apart = deviation(run(query, key, value, most), wanted)
            took = median_ms(lambda: run(query, key, value, most), 10)
            return {
                "ms": took,
                "tflops": work / took / 1e9,
                "all_blocks_ms": took * config.num_layers,
                **apart,
            }

        names = [name for name in KERNELS if not name.startswith(OWN)]
        if self.device.type == "cuda" and features == FEATURES:
            own = self.book.measure("attention: tried apart", 60, lambda: tried_apart(shape))
            names += own.get("sound", [])
        found = {name: self.book.measure(f"attention: {name}", 5, partial(one, name)) for name in names}
        fit = {name: row["ms"] for name, row in found.items() if row.get("relative_rms", 1.0) < 0.006}
        return min(fit, key=lambda name: fit[name], default="torch")

    def products(self) -> None:
        """A block's matrix products alone: as they are, with GELU inside, and in 8 bits."""
        from frame2frame.engine.kernels import fp8, layers

        config, tokens = self.case.config, self.rows * self.case.tokens()
        width, dtype = config.num_attention_heads * config.attention_head_dim, self.case.parts.dtype

        def one(inputs: int, outputs: int) -> dict[str, Any]:
            values = torch.randn(tokens, inputs, device=self.device).to(dtype)
            weight = (torch.randn(outputs, inputs, device=self.device) / inputs**0.5).to(dtype)
            bias, one = torch.randn(outputs, device=self.device).to(dtype), torch.ones((), device=self.device)
            rows, small = fp8.to_rows(values), fp8.to_rows(weight)
            functions: dict[str, Callable[[], Any]] = {
                "plain": lambda: torch.nn.functional.linear(values, weight, bias),
                "gelu_inside": lambda: layers.linear_gelu(values, weight, bias),
                "gelu_outside": lambda: torch.nn.functional.gelu(
                    torch.nn.functional.linear(values, weight, bias), approximate="tanh"
                ),
                "fp8": lambda: fp8.raw_product(rows.values, small.values, one),
                "fp8_scaled_rows": lambda: torch._scaled_mm(
                    rows.values, small.values.t(), scale_a=rows.scales, scale_b=small.scales.t(),
                    out_dtype=torch.bfloat16, use_fast_accum=True,
                ),
            }  # fmt: skip
            found: dict[str, Any] = {}
            for name, run in functions.items():
                try:
                    found[f"{name}_ms"] = median_ms(run, 10)
                except Exception as error:  # the other kernels are still worth their figure
                    found[name] = f"{type(error).__name__}: {error}"[:150]
            work = 2 * tokens * inputs * outputs / 1e9
            rates = {f"{name}_tflops": work / found[f"{name}_ms"] for name in ("plain", "fp8")}
            return found | rates

        for inputs, outputs in ((width, width), (width, 4 * width), (4 * width, width)):
            self.book.measure(f"product: {inputs} to {outputs}", 5, partial(one, inputs, outputs))


def profiled(step: Callable[[], Any]) -> dict[str, Any]:
    """The kernels that take most of a step, in milliseconds."""
    from torch.profiler import ProfilerActivity, profile

    step()
    with profile(activities=[ProfilerActivity.CUDA]) as seen:
        step()
        synchronise()
    rows = sorted(seen.key_averages(), key=lambda row: -row.self_device_time_total)[:18]
    kernels = {f"{row.key[:90]} ×{row.count}": round(row.self_device_time_total / 1e3, 2) for row in rows}
    for name, took in kernels.items():
        print(f"    {took:8.2f} ms  {name}", flush=True)
    return {"kernels": kernels}


def tried_apart(shape: Sequence[int]) -> dict[str, Any]:
    """Which of our own kernels run and agree with PyTorch's; in another process, as a faulty one ends it."""
    command = [sys.executable, __file__, *map(str, shape)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    sound = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("sound ")]
    wrong = [line[:300] for line in done.stdout.splitlines() if line.startswith("unsound ")]
    return {"sound": sound, "unsound": wrong, "ended_with": done.returncode}


def try_attention(shape: Sequence[int]) -> int:
    """Run every kernel of our own once at this shape, and say of each whether it is sound."""
    from frame2frame.engine.kernels.attention import KERNELS, attend

    query, key, value = (torch.randn(*shape, device="cuda", dtype=torch.bfloat16) for _ in "qkv")
    wanted = attend(query, key, value)
    for name in (name for name in KERNELS if name.startswith(OWN)):
        try:
            apart = deviation(KERNELS[name](query, key, value, 20.0), wanted)["relative_rms"]
            print("sound" if apart < 0.01 else "unsound", name, apart, flush=True)
        except Exception as error:  # the next one may be better
            print("unsound", name, type(error).__name__, " ".join(str(error).split())[:250], flush=True)
    return 0


if __name__ == "__main__":
    with torch.no_grad():
        sys.exit(try_attention([int(side) for side in sys.argv[1:]]))
