"""Making a bundle: edit after edit, each kept as soon as it is finished, and the archive at the end.

What is finished is kept in `.bundle-<key>/` beside the archive; the key is made of all that decides the
edits. The same bundle finds it again and goes on after it. The archive appears whole, and then the folder is
gone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import monotonic

from ... import plan as plans
from ...editor import shared
from ...engine.models import catalogue, checkpoint
from ...engine.sampling.seeds import SEEDS
from ...errors import CancelledError, Frame2FrameError, InputError, ModelError, WriteError
from ...files.as_json import from_json, to_json
from ...files.regular import read_bytes
from ...files.unfinished import write_error, write_file
from ...media.pictures import parsed_object
from ...report.result import Result
from ...request import Request
from ...run import Event, events, result_in
from ...runs.read import JSON_LIMIT_BYTES, read_run
from ...runs.versions import versions
from ...runs.write import slug
from .anonymous import anonymous
from .archive import archive_bytes
from .edits import Wanted, edits_for
from .layout import LAYOUT, Asked, Bundle, Edit, ModelFacts, bundle_from, files_of, to_object
from .machine import Gauge, machine
from .outcome import outcome_of
from .page import page

Watch = Callable[[Iterator[Event]], Iterator[Event]]
"""Shows the events of an edit on their way through."""
Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Plan:
    """What a bundle is made with."""

    edits: tuple[plans.Plan, ...]
    wanted: tuple[Wanted, ...]
    """What each edit is for."""
    asked: Asked

    @classmethod
    def of(cls, model: str | None, device: str, asked: Asked, count: int) -> Plan:
        """The first `count` edits of the model's kind. Raises InputError, ModelError."""
        wanted = edits_for(catalogue.find(model))[:count]
        edits = tuple(
            shared().plan(
                Request.of(
                    one.picture,
                    one.instruction,
                    model=model,
                    device=device,
                    preset=asked.preset,
                    memory=asked.memory,
                    frames=asked.frames,
                    steps=asked.steps,
                    seed=(asked.seed + number) % SEEDS,
                )
            )
            for number, one in enumerate(wanted)
        )
        return cls(edits, wanted, asked)

    def require(self) -> None:
        """Raise ModelError, before any work, for an encoder that is not here."""
        first = self.edits[0]
        first.stages.encoder.texts([first.request.instruction])  # or it shows after the first clip

    @property
    def model(self) -> catalogue.Model:
        return self.edits[0].model

    @property
    def device(self) -> str:
        """As it was asked for."""
        return self.edits[0].request.device

    def weights(self) -> Path:
        """The folder of the model; raises ModelError for one without weights."""
        folder = self.edits[0].stages.generator.folder()
        if folder is None:
            what = "a bundle is made of a model with weights"
            raise ModelError(what, got=f"'{self.model.name}', which has none", remedy="name another --model")
        return folder

    def folders(self) -> list[str]:
        """In the archive, of each edit."""
        return [f"{number:02d}-{one.name}" for number, one in enumerate(self.wanted, 1)]

    def name(self) -> str:
        """What the archive is called unless it is told otherwise."""
        return f"bundle-{slug(model_name(self.model))}-{date.today():%Y%m%d}.zip"

    def key(self) -> str:
        """Tells bundles apart whose edits may differ."""
        decides = [LAYOUT, to_json(self.asked), [edit.key() for edit in self.edits]]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]


def model_name(model: catalogue.Model) -> str:
    """How a model is named in a bundle, which has its revision besides: a folder by its last part."""
    if catalogue.is_hub_id(model.repository) or model.name in catalogue.models():
        return model.name
    return Path(model.repository).absolute().name


@dataclass(frozen=True)
class Made:
    """A finished bundle."""

    file: Path
    size: int
    """Bytes."""
    bundle: Bundle

    @property
    def failed(self) -> list[Edit]:
        return [edit for edit in self.bundle.edits if edit.error is not None]


def make(plan: Plan, file: Path, watch: Watch, say: Say) -> Made:
    """Run the edits of the plan, those aside that are kept from before, and write the archive.

    An edit that fails is written down with its error. Raises InputError and ModelError before any work, and
    WriteError; stopped by KeyboardInterrupt it leaves the finished edits for the next time.
    """
    plan.require()
    place = kept_in(plan, file)
    try:
        edits = list(_edits(plan, place, watch, say))
    finally:
        with suppress(OSError):  # it holds finished edits, or was never made
            place.rmdir()
    folders = (plan.weights().absolute().parent, place.parent)
    bundle = bundle_from(anonymous(to_object(_bundle(plan, edits)), folders))
    entries = {name: (place / name).read_bytes() for name in bundle.files()}
    told = json.dumps(to_object(bundle), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    first = {"index.html": page(bundle, str).encode(), "bundle.json": told.encode()}
    data = archive_bytes(first | entries)
    write_file(file, data)
    shutil.rmtree(place, ignore_errors=True)
    return Made(file, len(data), bundle)


def kept_in(plan: Plan, file: Path) -> Path:
    """The folder of the finished edits of a plan whose archive is to be this file."""
    return file.absolute().parent / f".bundle-{plan.key()}"


def finished(place: Path) -> int:
    """How many edits are kept in such a folder."""
    return len(list(place.glob("*/edit.json")))


def _edits(plan: Plan, place: Path, watch: Watch, say: Say) -> Iterator[Edit]:
    for number, (one, wanted, folder) in enumerate(
        zip(plan.edits, plan.wanted, plan.folders(), strict=True), 1
    ):
        kept = _kept(place / folder)
        before = " (kept from before)" if kept else ""
        say(f"Edit {number} of {len(plan.edits)}: “{wanted.instruction}”{before}")
        edit = kept or _run(one, wanted, place / folder, watch)
        if edit.error is not None:
            say(f"It failed and is written down: {edit.error}")
        yield edit


def _kept(folder: Path) -> Edit | None:
    """A finished edit with all its files; None if there is none, or if it cannot be read."""
    try:
        text = read_bytes(folder / "edit.json", JSON_LIMIT_BYTES).decode("utf-8")
        data = parsed_object(text, "edit.json")
        edit = from_json(Edit, data, "edit.json")
    except (UnicodeError, InputError):
        return None
    return edit if all((folder.parent / name).is_file() for name in files_of(edit)) else None


def _run(plan: plans.Plan, wanted: Wanted, folder: Path, watch: Watch) -> Edit:
    """Run one edit; a finished one is kept in the folder, a failed one is not, to be tried again."""
    gauge, start, work = Gauge(plan.request.device), monotonic(), folder.with_name(f"run-{folder.name}")
    empty = Edit(folder.name, wanted.sort, wanted.instruction, 0.0, gauge.peak())
    try:
        run_folder = _result(plan, work, watch).folder
        assert run_folder is not None  # as `work` was given
        outcome, files = outcome_of(read_run(run_folder), folder.name, model_name(plan.model))
    except (CancelledError, WriteError):
        raise
    except Exception as error:  # of a model that was never run here it may be anything
        shutil.rmtree(work, ignore_errors=True)
        return replace(empty, seconds=_since(start), peak=gauge.peak(), error=one_line(error))
    edit = replace(empty, seconds=_since(start), peak=gauge.peak(), outcome=outcome)
    _keep(folder, edit, files)
    shutil.rmtree(work, ignore_errors=True)
    return edit


def _result(plan: plans.Plan, work: Path, watch: Watch) -> Result:
    with closing(events(plan, work)) as stream:
        return result_in(watch(stream))


def _keep(folder: Path, edit: Edit, files: dict[str, bytes]) -> None:
    """Raises WriteError. `edit.json` is written last and says that the edit is whole."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    for name, data in files.items():
        write_file(folder.parent / name, data)
    write_file(folder / "edit.json", json.dumps(to_json(edit), allow_nan=False).encode())


def _since(start: float) -> float:
    return round(monotonic() - start, 3)


def one_line(error: Exception) -> str:
    """What went wrong; of what was not foreseen also where."""
    text = " ".join(str(error).split())
    if not isinstance(error, Frame2FrameError):
        text = f"{type(error).__name__}: {text[:400]}{_where(error)}"
    return text


def _where(error: Exception) -> str:
    """The innermost line of ours."""
    home = Path(__file__).parents[2]
    ours = [
        f"{Path(frame.filename).relative_to(home).as_posix()} line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(home)
    ]
    return f" (in {ours[-1]})" if ours else ""


def _bundle(plan: Plan, edits: Sequence[Edit]) -> Bundle:
    model, folder = plan.model, plan.weights()
    own, encoder = Path(model.encoder).is_absolute(), catalogue.shown(model.encoder)
    return Bundle(
        layout=LAYOUT,
        made=date.today().isoformat(),
        model=ModelFacts(
            name=model_name(model),
            revision=checkpoint.revision(folder),
            encoder=Path(encoder).name if own else encoder,
            weights=checkpoint.fingerprints(folder),
        ),
        machine=machine(plan.device),
        versions=dict(versions()),
        asked=plan.asked,
        edits=tuple(edits),
    )
