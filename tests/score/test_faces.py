"""Finding faces and bringing them to their place, on detectors for which a red cell is a face."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import ModelError
from frame2frame.score.faces import TEMPLATE, OnnxDetector, aligned, similarity
from frame2frame.values import Picture

from .onnx_files import LANDMARKS, write_means, write_scrfd, write_yunet

Writer = Callable[[Path, int | str, int | str], str]
WRITERS = pytest.mark.parametrize("write", [write_yunet, write_scrfd])


@WRITERS
@pytest.mark.parametrize("scale", [1, 2])
def test_a_face_is_found_where_it_is_with_its_landmarks(tmp_path: Path, write: Writer, scale: int) -> None:
    """The detector sees 64×96; what it finds is told in the picture's own pixels."""
    detector = OnnxDetector(write(tmp_path / "detector.onnx", 64, 96))
    picture = _with_red_cells((3, 5)).repeat(scale, axis=0).repeat(scale, axis=1)
    (face,) = detector.faces(picture)
    middle = np.array([5.5, 3.5]) * 8 * scale
    assert face.landmarks == pytest.approx(middle + LANDMARKS * 8 * scale, abs=1e-3)
    assert face.area == pytest.approx((32 * scale) ** 2, rel=1e-4)
    assert 0.9 < face.confidence < 1.01


@WRITERS
def test_every_face_is_found_once(tmp_path: Path, write: Writer) -> None:
    detector = OnnxDetector(write(tmp_path / "detector.onnx", 64, 96))
    assert len(detector.faces(_with_red_cells((1, 1), (6, 10)))) == 2


@WRITERS
def test_the_longer_side_decides_how_large_the_detector_sees_a_picture(tmp_path: Path, write: Writer) -> None:
    detector = OnnxDetector(write(tmp_path / "detector.onnx", 64, 96))
    tall = np.zeros((128, 64, 3), np.uint8)
    tall[48:64, 16:32] = (255, 0, 0)  # the cell of row 3 and column 1, once halved
    (face,) = detector.faces(tall)
    assert face.landmarks == pytest.approx((np.array([1.5, 3.5]) + LANDMARKS) * 16, abs=1e-3)


@WRITERS
def test_a_detector_that_takes_any_size_is_shown_the_usual_one(tmp_path: Path, write: Writer) -> None:
    detector = OnnxDetector(write(tmp_path / "detector.onnx", "height", "width"))
    picture = np.zeros((320, 640, 3), np.uint8)
    picture[240:248, 400:408] = (255, 0, 0)
    (face,) = detector.faces(picture)
    assert face.landmarks == pytest.approx((np.array([50.5, 30.5]) + LANDMARKS) * 8, abs=1e-3)


@WRITERS
def test_a_picture_without_a_face_has_none(tmp_path: Path, write: Writer) -> None:
    detector = OnnxDetector(write(tmp_path / "detector.onnx", 64, 96))
    assert detector.faces(_with_red_cells()) == []


def test_a_network_that_is_no_detector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no face detector that is known here; got the outputs vector0"):
        OnnxDetector(write_means(tmp_path / "means.onnx")).faces(_with_red_cells())


def test_a_face_in_its_place_stays_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (112, 112, 3), np.uint8)
    assert np.array_equal(aligned(picture, TEMPLATE, 112), picture)


def test_a_turned_larger_face_elsewhere_comes_to_the_same_place() -> None:
    face = _smooth(112)
    scale, shift = 2.3 * np.exp(0.4j), 150 + 40j
    back, middle = 1 / scale, 0.5 + 0.5j
    origin = middle - (shift + middle) * back
    rows = (back.real, -back.imag, origin.real, back.imag, back.real, origin.imag)
    photograph = Image.fromarray(face).transform(
        (480, 480), Image.Transform.AFFINE, rows, Image.Resampling.BICUBIC
    )
    places = scale * (TEMPLATE @ (1, 1j)) + shift
    found = aligned(np.asarray(photograph), np.stack([places.real, places.imag], axis=-1), 112)
    inside = slice(2, -2)
    difference = found[inside, inside].astype(int) - face[inside, inside]
    assert np.abs(difference).max() <= 3


def test_the_similarity_is_the_least_squares_one() -> None:
    """No other turn, scale or shift near it comes closer to the template."""
    points = TEMPLATE + np.random.default_rng(1).normal(0, 5, TEMPLATE.shape)
    start, end = points @ (1, 1j), TEMPLATE @ (1, 1j)
    scale, shift = similarity(points, TEMPLATE)
    least = np.sum(np.abs(scale * start + shift - end) ** 2)
    for change in (0.01, -0.01, 0.01j, -0.01j):
        assert np.sum(np.abs((scale + change) * start + shift - end) ** 2) > least
        assert np.sum(np.abs(scale * start + shift + change - end) ** 2) > least


def _with_red_cells(*cells: tuple[int, int]) -> Picture:
    """64×96 with these cells of 8×8 in red, by row and column."""
    picture = np.zeros((64, 96, 3), np.uint8)
    for row, column in cells:
        picture[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = (255, 0, 0)
    return picture


def _smooth(size: int) -> Picture:
    y, x = np.mgrid[:size, :size] / size * 2 * np.pi
    waves = [np.sin(x + 2 * y), np.cos(2 * x - y), np.sin(x) * np.cos(y)]
    return ((np.stack(waves, axis=-1) + 1) * 127).astype(np.uint8)
