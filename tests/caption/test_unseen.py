"""The texts for testing only are complete, differ from each other, and stay as they were written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from frame2frame.worlds.tabletop import KINDS

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).with_name("unseen")

POSSIBLE = [json.loads(line) for line in (FOLDER / "possible.jsonl").read_text("utf-8").splitlines()]
ASKED = [json.loads(line) for line in (FOLDER / "asked.jsonl").read_text("utf-8").splitlines()]
LATER = [json.loads(line) for line in (FOLDER / "later.jsonl").read_text("utf-8").splitlines()]
PHOTOGRAPHS = [json.loads(line) for line in (FOLDER / "photographs.jsonl").read_text("utf-8").splitlines()]

AS_WRITTEN = [line.split() for line in (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()]
"""The digest and path of each file. A change is a new list, under a new name."""


@pytest.mark.parametrize(("digest", "file"), AS_WRITTEN)
def test_what_was_written_for_testing_stays_as_it_was(digest: str, file: str) -> None:
    text = (ROOT / file).read_text("utf-8")  # whatever ends the lines on this system
    assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_half_of_the_instructions_can_be_done() -> None:
    assert Counter(one["possible"] for one in POSSIBLE) == {True: 150, False: 150}
    assert Counter(one["can"] for one in ASKED) == {True: 150, False: 150}
    assert Counter(one["can"] for one in LATER) == {True: 150, False: 150}


def test_every_kind_of_the_tabletop_is_among_what_can_be_done() -> None:
    done = [one for one in POSSIBLE if one["possible"] and one["world"] == "tabletop"]
    assert {one["why"] for one in done} == set(KINDS)


@pytest.mark.parametrize(
    "listed", [POSSIBLE, ASKED, LATER, PHOTOGRAPHS], ids=["possible", "asked", "later", "photographs"]
)
def test_no_instruction_is_there_twice(listed: list[dict[str, str]]) -> None:
    texts = Counter(one["instruction"].casefold().strip("?!. ") for one in listed)
    assert [text for text, times in texts.items() if times > 1] == []


def test_every_kind_of_photograph_edit_has_five_wordings() -> None:
    assert min(Counter(one["kind"] for one in PHOTOGRAPHS).values()) >= 5
