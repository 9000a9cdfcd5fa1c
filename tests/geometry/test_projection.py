"""Vectors in the plane."""

import sys

import numpy as np
import pytest

from frame2frame.errors import InputError, MissingPackageError
from frame2frame.geometry.projection import pca, tsne


def clusters(seed: int = 0, each: int = 12) -> np.ndarray:
    """Two clouds far apart, one after the other."""
    noise = 0.05 * np.random.default_rng(seed).normal(size=(2 * each, 8))
    noise[:each, 0] += 1
    noise[each:, 1] += 1
    return np.asarray(noise / np.linalg.norm(noise, axis=1, keepdims=True), dtype=np.float32)


def test_pca_keeps_the_distances_of_points_in_a_plane() -> None:
    corners = np.array([[0, 0, 5], [4, 0, 5], [4, 1, 5], [0, 1, 5]], np.float32)
    plane = pca(corners)
    apart = np.linalg.norm(plane[:, None] - plane[None], axis=-1)
    assert apart == pytest.approx(np.linalg.norm(corners[:, None] - corners[None], axis=-1), abs=1e-5)


@pytest.mark.parametrize("turn", [1, -1])
def test_the_first_point_is_on_the_negative_side_whatever_the_signs(turn: int) -> None:
    for plane in (pca(turn * clusters()), tsne(turn * clusters())):
        assert (plane[0] < 0).all()


def test_mirrored_vectors_have_the_same_plane() -> None:
    assert pca(clusters()) == pytest.approx(pca(-clusters()), abs=1e-6)


def test_points_on_a_line_have_no_second_coordinate() -> None:
    line = np.outer(np.arange(5), np.ones(3)).astype(np.float32)
    plane = pca(line)
    assert (plane[:, 1] == 0).all() and (np.diff(plane[:, 0]) > 0).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_equal_points_lie_on_each_other(count: int) -> None:
    for plane in (pca(np.ones((count, 4), np.float32)), tsne(np.ones((count, 4), np.float32))):
        assert plane.shape == (count, 2) and (plane == 0).all()


def test_tsne_keeps_clusters_apart_and_is_the_same_again() -> None:
    plane = tsne(clusters())
    assert (plane == tsne(clusters())).all()
    apart = np.linalg.norm(plane[:, None] - plane[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    assert ((apart.argmin(axis=1) < 12) == (np.arange(24) < 12)).all()


def test_tsne_of_three_points_is_the_plane_of_pca() -> None:
    assert (tsne(clusters()[:3]) == pca(clusters()[:3])).all()


@pytest.mark.parametrize("count", [4, 5])
def test_tsne_needs_four_points_only(count: int) -> None:
    assert np.isfinite(tsne(clusters()[:count])).all()


def test_no_vectors_are_refused() -> None:
    with pytest.raises(InputError, match="at least one vector"):
        pca(np.zeros((0, 4), np.float32))


def test_without_scikit_learn_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.decomposition", None)
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    for project in (pca, tsne):
        with pytest.raises(MissingPackageError, match=r"pip install 'frame2frame\[eval\]'"):
            project(clusters())
