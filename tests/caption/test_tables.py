"""The tables of patterns that stand in files of their own."""

import re

import pytest

from frame2frame.caption.rules.tables import pattern, table


def test_a_name_stands_for_its_alternatives_also_within_another_name() -> None:
    known = {"scene": "(?:it|the @{kind})", "kind": "picture|photo"}
    assert pattern("tidy", "make @{scene}s? red", known).pattern == "make (?:it|the picture|photo)s? red"


@pytest.mark.parametrize("file", ["tidy", "likened"])
def test_each_name_of_a_file_is_used(file: str) -> None:
    names = table(file)["names"]
    used = set(re.findall(r"@\{(\w+)\}", str(table(file))))
    assert set(names) - used <= {"thing_first"}
