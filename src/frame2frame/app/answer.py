"""A finished edit as the page shows it, with the parts of the report of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..media.canvas import Canvas
from ..media.data_urls import address, is_crisp, screen_address, thumbnail_address
from ..media.source import Source
from ..picking import Pick
from ..plan import options_of
from ..plugins import capabilities, registry
from ..plugins.options import Value
from ..report.comparison import Before, Comparison, change_begins
from ..report.film_strip import FilmStrip
from ..report.page import after_words
from ..report.path_report import Geometry, geometry, is_same, route_strip, states_strip
from ..report.result import Result
from ..report.rounds import Round
from ..report.verdict import Verdict, gate_of, missing_of, verdict
from ..request import Request
from ..runs.read import StepRecord, ending_of
from ..runs.vectors import Cloud
from ..strategy.refusals import is_invented
from ..values import Cause, Note, Picture, Step
from .advice import on_page
from .fragments import fragment


@dataclass(frozen=True, eq=False)
class Asked:
    """What an answer on the page needs to know of what was asked."""

    words: str
    """The heading: the instruction, or else the wanted scene."""
    source: Source
    seed: int | None = None
    """None where nothing is drawn."""
    walks: bool = False
    """Whether the strategy leads from state to state."""
    rounds: int | None = None
    """At most so many; None where there is only one."""
    captioner: str = ""
    select: str = ""
    options: Mapping[str, Value | None] = field(default_factory=dict)
    """Of its parts, by their whole names."""
    fit: str | None = None
    """How the source was fitted to the clip."""

    @classmethod
    def of(cls, request: Request | Pick) -> Asked:
        if isinstance(request, Pick):
            return cls(request.instruction or request.caption.target, request.source, fit=request.fit)
        rounds = request.options.get("strategy.rounds")
        return cls(
            request.instruction,
            request.source,
            request.seed,
            capabilities.of_strategy(registry.find("strategies", request.strategy)).walks,
            None if rounds is None else int(rounds),
            request.caption,
            request.select,
            options_of(request),
            request.fit,
        )


@dataclass(frozen=True, eq=False)
class Answer:
    """A finished edit."""

    asked: Asked
    steps: tuple[Step, ...]
    result: Result
    notes: tuple[Note, ...] = ()

    @property
    def last(self) -> Step:
        """The step that the edit comes from."""
        return self.steps[ending_of(self.steps)]

    @property
    def found(self) -> bool:
        return self.result.index is not None

    @property
    def has_caption(self) -> bool:
        """Whether there is a caption that says something of the clip that was drawn, or could have been."""
        choice = self.last.choice
        return choice.cause != Cause.UNKNOWN_PICTURE and not is_invented(self.last.caption, choice)

    @property
    def verdict(self) -> Verdict:
        """What came of it, in words, with what may help on the page."""
        told = self._told
        return replace(told, advice=on_page(self.last.choice.cause) or told.advice) if told.advice else told

    @property
    def _told(self) -> Verdict:
        return verdict(
            self.last.choice,
            self.last.scores,
            self.asked.options,
            walks=self.asked.walks,
            is_given=self.asked.seed is None,
            to_come=self.last.caption.to_come,
            missing=missing_of(self.steps[-1].scores, self.steps[-1].caption, self.asked.options),
        )

    @property
    def is_path(self) -> bool:
        return self.asked.walks

    @cached_property
    def strips(self) -> tuple[FilmStrip, ...]:
        """The states of a path and the least-energy route, then the clip of each round."""
        crisp = is_crisp(*self.result.image.shape[:2])
        states, route = ([thumbnail_address(one) for one in row] for row in (self._states, self._route))
        records = [one.step for one in self.rounds]
        return (
            *([states_strip(records, states, crisp, self.result.metrics)] if states else []),
            *([route_strip(route, crisp)] if route else []),
            *(one.strip for one in self.rounds if one.step.was_drawn),
        )

    def picture(self, place: int, index: int) -> Picture | None:
        """The picture of a frame of one of the strips; None where there is none of these numbers."""
        strips: list[Sequence[Picture]] = [row for row in (self._states, self._route) if row]
        drawn = (step for step, one in zip(self.steps, self.rounds, strict=True) if one.step.was_drawn)
        strips += [tuple(step.clip.frames) for step in drawn]
        known = 0 <= place < len(strips) and 0 <= index < len(strips[place])
        return strips[place][index] if known else None

    @property
    def _states(self) -> Sequence[Picture]:
        """Of a path, the source first."""
        return self.result.path if self.is_path else ()

    @property
    def _route(self) -> Sequence[Picture]:
        """What follows the source on the least-energy route; nothing where that is the path itself."""
        return () if is_same(self.result.route, self.result.path) else self.result.route[1:]

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """Each with its frames as small pictures."""
        return tuple(
            Round(
                StepRecord.of(step),
                tuple(thumbnail_address(frame) for frame in step.clip.frames),
                is_crisp(*step.clip.frames.shape[1:3]),
                number=number if self.is_path else 0,
                select=self.asked.select,
                clause=step.caption.place,
                gate=gate_of(self.asked.options),
            )
            for number, step in enumerate(self.steps, 1)
        )

    @property
    def ending(self) -> Round:
        """The round that the edit comes from."""
        return self.rounds[ending_of(self.steps)]

    @property
    def comparison(self) -> Comparison:
        """The user's picture, and the edit or else the closest frame in the same size."""
        source, after = self.asked.source.picture, self.result.image
        if not self.found:
            frame = self.last.clip.frames[self.ending.shown]
            after = Canvas.of(source, self.asked.fit, frame.shape[:2]).placed(frame)
        alt, label = after_words(self.ending, self.verdict)
        return Comparison(
            (Before("source", screen_address(source), "Your picture"),),
            screen_address(after),
            after_alt=alt,
            after_label=label,
            aspect=after.shape[1] / after.shape[0],
            crisp=is_crisp(*after.shape[:2]),
            start=change_begins(source, after),
        )

    @property
    def geometry(self) -> Geometry:
        """The path through feature space; the plane only of a path, as it takes seconds."""
        cloud = Cloud.of(self.steps) if self.is_path else None
        return geometry(any(step.passed for step in self.steps), self.result.metrics, cloud, with_tsne=False)


def outcome_html(answer: Answer, place: str | None) -> str:
    """What came of it, with links to what was kept at this address."""
    return fragment("outcome", answer, place)


def compare_html(answer: Answer) -> str:
    """The picture before and after under one slider."""
    return fragment("compare", answer.comparison, bool(answer.verdict.label))


def strips_html(answer: Answer) -> str:
    """All film strips."""
    return fragment("strips", answer.strips)


def large_html(answer: Answer, place: int, index: int) -> str:
    """One frame of one of the strips without loss; nothing if there is none of these numbers."""
    picture = answer.picture(place, index)
    if picture is None:
        return ""
    height, width = picture.shape[:2]
    frame = answer.strips[place].frames[index]
    return fragment("large", frame, address(picture), height, width, is_crisp(height, width))


def figures_html(answer: Answer) -> str:
    """The score curves, the figures of the path, and the time."""
    return fragment("figures", answer)
