"""The benchmark runs on a machine that has torch but not the command line's packages."""

import subprocess
import sys

BLOCKED = """
import sys
for name in ("typer", "rich", "click"):
    sys.modules[name] = None
import frame2frame.evaluation.__main__ as benchmark
benchmark.parser().parse_args(["vae"])
import frame2frame.evaluation.runner
print([name for name in ("torch", "numba", "diffusers") if name in sys.modules])
"""


def test_it_needs_neither_typer_nor_rich_and_loads_nothing_heavy() -> None:
    ran = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
