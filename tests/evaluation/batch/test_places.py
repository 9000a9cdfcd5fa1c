"""Where the run folders of a batch lie."""

from __future__ import annotations

from pathlib import Path

from frame2frame.errors import InputError
from frame2frame.evaluation.batch.ledger import WHOLE, Ledger, Outcome, Shard
from frame2frame.evaluation.batch.places import Answer, Folders, Tars
from frame2frame.evaluation.batch.sheet import write_sheet
from frame2frame.evaluation.batch.shipping import keeping
from frame2frame.runs.packed import unpacked

KEY = "0123456789abcdef"


def an_answer(id: str) -> Answer:
    def made(out: Path) -> Outcome:
        for name in (f"runs/{id}/done.json", f"pairs/{id}.jpg"):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text(id)
        return Outcome(id, KEY, "found", result=f"runs/{id}")

    return made


def a_failure(out: Path) -> Outcome:
    return Outcome("failed", KEY).failed(InputError("no such picture"))


def test_of_a_great_many_edits_the_page_shows_some_and_all_that_failed(tmp_path: Path) -> None:
    packed = keeping(tmp_path, WHOLE, 50_000, None)
    answers = [*(an_answer(f"edit-{number}") for number in range(50)), a_failure]
    with Ledger(tmp_path) as ledger:
        for answer in answers:
            (outcome,) = packed.keep(answer, ledger)
            assert outcome.error or (unpacked(tmp_path / str(outcome.result)) / "done.json").is_file()
    shown = {path.stem for path in (tmp_path / "pairs").iterdir()}
    assert 2 <= len(shown) <= 20  # of five each one
    write_sheet(tmp_path)
    page = (tmp_path / "index.html").read_text()
    assert page.count("<img ") == len(shown) and 'id="failed"' in page
    assert f"{len(shown) + 1} of the edits are shown" in page


def test_the_tar_file_of_a_run_hangs_on_its_id_and_its_shard(tmp_path: Path) -> None:
    whole, other = keeping(tmp_path, WHOLE, 10_001, None), keeping(tmp_path, WHOLE, 10**6, None)
    assert isinstance(whole, Tars) and isinstance(other, Tars)
    assert whole.tar("first") == other.tar("first") != whole.tar("second")
    shared = keeping(tmp_path, Shard(3, 100), 10**6, None)
    assert isinstance(shared, Tars) and shared.tar("first").endswith("-00003-of-00100.tar")
    assert len({shared.tar(str(number)) for number in range(500)}) == 10


def test_a_batch_of_few_rows_has_its_run_folders_by_themselves_unless_they_are_to_be_packed(
    tmp_path: Path,
) -> None:
    kinds = [type(keeping(tmp_path, WHOLE, *how)) for how in ((10_000, None), (3, True), (10**6, False))]
    assert kinds == [Folders, Tars, Folders]
