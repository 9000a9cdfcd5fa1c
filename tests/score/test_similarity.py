"""Scores of frames."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests import tiny

from frame2frame.engine.models.catalogue import find
from frame2frame.errors import ModelError
from frame2frame.score.encoders import ClipEncoder
from frame2frame.score.similarity import Similarity, score_together, similarities
from frame2frame.values import Caption
from frame2frame.worlds.tabletop import Episode, episode


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


def test_the_embedded_threshold_leans_with_the_words(clip: Episode) -> None:
    """The encoder sees more of night than of a pan, and of a thing more than of the picture as a whole."""
    encoder = ClipEncoder(find("tabletop").encoder)
    captions = [
        Caption("The scene slowly turns to night.", "the scene at night", "test"),
        Caption("The camera slowly moves to the right.", "the view further to the right", "test"),
        Caption("The red ball slowly rises.", "the scene at night", "test"),
        Caption("", "the red ball floats in the air", "test"),
        Caption("The red ball slowly rises.", "the red ball floats in the air", "test"),
    ]
    night, pan, thing, target_alone, with_clip = (
        one.of_source(clip.source).threshold or 0.0
        for one in similarities(encoder, np.stack([clip.source] * 5), captions)
    )
    assert pan < night - 0.1
    assert night < thing - 0.1
    assert target_alone == pytest.approx(with_clip, abs=1e-5)


def test_an_encoder_whose_numbers_do_not_fit_its_features_is_refused(tmp_path: Path) -> None:
    folder = tiny.encoder(tmp_path / "encoder")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"frame2frame_whole_threshold": -0.1, "frame2frame_lean": [0.5, 0.5]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    encoder = ClipEncoder(str(folder))
    with pytest.raises(ModelError, match=r"a number for each feature.*got 2 for 128"):
        encoder.threshold_of(encoder.texts(["night"])[0], of_whole=True)


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
