"""A manifest: rows from whatever form it has, and every fault of it with its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from frame2frame import plan as planning
from frame2frame.errors import InputError
from frame2frame.evaluation.batch import batch as batch_of
from frame2frame.evaluation.batch.ledger import Ledger, Outcome, Shard
from frame2frame.evaluation.batch.manifest import Given, Manifest
from frame2frame.evaluation.batch.rows import FREE, Fault, Row
from frame2frame.evaluation.batch.work import Batch, Checked, checked

BLUE = "paint the orange ball blue"


def a_row(id: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": id, "picture": "a.png", "instruction": BLUE, **more}


def as_lines(folder: Path, *rows: Mapping[str, Any] | str) -> Path:
    path = folder / "edits.jsonl"
    texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(f"{text}\n" for text in texts))
    return path


def rows_of(path: Path, **how: Any) -> list[Row]:
    return [one for one in Manifest(path, **how).rows() if isinstance(one, Row)]


def looked_through(path: Path, **usual: Any) -> Checked:
    return checked(Batch(Manifest(path), path.parent / "out", usual))


def faults_of(path: Path, **usual: Any) -> list[str]:
    return list(map(str, looked_through(path, **usual).faults))


def a_picture(path: Path) -> None:
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(path)


def test_json_lines_are_rows(tmp_path: Path) -> None:
    path = as_lines(
        tmp_path, a_row(frames=9), "", a_row("b", **{"gate.slack": 0.1, "options": {"settled": 0.2}})
    )
    first, second = rows_of(path)
    assert (first.id, first.picture, first.instruction) == ("a", str(tmp_path / "a.png"), BLUE)
    assert first.wishes == {"frames": 9}
    assert second.wishes == {"options": {"settled": 0.2, "gate.slack": 0.1}}
    assert (first.line, second.line) == (1, 3)


def test_a_csv_file_is_rows_with_values_of_their_types(tmp_path: Path) -> None:
    path = tmp_path / "edits.csv"
    path.write_text(
        "id,picture,instruction,steps,keep,score,gate.slack,target\n"
        '7,a.png,"lift it, slowly",3,FALSE,sharpness,0.25,\n'
        "b,b.png,raise it,,,,,it is up\n"
    )
    first, second = rows_of(path)
    assert (first.id, first.instruction) == ("7", "lift it, slowly")
    assert first.wishes == {
        "steps": 3,
        "keep": False,
        "score": ["sharpness"],
        "options": {"gate.slack": 0.25},
    }
    assert second.wishes == {"target": "it is up"}
    assert faults_of(path) == []


def test_a_folder_of_pictures_is_rows_of_one_instruction(tmp_path: Path) -> None:
    for name in ("my dog.png", "cat.jpg", "cat.png"):
        a_picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    rows = rows_of(tmp_path, instruction="make it snow")
    assert [row.id for row in rows] == ["cat.jpg", "cat.png", "my-dog"]
    assert {row.instruction for row in rows} == {"make it snow"}
    assert [Path(row.picture).name for row in rows] == ["cat.jpg", "cat.png", "my dog.png"]


def test_an_instruction_for_all_gives_way_to_that_of_a_row(tmp_path: Path) -> None:
    path = as_lines(tmp_path, a_row(), {"id": "b", "picture": "b.png"})
    assert [row.instruction for row in rows_of(path, instruction="raise it")] == [BLUE, "raise it"]


def test_every_faulty_row_is_told_with_its_line(tmp_path: Path) -> None:
    rows = (
        a_row(),
        "{no json",
        {"picture": "a.png", "instruction": BLUE},
        a_row("A"),
        a_row("../b"),
        a_row("c", stepz=3),
        a_row("d", steps="many"),
        a_row("e", select="newest"),
        {"id": "f", "picture": "a.png"},
        a_row("g", seed=-1),
        "[1]",
    )
    faults = faults_of(as_lines(tmp_path, *rows))
    assert [int(fault.split(":")[0].removeprefix("line ")) for fault in faults] == [*range(2, 12)]
    told = dict(zip(range(2, 12), faults, strict=True))
    assert "no JSON" in told[2]
    assert "no id" in told[3]
    assert "twice" in told[4]
    assert "an id is made of" in told[5]
    assert "did you mean steps?" in told[6]
    assert "many" in told[7]
    assert "newest" in told[8]
    assert "does not say what to change" in told[9]


def test_a_sound_manifest_has_no_fault_and_draws_nothing(tmp_path: Path) -> None:
    found = looked_through(as_lines(tmp_path, a_row(), a_row("b", target="the ball is blue")))
    found.require_sound("edits.jsonl")
    assert (found.rows, found.faulty) == (2, 0)


def test_faults_refuse_the_whole_manifest_in_one_line(tmp_path: Path) -> None:
    path = as_lines(tmp_path, a_row(), a_row())
    with pytest.raises(
        InputError, match=r"1 of 2 rows of edits\.jsonl cannot be used; got line 2: .* --dry-run"
    ):
        looked_through(path).require_sound(path.name)


def test_an_empty_manifest_is_refused(tmp_path: Path) -> None:
    path = as_lines(tmp_path)
    with pytest.raises(InputError, match="no row"):
        looked_through(path).require_sound(path.name)


@pytest.mark.parametrize("name", ["edits.txt", "edits.json"])
def test_another_file_is_refused_with_the_forms_that_there_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(InputError, match=r"\.jsonl"):
        rows_of(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"id,picture,instruction,instruction\na,a.png,raise it,lower it\n", "has a column twice"),
        (b"id;picture;instruction\na;a.png;raise it\n", "not parted by commas"),
        ("id,picture,instruction\na,a.png,färbe\n".encode("latin-1"), "not in UTF-8; got the byte 0xe4"),
        ("id,picture,instruction\na,a.png,raise it\n".encode("utf-16"), "not in UTF-8; got the byte 0xff"),
    ],
    ids=["column twice", "semicolons", "Latin-1", "UTF-16"],
)
def test_a_table_of_another_form_is_one_line(tmp_path: Path, text: bytes, told: str) -> None:
    (tmp_path / "edits.csv").write_bytes(text)
    with pytest.raises(InputError, match=told):
        rows_of(tmp_path / "edits.csv")


def test_spaces_around_the_cells_of_a_table_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "edits.csv").write_text("id, picture, instruction\na, a.png, raise it\n")
    (row,) = rows_of(tmp_path / "edits.csv")
    assert (row.id, row.picture, row.instruction) == ("a", str(tmp_path / "a.png"), "raise it")


def test_what_a_model_cannot_do_is_a_fault_before_anything_is_drawn(tmp_path: Path) -> None:
    rows = a_row(steps=3), a_row("b", steps=0), a_row("c", frames=8), a_row("d", steps=0)
    batch = Batch(Manifest(as_lines(tmp_path, *rows)), tmp_path / "out", {"device": "cpu"})
    assert not checked(batch).faulty
    told = list(map(str, checked(batch, plan=planning.of).faults))
    assert [one.partition(":")[0] for one in told] == ["line 2", "line 3", "line 4"]
    assert "between 1 and 1000" in told[0] and "multiple of 8" in told[1]


def test_a_model_that_is_not_here_refuses_the_batch_and_leaves_nothing(tmp_path: Path) -> None:
    path, out = as_lines(tmp_path, a_row()), tmp_path / "out"
    with pytest.raises(InputError, match="f2f models pull cogvideox-5b-i2v"):
        list(batch_of(path, out, model="cogvideox-5b-i2v"))
    assert not list(out.iterdir())


def test_a_dry_run_looks_for_the_pictures_and_may_open_them(tmp_path: Path) -> None:
    a_picture(tmp_path / "a.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    path = as_lines(tmp_path, a_row(), a_row("b", picture="none.png"), a_row("c", picture="broken.png"))
    batch = Batch(Manifest(path), tmp_path / "out")
    assert [one.line for one in checked(batch, pictures=True).faults] == [2]
    assert [one.line for one in checked(batch, opens=True).faults] == [2, 3]


def test_a_picture_outside_of_the_root_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    a_picture(tmp_path / "in" / "a.png")
    a_picture(tmp_path / "secret.png")
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "secret.png")
    names = ("a.png", "../secret.png", "link.png", str(tmp_path / "secret.png"))
    path = as_lines(tmp_path, *(a_row(f"r{n}", picture=name) for n, name in enumerate(names)))
    faults = checked(Batch(Manifest(path, str(tmp_path / "in")), tmp_path / "out"), pictures=True).faults
    assert [one.line for one in faults] == [2, 3, 4]
    assert all("outside of" in str(one) for one in faults)


def test_a_seed_hangs_on_the_id_alone(tmp_path: Path) -> None:
    first = {row.id: row.settings({})["seed"] for row in rows_of(as_lines(tmp_path, a_row(), a_row("b")))}
    turned = {row.id: row.settings({})["seed"] for row in rows_of(as_lines(tmp_path, a_row("b"), a_row()))}
    assert first == turned and first["a"] != first["b"]
    (row,) = rows_of(as_lines(tmp_path, a_row()))
    assert row.settings({"seed": 1})["seed"] not in (1, first["a"])
    (own,) = rows_of(as_lines(tmp_path, a_row(seed=5)))
    assert own.settings({"seed": 1})["seed"] == 5


def outcome_of(row: Row, usual: Mapping[str, Any], **more: Any) -> Outcome:
    return Outcome(row.id, row.key(usual), **{"outcome": "found", **more})


def test_what_has_a_result_is_not_done_again(tmp_path: Path) -> None:
    path = as_lines(tmp_path, *map(a_row, "abcde"))
    rows, out = rows_of(path), tmp_path / "out"
    with Ledger(out) as ledger:
        ledger.add(outcome_of(rows[0], {}))
        ledger.add(outcome_of(rows[1], {}, outcome="error", retry=True))
        ledger.add(outcome_of(rows[2], {}, outcome="error"))
    with Ledger(out) as ledger:
        batch = Batch(Manifest(path), out)
        assert sorted(checked(batch, ledger).missing) == [2, 4, 5]
        again = Batch(Manifest(path), out, again=True)
        assert sorted(checked(again, ledger).missing) == [2, 3, 4, 5]
        assert sorted(checked(Batch(Manifest(path), out, limit=1), ledger).missing) == [2]


@pytest.mark.parametrize("usual", [{"steps": 3}, {"seed": 1}, {"options": {"gate.slack": 0.5}}])
def test_results_of_other_settings_are_never_mixed(tmp_path: Path, usual: dict[str, Any]) -> None:
    path, out = as_lines(tmp_path, a_row()), tmp_path / "out"
    with Ledger(out) as ledger:
        ledger.add(outcome_of(rows_of(path)[0], {}))
        checked(Batch(Manifest(path), out), ledger).require_sound(path.name)
        with pytest.raises(InputError, match="row a; choose another folder"):
            checked(Batch(Manifest(path), out, usual), ledger).require_sound(path.name)
        other = as_lines(tmp_path, a_row("b"))
        with pytest.raises(InputError, match="another manifest"):
            checked(Batch(Manifest(other), out), ledger).require_sound(other.name)


@pytest.mark.parametrize(
    ("later", "told"),
    [(a_row(instruction=5), "no readable text"), (a_row(frames="many"), "frames"), (a_row("A"), "twice")],
)
def test_a_row_with_a_result_is_still_checked(tmp_path: Path, later: dict[str, Any], told: str) -> None:
    path, out = as_lines(tmp_path, a_row()), tmp_path / "out"
    with Ledger(out) as ledger:
        ledger.add(outcome_of(rows_of(path)[0], {}))
        rows = [a_row(), later] if told == "twice" else [later]
        found = checked(Batch(Manifest(as_lines(tmp_path, *rows)), out), ledger)
    assert found.faulty == 1 and told in str(found.faults[0])


@pytest.mark.parametrize(
    "more", [{}, {"instruction": None, "target": "a “blue” ball"}, {"seed": 3, "steps": 9}]
)
def test_keys_stay_what_they_were_in_older_ledgers(tmp_path: Path, more: dict[str, Any]) -> None:
    (row,) = rows_of(as_lines(tmp_path, {**a_row(picture="Bälle\n.png"), **more}))
    free = {name: wish for name, wish in row.wishes.items() if name in FREE}
    shared = {"save": "result", **{name: wish for name, wish in row.wishes.items() if name not in FREE}}
    own = json.dumps(free) if free else ""
    text = json.dumps([row.picture, row.instruction, own, json.dumps(shared, sort_keys=True)])
    assert row.key({"save": "result"}) == hashlib.sha256(text.encode()).hexdigest()[:16]


def test_shards_share_the_rows_out(tmp_path: Path) -> None:
    path = as_lines(tmp_path, *map(a_row, "abcdefg"))
    found = list[int]()
    for number in range(3):
        shard = Shard.read(f"{number}/3")
        with Ledger(tmp_path / "out", shard) as ledger:
            found += checked(Batch(Manifest(path), tmp_path / "out", shard=shard), ledger).missing
    assert sorted(found) == [*range(1, 8)]


@pytest.mark.parametrize("text", ["3/3", "1", "-1/2", "a/b", "1/0"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="like 0/8"):
        Shard.read(text)


def test_a_fault_reads_as_a_line(tmp_path: Path) -> None:
    (fault,) = [one for one in Manifest(as_lines(tmp_path, "{")).rows() if isinstance(one, Fault)]
    assert str(fault).startswith("line 1: a row is no JSON")


def test_the_list_of_a_set_is_a_list_of_edits(tmp_path: Path) -> None:
    own = {"source": "a.png", "target_text": "a blue ball", "kind": "colour", "target_picture": "b.png"}
    path = as_lines(tmp_path, {"id": "a", **own}, a_row("b", source_text="a ball", result="b.png"))
    first, second = rows_of(path)
    assert (first.picture, first.wishes) == (str(tmp_path / "a.png"), {"target": "a blue ball"})
    assert second.wishes == {} and faults_of(path) == []
    (fault,) = faults_of(as_lines(tmp_path, a_row(source="a.png")))
    assert "one thing under two names; got source and picture" in fault


def test_a_fault_of_a_folder_names_the_picture_and_one_of_a_program_the_row(tmp_path: Path) -> None:
    a_picture(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    out = tmp_path / "out"
    folder = Batch(Manifest(tmp_path, instruction=BLUE), out)
    assert [str(one).partition(":")[0] for one in checked(folder, opens=True).faults] == ["b.png"]
    given = Batch(Given([a_row(), a_row("b", frames="many"), {"id": "c"}]), out)
    assert [str(one).partition(":")[0] for one in checked(given).faults] == ["row 2", "row 3"]
