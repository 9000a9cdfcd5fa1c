"""Calls of `f2f`, good and bad, with the exit code and the shape of the JSON that each answers with."""

from __future__ import annotations

import io
import json
import shlex
import sys
from contextlib import redirect_stdout, suppress
from typing import Any

from frame2frame import cli
from frame2frame.worlds.tabletop.example import EXAMPLE

from .before import FOLDER
from .golden import shape

QUICK = "--frames 9 --steps 5 --seed 1 --device cpu --no-progress"
EDIT = f"edit {shlex.quote(str(EXAMPLE.picture))} {shlex.quote(EXAMPLE.instruction)}"
PNG = shlex.quote(str(EXAMPLE.picture))
BEFORE = shlex.quote(str(FOLDER))

CALLS = {
    "--version": 0,
    "--help": 0,
    "models": 0,
    "models list": 0,
    "models list --json": 0,
    "models suggest --device cpu --json": 0,
    "models suggest --gpu 24 --main 64 --disk 100 --json": 0,
    "models path tabletop": 0,
    "models verify tabletop": 0,
    "models use tabletop": 0,
    "doctor --json": 0,
    "examples --out copies": 0,
    "tabletop sample --count 1 --frames 5 --out episodes": 0,
    "animate BEFORE/runs/path --as mp4 --out way.mp4": 0,
    "EDIT QUICK --json": 0,
    "EDIT QUICK --strategy path --rounds 1 --candidates 1 --set w_step=0.2 --json": 0,
    "replay BEFORE/again.png --device cpu --out again --json": 0,
    "pick BEFORE/runs/path/clip.mp4 --source BEFORE/source.png --target 'the cube hovers' "
    "--encoder tabletop --select best --device cpu --json": 0,
    "edit PNG 'make the dog sit' QUICK --json": 3,
    "edit PNG '' --json": 2,
    "edit nothing.png 'paint it blue' --json": 2,
    "EDIT --frames 10 --json": 2,
    "EDIT --frames many --json": 2,
    "EDIT --steps 0 --json": 2,
    "EDIT --seed -4 --json": 2,
    "EDIT --candidates 2 --seeds 1 --json": 2,
    "EDIT --candidates 2 --set candidates=3 --json": 2,
    "EDIT --select first --json": 2,
    "EDIT --caption temporel --json": 2,
    "EDIT --strategy walk --json": 2,
    "EDIT --preset slow --json": 2,
    "EDIT --encoder dino --json": 2,
    "EDIT --device toaster --json": 2,
    "EDIT --mask nothing.png --json": 2,
    "EDIT --model cogvideox1.5-5b-i2v --json": 2,
    "EDIT --model no-such-model --json": 2,
    "EDIT --set no_such_option=1 --json": 2,
    "EDIT --set gate.slack=9 --json": 2,
    "EDIT --set generator.precison=fp8 --json": 2,
    "EDIT --set rounds=3 --json": 2,
    "EDIT --sed 1 --json": 2,
    "edit PNG --json": 2,
    "edits": 2,
    "models use no/such-model": 2,
    "models path cogvideox-5b-i2v": 2,
    "models pull": 2,
    "replay PNG --json": 2,
    "replay nothing.png --json": 2,
    "replay BEFORE/pick.png --json": 2,
    "pick nothing.mp4 --source PNG --target x --json": 2,
    "animate BEFORE/runs/refused --out way.gif": 2,
    "tabletop sample --kind explode": 2,
    "bench bundle --model no-such-model": 2,
    "bench show nothing.zip --json": 2,
    "app --port 99999": 2,
}
"""The exit code of each."""


def words(call: str) -> list[str]:
    """A call's words, its names in capitals filled in."""
    for name, text in (("EDIT", EDIT), ("QUICK", QUICK), ("BEFORE", BEFORE), ("PNG", PNG)):
        call = call.replace(name, text)
    return shlex.split(call)


def told(stdout: str) -> Any:
    """The shape of an answer in JSON, with the words that a program goes by as they are."""
    facts = json.loads(stdout)
    found = _without_names(shape(facts))
    if isinstance(facts, dict) and "outcome" in facts:
        found["outcome"] = facts["outcome"]
    if isinstance(facts, dict) and "error" in facts:
        found["error"] |= {name: facts["error"][name] for name in ("kind", "exit_code")}
    return found


def _without_names(found: Any) -> Any:
    """Scores and seconds stand under names that are no part of the answer's form."""
    if not isinstance(found, dict):
        return found
    return {
        key: "by name" if key in ("seconds", "scores") else _without_names(one) for key, one in found.items()
    }


def described() -> dict[str, Any]:
    """What each call answers that is asked for JSON."""
    return {call: told(_answer(words(call))) for call in CALLS if call.endswith("--json")}


def _answer(line: list[str]) -> str:
    sys.argv = ["f2f", *line]
    heard = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(heard), suppress(SystemExit):
        cli.main()
    heard.seek(0)
    return heard.read()
