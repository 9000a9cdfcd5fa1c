"""The promised class: one object, one call; a picture, the path to it and figures."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from . import run
from .caption import server
from .caption.answerers import SERVER
from .editor import shared
from .engine.device import memory as presets_of_memory
from .engine.generators import folder_of
from .engine.models import catalogue, presets
from .engine.models.catalogue import EMBEDDED
from .engine.sampling.seeds import SEEDS
from .errors import InputError, ModelError, kind_of
from .files.anywhere import as_path
from .files.unfinished import write_file
from .media.source import AnyImage
from .plugins.asking import taken
from .plugins.options import Value
from .plugins.wishes import Wishes
from .report.result import Result
from .report.terminal import watched
from .request import BY_SERVER, Request
from .values import Note

if TYPE_CHECKING:
    import torch

DEFAULT_MODEL = "zai-org/CogVideoX1.5-5B-I2V"

_OF_OBJECT = {"model", "device", "cache_dir"}
"""Wishes that are the object's own; a vision-language server's `model` goes into the options."""

_BY_ITSELF = {"caption": "temporal", "select": "best"}
"""Who does the same where no server is set."""

_SENT = (
    "OPENAI_API_KEY is set: your picture and frames of the clip are sent to {} to write the caption and "
    "choose the frame. With caption='temporal', select='best' nothing leaves this machine."
)

Answer = tuple[Image.Image, list[Image.Image], dict[str, Any]]
"""The edited picture, the states from the source to it, and the path's figures."""


class Frame2FramePipeline:
    """Edits pictures with one model.

    `model` is a name of the catalogue, a folder or a hub id; without one it is CogVideoX 1.5, and only then
    the embedded one takes its place, with a warning, where there is no GPU or no weights. Weights are looked
    for in `model_cache_dir`, else in the Hugging Face cache; the variable FRAME2FRAME_MODEL_DIR wins over
    both. `memory` is a preset of the GPU's gibibytes, `lora` the files that are added to its weights, each
    `FILE_OR_HUB_ID[:WEIGHT]`. Raises ModelError for a model that was named and cannot be used, InputError for
    what is no name: a pipeline object is taken by `frame2frame.Editor`. The weights belong to the editor that
    `frame2frame.edit` stands on.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        model_cache_dir: str | Path | None = None,
        device: str | Sequence[str] = "auto",
        memory: str | int = "auto",
        lora: str | Sequence[str] = (),
        out: str | Path = "outputs",
    ) -> None:
        from .engine.device.placement import choose_devices

        asked = Wishes(model=model, cache_dir=model_cache_dir, device=device, memory=memory, lora=lora)
        given = taken(Request, asked)
        self.memory: str = given.get("memory", "auto")
        self.lora: tuple[str, ...] = given.get("lora", ())
        presets_of_memory.check(self.memory)
        if "model" in given:
            catalogue.find(given["model"])
        devices = choose_devices(given.get("device", "auto"))
        self.device: torch.device = devices[0]
        """The first one, where there are several."""
        self._devices = ",".join(map(str, devices))
        self.out = as_path("out", out)
        self._cache_dir: str | None = given.get("cache_dir")
        self._has_told_of_server = False
        self.result: Result | None = None
        """All of the last call: the frames, the reason, what may help, the run folder."""
        self.model: str = given["model"] if "model" in given else self._usable()

    def run(
        self,
        image: AnyImage,
        prompt_text: str,
        use_iterative: bool = False,
        *,
        num_frames: int | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        iterative_steps: int = 5,
        candidates_per_step: int = 3,
        generator: torch.Generator | None = None,
        strategy: str | None = None,
        preset: str | None = None,
        memory: str | int | None = None,
        options: Mapping[str, Value] | None = None,
        progress: bool = True,
        **more: Any,
    ) -> Answer:
        """Edit a picture in one shot, or along a path of `iterative_steps` rounds.

        `strategy` names another way, such as `search`, whose seeds are its option `candidates`; `path` is the
        same as `use_iterative`. `preset` says how much of the model's usual work is done: fast, search4,
        search15 or sparse, or paper for that of the paper, under all that is asked for by itself. `memory`
        stands in place of the object's.

        `generator` yields one seed for each candidate, drawn on its device, so its state advances. `more` are
        the wishes of `frame2frame.edit`, such as `height`, `mask` and `w_sem`, or options of the parts;
        `options` holds these by name too, the dotted ones as well: `{"generator.compiled": True}`. The
        one-shot mode takes the frame most similar to the text. Where OPENAI_API_KEY is set, a vision-language
        server writes the caption and chooses the frame instead, which a warning says before the first
        picture is sent. `caption` and `select` name others.

        How far it is stands on stderr where that is a terminal, and in a notebook, unless `progress` is off.
        What the user should know of it is a warning, as is why no frame shows the edit: `best` is the picture
        as it was then. `result` has all of it.

        Leaves final_frame.png, path_00.png … and metrics.json in the folder `out`, and the whole run beside
        them. Raises InputError, ModelError, OutOfMemoryError or WriteError.
        """
        wishes: dict[str, Any] = {
            "model": self.model,
            "device": self._devices,
            "cache_dir": self._cache_dir,
            "memory": self.memory if memory is None else memory,
            "lora": self.lora or None,
            "preset": preset,
            "strategy": _way(use_iterative, strategy),
            "frames": num_frames,
            "steps": num_inference_steps,
            "guidance": guidance_scale,
            **self._by_whom({**more, **(options or {})}, preset),
        }
        named: dict[str, Any] = {
            name: more.pop(name) for name in list(more) if name in Wishes.__annotations__
        }
        if of_object := sorted(_OF_OBJECT & named.keys()):
            remedy = "make another object, or leave it out"
            raise InputError(f"{of_object[0]} is given when the object is made", remedy=remedy)
        if wishes["strategy"] == "path":
            rounds = {"rounds": iterative_steps, "candidates": candidates_per_step}
            others = {name.removeprefix("strategy.") for name in options or {}}
            named = {name: rounds[name] for name in rounds if name not in others} | named
        wishes |= {**named, "options": {**more, **(options or {})}}
        if generator is not None and {"seed", "seeds"} & named.keys():
            raise InputError("a generator draws the seeds", remedy="leave out seed and seeds, or it")
        planned = shared().plan(Request.of(image, prompt_text, **wishes))
        if generator is not None:
            planned = planned.seeded(_drawn(generator, len(planned.seeds)))
        self.result = result = self._heard(watched(run.events(planned, self.out), progress, warnings=False))
        self._leave(result)
        path = [Image.fromarray(state) for state in result.path]
        return Image.fromarray(result.image), path, dict(result.metrics)

    def iterative_edit(
        self,
        image: AnyImage,
        prompt_text: str,
        steps: int = 5,
        candidates_per_step: int = 3,
        *,
        w_sem: float | None = None,
        w_step: float | None = None,
        w_id: float | None = None,
        guidance_scale: float | None = None,
        generator: torch.Generator | None = None,
        preset: str | None = None,
        memory: str | int | None = None,
        options: Mapping[str, Value] | None = None,
        **more: Any,
    ) -> Answer:
        """The iterative mode by itself, with the weights of its energy; see `run`."""
        weights = {"w_sem": w_sem, "w_step": w_step, "w_id": w_id}
        given: dict[str, Any] = more | {name: w for name, w in weights.items() if w is not None}
        return self.run(
            image,
            prompt_text,
            use_iterative=True,
            iterative_steps=steps,
            candidates_per_step=candidates_per_step,
            guidance_scale=guidance_scale,
            generator=generator,
            preset=preset,
            memory=memory,
            options=options,
            **given,
        )

    def _by_whom(self, named: Mapping[str, Any], preset: str | None) -> dict[str, str | None]:
        """Who writes the caption and chooses the frame; a warning says once that a server does."""
        of_preset = presets.find(preset).wishes if preset else {}
        usual = {**(BY_SERVER if server.is_set() else _BY_ITSELF), **of_preset}
        usual = {name: usual[name] for name in BY_SERVER}
        if "caption_text" in named:
            usual["caption"] = None
        known = {name.rpartition(".")[2]: value for name, value in named.items()}
        asked = [part for one, part in usual.items() if part == BY_SERVER[one] and one not in known]
        asks = server.is_set() and any(known.get(str(part), SERVER) == SERVER for part in asked)
        if asks and not self._has_told_of_server:
            self._has_told_of_server = True
            warnings.warn(_SENT.format(server.told()), stacklevel=3)
        return usual

    def _usable(self) -> str:
        """The default model, or the embedded one where that cannot run."""
        if self.device.type == "cpu":
            return self._embedded("there is no GPU")
        try:
            folder_of(catalogue.find(DEFAULT_MODEL, self._cache_dir), self._cache_dir)
        except ModelError as error:
            return self._embedded(str(error))
        return DEFAULT_MODEL

    @staticmethod
    def _embedded(why: str) -> str:
        warnings.warn(
            f"{DEFAULT_MODEL} cannot run ({why}); the embedded model takes its place, which knows only "
            f"{catalogue.MODELS[EMBEDDED].knows}. Name a model to have no other.",
            stacklevel=4,
        )
        return EMBEDDED

    @staticmethod
    def _heard(events: Iterable[object]) -> Result:
        """The result; what the user should know, and why there is no edit, become warnings."""
        results = list[Result]()
        for event in events:
            if isinstance(event, Note) and event.is_warning:
                warnings.warn(event.text, stacklevel=3)
            if isinstance(event, Result):
                results.append(event)
        result = run.result_in(iter(results))
        if result.index is None:
            why = f"{result.reason} The answer is your picture as it was. {result.advice}"
            warnings.warn(why.strip(), stacklevel=3)
        return result

    def _leave(self, result: Result) -> None:
        """The promised files, in place of those of the call before."""
        if result.folder is None:
            return
        for old in self.out.glob("path_*.png"):
            if re.fullmatch(r"path_\d{2,}\.png", old.name):
                old.unlink()
        others = (result.folder / name for name in ("final_frame.png", "metrics.json"))
        for made in (*result.folder.glob("path_*.png"), *others):
            write_file(self.out / made.name, made.read_bytes())


def _way(use_iterative: bool, strategy: str | None) -> str | None:
    """The strategy's name; None leaves it to the preset. Raises InputError for two ways at once."""
    if not use_iterative:
        return strategy
    if strategy not in (None, "path"):
        remedy = "leave out use_iterative, or name no strategy"
        raise InputError("the iterative mode is a strategy of its own", got=repr(strategy), remedy=remedy)
    return "path"


def _drawn(generator: torch.Generator, count: int) -> tuple[int, ...]:
    """So many seeds. Raises InputError for what is no generator."""
    import torch

    if not isinstance(generator, torch.Generator):
        remedy = "give one torch.Generator, or leave it out; it yields a seed for each candidate"
        raise InputError("this is no generator", got=kind_of(generator), remedy=remedy)
    found = torch.randint(SEEDS - 1, (count,), generator=generator, device=generator.device)
    return tuple(int(seed) for seed in found.tolist())
