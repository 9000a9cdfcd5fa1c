"""A run folder as one self-contained page: pictures, frames, scores, the reason and how to repeat it.

It reads what a run left behind and never generates. The page's own policy lets it load nothing and run only
the one script that it came with.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..files.unfinished import write_file
from ..media.data_urls import frame_addresses, is_crisp, picture_address, screen_address
from ..runs.read import Run, read_run
from ..runs.record import public
from ..values import Picture
from .comparison import Before, Comparison, change_begins, differ
from .film_strip import FilmStrip
from .path_report import Geometry, geometry, is_same, route_strip, states_strip
from .rounds import Round
from .tables import commands, machine_rows, model_of, settings_rows
from .templating import render, verbatim
from .verdict import Verdict, gate_of, missing_of, verdict

WIDE = 1.35
"""Pictures that are wider than so many times their height stand above the words, not beside them."""


def write_report(folder: Path, *, tsne: bool | None = None) -> Path:
    """Write report.html into a finished run folder. Raises InputError and WriteError.

    `tsne` says whether all frames are shown by t-SNE beside PCA; None is for runs of a path only, as it takes
    seconds.
    """
    html = page(read_run(folder), tsne=tsne)
    write_file(folder / "report.html", html.encode("utf-8", "replace"))
    return folder / "report.html"


def page(run: Run, *, tsne: bool | None = None) -> str:
    """The report of a run as HTML, `tsne` as in `write_report`; it names no folder of the user's."""
    run, script = replace(run, record=public(run.record)), verbatim("report/templates/page.js")
    states = _states(run)
    rounds = _rounds(run, is_home=states is None)
    ending, told = rounds[run.ending], _verdict(run)
    comparison = _comparison(run, ending, told)
    return render(
        "report/templates/page.html.j2",
        run=run,
        verdict=told,
        chips=_chips(run),
        comparison=comparison,
        shape=shape(comparison.aspect),
        is_wide=comparison.aspect > WIDE,
        is_path=_is_path(run),
        states=states,
        route=_route(run),
        rounds=rounds,
        ending=ending,
        facts=list(
            ending.facts(run.captions[run.ending], _takes(run), _ended(run), with_reason=ending.chosen)
        ),  # else it stands at the top
        geometry=_geometry(run, tsne),
        seconds=run.record.execution.seconds,
        settings=settings_rows(run),
        machine=machine_rows(run),
        commands=commands(run.record.settings),
        script=script,
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def shape(aspect: float) -> str:
    """What the styles have to know of pictures that are so many times as wide as high."""
    return f"--aspect:{aspect:.5f};--thumb:{min(190, max(76, round(112 * aspect)))}px"


def _is_path(run: Run) -> bool:
    """Whether the run may have several rounds."""
    return run.walks or len(run.steps) > 1


def _rounds(run: Run, is_home: bool) -> list[Round]:
    """`is_home` says whether the page's result is a frame of one of them."""
    clips, path = run.frames(), _is_path(run)
    count = sum(len(frames) for frames in clips)
    return [
        Round(
            step,
            frame_addresses(frames, count),
            is_crisp(*frames.shape[1:3]),
            number=number + 1 if path else 0,
            is_home=is_home and number == run.ending,
            select=run.record.settings.select,
            clause=caption.place,
            gate=gate_of(run.record.options),
        )
        for number, (step, frames, caption) in enumerate(zip(run.steps, clips, run.captions, strict=True))
    ]


def _states(run: Run) -> FilmStrip | None:
    """The states of a path; None where it never left the source, or where the run had one step only."""
    states = run.states() if _is_path(run) else ()
    return states_strip(run.steps, *_shown(states), run.metrics) if len(states) > 1 else None


def _route(run: Run) -> FilmStrip | None:
    """None where no route was found, or where it is the path itself."""
    frames = run.route()
    walked = run.states()[1:] if frames else ()
    return None if is_same(frames, walked) else route_strip(*_shown(frames))


def _shown(pictures: Sequence[Picture]) -> tuple[list[str], bool]:
    """Addresses of pictures in the source's size, and whether they are crisp."""
    addresses = [frame_addresses(picture[None], len(pictures))[0] for picture in pictures]
    return addresses, is_crisp(*pictures[0].shape[:2])


def _geometry(run: Run, tsne: bool | None) -> Geometry:
    with_tsne = tsne if tsne is not None else run.walks
    return geometry(any(step.passed for step in run.steps), run.metrics, run.cloud(), with_tsne)


def _verdict(run: Run) -> Verdict:
    settings, ending = run.record.settings, run.steps[run.ending]
    missing = missing_of(run.steps[-1].scores, run.captions[-1], run.record.options)
    return verdict(
        ending.choice,
        ending.scores,
        run.record.options,
        walks=run.walks,
        is_given=settings.picked is not None,
        to_come=run.captions[run.ending].to_come,
        missing=missing,
    )


def _chips(run: Run) -> Iterator[str]:
    """What ran, in a few words each."""
    whole, first = run.record.settings.frames, run.steps[0]
    yield model_of(run)
    if first.was_drawn:
        drawn = len(first.frame_times)
        yield f"{whole} frames" if drawn == whole else f"{drawn} of {whole} frames"
    takes = 1 + len(run.steps[0].others)
    if len(run.steps) > 1:
        yield f"{len(run.steps)} rounds"
    if takes > 1:
        yield f"{takes} {_takes(run)}" + (" a round" if _is_path(run) else "")
    if run.record.settings.seed is not None:
        several = len(run.record.execution.batch_seeds) > 1
        yield f"{'seeds from' if several else 'seed'} {run.record.settings.seed}"


def _ended(run: Run) -> str:
    """Why the path went no further."""
    return next((step.ended for step in reversed(run.steps) if step.ended), "")


def _takes(run: Run) -> str:
    """What the clips of a round are, where others may have been begun and dropped."""
    begun, finished = len(run.record.execution.batch_seeds), 1 + len(run.steps[0].others)
    return "finished clips" if begun > finished and not run.walks else "candidates"


def _comparison(run: Run, last: Round, told: Verdict) -> Comparison:
    source, image = run.source(), run.image()
    height, width = source.picture.shape[:2]
    alt, label = after_words(last, told)
    start, is_clear = change_begins(source.picture, image.picture), source.alpha is not None
    unedited = Before("source", picture_address(source), "The source picture")
    del source  # two large pictures are enough at a time
    return Comparison(
        (unedited, *_besides(run, image.picture)),
        picture_address(image) if last.chosen else _closest(run, last),
        after_alt=alt,
        after_label=label,
        aspect=width / height,
        crisp=is_crisp(height, width),
        clear=is_clear,
        start=start,
    )


def _closest(run: Run, last: Round) -> str:
    """The frame that comes nearest, in its place in the source."""
    canvas = run.canvas()
    if canvas.is_whole:
        return last.pictures[last.shown]
    return screen_address(canvas.placed(run.frames()[run.ending][last.shown]))


def after_words(shown: Round, verdict: Verdict) -> tuple[str, str]:
    """What the picture beside the source is: for those who do not see it, and as its label."""
    name = shown.name(shown.shown)
    return (
        f"{'The edited picture' if shown.chosen else 'The closest frame'}, {name}",
        f"{verdict.label} · {name}",
    )


def _besides(run: Run, image: Picture) -> Iterator[Before]:
    """The pictures besides the source that the result can be held against."""
    generated, mask = run.generated(), run.mask()
    if generated is not None and differ(generated.picture, image):
        picked, transfer = run.record.settings.picked is not None, run.record.execution.transfer
        what = "the frame as it is" if picked else "what the model made"
        came = "the change was made in the source" if transfer else "the source's own pixels were put back"
        words = f"{what.capitalize()}, before {came}"
        tag = "The frame as it is" if picked else "As generated"
        yield Before("generated", picture_address(generated), words, tag, what)
    if mask is not None:
        words, tag = "The mask; white could change", "Mask: white may change"
        yield Before("mask", picture_address(mask), words, tag, "the mask")
