"""Wishes that an edit has in common with a choice from a clip that is there, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError, kind_of
from ..media.metadata import KEEP
from ..media.source import AnyImage, Source, load_picture
from ..media.transfer.ways import AUTO, WAYS
from . import naming, registry
from .asking import options, wish
from .options import ENCODERS, Value, Widget
from .wishes import PART_WISHES

LONGEST_INSTRUCTION = 4_000
"""Characters; the models read some hundred words at most."""


def select_wish() -> Any:
    """The field of the selector."""
    told = (
        "How the frame is chosen: earliest, best, sharpest-late, energy, or judge (a vision-language model)."
    )
    widget = Widget("more", "The edit is the", name="selector")
    names = lambda: registry.names("selectors")  # noqa: E731
    return wish("earliest", told, shown="earliest", names=names, widget=widget)


def score_wish() -> Any:
    """The field of what else scores the frames."""
    told = "Score each frame by something else as well, like sharpness; may be given several times."
    widget = Widget("advanced", "Further scores", "Shown beside the others.", hint="none")
    return wish(
        (),
        told,
        takes=_scorers,
        typed="list",
        panel=ENCODERS,
        shown="none",
        names=lambda: registry.names("scorers"),
        widget=widget,
    )


def keep_wish() -> Any:
    """The field of whether the source's own pixels come back."""
    widget = Widget("advanced", "Keep your picture's own pixels where nothing changed")
    return wish(True, "Put your own pixels back wherever nothing changed.", widget=widget)


def transfer_wish() -> Any:
    """The field of whether a change of the whole picture is made in it at its own size."""
    told = (
        "Make a change of light, colour, place or focus in your picture at its own size: auto (where that "
        "shows what the frame shows), or off (the frame is enlarged)."
    )
    widget = Widget("advanced", "A change of the whole picture at your picture's own size")
    return wish(AUTO, told, names=lambda: WAYS, widget=widget)


def mask_wish() -> Any:
    """The field of what may change."""
    told = "A picture that is white where the edit may change yours, black elsewhere."
    widget = Widget("advanced", "Mask over your picture: white may change, all else is kept")
    return wish(None, told, takes=_picture, typed="Path", widget=widget)


def metadata_wish() -> Any:
    """The field of what becomes of the source's metadata."""
    return wish(KEEP, "The source's date, author and dots per inch in the result: keep, or none.")


def device_wish() -> Any:
    """The field of the device."""
    told = "auto, cpu, cuda (one GPU), all (every GPU), or a list like cuda:0,cuda:1."
    names = lambda: ("auto", "cpu", "cuda", "all")  # noqa: E731
    return wish("auto", told, takes=_devices, names=names, recorded=False)


def cache_dir_wish() -> Any:
    """The field of where models are looked for."""
    told = "Where to look for hub models; FRAME2FRAME_MODEL_DIR wins over it."
    return wish(None, told, typed="Path", shown="the Hugging Face cache", recorded=False)


def options_wish() -> Any:
    """The field of all other options."""
    told = "Any other option of a part by its name, like gate.slack; `f2f options` lists them."
    return wish(factory=dict, help=told, takes=options)


def _devices(given: str | Sequence[str]) -> str:
    """Torch's own devices are named by their text; a list of devices shares the work."""
    listed = given if isinstance(given, list | tuple) else [given]
    for one in listed:
        if not isinstance(one, str) and type(one).__module__ != "torch":
            remedy = "give auto, cpu, cuda, all, or a list like cuda:0,cuda:1"
            raise InputError("a device is named by a text", got=kind_of(one), remedy=remedy)
    return ",".join(map(str, listed))


def _scorers(given: str | Sequence[str]) -> tuple[str, ...]:
    """Names, in one text with commas between, or a list of them."""
    listed = (given,) if isinstance(given, str) else given
    if not isinstance(listed, Sequence) or not all(isinstance(one, str) for one in listed):
        raise InputError("a scorer is named by a text", got=kind_of(given), remedy="like sharpness")
    return tuple(dict.fromkeys(name for one in listed for name in one.replace(",", " ").split()))


def _picture(given: AnyImage) -> Source:
    return load_picture(given)


def split_options(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands for an option of a part, by a name of its own and by the option's; both are taken out."""
    named = {name: given.pop(name) for name in PART_WISHES if name in given}
    return named, given.pop("options", {})


def asked_options(
    named: Mapping[str, Any], others: Mapping[str, Any], parts: Mapping[str, str]
) -> dict[str, Value]:
    """Both together, by their whole names. Raises InputError where they contradict each other."""
    meanings = {name: PART_WISHES[name].options for name in named}
    return naming.joined(naming.resolved_wishes(named, meanings, parts), naming.resolved(others, parts))


def check_words(name: str, text: object, example: str) -> None:
    """Raise InputError for what is no text, or one that is empty or too long; `example` is the remedy."""
    if not isinstance(text, str) or _unwritable(text):
        raise InputError(f"{name} is no readable text", got=kind_of(text), remedy="write it in plain words")
    if not text.strip():
        raise InputError(f"{name} is empty", remedy=example)
    if (length := len(text)) > LONGEST_INSTRUCTION:
        got, remedy = f"{length:,} characters", f"shorten it to {LONGEST_INSTRUCTION:,}"
        raise InputError(f"{name} is too long", got=got, remedy=remedy)


def _unwritable(text: str) -> bool:
    """Whether a text holds bytes that were no UTF-8, which no file and no tokenizer takes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
