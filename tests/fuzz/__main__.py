"""Throw hostile inputs at everything that reads files from outside: `python3 scripts/fuzz.py --minutes 10`.

The targets take turns, a batch each by a seed of its own. A failure is printed with its seed, which repeats
it: `python3 scripts/fuzz.py --target NAME --seed SEED`. At the end: how many inputs each target was given.
Exit code 0, or 1 if one failed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from functools import partial
from pathlib import Path

from .harness import Target, elapsed

BATCH = 200
"""Inputs by one seed."""


def targets() -> list[Target]:
    """Those of all test files here, in their order."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
    modules = [importlib.import_module(f"{__package__}.{name}") for name in names]
    return [target for module in modules for target in getattr(module, "TARGETS", ())]


def main() -> int:
    known = {target.name: target for target in targets()}
    asked = argparse.ArgumentParser(prog="fuzz", description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--minutes", type=float, default=10.0, help="how long to go on")
    asked.add_argument("--target", action="append", choices=sorted(known), help="only these; all by default")
    asked.add_argument("--seed", type=int, help="one batch by this seed, to repeat a failure")
    wish = asked.parse_args()
    chosen = [known[name] for name in wish.target or known]
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(XDG_CONFIG_HOME=folder, XDG_CACHE_HOME=folder)
        os.chdir(folder)
        return _report(*_fuzz(chosen, 60 * wish.minutes, wish.seed))


def _fuzz(chosen: list[Target], seconds: float, number: int | None) -> tuple[Counter[str], Counter[str]]:
    """How many inputs each target was given, and in how many batches it failed."""
    start, tried, failed = time.monotonic(), Counter[str](), Counter[str]()
    while True:
        for target in chosen:
            drawn = random.randrange(2**32) if number is None else number
            try:
                count = max(round(BATCH * target.share), 1)
                target.try_many(count, drawn, partial(tried.update, [target.name]))
            except KeyboardInterrupt:
                return tried, failed
            except BaseException as error:
                failed[target.name] += 1
                _tell(target, drawn, error)
            if number is None and time.monotonic() - start > seconds:
                return tried, failed
        if number is not None:
            return tried, failed
        count, bad = sum(tried.values()), sum(failed.values())
        print(f"{elapsed(start)}  {count:,} inputs, {bad} batches failed", flush=True)


def _tell(target: Target, drawn: int, error: BaseException) -> None:
    text = "".join(traceback.format_exception(error))
    print(f"FAILED {target.name}; repeat it with: --target {target.name} --seed {drawn}", flush=True)
    print(text if len(text) < 6_000 else f"{text[:3_000]}\n…\n{text[-3_000:]}", flush=True)


def _report(tried: Counter[str], failed: Counter[str]) -> int:
    for name, count in tried.items():
        print(f"{count:9,}  {name}" + (f"  FAILED in {failed[name]} batches" if failed[name] else ""))
    print(f"{sum(tried.values()):9,}  in all, {sum(failed.values())} batches failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
