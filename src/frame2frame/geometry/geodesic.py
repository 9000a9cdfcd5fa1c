"""A better geodesic than the greedy path: the least-energy route over all frames that were generated.

The greedy strategy keeps one state a round and forgets the rest. Here every frame of every round is a node,
near frames are joined, as are those that follow each other in a clip, and Dijkstra's algorithm (Numerische
Mathematik 1, 1959) finds the route whose steps have the least sum of squares. Geodesics as shortest routes in
a graph of neighbours are Isomap's idea (Tenenbaum, de Silva, Langford: Science 290, 2000); the squares make
it the discrete energy of a curve, which prefers many short steps to one long jump.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..errors import InputError
from ..values import Vectors
from .measures import Points

NEIGHBOURS = 8

Edges = dict[int, dict[int, float]]
"""For each node its neighbours and what the step to them costs."""


def route(
    vectors: Vectors,
    start: int,
    end: int,
    greedy: Sequence[int],
    clips: Sequence[Sequence[int]] = (),
    neighbours: int = NEIGHBOURS,
) -> tuple[int, ...]:
    """The frames of the least-energy way from `start` to `end`.

    `vectors` is (frames, features), unit length; `greedy` the path that was found, as frame indices from
    `start` to `end`. Its own steps are edges too, so the route always exists and never costs more. So are
    those of `clips`, each the state that a clip begins at and its frames: something that moves fast may leave
    no two frames near each other, yet the clip leads from one to the next.
    Raises InputError if `greedy` does not lead there, or for a frame that is not there.
    """
    _check(len(vectors), start, end, greedy, clips, neighbours)
    points = np.asarray(vectors, dtype=np.float64)
    pairs = nearest_pairs(points, neighbours)
    pairs = pairs.union(*(pairwise(chain) for chain in (greedy, *clips)))
    return _cheapest(_joined(points, pairs), start, end)


def energy(vectors: Vectors | Points, path: Sequence[int]) -> float:
    """The sum of the squared steps of a path of frame indices."""
    points = np.asarray(vectors, dtype=np.float64)[list(path)]
    return float((np.diff(points, axis=0) ** 2).sum())


def nearest_pairs(points: Points, neighbours: int) -> set[tuple[int, int]]:
    """Each frame with each of its nearest others; of equally near ones the earliest."""
    squares = (points**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2.0 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    count = min(neighbours, len(points) - 1)
    order = np.argsort(distances, axis=1, kind="stable")[:, :count]
    return {(node, int(near)) for node, row in enumerate(order) for near in row}


def _joined(points: Points, pairs: set[tuple[int, int]]) -> Edges:
    """Edges in both directions."""
    edges: Edges = {node: {} for node in range(len(points))}
    for one, other in sorted(pairs):
        edges[one][other] = edges[other][one] = energy(points, (one, other))
    return edges


def _cheapest(edges: Edges, start: int, end: int) -> tuple[int, ...]:
    """Dijkstra's algorithm; of equally cheap ways the one with fewer steps."""
    came_from: dict[int, int] = {}
    waiting = [(0.0, 0, start, start)]
    while waiting:
        cost, steps, node, before = heapq.heappop(waiting)
        if node in came_from:
            continue
        came_from[node] = before
        if node == end:
            break
        for near, more in edges[node].items():
            if near not in came_from:
                heapq.heappush(waiting, (cost + more, steps + 1, near, node))
    return _back(came_from, start, end)


def _back(came_from: dict[int, int], start: int, end: int) -> tuple[int, ...]:
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))


def _check(
    count: int, start: int, end: int, greedy: Sequence[int], clips: Sequence[Sequence[int]], neighbours: int
) -> None:
    inside = all(0 <= node < count for node in (start, end, *greedy))
    if not inside or not greedy or (greedy[0], greedy[-1]) != (start, end):
        raise InputError(
            f"the greedy path must lead from frame {start} to frame {end} over frames below {count}",
            got=" ".join(str(node) for node in greedy) or "no frame",
            remedy="give the indices of its states",
        )
    missing = [node for clip in clips for node in clip if not 0 <= node < count]
    if missing:
        what = f"a clip's frames lie from 0 to {count - 1}"
        raise InputError(what, got=str(missing[0]), remedy="give indices of `vectors`")
    if neighbours < 1:
        raise InputError(
            "a frame needs neighbours", got=f"{neighbours} of them", remedy="choose 1 or more, such as 8"
        )
