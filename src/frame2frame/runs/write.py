"""What a finished run leaves behind, and how it becomes a run folder (see `read`).

A folder is written under a temporary name and then renamed, so one that bears its name is whole.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..errors import WriteError
from ..files.as_json import rendered, to_json
from ..files.unfinished import discard, settle, settle_folder, unfinished_folder
from ..geometry.measures import figures_as_json
from ..media.embedded import carrying
from ..media.metadata import KEEP, NONE
from ..media.pictures import Source, png_bytes
from ..media.video import clip_bytes, joined
from ..values import Picture, Step
from .frames import CLIP, RESULT, write_frames
from .read import REDRAWN, ROUTE, STATE, Run, StepRecord, run_in
from .record import SCHEMA, RunRecord, for_picture
from .vectors import Cloud

SLUG_LENGTH = 40
NAMES_TRIED = 1_000
ROOM_BYTES = 2**26
"""Free before the work starts; a long clip of a large model and its report come near it."""

_WAITING = 8
"""Files that are waited for at once."""


@dataclass(frozen=True, eq=False)
class Finished:
    """What a run leaves behind, before it is a folder."""

    record: RunRecord
    source: Source
    steps: tuple[Step, ...]
    image: Picture
    """The edited picture in the source's size; the source's when no frame shows the edit."""
    path: Sequence[Picture] = ()
    """The states after the source, in the source's size."""
    metrics: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What the user was warned of."""
    told: tuple[str, ...] = ()
    """What the user was told besides."""
    is_composed: bool = False
    """Whether some of the source was put back: the last of the path is then what the model made of it."""
    mask: Source | None = None
    route: Sequence[Picture] = ()
    """The frames of the least-energy route after the source, in the source's size."""
    save: str = CLIP
    """Which clips are kept without loss."""
    redrawn: Picture | None = None
    """How the model shows the unedited source, where that is known; of the frames' size."""

    @property
    def leads_on(self) -> bool:
        """Whether its states are those of several rounds, not the frames of one clip."""
        return bool(self.record.execution.walks) or len(self.steps) > 1


Page = Callable[[Run], str]
"""Makes the HTML of report.html."""


def require_writable(out: Path) -> None:
    """Raises WriteError before any work is done if no run folder can be made in `out`, or has no room."""
    with unfinished_folder(out) as folder:
        if (free := shutil.disk_usage(folder).free) < ROOM_BYTES:
            raise WriteError(
                f"there is too little room in {out} for a run folder",
                got=f"{free / 2**20:.1f} MiB free",
                remedy=f"free {ROOM_BYTES // 2**20} MiB there, or choose another folder with --out",
            )
        (folder / "probe").write_bytes(b"\0" * 2**16)


def write_run(
    out: Path, finished: Finished, page: Page | None = None, now: datetime | None = None, name: str = ""
) -> Path:
    """Make the run folder in `out` and return it. It appears whole or not at all.

    It is called by the time and the instruction; or by `name`, and then takes the place of one of that name.
    Raises WriteError when the disk is full or `out` cannot be written.
    """
    now = now or datetime.now()
    with unfinished_folder(out) as folder:
        _write_all(folder, finished, page, now)
        _settle_all(folder)
        if name:
            return _in_place_of(folder, out / name)
        return _renamed(folder, f"{now:%Y%m%d-%H%M%S}-{slug(finished.record.settings.instruction)}")


def put_run(out: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """The same of a run folder that was made elsewhere, from its files by name. Raises WriteError."""
    with unfinished_folder(out) as folder:
        for file, data in files.items():
            (folder / file).write_bytes(data)
        _settle_all(folder)
        return _in_place_of(folder, out / name)


def slug(instruction: str) -> str:
    """A short name that every file system takes: a–z, 0–9 and single hyphens."""
    plain = unicodedata.normalize("NFKD", instruction).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words or "edit"


def _settle_all(folder: Path) -> None:
    """Or a power cut soon after would leave a folder of this name with empty files in it.

    Files that wait for the disk together wait once.
    """
    with ThreadPoolExecutor(_WAITING) as waiting:
        list(waiting.map(_settle, folder.iterdir()))
    settle_folder(folder)


def _settle(path: Path) -> None:
    with path.open("r+b") as file:
        settle(file)


def _in_place_of(folder: Path, target: Path) -> Path:
    """The folder under the target's name. One that was there goes once the new one is in its place."""
    before = folder.with_name(f"{folder.name}-before")  # swept with the unfinished ones, if it stays
    with suppress(FileNotFoundError):
        os.rename(target, before)
    try:
        os.rename(folder, target)
    except OSError:
        with suppress(OSError):
            os.rename(before, target)
        raise
    with suppress(OSError):
        discard(before)
    return target


def _renamed(folder: Path, name: str) -> Path:
    for number in range(1, NAMES_TRIED):
        target = folder.parent / (name if number == 1 else f"{name}-{number}")
        try:
            os.rename(folder, target)
        except OSError:
            if not target.exists():
                raise
        else:
            return target
    raise WriteError(f"{folder.parent} has {NAMES_TRIED} runs of this name", remedy="wait a second")


def _write_all(folder: Path, finished: Finished, page: Page | None, now: datetime) -> None:
    _write_pictures(folder, finished)
    (folder / "clip.mp4").write_bytes(clip_bytes(joined([step.clip.frames for step in finished.steps])))
    write_frames(folder, finished.steps, finished.save)
    if finished.redrawn is not None and finished.save != RESULT:
        (folder / REDRAWN).write_bytes(png_bytes(finished.redrawn, None))
    if (cloud := Cloud.of(finished.steps)) is not None:
        (folder / "vectors.npz").write_bytes(cloud.packed())
    _write_json(folder / "request.json", {"schema": SCHEMA, **to_json(finished.record.settings)})
    if finished.record.plan is not None:
        _write_json(folder / "plan.json", to_json(finished.record.plan))
    _write_json(folder / "caption.json", {"captions": [to_json(step.caption) for step in finished.steps]})
    _write_json(folder / "scores.json", {"steps": [to_json(StepRecord.of(step)) for step in finished.steps]})
    _write_json(folder / "metrics.json", figures_as_json(finished.metrics))
    done = _done_json(finished, now)
    if page is not None:
        (folder / "report.html").write_bytes(page(run_in(folder, done)).encode("utf-8", "replace"))
    _write_json(folder / "done.json", done)


def _write_pictures(folder: Path, finished: Finished) -> None:
    source = finished.source
    kept = source.metadata if finished.record.settings.metadata == KEEP else NONE
    files = [folder / "source.png"]
    files[0].write_bytes(png_bytes(source.picture, source.alpha, metadata=kept))
    if finished.mask is not None:
        files.append(folder / "mask.png")
        files[1].write_bytes(png_bytes(finished.mask.picture, finished.mask.alpha))
    final = png_bytes(finished.image, source.alpha, for_picture(finished.record), kept)
    if finished.record.settings.embed_source:
        final = carrying(final, {file.name: file.read_bytes() for file in files})
    (folder / "final_frame.png").write_bytes(final)
    del final  # of a large picture it is large itself
    if finished.save != RESULT or finished.leads_on:
        shutil.copyfile(files[0], folder / STATE.format(0))  # packing a large one takes seconds
        for number, picture in enumerate(finished.path, 1):
            (folder / STATE.format(number)).write_bytes(png_bytes(picture, source.alpha))
    if finished.is_composed:
        _write_generated(folder, finished)
    for number, picture in enumerate(finished.route, 1):
        (folder / ROUTE.format(number)).write_bytes(png_bytes(picture, source.alpha))


def _write_generated(folder: Path, finished: Finished) -> None:
    """As the last state, where there is a file of that: packing a large picture again takes seconds."""
    last, made = folder / STATE.format(len(finished.path)), folder / "generated_frame.png"
    if last.is_file():
        shutil.copyfile(last, made)
    else:
        made.write_bytes(png_bytes(finished.path[-1], finished.source.alpha))


def _done_json(finished: Finished, now: datetime) -> dict[str, object]:
    return {
        "execution": to_json(finished.record.execution),
        "finished": now.isoformat(timespec="seconds"),
        "notes": list(dict.fromkeys((*finished.source.notes, *finished.notes))),
        "told": list(finished.told),
    }


def _write_json(path: Path, data: object) -> None:
    text = rendered(data, indent=2, ensure_ascii=False)
    path.write_bytes((text + "\n").encode("utf-8", "backslashreplace"))
