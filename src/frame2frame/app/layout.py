"""How the page is laid out: what is asked on the left, what came of it on the right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ..engine.device import memory
from ..engine.models import presets
from ..engine.models.catalogue import Model
from ..media.data_urls import address
from ..media.source import load_picture
from ..strategy.one_shot import OneShot
from ..strategy.path import Path as Rounds
from ..strategy.search import Search
from ..worlds.tabletop.example import EXAMPLES
from .fields import SELECT, SLIDE, Widgets, desk, keep_field, picture_field, selector_field
from .form import DRAWN, Written, captioners, default_of
from .fragments import fragment

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
MODES = [("One-shot", "one-shot"), ("Iterative", "path"), ("Search", "search")]
MOST_FRAMES = 81
"""On the slider, unless the model's own clip is longer."""
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
    target = gr.HTML("", elem_id="f2f-target", apply_default_css=False)
    strategy = gr.Radio(
        MODES,
        value="one-shot",
        label="Mode",
        info="One clip; or several, each from where the last one led; or many begun and the best finished.",
        elem_id="f2f-mode",
    )
    edit = desk("Generate", "f2f-generate")
    settings = _settings(models)
    path_settings, path = _path_settings()
    search_settings, search = _search_settings()
    own = {"picture": picture, "instruction": instruction, "caption": caption, "strategy": strategy}
    more = _more_settings()
    advanced = _advanced()
    return {
        "fields": own | settings | path | search | more.fields | advanced,
        "examples": examples,
        "target": target,
        "edit": edit,
        "path_settings": path_settings,
        "search_settings": search_settings,
        "selecting": more.selecting,
        "rewrite": more.rewrite,
        "weights": more.weights,
    }


def _settings(models: dict[str, Model]) -> dict[str, Any]:
    first = next(iter(models.values()))
    with gr.Accordion("Settings", open=False, elem_id="f2f-settings"):
        model = gr.Dropdown(list(models), value=next(iter(models)), label="Model", info=about(first))
        preset = gr.Dropdown(
            [NO_PRESET, *((name, name) for name in presets.PRESETS)],
            value="",
            label="Preset",
            info=told_of(""),
            elem_id="f2f-preset",
        )
        with gr.Row():
            frames = gr.Slider(
                9, MOST_FRAMES, first.frames or 49, step=8, label="Frames", elem_id="f2f-frames", buttons=[]
            )
            steps = gr.Slider(
                1, 100, first.steps or 50, step=1, label="Steps", elem_id="f2f-steps", buttons=[]
            )
        with gr.Row():
            guidance = gr.Slider(
                1, 15, first.guidance or 6.0, step=0.5, label="Guidance scale", min_width=320, buttons=[]
            )
            seed = gr.Number(DRAWN, label="Seed", info="−1 draws one", elem_id="f2f-seed")
    own = {"model": model, "preset": preset, "frames": frames, "steps": steps}
    return {**own, "guidance": guidance, "seed": seed}


def told_of(preset: str) -> str:
    """One line below the name of a preset, of which empty is none."""
    none = "one does less of it, and fills in the fields that say how much"
    told = f"{presets.find(preset).told if preset else none}."
    return told[:1].upper() + told[1:]


def about(model: Model) -> str:
    """One line below the name of a model."""
    return f"Knows only {model.knows}." if model.knows else f"Licence: {model.licence}."


def _path_settings() -> tuple[Any, dict[str, Any]]:
    own = Rounds()
    with gr.Accordion("Iterative mode", open=True, visible=False, elem_id="f2f-path") as accordion:
        with gr.Row():
            rounds = gr.Slider(1, 12, own.rounds, step=1, label="Rounds", elem_id="f2f-rounds", buttons=[])
            candidates = gr.Slider(
                1, 8, own.candidates, step=1, label="Candidates", elem_id="f2f-candidates", buttons=[]
            )
        strength = gr.Slider(
            0.05,
            1,
            own.strength,
            step=0.05,
            label="Noise strength",
            info="1 starts each round from pure noise; less keeps more of where the path is.",
            buttons=[],
        )
    return accordion, {"rounds": rounds, "candidates": candidates, "strength": strength}


def _search_settings() -> tuple[Any, dict[str, Any]]:
    own = Search()
    with gr.Accordion("Search", open=True, visible=False, elem_id="f2f-search") as accordion:
        with gr.Row():
            seeds = gr.Slider(
                1, 32, own.candidates, step=1, label="Seeds begun", elem_id="f2f-seeds", buttons=[]
            )
            finalists = gr.Slider(1, 8, own.finalists, step=1, label="Finished", buttons=[])
        probe_steps = gr.Slider(
            0.05,
            1,
            own.probe_steps,
            step=0.05,
            label="Looked at after",
            info="As a share of the steps; the less promising ones are dropped there.",
            buttons=[],
        )
    return accordion, {"seeds": seeds, "finalists": finalists, "probe_steps": probe_steps}


@dataclass(frozen=True, eq=False)
class _More:
    fields: dict[str, Any]
    selecting: Any
    rewrite: Any
    weights: Any


def _more_settings() -> _More:
    with gr.Accordion("More", open=False, elem_id="f2f-more"):
        with gr.Row():
            captioner = gr.Dropdown(
                [(NAMES.get(name, name), name) for name in captioners()],
                value=default_of("caption"),
                label="Caption by",
                min_width=240,
            )
            rewrite = gr.Button("Write the caption again", size="sm", elem_id="f2f-rewrite")
        with gr.Row() as selecting:
            selector = selector_field()
            clips = gr.Slider(
                1, 8, OneShot().candidates, step=1, label="Clips", info="The best one is taken.", buttons=[]
            )
        with gr.Column(visible=False) as weights:
            own = _weights()
    return _More(
        {"captioner": captioner, "selector": selector, "clips": clips, **own}, selecting, rewrite, weights
    )


def _advanced() -> dict[str, Any]:
    with gr.Accordion("Advanced", open=False, elem_id="f2f-advanced"):
        keep = keep_field("f2f-keep")
        refine = gr.Checkbox(
            False,
            label="Draw the chosen frame again, at rest, if that is sharper",
            elem_id="f2f-refine",
            container=False,
        )
        mask = picture_field("Mask over your picture: white may change, all else is kept", "f2f-mask", 150)
        encoder = gr.Textbox(
            label="Encoder of words and frames",
            placeholder="the model's own",
            info="siglip2, or a CLIP model's folder or hub id.",
            max_lines=1,
            elem_id="f2f-encoder",
        )
        identity = gr.Textbox(
            label="Identity encoder",
            placeholder="none",
            info="Scores how much of what you show is left: dino, or face:NETWORK.onnx,DETECTOR.onnx.",
            max_lines=1,
            elem_id="f2f-identity",
        )
        with gr.Row():
            room = gr.Dropdown(
                ["auto", *map(str, memory.PRESETS)],
                value=default_of("memory"),
                allow_custom_value=True,
                label="Memory (GiB)",
                info="Of the GPU; 8:32 bounds main memory too.",
                min_width=140,
                elem_id="f2f-memory",
            )
            lora = gr.Textbox(
                label="LoRA",
                placeholder="style.safetensors:0.8",
                info="A file or hub id with its weight; one a line.",
                lines=2,
                min_width=220,
                elem_id="f2f-lora",
            )
    own = {"refine": refine, "keep": keep, "mask": mask, "encoder": encoder, "identity": identity}
    return {**own, "memory": room, "lora": lora}


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
        info="tabletop knows only the tabletop scenes; a CLIP model's folder or hub id will do too.",
        elem_id="f2f-pick-encoder",
    )
    keep = keep_field("f2f-pick-keep")
    fields = {"clip": clip, "source": source, "target": target, "selector": selector, "encoder": encoder}
    return {"pick_fields": {**fields, "keep": keep}, "pick": desk("Pick the frame", "f2f-pick")}


def _weights() -> dict[str, Any]:
    own = Rounds()
    labels = {
        "w_sem": "Words (w_sem)",
        "w_step": "Last step (w_step)",
        "w_id": "Your picture (w_id)",
        "w_curve": "Bends (w_curve)",
        "w_monotone": "Falling back (w_monotone)",
    }
    gr.HTML(fragment("hint", WEIGHTS), apply_default_css=False)
    with gr.Row():
        return {
            name: gr.Number(getattr(own, name), label=label, minimum=0, step=0.05, min_width=140)
            for name, label in labels.items()
        }


def _examples() -> str:
    entries = [(one.instruction, address(load_picture(one.picture).picture)) for one in EXAMPLES]
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
