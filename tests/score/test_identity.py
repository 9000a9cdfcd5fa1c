"""Who is in the picture, on a face network that sees patches and a detector that is told where to look."""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from frame2frame.engine.models.catalogue import find
from frame2frame.errors import InputError, MissingPackageError, ModelError
from frame2frame.score.encoders import ClipEncoder
from frame2frame.score.faces import TEMPLATE, Face
from frame2frame.score.identity import STRANGER, FaceEncoder, Identity, seen
from frame2frame.values import Frames, Picture, Vectors

from .onnx_files import write_means, write_yunet


@dataclass(frozen=True)
class InTheMiddle:
    """A detector for pictures of 112×112 that are faces, unless they are black; a smaller one lies beside."""

    def faces(self, picture: Picture) -> list[Face]:
        if not picture.any():
            return []
        small = Face(np.array([0.0, 0.0, 9.0, 9.0]), TEMPLATE / 12, 1.0)
        return [small, Face(np.array([20.0, 20.0, 90.0, 100.0]), TEMPLATE, 0.7)]


@pytest.fixture
def frames() -> Frames:
    """Three faces and, third, a frame without one."""
    made = np.random.default_rng(3).integers(0, 256, (4, 112, 112, 3), np.uint8)
    made[2] = 0
    return made


@pytest.mark.parametrize("scales", [True, False])
@pytest.mark.parametrize("channels_last", [True, False])
def test_the_network_is_given_the_largest_face_in_the_range_it_expects(
    tmp_path: Path, frames: Frames, scales: bool, channels_last: bool
) -> None:
    encoder = _encoder(write_means(tmp_path / "face.onnx", scales=scales, channels_last=channels_last))
    assert encoder.images(frames[:2]) == pytest.approx(_patches(frames[:2]), abs=1e-5)


def test_a_difference_later_in_the_network_is_not_taken_for_its_scaling(
    tmp_path: Path, frames: Frames
) -> None:
    """Some conversions make such differences of an activation."""
    encoder = _encoder(write_means(tmp_path / "face.onnx", subtracts_later=True))
    assert encoder.images(frames[:1]) == pytest.approx(_patches(frames[:1]), abs=1e-5)


def test_the_range_that_the_network_expects_may_be_said(tmp_path: Path, frames: Frames) -> None:
    file = write_means(tmp_path / "face.onnx")
    first, second = (FaceEncoder(file, InTheMiddle(), takes_levels=levels) for levels in (True, False))
    levels = first.images(frames[:1])
    assert (levels > 0).all() and not (second.images(frames[:1]) > 0).all()


@pytest.mark.parametrize("batch", [1, 2, "any"])
def test_a_frame_without_a_face_has_no_vector(tmp_path: Path, frames: Frames, batch: int | str) -> None:
    vectors = _encoder(write_means(tmp_path / "face.onnx", batch)).images(frames)
    assert seen(vectors).tolist() == [True, True, False, True]
    assert np.isnan(vectors[2]).all()
    assert vectors[3] == pytest.approx(_patches(frames[3:])[0], abs=1e-5)


def test_frames_without_any_face_are_encoded_too(tmp_path: Path, frames: Frames) -> None:
    vectors = _encoder(write_means(tmp_path / "face.onnx")).images(frames[2:3])
    assert vectors.shape == (1, 192) and not seen(vectors).any()


def test_a_detector_may_be_a_file(tmp_path: Path) -> None:
    detector = write_yunet(tmp_path / "detector.onnx", 64, 96)
    encoder = FaceEncoder(write_means(tmp_path / "face.onnx"), detector)
    frames = np.full((2, 64, 96, 3), (0, 200, 90), np.uint8)
    frames[1, 24:32, 40:48] = (255, 0, 0)
    assert seen(encoder.images(frames)).tolist() == [False, True]


def test_the_source_is_itself_and_others_are_farther_away(tmp_path: Path, frames: Frames) -> None:
    identity = Identity.of(_encoder(write_means(tmp_path / "face.onnx")), frames[0])
    same, other, gone, another = identity.score(frames)
    assert identity.known and same == pytest.approx(0.0, abs=1e-3)
    assert STRANGER * 1.5 < other < -0.1 and another < -0.1
    assert np.isnan(gone)


def test_a_source_without_a_face_has_no_identity_to_keep(tmp_path: Path, frames: Frames) -> None:
    identity = Identity.of(_encoder(write_means(tmp_path / "face.onnx")), frames[2])
    assert not identity.known
    assert np.isnan(identity.score(frames)).all()


def test_identity_scores_in_chunks_are_those_of_the_whole(tmp_path: Path, frames: Frames) -> None:
    identity = Identity.of(_encoder(write_means(tmp_path / "face.onnx")), frames[0])
    chunks = identity.score(frames[:3]) + identity.score(frames[3:])
    assert np.array(chunks) == pytest.approx(np.array(identity.score(frames)), abs=1e-5, nan_ok=True)


def test_any_encoder_of_pictures_tells_identity(frames: Frames) -> None:
    identity = Identity.of(ClipEncoder(find("tabletop").encoder), frames[0])
    scores = identity.score(frames)
    assert identity.known and scores[0] == pytest.approx(0.0, abs=1e-3) and max(scores[1:]) < 0


def test_faces_refuse_texts_in_words(tmp_path: Path) -> None:
    encoder = _encoder(write_means(tmp_path / "face.onnx"))
    assert encoder.threshold is None
    with pytest.raises(InputError, match="sees faces only"):
        encoder.texts(["a man"])


def test_a_missing_file_is_one_line(tmp_path: Path, frames: Frames) -> None:
    with pytest.raises(ModelError, match=r"there is no file .*none\.onnx; give the path"):
        _encoder(str(tmp_path / "none.onnx")).images(frames)


def test_a_file_that_is_no_network_is_one_line(tmp_path: Path, frames: Frames) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"broken")
    with pytest.raises(ModelError, match=r"broken\.onnx cannot be loaded") as raised:
        _encoder(str(tmp_path / "broken.onnx")).images(frames)
    assert "\n" not in str(raised.value)


def test_a_network_with_more_than_one_vector_is_refused(tmp_path: Path, frames: Frames) -> None:
    with pytest.raises(ModelError, match=r"does not encode faces; got pictures of 112×112, 2 outputs"):
        _encoder(write_means(tmp_path / "face.onnx", outputs=2)).images(frames)


def test_without_onnx_runtime_the_install_command_is_named(
    tmp_path: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # as Python has it for a package that is not there
    with pytest.raises(MissingPackageError, match=r'pip install "frame2frame\[face\]"'):
        _encoder(write_means(tmp_path / "face.onnx")).images(frames)


def _encoder(model: str) -> FaceEncoder:
    return FaceEncoder(model, InTheMiddle())


def _patches(frames: Frames) -> Vectors:
    """What the network of patches makes of faces that are in their place."""
    numbers = (frames.astype(np.float64) - 127.5) / 127.5
    means = numbers.reshape(len(frames), 8, 14, 8, 14, 3).mean(axis=(2, 4))
    planes = np.moveaxis(means, -1, 1).reshape(len(frames), -1)
    unit = planes / np.linalg.norm(planes, axis=-1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)
