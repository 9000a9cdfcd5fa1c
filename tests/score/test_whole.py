"""What the words of a wanted scene say of the whole picture."""

from __future__ import annotations

import numpy as np
import pytest

from frame2frame.caption.temporal import Temporal
from frame2frame.score.whole import FOCUS, keeps_detail
from frame2frame.worlds.photoworld import GROUPS
from frame2frame.worlds.photoworld.words import draw_texts
from frame2frame.worlds.tabletop.draws import Draws

KINDS = [kind for kinds in GROUPS.values() for kind in kinds]
WISHES = 200


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_picture_without_its_grain_loses_fine_detail(kind: str) -> None:
    kept = {target: keeps_detail(target) for target in targets(kind)}
    assert set(kept.values()) == {kind != "denoise"}, kept


@pytest.mark.parametrize("kind", ["focus", "background-blur"])
def test_a_wish_for_another_focus_is_known_as_one(kind: str) -> None:
    assert not [target for target in targets(kind) if not FOCUS.search(target)]


def targets(kind: str) -> set[str]:
    """Of a kind's wishes, as the rules write them."""
    picture = np.zeros((8, 8, 3), np.uint8)
    wishes = {draw_texts(Draws(seed), kind).instruction for seed in range(WISHES)}
    return {Temporal().write(picture, wish).target for wish in wishes}


@pytest.mark.parametrize("target", ["the floor is clean", "a clean white shirt", "the sky is clear"])
def test_what_is_clean_in_a_picture_says_nothing_of_its_grain(target: str) -> None:
    assert keeps_detail(target)
