"""What carries out the draws of strategies: of one edit as its events come, or of many edits together."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from typing import Any, TypeVar, cast

from ..plugins import capabilities
from ..plugins.draws import Choose, Draw, Drawn, Preview, SourceScores, Wanted
from ..plugins.stages import ComparingSelector, Selector, Stages
from ..score.similarity import Similarity
from ..values import Caption, Choice, Clip, Note, Progress, Scores, Step, Take
from .choosing import checked, choice_of, is_enough
from .drafts import UnderWay, candidates_of, compared, source_of
from .one_shot import best_choice, best_of
from .stopwatch import Stopwatch

Event = Caption | Progress | Note | Step
"""What a strategy yields for others to see."""

Returned = TypeVar("Returned")

Run = Generator[Any, Any, Returned]
"""A strategy on its way: it yields events, and what it wants, whose answers it is sent."""


def singly(run: Run[Returned], stages: Stages) -> Generator[Event, None, Returned]:
    """The events of one run, with the progress of its draws; each draw is a draft of its own.

    Closing it stops the run within a step. Raises what the stages raise.
    """
    with closing(run), closing(_Single(stages)) as single:
        answer: Any = None
        while True:
            try:
                wanted = run.send(answer)
            except StopIteration as end:
                returned: Returned = end.value
                return returned
            if isinstance(wanted, Wanted):
                answer = yield from single.answer(wanted)
            else:
                answer = yield wanted


def chosen(selector: Selector, wanted: Choose) -> tuple[int, Choice]:
    """The number of the best clip and the choice of its frame."""
    drawn = wanted.drawn
    if drawn.choices:
        best = best_of(drawn.takes, drawn.choices)
        return best, drawn.choices[best]
    if capabilities.of_selector(selector).compares:
        return _compared(cast(ComparingSelector, selector), drawn.takes, wanted.caption)
    return best_choice(drawn.takes, lambda take: choice_of(selector, take.clip, take.scores, wanted.caption))


def _compared(selector: ComparingSelector, takes: Sequence[Take], caption: Caption) -> tuple[int, Choice]:
    choices = [choice_of(selector, take.clip, take.scores, caption) for take in takes]
    shown = [number for number, choice in enumerate(choices) if choice.index is not None]
    if len(shown) < 2:
        best = best_of(takes, choices)
        return best, choices[best]
    best, choice = selector.compare([takes[n] for n in shown], [choices[n] for n in shown], caption)
    return shown[best], checked(selector, choice, takes[shown[best]].clip)


class _Single:
    """The draft that is under way, if there is one, and what its frames are scored against."""

    def __init__(self, stages: Stages) -> None:
        self._stages, self._watch = stages, Stopwatch()
        self._similarities = dict[Hashable, Similarity]()
        self._under_way: UnderWay | None = None

    def answer(self, wanted: Wanted) -> Generator[Progress, None, Any]:
        if isinstance(wanted, Choose):
            return chosen(self._stages.selector, wanted)
        if isinstance(wanted, SourceScores):
            return self._similarity(wanted.draw).of_source(source_of(wanted.draw))
        if isinstance(wanted, Preview):
            return (yield from self._previewed(wanted))
        under_way = yield from self._begun(wanted)
        takes, choices = yield from self._finished(under_way, wanted)
        self.close()
        return Drawn(takes, choices, self._watch.seconds)

    def close(self) -> None:
        if self._under_way is not None:
            self._under_way.close()
            self._under_way = None

    def _begun(self, draw: Draw) -> Generator[Progress, None, UnderWay]:
        """The draft of these candidates: the one that is under way if it has them, else a new one."""
        candidates = candidates_of(draw)
        keys = [one.key for one in candidates]
        if self._under_way is None or not set(keys) <= set(self._under_way.keys):
            self.close()
            self._watch = Stopwatch()
            yield Progress(draw.begins_with, 0, 1)
            with self._watch.of("encode"):
                self._under_way = UnderWay(self._stages.generator, candidates)
                self._similarity(draw)
        with self._watch.of("preview") if keys != self._under_way.keys else nullcontext():
            self._under_way.keep(keys)
        return self._under_way

    def _similarity(self, draw: Draw) -> Similarity:
        key, parts = compared(draw), self._stages
        if key not in self._similarities:
            source = source_of(draw)
            self._similarities[key] = Similarity.of(
                *(parts.encoder, source, draw.caption, parts.identity, parts.scorers),
                *(parts.calibration, parts.unknown),
            )
        return self._similarities[key]

    def _previewed(self, wanted: Preview) -> Generator[Progress, None, list[Scores]]:
        under_way = yield from self._begun(wanted.draw)
        under_way.require_previews()
        yield from under_way.advance(wanted.step, self._watch)
        with self._watch.of("preview"):
            similarity, shown = self._similarity(wanted.draw), under_way.previews()
            return [similarity.score(shown[key]) for key in under_way.keys]

    def _finished(
        self, under_way: UnderWay, draw: Draw
    ) -> Generator[Progress, None, tuple[list[Take], list[Choice]]]:
        """The clips and, where they are finished in turn, what was chosen of each."""
        takes, choices = list[Take](), list[Choice]()
        keys, at_once = list(under_way.keys), len(under_way.keys)
        if draw.in_turn:
            at_once = under_way.draft.at_once
        state = under_way.draft.state() if at_once < len(keys) else None
        for start in range(0, len(keys), at_once):
            if state is not None:
                under_way.restore(state, keys)
                under_way.keep(keys[start : start + at_once])
            yield from under_way.advance(None, self._watch)
            # all before the first decode, as several devices begin further ones meanwhile
            ahead = under_way.ahead(self._stages.selector, self._watch) if draw.stop_early else {}
            for row, seed in enumerate(draw.seeds[start : start + at_once]):
                takes.append((yield from self._decoded(under_way, draw, row, seed, ahead)))
                if draw.in_turn:
                    take, selector = takes[-1], self._stages.selector
                    choices.append(choice_of(selector, take.clip, take.scores, draw.caption))
                    if choices[-1].index is not None:
                        return takes, choices
        return takes, choices

    def _decoded(
        self, under_way: UnderWay, draw: Draw, row: int, seed: int, ahead: Mapping[Hashable, Clip]
    ) -> Generator[Progress, None, Take]:
        """A candidate's clip, up to where it is enough, with its scores."""
        times, count = under_way.draft.frame_times, len(under_way.keys)
        selector, shown = self._stages.selector, ahead.get(under_way.keys[row])
        for clip, scores in self._growing(under_way, draw, row, seed):
            yield Progress("decode", row * len(times) + len(clip), count * len(times))
            if draw.stop_early and is_enough(selector, clip, scores, shown):
                break
        return Take(replace(clip, frame_times=times[: len(clip)]), scores)

    def _growing(self, under_way: UnderWay, draw: Draw, row: int, seed: int) -> Iterator[tuple[Clip, Scores]]:
        """The clip so far and its scores, after each decoded chunk."""
        fitted, similarity = under_way.fits[under_way.keys[row]], self._similarity(draw)
        clip, scores = Clip(fitted.crop(fitted.picture[None])[:0], (), seed, source_of(draw)), None
        chunks = under_way.draft.decode(row)
        while True:
            with self._watch.of("decode"):
                chunk = next(chunks, None)
            if chunk is None:
                return
            with self._watch.of("score"):
                clip, new = clip.followed_by(fitted.crop(chunk)), similarity.score(fitted.crop(chunk))
                scores = scores.followed_by(new) if scores else new
            yield clip, scores
