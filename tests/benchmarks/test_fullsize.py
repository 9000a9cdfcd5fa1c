"""The program that makes changes of light in photographs at their own size."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from tests.landscape import landscape

import fullsize
from frame2frame.media.pictures import resized
from frame2frame.values import Picture


def test_the_table_has_the_controls_beside_what_was_carried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(landscape(1)).save(tmp_path / "one.png")
    monkeypatch.setattr(fullsize, "KINDS", ("black-and-white", "night"))
    assert fullsize.main([str(tmp_path / "one.png"), "--exact"]) == 0
    header, *kinds, every = capsys.readouterr().out.splitlines()
    assert header.split() == [
        "kind",
        "carried",
        "sharpness",
        "near",
        "error",
        "worse",
        "enlarged",
        "error",
        "source",
        "error",
        "anew",
        "seconds",
    ]
    assert [line.split()[0] for line in (*kinds, every)] == ["black-and-white", "night", "all"]
    sharpness, _, error, worse, enlarged, soft, _, unedited = map(float, every.split()[4:12])
    assert abs(sharpness - 1) < abs(enlarged - 1)
    assert error < soft < unedited and worse == 0


def test_focus_grain_and_view_are_held_against_the_photograph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(resized(landscape(1), 480, 640)).save(tmp_path / "one.png")
    kinds = ("focus-0", "focus-1", "grain-0", "grain-15", "farther", "nearer")
    assert fullsize.main([str(tmp_path / "one.png"), "--kinds", ",".join(kinds), "--exact"]) == 0
    rows = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    for kind in kinds:
        error, source = float(rows[kind][6]), float(rows[kind][11])
        assert error == source == 0 if kind.endswith("-0") else error < source


def test_a_file_that_is_no_picture_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.png").write_text("no picture", "utf-8")
    assert fullsize.main([str(tmp_path / "one.png")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_frame_has_the_detail_that_the_models_restorer_gives_it() -> None:
    source = resized(landscape(1), 64, 96)
    with_it = fullsize.redrawing(fullsize.EMBEDDED)(source, source)
    softer = resized(resized(source, 16, 24), 64, 96)
    assert error(with_it, source) < error(fullsize.redrawing(fullsize.EMBEDDED)(source, softer), source)


def error(one: Picture, other: Picture) -> float:
    return fullsize.measured(one, other)[1]
