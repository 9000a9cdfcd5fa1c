"""Sets of edits are read in every layout that they have, and what is missing of them is told in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.sets.listed import read_listed
from frame2frame.evaluation.sets.public import read_public

from .drawn import listed, posedit, tedbench


def test_tedbench_is_read_as_its_authors_publish_it(tmp_path: Path) -> None:
    found = read_public("tedbench", tedbench(tmp_path))
    assert (found.name, len(found.cases), found.of) == ("TEdBench", 2, 100)
    assert [(one.id, one.source.name, one.target_text) for one in found.cases] == [
        ("ted_000", "dog.png", "A photo of a sitting dog."),
        ("ted_001", "cat.jpeg", "A photo of a cat wearing a hat."),
    ]


def test_posedit_is_read_from_its_folder_or_the_repository_around_it(tmp_path: Path) -> None:
    posedit(tmp_path / "data" / "PosEdit")
    for folder in (tmp_path, tmp_path / "data" / "PosEdit"):
        first, second = read_public("posedit", folder).cases
        assert (first.id, first.kind, first.instruction) == ("pos_a2_s1", "a2", "Raise left arm to the left")
        assert first.target_text == "A person streches their left hand to the left."
        assert second.target is not None and second.target.parent.name == "tgt_images"


def test_a_named_set_with_a_manifest_is_read_as_that(tmp_path: Path) -> None:
    row = {"id": "ted_011", "image": "box.jpeg", "target_text": "A photo of an open box.", "kind": "state"}
    listed(tmp_path, {**row, "source": "box.jpeg"})
    (one,) = read_public("tedbench", tmp_path).cases
    assert (one.id, one.kind, one.source) == ("ted_011", "state", tmp_path / "box.jpeg")


def test_any_manifest_is_a_set(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "source": "a.png",
        "instruction": "move it",
        "target_picture": "b.png",
        "source_text": "a square",
    }
    path = listed(tmp_path, {**row, "f2f_result": "theirs/7.jpg"})
    for place in (path, tmp_path):
        (one,) = read_listed(place).cases
        assert (one.id, one.source, one.target) == ("7", tmp_path / "a.png", tmp_path / "b.png")
        assert (one.instruction, one.source_text, one.result) == ("move it", "a square", "theirs/7.jpg")


def test_a_csv_file_is_a_set(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_text("id,picture,target_text,kind\na,a.png,the ball is up,lift\n")
    (one,) = read_listed(tmp_path / "set.csv").cases
    assert (one.id, one.target_text, one.kind) == ("a", "the ball is up", "lift")


def test_all_faulty_rows_are_told_in_one_line(tmp_path: Path) -> None:
    rows = (
        {"id": "a", "source": "a.png", "instruction": "move it"},
        {"source": "a.png", "instruction": "move it"},
        {"id": "b", "source": "a.png"},
        {"id": "c", "instruction": "move it"},
        {"id": "d", "source": "a.png", "instruction": 5},
        {"id": "a", "source": "a.png", "target_text": "moved"},
    )
    with pytest.raises(InputError) as caught:
        read_listed(listed(tmp_path, *rows))
    told = (
        "line 2: it has no id, line 3: it does not say what is wanted, line 4: it has no source, "
        "line 5: its instruction is no text, line 6: the id a is there twice"
    )
    assert caught.value.got == told


def test_all_missing_pictures_are_named_in_one_line(tmp_path: Path) -> None:
    folder = posedit(tmp_path)
    (folder / "src_images" / "a2_s1.png").unlink()
    (folder / "tgt_images" / "a2_s2.png").unlink()
    with pytest.raises(
        InputError, match="pictures of 2 of 2 cases of PosEdit are missing; got pos_a2_s1, pos_a2_s2"
    ):
        read_public("posedit", folder)


@pytest.mark.parametrize(
    "text", ["{}", "[1]", '[{"img": 1}]', "no JSON", '[{"img_name": 1, "target_text": "a"}]']
)
def test_a_list_of_another_layout_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "input_list.json").write_text(text)
    with pytest.raises(InputError, match=r"input_list\.json is not that of TEdBench"):
        read_public("tedbench", tmp_path)


def test_a_folder_without_the_set_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"does not hold PosEdit.*github\.com/RotsteinNoam/Frame2Frame"):
        read_public("posedit", tmp_path)
    with pytest.raises(InputError, match="there is no folder of TEdBench"):
        read_public("tedbench", tmp_path / "none")


def test_a_set_without_cases_is_refused(tmp_path: Path) -> None:
    (tmp_path / "input_list.json").write_text(json.dumps([]))
    with pytest.raises(InputError, match="there is no case in TEdBench"):
        read_public("tedbench", tmp_path)
