"""An edit of light, colour, focus, grain or view made in a photograph at its own size, against the truth.

    python benchmarks/fullsize.py PHOTOGRAPH… [--kinds KIND,…] [--vae FOLDER | --exact] [--json FILE]

For each change of light, weather or colour the truth is drawn at the photograph's own size. For focus-N the
source is the photograph blurred by N of the frame's pixels, for grain-N with noise of N levels, for farther
its middle; the truth is then the photograph, and the other way round for nearer. The frame of a clip is the
truth at the model's size after its way through the autoencoder in FOLDER, the embedded model's if none is
named, and through the restorer of the model there, if it has one: the best frame that it could draw. With
--exact it is the truth itself, which tells what a small frame says at all.

Beside what is made of it stand the frame enlarged and the unedited source. What stays as it is counts as
made: it is the source. Sharpness is over the truth's, error is the root of the mean square in levels of 255;
both are medians over the photographs that could be carried. `near` counts those whose sharpness is within 5 %
of the truth's, `worse` those that are farther from it than the enlarged frame. `anew` is the share that is as
soft as the frame, `seconds` what this takes beyond the small edit. The file keeps a line of each photograph
and change as they are done, and the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import torch
from diffusers import AutoencoderKLCogVideoX
from PIL import Image, ImageFilter

import frame2frame
from frame2frame.engine.sampling import restorer
from frame2frame.errors import Frame2FrameError
from frame2frame.media.pictures import load_picture, resized
from frame2frame.media.transfer.carry import Carried, carried_over, placed_anew
from frame2frame.media.transfer.detail import cleared_over, refocused_over
from frame2frame.score.sharpness import sharpness
from frame2frame.values import Picture
from frame2frame.worlds.photoworld import GROUPS, changed_throughout

EMBEDDED = Path(frame2frame.__file__).parent / "worlds/tabletop/weights/vae"
KINDS = GROUPS["light, weather, colour"]
AMOUNTS = {"focus": (0, 1, 2, 4), "grain": (0, 8, 15, 30)}
"""Of blur, in pixels of the frame, and of noise, in levels of 255."""
DETAIL = (
    *(f"{what}-{amount}" for what, amounts in AMOUNTS.items() for amount in amounts),
    "farther",
    "nearer",
)
"""What else can be asked for, beside changes of light and colour."""
FARTHER = 0.72
"""The share of each side of the photograph that its middle is."""
NEAR = 0.05
SIDE = 128
"""Pixels of a frame's long side."""

Redraw = Callable[[Picture, Picture], Picture]
Carry = Callable[[Picture, Picture, Picture], Carried | None]


@dataclass(frozen=True)
class Made:
    """One photograph after one change: (sharpness over the truth's, error) of each answer."""

    photograph: str
    megapixels: float
    kind: str
    carried: tuple[float, float] | None
    enlarged: tuple[float, float]
    source: tuple[float, float]
    anew: float
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; answers the exit code."""
    parser = argparse.ArgumentParser(description="Edits of light and colour at full size")
    parser.add_argument("photographs", type=Path, nargs="+")
    parser.add_argument(
        "--kinds", type=lambda text: text.split(","), help=f"of these changes only, or {', '.join(DETAIL)}"
    )
    parser.add_argument("--vae", type=Path, default=EMBEDDED, help="a folder with an autoencoder")
    parser.add_argument("--exact", action="store_true", help="frames that no autoencoder has softened")
    parser.add_argument("--json", type=Path, help="a file for the rows, a line each")
    asked = parser.parse_args(arguments)
    made = kept_in(asked.json)
    redraw = _as_it_is if asked.exact else redrawing(asked.vae)
    try:
        for file in asked.photographs:
            done = {one.kind for one in made if one.photograph == file.name}
            for one in of_photograph(
                file, redraw, [kind for kind in asked.kinds or KINDS if kind not in done]
            ):
                made.append(one)
                if asked.json:
                    with asked.json.open("a") as rows:
                        rows.write(json.dumps(asdict(one)) + "\n")
    except Frame2FrameError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    print("\n".join(told(made)))
    return 0


def kept_in(file: Path | None) -> list[Made]:
    """What was done before."""
    lines = file.read_text().splitlines() if file and file.is_file() else []
    return [Made(**json.loads(line)) for line in lines]


def _as_it_is(picture: Picture, source: Picture) -> Picture:
    return picture


def redrawing(folder: Path) -> Redraw:
    """A picture's way through the autoencoder, and through its model's restorer by a source of its size."""
    vae = AutoencoderKLCogVideoX.from_pretrained(folder, local_files_only=True).eval()
    detail = restorer.own(folder.parent, vae.device, torch.float32)

    @torch.no_grad()
    def redraw(picture: Picture, source: Picture) -> Picture:
        levels = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None, :, None] / 127.5 - 1.0
        drawn = vae.decode(vae.encode(levels.to(vae.dtype)).latent_dist.mode()).sample[0, :, 0].float()
        frame = np.asarray(((drawn.permute(1, 2, 0) + 1.0) * 127.5).round().clamp(0, 255).byte())
        return detail.frames(frame[None, None], source[None])[0, 0] if detail else frame

    return redraw


def of_photograph(file: Path, redraw: Redraw, kinds: Sequence[str]) -> Iterator[Made]:
    photograph = load_picture(file).picture
    scale = SIDE / max(photograph.shape[:2])
    size = [max(16, 8 * round(side * scale / 8)) for side in photograph.shape[:2]]
    for kind in kinds:
        source, truth, carry = case(photograph, kind, 1 / scale)
        small, *pictures = (resized(one, *size) for one in (source, source, truth))
        shown, frame = (redraw(one, small) for one in pictures)
        began = perf_counter()
        carried = carry(source, shown, frame) or carried_over(source, shown, frame)
        seconds = perf_counter() - began
        answer = source if carried.transfer.kept else carried.picture
        yield Made(
            photograph=file.name,
            megapixels=round(source.shape[0] * source.shape[1] / 1e6, 1),
            kind=kind,
            carried=None if answer is None else measured(answer, truth),
            enlarged=measured(resized(frame, *source.shape[:2]), truth),
            source=measured(source, truth),
            anew=carried.transfer.anew,
            seconds=round(seconds, 2),
        )


def case(photograph: Picture, kind: str, pixel: float) -> tuple[Picture, Picture, Carry]:
    """The source, the truth, and how the one is made of the other; a frame's `pixel` is so many of theirs."""
    if kind not in DETAIL:
        return photograph, changed_throughout(photograph, kind), carried_over
    if kind in ("farther", "nearer"):
        height, width = photograph.shape[:2]
        edges = [side * (1 - FARTHER) / 2 for side in (width, height)]
        box = (edges[0], edges[1], width - edges[0], height - edges[1])
        middle = Image.fromarray(photograph).resize((width, height), Image.Resampling.BICUBIC, box)
        pair = (np.asarray(middle), photograph) if kind == "farther" else (photograph, np.asarray(middle))
        return *pair, placed_anew
    what, _, amount = kind.partition("-")
    if what == "grain":
        noise = np.random.default_rng(0).normal(0, int(amount), photograph.shape).astype(np.float32)
        return (photograph + noise).clip(0, 255).astype(np.uint8), photograph, cleared_over
    blur = ImageFilter.GaussianBlur(int(amount) * pixel)
    return np.asarray(Image.fromarray(photograph).filter(blur)), photograph, refocused_over


def measured(answer: Picture, truth: Picture) -> tuple[float, float]:
    error = np.sqrt(np.mean((answer.astype(np.float32) - truth) ** 2))
    return sharpness(answer) / sharpness(truth), float(error)


def told(made: Sequence[Made]) -> Iterator[str]:
    """A line for each kind, and one for all."""
    yield (
        f"{'kind':16}{'carried':>9}{'sharpness':>11}{'near':>6}{'error':>7}{'worse':>7}{'enlarged':>10}{'error':>7}"
        f"{'source':>8}{'error':>7}{'anew':>7}{'seconds':>9}"
    )
    for kind in (*dict.fromkeys(one.kind for one in made), "all"):
        ones = [one for one in made if kind in (one.kind, "all")]
        carried = [one.carried for one in ones if one.carried]
        near = sum(abs(sharp - 1.0) <= NEAR for sharp, _ in carried)
        worse = sum(one.carried[1] > one.enlarged[1] for one in ones if one.carried)
        own = [f"{median(column):.2f}" for column in zip(*carried, strict=True)] or ["–", "–"]
        controls = [
            f"{median(column):.2f}"
            for name in ("enlarged", "source")
            for column in zip(*(getattr(one, name) for one in ones), strict=True)
        ]
        yield (
            f"{kind:16}{f'{len(carried)} of {len(ones)}':>9}{own[0]:>11}{near:6}{own[1]:>7}{worse:7}"
            f"{controls[0]:>10}{controls[1]:>7}{controls[2]:>8}{controls[3]:>7}"
            f"{median(one.anew for one in ones):7.3f}{median(one.seconds for one in ones):9.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
