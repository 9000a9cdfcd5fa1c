"""Whether two checkouts give equal answers: parts of the evaluation, with the same seeds and batches.

    python benchmarks/equal_answers.py BEFORE AFTER edits:300 path:60 search:60 --device cuda --json eq.json

BEFORE and AFTER are folders of two checkouts. Each part runs in both by `python -m`, one after the other, and
the rows of all episodes are compared: the frames that were chosen, what they are worth and every other figure
but seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

MODULES = ("evaluation", "benchmark")
"""What the evaluation is called, the newest name first."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all parts in both checkouts and print what came of them; 1 if answers differ."""
    parser = argparse.ArgumentParser(description="Whether two checkouts give equal answers")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("parts", nargs="+", help="PART:COUNT, such as edits:300")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--more", default="", help="further options of the evaluation, such as '--steps 2'")
    parser.add_argument("--json", type=Path, help="write summaries and differences here")
    told = parser.parse_args(arguments)
    options = ["--device", told.device, "--batch", str(told.batch), *told.more.split()]
    found = {}
    for part in told.parts:
        name, _, count = part.partition(":")
        both = [measured(one, name, ["--count", count or "8", *options]) for one in (told.before, told.after)]
        found[name] = compared(*both)
        report(name, both, found[name])
        if told.json:
            told.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0 if all(one["equal"] for one in found.values()) else 1


def measured(checkout: Path, part: str, options: Sequence[str]) -> dict[str, Any]:
    """What the evaluation of a checkout wrote, with the tables that it printed."""
    source = checkout.resolve() / "src"
    module = next(one for one in MODULES if (source / "frame2frame" / one / "__main__.py").is_file())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        line = [sys.executable, "-m", f"frame2frame.{module}", "--part", part, *options, "--json", str(file)]
        ran = subprocess.run(
            line,
            env={**os.environ, "PYTHONPATH": str(source)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise SystemExit(f"{checkout}: part {part} ended with {ran.returncode}")
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(found["rows"], str):  # the name of a file beside it, as newer checkouts have them
            lines = gzip.decompress((Path(folder) / found["rows"]).read_bytes()).splitlines()
            found["rows"] = [json.loads(line) for line in lines]
    return {**found, "printed": ran.stdout}


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """How many answers there are, and which of them differ."""
    rows = [list(map(dict, one["rows"])) for one in (before, after)]
    differ = [list(_differences(*pair)) for pair in zip(*rows, strict=False)]
    return {
        "rows": [len(one) for one in rows],
        "equal": len(rows[0]) == len(rows[1]) and not any(differ),
        "differing": sum(map(bool, differ)),
        "differences": [line for own in differ for line in own][:50],
        "machines": [one["machine"] for one in (before, after)],
    }


def _differences(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """A line for each value that is not the same; what is new is none, nor are seconds."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name != "seconds":
                yield from _differences(value, after.get(name), f"{place}.{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from _differences(*pair, f"{place}[{number}]")
    elif not _same(before, after):
        yield f"{place.lstrip('.')}: {before!r} → {after!r}"


def _same(before: Any, after: Any) -> bool:
    """Whether values are the same, but for one that is written with fewer digits."""
    if not (isinstance(before, float) and isinstance(after, float)):
        return bool(before == after)
    return before == after or any(before == round(after, places) for places in (3, 4, 5))


def report(part: str, both: Sequence[Mapping[str, Any]], found: Mapping[str, Any]) -> None:
    """The tables of both, and whether their answers are equal."""
    for name, one in zip(("before", "after"), both, strict=True):
        print(f"=== {part}, {name}\n{one['printed']}")
    verdict = "equal" if found["equal"] else f"{found['differing']} differ"
    print(f"=== {part}: {' and '.join(map(str, found['rows']))} answers, {verdict}")
    print("\n".join(found["differences"]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
