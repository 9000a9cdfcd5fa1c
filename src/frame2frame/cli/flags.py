"""The options of the command line, each written once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InputError
from . import completion

_MODELS_OWN = "the model's own"

Model = Annotated[
    str | None,
    typer.Option(
        autocompletion=completion.models,
        help="A name of `f2f models list`, a folder, or a hub id.",
        show_default="the chosen one, else tabletop",
    ),
]
Frames = Annotated[int | None, typer.Option(help="Frames of the clip.", show_default=_MODELS_OWN)]
Steps = Annotated[int | None, typer.Option(help="Denoising steps.", show_default=_MODELS_OWN)]
Guidance = Annotated[
    float | None,
    typer.Option(help="How closely the clip follows the words; 1 is unguided.", show_default=_MODELS_OWN),
]
Height = Annotated[
    int | None, typer.Option(help="Height of the clip in pixels.", show_default="follows the picture")
]
Width = Annotated[
    int | None,
    typer.Option(help="Width; with only one of the two the shape stays.", show_default="follows the picture"),
]
NegativePrompt = Annotated[
    str | None,
    typer.Option(help="What the clip should not show, for models that take this.", show_default=_MODELS_OWN),
]
Preset = Annotated[
    str | None,
    typer.Option(
        autocompletion=completion.presets,
        help="Save time: fast, search4, search15 or sparse. Options that you give yourself win over it.",
    ),
]
Seed = Annotated[
    int | None, typer.Option(help="The same seed repeats a run.", show_default="drawn, and shown")
]
Seeds = Annotated[
    str | None,
    typer.Option(help="A seed for each candidate, like 1,2,3.", show_default="counting up from --seed"),
]
Captioner = Annotated[
    str | None,
    typer.Option(
        "--caption",
        autocompletion=completion.captioners,
        help="How the instruction becomes a caption: temporal, plain or vlm (asks a server).",
        show_default="temporal",
    ),
]
Selector = Annotated[
    str,
    typer.Option(
        "--select",
        autocompletion=completion.selectors,
        help="How the frame is chosen: earliest, best, sharpest-late, energy or judge (asks a server).",
    ),
]
Lora = Annotated[
    list[str] | None,
    typer.Option(help="A LoRA to add, as FILE_OR_HUB_ID[:WEIGHT]; may be given several times."),
]
_SERVER = "Captions and judgements by a vision-language server"
CaptionText = Annotated[
    str | None, typer.Option(help="Your own caption, used as it is.", rich_help_panel=_SERVER)
]
PromptDir = Annotated[
    Path | None, typer.Option(help="A folder with your own prompts.", rich_help_panel=_SERVER)
]
Style = Annotated[
    str | None,
    typer.Option(
        help="How the server writes the caption: as one sentence, or in steps.",
        rich_help_panel=_SERVER,
        show_default="sentence",
    ),
]
Mode = Annotated[
    str | None,
    typer.Option(
        help="How the judge sees the frames: as one collage, or as separate frames.",
        rich_help_panel=_SERVER,
        show_default="collage",
    ),
]
_WAY, _ENERGY = "Iterative mode and several candidates", "Energy: how a path chooses its next state"
Strategy = Annotated[
    str | None,
    typer.Option(
        autocompletion=completion.strategies,
        help="one-shot (one round), path (several short rounds) or search (many seeds, few finished).",
        rich_help_panel=_WAY,
        show_default="the preset's, else one-shot",
    ),
]
Candidates = Annotated[
    int | None,
    typer.Option(
        help="Clips to draw in each round.",
        rich_help_panel=_WAY,
        show_default="1; path 3; search 4",
    ),
]
Rounds = Annotated[int | None, typer.Option(help="Rounds of a path.", rich_help_panel=_WAY, show_default="5")]
Strength = Annotated[
    float | None,
    typer.Option(
        help="Noise that the first round of a path starts with, up to 1; less keeps more of the picture.",
        rich_help_panel=_WAY,
        show_default="1",
    ),
]
LastStrength = Annotated[
    float | None,
    typer.Option(
        help="The same for the last round; the rounds between change evenly.",
        rich_help_panel=_WAY,
        show_default="that of --strength",
    ),
]
WSem = Annotated[
    float | None,
    typer.Option(
        help="Cost of a frame that does not match the words.", rich_help_panel=_ENERGY, show_default="1"
    ),
]
WStep = Annotated[
    float | None,
    typer.Option(help="Cost of moving far from the last state.", rich_help_panel=_ENERGY, show_default="0.1"),
]
WId = Annotated[
    float | None,
    typer.Option(help="Cost of moving far from your picture.", rich_help_panel=_ENERGY, show_default="0.1"),
]
WCurve = Annotated[
    float | None,
    typer.Option(help="Cost of a path that bends.", rich_help_panel=_ENERGY, show_default="0"),
]
WMonotone = Annotated[
    float | None,
    typer.Option(
        help="Cost of matching the words less than the last state did.",
        rich_help_panel=_ENERGY,
        show_default="0",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Any other option, as NAME=VALUE, like keep.growth=0.02; see docs/reference/options.md."
    ),
]
_ENCODERS = "Encoders"
Encoder = Annotated[
    str | None,
    typer.Option(
        autocompletion=completion.encoders,
        help="What scores the frames: a CLIP folder or hub id, siglip2, or siglip2:REPOSITORY.",
        rich_help_panel=_ENCODERS,
        show_default=_MODELS_OWN,
    ),
]
Identity = Annotated[
    str | None,
    typer.Option(
        autocompletion=completion.identities,
        help="Score identity as well: dino, or face:NETWORK.onnx,DETECTOR.onnx.",
        rich_help_panel=_ENCODERS,
    ),
]
Refine = Annotated[
    bool,
    typer.Option("--refine/--no-refine", help="Draw the chosen frame once more, standing still and sharper."),
]
EmbedSource = Annotated[
    bool,
    typer.Option(
        "--embed-source/--no-embed-source",
        help="Put your picture inside of final_frame.png, so that others can repeat the edit from it alone.",
    ),
]
KeepSource = Annotated[
    bool, typer.Option("--keep/--no-keep", help="Put your own pixels back wherever nothing changed.")
]
Mask = Annotated[
    Path | None,
    typer.Option(help="A picture that is white where the edit may change yours, black elsewhere."),
]
Metadata = Annotated[
    str, typer.Option(help="The source's date, author and dots per inch in the result: keep, or none.")
]
Out = Annotated[Path, typer.Option(help="The folder in which run folders are made.")]
CacheDir = Annotated[
    Path | None,
    typer.Option(
        help="Where to look for hub models; FRAME2FRAME_MODEL_DIR wins over it.",
        show_default="the Hugging Face cache",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        autocompletion=completion.devices,
        help="auto, cpu, cuda (one GPU), all (every GPU), or a list like cuda:0,cuda:1.",
    ),
]

Memory = Annotated[
    str,
    typer.Option(
        autocompletion=completion.memories,
        help="How much GPU memory the model may use: auto (what is free), or the GiB that the card is sold "
        "with: 8, 12, 16, 24, 48 or 80. A second number, as in 8:32, limits main memory too.",
    ),
]


def _go_offline(wanted: bool) -> None:
    """Read by the hub's client at its import, and by the vision-language server before it is asked."""
    if wanted:
        os.environ.update(HF_HUB_OFFLINE="1", FRAME2FRAME_OFFLINE="1")


Offline = Annotated[
    bool, typer.Option("--offline", callback=_go_offline, is_eager=True, help="Make no network connection.")
]
Progress = Annotated[bool, typer.Option("--progress/--no-progress", help="Show how far it is, on stderr.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]


def numbers(name: str, text: str | None) -> list[int] | None:
    """Whole numbers with commas between. Raises InputError."""
    try:
        return None if text is None else [int(word) for word in text.split(",")]
    except ValueError:
        got, remedy = repr(text), f"like --{name} 1,2,3"
        raise InputError(f"{name} are whole numbers with commas between", got=got, remedy=remedy) from None


def settings(given: list[str]) -> dict[str, Any]:
    """NAME=VALUE as options: numbers and truth values as such, the rest as text."""
    found: dict[str, Any] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise InputError(
                "an option is set as NAME=VALUE", got=repr(one), remedy="like --set settled=0.05"
            )
        try:
            found[name.replace("-", "_")] = json.loads(value)
        except ValueError:
            found[name.replace("-", "_")] = value
    return found
