"""What a strategy asks for: frozen values that it yields, each of which is answered before it goes on.

A strategy never learns how its candidates were drawn: alone, together with those of other edits, or on
several devices. What comes of a draw depends on its fields alone, so candidates that were begun for a preview
go on where they are if the next draw wants them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..values import Caption, Choice, Picture, Sampling, Take, briefly


@dataclass(frozen=True)
class Thinning:
    """Latent frames that are left out from some step on (IF-Edit, Zhang et al., 2025)."""

    after: int
    """The steps that are done before."""
    every: int
    """Of the temporal units each so-many-th goes on, and the last one."""
    renumber: bool = False
    """Whether those that go on take the first places in time instead of their own."""


@dataclass(frozen=True, eq=False)
class Draw:
    """Whole clips, one a seed. The answer is a `Drawn`."""

    picture: Picture
    """What the clips begin with, (height, width, 3) of any size."""
    caption: Caption
    seeds: tuple[int, ...]
    sampling: Sampling
    source: Picture | None = None
    """The picture that the frames are scored against; the one that the clips begin with when None."""
    size: float = 1.0
    """Share of the sides, to the nearest size that the model can draw."""
    is_shortest: bool = False
    """Whether the clips have the fewest frames that the model can draw, instead of the sampling's."""
    strength: float = 1.0
    """In (0, 1]: below 1 they start from the still clip of the picture, with noise up to step
    (1 − strength)·steps."""
    thinning: Thinning | None = None
    stop_early: bool = False
    """Stop decoding a clip once the selector has seen enough."""
    in_turn: bool = False
    """Finish one candidate after the other, up to the first clip in which the selector finds the edit; of
    several devices each finishes one at the same time."""

    begins_with: str = "encode"
    """The stage whose progress says that it has begun."""

    __repr__ = briefly


@dataclass(frozen=True)
class Preview:
    """The candidates of a draw as they are after so many steps. The answer is `list[Scores]`.

    One number is a latent frame's. Raises InputError for a model that cannot show a clip before it is done.
    """

    draw: Draw
    step: int


@dataclass(frozen=True)
class SourceScores:
    """What the frames of a draw are scored against, scored as one of them. The answer is `Scores`."""

    draw: Draw


@dataclass(frozen=True)
class Drawn:
    """The clips of a draw, in the order of its seeds."""

    takes: Sequence[Take]
    choices: Sequence[Choice] = ()
    """What the selector found in each, where they were finished in turn; else none."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall-clock seconds per stage, where the draw was the only one."""


@dataclass(frozen=True)
class Choose:
    """The best of the clips by the selector. The answer is `tuple[int, Choice]`: its number and its frame."""

    drawn: Drawn
    caption: Caption


Wanted = Draw | Preview | SourceScores | Choose
"""Whatever a strategy yields that is no event."""
