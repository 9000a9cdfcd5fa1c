"""How the page is laid out: what is asked on the left, what came of it on the right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr

from ..caption import server
from ..engine.device import memory
from ..engine.models import presets
from ..engine.models.catalogue import Model
from ..evaluation.bundle.edits import FOGGY
from ..media.data_urls import address
from ..media.pictures import within
from ..media.source import load_picture
from ..plugins import registry
from ..values import FITS
from ..worlds.tabletop import example
from .fields import (
    SELECT,
    SLIDE,
    Widgets,
    choice_field,
    desk,
    field_of,
    in_rows,
    keep_field,
    picture_field,
    scorers_field,
    selector_field,
    transfer_field,
)
from .form import DRAWN, Written, by_whom, captioners, pick_sections
from .fragments import fragment
from .questions import Question, asked_in, questions, sections, title_of

EXAMPLES = (*example.EXAMPLES, FOGGY)
"""Pictures to try, drawn ones first, each with a wish."""
THUMBNAIL = 128
"""Pixels of an example's long side: about twice as many as it has on the page."""

TITLE = "frame2frame"
LEAD = "Say what should change. A video model imagines it; the earliest frame that shows it is your edit."
WAY = (
    "Give a picture, or take an example.",
    "Say in a few words what to change.",
    "Generate. You see the whole clip, which frame was chosen and why.",
)
PICK_WAY = (
    "Give a video or the pictures of a clip, and the picture it starts from if you have it.",
    "Say what the wanted frame shows.",
    "Pick the frame. You see the whole clip, which frame was chosen and why.",
)
WEIGHTS = (
    "Weights of the energy that picks a frame. Jagged path: raise w_step. "
    "Weak edit: raise w_sem. Identity lost: raise w_id."
)
NO_PRESET = ("None: all of the model's usual work", "")
NAMES = {
    "temporal": "Rules",
    "plain": "The instruction as it is",
    "vlm": "Vision-language model",
    "given": "Yours",
}


def theme() -> Any:
    """Calm colours, and the fonts that the machine has."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace"]
    return gr.themes.Default(
        primary_hue=gr.themes.colors.indigo,
        neutral_hue=gr.themes.colors.zinc,
        radius_size=gr.themes.sizes.radius_lg,
        font=sans,
        font_mono=mono,
    ).set(
        body_text_color_subdued="*neutral_500",
        body_text_color_subdued_dark="*neutral_400",
        block_info_text_color="*neutral_500",
        block_info_text_color_dark="*neutral_400",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_secondary_background_fill="*neutral_100",
    )


def laid_out(models: dict[str, Model], encoders: list[str]) -> Widgets:
    """The page in two columns: what is asked, and what came of it."""
    gr.HTML(fragment("head", TITLE, LEAD), elem_id="f2f-head")
    with gr.Row(equal_height=False, elem_id="f2f-columns"):
        with gr.Column(scale=4, min_width=340), gr.Tabs(elem_id="f2f-tabs"):
            with gr.Tab("Edit a picture") as edit:
                asked = _asked(models)
            with gr.Tab("Pick from a clip") as pick:
                asked |= given_clip(encoders)
        with gr.Column(scale=6, min_width=340):
            answered = _answered()
    for tab, way in ((edit, WAY), (pick, PICK_WAY)):
        shown = json.dumps(fragment("empty", way))
        tab.select(None, None, answered["empty"], js=f"() => {shown}")
    return Widgets(**asked, **answered, written=gr.State(Written()))


def _asked(models: dict[str, Model]) -> dict[str, Any]:
    """The left column: what is asked."""
    picture = picture_field("Picture", "f2f-picture", 230)
    examples = gr.HTML(_examples(), js_on_load=SELECT, apply_default_css=False)
    instruction, caption = _words()
    target = gr.HTML("", elem_id="f2f-target", apply_default_css=False)
    strategy, by_server = _mode(), _by_server()
    edit = desk("Generate", "f2f-generate")
    own = {"picture": picture, "instruction": instruction, "caption": caption, "strategy": strategy}
    with gr.Accordion("Settings", open=False, elem_id="f2f-settings"):
        own |= asked_at("settings", models)
    shown, inner = _sections(sections(), models)
    own |= inner
    with gr.Accordion("More", open=False, elem_id="f2f-more"):
        with gr.Row():
            own |= asked_at("caption", models)
            rewrite = gr.Button("Write the caption again", size="sm", elem_id="f2f-rewrite")
        with gr.Column() as selecting:
            own |= asked_at("more", models)
        with gr.Column(visible=False) as weights:
            gr.HTML(fragment("hint", WEIGHTS), apply_default_css=False)
            own |= asked_at("weights", models)
    shown["weights"] = weights
    with gr.Accordion("Advanced", open=False, elem_id="f2f-advanced"):
        own |= asked_at("advanced", models)
    return {
        "fields": own,
        "examples": examples,
        "target": target,
        "edit": edit,
        "by_server": by_server,
        "sections": shown,
        "selecting": selecting,
        "rewrite": rewrite,
    }


def _sections(
    titles: dict[str, str], models: dict[str, Model], prefix: str = "f2f"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is there for a chosen part alone, by its place, and the fields in there."""
    found: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for place, title in titles.items():
        name = f"{prefix}-{place.replace(' ', '-')}"
        with gr.Accordion(title, open=True, visible=False, elem_id=name) as found[place]:
            own |= asked_at(place, models)
    return found, own


def _words() -> tuple[gr.Textbox, gr.Textbox]:
    """What should change, and what the clip will show."""
    instruction = gr.Textbox(
        label="What should change?",
        placeholder="paint the orange ball blue",
        lines=1,
        max_lines=3,
        elem_id="f2f-instruction",
    )
    caption = gr.Textbox(
        label="What the clip will show",
        info="Written from your words; change it if it misses your point.",
        lines=2,
        elem_id="f2f-caption",
    )
    return instruction, caption


def _mode() -> gr.Radio:
    """Which strategy."""
    return gr.Radio(
        [(title_of(name), name) for name in registry.usable("strategies")],
        value=questions()["strategy"].default,
        label=questions()["strategy"].widget.label,
        info=questions()["strategy"].widget.info,
        elem_id="f2f-mode",
    )


def _by_server() -> gr.Checkbox | None:
    """Says where pictures go, and whether; not there where no server is set."""
    if not server.is_set():
        return None
    return gr.Checkbox(
        True,
        label=f"Ask {server.told()} to write the caption and choose the frame",
        info="Your picture and frames of the clip are sent there; without this nothing leaves your machine.",
        elem_id="f2f-by-server",
        container=False,
    )


def asked_at(place: str, models: dict[str, Model]) -> dict[str, Any]:
    """The fields whose definitions put them at this place, in rows."""
    found: dict[str, Any] = {}
    for row in in_rows(asked_in(place)):
        if len(row) == 1:
            found[row[0].name] = _field(row[0], models)
            continue
        with gr.Row():
            found |= {one.name: _field(one, models) for one in row}
    return found


def _field(question: Question, models: dict[str, Model]) -> Any:
    """A field as its definition has it, or as only this machine can say."""
    if question.name in ("frames", "steps", "guidance"):
        first = next(iter(models.values()))
        usual = {"frames": first.frames or 49, "steps": first.steps or 50, "guidance": first.guidance or 6.0}
        return field_of(question, value=usual[question.name])
    if question.name in _SPECIAL:
        return _SPECIAL[question.name](question, models)
    return field_of(question)


def _model(question: Question, models: dict[str, Model]) -> Any:
    first = next(iter(models.values()))
    return choice_field(question, list(models), value=next(iter(models)), info=about(first))


def _preset(question: Question, models: dict[str, Model]) -> Any:
    names = [NO_PRESET, *((name, name) for name in presets.PRESETS)]
    return choice_field(question, names, value="", info=told_of(""), elem_id="f2f-preset")


def _captioner(question: Question, models: dict[str, Model]) -> Any:
    names, value = [(NAMES.get(name, name), name) for name in captioners()], _at_first("captioner")
    return choice_field(question, names, value=value, min_width=240)


def _at_first(name: str) -> str:
    """The captioner or the selector that is chosen before anybody chooses."""
    return str(by_whom(server.is_set())[name])


def _memory(question: Question, models: dict[str, Model]) -> Any:
    sizes = ["auto", *map(str, memory.PRESETS)]
    return choice_field(question, sizes, allow_custom_value=True, min_width=140, elem_id="f2f-memory")


_SPECIAL: dict[str, Callable[[Question, dict[str, Model]], Any]] = {
    "model": _model,
    "preset": _preset,
    "seed": lambda question, models: gr.Number(
        DRAWN, label=question.widget.label, info=question.widget.info, elem_id="f2f-seed"
    ),
    "captioner": _captioner,
    "selector": lambda question, models: selector_field(_at_first("selector")),
    "score": lambda question, models: scorers_field(),
    "mask": lambda question, models: picture_field(question.widget.label, "f2f-mask", 150),
    "memory": _memory,
    "fit": lambda question, models: choice_field(question, FITS, elem_id="f2f-fit"),
    "transfer": lambda question, models: transfer_field("f2f-transfer"),
}
"""Fields whose choices or values are not known before the page is made."""


def told_of(preset: str) -> str:
    """One line below the name of a preset, of which empty is none."""
    none = "one does less of it, and fills in the fields that say how much"
    told = f"{presets.find(preset).told if preset else none}."
    return told[:1].upper() + told[1:]


def about(model: Model) -> str:
    """One line below the name of a model."""
    return f"Knows only {model.knows}." if model.knows else f"Licence: {model.licence}."


def given_clip(encoders: list[str]) -> dict[str, Any]:
    """The tab for a clip that another program made."""
    clip = gr.File(
        label="A video, or the pictures of a clip",
        file_count="multiple",
        type="filepath",
        height=150,
        elem_id="f2f-clip",
    )
    source = picture_field("The picture it starts from; else its first frame", "f2f-source", 220)
    target = gr.Textbox(
        label="What does the wanted frame show?",
        placeholder="the orange ball is blue",
        max_lines=3,
        elem_id="f2f-wanted",
    )
    selector = selector_field()
    encoder = gr.Dropdown(
        encoders,
        value=encoders[0],
        allow_custom_value=True,
        label="Frames and words are compared by",
        info="tabletop knows its scenes and photographs as a whole; a CLIP model's folder or hub id will do.",
        elem_id="f2f-pick-encoder",
    )
    keep, transfer = keep_field("f2f-pick-keep"), transfer_field("f2f-pick-transfer")
    score = scorers_field()
    shown, inner = _sections(pick_sections(), {}, "f2f-pick")
    fields = {"clip": clip, "source": source, "target": target, "selector": selector, "encoder": encoder}
    fields |= {"keep": keep, "transfer": transfer, "score": score, **inner}
    return {"pick_fields": fields, "pick_sections": shown, "pick": desk("Pick the frame", "f2f-pick")}


def _examples() -> str:
    entries = [
        (one.instruction, address(within(load_picture(one.picture).picture, THUMBNAIL))) for one in EXAMPLES
    ]
    return fragment("examples", entries)


def _answered() -> dict[str, Any]:
    """The right column: what came of it."""
    empty = gr.HTML(fragment("empty", WAY), apply_default_css=False)
    with gr.Column(visible=False, elem_id="f2f-result") as result:
        outcome = gr.HTML("", apply_default_css=False)
        compare = gr.HTML("", js_on_load=SLIDE, apply_default_css=False, elem_id="f2f-compare")
        strips = gr.HTML("", js_on_load=SELECT, apply_default_css=False, elem_id="f2f-strips")
        large = gr.HTML("", apply_default_css=False, elem_id="f2f-large")
        with gr.Accordion("Figures", open=False):
            metrics = gr.HTML("", apply_default_css=False)
            keep_seed = gr.Button("Keep this seed for the next edit", size="sm", elem_id="f2f-keep-seed")
    return {
        "empty": empty,
        "result": result,
        "outcome": outcome,
        "compare": compare,
        "strips": strips,
        "large": large,
        "metrics": metrics,
        "keep_seed": keep_seed,
    }
