"""Pick from any clip: the frame of a given clip that shows the wanted scene. No video model takes part.

    Pick → PickPlan → events → Result

The scores, selectors, kept region and report are those of an edit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from os import PathLike
from pathlib import Path
from typing import Any, Unpack, cast

from .engine import encoders
from .engine.device.placement import choose_devices
from .engine.models import catalogue
from .engine.models.store import Home, ModelStore
from .errors import InputError, kind_of
from .media.canvas import Canvas
from .media.metadata import check as check_metadata
from .media.pictures import resized
from .media.source import AnyImage, Source, load_picture
from .media.transfer.ways import check as check_transfer
from .media.video_input import AnyClip, Footage, load_footage
from .plan import here
from .plugins import capabilities, naming, registry
from .plugins.asking import check_taken, recorded, taken, wish
from .plugins.naming import packages_of, recordable, settled
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
    score_wish,
    select_wish,
    split_options,
    transfer_wish,
)
from .plugins.stages import Encoder, Scorer, Selector
from .plugins.wishes import PickWishes
from .runs.frames import check_save, save_wish
from .runs.read import is_run
from .runs.record import Execution, Picked, PlanRecord, RunRecord, Settings, SourceRecord, source_path
from .runs.versions import other_versions, versions
from .score import calibrations
from .score.calibrations import fingerprints
from .score.named import encoder_with_words, scorers_of
from .select.region import Keep, mask_from
from .strategy.given_clip import GivenClip
from .values import CROP, Calibration, Caption, Note, Picture, briefly

GIVEN = "a given clip"
"""What is shown in the place of the model's name."""

ASPECT_SLACK = 0.03
"""By this share the frames may be wider or higher than the source: models draw at multiples of 16 pixels."""


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
    score: tuple[str, ...] = score_wish()
    keep: bool = keep_wish()
    transfer: str = transfer_wish()
    mask: Source | None = mask_wish()
    fit: str | None = wish(
        None,
        "crop: the clip shows only the middle of the source, in its own shape; the rest stays as it is.",
        shown="the clip shows all of the source",
        names=lambda: (CROP,),
    )
    metadata: str = metadata_wish()
    save: str = save_wish()
    device: str = device_wish()
    cache_dir: str | None = cache_dir_wish()
    options: Mapping[str, Value] = options_wish()
    """By their whole names."""
    repeats: RunRecord | None = None
    """The pick that is repeated, as it was recorded."""

    __repr__ = briefly

    def __post_init__(self) -> None:
        example = 'describe the wanted scene, like "the ball is blue"'
        if self.target is None and self.instruction is None:
            raise InputError("neither a target nor an instruction is given", remedy=example)
        if self.target is not None:
            check_words("the target", self.target, example)
        if self.instruction is not None:
            check_words("the instruction", self.instruction, "say what was to change, or give a target")
        check_transfer(self.transfer)
        check_metadata(self.metadata)
        check_save(self.save)
        check_taken(self, {"footage": Footage, "source": Source, "mask": Source, "repeats": RunRecord})
        if self.fit not in (None, CROP):
            remedy = f"say {CROP}, or leave it out"
            raise InputError("a given clip has no such fit", got=kind_of(self.fit), remedy=remedy)
        _check_shape(self.footage.frames.shape[1:3], self.canvas.size)
        object.__setattr__(self, "options", naming.resolved(self.options, self.parts))
        encoders.check_options({"encoder": self.encoder}, self.options)

    @property
    def parts(self) -> dict[str, str]:
        """The parts that take part and have options, by the flag's word."""
        return parts_of(self, self.encoder)

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
        asked = cls(_footage(frames), load_picture(source), target, **given)
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
    def canvas(self) -> Canvas:
        """The source and the part of it that the frames show."""
        return Canvas.of(self.source.picture, self.fit, self.footage.frames.shape[1:3])

    @property
    def seen(self) -> Picture:
        """What the frames show of the source, in their size."""
        return resized(self.canvas.part, *self.footage.frames.shape[1:3])


@dataclass(frozen=True, eq=False)
class PickPlan:
    """A pick with everything decided; `plan_of` makes it."""

    request: Pick
    device: str
    """Of several the first one, as scoring takes no more."""
    caption: Caption
    """The words that frames are scored against."""
    encoder: Encoder
    """Its weights load on first use."""
    selector: Selector
    scorers: tuple[Scorer, ...] = ()
    calibration: Calibration | None = None
    """The user's own of the encoder."""
    unknown: bool = False
    """Whether the encoder is treated as unknown, although it is calibrated."""
    keep: Keep | None = None
    """None where nothing of the source comes back, or where a mask says what does."""
    notes: tuple[Note, ...] = ()
    """What the user should know before a frame is chosen."""

    @property
    def clip(self) -> GivenClip:
        """The clip, to be chosen from."""
        asked = self.request
        words = asked.target or asked.instruction or ""
        frames, seen = asked.footage.frames, asked.seen
        parts = self.encoder, self.selector, self.scorers, self.calibration, self.unknown
        return GivenClip(frames, seen, self.caption, words, *parts)

    @property
    def parts(self) -> dict[str, Any]:
        """The parts that take part, by their words; scorers are a tuple."""
        named = {
            "encoder": self.encoder,
            "score": self.scorers or None,
            "select": self.selector,
            "keep": self.keep,
        }
        return {word: part for word, part in named.items() if part is not None}

    @property
    def packages(self) -> Mapping[str, str]:
        """Other packages that take part, with their versions, by the part that they bring."""
        return packages_of(self.request.parts)

    def settings(self) -> Settings:
        """What was asked, for the record; nothing stands there of a model, as none took part."""
        asked = self.request
        options, private = recordable(asked.options, asked.parts)
        more = {name: value for name, value in recorded(asked).items() if name not in _RECORDED}
        return Settings(
            instruction=asked.instruction or asked.target or "",
            source=SourceRecord.of(asked.source),
            model=None,
            frames=len(asked.footage.frames),
            steps=None,
            guidance=None,
            seed=None,
            caption="temporal" if asked.target is None else "given",
            select=asked.select,
            strategy=None,
            score=asked.score,
            keep=asked.keep,
            transfer=asked.transfer,
            mask=None if asked.mask is None else SourceRecord.of(asked.mask),
            metadata=asked.metadata,
            options=options,
            private=private,
            more=more,
            picked=Picked(_clip_record(asked.footage), here(asked.encoder), asked.target),
        )

    def record(self) -> PlanRecord:
        """What was decided, as plain values."""
        asked = self.request
        options, private = settled(self.parts)
        names = {"encoder": here(asked.encoder), "select": asked.select, "score": ",".join(asked.score)}
        height, width = asked.footage.frames.shape[1:3]
        return PlanRecord(
            model=None,
            revision=None,
            parts={word: names.get(word, word) for word in self.parts},
            options=options,
            frames=len(asked.footage.frames),
            height=height,
            width=width,
            guidance=(),
            seeds=(),
            devices=(self.device,),
            private=private,
            calibration=self.calibration,
        )

    def execution(self) -> Execution:
        """What runs."""
        import torch

        height, width = self.request.footage.frames.shape[1:3]
        return Execution(
            model_resolved=None,
            model_revision=None,
            weights=fingerprints(self.encoder),
            encoder=catalogue.shown(_repository(self)),
            height=height,
            width=width,
            guidance_schedule=(),
            device=self.device,
            dtype="float32",
            threads=torch.get_num_threads(),
            batch_seeds=(),
            batch_index=None,
            versions=versions(),
            packages=self.packages,
            answerers=capabilities.answerers_of(self.parts),
        )


_RECORDED = {one.name for one in (*fields(Settings), *fields(Picked))}
AS_ASKED = tuple({one.name for one in fields(Settings)} & {one.name for one in fields(Pick)})
"""What a record says as the pick does."""


def plan_of(asked: Pick, store: ModelStore | None = None) -> PickPlan:
    """Everything that the wishes leave open decided, every part built; weights belong to the store.

    Raises InputError.
    """
    if asked.mask is not None:
        mask_from(asked.mask.picture, asked.canvas)
    before = asked.repeats.plan.options if asked.repeats and asked.repeats.plan else {}
    options = {**before, **asked.options}
    device, place = str(choose_devices(asked.device)[0]), catalogue.model_folder(asked.cache_dir)
    home = Home(device, place, store or ModelStore())
    encoder = encoder_with_words(asked.encoder, device, place, store, options)
    plan = PickPlan(
        asked,
        device,
        asked.caption,
        encoder=encoder,
        selector=registry.make("selectors", asked.select, options, home=home),
        scorers=scorers_of(asked.score, options),
        calibration=calibrations.of_run(asked.repeats, encoder, asked.encoder),
        unknown=calibrations.is_set_aside(options),
        keep=registry.fixed("keep", options) if "keep" in asked.parts else None,
    )
    passed_over = calibrations.notes(asked.repeats, encoder, asked.encoder, plan.calibration)
    return replace(plan, notes=tuple(map(Note, (*_notes(asked), *passed_over, *_unlike(plan)))))


def parts_of(asked: Any, encoder: str) -> dict[str, str]:
    """The parts of a pick, or of the settings of its record, with what is wished for as its encoder."""
    keeps = asked.keep and asked.mask is None
    return {
        **encoders.parts_of({"encoder": encoder}),
        "select": asked.select,
        **({"score": ",".join(asked.score)} if asked.score else {}),
        **({"keep": "keep"} if keeps else {}),
    }


def _footage(clip: AnyClip | Footage) -> Footage:
    """The clip. Raises InputError for a run folder, whose pictures are no frames of one clip."""
    if isinstance(clip, str | PathLike) and is_run(folder := Path(os.path.expanduser(clip))):
        remedy = f"give {folder / 'clip.mp4'}, or choose another frame of the run with `f2f reselect`"
        raise InputError("a run folder holds more than the frames of a clip", got=str(clip), remedy=remedy)
    return load_footage(clip)


def _check_shape(frames: tuple[int, ...], source: tuple[int, ...]) -> None:
    if _stretch(frames, source) > ASPECT_SLACK and not _rounded(frames, source):
        raise InputError(
            "the clip has another shape than the source",
            got=f"{_sides(frames)} for a source of {_sides(source)} (width × height)",
            remedy="say --fit crop if it shows the middle of the source, or make the clip from this source",
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
    frames, source = wanted.footage.frames.shape[1:3], wanted.canvas.size
    if not _rounded(frames, source):
        yield (
            f"The clip of {_sides(frames)} pixels is not quite of the source's shape of {_sides(source)}; "
            "its frames are stretched to it."
        )


def _unlike(plan: PickPlan) -> Iterator[str]:
    """What a pick was made with and its repetition is not, a sentence; nothing of any other pick."""
    if plan.request.repeats is None:
        return
    ran = plan.request.repeats.execution
    others = [*other_versions(ran.versions)]
    if ran.weights and {*ran.weights.values()} != {*fingerprints(plan.encoder).values()}:
        others.append("other weights of the encoder")
    if others:
        yield f"Scores may differ from those that are repeated, which were made with {', '.join(others)}."


def _repository(plan: PickPlan) -> str:
    """Where the encoder comes from, or its name."""
    return str(getattr(cast(Any, plan.encoder), "repository", plan.request.encoder))


def _clip_record(footage: Footage) -> SourceRecord:
    height, width = footage.frames.shape[1:3]
    return SourceRecord(source_path(footage.path), footage.sha256, footage.pixels_sha256, height, width)
