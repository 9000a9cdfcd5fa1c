"""Pick from any clip: the frame of a given clip that shows the wanted scene. No video model takes part.

    clip, source, target → Scores → Choice → Step → Result → run folder → report

The scores, selectors, kept region and report are those of an edit.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack, cast

from .engine.device.placement import choose_devices, memory_guard
from .engine.models import catalogue, checkpoint
from .engine.models.store import ModelStore
from .errors import InputError
from .media.metadata import check as check_metadata
from .media.pictures import resized
from .media.source import AnyImage, Source, load_picture
from .media.video_input import AnyClip, Footage, load_footage
from .plugins import naming, registry
from .plugins.asking import check_taken, taken, wish
from .plugins.naming import recordable
from .plugins.options import Value
from .plugins.shared_wishes import (
    asked_options,
    cache_dir_wish,
    check_words,
    device_wish,
    keep_wish,
    mask_wish,
    metadata_wish,
    options_wish,
    select_wish,
    split_options,
)
from .plugins.stages import Encoder, Selector
from .plugins.wishes import PickWishes
from .report.finish import Drawn, finish
from .report.result import Result
from .runs import write as folders
from .runs.frames import check_save, save_wish
from .runs.record import Execution, Picked, RunRecord, Settings, SourceRecord, source_path
from .runs.versions import versions
from .score.named import encoder_with_words
from .score.redraw import as_shown
from .score.similarity import Similarity
from .select.region import Keep, mask_from
from .strategy.one_shot import step_of
from .strategy.refusals import Wording
from .strategy.stopwatch import Stopwatch
from .values import Caption, Clip, Note, Picture, Progress, Scores, Step, Take, as_path, briefly

Event = Progress | Note | Step | Result

GIVEN = "a given clip"
"""What stands in the place of the model's name."""

ASPECT_SLACK = 0.03
"""By this share the frames may be wider or higher than the source: models draw at multiples of 16 pixels."""

_CHUNK = 32
"""Frames scored between two signs of progress."""


@dataclass(frozen=True, eq=False)
class Pick:
    """One choice to be made from a given clip.

    Raises InputError for words that cannot be used, and for frames of another shape than the source.
    """

    footage: Footage
    source: Source
    target: str | None = None
    """The wanted scene as a description; frames are scored against it."""
    instruction: str | None = wish(None, "What should change; without --target, rules turn this into one.")
    select: str = select_wish()
    encoder: str = wish(
        "clip",
        "What scores the frames: clip, siglip2, tabletop (the embedded one), a folder or a hub id.",
        names=lambda: ("tabletop", "clip", "siglip2"),
        places=True,
    )
    keep: bool = keep_wish()
    mask: Source | None = mask_wish()
    metadata: str = metadata_wish()
    save: str = save_wish()
    device: str = device_wish()
    cache_dir: str | None = cache_dir_wish()
    options: Mapping[str, Value] = options_wish()

    __repr__ = briefly

    def __post_init__(self) -> None:
        example = 'describe the wanted scene, like "the ball is blue"'
        if self.target is None and self.instruction is None:
            raise InputError("neither a target nor an instruction is given", remedy=example)
        if self.target is not None:
            check_words("the target", self.target, example)
        if self.instruction is not None:
            check_words("the instruction", self.instruction, "say what was to change, or give a target")
        check_metadata(self.metadata)
        check_save(self.save)
        check_taken(self, {"footage": Footage, "source": Source, "mask": Source})
        _check_shape(self.footage.frames.shape[1:3], self.source.picture.shape[:2])
        object.__setattr__(self, "options", naming.resolved(self.options, self.parts))

    @property
    def parts(self) -> dict[str, str]:
        """The parts that take part and have options, by the flag's word."""
        return {"select": self.select, **({"keep": "keep"} if self.keep and self.mask is None else {})}

    @classmethod
    def of(
        cls,
        frames: AnyClip | Footage,
        source: AnyImage,
        target: str | None = None,
        **wishes: Unpack[PickWishes],
    ) -> Pick:
        """The choice that a caller's wishes make. Raises InputError."""
        given = taken(cls, wishes, PickWishes.__annotations__)
        named, others = split_options(given)
        asked = cls(load_footage(frames), load_picture(source), target, **given)
        return replace(asked, options=asked_options(named, others, asked.parts))

    @property
    def caption(self) -> Caption:
        """The words that frames are scored against."""
        if self.instruction is None:
            return Caption(self.target or "", self.target or "", "user")
        from .caption.temporal import temporal_caption

        made = temporal_caption(self.instruction)
        return made if self.target is None else replace(made, target=self.target, author="user")

    @property
    def seen(self) -> Picture:
        """The source in the size of the frames."""
        return resized(self.source.picture, *self.footage.frames.shape[1:3])


def picking(
    wanted: Pick, out: str | Path | None = "outputs", store: ModelStore | None = None
) -> Generator[Event, None, None]:
    """The choice as a stream of events, the `Result` last. Closing it stops the run and leaves nothing."""
    if out is not None:
        folders.require_writable(as_path("out", out))
    plan = plan_of(wanted, store)
    yield from plan.notes
    with memory_guard("choosing from the clip", "its size or its number of frames"):
        step = yield from _step(plan)
        said = tuple(map(Note, step.choice.notes))
        yield from said
        yield step
        drawn = Drawn(
            source=wanted.source,
            is_given=True,
            steps=(step,),
            notes=(*plan.notes, *said),
            record=lambda: RunRecord(_settings(wanted), _execution(plan, step)),
            repeated=lambda: as_shown(wanted.seen, step),
            mask=wanted.mask,
            keep=plan.keep,
            save=wanted.save,
        )
        result = yield from finish(drawn, out)
    yield result


@dataclass(frozen=True, eq=False)
class PickPlan:
    """A pick with everything decided; `plan_of` makes it."""

    wanted: Pick
    device: str
    """Of several the first one, as scoring takes no more."""
    encoder: Encoder
    """Its weights load on first use."""
    selector: Selector
    keep: Keep | None
    """None where nothing of the source comes back, or where a mask says what does."""
    notes: tuple[Note, ...]
    """What the user should know before a frame is chosen."""


def plan_of(wanted: Pick, store: ModelStore | None = None) -> PickPlan:
    """Everything that the wishes leave open decided, every part built; weights belong to the store.

    Raises InputError.
    """
    if wanted.mask is not None:
        mask_from(wanted.mask.picture, wanted.source.picture.shape[:2])
    device, place = str(choose_devices(wanted.device)[0]), catalogue.model_folder(wanted.cache_dir)
    return PickPlan(
        wanted,
        device,
        encoder=encoder_with_words(wanted.encoder, device, place, store),
        selector=registry.make("selectors", wanted.select, wanted.options),
        keep=registry.fixed("keep", wanted.options) if "keep" in wanted.parts else None,
        notes=tuple(map(Note, _notes(wanted))),
    )


def _step(plan: PickPlan) -> Generator[Progress, None, Step]:
    wanted, watch = plan.wanted, Stopwatch()
    frames, caption = wanted.footage.frames, wanted.caption
    clip = Clip(frames, tuple(range(len(frames))), seed=0, source=wanted.seen)
    with watch.of("encode"):
        similarity = Similarity.of(plan.encoder, wanted.seen, caption)
    scores = yield from _scored(clip, similarity, watch)
    wording = Wording.of(caption, wanted.target or wanted.instruction or "", plan.encoder)
    with watch.of("select"):
        choice = wording.refused() if wording.failed else plan.selector.choose(clip, scores, caption)
        choice = replace(choice, notes=(*choice.notes, *wording.notes()))
    return step_of(caption, [Take(clip, scores)], 0, choice, watch.seconds)


def _scored(clip: Clip, similarity: Similarity, watch: Stopwatch) -> Generator[Progress, None, Scores]:
    scores = None
    for start in range(0, len(clip), _CHUNK):
        yield Progress("score", start, len(clip))
        with watch.of("score"):
            new = similarity.score(clip.frames[start : start + _CHUNK])
            scores = scores.followed_by(new) if scores else new
    yield Progress("score", len(clip), len(clip))
    assert scores is not None  # footage has frames
    return scores


def _check_shape(frames: tuple[int, ...], source: tuple[int, ...]) -> None:
    if _stretch(frames, source) > ASPECT_SLACK and not _rounded(frames, source):
        raise InputError(
            "the clip has another shape than the source",
            got=f"{_sides(frames)} for a source of {_sides(source)} (width × height)",
            remedy="crop the source to what the clip shows, or make the clip from this source",
        )


def _stretch(frames: tuple[int, ...], source: tuple[int, ...]) -> float:
    """By how much the frames are wider or higher than the source, as a share."""
    ratio = frames[1] * source[0] / (frames[0] * source[1])
    return max(ratio, 1 / ratio) - 1


def _rounded(frames: tuple[int, ...], source: tuple[int, ...]) -> bool:
    """Whether the aspects differ by less than a pixel of the smaller picture, as thumbnails' do."""
    return abs(frames[1] * source[0] - frames[0] * source[1]) <= max(*frames, *source)


def _sides(size: tuple[int, ...]) -> str:
    return f"{size[1]} × {size[0]}"


def _notes(wanted: Pick) -> Iterator[str]:
    yield from wanted.footage.notes
    yield from wanted.source.notes
    frames, source = wanted.footage.frames.shape[1:3], wanted.source.picture.shape[:2]
    if not _rounded(frames, source):
        yield (
            f"The clip of {_sides(frames)} pixels is not quite of the source's shape of {_sides(source)}; "
            "its frames are stretched to it."
        )


def _settings(wanted: Pick) -> Settings:
    options, private = recordable(wanted.options, wanted.parts)
    return Settings(
        instruction=wanted.instruction or wanted.target or "",
        source=SourceRecord.of(wanted.source),
        model=GIVEN,
        frames=len(wanted.footage.frames),
        steps=1,
        guidance=None,
        seed=0,
        caption="temporal" if wanted.target is None else "given",
        select=wanted.select,
        strategy="pick",
        keep=wanted.keep,
        mask=None if wanted.mask is None else SourceRecord.of(wanted.mask),
        metadata=wanted.metadata,
        options=options,
        private=private,
        picked=Picked(_clip_record(wanted.footage), wanted.encoder, wanted.target),
    )


def _clip_record(footage: Footage) -> SourceRecord:
    height, width = footage.frames.shape[1:3]
    return SourceRecord(source_path(footage.path), footage.sha256, footage.pixels_sha256, height, width)


def _execution(plan: PickPlan, step: Step) -> Execution:
    import torch

    wanted, encoder = plan.wanted, cast(Any, plan.encoder)
    repository = str(getattr(encoder, "repository", wanted.encoder))
    folder = Path(repository)
    height, width = wanted.footage.frames.shape[1:3]
    return Execution(
        model_resolved=GIVEN,
        model_revision=None,
        weights=checkpoint.fingerprints(folder) if folder.is_dir() else {},
        encoder=catalogue.shown(repository),
        height=height,
        width=width,
        guidance_schedule=(),
        device=plan.device,
        dtype="float32",
        threads=torch.get_num_threads(),
        batch_seeds=(0,),
        batch_index=0,
        versions=versions(),
    )
