"""Who edits: an owner of loaded models, and the functions that stand on a shared one."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack, overload

from . import picking as picks
from . import plan, run
from .engine.device.memory import check as check_memory
from .engine.models import catalogue
from .engine.models.store import Home, ModelStore
from .errors import InputError
from .media.source import AnyImage
from .media.video_input import AnyClip
from .plan import Plan
from .plugins.asking import naming_all, taken
from .plugins.wishes import PART_WISHES, PickWishes, ReselectWishes, Wishes
from .report import declined
from .report.result import Result
from .request import Request
from .run import result_in

if TYPE_CHECKING:
    from .engine.models.handed_in import HandedIn


class Editor:
    """Edits pictures with models that it owns: they load once, stay for the next edit, and go with it.

        with frame2frame.Editor(model="zai-org/CogVideoX1.5-5B-I2V") as editor:
            for photo in photos:
                editor.edit(photo, "make the dog sit")

    `model`, `device`, `memory` and `cache_dir` hold for all edits that name no other. Several models stay at
    once as far as they fit in memory; where the next one does not, that goes which was used longest ago, and
    never one in use. Several threads may edit at once: their steps take turns on each device.

    `pipeline` is an image-to-video pipeline of diffusers that is in memory already. It is used where and as
    it is, and left so: CogVideoX and Wan 2.2 in our own denoising loop, others through their own call.

    Raises InputError for what cannot be used, ModelError for a model that is not known.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        device: str = "auto",
        memory: str = "auto",
        cache_dir: str | Path | None = None,
        pipeline: Any = None,
    ) -> None:
        self._store = ModelStore()
        given = Wishes(model=model, device=device, memory=memory, cache_dir=cache_dir)
        self._usual: dict[str, Any] = taken(Request, given, PART_WISHES)
        check_memory(self._usual.get("memory", "auto"))
        self._own: HandedIn | None = None
        self._folder: TemporaryDirectory[str] | None = None
        if pipeline is not None:
            try:
                self._hand_in(pipeline)
            except BaseException:
                self.close()
                raise
        elif model is not None:
            catalogue.find(self._usual["model"], self._usual.get("cache_dir"))

    def _hand_in(self, pipeline: Any) -> None:
        from .engine.models.handed_in import HandedIn

        if "model" in self._usual:
            remedy = "give one of them"
            raise InputError("an editor has a model of its own or a pipeline", got="both", remedy=remedy)
        self._folder = TemporaryDirectory(prefix="frame2frame-")
        self._own = HandedIn.of(pipeline, Path(self._folder.name))
        if self._usual.setdefault("device", "auto") == "auto":
            self._usual["device"] = self._own.device
        self._own.check_device(self._usual["device"])
        self._model = self._own.model
        self._usual["model"] = self._model.repository
        self._store.hand_in(self._own.folder, self._own)

    def edit(
        self,
        image: AnyImage,
        instruction: str | None = None,
        *,
        out: str | Path | None = "outputs",
        progress: bool = True,
        **wishes: Unpack[Wishes],
    ) -> Result:
        """Edit a picture and return the result; see `frame2frame.edit`."""
        from .report.terminal import watched

        events = self.stream(self.request(image, instruction, **wishes), out)
        return result_in(watched(events, progress))

    def pick(
        self,
        frames: AnyClip,
        source: AnyImage,
        target: str | None = None,
        *,
        out: str | Path | None = "outputs",
        progress: bool = True,
        **wishes: Unpack[PickWishes],
    ) -> Result:
        """Pick the frame of a given clip that shows the target; see `frame2frame.pick`."""
        from .report.terminal import watched

        usual = {name: one for name, one in self._usual.items() if name in ("device", "cache_dir")}
        wanted = picks.Pick.of(frames, source, target, **_over(usual, wishes))
        return result_in(watched(self.stream(wanted, out), progress))

    def reselect(
        self,
        run: str | Path | Result,
        *,
        out: str | Path | None = "outputs",
        progress: bool = True,
        **wishes: Unpack[ReselectWishes],
    ) -> Result:
        """Choose the frame of a finished run anew; see `frame2frame.reselect`."""
        from . import reselecting as again
        from .report.terminal import watched

        self._store.check_open()
        events = again.reselecting(again.Reselect.of(run, **wishes), out, self._home())
        return result_in(watched(events, progress))

    def _home(self) -> Home:
        """Where parts keep what they load for a choice in which nothing is drawn."""
        from .engine.device.placement import choose_devices

        device = choose_devices(self._usual.get("device", "auto"))[0]
        return Home(str(device), self._usual.get("cache_dir"), self._store)

    def request(self, image: AnyImage, instruction: str | None = None, **wishes: Unpack[Wishes]) -> Request:
        """The request of these wishes, with the editor's own model and device unless they name others.

        Raises InputError, ModelError.
        """
        self._store.check_open()
        made = Request.of(image, instruction, **_over(self._usual, wishes))
        is_own = self._own is not None and wishes.get("model") is None
        return replace(made, model=self._model) if is_own else made

    @overload
    def plan(self, request: Request) -> Plan: ...
    @overload
    def plan(self, request: picks.Pick) -> picks.PickPlan: ...
    def plan(self, request: Request | picks.Pick) -> Plan | picks.PickPlan:
        """What the request leaves open, decided; its weights are this editor's. See `plan.of`."""
        if not isinstance(request, Request | picks.Pick):
            remedy = "make one with Request.of(image, instruction)"
            raise InputError("a stream follows a request", got=f"{request!r:.80}", remedy=remedy)
        self._store.check_open()
        if isinstance(request, picks.Pick):
            return picks.plan_of(request, self._store)
        return plan.of(request, self._store)

    def stream(
        self, request: Request | picks.Pick, out: str | Path | None = "outputs"
    ) -> Generator[run.Event, None, None]:
        """The edit as a stream of events, the `Result` last; see `frame2frame.stream`."""
        self._store.check_open()
        answered = declined.of(request) if isinstance(request, Request) else None
        yield from run.events(answered or self.plan(request), out)

    def close(self) -> None:
        """Free all models; the editor cannot be used afterwards."""
        self._store.close()
        self._own = None
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _over(usual: Mapping[str, Any], wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes that were made, and the usual ones in place of the others."""
    return {**usual, **{name: wish for name, wish in wishes.items() if wish is not None}}


_shared: Editor | None = None
_making = Lock()


def shared() -> Editor:
    """The editor of this process that `edit`, `pick` and `stream` stand on."""
    global _shared
    with _making:
        _shared = _shared or Editor()
        return _shared


@naming_all(Wishes)
def edit(
    image: AnyImage,
    instruction: str | None = None,
    *,
    out: str | Path | None = "outputs",
    progress: bool = True,
    **wishes: Unpack[Wishes],
) -> Result:
    """Edit a picture and return the result.

    `image` is a path, a PIL picture or an array of shape (height, width, 3). `instruction` says what to
    change; a `target` that describes the wanted scene may stand in its place. A run folder is made in `out`;
    None makes none. A second call reuses the loaded models, which `Editor` lets you own. How far it is
    stands on stderr where that is a terminal, and in a notebook, unless `progress` is off. The wishes bear
    the names of the flags of `f2f edit`; `Wishes` says what each means:

    Raises InputError, ModelError, OutOfMemoryError or WriteError, each in one line that says what to do.
    """
    return shared().edit(image, instruction, out=out, progress=progress, **wishes)


@naming_all(PickWishes)
def pick(
    frames: AnyClip,
    source: AnyImage,
    target: str | None = None,
    *,
    out: str | Path | None = "outputs",
    progress: bool = True,
    **wishes: Unpack[PickWishes],
) -> Result:
    """Pick the frame of a given clip that shows the target, and return the result as an edit's.

    `frames` is a video, a folder of pictures, a list of pictures, or an array of shape (frames, height,
    width, 3); `source` is the picture that the clip starts from; `target` describes the wanted scene. A run
    folder is made in `out`; None makes none. `progress` is as in `edit`. The wishes bear the names of the
    flags of `f2f pick`; `PickWishes` says what each means:

    Raises InputError, ModelError, OutOfMemoryError or WriteError, each in one line that says what to do.
    """
    return shared().pick(frames, source, target, out=out, progress=progress, **wishes)


def stream(
    request: Request | picks.Pick, out: str | Path | None = "outputs"
) -> Generator[run.Event, None, None]:
    """The edit, or the choice from a clip, as a stream of events, the `Result` last.

    Closing it stops the run and leaves nothing, but for the finished rounds of a path, from which an equal
    request goes on.
    """
    yield from shared().stream(request, out)
