"""The whole page in a real browser, in a process of its own.

Playwright talks to the browser through pipes, so that these tests open no socket here.
"""

from __future__ import annotations

import base64
import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from frame2frame.media.source import load_picture
from frame2frame.runs.read import read_run
from frame2frame.worlds.tabletop import Episode
from frame2frame.worlds.tabletop.example import EXAMPLE

from .forms import files_of

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_MS = 120_000
TRIES = 8
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if as_root else []
        opened_browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened_browser
        opened_browser.close()


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    """The page is read again for each test, but what it is made of stays in the memory of one tab."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE_MS)
        yield opened


@pytest.fixture
def page(tab: Any, served: tuple[str, Path]) -> Iterator[Any]:
    """The page as it is at first, which must not ask any other host for anything."""
    asked: list[str] = []

    def ask(request: Any) -> None:
        asked.append(request.url)

    tab.on("request", ask)
    tab.goto(served[0])
    tab.locator("#f2f-generate").wait_for()
    yield tab
    tab.remove_listener("request", ask)
    assert {address for address in asked if not address.startswith((served[0], "data:", "blob:"))} == set()


def until(done: Callable[[], bool], do: Callable[[], object]) -> None:
    """Do it, and again until it is done: a part of the page that has just been shown may not listen yet."""
    for _ in range(TRIES):
        do()
        if done():
            return
    raise AssertionError("the page never took it")


def comes(what: Any) -> Callable[[], bool]:
    from playwright.sync_api import TimeoutError as NotYet

    def there() -> bool:
        try:
            what.wait_for(timeout=PATIENCE_MS / TRIES)
        except NotYet:
            return False
        return True

    return there


def give(page: Any, field: str, files: str | list[str]) -> None:
    """Give files to a field once; again only where nothing was sent off: sent files add up, however late."""
    from playwright.sync_api import TimeoutError as NotYet

    def sent() -> bool:
        try:
            with page.expect_request("**/upload**", timeout=PATIENCE_MS / TRIES):
                page.locator(f"{field} input[type=file]").set_input_files(files)
        except NotYet:
            return False
        return True

    assert any(sent() for _ in range(TRIES)), "the page never took the files"


def take_the_example(page: Any) -> None:
    until(comes(page.locator("#f2f-picture img")), page.locator(".f2f-examples button").first.click)
    page.wait_for_function("document.querySelector('#f2f-caption textarea').value.includes('slowly rises')")


def settle(page: Any, **numbers: int) -> None:
    page.get_by_role("button", name="Settings").first.click()
    for name, number in numbers.items():
        until(*typed(page, page.locator(f"#f2f-{name} input[type=number]"), str(number)))


def typed(page: Any, box: Any, text: str) -> tuple[Callable[[], bool], Callable[[], None]]:
    def stays() -> bool:
        page.wait_for_timeout(500)  # a field that has just been shown forgets what was typed at once
        return bool(box.input_value() == text)

    def type_it() -> None:
        box.fill(text)
        box.press("Tab")

    return stays, type_it


@in_a_browser
def test_an_edit_in_a_browser_shows_result_strip_and_frames(page: Any, served: tuple[str, Path]) -> None:
    take_the_example(page)
    page.locator("#f2f-caption textarea").fill("the purple cube floats")
    settle(page, frames=9, steps=1, seed=5)
    page.locator("#f2f-generate").click()
    page.locator("#f2f-strips button").first.wait_for()
    assert page.locator("#f2f-strips button").count() == 9
    assert page.locator("#f2f-strips button:is(.chosen, .closest)").count() == 1

    (folder,) = served[1].iterdir()
    assert read_run(folder).captions[0].temporal == "the purple cube floats"
    report = page.request.get(page.get_by_text("Open the report").evaluate("link => link.href"))
    assert report.ok and report.text() == (folder / "report.html").read_text(encoding="utf-8")

    before = page.get_by_alt_text("Your picture", exact=True).evaluate("image => image.src")
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(before.partition(",")[2]))))
    assert np.array_equal(shown, load_picture(EXAMPLE.picture).picture)
    slider = page.locator("#f2f-compare input[type=range]")
    stood = int(slider.input_value())
    slider.press("ArrowRight")
    assert int(slider.input_value()) == stood + 1
    at = page.locator(".slider").evaluate("slider => slider.style.getPropertyValue('--split')")
    assert at == f"{stood + 1}%"

    page.locator("#f2f-strips button").nth(3).click()
    page.locator("#f2f-large a[download='frame_3.png']").wait_for()
    page.wait_for_function(
        "document.querySelector('#f2f-large img').getBoundingClientRect().bottom <= innerHeight + 1"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@in_a_browser
def test_a_preset_in_a_browser_fills_in_the_fields_that_it_sets(page: Any) -> None:
    page.get_by_role("button", name="Settings").first.click()

    def choose() -> None:
        page.locator("#f2f-preset input").click()
        page.get_by_role("option", name="search15").click()

    until(comes(page.locator("#f2f-search")), choose)
    page.wait_for_function("document.querySelector('#f2f-seeds input[type=number]').value === '15'")
    assert page.locator("#f2f-frames input[type=number]").input_value() == "9"
    assert page.locator("#f2f-mode input:checked").input_value() == "search"
    assert page.get_by_text("Fifteen short clips as in fast, all of them finished").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@in_a_browser
def test_a_pick_in_a_browser_shows_all_frames_and_fits_a_phone(
    page: Any, clip: Episode, tmp_path: Path
) -> None:
    page.get_by_role("tab", name="Pick from a clip").click()
    page.locator("#f2f-clip").wait_for()
    give(page, "#f2f-clip", files_of(clip.frames, tmp_path / "clip"))
    page.locator("#f2f-clip .file").nth(8).wait_for()
    page.locator("#f2f-wanted textarea").fill(clip.target_caption)
    page.locator("#f2f-pick").click()
    page.locator("#f2f-strips button").first.wait_for()
    assert page.locator("#f2f-strips button").count() == 9
    assert page.locator("#f2f-strips button:is(.chosen, .closest)").count() == 1
    assert page.locator("#f2f-keep-seed").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@in_a_browser
def test_cancel_in_a_browser_stops_within_a_step(page: Any, served: tuple[str, Path]) -> None:
    before = set(served[1].glob("*"))
    take_the_example(page)
    settle(page, steps=100)
    page.locator("#f2f-generate").click()
    page.get_by_text("Denoising").wait_for()
    page.locator("#f2f-generate-cancel").click()
    page.get_by_text("Stopped. Nothing was written.").wait_for()
    page.locator("#f2f-generate").wait_for()
    assert set(served[1].glob("*")) == before


@in_a_browser
def test_the_last_example_is_a_photograph_with_a_wish_that_can_be_carried_out(page: Any) -> None:
    until(comes(page.locator("#f2f-picture img")), page.locator(".f2f-examples button").last.click)
    page.wait_for_function("document.querySelector('#f2f-caption textarea').value.includes('foggy')")


@in_a_browser
def test_a_file_that_is_no_picture_is_told_in_a_browser_when_it_is_given(page: Any, tmp_path: Path) -> None:
    empty = tmp_path / "zero.png"
    empty.write_bytes(b"")
    give(page, "#f2f-picture", str(empty))
    page.get_by_role("alert").get_by_text("zero.png is empty").wait_for()
    page.locator(".f2f-examples button").first.click()
    page.get_by_role("alert").wait_for(state="detached")


@in_a_browser
def test_a_caption_of_one_s_own_that_gives_way_is_told_in_a_browser(page: Any) -> None:
    take_the_example(page)
    page.wait_for_timeout(1_000)  # what the example itself asks for is answered by then
    with page.expect_response("**/run/predict"):
        page.locator("#f2f-caption textarea").fill("the purple cube floats")
    page.locator("#f2f-instruction textarea").fill("remove the purple cube")
    page.get_by_text("Your own caption “the purple cube floats” gave way to this one.").wait_for()


@in_a_browser
def test_the_button_is_in_sight_in_a_browser_and_each_tab_tells_its_own_way(page: Any) -> None:
    for name, tab, words in (
        ("generate", "Edit a picture", "take an example"),
        ("pick", "Pick from a clip", "the pictures of a clip, and the picture it starts from"),
    ):
        page.get_by_role("tab", name=tab).click()
        page.locator(".f2f-empty").get_by_text(words).wait_for()
        box = page.locator(f"#f2f-{name}").bounding_box()
        assert box is not None and 0 < box["y"] + box["height"] <= 844


@in_a_browser
def test_a_bad_wish_in_a_browser_is_one_line_and_what_was_typed_stays(page: Any) -> None:
    take_the_example(page)
    page.locator("#f2f-instruction textarea").fill("   ")
    settle(page, seed=-4)
    page.locator("#f2f-generate").click()
    alert = page.locator("[role=alert]")
    alert.get_by_text("instruction is empty").wait_for()
    page.locator("#f2f-instruction textarea").fill("raise the cube")
    page.locator("#f2f-generate").click()
    alert.get_by_text("seed").wait_for()
    assert alert.count() == 1 and "Traceback" not in page.content()
    assert page.locator("#f2f-instruction textarea").input_value() == "raise the cube"
    assert page.locator("#f2f-seed input").input_value() == "-4"
