"""How well a wish is noticed whose name for a thing fits several things of a drawn scene.

    python benchmarks/ambiguous_wishes.py --scenes 300

In half of the scenes two things share their shape or their colour. Of each scene wishes are worded with names
that leave out the colour, the shape or both, and, with a thing chosen by chance, as people may type them, in
which case the name always means one thing. What the picture shows is told by the embedded encoder alone. The
shares of wishes that are called ambiguous are printed with their 95 % intervals.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from frame2frame.engine.models import catalogue
from frame2frame.evaluation.episodes import DEVELOPMENT, LISTS
from frame2frame.evaluation.results.statistics import Share
from frame2frame.score.named import encoder_of
from frame2frame.strategy.ambiguity import several_meant
from frame2frame.worlds.tabletop import render
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import OF_THINGS, draw_edit
from frame2frame.worlds.tabletop.naming import Name
from frame2frame.worlds.tabletop.scene import Scene, draw_scene
from frame2frame.worlds.tabletop.wide import draw_wide
from frame2frame.worlds.tabletop.words import draw_wish

FURTHER_ON = 1_000_000
"""From an episode's seed to that of a scene that was not one of its draws."""

WIDE = "as people type it"


@dataclass(frozen=True)
class Wish:
    """One wish for a scene."""

    sort: str
    """How its thing is named."""
    text: str
    is_ambiguous: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; answers the exit code."""
    parser = argparse.ArgumentParser(description="Which ambiguous wishes the embedded model notices")
    parser.add_argument("--scenes", type=int, default=300, help="how many scenes are drawn")
    parser.add_argument(
        "--seeds", choices=LISTS, default="development", help="test is for figures that are quoted"
    )
    asked = parser.parse_args(arguments)
    said = list(noticed(asked.scenes, LISTS[asked.seeds]))
    sys.stdout.write("\n".join(told(said)) + "\n")
    return 0


def noticed(scenes: int, first: int = DEVELOPMENT) -> Iterator[tuple[Wish, bool]]:
    """Each wish, and whether it is called ambiguous."""
    model = catalogue.MODELS[catalogue.EMBEDDED]
    encoder = encoder_of(catalogue.EMBEDDED, "cpu", None)
    for number in range(scenes):
        draws = Draws(first + FURTHER_ON + number)
        scene = draw_scene(draws, alike=number % 2 == 1)
        picture = render.draw(np.stack([scene.pack()]))[0]
        for wish in wishes(draws, scene):
            yield wish, several_meant(model, wish.text, picture, encoder) is not None


def wishes(draws: Draws, scene: Scene) -> Iterator[Wish]:
    """Of one scene; one for each name."""
    names = [("the shape alone", Name(shape=shape)) for shape in {one.shape: 0 for one in scene.things}]
    names += [("the colour alone", Name(colour=colour)) for colour in {one.colour: 0 for one in scene.things}]
    for sort, name in (*names, ("neither", Name())):
        meant = name.means(scene)
        edit = draw_edit(draws, scene, draws.one_of(OF_THINGS), meant[0])
        it = f"the {name.colour or ''} {name.shape or 'thing'}"
        yield Wish(sort, draw_wish(draws, edit.kind, " ".join(it.split()), edit.value), len(meant) > 1)
    edit = draw_edit(draws, scene, draws.one_of(OF_THINGS))
    yield Wish(WIDE, draw_wide(draws, scene, edit), is_ambiguous=False)


def told(said: Sequence[tuple[Wish, bool]]) -> Iterator[str]:
    """The table."""
    yield f"{'the name has':20}{'ambiguous':>10}  {'noticed':24}{'clear':>8}  wrongly called ambiguous"
    for sort in dict.fromkeys(wish.sort for wish, _ in said):
        unclear = [found for wish, found in said if wish.sort == sort and wish.is_ambiguous]
        clear = [found for wish, found in said if wish.sort == sort and not wish.is_ambiguous]
        rate = str(Share.of(unclear)) if unclear else "–"
        yield f"{sort:20}{len(unclear):10}  {rate:24}{len(clear):8}  {Share.of(clear)}"


if __name__ == "__main__":
    sys.exit(main())
