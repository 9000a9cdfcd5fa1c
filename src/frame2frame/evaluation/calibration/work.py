"""The work of a calibration: the gate's numbers fitted to drawn clips, measured on others, and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np

from ...caption.temporal import Temporal
from ...engine.device.placement import choose_devices
from ...engine.models import catalogue
from ...errors import InputError
from ...plugins.options import GIVEN, Value
from ...plugins.stages import Encoder
from ...runs.record import homeless
from ...runs.versions import versions
from ...score import calibrations
from ...score.calibrations import SCHEMA, Calibrated, Rates, identity
from ...score.contrast import MEASURE
from ...score.named import encoder_with_words
from ...score.similarity import score_together, similarities
from ...select.gate import Gate
from ...select.rules import Earliest
from ...select.steady import Steady
from ...values import Calibration, Caption, Clip, Frames, Scores
from ...worlds import photoworld
from ...worlds.photoworld import Photographs
from ...worlds.tabletop import KINDS, Episode
from ..counter import counter
from ..episodes import Drawing, Photographed
from ..tasks.selection import Pair, right
from .fitting import NEVER_NONE, Fitted, Known, fitted

RUNS = (
    *("whole", "never", "whole", "other", "reverts", "camera", "never", "other", "whole"),
    *("glitch", "never", "overshoot", "other", "colour", "whole", "reverts", "flicker"),
)
"""How the clips run, one after another; a prime number of them."""

TABLETOP, PHOTOGRAPHS = "tabletop", "photographs"
PACKAGED = Path(__file__).parents[1] / "bundle" / "photographs"
"""Photographs that ship."""

LEAST = 20
"""Clips."""

FRAMES = 9
BATCH = 10

WITH, WITHOUT = "with this calibration", "without, by contrast"
ALWAYS, NEVER = "always none", "never none"


def calibrated(
    wish: str,
    world: str,
    photos: str | Path | None,
    count: int,
    seed: int,
    device: str,
    cache_dir: str | None,
    options: Mapping[str, Value],
    progress: bool,
) -> Calibrated:
    """See `calibrate`."""
    _require_enough(count)
    place = str(choose_devices(device)[0])
    part = encoder_with_words(wish, place, catalogue.model_folder(cache_dir), options=options)
    shown = None if world == TABLETOP else Photographs.of(photos or PACKAGED)
    fit, check = clips(world, shown, count, seed)
    with counter(2 * count) if progress else nullcontext(_unseen) as report:
        scored = _scored(part, [*fit, *check], report)
        found = fitted([Known(scores, one.complete_index) for one, scores in islice(scored, count)])
        answers = [_answered(one, scores, found) for one, scores in scored]
    own = identity(part, wish)
    rates = {name: _rates([one[name] for one in answers]) for name in answers[0]}
    of = Counter(PHOTOGRAPHS if isinstance(one, Photographed) else TABLETOP for one in fit)
    made = Calibrated(
        schema=SCHEMA,
        encoder=homeless(wish),
        key=own.key,
        size=own.size,
        weights=own.weights,
        calibration=_calibration(found, ",".join(of), count, rates[WITH]),
        clips=of,
        seed=seed,
        photographs="" if shown is None else shown.sha256,
        version=versions()["frame2frame"],
        rates=rates,
        measure=MEASURE,
    )
    calibrations.keep(made)
    return made


def _require_enough(count: int) -> None:
    """Raise InputError for too few clips."""
    if count < LEAST:
        what = f"a calibration takes at least {LEAST} clips"
        raise InputError(what, got=str(count), remedy="leave it out, for as many as are usual")


def clips(
    world: str, shown: Photographs | None, count: int, seed: int
) -> tuple[list[Drawing], list[Drawing]]:
    """The clips to fit to and those to measure on, in which seeds and photographs are others."""
    if shown is None:
        return tabletop(seed, count), tabletop(seed + count, count)
    half = 0 if world == PHOTOGRAPHS else count // 2
    first, other = (
        [*tabletop(start, half), *photographed(start + half, count - half, ones)]
        for start, ones in zip((seed, seed + count), shown.halves(), strict=True)
    )
    return first, other


def tabletop(first: int, count: int) -> list[Drawing]:
    """Clips of the tabletop world; every run meets every kind."""
    return [Drawing(first + i, *_kind_and_run(i, KINDS), FRAMES) for i in range(count)]


def photographed(first: int, count: int, shown: Photographs) -> list[Drawing]:
    """Clips of what the photographs can show; every run meets every kind.

    Raises InputError where they can show nothing.
    """
    kinds = [kind for kind in photoworld.KINDS if photoworld.can_show(shown, kind)]
    if not kinds:
        what, got = "the photographs can show no change of light, view or focus", str(shown.files[0].parent)
        raise InputError(what, got=got, remedy="add others")
    return [
        Photographed(first + i, *_kind_and_run(i, kinds), FRAMES, photographs=shown) for i in range(count)
    ]


def _kind_and_run(index: int, kinds: Sequence[str]) -> tuple[str, str]:
    """Both go round, so that every run meets every kind, as their numbers have no divisor in common.

    Where they have one, the runs meet another kind each time round.
    """
    shift = index // len(RUNS) if len(kinds) % len(RUNS) == 0 else 0
    return kinds[(index + shift) % len(kinds)], RUNS[index % len(RUNS)]


def _unseen(done: int) -> None:
    return None


def _scored(
    encoder: Encoder, wanted: Sequence[Drawing], report: Callable[[int], None]
) -> Iterator[tuple[Episode, Scores]]:
    """Each clip with the scores that an edit would give it."""
    captioner = Temporal()
    for first in range(0, len(wanted), BATCH):
        batch = [one.draw() for one in wanted[first : first + BATCH]]
        captions = [captioner.write(one.source, one.instruction) for one in batch]
        judges = similarities(encoder, np.stack([one.source for one in batch]), captions)
        yield from zip(batch, score_together(judges, [one.frames for one in batch]), strict=True)
        report(min(first + BATCH, len(wanted)))


def _answered(one: Episode, scores: Scores, found: Fitted) -> dict[str, Pair]:
    """What `earliest` takes by each gate, and what is right."""
    clip = Clip(one.frames, tuple(range(len(one.frames))), one.seed, source=one.source)
    caption = Temporal().write(one.source, one.instruction)
    drifted = Drifted.of(clip, caption)

    def choose(scores: Scores, gate: Gate) -> int | None:
        return Earliest(gate=gate, steady=drifted).choose(clip, scores, caption).index

    answers = {
        WITH: choose(_with(scores, found), Gate()),
        WITHOUT: choose(scores, Gate(calibrated=False)),
        ALWAYS: None,
        NEVER: choose(_with(scores, NEVER_NONE), Gate(degree=-255)),
    }
    return {name: (answer, one.complete_index) for name, answer in answers.items()}


@dataclass(frozen=True)
class Drifted(Steady):
    """The same, of a clip that several gates choose from: each frame is looked at once."""

    known: Mapping[int, str] = field(default_factory=dict, metadata=GIVEN)

    @classmethod
    def of(cls, clip: Clip, caption: Caption) -> Drifted:
        return cls(known=Steady().faults(clip.frames, list(range(len(clip))), caption))

    def faults(self, frames: Frames, indices: list[int], caption: Caption) -> dict[int, str]:
        return {index: self.known[index] for index in indices if index in self.known}


def _with(scores: Scores, found: Fitted) -> Scores:
    return replace(scores, threshold=found.threshold, calibration=_calibration(found, "", 0, None))


def _calibration(found: Fitted, worlds: str, clips: int, rates: Rates | None) -> Calibration:
    return Calibration(
        **asdict(found),
        worlds=worlds,
        clips=clips,
        date=date.today().isoformat(),
        none_if_due=None if rates is None else rates.none_if_due,
        false_none=None if rates is None else rates.false_none,
    )


def _rates(pairs: Sequence[Pair]) -> Rates:
    due = [found is None for found, truth in pairs if truth is None]
    others = [found is None for found, truth in pairs if truth is not None]
    return Rates(len(due), len(others), _share(list(map(right, pairs))), _share(due), _share(others))


def _share(truths: Sequence[bool]) -> float | None:
    return sum(truths) / len(truths) if truths else None
