"""What the user wants, checked and complete enough to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, Unpack

from .engine import encoders
from .engine.device import memory
from .engine.models import catalogue, presets
from .engine.models.catalogue import Model
from .engine.models.presets import Preset
from .engine.sampling import seeds
from .errors import InputError, kind_of, meant
from .media.metadata import check as check_metadata
from .media.source import AnyImage, Source, load_picture
from .media.transfer.ways import check as check_transfer
from .plugins import naming, registry
from .plugins.asking import check_taken, taken, text, wish
from .plugins.options import ENCODERS, SEVERAL, Value, Widget
from .plugins.shared_wishes import (
    asked_options,
    cache_dir_wish,
    check_words,
    device_wish,
    keep_wish,
    mask_wish,
    metadata_wish,
    options_wish,
    score_wish,
    select_wish,
    split_options,
    transfer_wish,
)
from .plugins.wishes import PART_WISHES, Wishes
from .runs.frames import check_save, save_wish
from .runs.record import RunRecord
from .values import FITS, PAD_EDGE, briefly, whole_number

BY_SERVER = {"caption": "vlm", "select": "judge"}
"""The wishes by which a vision-language server writes the caption and chooses the frame."""

_CANDIDATES = "strategy.candidates"

_MODELS_OWN = "the model's own"


def _model(given: str | PathLike[str]) -> str:
    remedy = "give a name of `f2f models list`, a folder or a hub id"
    return text(given, "the wish model takes one name", remedy)


def _target(given: str) -> str:
    check_words("the target", given, 'describe the wanted scene, like "the ball is blue"')
    return given


def _loras(given: str | PathLike[str] | Sequence[str]) -> tuple[str, ...]:
    listed = (given,) if isinstance(given, str | PathLike) else given
    if not isinstance(listed, Sequence) or not all(isinstance(one, str | PathLike) for one in listed):
        remedy = "like style.safetensors:0.8"
        raise InputError("a LoRA is named by a text", got=kind_of(given), remedy=remedy)
    return tuple(map(str, listed))


def _memory(given: str | int) -> str:
    return given if isinstance(given, str) else str(whole_number("the memory", given))


@dataclass(frozen=True)
class Request:
    """One edit. None leaves a number to the model.

    Raises InputError for an instruction or a seed that cannot be used, and for options that no part of the
    run has; the model checks the other numbers.
    """

    source: Source
    instruction: str
    """The target itself where that was all that was given."""
    model: Model = wish(
        help="A name of `f2f models list`, a folder, or a hub id.",
        takes=_model,
        typed="str",
        shown="the chosen one, else tabletop",
        names=catalogue.models,
        widget=Widget("settings", "Model"),
    )
    preset: str | None = wish(
        None,
        "Save time: fast, search4, search15 or sparse; or paper, the protocol of the paper. Options that you "
        "give yourself win over it.",
        names=lambda: presets.PRESETS,
        widget=Widget("settings", "Preset"),
    )
    """Of which frames, steps and the generator's options are taken; strategy and options hold it already."""
    frames: int | None = wish(
        None,
        "Frames of the clip.",
        shown=_MODELS_OWN,
        widget=Widget("settings", "Frames", low=9, high=81, step=8),
    )
    steps: int | None = wish(
        None,
        "Denoising steps.",
        shown=_MODELS_OWN,
        widget=Widget("settings", "Steps", low=1, high=100, step=1, beside=True),
    )
    guidance: float | None = wish(
        None,
        "How closely the clip follows the words; 1 is unguided.",
        shown=_MODELS_OWN,
        widget=Widget("settings", "Guidance scale", low=1, high=15, step=0.5),
    )
    seed: int = wish(
        factory=seeds.drawn,
        help="The same seed repeats a run.",
        shown="drawn, and shown",
        widget=Widget("settings", "Seed", "−1 draws one", beside=True),
    )
    """From 0 to 2^63 - 1."""
    seeds: tuple[int, ...] = wish(
        (),
        "A seed for each candidate, like 1,2,3, which draws three; the first of them is the run's.",
        takes=seeds.listed,
        typed="str",
        shown="counting up from --seed",
    )
    caption: str = wish(
        "temporal",
        "How the instruction becomes a caption: temporal, plain, or vlm (asks a model).",
        shown="temporal",
        names=lambda: registry.names("captioners"),
        widget=Widget("caption", "Caption by", name="captioner"),
    )
    target: str | None = wish(
        None,
        "The wanted scene as a description, which frames are compared with; it may stand in the "
        "instruction's place.",
        takes=_target,
        typed="str",
        shown="written by --caption",
        widget=Widget(
            "caption",
            "Target caption",
            "The wanted scene, described. It may stand in the place of what should change.",
            hint="written with the caption",
        ),
    )
    fit: str = wish(
        PAD_EDGE,
        "What becomes of a picture of another shape than the clip: pad-edge (its edge, repeated, is beside "
        "it), pad-black (the paper's bars) or crop (its middle is edited, the rest stays as it is).",
        shown=PAD_EDGE,
        names=lambda: FITS,
        widget=Widget("advanced", "A picture of another shape than the clip"),
    )
    select: str = select_wish()
    strategy: str = wish(
        "one-shot",
        "one-shot (one round), path (several short rounds) or search (many seeds, few finished).",
        panel=SEVERAL,
        shown="the preset's, else one-shot",
        names=lambda: registry.names("strategies"),
        widget=Widget(
            "top",
            "Mode",
            "One clip; or several, each from where the last one led; or many begun and the best finished.",
        ),
    )
    keep: bool = keep_wish()
    transfer: str = transfer_wish()
    refine: bool = wish(
        False,
        "Draw the chosen frame once more, standing still and sharper.",
        widget=Widget("advanced", "Draw the chosen frame again, at rest, if that is sharper"),
    )
    anyway: bool = wish(
        False,
        "Draw even a wish or a picture that the model does not know, or a thing that it does not find there.",
        widget=Widget("advanced", "Draw even what the model does not know or find"),
    )
    mask: Source | None = mask_wish()
    encoder: str | None = wish(
        None,
        "What scores the frames: a CLIP folder or hub id, siglip2, or siglip2:REPOSITORY.",
        panel=ENCODERS,
        shown=_MODELS_OWN,
        names=lambda: ("tabletop", "clip", "siglip2"),
        places=True,
        widget=Widget(
            "advanced",
            "Encoder of words and frames",
            "siglip2, or a CLIP model's folder or hub id.",
            hint=_MODELS_OWN,
        ),
    )
    identity: str | None = wish(
        None,
        "Score identity as well: dino, or face:NETWORK.onnx,DETECTOR.onnx.",
        panel=ENCODERS,
        names=lambda: ("dino", "face:"),
        places=True,
        widget=Widget(
            "advanced",
            "Identity encoder",
            "Scores how much of what you show is left: dino, or face:NETWORK.onnx,DETECTOR.onnx.",
            hint="none",
        ),
    )
    score: tuple[str, ...] = score_wish()
    memory: str = wish(
        "auto",
        "How much GPU memory the model may use: auto (what is free), or the GiB that the card is sold with: "
        "8, 12, 16, 24, 48 or 80. A second number, as in 8:32, limits main memory too.",
        takes=_memory,
        names=lambda: ("auto", *map(str, memory.PRESETS)),
        widget=Widget("advanced", "Memory (GiB)", "Of the GPU; 8:32 bounds main memory too."),
    )
    lora: tuple[str, ...] = wish(
        (),
        "A LoRA to add, as FILE_OR_HUB_ID[:WEIGHT]; may be given several times.",
        takes=_loras,
        typed="list",
        places=True,
        widget=Widget(
            "advanced",
            "LoRA",
            "A file or hub id with its weight; one a line.",
            hint="style.safetensors:0.8",
            lines=2,
            beside=True,
        ),
    )
    """In the order in which they are added."""
    embed_source: bool = wish(
        False, "Put your picture inside of final_frame.png, so that others can repeat the edit from it alone."
    )
    metadata: str = metadata_wish()
    save: str = save_wish()
    device: str = device_wish()
    cache_dir: str | None = cache_dir_wish()
    options: Mapping[str, Value] = options_wish()
    """By their whole names."""
    repeats: RunRecord | None = None
    """The run that is repeated, as it was recorded."""

    __repr__ = briefly

    def __post_init__(self) -> None:
        check_words("the instruction", self.instruction, 'say what to change, like "make the ball blue"')
        check_taken(self, {"source": Source, "model": Model, "mask": Source, "repeats": RunRecord})
        memory.check(self.memory)
        check_transfer(self.transfer)
        check_metadata(self.metadata)
        check_save(self.save)
        if self.fit not in FITS:
            raise InputError("there is no such fit", got=repr(self.fit), remedy=meant(self.fit, FITS))
        for seed in (self.seed, *self.seeds):
            seeds.check(seed)
        if self.repeats is None:
            seeds.check_distinct(self.seeds)
        object.__setattr__(self, "options", naming.resolved(self.options, self.parts))
        encoders.check_options(encoders_of(self, self.model), self.options)

    @property
    def parts(self) -> dict[str, str]:
        """The parts that take part and have options, by the flag's word."""
        return parts_of(self, self.model)

    @property
    def loras(self) -> tuple[str, ...]:
        """The model's own, then those that were asked for."""
        return (*(self.model.loras or ()), *self.lora)

    def seeds_of(self, count: int) -> tuple[int, ...]:
        """The seeds of so many candidates. Raises InputError if others were given, or they are too many."""
        return seeds.of_clips(count, self.seed, self.seeds, is_repeated=self.repeats is not None)

    @classmethod
    def of(cls, image: AnyImage, instruction: str | None = None, **wishes: Unpack[Wishes]) -> Request:
        """The request that a caller's wishes make; a target will do for an instruction.

        Raises InputError, ModelError.
        """
        given = _given(cls, wishes)
        if instruction is None and (instruction := given.get("target")) is None:
            remedy = "say what to change, or describe the wanted scene with --target"
            raise InputError("instruction is missing", remedy=remedy)
        named, given_options = split_options(given)
        preset = presets.find(given["preset"]) if "preset" in given else None
        if preset and given.setdefault("strategy", preset.strategy) != preset.strategy:
            _check_free(preset, given["strategy"])
            preset = None
        if preset:
            given = _of_protocol(preset, given)
        model = catalogue.find(given.pop("model", None), given.get("cache_dir"))
        asked = cls(load_picture(image), instruction, model, **given)
        own = asked_options(named, given_options, asked.parts)
        drawn = _candidates_for(asked.seeds, asked.strategy, own)
        usual = {} if preset is None else _options_of(preset, asked.parts)
        return replace(asked, options={**usual, **drawn, **own})


def _check_free(preset: Preset, strategy: str) -> None:
    """Raise InputError for another strategy than that of a protocol."""
    if preset.wishes:
        what, got = f"the preset {preset.name} has the strategy {preset.strategy}", repr(strategy)
        raise InputError(what, got=got, remedy="leave one of the two out")


def _of_protocol(preset: Preset, given: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes with those of the preset, under those that were made."""
    usual = {name: value for name, value in preset.wishes.items() if name != "seed" or "seeds" not in given}
    return {**usual, **given}


def _options_of(preset: Preset, parts: Mapping[str, str]) -> dict[str, Value]:
    """The preset's, without those of a selector that was replaced."""
    chosen = preset.wishes.get("select", parts["select"]) == parts["select"]
    return {name: one for name, one in preset.options.items() if chosen or not name.startswith("select.")}


def _candidates_for(seeds: Sequence[int], strategy: str, asked: Mapping[str, Value]) -> dict[str, Value]:
    """As many as there are seeds, of a strategy that draws candidates, an equal share of them in each round.

    Raises InputError if they cannot be shared out so.
    """
    defaults = {spec.full: spec.default for spec in naming.specs_of("strategy", strategy)}
    if not seeds or _CANDIDATES not in defaults or _CANDIDATES in asked:
        return {}
    rounds = int({"strategy.rounds": 1, **defaults, **asked}["strategy.rounds"])
    if len(seeds) % rounds:
        what, remedy = f"each of {rounds} rounds takes as many seeds", f"give {rounds}, {2 * rounds} …"
        raise InputError(what, got=f"{len(seeds)} of them", remedy=f"{remedy}, or one `seed`")
    return {_CANDIDATES: len(seeds) // rounds}


def _given(kind: type, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes that were made, as plain values. Raises InputError for two that contradict each other."""
    given = taken(kind, wishes, PART_WISHES)
    if "caption_text" in given:
        _agree("caption", given.setdefault("caption", "given"), "the words of caption_text", "given")
    if given.get("seeds"):
        _agree_on_seed(given.setdefault("seed", given["seeds"][0]), given["seeds"][0])
    return given


def _agree_on_seed(seed: int, first: int) -> None:
    if seed != first:
        what = "seeds gives each candidate its seed, and the first of them is the run's, so seed says another"
        raise InputError(what, got=f"{seed} and {first}", remedy="leave seed out")


def _agree(wish: str, value: object, other: str, wanted: object) -> None:
    """Raise InputError if the same is asked for twice and differently."""
    if value != wanted:
        what = f"{wish} and {other} contradict each other"
        raise InputError(what, got=f"{value!r:.80} and {wanted!r:.80}", remedy="leave one of them out")


def encoders_of(asked: Any, model: Model) -> dict[str, str | None]:
    """What is wished for as the encoders of a request, or of the settings of its record, by their words."""
    return {"encoder": asked.encoder or model.encoder, "identity": asked.identity}


def parts_of(asked: Any, model: Model) -> dict[str, str]:
    """The parts of a request, or of the settings of its record, that is drawn by this model."""
    keeps, refines = asked.keep and asked.mask is None, asked.refine
    return {
        "caption": asked.caption,
        "generator": model.family,
        **encoders.parts_of(encoders_of(asked, model)),
        "select": asked.select,
        "strategy": asked.strategy,
        **({"score": ",".join(asked.score)} if asked.score else {}),
        **({"keep": "keep"} if keeps else {}),
        **({"refine": "refine"} if refines else {}),
    }
