"""What is a visitor's is for no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from frame2frame.app.visitors import Visitors, new_secret

MINE, THINE = new_secret(), new_secret()


@pytest.fixture
def visitors(tmp_path: Path) -> Visitors:
    """One has two pages open, and another one."""
    (tmp_path / "uploads").mkdir()
    both = Visitors(tmp_path / "uploads")
    for session, visitor in (("mine", MINE), ("mine2", MINE), ("thine", THINE)):
        assert both.owns(visitor, session)
        both.opened(session)
    return both


def a_run(place: Path, name: str = "20261128-120000-turn-it-red") -> Path:
    folder = place / "runs" / name
    folder.mkdir(parents=True)
    for file in ("report.html", "final_frame.png", "done.json"):
        (folder / file).write_text(file)
    return folder


def an_upload(visitors: Visitors, visitor: str, name: str, of: str = "a") -> Path:
    file = visitors.uploads / (of * 64) / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(of)
    visitors.uploaded(visitor, [str(file)])
    return file


def test_a_run_is_served_to_its_visitor_under_a_name_that_nobody_guesses(
    visitors: Visitors, tmp_path: Path
) -> None:
    folder = a_run(tmp_path)
    name = visitors.keep("mine", folder)
    assert len(name) == 43 and folder.name not in name and visitors.keep("mine", folder) != name
    assert visitors.run_file(MINE, name, "report.html") == b"report.html"
    assert visitors.run_file(MINE, name, "final_frame.png") == b"final_frame.png"
    assert visitors.run_file(THINE, name, "report.html") is None
    assert visitors.run_file(MINE, folder.name, "report.html") is None
    for file in ("done.json", "../done.json", "", "x" * 3000, "report.html\0"):
        assert visitors.run_file(MINE, name, file) is None


def test_a_run_of_a_session_that_nobody_has_is_served_to_nobody(visitors: Visitors, tmp_path: Path) -> None:
    name = visitors.keep("unknown", a_run(tmp_path))
    assert [visitors.run_file(visitor, name, "report.html") for visitor in ("", MINE)] == [None, None]


def test_only_regular_files_of_a_run_are_served(visitors: Visitors, tmp_path: Path) -> None:
    folder, secret = a_run(tmp_path), tmp_path / "secret"
    secret.write_text("secret")
    (folder / "report.html").unlink()
    (folder / "report.html").symlink_to(secret)
    (folder / "final_frame.png").unlink()
    (folder / "final_frame.png").mkdir()
    name = visitors.keep("mine", folder)
    assert visitors.run_file(MINE, name, "report.html") is None
    assert visitors.run_file(MINE, name, "final_frame.png") is None
    (tmp_path / "link").symlink_to(a_run(tmp_path, "another"))
    assert visitors.run_file(MINE, visitors.keep("mine", tmp_path / "link"), "report.html") is None


def test_a_session_is_that_of_the_first_who_names_it(visitors: Visitors) -> None:
    assert visitors.owns(MINE, "mine") and not visitors.owns(THINE, "mine")


def test_an_upload_is_its_visitor_s_until_his_last_page_closes(visitors: Visitors) -> None:
    file = an_upload(visitors, MINE, "a.png")
    assert visitors.has_file(MINE, str(file)) and not visitors.has_file(THINE, str(file))
    visitors.closed("mine")
    assert visitors.has_file(MINE, str(file))
    visitors.closed("mine2")
    assert not file.exists() and not visitors.has_file(MINE, str(file))
    assert list(visitors.uploads.iterdir()) == []


def test_what_another_uploaded_too_or_the_page_offers_stays(visitors: Visitors) -> None:
    mine, both, offered = (
        an_upload(visitors, MINE, name) for name in ("mine.png", "both.png", "offered.png")
    )
    visitors.uploaded(THINE, [str(both)])
    visitors.offer(str(offered))
    visitors.closed("mine")
    visitors.closed("mine2")
    assert (mine.exists(), both.exists(), offered.exists()) == (False, True, True)
    assert visitors.has_file(THINE, str(both)) and visitors.has_file(THINE, str(offered))
    assert not visitors.has_file(MINE, str(both))


def test_a_page_is_closed_when_the_last_of_its_connections_is_gone(visitors: Visitors) -> None:
    told: list[str] = []
    visitors.when_closed.append(told.append)
    visitors.opened("thine")
    visitors.closed("thine")
    assert told == []
    visitors.closed("thine")
    assert told == ["thine"] and visitors.owns(MINE, "thine")


def test_rests_of_uploads_that_broke_off_are_swept_and_nothing_else(visitors: Visitors) -> None:
    file, rest = an_upload(visitors, MINE, "a.png"), visitors.uploads / "tmp123"
    rest.write_text("half")
    (visitors.uploads / "link").symlink_to(file)
    visitors.sweep()
    assert not rest.exists() and file.exists() and (visitors.uploads / "link").is_symlink()
