"""Where the run folders of a batch lie."""

from __future__ import annotations

from pathlib import Path

from frame2frame.evaluation.batch.ledger import WHOLE, Shard
from frame2frame.evaluation.batch.places import Folders, Tars, keeping


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
