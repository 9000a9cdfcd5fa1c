"""Many runs at once: what they want is drawn together, and what several of them want is drawn once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import accumulate, repeat
from typing import Any, NamedTuple

import numpy as np

from ..plugins.draws import Choose, Draw, Drawn, Preview, SourceScores, Wanted
from ..plugins.stages import Selector, Stages
from ..score.similarity import Similarity, similarities
from ..values import Choice, Clip, Frames, Scores, Take, Vectors
from .choosing import choice_of, is_enough
from .drafts import Candidate, UnderWay, candidates_of, compared, kind_of, source_of
from .executor import Event, Run, chosen
from .stopwatch import Stopwatch


@dataclass(frozen=True)
class Together:
    """How many runs are carried out at once."""

    stages: Stages
    denoised: int
    """Clips in one draft."""
    decoded: int
    """Clips in one decoding."""
    map: Callable[..., Iterable[Any]] = map
    """Lets the selector look at clips; that of an `Executor` does so beside the caller."""
    watch: Stopwatch = field(default_factory=Stopwatch)
    """Told how long each stage took for all runs; `probe` is the denoising before a preview."""

    def run(self, runs: Sequence[Run[Any]]) -> list[list[Event]]:
        """The events of each run but its progress, when all have ended.

        What comes of a run is what comes of it alone, up to what the size of a batch rounds. The pictures
        that frames are scored against have one size. Raises what the stages raise.
        """
        told: list[list[Event]] = [[] for _ in runs]
        with ExitStack() as stack:
            for run in runs:
                stack.enter_context(closing(run))
            studio = stack.enter_context(closing(_Studio(self)))
            answers: Mapping[int, Any] = dict.fromkeys(range(len(runs)))
            waiting: dict[int, Wanted | None] = {}
            while answers:
                for number, answer in answers.items():
                    waiting[number] = _until_wanted(runs[number], answer, told[number])
                answers = studio.answers({n: one for n, one in sorted(waiting.items()) if one is not None})
        return told


def _until_wanted(run: Run[Any], answer: Any, told: list[Event]) -> Wanted | None:
    """What a run wants next; None at its end."""
    while True:
        try:
            wanted = run.send(answer)
        except StopIteration:
            return None
        if isinstance(wanted, Wanted):
            return wanted
        told.append(wanted)
        answer = None


class _Shown(NamedTuple):
    """A candidate's whole clip."""

    frames: Frames
    """Without padding."""
    times: tuple[int, ...]
    ends: tuple[int, ...]
    """The frames that are there after each decoded chunk."""
    vectors: Vectors
    ahead: Clip | None = None
    """As previews, where a draw that may stop early has asked for it and there are any."""
    is_looked_ahead: bool = False


class _Studio:
    """The drafts that are under way, and all clips that were drawn."""

    def __init__(self, how: Together) -> None:
        self._how, self._stages, self._watch = how, how.stages, how.watch
        self._under_way: list[UnderWay] = []
        self._shown: dict[Hashable, _Shown] = {}
        self._similarities: dict[Hashable, Similarity] = {}
        self._candidates: dict[Draw, list[Candidate]] = {}

    def answers(self, waiting: Mapping[int, Wanted]) -> Mapping[int, Any]:
        """Those that can be given next: choices first, then the earliest previews, then clips."""
        if choices := {n: one for n, one in waiting.items() if isinstance(one, Choose)}:
            with self._watch.of("choose"):
                found = self._how.map(chosen, repeat(self._stages.selector), choices.values())
                return dict(zip(choices, found, strict=True))
        draws = {n: _draw_of(one) for n, one in waiting.items() if not isinstance(one, Choose)}
        self._compare(draws.values())
        if looks := {n: draws[n] for n, one in waiting.items() if isinstance(one, SourceScores)}:
            return {n: self._of_source(draw) for n, draw in looks.items()}
        self._drop_all_but({one.key for draw in draws.values() for one in self._of(draw)})
        previews = {n: one for n, one in waiting.items() if isinstance(one, Preview)}
        if previews:
            step = min(one.step for one in previews.values())
            return self._previews({n: one.draw for n, one in previews.items() if one.step == step}, step)
        return self._drawn(draws)

    def close(self) -> None:
        for one in self._under_way:
            one.close()
        self._under_way = []

    def _of(self, draw: Draw) -> list[Candidate]:
        if draw not in self._candidates:
            self._candidates[draw] = candidates_of(draw)
        return self._candidates[draw]

    def _keys(self, draw: Draw) -> list[Hashable]:
        return [one.key for one in self._of(draw)]

    def _distinct(self, draws: Iterable[Draw]) -> dict[Hashable, Candidate]:
        """The candidates of the draws in the order in which they are first wanted."""
        found: dict[Hashable, Candidate] = {}
        for draw in draws:
            for one in self._of(draw):
                found.setdefault(one.key, one)
        return found

    def _compare(self, draws: Iterable[Draw]) -> None:
        """Have what the frames are scored by."""
        new = {key: draw for draw in draws if (key := compared(draw)) not in self._similarities}
        if new:
            with self._watch.of("encode"):
                sources = np.stack([source_of(draw) for draw in new.values()])
                captions, parts = [draw.caption for draw in new.values()], self._stages
                found = similarities(
                    *(parts.encoder, sources, captions, parts.identity, parts.scorers),
                    *(parts.calibration, parts.unknown),
                )
                self._similarities |= zip(new, found, strict=True)

    def _drop_all_but(self, wanted: set[Hashable]) -> None:
        for one in self._under_way:
            if kept := [key for key in one.keys if key in wanted]:
                one.keep(kept)
            else:
                one.close()
        self._under_way = [one for one in self._under_way if wanted & set(one.keys)]

    def _previews(self, draws: Mapping[int, Draw], step: int) -> Mapping[int, list[Scores]]:
        wanted = self._distinct(draws.values())
        under_way = {key for one in self._under_way if one.done <= step for key in one.keys}
        for group in self._groups([one for key, one in wanted.items() if key not in under_way]):
            with self._watch.of("encode"):
                self._under_way.append(UnderWay(self._stages.generator, group))
        shown: dict[Hashable, Frames] = {}
        for one in self._under_way:
            if one.done <= step and wanted.keys() & set(one.keys):
                one.require_previews()
                _exhaust(one.advance(step, self._watch, "probe"))
                with self._watch.of("preview"):
                    shown |= one.previews()
        with self._watch.of("preview"):
            vectors = self._vectors(wanted, {key: shown[key] for key in wanted})
        return {
            number: [self._scores(draw, shown[key], vectors[key]) for key in self._keys(draw)]
            for number, draw in draws.items()
        }

    def _drawn(self, draws: Mapping[int, Draw]) -> Mapping[int, Drawn]:
        early = {key for draw in draws.values() if draw.stop_early for key in self._keys(draw)}
        wanted = {
            key: one
            for key, one in self._distinct(draws.values()).items()
            if key not in self._shown or (key in early and not self._shown[key].is_looked_ahead)
        }
        clips: dict[Hashable, _Shown] = {}
        for one in self._under_way:
            clips |= self._finished(one, early)
        self._under_way = []
        for group in self._groups([one for key, one in wanted.items() if key not in clips]):
            with self._watch.of("encode"):
                one = UnderWay(self._stages.generator, group)
            clips |= self._finished(one, early)
        with self._watch.of("score"):
            vectors = self._vectors(wanted, {key: clips[key].frames for key in wanted})
            self._shown |= {key: clips[key]._replace(vectors=vectors[key]) for key in wanted}
        return dict(zip(draws, self._cut(list(draws.values())), strict=True))

    def _finished(self, one: UnderWay, early: set[Hashable]) -> dict[Hashable, _Shown]:
        """All clips of a draft, which ends with it; previews too where some of them may be `early`."""
        with closing(one):
            _exhaust(one.advance(None, self._watch))
            ahead: Mapping[Hashable, Clip] = {}
            if is_looked_ahead := bool(early & set(one.keys)):
                ahead = one.ahead(self._stages.selector, self._watch)
            with self._watch.of("decode"):
                return {
                    key: shown._replace(ahead=ahead.get(key), is_looked_ahead=is_looked_ahead)
                    for key, shown in self._decoded(one)
                }

    def _decoded(self, one: UnderWay) -> Iterator[tuple[Hashable, _Shown]]:
        for start in range(0, len(one.keys), self._how.decoded):
            keys = one.keys[start : start + self._how.decoded]
            chunks = list(one.draft.decode_together(range(start, start + len(keys))))
            ends = tuple(accumulate(chunk.shape[1] for chunk in chunks))
            for key, frames in zip(keys, np.concatenate(chunks, axis=1), strict=True):
                clip = one.fits[key].crop(frames)
                yield (
                    key,
                    _Shown(clip, one.draft.frame_times[: len(clip)], ends, np.empty((0, 0), np.float32)),
                )

    def _groups(self, candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
        """Candidates that share a draft."""
        kinds = {
            kind: [one for one in candidates if kind_of(one.draw) == kind] for kind in _kinds(candidates)
        }
        for ones in kinds.values():
            for start in range(0, len(ones), self._how.denoised):
                yield ones[start : start + self._how.denoised]

    def _vectors(
        self, wanted: Mapping[Hashable, Candidate], clips: Mapping[Hashable, Frames]
    ) -> dict[Hashable, Vectors]:
        """Of each clip; those of one kind, and so of one size, are encoded together."""
        found: dict[Hashable, Vectors] = {}
        for kind in _kinds(wanted.values()):
            keys = [key for key in clips if kind_of(wanted[key].draw) == kind]
            ends = np.cumsum([len(clips[key]) for key in keys])[:-1]
            vectors = self._stages.encoder.images(np.concatenate([clips[key] for key in keys]))
            found |= zip(keys, np.split(vectors, ends), strict=True)
        return found

    def _scores(self, draw: Draw, frames: Frames, vectors: Vectors) -> Scores:
        return self._similarities[compared(draw)].scored(frames, vectors)

    def _of_source(self, draw: Draw) -> Scores:
        return self._similarities[compared(draw)].of_source(source_of(draw))

    def _cut(self, draws: Sequence[Draw]) -> Iterable[Drawn]:
        """The clips of each draw, as far as it wants them."""
        shown = [[self._shown[key] for key in self._keys(draw)] for draw in draws]
        takes = [
            [
                Take(Clip(one.frames, one.times, seed, source), self._scores(draw, one.frames, one.vectors))
                for seed, one in zip(draw.seeds, ones, strict=True)
            ]
            for draw, ones, source in zip(draws, shown, map(source_of, draws), strict=True)
        ]
        if not any(draw.stop_early or draw.in_turn for draw in draws):
            return map(Drawn, takes)
        ends = [[one.ends for one in ones] for ones in shown]
        ahead = [[one.ahead for one in ones] for ones in shown]
        bare = [replace(draw, picture=draw.picture[:0], source=None) for draw in draws]
        return self._how.map(_as_wanted, repeat(self._stages.selector), bare, takes, ends, ahead)


def _as_wanted(
    selector: Selector,
    draw: Draw,
    takes: Sequence[Take],
    ends: Sequence[Sequence[int]],
    ahead: Sequence[Clip | None],
) -> Drawn:
    """Whole clips, of which a run alone would have drawn no more than it needs."""
    seen, choices = list[Take](), list[Choice]()
    for take, own, shown in zip(takes, ends, ahead, strict=True):
        seen.append(_enough(selector, take, own, shown) if draw.stop_early else take)
        if draw.in_turn:
            choices.append(choice_of(selector, seen[-1].clip, seen[-1].scores, draw.caption))
            if choices[-1].index is not None:
                break
    return Drawn(seen, choices)


def _enough(selector: Selector, take: Take, ends: Sequence[int], ahead: Clip | None) -> Take:
    """The clip up to the chunk that is enough."""
    for end in ends:
        clip = replace(take.clip, frames=take.clip.frames[:end], frame_times=take.clip.frame_times[:end])
        scores = take.scores.up_to(end)
        if is_enough(selector, clip, scores, ahead):
            return Take(clip, scores)
    return take


def _draw_of(wanted: Draw | Preview | SourceScores) -> Draw:
    return wanted if isinstance(wanted, Draw) else wanted.draw


def _exhaust(events: Iterator[Any]) -> None:
    for _ in events:
        pass


def _kinds(candidates: Iterable[Candidate]) -> list[Hashable]:
    return list(dict.fromkeys(kind_of(one.draw) for one in candidates))
