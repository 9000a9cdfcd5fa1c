"""Whether a change is the wished one, by contrast with other wishes."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pytest

from frame2frame.score.contrast import SCENES, THINGS, Contrast, running, subject, swapped
from frame2frame.values import Caption, Frames, Vectors

SIZE = 512


class ByWords:
    """An encoder for which a text is the sum of random directions of its words."""

    threshold = None

    def images(self, frames: Frames) -> Vectors:
        raise NotImplementedError

    def texts(self, texts: Sequence[str]) -> Vectors:
        return np.stack([unit(np.sum([direction(word) for word in text.split()], axis=0)) for text in texts])


def direction(word: str) -> Vectors:
    seed = sum(ord(letter) * 31**i for i, letter in enumerate(word))
    return np.random.default_rng(seed).normal(size=SIZE).astype(np.float32)


def unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def showing(*texts: str) -> Vectors:
    """(frames, features) of pictures that show all of a text."""
    return ByWords().texts(texts)


def caption_of(temporal: str, target: str) -> Caption:
    return Caption(temporal, target, "test")


RAISED = caption_of("the red ball slowly rises", "the red ball hovers above the floor")
SOURCE = "the red ball lies on the floor"


def made(before: Vectors, caption: Caption) -> Contrast:
    """Of a single source."""
    return Contrast.of_all(ByWords(), before, [caption])[0]


def contrast(*shown: str, caption: Caption = RAISED, source: str = SOURCE) -> Sequence[float]:
    return made(showing(source), caption).column(showing(*shown))


def test_the_wished_change_stands_out_and_no_change_does_not() -> None:
    still, done = contrast(SOURCE, "the red ball hovers above the floor")
    assert still == 0.0 and done > 2.0


def test_another_change_stands_out_less_than_the_wished_one() -> None:
    done, other = contrast("the red ball hovers above the floor", "the red ball is striped")
    assert other < 1.0 < done


def test_a_change_back_counts_against_the_wish() -> None:
    (fallen,) = contrast(SOURCE, source="the red ball hovers above the floor")
    assert fallen < 0.0


def test_a_source_that_shows_what_the_wish_is_about_is_told_from_one_that_does_not() -> None:
    there = made(showing("a red ball"), RAISED).presence
    gone = made(showing("a green tree"), RAISED).presence
    assert there is not None and gone is not None and gone < 1.0 < there


def test_nothing_is_said_of_presence_where_the_caption_names_no_thing() -> None:
    night = caption_of("the light slowly fades to night", "the scene at night")
    assert made(showing(SOURCE), night).presence is None


WHOLES = (
    *("autumn", "season", "weather", "sky", "day", "time of day", "fog", "snow", "ground", "atmosphere"),
    *("colour", "warm tones", "saturation", "white balance", "contrast", "brightness", "exposure"),
    *("lighting", "warmth", "noise", "film grain", "blur", "focus", "depth of field", "background"),
    *("photograph", "old photo", "image", "picture under", "colours of the leaves", "camera", "person"),
)
"""What every picture has, however little of it."""


@pytest.mark.parametrize(
    ("temporal", "name"),
    [
        ("the red ball slowly rises until it hovers", "red ball"),
        ("The old man gradually smiles.", "old man"),
        ("the ball is slowly flattened until it is flat", "ball"),
        ("stripes slowly appear on the white cube", "white cube"),
        ("Stripes slowly appear on the white cube.", "white cube"),
        ("A dragon slowly appears in the sky.", None),
        ("A boat slowly comes into view.", None),
        ("The number of candles slowly changes until there are five.", None),
        ("the camera slowly moves closer", None),
        ("she slowly smiles", None),
        ("night falls", None),
        ("The i reckon the cube slowly changes until it is blue.", None),
        ("The out the cone slowly falls.", None),
        ("the curtains are slowly opened", "curtains"),
        ("The old woman slowly smiles.", "old woman"),
        ("the snowman slowly melts", "snowman"),
        ("the lamp in the picture slowly goes on", "lamp in the picture"),
        *((f"the {whole} slowly changes until it is another", None) for whole in WHOLES),
    ],
)
def test_the_subject_of_a_caption_is_read_off_its_beginning(temporal: str, name: str | None) -> None:
    assert subject(caption_of(temporal, "")) == name


def test_words_are_swapped_for_others_of_their_kind_one_at_a_time() -> None:
    found = swapped("the red ball is at the left edge")
    assert "the blue ball is at the left edge" in found and "the red ball is at the right edge" in found
    assert "the blue ball is at the right edge" not in found


def test_several_sources_are_contrasted_as_each_alone() -> None:
    night = caption_of("the light slowly fades to night", "the scene at night")
    before = showing(SOURCE, "the scene by day")
    both = Contrast.of_all(ByWords(), before, [RAISED, night])
    alone = made(before[1:], night)
    frames = showing("the scene at night")
    assert both[1].column(frames) == pytest.approx(alone.column(frames))


def test_texts_of_every_edit_are_left_to_an_encoder_that_keeps_them() -> None:
    class Keeping(ByWords):
        asked: ClassVar[list[str]] = []

        def texts(self, texts: Sequence[str]) -> Vectors:
            self.asked.extend(texts)
            return super().texts(texts)

        def fixed_texts(self, texts: tuple[str, ...]) -> Vectors:
            return super().texts(texts)

    (found,) = Contrast.of_all(Keeping(), showing(SOURCE), [RAISED])
    frames = showing(RAISED.target)
    assert found.column(frames) == pytest.approx(made(showing(SOURCE), RAISED).column(frames))
    assert RAISED.target in Keeping.asked
    assert not {*SCENES, *THINGS} & {*Keeping.asked} and len({*Keeping.asked}) == len(Keeping.asked)


def test_a_wish_that_every_edit_is_contrasted_with_is_encoded_like_any_other() -> None:
    night = caption_of("the light slowly fades", SCENES[2])
    (score,) = made(showing(SOURCE), night).column(showing(SCENES[2]))
    assert score > 1.0


def test_a_running_mean_looks_at_three_frames_or_those_that_there_are() -> None:
    assert running([3.0, 0.0, 0.0, 6.0]).tolist() == [3.0, 1.5, 1.0, 2.0]


def test_scenes_and_things_are_there_once() -> None:
    assert len({*SCENES, *THINGS}) == len(SCENES) + len(THINGS)
