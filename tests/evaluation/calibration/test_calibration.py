"""`calibrate` with a tiny encoder, and that choices stand on what it kept, repeated ones on what they had."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import frame2frame
from frame2frame import Calibrated
from frame2frame.engine.models.catalogue import EMBEDDED, clip_repository
from frame2frame.errors import InputError
from frame2frame.evaluation.calibration import work as calibrating
from frame2frame.evaluation.episodes import Photographed
from frame2frame.runs.read import recorded
from frame2frame.score import calibrations
from frame2frame.score.encoders import ClipEncoder
from frame2frame.worlds import photoworld
from frame2frame.worlds.photoworld import Photographs
from frame2frame.worlds.tabletop import episode

from ...command import f2f
from ...landscape import folder_of

COUNT = calibrating.LEAST


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("photos"))


def calibrated(encoder: Path, photos: Path) -> Calibrated:
    """By clips of photographs, which are drawn in no time."""
    where: dict[str, Any] = {"device": "cpu", "progress": False}
    return frame2frame.calibrate(
        str(encoder), world="photographs", photos=photos, count=COUNT, seed=5, **where
    )


@pytest.fixture(scope="session")
def made(encoder: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Calibrated, bytes]:
    """A calibration, and the file that it left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        found = calibrated(encoder, photos)
        return found, found.file.read_bytes()


@pytest.fixture
def kept(made: tuple[Calibrated, bytes]) -> Calibrated:
    """The same in this test's own data folder."""
    calibrations.keep(made[0])
    return made[0]


def test_what_is_returned_is_what_the_file_holds(made: tuple[Calibrated, bytes], kept: Calibrated) -> None:
    assert kept.file.read_bytes() == made[1]
    assert calibrations.read(kept.file) == kept


def test_it_is_measured_on_as_many_other_clips_beside_the_trivial_answers(kept: Calibrated) -> None:
    assert {one.due + one.others for one in kept.rates.values()} == {COUNT}
    always, never = kept.rates["always none"], kept.rates["never none"]
    assert (always.none_if_due, always.false_none, never.none_if_due) == (1.0, 1.0, 0.0)
    assert always.right == pytest.approx(always.due / COUNT)
    assert kept.calibration.none_if_due == kept.rates["with this calibration"].none_if_due
    for name in kept.rates:
        assert name in kept.table


def test_the_same_seed_gives_the_same_numbers(encoder: Path, photos: Path, kept: Calibrated) -> None:
    again = calibrated(encoder, photos)
    assert replace(again, calibration=kept.calibration) == kept
    assert replace(again.calibration, date=kept.calibration.date) == kept.calibration


def test_a_stopped_calibration_keeps_nothing(
    encoder: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(calibrating, "_answered", stop)
    with pytest.raises(KeyboardInterrupt):
        calibrated(encoder, photos)
    assert not calibrations.folder().exists()


def test_clips_are_fitted_to_and_measured_on_with_other_seeds_and_photographs(photos: Path) -> None:
    fit, check = calibrating.clips("both", Photographs.of(photos), 40, 5)
    assert len(fit) == len(check) == 40
    assert not {one.seed for one in fit} & {one.seed for one in check}
    used = [
        {file for one in ones if isinstance(one, Photographed) for file in one.photographs.files}
        for ones in (fit, check)
    ]
    assert used[0] and used[1] and not used[0] & used[1]
    assert sum(isinstance(one, Photographed) for one in fit) == 20
    assert not any(isinstance(one, Photographed) for one in calibrating.clips("tabletop", None, 40, 5)[0])


@pytest.mark.parametrize("count", (len(photoworld.KINDS), len(calibrating.RUNS)))
def test_every_run_meets_every_kind_that_the_photographs_can_show(
    photos: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    able = photoworld.KINDS[:count]
    monkeypatch.setattr(photoworld, "can_show", lambda shown, kind: kind in able)
    drawn = calibrating.photographed(0, count * len(calibrating.RUNS), Photographs.of(photos))
    met = {(one.kind, one.course) for one in drawn}
    assert met == {(kind, run) for kind in able for run in calibrating.RUNS}


def test_photographs_that_can_show_nothing_are_refused(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photoworld, "can_show", lambda shown, kind: False)
    with pytest.raises(InputError, match="the photographs can show no change"):
        calibrating.photographed(0, COUNT, Photographs.of(photos))


def test_what_nothing_can_be_fitted_to_is_refused(encoder: Path) -> None:
    with pytest.raises(InputError, match=f"at least {COUNT} clips"):
        frame2frame.calibrate(str(encoder), count=COUNT - 1)
    with pytest.raises(InputError, match="sees pictures only"):
        frame2frame.calibrate("dino")
    with pytest.raises(InputError, match="no such world"):
        frame2frame.calibrate(str(encoder), world="kitchen")
    with pytest.raises(InputError, match="no such folder of photographs"):
        frame2frame.calibrate(str(encoder), photos="nowhere")


def keep_lax(made: Calibrated) -> Calibrated:
    """Numbers by which the embedded encoder takes nearly every frame for complete."""
    own = calibrations.identity(ClipEncoder(clip_repository(EMBEDDED)), EMBEDDED)
    numbers = replace(made.calibration, threshold=-0.9, gain=-2.0, weight=0.0)
    found = replace(
        made, encoder=EMBEDDED, key=own.key, size=own.size, weights=own.weights, calibration=numbers
    )
    calibrations.keep(found)
    return found


@pytest.fixture
def lax(made: tuple[Calibrated, bytes]) -> Calibrated:
    return keep_lax(made[0])


def picked(**wishes: Any) -> frame2frame.Result:
    """From a clip in which the edit is not made."""
    one = episode(1_000_000_000, "float", "never", 9)
    where: dict[str, Any] = {"encoder": EMBEDDED, "device": "cpu", "progress": False}
    return frame2frame.pick(one.frames, one.source, one.target_caption, **where, **wishes)


def repeated(run: frame2frame.Result) -> frame2frame.Result:
    assert run.folder is not None
    *_, result = frame2frame.stream(frame2frame.replay_pick(run.folder, device="cpu"))
    assert isinstance(result, frame2frame.Result)
    return result


def test_a_choice_rests_on_the_users_calibration_says_so_and_records_it(lax: Calibrated) -> None:
    result = picked()
    assert result.index is not None
    assert f"gate calibrated by you on {lax.calibration.date}, with {COUNT} drawn clips" in result.reason
    assert result.scores.calibration == lax.calibration and result.folder is not None
    record, _ = recorded(result.folder)
    assert record.plan is not None and record.plan.calibration == lax.calibration


def test_a_repeated_run_stands_on_the_calibration_that_it_had_though_the_file_is_gone(
    lax: Calibrated,
) -> None:
    first = picked()
    calibrations.remove(EMBEDDED)
    again = repeated(first)
    assert (again.index, again.reason) == (first.index, first.reason)
    chosen_again = frame2frame.reselect(first, progress=False)
    assert (chosen_again.index, chosen_again.reason) == (first.index, first.reason)
    assert picked().index is None


def test_a_run_that_had_no_calibration_is_repeated_without_one(made: tuple[Calibrated, bytes]) -> None:
    first = picked()
    assert first.index is None
    keep_lax(made[0])
    assert repeated(first).reason == first.reason and picked().index is not None


def test_a_calibrated_encoder_can_be_treated_as_unknown(lax: Calibrated) -> None:
    result = picked(options={"gate.calibrated": False})
    assert "contrast" in result.reason and "calibrated" not in result.reason


def test_the_command_lists_and_removes_what_is_kept_and_the_doctor_says_so(
    kept: Calibrated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str) -> str:
        assert f2f(monkeypatch, *words) == 0
        return "".join(capsys.readouterr())

    assert kept.title in told("calibrate", "--list")
    assert kept.title in told("doctor")
    assert json.loads(told("calibrate", "--list", "--json"))[0]["key"] == kept.key
    assert str(kept.file) in told("calibrate", "--remove", kept.encoder)
    assert "No encoder is calibrated here" in told("calibrate", "--list")
