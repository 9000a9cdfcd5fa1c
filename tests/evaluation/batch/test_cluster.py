"""Rows dealt out to workers on Ray: the answers are those of this program, whatever becomes of a worker."""

from __future__ import annotations

import builtins
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from frame2frame.editor import Editor
from frame2frame.errors import InputError, ServerError
from frame2frame.evaluation.batch.cluster import GROUPS, LOSSES, Cluster, Rows
from frame2frame.evaluation.batch.connection import LOCAL, Head, connected, ray_package
from frame2frame.evaluation.batch.ledger import WHOLE, Ledger, Outcome, outcomes
from frame2frame.evaluation.batch.manifest import Manifest
from frame2frame.evaluation.batch.rows import Row
from frame2frame.evaluation.batch.shipping import keeping
from frame2frame.evaluation.batch.work import Batch, Begun, Here, Workers, carried_out
from frame2frame.evaluation.batch.worker import Sent, Worker
from frame2frame.runs.packed import unpacked
from frame2frame.worlds.tabletop.example import EXAMPLE

pytestmark = pytest.mark.enable_socket
USUAL = {"model": "tabletop", "frames": 9, "steps": 1, "device": "cpu", "save": "result", "keep": False}


class Frail(Worker):
    """Is killed once at the first row."""

    def edit(self, rows: Sequence[Row]) -> list[Sent]:
        """As `Worker` does otherwise."""
        if any(row.id == "first" for row in rows):
            die_once(Path("died"))
        return super().edit(rows)


class Quick(Worker):
    """Draws nothing; it is killed by the row that is called deadly."""

    def edit(self, rows: Sequence[Row]) -> list[Sent]:
        """Refuse all of them."""
        if any(row.id == "deadly" for row in rows):
            os.kill(os.getpid(), signal.SIGKILL)
        return [
            Sent(Outcome(row.id, "", "refused", result=f"runs/{row.id}"), {"a.txt": b"a"}, b"")
            for row in rows
        ]


class Slow(Quick):
    """The same, but for a row that it never finishes."""

    def edit(self, rows: Sequence[Row]) -> list[Sent]:
        """Wait where a row is called last."""
        if any(row.id == "last" for row in rows):
            time.sleep(600)
        return super().edit(rows)


def die_once(mark: Path) -> None:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module", autouse=True)
def two_workers() -> Iterator[None]:
    """Ray with room for two workers, which know the classes of this file."""
    pickle: Any = import_module("ray.cloudpickle")
    printing, token = builtins.print, os.environ.get("RAY_AUTH_TOKEN")
    pickle.register_pickle_by_value(sys.modules[__name__])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 2)
        patch.setenv("RAY_worker_niceness", "0")  # else they wait for the other tests
        with connected(LOCAL):
            yield
    pickle.unregister_pickle_by_value(sys.modules[__name__])
    assert builtins.print is printing, "Ray's own is taken away again"
    assert os.environ.get("RAY_AUTH_TOKEN") == token, "so is its token"


def batch_of(folder: Path, *ids: str, **rows: Any) -> Batch:
    path = folder / "edits.jsonl"
    row = {"picture": str(EXAMPLE.picture), "instruction": EXAMPLE.instruction}
    path.write_text("".join(json.dumps({"id": id, **row, **rows.get(id, {})}) + "\n" for id in ids))
    return Batch(Manifest(path), folder / "out", USUAL, together=1)


def done(batch: Batch, workers: Workers) -> dict[str, Outcome]:
    return {one.id: one for one in carried_out(batch, workers) if isinstance(one, Outcome)}


def a_row(id: str) -> Row:
    return Row(id, "a.png", "lift it", {}, 1)


def test_answers_are_those_of_this_program_though_a_worker_is_killed(
    tmp_path: Path, video_model: Path, small_encoder: Path
) -> None:
    small = {"model": str(video_model), "encoder": str(small_encoder)}
    batch = batch_of(tmp_path, "first", "second", "third", third={"picture": "none.png"})
    batch = replace(batch, usual={**USUAL, **small})
    found = done(batch, Cluster(int(os.environ["OMP_NUM_THREADS"]), Frail))
    assert (tmp_path / "died").exists()
    with Editor() as editor:
        alone = done(replace(batch, out=tmp_path / "alone"), Here(editor))
    assert {id: replace(one, seconds=0) for id, one in found.items()} == {
        id: replace(one, seconds=0) for id, one in alone.items()
    }
    for path in sorted((tmp_path / "alone").glob("*/*/*.png")):
        assert (batch.out / path.relative_to(tmp_path / "alone")).read_bytes() == path.read_bytes()
    assert [one["id"] for one in outcomes(batch.out)] == [*found]
    assert list(carried_out(batch, Cluster())) == [Begun(0, 3)]


def test_a_row_that_kills_its_workers_is_an_error_and_all_others_are_done(tmp_path: Path) -> None:
    names = [f"row-{number}" for number in range(6)]
    found = done(batch_of(tmp_path, *names[:3], "deadly", *names[3:]), Cluster(worker=Quick))
    assert {id: one.error for id, one in found.items()} == dict.fromkeys(names, "") | {
        "deadly": "WorkerLostError"
    }
    assert found["deadly"].retry and "3 workers were lost" in found["deadly"].reason
    assert sorted(path.name for path in (tmp_path / "out" / "runs").iterdir()) == names


def test_a_batch_that_is_stopped_ends_its_workers_and_goes_on_later(tmp_path: Path) -> None:
    batch = batch_of(tmp_path, "first", "last")
    with closing(carried_out(batch, Cluster(worker=Slow))) as events:
        assert next(event.id for event in events if isinstance(event, Outcome)) == "first"
    assert [*done(batch, Cluster(worker=Quick))] == ["last"]


def test_what_a_worker_sent_may_go_into_a_tar_file(tmp_path: Path) -> None:
    sent = Sent(Outcome("first", "0" * 16, "found", result="runs/first"), {"done.json": b"{}"}, b"small")
    with Ledger(tmp_path) as ledger:
        (kept,) = keeping(tmp_path, WHOLE, 1, packed=True).keep(sent, ledger)
    assert kept.result is not None and ".tar/" in kept.result
    assert (unpacked(tmp_path / kept.result) / "done.json").read_bytes() == b"{}"
    assert (tmp_path / "pairs" / "first.jpg").read_bytes() == b"small"


def test_a_worker_has_a_group_ahead_and_no_more() -> None:
    rows = Rows(iter([[a_row("a")], [a_row("b")], [a_row("c")]]))
    has = list[list[Row]]()
    while group := rows.group(has):
        has.append(group)
    assert len(has) == GROUPS and rows


def test_rows_of_a_lost_worker_are_dealt_one_by_one_to_workers_that_have_no_other() -> None:
    first, second = a_row("a"), a_row("b")
    rows = Rows(iter([[first, second], [a_row("c")]]))
    group = rows.group([])
    assert group and rows.lost(group) == []
    assert rows.group([[a_row("z")]]) is None
    assert rows.group([]) == [first]
    assert rows.group([[first]]) is None
    assert rows.group([]) == [second]
    assert [rows.lost([first]) for _ in range(LOSSES - 1)] == [[], [first]]


@pytest.mark.parametrize(
    ("device", "cpus", "gpus", "room"), [(None, 1, 1, 10), ("cuda", 4, 1, 6), ("cpu", 1, 0, 28)]
)
def test_nodes_have_a_worker_for_each_gpu_that_they_have_cpus_for(
    device: str | None, cpus: int, gpus: int, room: int, tmp_path: Path
) -> None:
    nodes = [{"CPU": 16.0, "GPU": 8.0}, {"CPU": 8.0, "GPU": 2.0}, {"CPU": 4.0}, {}]
    usual = {} if device is None else {"device": device}
    workers = Cluster(cpus)
    assert workers.gpus(replace(batch_of(tmp_path, "first"), usual=usual), nodes) == gpus
    assert workers.room(gpus, nodes) == room


def test_a_cluster_with_no_room_for_a_worker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="room for a worker with 64 CPUs; got 2 CPUs at most"):
        done(batch_of(tmp_path, "first"), Cluster(cpus=64))
    assert ray_package().is_initialized()


def test_where_the_head_ends_the_batch_does_and_keeps_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"row-{number}" for number in range(40)]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setattr(Head, "connected", classmethod(lambda cls: cls(address)))
        batch = batch_of(tmp_path, *names)
        with pytest.raises(ServerError, match=f"head of the cluster of Ray at {address} has ended"):
            for event in carried_out(batch, Cluster(worker=Quick)):
                if isinstance(event, Outcome):
                    listening.close()
    monkeypatch.undo()
    kept = [one["id"] for one in outcomes(batch.out)]
    assert 0 < len(kept) < len(names)
    rest = done(batch, Cluster(worker=Quick))
    assert sorted([*kept, *rest]) == sorted(names)
