"""What the paper printed stands below what is measured."""

from frame2frame.evaluation.sets.paper import printed


def test_the_papers_own_rows_are_those_that_it_printed() -> None:
    tedbench, posedit = printed("tedbench"), printed("posedit")
    assert tedbench is not None and tedbench.rows[-1] == ("Frame2Frame", "0.22", "0.89", "0.63")
    assert posedit is not None and posedit.rows[-1] == ("Frame2Frame", "0.14", "0.82", "0.15", "0.84", "0.64")
    assert posedit.figures["ground truth"]["LPIPS to target ↓"] == 0


def test_another_set_has_no_such_table() -> None:
    assert printed("my-set.jsonl") is None
