"""What all strategies do with a draft: denoise it and decode its candidates, saying how far they are."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

from ..media.pictures import Fit, fit
from ..plugins.stages import Draft, Item, Stages
from ..score.similarity import Similarity
from ..values import Caption, Clip, Picture, Progress, Sampling, Scores, Take
from .stopwatch import Stopwatch

Enough = Callable[[Clip, Scores], bool]
"""Whether the frames so far settle the choice; `Selector.enough`."""

Found = Callable[[Take], bool]
"""Whether no take is needed after this one."""


def never(clip: Clip, scores: Scores) -> bool:
    """Decode each clip to its end."""
    return False


def begin(
    image: Picture, caption: Caption, sampling: Sampling, seeds: Sequence[int], stages: Stages
) -> tuple[Fit, Draft, Similarity]:
    """The picture as the model takes it, its candidates, and what their frames are held against."""
    fitted = fit(image, sampling.height, sampling.width)
    draft = stages.generator.draft([Item(fitted.picture, caption, seed) for seed in seeds], sampling)
    source = fitted.crop(fitted.picture)
    return fitted, draft, Similarity.of(stages.encoder, source, caption, stages.identity)


def denoise(draft: Draft, watch: Stopwatch) -> Iterator[Progress]:
    """Advance the draft to its end, one step at a time so that it can be stopped."""
    total = draft.steps_left
    while left := draft.steps_left:
        yield Progress("denoise", total - left, total)
        with watch.of("denoise"):
            draft.advance()
    yield Progress("denoise", total, total)


def decode(
    draft: Draft,
    fitted: Fit,
    seeds: Sequence[int],
    frames: int,
    similarity: Similarity,
    watch: Stopwatch,
    enough: Enough = never,
    found: Found = lambda take: False,
) -> Generator[Progress, None, list[Take]]:
    """Decode and score each candidate, up to where it is enough; `frames` is the length of a whole clip.

    The last one is the first that is `found`.
    """
    takes = []
    for candidate, seed in enumerate(seeds):
        for clip, scores in _growing(draft, candidate, fitted, seed, similarity, watch):
            yield Progress("decode", candidate * frames + len(clip), len(seeds) * frames)
            if enough(clip, scores):
                break
        takes.append(Take(clip, scores))
        if found(takes[-1]):
            break
    return takes


def _growing(
    draft: Draft, candidate: int, fitted: Fit, seed: int, similarity: Similarity, watch: Stopwatch
) -> Iterator[tuple[Clip, Scores]]:
    """A candidate's clip so far and its scores, after each decoded chunk."""
    clip, scores = Clip(fitted.crop(fitted.picture[None])[:0], (), seed), None
    chunks = draft.decode(candidate)
    while True:
        with watch.of("decode"):
            chunk = next(chunks, None)
        if chunk is None:
            return
        with watch.of("score"):
            clip, new = clip.followed_by(fitted.crop(chunk)), similarity.score(fitted.crop(chunk))
            scores = scores.followed_by(new) if scores else new
        yield clip, scores
