"""Rows dealt out to workers on Ray: docs/how-to/cluster.md.

A worker sends what it made as bytes, and only the program that deals writes: no folder has to be shared, a
worker that dies leaves nothing half-written, and each row has its line by one writer.
"""

from __future__ import annotations

import math
import os
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from ...engine.models import catalogue
from ...errors import InputError
from ...runs.versions import versions
from .connection import Head, connected, ray_package
from .drawing import grouped
from .ledger import WorkerLostError
from .manifest import Given
from .places import Answer
from .rows import Row
from .work import Batch, failed_answer
from .worker import Worker

GROUPS = 2
"""That a worker has at once: it draws one while it sends the other."""

LOSSES = 3
"""Workers that may be lost with a row before it is given up."""

LOOK_SECONDS = 1.0
"""Between two looks at which nodes there are, and at what was written meanwhile."""

LEAVE_SECONDS = 5.0
"""That workers have to clear up at the end."""

PASSED = (
    "FRAME2FRAME_MODEL_DIR",
    "FRAME2FRAME_OFFLINE",
    "HF_HUB_OFFLINE",
    "OMP_WAIT_POLICY",
    "GOMP_SPINCOUNT",
)
"""What workers have from the environment of the program that deals."""


Nodes = Sequence[Mapping[str, float]]
"""What each of a cluster's nodes has."""


class Rows:
    """The rows that no worker has."""

    def __init__(self, groups: Iterator[list[Row]]) -> None:
        self._groups, self._next = groups, next(groups, None)
        self._back, self._losses = deque[Row](), Counter[str]()

    def __bool__(self) -> bool:
        return bool(self._back) or self._next is not None

    def group(self, has: Sequence[Sequence[Row]]) -> list[Row] | None:
        """What a worker is to have next to the groups that it has; None if nothing.

        A row whose worker was lost is with the next one alone, so that it is seen which row it hung on.
        """
        if len(has) == GROUPS or any(self._losses[row.id] for group in has for row in group):
            return None
        if self._back:
            return None if has else [self._back.popleft()]
        group, self._next = self._next, next(self._groups, None)
        return group

    def lost(self, rows: Iterable[Row]) -> list[Row]:
        """Take back the rows of a lost worker, and name those that are given up."""
        given_up = list[Row]()
        for row in rows:
            self._losses[row.id] += 1
            (given_up if self._losses[row.id] == LOSSES else self._back).append(row)
        return given_up


@dataclass(frozen=True)
class Cluster:
    """Workers on Ray, which is connected already: one a GPU, or where there is none one for so many CPUs."""

    cpus: int = 1
    """Of each worker; it draws with as many threads."""
    worker: type[Worker] = Worker
    plan = None

    @classmethod
    @contextmanager
    def opened(cls, address: str, cpus: int = 1) -> Iterator[Cluster]:
        """The cluster of Ray at an address, or one of this machine's own that ends with the block.

        Raises InputError where none can be reached, MissingPackageError where Ray is not installed.
        """
        with connected(address):
            yield cls(cpus)

    def answers(self, batch: Batch, rows: Iterable[Row]) -> Generator[Answer | None, None, None]:
        """As `Workers` has it."""
        dealing = _Dealing(self, batch, Rows(_groups(batch, rows)))
        try:
            yield from dealing.answers()
        finally:
            dealing.end()

    def gpus(self, batch: Batch, nodes: Nodes) -> int:
        """Of each worker: one where any node has one and the batch may use it, else none."""
        return int(batch.usual.get("device") != "cpu" and any(one.get("GPU", 0) >= 1 for one in nodes))

    def room(self, gpus: int, nodes: Nodes) -> int:
        """How many workers the nodes have room for."""
        fit = [(one.get("CPU", 0) // self.cpus, one.get("GPU", 0) if gpus else math.inf) for one in nodes]
        return sum(int(min(both)) for both in fit)

    def started(self, batch: Batch, gpus: int) -> Any:
        """A new worker's handle; Ray starts it where and when there is room."""
        threads = {"OMP_NUM_THREADS": str(self.cpus)}
        passed = {name: os.environ[name] for name in PASSED if name in os.environ}
        actor = (
            ray_package()
            .remote(self.worker)
            .options(
                num_cpus=self.cpus,
                num_gpus=gpus,
                max_concurrency=GROUPS + 1,  # and one to leave
                runtime_env={"env_vars": {**passed, **threads}},
            )
        )
        own = replace(batch, manifest=Given((), batch.manifest.root))
        model = None if "model" in batch.usual else catalogue.chosen()
        return actor.remote(own, model, os.getcwd())


def _groups(batch: Batch, rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows that are likely of one shape, as many as are drawn at once."""
    model_of = cache(catalogue.find)

    def size_of(row: Row) -> int:
        wishes = {**batch.usual, **row.wishes}
        return batch.at_once(model_of(wishes.get("model"), wishes.get("cache_dir")))

    return grouped(rows, size_of, lambda row: row.shared)


@dataclass(eq=False)
class _Hired:
    """A worker, and what it has."""

    actor: Any
    starting: Any
    """The call that comes back once it has started; None then."""
    has: dict[Any, list[Row]] = field(default_factory=dict)
    """The groups, by their calls."""


class _Dealing:
    """A batch under way on a cluster."""

    def __init__(self, cluster: Cluster, batch: Batch, rows: Rows) -> None:
        self._cluster, self._batch, self._rows = cluster, batch, rows
        self._hired = list[_Hired]()
        self._head = Head.connected()
        self._gpus, self._failed_starts = cluster.gpus(batch, self._head.nodes()), 0

    def answers(self) -> Iterator[Answer | None]:
        """What came of each row, as it comes, and None where nothing comes for long."""
        if self._rows:
            self._require_room()
        while self._rows or any(one.has for one in self._hired):
            self._hire()
            for one in self._hired:
                self._deal(one)
            calls = {call: one for one in self._hired for call in (one.starting or (), *one.has) if call}
            come, _ = ray_package().wait(list(calls), timeout=LOOK_SECONDS)
            for call in come:
                yield from self._come(calls[call], call)
            if not come:
                yield None

    def end(self) -> None:
        """End the workers; what they have under way is dropped. Those of a lost head end by themselves."""
        if self._head.is_lost:
            return
        calls = [one.actor.leave.remote() for one in self._hired if one.starting is None]
        if calls:
            ray_package().wait(calls, num_returns=len(calls), timeout=LEAVE_SECONDS)
        for one in self._hired:
            ray_package().kill(one.actor)

    def _require_room(self) -> None:
        nodes = self._head.nodes()
        if not self._cluster.room(self._gpus, nodes):
            most = max((one.get("CPU", 0) for one in nodes), default=0)
            what = f"no node of the cluster has room for a worker with {self._cluster.cpus} CPUs"
            raise InputError(
                what, got=f"{most:.0f} CPUs at most", remedy="lower --worker-cpus, or start larger nodes"
            )

    def _hire(self) -> None:
        room = self._cluster.room(self._gpus, self._head.nodes())
        while self._rows and len(self._hired) < room:
            actor = self._cluster.started(self._batch, self._gpus)
            self._hired.append(_Hired(actor, actor.version.remote()))

    def _deal(self, to: _Hired) -> None:
        while to.starting is None and (group := self._rows.group([*to.has.values()])):
            to.has[to.actor.edit.remote(group)] = group

    def _come(self, one: _Hired, call: Any) -> Iterator[Answer]:
        from ray.exceptions import RayError, RayTaskError

        try:
            found = ray_package().get(call)
        except RayTaskError as error:  # raised by the worker's own code
            raise error.cause from error
        except RayError as error:
            yield from self._lost(one, error)
            return
        if call == one.starting:
            one.starting, self._failed_starts = None, 0
            _require_own(found)
        else:
            keys = {row.id: row.key(self._batch.usual) for row in one.has.pop(call)}
            yield from (
                replace(sent, outcome=replace(sent.outcome, key=keys[sent.outcome.id])) for sent in found
            )

    def _lost(self, one: _Hired, error: Exception) -> Iterator[Answer]:
        """Deal the rows of a lost worker again, but those that are given up."""
        self._hired.remove(one)
        ray_package().kill(one.actor)
        if one.starting is not None:
            self._failed_starts += 1
            if self._failed_starts == LOSSES:
                remedy = f"install frame2frame {_own_version()} on every node"
                got = _last_line(error)
                raise InputError("workers do not start on the cluster", got=got, remedy=remedy) from error
        for row in self._rows.lost(row for group in one.has.values() for row in group):
            lost = WorkerLostError(
                f"{LOSSES} workers were lost while they had this row",
                got=_last_line(error),
                remedy="see whether a worker has enough memory for it, and give the same command again",
            )
            yield partial(failed_answer, row, row.key(self._batch.usual), lost, 0.0)


def _last_line(error: Exception) -> str:
    """Ray tells at length where the worker was, and then what was wrong."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]


def _require_own(version: str) -> None:
    if version != (own := _own_version()):
        remedy = f"install {own} there"
        raise InputError(f"this is frame2frame {own}", got=f"{version} on a node", remedy=remedy)


def _own_version() -> str:
    return versions()["frame2frame"]
