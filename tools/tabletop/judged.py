"""How well the image–text encoder does on held-out clips."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import data
import torch
from names import named
from presets import FRAMES
from shards import Clips
from torch import Tensor

from frame2frame.worlds.tabletop.draws import Draws

SOURCE, TARGET, HALF = 0, FRAMES, FRAMES + 1
RIVALS = data.EXTRAS[2:]


@dataclass(frozen=True)
class Judged:
    """Clips, and the cosines of pictures (n, 3, 128, 128) with a text each."""

    clips: Clips
    cosines: Callable[[Tensor, Sequence[str]], Tensor]

    def figures(self) -> dict[str, float]:
        """Shares of clips in which what is true fits better than what is not, by name."""
        whole = [i for i, record in enumerate(self.clips.records) if record.course == "whole"]
        target = self._of_targets(whole, TARGET)
        return {
            **self._over(whole, target),
            **self._named(),
            "target_over_vain": self._over_vain(whole, target),
            **self._rivals(whole, target),
        }

    def _over(self, whole: Sequence[int], target: Tensor) -> dict[str, float]:
        """The share whose target fits better than another state: of all clips, of those whose picture can
        tell that the edit was made, and of each world.
        """
        photographed = torch.tensor([self.clips.records[i].of_photograph for i in whole])
        told = torch.tensor([self.clips.records[i].is_told for i in whole])
        everywhere = torch.ones_like(photographed)
        worlds = {"": everywhere, "_told": told, "_tabletop": ~photographed, "_photographs": photographed}
        return {
            f"target_over_{name}{world}": _share(target > self._of_targets(whole, picture), where)
            for world, where in worlds.items()
            for name, picture in {"source": SOURCE, "half": HALF}.items()
            if where.any()
        }

    def _over_vain(self, whole: Sequence[int], target: Tensor) -> float:
        """The share of targets that a wish in vain fits less than their own."""
        vain = self._cosines(whole, TARGET, [self.clips.records[i].vain_targets[0] for i in whole])
        return float((target > vain).float().mean())

    def _named(self) -> dict[str, float]:
        """Of each world the share of sources that the name of what is there fits better."""
        return {f"named_{world}": share for world, share in self._named_worlds()}

    def _named_worlds(self) -> Iterator[tuple[str, float]]:
        for world, is_photograph in {"tabletop": False, "photographs": True}.items():
            clips = [i for i, one in enumerate(self.clips.records) if one.of_photograph is is_photograph]
            if clips:
                draws = Draws(len(clips))
                names = [named(draws, self.clips.records[i].things) for i in clips]
                there, absent = (
                    self._cosines(clips, SOURCE, list(some)) for some in zip(*names, strict=True)
                )
                yield world, float((there > absent).float().mean())

    def _rivals(self, whole: Sequence[int], target: Tensor) -> dict[str, float]:
        """For each drawn rival the share of clips in which the target fits better."""
        found = {}
        for number, name in enumerate(RIVALS):
            has = [k for k, i in enumerate(whole) if name in self.clips.records[i].present]
            if has:
                cosines = self._of_targets([whole[k] for k in has], FRAMES + 2 + number)
                found[f"over_{name}"] = float((target[has] > cosines).float().mean())
        return found

    def _of_targets(self, clips: Sequence[int], picture: int) -> Tensor:
        """The cosines of one picture of each clip with its target caption."""
        return self._cosines(clips, picture, [self.clips.records[i].target_captions[0] for i in clips])

    def _cosines(self, clips: Sequence[int], picture: int, texts: Sequence[str]) -> Tensor:
        pictures = data.to_model(self.clips.take(clips, [[picture]] * len(clips)))[:, :, 0]
        return self.cosines(pictures, texts)


def _share(hits: Tensor, where: Tensor) -> float:
    return float(hits[where].float().mean())
