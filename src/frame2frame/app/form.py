"""What stands in the fields of the page, and the request that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import plan
from ..caption.towards import Towards
from ..engine.generators import folder_of
from ..engine.models import catalogue, presets
from ..engine.models.catalogue import Model
from ..engine.sampling import seeds
from ..errors import Frame2FrameError, InputError
from ..media.source import load_picture
from ..media.transfer.ways import AUTO
from ..media.video_input import load_footage, natural
from ..picking import Pick
from ..plugins import registry
from ..plugins.options import Value
from ..plugins.wishes import PickWishes
from ..request import BY_SERVER, Request
from ..score.named import encoder_of
from ..values import Caption
from .questions import asked_in, questions, sections, whole

DRAWN = -1
"""In the field of the seed: draw one."""

GIVEN = "given"
"""The captioner that takes the user's own words."""

MOST_EXACT = 2**53 - 1
"""The browser rounds larger numbers."""

INSTANT = ("plain", "temporal")
"""Captioners that follow each letter that is typed: they only read the words and cost nothing."""


@dataclass(frozen=True)
class Written:
    """What a captioner made of an instruction; by it the page knows a caption that the user has changed."""

    instruction: str = ""
    captioner: str = ""
    temporal: str = ""
    target: str = ""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was written, a sentence each."""
    own: str = ""
    """The caption that the user has written in its place."""
    replaced: str = ""
    """The one that he had written for other words."""

    def after(self, before: Written) -> Written:
        """With the user's own caption of before, which this one has replaced."""
        replaced = before.own or before.replaced
        return replace(self, replaced="" if replaced == self.temporal else replaced)

    def changed(self, caption: str) -> Written:
        """What is known when this caption stands there, be it the user's own."""
        is_own = self.is_own(caption)
        return replace(self, own=caption.strip(), replaced="") if is_own else replace(self, own="")

    def is_own(self, caption: str) -> bool:
        """Whether the user wrote this caption himself."""
        return bool(caption.strip()) and caption.strip() != self.temporal


OWN_FIELDS = ("picture", "instruction", "caption")
"""Those of the page that no definition says: the uploaded file, the words, and what the clip is to show."""


def form_fields() -> tuple[str, ...]:
    """The names of the fields of the page, in the order in which they are sent."""
    return (*OWN_FIELDS, *questions())


@dataclass(frozen=True)
class Form:
    """The fields of the page as they stand by their names, those that were emptied being None."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def but(self, **values: Any) -> Form:
        """The same with other values."""
        return Form({**self.values, **values})

    def request(self, written: Written, cache_dir: str | None = None) -> Request:
        """The request that the fields make. Raises InputError, ModelError."""
        if self["picture"] is None:
            raise InputError("there is no picture yet", remedy="drop one on the page or take an example")
        asked = [one for one in questions().values() if one.wish and one.wish != "seed"]
        wishes = {one.wish: one.taken(self[one.name]) for one in asked}
        caption, own = caption_wishes(self["captioner"], self.own_caption(written))
        wishes |= {"seed": self._seed(), "caption": caption, "cache_dir": cache_dir}
        chosen = chosen_parts(self["strategy"], self["selector"], caption, self["score"])
        options = own | options_asked(self.values, chosen)
        return Request.of(self["picture"], self.words, **wishes, options=options)

    @property
    def words(self) -> str:
        """The instruction, or the target caption that stands in its place."""
        return words_of(self["instruction"], self["target"])

    def own_caption(self, written: Written) -> str | None:
        """The caption if the user wrote it himself, for this very instruction; else None."""
        asked = self.words, self["captioner"]
        is_of_these_words = (written.instruction, written.captioner) == asked
        return self["caption"].strip() if is_of_these_words and written.is_own(self["caption"]) else None

    def _seed(self) -> int:
        seed = DRAWN if self["seed"] is None else whole("seed", self["seed"])
        if seed > MOST_EXACT:
            remedy = f"give one up to {MOST_EXACT}, or −1 to draw one"
            raise InputError("the browser rounds so large a seed", got=str(seed), remedy=remedy)
        return seeds.drawn() if seed == DRAWN else seed


def chosen_parts(
    strategy: str | None, selector: str, captioner: str, score: str | Sequence[str] | None
) -> dict[str, Sequence[str]]:
    """The names of the parts that are chosen in the fields, by their words."""
    further = score.replace(",", " ").split() if isinstance(score, str) else score or ()
    return {"strategy": (strategy or "",), "select": (selector,), "caption": (captioner,), "score": further}


def options_asked(values: Mapping[str, Any], chosen: Mapping[str, Sequence[str]]) -> dict[str, Value]:
    """What stands in the fields of options of the parts that are chosen, by their whole names."""
    return {
        option: one.taken(values[one.name])
        for one in questions().values()
        for part, plugin, option in one.options
        if plugin in chosen.get(part, (plugin,)) and values.get(one.name) is not None
    }


@dataclass(frozen=True)
class PickForm:
    """The fields of the tab that picks from a given clip."""

    clip: list[str] | None
    """The paths of the uploaded files: one video, or pictures in the order of their names."""
    source: str | None
    """None for the clip's own first frame."""
    target: str | None
    selector: str
    encoder: str | None
    keep: bool
    transfer: str = AUTO
    score: Sequence[str] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the fields of options of other packages' parts, by their names."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> PickForm:
        """The fields by the names of `pick_fields`."""
        own = {name: value for name, value in values.items() if name in PICK_FIELDS}
        return cls(**own, options={name: value for name, value in values.items() if name not in own})

    def wanted(self, cache_dir: str | None = None) -> Pick:
        """The choice that the fields ask for. Raises InputError."""
        if not self.clip:
            raise InputError(
                "there is no clip yet", remedy="drop a video, or the pictures of one, on the page"
            )
        pictures = sorted(self.clip, key=lambda file: natural(Path(file).name))
        footage = load_footage(pictures if len(pictures) > 1 else pictures[0])
        wishes: PickWishes = {
            "select": self.selector,
            "encoder": _words(self.encoder),
            "keep": self.keep,
            "transfer": self.transfer,
            "score": list(self.score or ()),
            "cache_dir": cache_dir,
            "options": options_asked(self.options, chosen_parts(None, self.selector, "", self.score)),
        }
        source = footage.frames[0] if self.source is None else self.source
        uploaded = replace(footage, path=None)  # a folder of the server's, which nobody finds again
        return Pick.of(uploaded, source, self.target or "", **wishes)


PICK_FIELDS = tuple(entry.name for entry in fields(PickForm) if entry.name != "options")


def pick_fields() -> tuple[str, ...]:
    """The names of the fields of that tab, in the order in which they are sent."""
    return (*PICK_FIELDS, *(one.name for place in pick_sections() for one in asked_in(place)))


def pick_sections() -> dict[str, str]:
    """The sections for parts that a pick has too: titles by their places."""
    return {place: title for place, title in sections().items() if place.startswith(("select ", "score "))}


def caption_wishes(captioner: str, own: str | None) -> tuple[str, dict[str, Value]]:
    """The captioner and its options: the one chosen, or for the user's own caption the one that takes it."""
    return (captioner, {}) if own is None else (GIVEN, {"text": own})


def words_of(instruction: str, target: str | None) -> str:
    """What is asked for: the instruction, or where that is empty the target caption."""
    return instruction if instruction.strip() else (_words(target) or instruction)


def written_by(captioner: str, picture: str | None, instruction: str, target: str | None = None) -> Written:
    """What the captioner makes of the words; nothing of none. Of its own is the target if none is given.

    Raises InputError for a picture that cannot be read, and what the captioner raises.
    """
    words, wanted = words_of(instruction, target), _words(target)
    if not words.strip():
        return Written(words, captioner)
    if captioner not in INSTANT and picture is None:
        raise InputError("this captioner looks at the picture", remedy="give one first")
    blank = np.zeros((16, 16, 3), np.uint8)
    seen = blank if captioner in INSTANT or picture is None else load_picture(picture).picture
    made = registry.make("captioners", captioner, {})
    caption: Caption = (made if wanted is None else Towards(made, wanted)).write(seen, words)
    return Written(words, captioner, caption.temporal, caption.target, caption.notes)


def check_picture(picture: str | None) -> None:
    """Raises InputError for an uploaded file that cannot be edited."""
    if picture is not None:
        load_picture(picture)


def usual(model: Model, preset: str | None, cache_dir: str | None = None) -> tuple[Any, Any, Any]:
    """Frames, steps and guidance scale of a model where nothing is said, under a preset if there is one."""
    blank, wishes = np.zeros((16, 16, 3), np.uint8), {"preset": _words(preset), "cache_dir": cache_dir}
    try:
        request = Request.of(blank, "wait", **{"model": model.name, **wishes})  # type: ignore[arg-type]
        sampling = plan.of(request).sampling
    except Frame2FrameError:  # which the edit itself will say
        return model.frames, model.steps, model.guidance
    return sampling.frames, sampling.steps, max(sampling.guidance)


_NUMBERS = ("frames", "steps", "guidance")
"""Fields that `usual` fills in."""


def filled() -> tuple[str, ...]:
    """The fields that a preset may fill in, beside the numbers of `usual`."""
    return tuple(dict.fromkeys(name for preset in presets.PRESETS for name in filled_by(preset)))


def filled_by(preset: str) -> dict[str, Any]:
    """What a preset puts into these; nothing if it is none."""
    if not preset:
        return {}
    found = presets.find(preset)
    own = {
        one.name: found.options[full]
        for one in questions().values()
        for _, plugin, full in one.options
        if plugin == found.strategy and full in found.options
    }
    wishes = {one.name: found.wishes[one.wish] for one in questions().values() if one.wish in found.wishes}
    asked = {name: value for name, value in wishes.items() if name not in _NUMBERS}
    return {"strategy": found.strategy, **own, **asked}


def default_of(part: str) -> str:
    """What a request has where nothing is said."""
    return str(Request.__dataclass_fields__[part].default)


def by_whom(server: bool) -> dict[str, str]:
    """Who writes the caption and chooses the frame, by the names of the fields: the server, or neither."""
    asked = {one.wish: one for one in questions().values() if one.wish in BY_SERVER}
    return {one.name: BY_SERVER[wish] if server else one.default for wish, one in asked.items()}


def captioners() -> list[str]:
    """Those that write; the one that takes the user's words is not chosen but follows from the words."""
    return [name for name in registry.names("captioners") if name != GIVEN]


def models_here(cache_dir: str | None = None) -> dict[str, Model]:
    """The models whose weights are on this machine, by name; the one that runs by default comes first."""
    names = dict.fromkeys([catalogue.chosen(), *catalogue.models()])
    return {name: catalogue.find(name, cache_dir) for name in names if _is_here(name, cache_dir)}


def encoders_here(cache_dir: str | None = None) -> list[str]:
    """The image–text encoders that are offered, those whose weights are on this machine first."""

    def missing(name: str) -> bool:
        encoder: Any = encoder_of(name, "cpu", catalogue.model_folder(cache_dir))
        return encoder.checkpoint.place() is None

    return sorted(("clip", "siglip2", catalogue.EMBEDDED), key=missing)


def _is_here(name: str, cache_dir: str | None) -> bool:
    try:
        folder_of(catalogue.find(name, cache_dir), cache_dir)
    except Frame2FrameError:
        return False
    return True


def _words(text: str | None) -> str | None:
    """What stands in a field of words, which is None until it was shown; None if nothing does."""
    return (text or "").strip() or None
