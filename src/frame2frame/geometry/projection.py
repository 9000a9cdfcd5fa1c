"""Feature vectors in the plane, to be looked at: PCA and t-SNE. Needs scikit-learn, the extra `eval`.

Both are the same on every run. PCA is also the same on every machine up to rounding, since the signs, which
linear algebra leaves open, follow from the first point; t-SNE starts from it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, MissingPackageError
from ..values import Vectors

Plane = NDArray[np.float64]
"""(points, 2)."""

FEWEST_FOR_TSNE = 4
PERPLEXITY = 30.0
"""t-SNE's usual number of effective neighbours (van der Maaten, Hinton: JMLR 9, 2008)."""

NOTHING = 1e-6
"""Coordinates below this share of the widest are rounding and count as 0."""


def pca(vectors: Vectors) -> Plane:
    """(points, 2): the two directions of the greatest variance.

    On each axis the first point, the source, is on the negative side. Points on a line have a second
    coordinate of 0. Raises MissingPackageError without scikit-learn.
    """
    decomposition = _sklearn("decomposition")
    points = _points(vectors)
    plane = np.zeros((len(points), 2))
    if np.ptp(points, axis=0).any():
        kept = min(2, *points.shape)
        plane[:, :kept] = decomposition.PCA(kept, svd_solver="full").fit_transform(points)
    return _oriented(plane)


def tsne(vectors: Vectors) -> Plane:
    """(points, 2): near points stay near; distances between far ones mean nothing.

    The perplexity is 30, or a third of the other points if they are fewer than 90. Fewer than four points
    have no neighbourhoods to keep, and PCA's plane is returned. Raises MissingPackageError without
    scikit-learn.
    """
    manifold = _sklearn("manifold")
    points, plane = _points(vectors), pca(vectors)
    spread = plane[:, 0].std()
    if len(points) < FEWEST_FOR_TSNE or spread == 0:
        return plane
    # As scikit-learn's own init="pca", but with settled signs.
    model = manifold.TSNE(
        perplexity=min(PERPLEXITY, (len(points) - 1) / 3),
        init=(1e-4 * plane / spread).astype(np.float32),
        random_state=0,
    )
    return _oriented(np.asarray(model.fit_transform(points), dtype=np.float64))


def _oriented(plane: Plane) -> Plane:
    """Centred, with rounding removed and the first point that is off an axis on its negative side."""
    centred = plane - plane.mean(axis=0)
    centred[:, np.abs(centred).max(axis=0) <= NOTHING * np.abs(centred).max()] = 0.0
    off = np.abs(centred) > 1e-3 * np.abs(centred).max(axis=0)
    first = centred[off.argmax(axis=0), np.arange(2)]
    return np.asarray(np.where(first > 0, -centred, centred))


def _points(vectors: Vectors) -> NDArray[np.float64]:
    points = np.asarray(vectors, dtype=np.float64)
    if points.ndim != 2 or 0 in points.shape:
        raise InputError(
            "a projection needs at least one vector",
            got=f"an array of shape {points.shape}",
            remedy="give (points, features)",
        )
    return points


def _sklearn(part: str) -> Any:
    try:
        return import_module(f"sklearn.{part}")
    except ImportError as error:
        what, remedy = "projections need scikit-learn", "pip install 'frame2frame[eval]'"
        raise MissingPackageError(what, remedy=remedy) from error
