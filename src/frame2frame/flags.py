"""The options of the command line, each written once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[
    str | None, typer.Option(help="Name, folder or hub id; by default the chosen one, else tabletop.")
]
Frames = Annotated[int | None, typer.Option(help="Frames of the clip; by default the model's.")]
Steps = Annotated[int | None, typer.Option(help="Denoising steps; by default the model's.")]
Guidance = Annotated[
    float | None, typer.Option(help="How strongly the words steer; 1 is unguided; by default the model's.")
]
Height = Annotated[int | None, typer.Option(help="Height of the clip in pixels; by default the model's.")]
Width = Annotated[int | None, typer.Option(help="Its width; one of the two alone keeps the aspect.")]
NegativePrompt = Annotated[
    str | None, typer.Option(help="What the model is led away from, where it takes one.")
]
Preset = Annotated[
    str | None,
    typer.Option(help="Less work: fast, search4, search15 or sparse; other options win over it."),
]
Seed = Annotated[int | None, typer.Option(help="Repeats a run; by default drawn and shown.")]
Seeds = Annotated[
    str | None, typer.Option(help="One for each candidate, like 1,2,3; by default they count up from --seed.")
]
Captioner = Annotated[
    str | None,
    typer.Option("--caption", help="temporal, plain or vlm (a server).", show_default="temporal"),
]
Selector = Annotated[
    str, typer.Option("--select", help="earliest, best, sharpest-late, energy or judge (a server).")
]
Lora = Annotated[
    list[str] | None,
    typer.Option(help="A LoRA to add: FILE_OR_HUB_ID[:WEIGHT]; again for a second one."),
]
_SERVER = "Captions and judgements by a vision-language server"
CaptionText = Annotated[
    str | None, typer.Option(help="A caption to be used as it is.", rich_help_panel=_SERVER)
]
PromptDir = Annotated[
    Path | None, typer.Option(help="A folder with prompts of your own.", rich_help_panel=_SERVER)
]
Style = Annotated[
    str | None, typer.Option(help="Of a vlm caption: sentence or steps.", rich_help_panel=_SERVER)
]
Mode = Annotated[str | None, typer.Option(help="Of the judge: collage or frames.", rich_help_panel=_SERVER)]
_WAY, _ENERGY = "Iterative mode and several candidates", "Energy of the iterative mode"
Strategy = Annotated[
    str | None,
    typer.Option(help="one-shot, path or search; by default the preset's.", rich_help_panel=_WAY),
]
Candidates = Annotated[int | None, typer.Option(help="Clips a round.", rich_help_panel=_WAY)]
Rounds = Annotated[int | None, typer.Option(help="Rounds of a path.", rich_help_panel=_WAY)]
Strength = Annotated[
    float | None,
    typer.Option(help="Noise that a round starts with: 1 is all, less keeps more.", rich_help_panel=_WAY),
]
LastStrength = Annotated[float | None, typer.Option(help="That of the last round.", rich_help_panel=_WAY)]
WSem = Annotated[float | None, typer.Option(help="Weight of the words.", rich_help_panel=_ENERGY)]
WStep = Annotated[float | None, typer.Option(help="Of the way from the last state.", rich_help_panel=_ENERGY)]
WId = Annotated[float | None, typer.Option(help="Of the way from the source.", rich_help_panel=_ENERGY)]
WCurve = Annotated[float | None, typer.Option(help="Of a bent path.", rich_help_panel=_ENERGY)]
WMonotone = Annotated[float | None, typer.Option(help="Of losing similarity.", rich_help_panel=_ENERGY)]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="Any option of a part: NAME=VALUE, like keep.growth=0.02.")
]
_ENCODERS = "Encoders"
Encoder = Annotated[
    str | None,
    typer.Option(help="A CLIP folder or hub id, or siglip2 (:REPOSITORY).", rich_help_panel=_ENCODERS),
]
Identity = Annotated[
    str | None,
    typer.Option(
        help="Scores identity too: dino, or face:NETWORK.onnx,DETECTOR.onnx.", rich_help_panel=_ENCODERS
    ),
]
Refine = Annotated[
    bool,
    typer.Option("--refine/--no-refine", help="Draw the chosen frame again, at rest."),
]
KeepSource = Annotated[
    bool, typer.Option("--keep/--no-keep", help="Put the source's own pixels back where nothing changed.")
]
Mask = Annotated[Path | None, typer.Option(help="A picture whose white parts may change; the rest is kept.")]
Out = Annotated[Path, typer.Option(help="The folder that run folders are made in.")]
CacheDir = Annotated[
    Path | None,
    typer.Option(
        help="Where hub models are looked for; FRAME2FRAME_MODEL_DIR wins, else the Hugging Face cache."
    ),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, all (every GPU), or a list like cuda:0,cuda:1.")]

Memory = Annotated[
    str, typer.Option(help="auto, or the GPU's GiB: 8, 12, 16, 24, 48, 80; 8:32 bounds main memory too.")
]


def _go_offline(wanted: bool) -> None:
    """Read by the hub's client at its import, and by the vision-language server before it is asked."""
    if wanted:
        os.environ.update(HF_HUB_OFFLINE="1", FRAME2FRAME_OFFLINE="1")


Offline = Annotated[
    bool, typer.Option("--offline", callback=_go_offline, is_eager=True, help="Open no connection at all.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
