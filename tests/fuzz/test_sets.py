"""Sets of edits and scores of strangers are read or refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frame2frame.evaluation.answers.scored import FILE, read_scores
from frame2frame.evaluation.sets.listed import read_listed
from frame2frame.evaluation.sets.public import read_public

from .harness import Target, altered_json_file, in_a_folder

ROW = {
    "id": "a",
    "source": "a.png",
    "instruction": "move it",
    "target_text": "it is moved",
    "target_picture": "b.png",
    "kind": "move",
    "result": "theirs/a.png",
}
TEDBENCH = [{"img_name": "dog.png", "target_text": "A photo of a sitting dog."}]
POSEDIT = [{"image": "a2_s1.png", "target_caption": "A person.", "instruction": "Clap your hands"}]
SCORE = {
    "case": "a",
    "kind": "",
    "system": "answers",
    "values": {"LPIPS": 0.25},
    "source": "a.png",
    "answer": None,
    "seconds": 1.5,
    "evaluations": 40,
    "target": None,
}


def target(name: str, file: str, example: Any, read: Any) -> Target:
    return Target(name, altered_json_file(example), lambda data: in_a_folder({file: data}, read))


def named(name: str) -> Any:
    return lambda folder: read_public(name, folder)


TARGETS = (
    target("manifests of sets", "manifest.jsonl", ROW, read_listed),
    target("the list of TEdBench", "input_list.json", TEDBENCH, named("tedbench")),
    target("the list of PosEdit", "annotations.json", POSEDIT, named("posedit")),
    target("scores", FILE, SCORE, lambda folder: read_scores(Path(folder) / FILE)),
)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_whatever_it_holds_it_is_read_or_refused_in_one_line(target: Target) -> None:
    target.try_some()
