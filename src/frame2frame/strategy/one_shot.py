"""The paper's method as its section 3 has it: a caption, clips, the earliest complete frame."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ..plugins.capabilities import StrategyCapabilities
from ..plugins.draws import Choose, Draw, Drawn, Wanted
from ..plugins.options import Widget, check, option
from ..plugins.stages import Stages
from ..values import Caption, Choice, Picture, Sampling, Step, Take
from .options import candidates


@dataclass(frozen=True)
class OneShot:
    """One caption, one round of clips, one choice."""

    capabilities: ClassVar = StrategyCapabilities("One-shot", chooses=True)

    candidates: int = candidates(
        1,
        "Clips to draw, each with a seed of its own; the best one that shows the edit is taken.",
        Widget("more", "Clips", "The best one is taken.", high=8, step=1, name="clips", beside=True),
    )
    stop_early: bool = option(
        False, "Stop decoding a clip once the selector has seen enough; the clip then ends there."
    )

    def __post_init__(self) -> None:
        check(self)

    @property
    def draws(self) -> int:
        return self.candidates

    def run(
        self,
        image: Picture,
        instruction: str,
        sampling: Sampling,
        seeds: Sequence[int],
        stages: Stages,
        finished: Sequence[Step] = (),
    ) -> Generator[Caption | Step | Wanted, Any, Step | None]:
        if finished:
            return None
        caption = stages.captioner.write(image, instruction)
        yield caption
        drawn: Drawn = yield Draw(image, caption, tuple(seeds), sampling, stop_early=self.stop_early)
        best, choice = yield Choose(drawn, caption)
        step = step_of(caption, drawn.takes, best, choice, drawn.seconds)
        yield step
        return step


def step_of(
    caption: Caption, takes: Sequence[Take], best: int, choice: Choice, seconds: Mapping[str, float]
) -> Step:
    """The step that takes this clip; its path leads over all frames up to the chosen one."""
    take = takes[best]
    others = tuple(other for number, other in enumerate(takes) if number != best)
    passed = () if choice.index is None else tuple(range(1, choice.index + 1)) or (0,)
    return Step(caption, take.clip, take.scores, choice, seconds, others, passed)


def best_choice(takes: Sequence[Take], choose: Callable[[Take], Choice]) -> tuple[int, Choice]:
    """The clip that `best_of` takes and its choice, without looking into clips that cannot win any more."""
    most = [float(take.scores["semantic"].max()) for take in takes]
    found: dict[int, Choice] = {}
    for number in sorted(range(len(takes)), key=lambda number: -most[number]):
        shown = [takes[n].scores["semantic"][c.index] for n, c in found.items() if c.index is not None]
        if shown and max(shown) > most[number]:
            break
        found[number] = choose(takes[number])
    numbers = sorted(found)
    best = numbers[best_of([takes[n] for n in numbers], [found[n] for n in numbers])]
    return best, found[best]


def best_of(takes: Sequence[Take], choices: Sequence[Choice]) -> int:
    """Of the clips that show the edit, or else of all, the one most similar to the wanted scene.

    A clip counts by its chosen frame.
    """

    def worth(number: int) -> tuple[bool, float]:
        semantic, index = takes[number].scores["semantic"], choices[number].index
        return index is not None, float(semantic.max() if index is None else semantic[index])

    return max(range(len(takes)), key=worth)
