"""Scores of frames."""

import numpy as np
import pytest

from frame2frame.engine.models.catalogue import find
from frame2frame.evaluation.bundle.edits import PHOTOGRAPHS
from frame2frame.media.pictures import resized
from frame2frame.media.source import load_picture
from frame2frame.score.encoders import ClipEncoder
from frame2frame.score.similarity import Similarity, score_together, similarities
from frame2frame.values import Caption
from frame2frame.worlds.tabletop import Episode, episode
from frame2frame.worlds.tabletop.scene import COLOURS


@pytest.fixture(scope="module")
def clip() -> Episode:
    return episode(1_000_000_003, "night", frames=5)


@pytest.fixture(scope="module")
def similarity(clip: Episode) -> Similarity:
    encoder = ClipEncoder(find("tabletop").encoder)
    return Similarity.of(encoder, clip.source, Caption("", clip.target_caption, "test"))


def test_the_source_itself_is_perfectly_preserved(clip: Episode, similarity: Similarity) -> None:
    scores = similarity.score(clip.source[None])
    assert scores["preservation"] == pytest.approx([0.0], abs=1e-3)
    assert scores["semantic"] == pytest.approx([scores.source["semantic"]], abs=1e-4)


def test_every_frame_has_a_number_in_every_column(clip: Episode, similarity: Similarity) -> None:
    scores = similarity.score(clip.frames)
    assert {name: len(column) for name, column in scores.columns.items()} == {
        "semantic": 5,
        "preservation": 5,
        "contrast": 5,
    }
    assert np.abs(scores["semantic"]).max() <= 1 and scores["preservation"].max() <= 0


def test_scores_in_chunks_are_the_scores_of_the_whole(clip: Episode, similarity: Similarity) -> None:
    whole = similarity.score(clip.frames)
    chunks = similarity.score(clip.frames[:2]).followed_by(similarity.score(clip.frames[2:]))
    assert chunks["semantic"] == pytest.approx(whole["semantic"], abs=1e-5)


def test_a_thing_is_there_for_the_embedded_encoder_when_its_name_fits(clip: Episode) -> None:
    encoder = ClipEncoder(find("tabletop").encoder)
    absent = next(f"{colour} cone" for colour in COLOURS if f"{colour} cone" not in clip.things)
    names = [*clip.things, absent]
    captions = [
        Caption(f"The {name} slowly rises.", f"the {name} floats in the air", "test") for name in names
    ]
    sources = np.stack([clip.source] * len(names))
    judged = similarities(encoder, sources, captions)
    *there, gone = (one.of_source(clip.source).presence or 0.0 for one in judged)
    assert min(there) > 1.0
    assert gone < -1.0


@pytest.mark.parametrize(
    ("name", "is_judged"), [("green cylinder", True), ("teal cone", False), ("vat", False)]
)
def test_a_thing_is_absent_only_by_a_name_whose_words_were_taught(
    clip: Episode, name: str, is_judged: bool
) -> None:
    assert "green cylinder" not in clip.things
    caption = Caption(f"The {name} slowly rises.", f"the {name} floats in the air", "test")
    (judged,) = similarities(ClipEncoder(find("tabletop").encoder), clip.source[None], [caption])
    presence = judged.of_source(clip.source).presence
    assert presence is not None and presence < -1.0 if is_judged else presence is None


def test_names_say_nothing_where_what_the_encoder_says_is_set_aside(clip: Episode) -> None:
    encoder = ClipEncoder(find("tabletop").encoder)
    known, unknown = (
        similarities(
            encoder, clip.source[None], [Caption("The red ball slowly rises.", "x", "test")], unknown=one
        )
        for one in (False, True)
    )
    assert unknown[0].of_source(clip.source).presence == unknown[0].contrast.presence
    assert known[0].of_source(clip.source).presence != known[0].contrast.presence


def test_a_photograph_has_a_threshold_of_its_own_and_none_for_its_view() -> None:
    """No photograph tells whether the camera has moved, and the encoder does not know what is in it."""
    encoder = ClipEncoder(find("tabletop").encoder)
    photograph = resized(load_picture(PHOTOGRAPHS / "beach.jpg").picture, 128, 128)
    drawing = episode(1_000_000_003).source
    captions = [
        Caption("The scene slowly turns to night.", "the scene at night", "test"),
        Caption("The camera slowly moves to the left.", "the scene seen from the left", "test"),
        Caption("The red ball slowly rises.", "the red ball floats in the air", "test"),
    ]
    night, view, thing = (
        one.of_source(photograph) for one in similarities(encoder, np.stack([photograph] * 3), captions)
    )
    drawn = [one.of_source(drawing) for one in similarities(encoder, np.stack([drawing] * 2), captions[:2])]
    assert night.threshold == thing.threshold != drawn[0].threshold == drawn[1].threshold
    assert view.threshold == -1.0
    assert thing.presence is None


def test_night_is_seen_in_the_scores(clip: Episode, similarity: Similarity) -> None:
    scores = similarity.score(np.stack([clip.source, clip.target]))
    assert scores["semantic"][1] > scores["semantic"][0]


def test_clips_scored_together_have_the_scores_that_each_has_alone(clip: Episode) -> None:
    encoder = ClipEncoder(find("tabletop").encoder)
    captions = [Caption("", text, "test") for text in (clip.target_caption, "a red ball", "a red ball")]
    sources = np.stack([clip.source, clip.target, clip.source])
    clips = [clip.frames[:2], clip.frames[1:], clip.frames[3:4]]
    together = score_together(similarities(encoder, sources, captions), clips)
    for source, caption, frames, scores in zip(sources, captions, clips, together, strict=True):
        alone = Similarity.of(encoder, source, caption).score(frames)
        assert scores["semantic"] == pytest.approx(alone["semantic"], abs=1e-5)
        assert scores["preservation"] == pytest.approx(alone["preservation"], abs=1e-3)
        assert scores.source["semantic"] == pytest.approx(alone.source["semantic"], abs=1e-5)


def test_the_source_is_scored_without_being_encoded_again(
    monkeypatch: pytest.MonkeyPatch, clip: Episode, similarity: Similarity
) -> None:
    expected = similarity.score(clip.source[None])
    monkeypatch.delattr(ClipEncoder, "image_features")
    found = similarity.of_source(clip.source)
    assert found["contrast"] == pytest.approx(expected["contrast"], abs=1e-4)
    assert found["semantic"] == pytest.approx(expected["semantic"], abs=1e-5)
