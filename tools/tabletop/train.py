"""Run all programs of a preset in order, each for its share of the time; run again to go on."""

from __future__ import annotations

from collections.abc import Callable

import calibrate
import clip
import clips
import export
import latents
import tokenizer
import vae
import video
from loop import options_of, parser

Program = Callable[[list[str]], None]

SHARES: tuple[tuple[str, Program, float], ...] = (
    ("clips", clips.main, 0.15),
    ("vae", vae.main, 0.30),
    ("latents", latents.main, 0.05),
    ("video", video.main, 0.38),
    ("clip", clip.main, 0.12),
)
"""Share of the minutes that each program gets."""


def main(arguments: list[str] | None = None) -> None:
    asked = parser(__doc__ or "")
    names = [name for name, _, _ in SHARES]
    asked.add_argument(
        "--only", nargs="+", choices=names, default=names, help="programs that get all the time"
    )
    given = asked.parse_args(arguments)
    options = options_of(given)
    shared = ["--preset", given.preset, "--work", str(given.work), "--device", given.device]
    if given.photographs:
        shared += ["--photographs", str(given.photographs)]
    if not options.tokenizer.exists():
        tokenizer.main(shared)
    chosen = [(name, program, share) for name, program, share in SHARES if name in given.only]
    whole = sum(share for _, _, share in chosen)
    for name, program, share in chosen:
        own = [*shared, "--minutes", str(given.minutes * share / whole)]
        if given.steps:
            own += ["--steps", str(given.steps)]
        if options.average(name).exists():
            own.append("--resume")
        if given.cool:
            own.append("--cool")
        program(own)
        if name == "clip":
            calibrate.main(shared)
    export.main([*shared, "--to", str(given.work / "export")])


if __name__ == "__main__":
    main()
