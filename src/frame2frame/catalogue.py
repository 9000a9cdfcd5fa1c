"""The models that frame2frame knows by name, and how a name becomes a model.

The model named > the one chosen with `f2f models use` > the embedded one; never another.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .errors import ModelError, WriteError

EMBEDDED = "tabletop"
_WEIGHTS = Path(__file__).parent / "tabletop" / "weights"
_CLIP = "openai/clip-vit-base-patch16"


@dataclass(frozen=True)
class Model:
    """One video model and what goes with it. None means the checkpoint's own rule."""

    name: str
    repository: str
    """A hub id, or a folder in the diffusers layout."""
    family: str = "cogvideox"
    """The generator that runs it."""
    encoder: str = _CLIP
    """The image–text encoder that scores its frames: a hub id or a folder."""
    revision: str | None = None
    licence: str = "unknown"
    frames: int | None = None
    steps: int | None = None
    guidance: float | None = None
    image_latent_scale: float | None = None
    """What the picture's latent is multiplied with; None is what diffusers does for the layout."""
    knows: str = ""
    """The only kind of pictures that the model knows; empty if it is a general one."""

    @property
    def options(self) -> dict[str, Any]:
        """The generator's options that this model sets; the others keep the generator's defaults."""
        names = ("revision", "frames", "steps", "guidance", "image_latent_scale")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def label(self) -> str:
        """The name to be shown and recorded, with the revision that was asked for."""
        return f"{self.name}@{self.revision}" if self.revision else self.name


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            EMBEDDED,
            repository=str(_WEIGHTS),
            encoder=str(_WEIGHTS / "clip"),
            licence="Apache-2.0",
            frames=17,
            steps=10,
            guidance=1.0,
            knows="tabletop scenes (one to three solids on a chequered floor)",
        ),
        Model(
            "cogvideox1.5-5b-i2v",
            repository="zai-org/CogVideoX1.5-5B-I2V",
            licence="CogVideoX licence",
            frames=81,
            steps=50,
            guidance=6.0,
            image_latent_scale=1.0,  # as its authors' own code; diffusers multiplies by 1/0.7
        ),
        Model(
            "cogvideox-5b-i2v",
            repository="zai-org/CogVideoX-5b-I2V",
            licence="CogVideoX licence",
            frames=49,
            steps=50,
            guidance=6.0,
        ),
    )
}


def shown(repository: str) -> str:
    """How a repository is named in records: the embedded ones by name, not by the folder they lie in."""
    return "tabletop" if Path(repository).is_relative_to(_WEIGHTS) else repository


def clip_repository(name: str) -> str:
    """The folder or hub id of a CLIP model: `tabletop` is the embedded one, `clip` the published one."""
    known = {EMBEDDED: MODELS[EMBEDDED].encoder, "clip": _CLIP}
    return known.get(name) or os.path.expanduser(name)


def is_clip(name: str) -> bool:
    """Whether a name by itself can stand for a CLIP model, of which `clip_repository` tells where it is."""
    return name in (EMBEDDED, "clip") or bool(_HUB_ID.fullmatch(name)) or _is_folder(name)


_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def find(name: str | None = None) -> Model:
    """The model that will run.

    `name` is a name of the catalogue, a folder in the diffusers layout, or a hub id, each but the folder with
    `@revision` if wanted; None is the chosen one. Raises ModelError with the nearest name for any other.
    """
    name = name if name is not None else chosen()
    plain, _, revision = name.partition("@")
    if plain.lower() not in MODELS and _is_folder(name):  # a folder that bears a known name is `./name`
        return _in_folder(name)
    known = {model.name: model for model in MODELS.values()}
    known |= {model.repository.lower(): model for model in MODELS.values()}
    if plain.lower() in known:
        return replace(known[plain.lower()], revision=revision or known[plain.lower()].revision)
    if _HUB_ID.fullmatch(plain) and not plain.startswith("."):
        return Model(plain, repository=plain, revision=revision or None)
    nearest = difflib.get_close_matches(plain.lower(), list(MODELS), n=1, cutoff=0.0)
    raise ModelError(
        "there is no such model",
        got=repr(name),
        remedy=f"did you mean {nearest[0]}? A folder or a hub id will do too",
    )


def _is_folder(name: str) -> bool:
    return bool(name.strip()) and Path(os.path.expanduser(name)).is_dir()


def _in_folder(name: str) -> Model:
    """A model in a folder, scored by the encoder that lies in it, if there is one.

    One that the tabletop trainers made, such as a copy of the embedded one, is run like the embedded one.
    """
    folder = Path(os.path.expanduser(name))
    own = folder / "clip"
    model = Model(name, str(folder), _family(folder), encoder=str(own) if own.is_dir() else _CLIP)
    if _trainer(folder) != _TABLETOP_TRAINER:
        return model
    like = MODELS[EMBEDDED]
    return replace(model, frames=like.frames, steps=like.steps, guidance=like.guidance, knows=like.knows)


def _family(folder: Path) -> str:
    """The generator for a folder in the diffusers layout, as the class that it names has it.

    What is neither CogVideoX nor told goes through its own pipeline, which says whether it can be used.
    """
    try:
        named = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))["_class_name"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):  # the generator says what is wrong
        return "cogvideox"
    return "cogvideox" if "CogVideoX" in str(named) else "pipeline"


_TABLETOP_TRAINER = "tools/tabletop/video.py"
_HEADER_LIMIT_BYTES = 2**24


def _trainer(folder: Path) -> str | None:
    """The program that trained the transformer, as the story in its weights' header says; None if untold."""
    try:
        with min((folder / "transformer").glob("*.safetensors")).open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(min(length, _HEADER_LIMIT_BYTES)))
        return str(header["__metadata__"]["program"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):  # the generator says what is wrong
        return None


def chosen() -> str:
    """The name kept by `f2f models use`, else the embedded model."""
    try:
        return _choice_file().read_text(encoding="utf-8").strip() or EMBEDDED
    except FileNotFoundError:
        return EMBEDDED
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"cannot read the chosen model from {_choice_file()}", got=str(error), remedy="delete that file"
        ) from error


def choose(name: str) -> Model:
    """Keep a model as the one to use from now on, a folder by its full path.

    Raises ModelError, WriteError.
    """
    model = find(name)
    if _is_folder(model.repository) and model.name not in MODELS:
        name = str(Path(model.repository).absolute())
        model = find(name)
    try:
        _choice_file().parent.mkdir(parents=True, exist_ok=True)
        _choice_file().write_text(name + "\n", encoding="utf-8")
    except OSError as error:
        raise WriteError(f"cannot keep the choice in {_choice_file()}", got=str(error)) from error
    return model


def _choice_file() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA") or Path.home() / ".config"
    return Path(base) / "frame2frame" / "model"
