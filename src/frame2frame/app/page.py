"""The page, and what happens when its fields are used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.processing_utils import save_file_to_cache

from ..engine.models.catalogue import Model
from ..errors import Frame2FrameError
from ..plugins import capabilities, registry
from . import answer, status
from .fields import AT_ONCE, QUIET, Widgets
from .form import (
    INSTANT,
    Form,
    PickForm,
    by_whom,
    chosen_parts,
    encoders_here,
    filled,
    filled_by,
    form_fields,
    models_here,
    pick_fields,
    usual,
    written_by,
)
from .layout import EXAMPLES, TITLE, about, laid_out, told_of
from .questions import asked_in, questions
from .run import Runner, Updates
from .visitors import Visitors

SHOW_RESULT = """
() => {
  for (const frame of document.querySelectorAll('.frame:is(.chosen, .closest)'))
    frame.parentElement.scrollLeft = frame.offsetLeft - frame.parentElement.clientWidth / 2;
  const found = document.querySelector('#f2f-result');
  if (found && found.getBoundingClientRect().top > innerHeight * 0.6)
    found.scrollIntoView({behavior: 'smooth', block: 'start'});
}
"""
SHOW_LARGE = """
() => document.querySelector('#f2f-large figure')?.scrollIntoView({behavior: 'smooth', block: 'nearest'})
"""


def blocks(out: Path, cache_dir: str | None, visitors: Visitors) -> Any:
    """The page as Gradio's blocks; the examples are put beside what the visitors upload.

    Raises ModelError if not even the embedded model is here.
    """
    models, encoders = models_here(cache_dir), encoders_here(cache_dir)
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        widgets = laid_out(models, encoders)
        _wire_caption(widgets, visitors)
        _wire_settings(widgets, models, cache_dir)
        _wire_parts(widgets)
        _wire_server(widgets)
        runner = Runner(out, cache_dir, widgets, visitors)
        visitors.when_closed.append(runner.pages.forget)
        _wire_run(widgets, runner)
    return page


def _wire_caption(widgets: Widgets, visitors: Visitors) -> None:
    own = widgets.fields
    asked = [own[name] for name in ("captioner", "picture", "instruction", "target")]
    read = [*asked, widgets.written]
    changed = [own["caption"], widgets.target, widgets.written]

    def follow(captioner: str, *others: Any) -> tuple[Any, ...]:
        return write(captioner, *others) if captioner in INSTANT else (gr.skip(), gr.skip(), gr.skip())

    def write(
        captioner: str, picture: str | None, instruction: str, target: str | None, before: Any
    ) -> tuple[Any, ...]:
        try:
            written = written_by(captioner, picture, instruction, target).after(before)
        except Frame2FrameError as error:
            return gr.skip(), status.failed(error), gr.skip()
        return written.temporal, status.caption_html(written), written

    def typed(caption: str, before: Any) -> tuple[Any, ...]:
        written = before.changed(caption)
        return status.caption_html(written), written

    for listener in (own[name].change for name in ("instruction", "captioner", "target")):
        listener(follow, read, changed, trigger_mode="always_last", **AT_ONCE)

    def example(event: gr.SelectData) -> tuple[str, str]:
        taken = EXAMPLES[event.index[1]]
        picture = save_file_to_cache(taken.picture, str(visitors.uploads))
        return visitors.offer(picture), taken.instruction

    example.__annotations__ = {"event": gr.SelectData}
    taken = [own["picture"], own["instruction"]]
    widgets.examples.select(example, None, taken, **AT_ONCE)
    noted = [widgets.target, widgets.written]
    read_again = [own["caption"], widgets.written]
    own["caption"].change(typed, read_again, noted, trigger_mode="always_last", **AT_ONCE)
    widgets.rewrite.click(write, read, changed, **QUIET)


def _wire_settings(widgets: Widgets, models: dict[str, Model], cache_dir: str | None) -> None:
    own = widgets.fields

    def numbers_of(name: str, preset: str) -> tuple[Any, ...]:
        frames, steps, guidance = usual(models[name], preset, cache_dir)
        most = max(frames or 0, questions()["frames"].high or 0)
        return gr.update(value=frames, maximum=most), steps, guidance

    def chosen_model(name: str, preset: str) -> tuple[Any, ...]:
        return gr.update(info=about(models[name])), *numbers_of(name, preset)

    def chosen_preset(name: str, preset: str) -> tuple[Any, ...]:
        own = filled_by(preset)
        way = [own.get(field, gr.skip()) for field in filled()]
        return gr.update(info=told_of(preset)), *way, *numbers_of(name, preset)

    asked, numbers = [own["model"], own["preset"]], [own["frames"], own["steps"], own["guidance"]]
    own["model"].input(chosen_model, asked, [own["model"], *numbers], **AT_ONCE)
    changed = [own["preset"], *(own[name] for name in filled()), *numbers]
    own["preset"].input(chosen_preset, asked, changed, **AT_ONCE)


def _wire_parts(widgets: Widgets) -> None:
    """Show what is there for a chosen part alone while it is chosen."""
    own, asked, places = widgets.fields, questions(), widgets.sections
    alone = [name for name, one in asked.items() if one.options and one.widget.place not in places]

    def of_edit(strategy: str, selector: str, captioner: str, score: list[str]) -> tuple[Any, ...]:
        chosen = chosen_parts(strategy, selector, captioner, score)
        walks = capabilities.of_strategy(registry.find("strategies", strategy)).walks
        lone = (gr.update(visible=asked[name].is_asked(chosen)) for name in alone)
        return (gr.update(visible=not walks), *_shown(places, chosen), *lone)

    def of_pick(selector: str, score: list[str]) -> list[Any]:
        return _shown(widgets.pick_sections, chosen_parts(None, selector, "", score))

    read = [own[name] for name in ("strategy", "selector", "captioner", "score")]
    changed = [widgets.selecting, *places.values(), *(own[name] for name in alone)]
    for heard in (own["strategy"].change, own["selector"].change, own["captioner"].input, own["score"].input):
        heard(of_edit, read, changed, **AT_ONCE)
    read = [widgets.pick_fields[name] for name in ("selector", "score")]
    for one in read if widgets.pick_sections else ():
        one.input(of_pick, read, list(widgets.pick_sections.values()), **AT_ONCE)


def _wire_server(widgets: Widgets) -> None:
    """The switch sets who writes the caption and chooses the frame, and follows what is chosen there."""
    if (switch := widgets.by_server) is None:
        return
    fields = {name: widgets.fields[name] for name in by_whom(True)}
    asked = set(by_whom(True).values())
    switch.input(lambda on: list(by_whom(on).values()), switch, list(fields.values()), **AT_ONCE)
    for one in fields.values():
        one.input(lambda *chosen: not asked.isdisjoint(chosen), list(fields.values()), switch, **AT_ONCE)


def _shown(places: Iterable[str], chosen: Mapping[str, Sequence[str]]) -> list[Any]:
    """Of each place, whether one of its questions counts where these parts are chosen."""
    return [gr.update(visible=any(one.is_asked(chosen) for one in asked_in(place))) for place in places]


def _wire_run(widgets: Widgets, runner: Runner) -> None:
    # Gradio reads from the annotations what a function is to be given, and needs the types themselves.
    def run(request: gr.Request, written: Any, *values: Any) -> Iterator[Updates]:
        yield from runner.run(_session(request), Form(dict(zip(form_fields(), values, strict=True))), written)

    def pick(request: gr.Request, *values: Any) -> Iterator[Updates]:
        yield from runner.pick(_session(request), PickForm.of(dict(zip(pick_fields(), values, strict=True))))

    def cancel(work: str) -> Any:
        def cancelled(request: gr.Request) -> Any:
            return runner.cancel(_session(request), work)

        cancelled.__annotations__ = {"request": gr.Request}
        return cancelled

    for handler, types in (
        (run, {"request": gr.Request}),
        (pick, {"request": gr.Request}),
    ):
        handler.__annotations__ = types
    asked = [widgets.written, *(widgets.fields[name] for name in form_fields())]
    wanted = [widgets.pick_fields[name] for name in pick_fields()]
    for work, begin, read, words in (
        ("edit", run, asked, widgets.fields["instruction"]),
        ("pick", pick, wanted, widgets.pick_fields["target"]),
    ):
        desk = widgets.desk(work)
        starts = [desk.go.click, words.submit]
        ran = gr.on(starts, begin, read, runner.outputs, trigger_mode="once", concurrency_limit=None, **QUIET)
        at_rest = [desk.go, desk.cancel]
        ran.then(lambda: (gr.update(visible=True), gr.update(visible=False)), None, at_rest, **AT_ONCE)
        ran.success(None, None, None, js=SHOW_RESULT)
        desk.cancel.click(cancel(work), None, desk.cancel, **AT_ONCE)
    _wire_shown(widgets, runner)


def _wire_shown(widgets: Widgets, runner: Runner) -> None:
    """What can be asked of an answer that is shown."""

    def large(request: gr.Request, event: gr.SelectData) -> Any:
        shown = runner.pages.shown(_session(request))
        return gr.skip() if shown is None else answer.large_html(shown, *event.index)

    def seed(request: gr.Request) -> Any:
        shown = runner.pages.shown(_session(request))
        return gr.skip() if shown is None else shown.asked.seed

    large.__annotations__ = {"request": gr.Request, "event": gr.SelectData}
    seed.__annotations__ = {"request": gr.Request}
    seen = widgets.strips.select(large, None, widgets.large, **AT_ONCE)
    seen.success(None, None, None, js=SHOW_LARGE)
    widgets.keep_seed.click(seed, None, widgets.fields["seed"], **AT_ONCE)


def _session(request: Any) -> str:
    """Which open page it is, by Gradio's name."""
    return str(request.session_hash)
