"""Image–text encoders, on the embedded one."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frame2frame.engine.models.catalogue import find
from frame2frame.engine.models.store import ModelStore
from frame2frame.errors import ModelError
from frame2frame.score.encoders import ClipEncoder
from frame2frame.score.pretrained import Parts
from frame2frame.worlds.tabletop import episode

EMBEDDED = ClipEncoder(find("tabletop").encoder)


def test_vectors_have_unit_length() -> None:
    pictures = episode(1_000_000_001, frames=3).frames
    for vectors in (EMBEDDED.images(pictures), EMBEDDED.texts(["the ball is blue", "a red cone"])):
        assert np.linalg.norm(vectors, axis=-1) == pytest.approx(1.0, abs=1e-5)


def test_pictures_and_texts_share_one_space() -> None:
    assert EMBEDDED.images(np.zeros((1, 128, 128, 3), np.uint8)).shape == EMBEDDED.texts(["a"]).shape


def test_a_picture_is_encoded_the_same_in_any_company() -> None:
    pictures = episode(1_000_000_002, frames=40).frames
    together = EMBEDDED.images(pictures)
    assert together[33] == pytest.approx(EMBEDDED.images(pictures[33:34])[0], abs=1e-5)


def test_capitals_and_full_stops_mean_the_same() -> None:
    first, second = EMBEDDED.texts(["The BALL is blue.", "the ball is blue"])
    assert first == pytest.approx(second, abs=1e-6)


def test_a_text_of_any_length_is_encoded() -> None:
    assert np.isfinite(EMBEDDED.texts(["the very long ball " * 200])).all()


def test_texts_of_every_edit_are_encoded_once_for_all_that_share_the_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, asked = ModelStore(), list[str]()
    encoders = [ClipEncoder(find("tabletop").encoder, store=store) for _ in range(2)]
    expected = encoders[0].texts(["a red ball"])
    whole = ClipEncoder.text_features

    def counted(encoder: ClipEncoder, parts: Parts, texts: Sequence[str]) -> Any:
        asked.extend(texts)
        return whole(encoder, parts, texts)

    monkeypatch.setattr(ClipEncoder, "text_features", counted)
    found = [one.fixed_texts(("a red ball", "it is night")) for one in encoders]
    assert asked == ["a red ball", "it is night"]
    assert all(one[0] == pytest.approx(expected[0], abs=1e-6) for one in found)
    store.close()
    assert ClipEncoder(find("tabletop").encoder).parts.fixed == {}


def test_the_embedded_encoder_is_calibrated() -> None:
    assert EMBEDDED.threshold is not None and -1 < EMBEDDED.threshold < 1


def test_an_encoder_without_its_tokenizer_is_an_error(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find("tabletop").encoder, tmp_path / "clip"))
    for file in folder.glob("tokenizer*"):
        file.unlink()
    with pytest.raises(ModelError, match="the tokenizer knows no words"):
        ClipEncoder(str(folder)).texts(["a red ball"])


def test_a_missing_hub_encoder_is_an_error_that_says_how_to_get_it() -> None:
    with pytest.raises(ModelError, match="f2f models pull openai/clip-vit-base-patch16"):
        ClipEncoder("openai/clip-vit-base-patch16").texts(["a"])


def test_a_folder_that_holds_no_encoder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as raised:
        ClipEncoder(str(tmp_path)).texts(["a"])
    assert "\n" not in str(raised.value)
