"""How a name becomes a model.

The model named > the one chosen with `f2f models use` > the embedded one; never another.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from dataclasses import replace
from pathlib import Path

from .errors import ModelError, WriteError, nearest
from .known_models import CLIP
from .known_models import EMBEDDED as EMBEDDED
from .known_models import MODELS as MODELS
from .known_models import PICTURES as PICTURES
from .known_models import WEIGHTS as WEIGHTS
from .known_models import Model as Model


def shown(repository: str) -> str:
    """How a repository is named in records: the embedded ones by name, not by the folder they lie in."""
    return "tabletop" if Path(repository).is_relative_to(WEIGHTS) else repository


def clip_repository(name: str) -> str:
    """The folder or hub id of a CLIP model: `tabletop` is the embedded one, `clip` the published one."""
    known = {EMBEDDED: MODELS[EMBEDDED].encoder, "clip": CLIP}
    return known.get(name) or os.path.expanduser(name)


def is_clip(name: str) -> bool:
    """Whether a name by itself can stand for a CLIP model, of which `clip_repository` tells where it is."""
    return name in (EMBEDDED, "clip") or bool(_HUB_ID.fullmatch(name)) or _is_folder(name)


def is_hub_id(name: str) -> bool:
    """Whether a repository is one of the hub, and not a folder here."""
    return bool(_HUB_ID.fullmatch(name)) and not _is_folder(name)


_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_PATH = re.compile(r"[./\\~]|[A-Za-z]:[/\\]")
"""How a path begins that can be no hub id."""


def model_folder(cache_dir: str | None) -> str | None:
    """Where hub models are kept; None is the Hugging Face cache. The environment wins over `cache_dir`."""
    return os.environ.get("FRAME2FRAME_MODEL_DIR") or cache_dir


def pull_command(repository: str, revision: str | None = None, cache_dir: str | None = None) -> str:
    """The command that fetches a model, named by what it is known by or by its repository."""
    known = {model.repository.lower(): model for model in MODELS.values()} | MODELS
    model = known.get(repository.lower())
    name = model.name if model else repository
    pinned = f"@{revision}" if revision and not (model and model.revision == revision) else ""
    place = ["--dir", cache_dir] if cache_dir and not os.environ.get("FRAME2FRAME_MODEL_DIR") else []
    return shlex.join(["f2f", "models", "pull", f"{name}{pinned}", *place])


def download_size(repository: str) -> str:
    """About how much a pull fetches, in words; empty where only the hub knows."""
    sizes = {model.repository: model.download_gb for model in MODELS.values()}
    size = sizes.get(repository)
    return f"about {size:g} GB" if size else ""


def find(name: str | None = None) -> Model:
    """The model that will run.

    `name` is a name of the catalogue, a folder in the diffusers layout, or a hub id, each but the folder with
    `@revision` if wanted; None is the chosen one. Raises ModelError with the nearest name for any other, and
    for a revision of what lies in a folder.
    """
    name = name if name is not None else chosen()
    plain, _, revision = name.partition("@")
    if plain.lower() not in MODELS and _is_folder(name):  # a folder that bears a known name is `./name`
        return _in_folder(name)
    _check_revision(name)
    known = {model.name: model for model in MODELS.values()}
    known |= {model.repository.lower(): model for model in MODELS.values()}
    if plain.lower() in known:
        return replace(known[plain.lower()], revision=revision or known[plain.lower()].revision)
    if _HUB_ID.fullmatch(plain) and not plain.startswith("."):
        return Model(plain, repository=plain, revision=revision or None)
    if _PATH.match(name):
        raise ModelError("there is no such folder", got=repr(name), remedy="name one that is here")
    raise ModelError(
        "there is no such model",
        got=repr(name),
        remedy=f"did you mean {nearest(plain, MODELS)}? A folder or a hub id will do too",
    )


def _check_revision(name: str) -> None:
    """Raise ModelError for a revision of a folder or of the embedded model, which have none."""
    plain, at, revision = name.rpartition("@")
    if at and (plain.lower() == EMBEDDED or (plain.lower() not in MODELS and _is_folder(plain))):
        remedy = f"leave out @{revision}, or name the repository of the hub"
        raise ModelError("a model in a folder has no revisions", got=repr(name), remedy=remedy)


def _is_folder(name: str) -> bool:
    return bool(name.strip()) and Path(os.path.expanduser(name)).is_dir()


def _in_folder(name: str) -> Model:
    """A model in a folder, scored by the encoder that lies in it, if there is one.

    One that the tabletop trainers made, such as a copy of the embedded one, is run like the embedded one.
    """
    folder = Path(os.path.expanduser(name))
    own = folder / "clip"
    model = Model(name, str(folder), _family(folder), encoder=str(own) if own.is_dir() else CLIP)
    if _trainer(folder) != _TABLETOP_TRAINER:
        return model
    like = MODELS[EMBEDDED]
    return replace(model, frames=like.frames, steps=like.steps, guidance=like.guidance, knows=like.knows)


_FAMILIES = {"WanImageToVideoPipeline": "wan", "WanPipeline": "wan"}


def _family(folder: Path) -> str:
    """The generator for a folder in the diffusers layout, by what its `model_index.json` names.

    What no family of the denoising loop takes goes through its own pipeline, which says if it can be used.
    """
    try:
        index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
        named, sees = index["_class_name"], any(index.get("image_encoder") or ())
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        named, sees = None, False
    if not isinstance(named, str) or "CogVideoX" in named:
        return "cogvideox"  # which says what is wrong with a folder that says nothing
    return "pipeline" if sees else _FAMILIES.get(named, "pipeline")  # Wan 2.1 sees through an encoder


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


def user_cache(name: str) -> Path:
    """The folder `name` of ours in the user's cache; it need not be there yet."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "frame2frame" / name
