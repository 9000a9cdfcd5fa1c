"""Part selection on clips of photographs, and the clips that it draws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.episodes import Photographed, photographed
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.runner import measure
from frame2frame.evaluation.tasks.selection import TURNS, uncalibrated
from frame2frame.select.gate import Gate
from frame2frame.select.rules import Best, Earliest
from frame2frame.worlds.photoworld import KINDS, Photographs

from ...landscape import folder_of


def test_a_selection_is_measured_on_the_photographs_of_a_folder(plan: Plan, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "mine")
    found = measure(
        replace(plan, part="selection", world="photographs", photos=str(folder), count=5, frames=9)
    )
    assert {row["kind"] for row in found.rows} <= {*KINDS} and len(found.rows) == 5
    answers = found.figures["answers"]
    assert {"always none", "last frame", "best, temporal caption"} <= answers.keys()
    unknown = answers["earliest, encoder as unknown"]
    assert unknown == answers["earliest, temporal caption"], "the tiny encoder has no threshold"
    assert found.about["plan"]["photos"] == "mine", "no path of the machine"
    assert found.about["plan"]["photographs"] == Photographs.of(folder).sha256


def test_every_turn_of_the_photographs_meets_every_kind(tmp_path: Path) -> None:
    shown = Photographs.of(folder_of(tmp_path))
    drawn = photographed(shown, 5 * len(TURNS) * len(KINDS), turns=TURNS)
    assert all(isinstance(one, Photographed) for one in drawn)
    met = {(one.kind, one.course) for one in drawn}
    assert met == {(kind, course) for kind in KINDS for course in ("whole", *TURNS)}


def test_the_world_of_photographs_is_asked_for_with_a_folder_and_for_its_part(plan: Plan) -> None:
    with pytest.raises(InputError, match="belong together"):
        replace(plan, part="selection", world="photographs")
    with pytest.raises(InputError, match="belong together"):
        replace(plan, part="selection", photos="folder")
    with pytest.raises(InputError, match="only parts edits and selection"):
        replace(plan, part="vae", world="photographs", photos="folder")


def test_a_selector_with_a_gate_can_be_asked_as_if_the_encoder_were_unknown() -> None:
    assert uncalibrated(Earliest()) == Earliest(gate=Gate(calibrated=False))
    assert uncalibrated(Best()) == Best()
