"""`f2f doctor`: what is installed, what is here and what this machine can do."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import typer

from ..caption.local_model import LocalModel
from ..engine.device.hardware import gpus, main_memory_gib
from ..engine.files.index import INDEX
from ..engine.hub.store import Store
from ..engine.hub.verify import require_whole
from ..engine.models import catalogue, lora, vision_language
from ..engine.models.known_vision_language import KNOWN
from ..engine.models.store import Home
from ..engine.suggest import Machine, advice, on_disk
from ..errors import Frame2FrameError
from ..plugins import packages, registry
from ..plugins.model import CLIP
from ..runs.versions import versions
from ..score import calibrations
from ..score.encoders import ClipEncoder, DinoEncoder, SiglipEncoder
from ..score.pretrained import PretrainedEncoder
from .answering import answer
from .flags import AsJson

commands = typer.Typer()

EXTRAS = {
    "ui": "gradio",
    "vlm": "openai",
    "face": "onnxruntime",
    "eval": "torchmetrics",
    "ray": "ray",
    "remote": "s3fs",
    "cuda": "numba_cuda",
}
"""What `pip install 'frame2frame[…]'` brings, by a module of it."""
_SERVER = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "FRAME2FRAME_VLM_MODEL")


@commands.command()
def doctor(as_json: AsJson = False) -> None:
    """Show what is installed and what this machine can do; paste it into a bug report."""
    found = diagnosis()
    if as_json:
        answer(found)
        return
    width = max(len(name) for name in found)
    for name, value in found.items():
        typer.echo(f"{name:{width}}  {value}")


def diagnosis() -> dict[str, str]:
    """One line a fact, in the order to read them; nothing is loaded or downloaded, and no key is shown."""
    store = Store.of(None)
    return {
        "frame2frame": versions()["frame2frame"],
        "python": f"{platform.python_version()} on {platform.platform()}",
        **{name: version for name, version in versions().items() if name not in ("frame2frame", "python")},
        **{f"extra {name}": _extra(name) for name in EXTRAS},
        "processors": str(os.cpu_count()),
        "memory": "unknown" if (memory := main_memory_gib()) is None else f"{memory:.1f} GiB",
        "disk free here": f"{shutil.disk_usage(Path.cwd()).free / 2**30:.1f} GiB",
        "gpu": _gpu(),
        **{name: "set" if os.environ.get(name, "").strip() else "not set" for name in _SERVER},
        "hub login": _login(),
        **_folders(store),
        "model that runs": _chosen(),
        **_models(store),
        **_plugins(),
        **{f"encoder {name}": _encoder(encoder) for name, encoder in _encoders().items()},
        **_judges(store),
        "calibrated encoders": _calibrated(),
        "for this machine": _advice(store),
    }


def require(model: catalogue.Model, store: Store) -> None:
    """Raises ModelError unless the model's files are here, of the right kind and whole by their sizes."""
    generator = registry.find("generators", model.family)
    if not model.repository:
        generator().check()
        return
    folder = store.folder_of(model)
    if not model.package or (folder / INDEX).is_file():  # another package may have a layout of its own
        command = catalogue.pull_command(model.name, model.revision, store.wish)
        require_whole(folder, remedy=f"mend it with: {command}")
    generator(str(folder)).check()
    lora.find_all(model.loras or (), store.wish)


def _extra(name: str) -> str:
    return "installed" if find_spec(EXTRAS[name]) else f"not installed; pip install 'frame2frame[{name}]'"


def _gpu() -> str:
    try:
        return "; ".join(map(str, gpus())) or "none that PyTorch can use"
    except ImportError as error:
        return f"unknown: {error}"


def _login() -> str:
    from huggingface_hub import get_token

    return "yes" if get_token() else "no; gated models want `hf auth login`"


def _folders(store: Store) -> dict[str, str]:
    from huggingface_hub.constants import HF_HUB_CACHE

    named = "FRAME2FRAME_MODEL_DIR"
    return {
        "models are in": _short(store.folder),
        named: "set" if os.environ.get(named) else "not set",
        "hugging face cache": _short(Path(HF_HUB_CACHE)),
        "config file": _short(catalogue.choice_file()),
        "runs go to": "outputs, in the working folder",
    }


def _short(path: Path) -> str:
    """Without the name of the user, as this may be posted."""
    home = Path.home()
    inside = path.is_relative_to(home) and home != Path("/")
    return f"~/{path.relative_to(home).as_posix()}" if inside else str(path)


def _chosen() -> str:
    try:
        return catalogue.find().label
    except Frame2FrameError as error:
        return str(error)


def _models(store: Store) -> dict[str, str]:
    """Each model of which something is here, and the names of the others."""
    here, models = on_disk(store), catalogue.models()
    others = ", ".join(name for name in models if name not in here)
    known = {f"model {name}": _state(models[name], store) for name in sorted(here)}
    return known | ({"models not here": f"{others}; get one with: f2f models pull NAME"} if others else {})


def _plugins() -> dict[str, str]:
    """What each other package offers, and what of it cannot be used."""
    found: dict[str, list[str]] = {}
    for kind, word in packages.WORDS.items():
        for name in registry.names(kind):
            if package := registry.package(kind, name):
                found.setdefault(f"plugin {package}", []).append(f"{word} {name}")
    for model in registry.models().values():
        found.setdefault(f"plugin {model.package}", []).append(f"model {model.name}")
    faults = {f"plugin fault {number}": str(fault) for number, fault in enumerate(registry.faults(), 1)}
    return {package: ", ".join(parts) for package, parts in found.items()} | faults


def _state(model: catalogue.Model, store: Store) -> str:
    try:
        require(model, store)
    except Frame2FrameError as error:
        return str(error)
    return "here and whole"


def _encoders() -> Mapping[str, PretrainedEncoder]:
    place = catalogue.model_folder(None)
    return {
        "clip": ClipEncoder(CLIP, cache_dir=place),
        "siglip2": SiglipEncoder(cache_dir=place),
        "dino": DinoEncoder(cache_dir=place),
    }


def _encoder(encoder: PretrainedEncoder) -> str:
    if encoder.checkpoint.place() is None:
        return f"not here; fetch it with: {catalogue.pull_command(encoder.repository)}"
    try:
        encoder.checkpoint.check_whole()
    except Frame2FrameError as error:
        return str(error)
    return "here and whole"


def _judges(store: Store) -> dict[str, str]:
    """The vision-language models that are here, and the short names of others."""
    here = list(_vision_language(store))
    others = ", ".join(name for name in KNOWN if name not in here)
    found = {f"judge {name}": _judge(name, store) for name in here}
    return found | ({"judges not here": f"{others}; get one with: f2f models pull NAME"} if others else {})


def _vision_language(store: Store) -> Iterator[str]:
    """Short names, and the hub ids of others, as far as a glance tells."""
    names = {known.repository: name for name, known in KNOWN.items()}
    for home in sorted(store.folder.glob("models--*--*")):
        repository = home.name.removeprefix("models--").replace("--", "/", 1)
        place = store.snapshot(repository)
        if place and (repository in names or vision_language.is_known(place)):
            yield names.get(repository, repository)


def _judge(name: str, store: Store) -> str:
    """Whether it can be asked: its files are whole, and its weights fit in memory."""
    model = LocalModel.of(name, Home(folder=store.wish))
    try:
        model.check()
        needs, has = model.weights_gib(), max((main_memory_gib() or 0, *(gpu.total_gib for gpu in gpus())))
    except (Frame2FrameError, ImportError) as error:
        return str(error)
    if has and needs > has:
        return f"here, but its weights take {needs:.1f} GiB of memory, and this machine has {has:.1f}"
    return f"here and whole; use it with: --select judge --judge local:{name}"


def _calibrated() -> str:
    """Those that the user has calibrated, and what is wrong with such a file."""
    told = [
        one.title if isinstance(one, calibrations.Calibrated) else str(one) for _, one in calibrations.kept()
    ]
    return "; ".join(told) or "none; see f2f calibrate"


def _advice(store: Store) -> str:
    try:
        return advice(Machine.here(store), on_disk(store))
    except ImportError as error:
        return f"unknown: {error}"
