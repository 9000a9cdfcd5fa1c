"""A batch whose list, pictures and results lie in a bucket: in memory, and on a server that speaks S3."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from frame2frame import Editor
from frame2frame.errors import InputError, ServerError, WriteError
from frame2frame.evaluation.batch import lines, shipping
from frame2frame.evaluation.batch.ledger import Ledger, Outcome, outcomes
from frame2frame.evaluation.batch.manifest import Manifest
from frame2frame.evaluation.batch.places import Answer, scratch_of
from frame2frame.evaluation.batch.rows import Row
from frame2frame.evaluation.batch.sheet import write_sheet
from frame2frame.evaluation.batch.work import Batch, Begun, Here, carried_out, checked
from frame2frame.files import remote
from frame2frame.files.anywhere import Place, names_in, read_bytes, write_file
from frame2frame.files.remote import Address
from frame2frame.runs.packed import unpacked
from frame2frame.runs.read import read_run
from frame2frame.worlds.tabletop.example import EXAMPLE

from ...command import f2f

fsspec = pytest.importorskip("fsspec")
pytestmark = pytest.mark.usefixtures("small_embedded")

USUAL = {"model": "tabletop", "frames": 9, "steps": 1, "device": "cpu", "save": "result", "keep": False}
KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server on this machine."""
    pytest.importorskip("s3fs")
    moto = pytest.importorskip("moto.server")
    serving = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    serving.start()
    host, port = serving.get_host_and_port()
    yield f"http://{host}:{port}"
    serving.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """A new bucket on it."""
    told = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**told, "AWS_ENDPOINT_URL": server}.items():
        monkeypatch.setenv(name, value)
    made = fsspec.filesystem("s3")
    made.mkdir("edits")
    yield Address("s3://edits")
    made.rm("edits", recursive=True)
    made.clear_instance_cache()


@pytest.fixture
def memory() -> Iterator[Address]:
    yield Address("memory://edits")
    fsspec.filesystem("memory").rm("/edits", recursive=True)


@pytest.fixture(params=["memory", pytest.param("s3", marks=[pytest.mark.enable_socket])])
def bucket(request: pytest.FixtureRequest) -> Address:
    found: Address = request.getfixturevalue(request.param)
    return found


def filled(bucket: Address) -> Batch:
    """Two edits of which the second has no picture."""
    write_file(bucket / "in" / "photos" / "a.png", Path(EXAMPLE.picture).read_bytes())
    rows = [
        {"id": "first", "picture": "photos/a.png", "instruction": EXAMPLE.instruction},
        {"id": "second", "picture": f"{bucket}/in/photos/none.png", "instruction": EXAMPLE.instruction},
    ]
    write_file(bucket / "in" / "edits.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())
    return Batch(Manifest(bucket / "in" / "edits.jsonl"), bucket / "out", USUAL)


def test_a_batch_in_a_bucket_is_done_once_and_found_again(bucket: Address, tmp_path: Path) -> None:
    batch = filled(bucket)
    with Editor() as editor:
        events = list(carried_out(batch, Here(editor)))
        assert list(carried_out(batch, Here(editor))) == [Begun(0, 2)]
    found = {one.id: one for one in events[1:] if isinstance(one, Outcome)}
    assert found["second"].outcome == "error" and "no such picture" in found["second"].reason
    write_sheet(batch.out)
    assert {one["id"] for one in outcomes(batch.out)} == {"first", "second"}
    assert b"runs/first/report.html" in read_bytes(batch.out / "index.html", 2**20)
    assert names_in(batch.out / "pairs") == ["first.jpg"]
    for name in names_in(batch.out / "runs" / "first"):
        (tmp_path / name).write_bytes(read_bytes(batch.out / "runs" / "first" / name, 2**24))
    assert read_run(tmp_path).record.execution.batch_seeds == (found["first"].seed,)


def test_a_run_is_done_once_all_else_of_it_is_there(
    memory: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("done.json", "a.json", "z.png"):
        (tmp_path / name).write_text(name)
    there = list[list[str]]()
    bucket = fsspec.filesystem("memory")
    before = bucket.pipe_file

    def piped(path: str, value: bytes, **how: Any) -> None:
        if path.endswith("done.json"):
            there.append(names_in(memory / "run"))
        before(path, value, **how)

    monkeypatch.setattr(bucket, "pipe_file", piped)
    remote.write_folder(tmp_path, memory / "run", "done.json")
    assert there == [["a.json", "z.png"]]


def test_lines_are_kept_as_they_come_and_long_files_are_divided(
    memory: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINES", 2)
    with Ledger(memory) as ledger:
        for number in range(5):
            ledger.add(Outcome(str(number), KEY, "found"))
            assert len(list(outcomes(memory))) == number + 1
    assert len(names_in(memory)) == 3
    with Ledger(memory) as ledger:
        assert len(ledger) == 5
    assert len(names_in(memory)) == 3, "a program that adds nothing leaves nothing"


def test_two_programs_never_write_over_each_other(memory: Address) -> None:
    with Ledger(memory) as one, Ledger(memory) as other:
        one.add(Outcome("a", KEY, "found"))
        other.add(Outcome("b", KEY, "found"))
    assert {row["id"] for row in outcomes(memory)} == {"a", "b"}


def test_a_line_that_cannot_be_written_is_not_counted(
    memory: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(memory) as ledger:
        ledger.add(Outcome("a", KEY, "found"))

        def refused(*_: Any) -> None:
            raise WriteError("cannot write")

        monkeypatch.setattr(remote, "write", refused)
        with pytest.raises(WriteError):
            ledger.add(Outcome("b", KEY, "found"))
        assert ledger.of("b") is None
        monkeypatch.undo()
        ledger.add(Outcome("c", KEY, "found"))
    assert [row["id"] for row in outcomes(memory)] == ["a", "c"]


def test_a_folder_of_pictures_in_a_bucket_is_a_list(memory: Address) -> None:
    for name in ("b.png", "a.jpg", "notes.txt"):
        write_file(memory / "photos" / name, b"")
    rows = [one for one in Manifest(memory / "photos", None, "let it snow").rows() if isinstance(one, Row)]
    assert [row.id for row in rows] == ["a", "b"]
    assert rows[0].picture == "memory://edits/photos/a.jpg"


def test_a_picture_outside_of_a_root_in_a_bucket_is_a_fault(memory: Address) -> None:
    batch = filled(memory)
    rooted = replace(batch, manifest=Manifest(memory / "in" / "edits.jsonl", str(memory / "other")))
    faults = checked(rooted, pictures=True).faults
    assert "there is no such picture" in str(faults[0]) and "outside of" in str(faults[1])


@pytest.mark.enable_socket
def test_a_bucket_that_is_not_there_or_not_reached_is_one_line_before_anything_is_drawn(
    s3: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = os.environ["AWS_ENDPOINT_URL"]
    with pytest.raises(WriteError, match=r"cannot write s3://none/out.*make the bucket first"):
        Ledger(Address("s3://none/out"))
    with pytest.raises(InputError, match=r"there is no file s3://none/edits\.jsonl"):
        list(Manifest(Address("s3://none/edits.jsonl")).rows())
    fsspec.filesystem("s3").clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(ServerError, match=r"cannot read s3://edits/edits.jsonl; .*; check"):
        list(Manifest(s3 / "edits.jsonl").rows())
    fsspec.filesystem("s3").clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", served)


@dataclass
class Standing:
    """Workers who draw nothing, and end the program after so many rows."""

    rows: float = math.inf
    plan = None

    def answers(self, batch: Batch, rows: Iterable[Row]) -> Generator[Answer, None, None]:
        for number, row in enumerate(rows):
            if number >= self.rows:
                raise SystemExit
            yield partial(self._answer, row, row.key(batch.usual))

    def _answer(self, row: Row, key: str, out: Path) -> Outcome:
        for name in (f"runs/{row.id}/done.json", f"pairs/{row.id}.jpg"):
            write_file(out / name, row.id.encode())
        return Outcome(row.id, key, "found", result=f"runs/{row.id}")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what waits to be copied lies on this machine."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def many(bucket: Address) -> Batch:
    rows = [{"id": id, "picture": "a.png", "instruction": EXAMPLE.instruction} for id in "abcdef"]
    write_file(bucket / "in" / "edits.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())
    return Batch(Manifest(bucket / "in" / "edits.jsonl"), bucket / "out", USUAL, packed=True)


def require_whole(out: Place, folder: Path) -> None:
    """Each row has one line, and its run is in the tar file that this names."""
    rows = [json.loads(line) for _, _, line in lines.lines_in(out)]
    assert sorted(row["id"] for row in rows) == [*"abcdef"]
    for row in rows:
        _, tar, id = row["result"].split("/")
        for name in (tar, tar.replace(".tar", ".index")):
            (folder / name).write_bytes(read_bytes(out / "runs" / name, 2**24))
        assert (unpacked(folder / tar / id) / "done.json").read_text() == row["id"]


def test_tar_files_are_copied_into_a_bucket_and_their_lines_after_them(
    bucket: Address, here: Path, tmp_path: Path
) -> None:
    batch = many(bucket)
    assert len(list(carried_out(batch, Standing()))) == 7
    assert [*carried_out(batch, Standing())] == [Begun(0, 6)]
    assert len(names_in(batch.out / "runs")) == 2, "one tar file and its index"
    assert not scratch_of(batch.out).exists(), "nothing stays on this machine"
    require_whole(batch.out, tmp_path)


@pytest.mark.parametrize(("limit", "value"), [("LARGE_BYTES", 10_240), ("OLD_SECONDS", -1.0)])
def test_a_large_or_an_old_tar_file_does_not_wait_for_the_end(
    memory: Address, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    """No tar file is smaller."""
    monkeypatch.setattr(shipping, limit, value)
    batch = many(memory)
    assert len(list(carried_out(batch, Standing()))) == 7
    tars = [name for name in names_in(batch.out / "runs") if name.endswith(".tar")]
    assert len(tars) == 6
    require_whole(batch.out, tmp_path)


@pytest.mark.parametrize("copied", range(4))
def test_a_program_that_is_killed_while_it_copies_loses_nothing_and_does_nothing_twice(
    memory: Address, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copied: int
) -> None:
    """After so many of: the tar file, its index, the lines, and what waits here."""
    batch, left = many(memory), iter(range(copied + 1))  # the place here is cleared before the first row

    def killing(do: Callable[..., None]) -> Callable[..., None]:
        def killed(*given: Any) -> None:
            if next(left, None) is None:
                raise SystemExit
            do(*given)

        return killed

    with monkeypatch.context() as patch:
        patch.setattr(remote, "put", killing(remote.put))
        patch.setattr(Ledger, "add", killing(Ledger.add))
        patch.setattr(lines.Growing, "clear", killing(lines.Growing.clear))
        with suppress(SystemExit):
            list(carried_out(batch, Standing()))
    drawn = [one for one in carried_out(batch, Standing()) if isinstance(one, Outcome)]
    assert not drawn
    require_whole(batch.out, tmp_path)


def test_what_was_drawn_before_an_error_is_copied(memory: Address, here: Path, tmp_path: Path) -> None:
    batch = many(memory)
    with pytest.raises(SystemExit):
        list(carried_out(batch, Standing(rows=4)))
    assert {row["id"] for row in outcomes(batch.out)} == {*"abcd"}
    assert len([*carried_out(batch, Standing())]) == 3
    require_whole(batch.out, tmp_path)


def test_a_dry_run_lists_each_folder_of_pictures_once(
    memory: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, asked, names = filled(memory), list[str](), remote.names_in

    def counting(folder: str) -> list[str]:
        asked.append(folder)
        return names(folder)

    monkeypatch.setattr(remote, "names_in", counting)
    (fault,) = checked(batch, pictures=True).faults
    assert fault.line == 2 and asked == [memory / "in" / "photos"]


def test_the_command_takes_addresses(
    memory: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(memory)
    assert f2f(monkeypatch, "batch", f"{memory}/in/edits.jsonl", "--out", f"{memory}/out", "--dry-run") == 2
    told = capsys.readouterr()
    assert told.out.startswith("line 2: there is no such picture") and "1 of 2 rows" in told.err
    assert f2f(monkeypatch, "batch", f"{memory}/none.jsonl", "--out", f"{memory}/out") == 2
    assert "there is no file memory://edits/none.jsonl" in capsys.readouterr().err
