"""The paper's method as its section 3 has it: a caption, one clip, the earliest complete frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from ..media import Fit, fit
from ..score.similarity import Similarity
from ..stages import Draft, Item, Stages
from ..values import Clip, Picture, Progress, Sampling, Scores, Step
from .stopwatch import Stopwatch


@dataclass(frozen=True)
class OneShot:
    """One caption, one clip, one choice."""

    stop_early: bool = False
    """Stop decoding once the selector has seen enough; the clip then ends there."""

    def run(
        self, image: Picture, instruction: str, sampling: Sampling, seed: int, stages: Stages
    ) -> Iterator[Progress | Step]:
        watch = Stopwatch()
        caption = stages.captioner.write(image, instruction)
        fitted = fit(image, sampling.height, sampling.width)
        yield Progress("encode", 0, 1)
        with watch.of("encode"):
            draft = stages.generator.draft([Item(fitted.picture, caption, seed)], sampling)
            similarity = Similarity.of(stages.encoder, fitted.crop(fitted.picture), caption)
        with closing(draft):
            yield from denoise(draft, watch)
            for clip, scores in decode(draft, fitted, seed, similarity, watch):
                yield Progress("decode", len(clip), sampling.frames)
                if self.stop_early and stages.selector.enough(clip, scores):
                    break
        yield Step(caption, clip, scores, stages.selector.choose(clip, scores, caption), watch.seconds)


def denoise(draft: Draft, watch: Stopwatch) -> Iterator[Progress]:
    """Advance the draft to its end, one step at a time so that it can be stopped."""
    total = draft.steps_left
    while left := draft.steps_left:
        yield Progress("denoise", total - left, total)
        with watch.of("denoise"):
            draft.advance()
    yield Progress("denoise", total, total)


def decode(
    draft: Draft, fitted: Fit, seed: int, similarity: Similarity, watch: Stopwatch
) -> Iterator[tuple[Clip, Scores]]:
    """The clip so far and its scores, after each decoded chunk."""
    clip, scores = Clip(fitted.crop(fitted.picture[None])[:0], (), seed), None
    chunks = draft.decode(0)
    while True:
        with watch.of("decode"):
            chunk = next(chunks, None)
        if chunk is None:
            return
        with watch.of("score"):
            clip, new = clip.followed_by(fitted.crop(chunk)), similarity.score(fitted.crop(chunk))
            scores = scores.followed_by(new) if scores else new
        yield clip, scores
