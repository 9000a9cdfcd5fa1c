"""What a caller may ask for, by name: written by scripts/tables.py from the definitions, not by hand.

`request.Request` and `picking.Pick` declare what are wishes of the run, the parts what are options of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TypedDict

from ..media.source import AnyImage
from .asking import PartWish
from .options import Value


class Wishes(TypedDict, total=False):
    """What a caller may ask for beside image and instruction; None is the same as leaving it out.

    Each is a flag of `f2f edit` by the same name.
    """

    model: str | PathLike[str] | None
    """A name of `f2f models list`, a folder, or a hub id."""
    preset: str | None
    """Save time: fast, search4, search15 or sparse; or paper, the protocol of the paper. Options that you
    give yourself win over it."""
    frames: int | None
    """Frames of the clip."""
    steps: int | None
    """Denoising steps."""
    guidance: float | None
    """How closely the clip follows the words; 1 is unguided."""
    seed: int | None
    """The same seed repeats a run."""
    seeds: Sequence[int] | str | None
    """A seed for each candidate, like 1,2,3, which draws three; the first of them is the run's."""
    caption: str | None
    """How the instruction becomes a caption: temporal, plain, or vlm (asks a model)."""
    target: str | None
    """The wanted scene as a description, which frames are compared with; it may stand in the instruction's
    place."""
    fit: str | None
    """What becomes of a picture of another shape than the clip: pad-edge (its edge, repeated, is beside it),
    pad-black (the paper's bars) or crop (its middle is edited, the rest stays as it is)."""
    select: str | None
    """How the frame is chosen: earliest, best, sharpest-late, energy, or judge (a vision-language model)."""
    strategy: str | None
    """one-shot (one round), path (several short rounds) or search (many seeds, few finished)."""
    keep: bool | None
    """Put your own pixels back wherever nothing changed."""
    transfer: str | None
    """Make a change of light, colour, place or focus in your picture at its own size: auto (where that shows
    what the frame shows), or off (the frame is enlarged)."""
    refine: bool | None
    """Draw the chosen frame once more, standing still and sharper."""
    anyway: bool | None
    """Draw even a wish or a picture that the model does not know, or a thing that it does not find there."""
    mask: AnyImage | None
    """A picture that is white where the edit may change yours, black elsewhere."""
    encoder: str | None
    """What scores the frames: a CLIP folder or hub id, siglip2, or siglip2:REPOSITORY."""
    identity: str | None
    """Score identity as well: dino, or face:NETWORK.onnx,DETECTOR.onnx."""
    score: str | Sequence[str] | None
    """Score each frame by something else as well, like sharpness; may be given several times."""
    memory: str | int | None
    """How much GPU memory the model may use: auto (what is free), or the GiB that the card is sold with: 8,
    12, 16, 24, 48 or 80. A second number, as in 8:32, limits main memory too."""
    lora: str | PathLike[str] | Sequence[str] | None
    """A LoRA to add, as FILE_OR_HUB_ID[:WEIGHT]; may be given several times."""
    embed_source: bool | None
    """Put your picture inside of final_frame.png, so that others can repeat the edit from it alone."""
    metadata: str | None
    """The source's date, author and dots per inch in the result: keep, or none."""
    save: str | None
    """Clips to keep without loss, for `f2f reselect`: result (none), clip (the one taken) or all."""
    device: str | Sequence[str] | None
    """auto, cpu, cuda (one GPU), all (every GPU), or a list like cuda:0,cuda:1."""
    cache_dir: str | PathLike[str] | None
    """Where to look for hub models; FRAME2FRAME_MODEL_DIR wins over it."""
    options: Mapping[str, Value] | None
    """Any other option of a part by its name, like gate.slack; `f2f options` lists them."""
    style: str | None
    """How a vision-language model writes the caption: as one sentence, or in steps."""
    prompt_dir: str | PathLike[str] | None
    """A folder with your own prompts, in place of those built in."""
    vlm: str | None
    """Who writes captions: server, or local:REPOSITORY, a model on this machine."""
    caption_text: str | None
    """Your own caption, used as it is."""
    height: int | None
    """Height of the clip in pixels."""
    width: int | None
    """Width; with only one of the two the shape stays."""
    negative_prompt: str | None
    """What the clip should not show, for models that take this."""
    w_sem: float | None
    """Cost of a frame that does not match the words."""
    w_step: float | None
    """Cost of moving far from the last state."""
    w_id: float | None
    """Cost of moving far from your picture."""
    w_curve: float | None
    """Cost of a path that bends."""
    w_monotone: float | None
    """Cost of matching the words less than the last state did."""
    mode: str | None
    """How the judge sees the frames: as one collage, or as separate frames (so a local one by itself)."""
    judge: str | None
    """Who judges: server, or local:REPOSITORY, a model on this machine."""
    candidates: int | None
    """Clips to draw; a path draws so many in each round."""
    rounds: int | None
    """Rounds of a path, all clauses of the wish together."""
    strength: float | None
    """Noise that the first round of a path starts with, up to 1; less keeps more of the picture."""
    last_strength: float | None
    """Noise that the last round of a path starts with; the rounds between change evenly."""


class PickWishes(TypedDict, total=False):
    """What a caller may ask for beside clip, source and target; None is the same as leaving it out.

    Each is a flag of `f2f pick` by the same name.
    """

    instruction: str | None
    """What should change; without --target, rules turn this into one."""
    select: str | None
    """How the frame is chosen: earliest, best, sharpest-late, energy, or judge (a vision-language model)."""
    encoder: str | None
    """What scores the frames: clip, siglip2, tabletop (the embedded one), a folder or a hub id."""
    score: str | Sequence[str] | None
    """Score each frame by something else as well, like sharpness; may be given several times."""
    keep: bool | None
    """Put your own pixels back wherever nothing changed."""
    transfer: str | None
    """Make a change of light, colour, place or focus in your picture at its own size: auto (where that shows
    what the frame shows), or off (the frame is enlarged)."""
    mask: AnyImage | None
    """A picture that is white where the edit may change yours, black elsewhere."""
    fit: str | None
    """crop: the clip shows only the middle of the source, in its own shape; the rest stays as it is."""
    metadata: str | None
    """The source's date, author and dots per inch in the result: keep, or none."""
    save: str | None
    """Clips to keep without loss, for `f2f reselect`: result (none), clip (the one taken) or all."""
    device: str | Sequence[str] | None
    """auto, cpu, cuda (one GPU), all (every GPU), or a list like cuda:0,cuda:1."""
    cache_dir: str | PathLike[str] | None
    """Where to look for hub models; FRAME2FRAME_MODEL_DIR wins over it."""
    options: Mapping[str, Value] | None
    """Any other option of a part by its name, like gate.slack; `f2f options` lists them."""
    prompt_dir: str | PathLike[str] | None
    """A folder with your own prompts, in place of those built in."""
    w_sem: float | None
    """Cost of a frame that does not match the words."""
    w_step: float | None
    """Cost of moving far from the last state."""
    w_id: float | None
    """Cost of moving far from your picture."""
    w_curve: float | None
    """Cost of a path that bends."""
    w_monotone: float | None
    """Cost of matching the words less than the last state did."""
    mode: str | None
    """How the judge sees the frames: as one collage, or as separate frames (so a local one by itself)."""
    judge: str | None
    """Who judges: server, or local:REPOSITORY, a model on this machine."""


class ReselectWishes(TypedDict, total=False):
    """What a caller may ask for beside the run; None is the same as leaving it out.

    Each is a flag of `f2f reselect` by the same name.
    """

    select: str | None
    """Another selector; `all` lists what each would take, and writes nothing."""
    keep: bool | None
    """Put your own pixels back wherever nothing changed."""
    transfer: str | None
    """Make a change of light, colour, place or focus in your picture at its own size: auto, or off."""
    mask: AnyImage | None
    """A picture that is white where the edit may change yours, black elsewhere."""
    metadata: str | None
    """The source's date, author and dots per inch in the result: keep, or none."""
    options: Mapping[str, Value] | None
    """Any other option of a part by its name, like gate.slack; `f2f options` lists them."""
    prompt_dir: str | PathLike[str] | None
    """A folder with your own prompts, in place of those built in."""
    w_sem: float | None
    """Cost of a frame that does not match the words."""
    w_step: float | None
    """Cost of moving far from the last state."""
    w_id: float | None
    """Cost of moving far from your picture."""
    w_curve: float | None
    """Cost of a path that bends."""
    w_monotone: float | None
    """Cost of matching the words less than the last state did."""
    mode: str | None
    """How the judge sees the frames: as one collage, or as separate frames (so a local one by itself)."""
    judge: str | None
    """Who judges: server, or local:REPOSITORY, a model on this machine."""


PART_WISHES: Mapping[str, PartWish] = {
    "style": PartWish(
        "str",
        "How a vision-language model writes the caption: as one sentence, or in steps.",
        "Captions and judgements by a vision-language server",
        "sentence",
        ("caption.style",),
    ),
    "prompt_dir": PartWish(
        "Path",
        "A folder with your own prompts, in place of those built in.",
        "Captions and judgements by a vision-language server",
        "",
        ("caption.prompt_dir", "select.prompt_dir"),
    ),
    "vlm": PartWish(
        "str",
        "Who writes captions: server, or local:REPOSITORY, a model on this machine.",
        "Captions and judgements by a vision-language server",
        "server",
        ("caption.vlm",),
    ),
    "caption_text": PartWish(
        "str",
        "Your own caption, used as it is.",
        "Captions and judgements by a vision-language server",
        "",
        ("caption.text",),
    ),
    "height": PartWish(
        "int",
        "Height of the clip in pixels.",
        "",
        "follows the picture",
        ("generator.height",),
    ),
    "width": PartWish(
        "int",
        "Width; with only one of the two the shape stays.",
        "",
        "follows the picture",
        ("generator.width",),
    ),
    "negative_prompt": PartWish(
        "str",
        "What the clip should not show, for models that take this.",
        "",
        "the model's own",
        ("generator.negative_prompt",),
    ),
    "w_sem": PartWish(
        "float",
        "Cost of a frame that does not match the words.",
        "Energy: how a path chooses its next state",
        "1",
        ("select.w_sem", "strategy.w_sem"),
    ),
    "w_step": PartWish(
        "float",
        "Cost of moving far from the last state.",
        "Energy: how a path chooses its next state",
        "0.1",
        ("select.w_step", "strategy.w_step"),
    ),
    "w_id": PartWish(
        "float",
        "Cost of moving far from your picture.",
        "Energy: how a path chooses its next state",
        "0.1",
        ("select.w_id", "strategy.w_id"),
    ),
    "w_curve": PartWish(
        "float",
        "Cost of a path that bends.",
        "Energy: how a path chooses its next state",
        "0",
        ("select.w_curve", "strategy.w_curve"),
    ),
    "w_monotone": PartWish(
        "float",
        "Cost of matching the words less than the last state did.",
        "Energy: how a path chooses its next state",
        "0",
        ("select.w_monotone", "strategy.w_monotone"),
    ),
    "mode": PartWish(
        "str",
        "How the judge sees the frames: as one collage, or as separate frames (so a local one by itself).",
        "Captions and judgements by a vision-language server",
        "collage",
        ("select.mode",),
    ),
    "judge": PartWish(
        "str",
        "Who judges: server, or local:REPOSITORY, a model on this machine.",
        "Captions and judgements by a vision-language server",
        "server",
        ("select.judge",),
    ),
    "candidates": PartWish(
        "int",
        "Clips to draw; a path draws so many in each round.",
        "Iterative mode and several candidates",
        "1; path 3; search 4",
        ("strategy.candidates",),
    ),
    "rounds": PartWish(
        "int",
        "Rounds of a path, all clauses of the wish together.",
        "Iterative mode and several candidates",
        "5",
        ("strategy.rounds",),
    ),
    "strength": PartWish(
        "float",
        "Noise that the first round of a path starts with, up to 1; less keeps more of the picture.",
        "Iterative mode and several candidates",
        "1",
        ("strategy.strength",),
    ),
    "last_strength": PartWish(
        "float",
        "Noise that the last round of a path starts with; the rounds between change evenly.",
        "Iterative mode and several candidates",
        "that of --strength",
        ("strategy.last_strength",),
    ),
}
"""Wishes that stand for options of parts; the names of these stand last."""
