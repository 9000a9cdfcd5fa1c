"""A received archive is checked before anything of it is believed, and nothing of it is unpacked."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.bundle.archive import Received, read_archive
from frame2frame.evaluation.bundle.making import Made
from frame2frame.evaluation.bundle.page import page
from frame2frame.evaluation.bundle.table import text

from ...command import f2f

HOSTILE = "<script>alert(1)</script>\"'><img src=x>\r\x1b[2J\u202e$made"
Entries = dict[str, bytes]


def changed(made: Made, place: Path, change: Callable[[Entries], None]) -> Path:
    """The archive with some of its entries changed by a stranger."""
    with zipfile.ZipFile(made.file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(place / "changed.zip", "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return place / "changed.zip"


def told(made: Made, place: Path, change: Callable[[Any], None]) -> Path:
    """The archive with its figures changed."""

    def rewrite(entries: Entries) -> None:
        facts = json.loads(entries["bundle.json"])
        change(facts)
        entries["bundle.json"] = json.dumps(facts).encode()

    return changed(made, place, rewrite)


@pytest.mark.parametrize(
    "name",
    ["../evil.png", "/etc/evil.png", "01-dog/../../evil.png", "01-dog\\evil.png", "C:/x.png", "run.exe"],
)
def test_a_name_that_no_bundle_has_is_refused_and_nothing_is_unpacked(
    made: Made, tmp_path: Path, name: str
) -> None:
    file = changed(made, tmp_path, lambda entries: entries.update({name: b"evil"}))
    with pytest.raises(InputError, match="holds a file that no bundle has"):
        read_archive(file)
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_large_unpacked_is_refused(made: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", b"0" * (2**25 + 1))
    assert (tmp_path / "bomb.zip").stat().st_size < 2**16
    with pytest.raises(InputError, match="too large unpacked"):
        read_archive(tmp_path / "bomb.zip")


def test_two_files_of_one_name_are_refused(made: Made, tmp_path: Path) -> None:
    file = Path(shutil.copy(made.file, tmp_path / "twice.zip"))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("bundle.json", b"{}")
    with pytest.raises(InputError, match="two of a name"):
        read_archive(file)


def test_a_cut_or_flipped_archive_is_refused(made: Made, tmp_path: Path) -> None:
    whole = made.file.read_bytes()
    for number, data in enumerate((whole[: len(whole) // 2], b"PK", b"", whole.replace(b"JFIF", b"JFIG", 1))):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(data)
        with pytest.raises(InputError, match=r"not a whole ZIP.*; give a ZIP file that `f2f bundle make`"):
            read_archive(file)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[" * 100_000, "cannot be read"),
        (b'{"layout": NaN}', "cannot be read"),
        (b"[]", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b'{"layout": 2}', "another version"),
        (b'{"layout": 1}', "is missing"),
    ],
)
def test_figures_that_are_none_are_refused(made: Made, tmp_path: Path, data: bytes, words: str) -> None:
    file = changed(made, tmp_path, lambda entries: entries.update({"bundle.json": data}))
    with pytest.raises(InputError, match=words):
        read_archive(file)


def chosen(facts: Any) -> None:
    facts["edits"][0]["outcome"]["step"]["choice"]["index"] = 99


def shorter(facts: Any) -> None:
    facts["edits"][0]["outcome"]["step"]["scores"]["columns"]["semantic"].pop()


def elsewhere(facts: Any) -> None:
    facts["edits"][0]["outcome"]["files"]["source"] = "../../secret.png"


def none(facts: Any) -> None:
    facts["edits"] = []


def neither(facts: Any) -> None:
    facts["edits"][0]["outcome"] = None


def wordy(facts: Any) -> None:
    facts["edits"][0]["instruction"] = "x" * 10_000


@pytest.mark.parametrize("change", [chosen, shorter, elsewhere, none, neither, wordy])
def test_figures_that_do_not_belong_together_are_refused(
    made: Made, tmp_path: Path, change: Callable[[Any], None]
) -> None:
    with pytest.raises(InputError) as caught:
        read_archive(told(made, tmp_path, change))
    assert caught.value.remedy


def test_a_missing_picture_is_named(made: Made, tmp_path: Path) -> None:
    gone = next(iter(made.bundle.files()))

    def take_away(entries: Entries) -> None:
        del entries[gone]

    with pytest.raises(InputError, match=gone):
        read_archive(changed(made, tmp_path, take_away))


def hostile(made: Made, tmp_path: Path) -> Received:
    def write(facts: Any) -> None:
        edit = facts["edits"][0]
        facts["model"]["name"] = edit["instruction"] = edit["sort"] = edit["folder"] = HOSTILE
        edit["outcome"]["step"]["choice"]["reason"] = edit["outcome"]["caption"]["author"] = HOSTILE
        edit["outcome"]["step"]["scores"]["columns"][HOSTILE] = [0.0] * 9
        edit["outcome"]["notes"] = [HOSTILE]
        facts["machine"]["processor"] = facts["versions"]["torch"] = HOSTILE

    return read_archive(told(made, tmp_path, write))


def test_a_strangers_words_are_words_in_the_page(made: Made, tmp_path: Path) -> None:
    received = hostile(made, tmp_path)
    html = page(received.bundle, received.address)
    assert "<script" not in html and "<img src=x" not in html and "\x1b" not in html
    assert "&lt;script&gt;alert(1)" in html and "default-src 'none'" in html


def test_they_do_not_steer_the_terminal(made: Made, tmp_path: Path) -> None:
    printed = text(hostile(made, tmp_path).bundle, 1)
    assert all(letter.isprintable() for letter in printed.replace("\n", ""))
    assert printed.count("\n") < 20


def test_the_page_of_a_received_bundle_holds_its_pictures_encoded_anew(made: Made) -> None:
    received = read_archive(made.file)
    html = page(received.bundle, received.address)
    assert html.count('src="data:image/png;base64,') == html.count("<img ") >= 20
    assert "<video" not in html and "01-dog/source" not in html


def test_what_is_no_picture_is_refused_by_the_page(made: Made, tmp_path: Path) -> None:
    name = next(iter(made.bundle.files()))
    received = read_archive(changed(made, tmp_path, lambda entries: entries.update({name: b"GIF89a"})))
    with pytest.raises(InputError, match="no picture"):
        received.address(name)


def test_a_picture_of_too_many_pixels_is_not_decoded(made: Made, tmp_path: Path) -> None:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("1", (4_000, 4_000)).save(buffer, "PNG")
    name = next(name for name in made.bundle.files() if name.endswith(".png"))
    file = changed(made, tmp_path, lambda entries: entries.update({name: buffer.getvalue()}))
    with pytest.raises(InputError, match="too large"):
        read_archive(file).address(name)


def test_show_prints_a_row_for_each_edit(
    made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "bundle", "show", str(made.file)) == 0
    printed = capsys.readouterr().out
    assert "01 make the dog close its mouth" in printed and "02 paint the guitar blue" in printed
    assert "their-model" in printed and "of 9" in printed


def test_show_prints_the_checked_figures_as_json(
    made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "bundle", "show", str(made.file), "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["layout"] == 1 and [edit["folder"] for edit in facts["edits"]] == ["01-dog", "02-guitar"]


def test_show_writes_a_page(made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert f2f(monkeypatch, "bundle", "show", str(made.file), "--page", "it.html") == 0
    assert "make the dog close its mouth" in (tmp_path / "it.html").read_text(encoding="utf-8")


def test_what_is_no_bundle_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "it.zip").write_bytes(b"no")
    for name in ("it.zip", "gone.zip", str(tmp_path)):
        assert f2f(monkeypatch, "bundle", "show", name) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_the_command_makes_an_archive_and_prints_its_name(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("bundle", "make", "--model", str(model), "--frames", "9", "--steps", "1", "--count", "1")
    assert f2f(monkeypatch, *words, "--device", "cpu") == 0
    out = capsys.readouterr()
    file = tmp_path / out.out.strip()
    assert file.name.startswith("bundle-their-model-") and "Finished: 1 of 1" in out.err
    (edit,) = read_archive(file).bundle.edits
    assert edit.outcome is not None and edit.folder == "01-dog"
    assert f2f(monkeypatch, *words, "--out", file.name) == 2
    assert "there already" in capsys.readouterr().err


def test_a_name_that_is_no_zip_file_is_refused_before_any_work(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for out in ("bundle", str(tmp_path), "nowhere/it.zip"):
        assert f2f(monkeypatch, "bundle", "make", "--model", str(model), "--out", out) == 2
        assert capsys.readouterr().err.count("\n") == 1
