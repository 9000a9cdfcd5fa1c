"""A calibration of the user's is found by what the encoder is made of, and checked before it is used."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from frame2frame.engine.models.catalogue import EMBEDDED, clip_repository
from frame2frame.errors import InputError
from frame2frame.plugins import option
from frame2frame.score import calibrations
from frame2frame.score.calibrations import SCHEMA, Calibrated, identity, keep, kept, of, passed_over, remove
from frame2frame.score.contrast import MEASURE
from frame2frame.score.encoders import ClipEncoder
from frame2frame.values import Calibration

OWN = Calibration(0.21, 0.02, 0.01, 0.5, "tabletop", 300, "2026-11-29", none_if_due=0.9, false_none=0.01)


def calibrated(encoder: Any, wish: str = EMBEDDED) -> Calibrated:
    own = identity(encoder, wish)
    return Calibrated(
        schema=SCHEMA,
        encoder=wish,
        key=own.key,
        size=own.size,
        weights=own.weights,
        calibration=OWN,
        clips={"tabletop": 300},
        seed=1,
        photographs="",
        version="0.1.0",
        rates={},
        measure=MEASURE,
    )


@pytest.fixture
def encoder() -> ClipEncoder:
    return ClipEncoder(clip_repository(EMBEDDED))


def test_a_calibration_that_is_kept_is_found_and_none_without(encoder: ClipEncoder) -> None:
    assert of(encoder, EMBEDDED) is None
    keep(calibrated(encoder))
    assert of(encoder, EMBEDDED) == OWN


def test_it_holds_for_the_same_weights_wherever_they_lie(encoder: ClipEncoder, tmp_path: Path) -> None:
    keep(calibrated(encoder))
    shutil.copytree(encoder.repository, copy := tmp_path / "copy")
    (copy / "model.safetensors").rename(copy / "other.safetensors")
    assert of(ClipEncoder(str(copy)), str(copy)) == OWN


def test_it_does_not_hold_for_other_weights(encoder: ClipEncoder, tmp_path: Path) -> None:
    keep(calibrated(encoder))
    shutil.copytree(encoder.repository, copy := tmp_path / "copy")
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert of(ClipEncoder(str(copy)), str(copy)) is None


@dataclass(frozen=True)
class Toy:
    """An encoder of another package, without weights."""

    side: int = option(8, "Pixels a side.")


def test_an_encoder_without_weights_is_told_by_its_options() -> None:
    toys: list[Any] = [Toy(), Toy(), Toy(side=9)]
    keep(calibrated(toys[0], "toy"))
    assert of(toys[1], "toy") == OWN
    assert of(toys[2], "toy") is None


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (b"{", "Expecting property name"),
        (b"\xff", "utf-8"),
        (b"[]", "another schema"),
        (b'{"schema": 1}', "calibration.encoder is missing"),
        (b"9" * 200_000, "too large"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line_that_says_how_to_be_rid_of_it(
    encoder: ClipEncoder, broken: bytes, told: str
) -> None:
    keep(made := calibrated(encoder))
    made.file.write_bytes(broken)
    with pytest.raises(InputError, match=f"(?s){told}.*f2f calibrate --remove {made.file.name}") as error:
        of(encoder, EMBEDDED)
    assert "\n" not in str(error.value)
    assert remove(made.file.name) == [made.file] and of(encoder, EMBEDDED) is None


@pytest.mark.parametrize("value", ["NaN", "1e9", "null", '"0.2"', "[0.2]"])
def test_numbers_that_no_calibration_gives_are_refused(encoder: ClipEncoder, value: str) -> None:
    keep(made := calibrated(encoder))
    text = made.file.read_text()
    assert '"threshold": 0.21' in text
    made.file.write_text(text.replace('"threshold": 0.21', f'"threshold": {value}'))
    with pytest.raises(InputError, match="threshold"):
        of(encoder, EMBEDDED)


def test_the_calibration_of_another_encoder_is_not_taken_for_this_ones(encoder: ClipEncoder) -> None:
    keep(made := calibrated(encoder))
    made.file.write_text(json.dumps(json.loads(made.file.read_text()) | {"key": "0" * 64}))
    with pytest.raises(InputError, match="another encoder"):
        of(encoder, EMBEDDED)


def test_a_damaged_calibration_of_another_encoder_disturbs_nobody(encoder: ClipEncoder) -> None:
    calibrations.folder().mkdir(parents=True)
    (calibrations.folder() / "12-0123456789abcdef.json").write_text("{")
    assert of(encoder, EMBEDDED) is None
    keep(calibrated(encoder))
    assert of(encoder, EMBEDDED) == OWN
    assert [isinstance(one, InputError) for _, one in kept()] == [True, False]


def test_a_calibration_is_removed_by_the_name_of_its_encoder(encoder: ClipEncoder) -> None:
    keep(calibrated(encoder))
    with pytest.raises(InputError, match=f"'clip'; there is: {EMBEDDED}"):
        remove("clip")
    remove(EMBEDDED)
    assert not list(kept())
    with pytest.raises(InputError, match="none is kept"):
        remove(EMBEDDED)


def test_what_is_kept_says_what_it_is_and_what_it_rests_on(encoder: ClipEncoder) -> None:
    told = replace(calibrated(encoder), clips={"tabletop": 300, "photographs": 300}).title
    assert told == (
        "tabletop: none where due 90.0 %, falsely 1.0 %; fitted to 300 tabletop and 300 photographs clips on "
        "2026-11-29 by frame2frame 0.1.0"
    )


@pytest.mark.parametrize("measure", ["", "0123456789abcdef"])
def test_what_was_fitted_to_another_measure_is_not_used_and_a_line_says_what_to_do(
    encoder: ClipEncoder, measure: str
) -> None:
    """The first is that of a version which did not say what it measured."""
    keep(made := replace(calibrated(encoder), measure=measure))
    assert of(encoder, EMBEDDED) is None and "not used" in made.title
    told = passed_over(encoder, EMBEDDED, EMBEDDED)
    assert told is not None and "measures otherwise" in told
    assert told.endswith(f"f2f calibrate --encoder {EMBEDDED}")
    keep(replace(made, measure=MEASURE))
    assert of(encoder, EMBEDDED) == OWN


def test_a_line_says_that_the_calibration_of_this_name_is_of_other_weights(encoder: ClipEncoder) -> None:
    assert passed_over(encoder, EMBEDDED, EMBEDDED) is None
    keep(replace(calibrated(encoder), key="0" * 64))
    told = passed_over(encoder, EMBEDDED, EMBEDDED)
    assert told is not None and "for other weights" in told
    assert passed_over(encoder, "another", "another") is None
