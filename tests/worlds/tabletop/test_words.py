"""The three texts of an edit: they determine the target, and they can be read."""

from collections import defaultdict

import pytest

from frame2frame.caption.temporal import temporal_caption
from frame2frame.worlds.tabletop import KINDS
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import Edit, draw_edit
from frame2frame.worlds.tabletop.scene import Scene, draw_scene
from frame2frame.worlds.tabletop.words import Texts, draw_still_caption, draw_texts


def _wishes(scene_seed: int, count: int) -> list[tuple[Scene, Edit, Texts]]:
    """Many edits of one scene with their texts."""
    scene, found = draw_scene(Draws(scene_seed)), []
    for number in range(count):
        draws = Draws(1_000 * scene_seed + number)
        edit = draw_edit(draws, scene, KINDS[number % len(KINDS)])
        found.append((scene, edit, draw_texts(draws, scene, edit)))
    return found


@pytest.mark.parametrize("text", ["instruction", "temporal_caption", "target_caption"])
def test_the_same_words_about_the_same_scene_mean_one_target(text: str) -> None:
    for seed in range(5):
        targets: dict[str, set[Scene]] = defaultdict(set)
        for scene, edit, texts in _wishes(seed, 1_500):
            targets[getattr(texts, text)].add(edit.apply(scene))
        assert {words: len(ends) for words, ends in targets.items() if len(ends) > 1} == {}


def test_applying_an_edit_draws_nothing() -> None:
    for seed in range(10):
        for scene, edit, _ in _wishes(seed, len(KINDS)):
            assert edit.apply(scene) == Edit(edit.kind, edit.subject, edit.value).apply(scene) != scene


def test_an_end_that_could_be_another_is_named_in_every_text() -> None:
    values: dict[str, set[str]] = defaultdict(set)
    several: dict[str, list[tuple[str, Texts]]] = defaultdict(list)
    for seed in range(10):
        for _, edit, texts in _wishes(seed, 300):
            values[edit.kind].add(edit.value)
            several[edit.kind].append((edit.value, texts))
    for kind in (kind for kind, found in values.items() if len(found) > 1):
        for value, texts in several[kind]:
            assert all(value in text for text in vars(texts).values())
    assert {kind for kind, found in values.items() if len(found) > 1} == {"recolour", "morph", "orbit"}


def test_no_text_has_an_unresolved_part() -> None:
    texts = [text for _, _, found in _wishes(3, 600) for text in vars(found).values()]
    texts += [draw_still_caption(Draws(seed)) for seed in range(50)]
    assert all(text == " ".join(text.split()) and not set(text) & set("{}|") for text in texts)


@pytest.mark.parametrize("kind", KINDS)
def test_the_rules_know_every_instruction_of_the_grammar(kind: str) -> None:
    scene = draw_scene(Draws(4))
    for seed in range(200):
        draws = Draws(seed)
        instruction = draw_texts(draws, scene, draw_edit(draws, scene, kind)).instruction
        assert "changes until it shows:" not in temporal_caption(instruction).temporal
