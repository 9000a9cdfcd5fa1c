"""The example pictures, copied for somebody to edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from frame2frame.cli.examples import PICTURES, copy_examples
from frame2frame.media.source import load_picture

from ..command import f2f


def test_the_command_copies_every_example_and_names_the_copies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "examples") == 0
    out = capsys.readouterr().out.split()
    assert len(out) == len(PICTURES) == 11 and {"ball_and_cube.png", "dog.jpg"} <= set(out)
    for copy, picture in zip(out, PICTURES, strict=True):
        assert Path(copy).read_bytes() == picture.read_bytes()
        assert load_picture(copy).picture.ndim == 3


def test_copying_again_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert copy_examples(folder) == copy_examples(folder)


def test_another_picture_of_the_same_name_is_kept_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("dog.jpg").write_bytes(b"mine")
    assert f2f(monkeypatch, "examples") == 2
    err = capsys.readouterr().err
    assert err == (
        "f2f: another picture has the name of an example; got dog.jpg; name another folder with --out\n"
    )
    assert Path("dog.jpg").read_bytes() == b"mine" and [path.name for path in Path().iterdir()] == ["dog.jpg"]


def test_a_folder_that_cannot_be_made_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("file").write_text("")
    assert f2f(monkeypatch, "examples", "--out", "file/folder") == 2
    assert capsys.readouterr().err.count("\n") == 1
