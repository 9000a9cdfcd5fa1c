"""The page: what its fields ask for, what it shows of a run, and all of it in a real browser."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from frame2frame import flow
from frame2frame.app import film, main, told
from frame2frame.app.fields import Desk, Widgets
from frame2frame.app.form import DRAWN, Form, PickForm, Written, written_by
from frame2frame.app.run import Runner
from frame2frame.app.server import Place, build
from frame2frame.errors import Frame2FrameError, InputError, MissingPackageError
from frame2frame.request import Request
from frame2frame.runs import read_run
from frame2frame.source import load_picture
from frame2frame.tabletop import FIRST_HELD_OUT_SEED, Episode, episode
from frame2frame.tabletop.example import EXAMPLE
from frame2frame.values import Choice, Frames, Note, Progress, Result, Step

from .test_runs import a_step, drawn

ROOT = Path(__file__).parents[1]
FORM = Form(
    picture=str(EXAMPLE.picture),
    instruction=EXAMPLE.instruction,
    caption="",
    strategy="one-shot",
    model="tabletop",
    frames=9,
    guidance=1.0,
    seed=5,
    steps=1,
    captioner="temporal",
    selector="earliest",
    clips=1,
    rounds=2,
    candidates=3,
    strength=0.7,
    w_sem=1.0,
    w_step=0.2,
    w_id=0.3,
    w_curve=0.0,
    w_monotone=0.0,
    refine=False,
    keep=True,
    mask=None,
    encoder="",
    identity="",
)
WRITTEN = written_by("temporal", FORM.picture, FORM.instruction)


def test_the_fields_become_the_request_that_they_say() -> None:
    request = replace(FORM, caption=WRITTEN.temporal).request(WRITTEN, "weights")
    assert (request.frames, request.steps, request.guidance, request.seed) == (9, 1, 1.0, 5)
    assert (request.model.name, request.caption, request.strategy) == ("tabletop", "temporal", "one-shot")
    assert request.options == {"candidates": 1} and request.cache_dir == "weights"


def test_the_iterative_mode_takes_rounds_strength_and_weights() -> None:
    request = replace(FORM, strategy="path").request(WRITTEN)
    assert request.options["rounds"] == 2 and request.options["candidates"] == 3
    assert request.options["strength"] == 0.7 and request.options["w_id"] == 0.3
    assert len(flow.seeds(request)) == 6


def test_the_advanced_fields_become_wishes_and_empty_ones_none() -> None:
    request = replace(FORM, refine=True, keep=False, encoder=" tabletop ", identity="dino").request(WRITTEN)
    assert (request.refine, request.keep, request.encoder) == (True, False, "tabletop")
    assert request.identity == "dino"
    request = replace(FORM, mask=str(EXAMPLE.picture)).request(WRITTEN)
    assert request.mask is not None and (request.encoder, request.identity) == (None, None)


def test_fields_that_were_never_shown_have_no_words() -> None:
    request = replace(FORM, encoder=None, identity=None).request(WRITTEN)
    assert (request.encoder, request.identity, request.keep) == (None, None, True)


def test_every_mode_and_selector_gets_only_options_that_it_has() -> None:
    for strategy in ("one-shot", "path"):
        for selector in ("earliest", "best", "energy"):
            flow.stages(replace(FORM, strategy=strategy, selector=selector).request(WRITTEN))


@pytest.mark.parametrize("seed", [DRAWN, None])
def test_a_seed_that_is_not_given_is_drawn_anew_each_time(seed: int | None) -> None:
    form = replace(FORM, seed=seed)
    drawn_seeds = {form.request(WRITTEN).seed for _ in range(3)}
    assert len(drawn_seeds) > 1 and all(0 <= one < 2**32 for one in drawn_seeds)


def test_a_caption_that_the_user_changed_is_used_as_it_is() -> None:
    request = replace(FORM, caption="the cube floats away").request(WRITTEN)
    caption = flow.stages(request).captioner.write(request.source.picture, request.instruction)
    assert caption.temporal == "the cube floats away" and caption.target == WRITTEN.target


def test_a_caption_of_an_earlier_instruction_gives_way() -> None:
    form = replace(FORM, instruction="remove the purple cube", caption="the cube floats away")
    assert form.own_caption(WRITTEN) is None
    assert form.request(WRITTEN).caption == "temporal"


def test_an_emptied_caption_is_written_again() -> None:
    assert replace(FORM, caption=" ").request(WRITTEN).caption == "temporal"


def test_no_instruction_has_no_caption() -> None:
    assert written_by("temporal", None, "  ") == Written("  ", "temporal")


@pytest.mark.parametrize(
    "changes",
    [
        {"picture": None},
        {"picture": __file__},
        {"instruction": " "},
        {"seed": -4},
        {"frames": 10},
        {"model": "tabeltop"},
        {"strategy": "path", "w_sem": -1.0},
    ],
)
def test_what_is_wrong_is_one_line_and_changes_nothing_else(changes: dict[str, Any], tmp_path: Path) -> None:
    first, *updates = runner(tmp_path).run("a", replace(FORM, **changes), WRITTEN)
    assert set(first) == {"generate", "cancel", "status"}
    last = updates[-1]
    assert set(last) == {"status"} and 'role="alert"' in last["status"]
    assert "Traceback" not in last["status"] and "\n" not in last["status"]
    assert not list(tmp_path.rglob("request.json"))


def test_an_unknown_number_of_a_model_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(Frame2FrameError, match="did you mean tabletop"):
        replace(FORM, model="tabeltop").request(WRITTEN)


def runner(out: Path) -> Runner:
    """A runner whose widgets are their names."""
    edit, pick = Desk("generate", "cancel", "status"), Desk("pick", "cancel of picking", "status of picking")
    named: dict[str, Any] = {name: name for name in Widgets.__dataclass_fields__}
    own: dict[str, Any] = {"fields": {"caption": "caption"}, "pick_fields": {}, "edit": edit, "pick": pick}
    return Runner(out, None, Widgets(**{**named, **own}))


def test_a_run_is_shown_with_its_strip_reason_and_seed(tmp_path: Path) -> None:
    updates = list(runner(tmp_path).run("a", FORM, Written()))
    lines = " ".join(str(update["status"]) for update in updates[:-1])
    assert "Denoising" in lines and "step 1 of 1" in lines and "seed 5" in lines
    last = updates[-1]
    assert last["strips"].count("data-frame=") == 9 and "Seed 5" in last["outcome"]
    assert last["caption"] == WRITTEN.temporal  # the page shows what ran, even if it was never asked before
    report = re.search(r'href="runs/([^"/]+)/report.html"', last["outcome"])
    assert report is not None and (tmp_path / report[1] / "report.html").is_file()


def test_a_run_that_is_cancelled_stops_and_leaves_nothing(tmp_path: Path) -> None:
    one = runner(tmp_path)
    updates = one.run("a", replace(FORM, steps=50), WRITTEN)
    assert any("Denoising" in str(update["status"]) for update in updates)
    one.cancel("another")
    assert "step 1 of" in str(next(updates)["status"])
    one.cancel("a")
    assert "Stopped" in str(next(updates)["status"])
    assert list(updates) == [] and list(tmp_path.iterdir()) == []


def test_an_edit_waits_for_that_of_another_window_and_can_be_cancelled_meanwhile(tmp_path: Path) -> None:
    one = runner(tmp_path)
    with one.turn:
        updates = one.run("b", FORM, WRITTEN)
        next(updates)
        assert "Waiting" in str(next(updates)["status"])
        one.cancel("b")
        assert ["Stopped" in str(update["status"]) for update in updates] == [True]


@pytest.fixture(scope="module")
def clip() -> Episode:
    return episode(FIRST_HELD_OUT_SEED, "recolour", frames=9)


def files_of(frames: Frames, folder: Path) -> list[str]:
    """A file for each frame; their numbers count, not their letters."""
    folder.mkdir()
    files = [folder / f"frame_{number}.png" for number in range(len(frames))]
    for file, frame in zip(files, frames, strict=True):
        Image.fromarray(frame).save(file)
    return sorted(map(str, files), reverse=True)


def test_a_frame_of_a_given_clip_is_picked_and_shown_without_a_seed(clip: Episode, tmp_path: Path) -> None:
    files = files_of(clip.frames, tmp_path / "clip")
    form = PickForm(files, None, clip.target_caption, "best", "tabletop", True)
    last = list(runner(tmp_path / "runs").pick("a", form))[-1]
    assert last["strips"].count("data-frame=") == 9 and "Seed" not in last["outcome"]
    (folder,) = (tmp_path / "runs").iterdir()
    run = read_run(folder)
    assert run.record.settings.picked is not None and run.record.settings.picked.clip.path is None
    assert np.array_equal(run.source().picture, clip.frames[0])
    assert "caption" not in last  # the other tab keeps its words


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clip": None}, "no clip yet"),
        ({"clip": [__file__]}, "alert"),
        ({"target": " "}, "target is empty"),
        ({"target": None}, "target is empty"),
        ({"encoder": "dino"}, "sees pictures only"),
    ],
)
def test_a_pick_that_cannot_be_is_one_line(
    changes: dict[str, Any], said: str, clip: Episode, tmp_path: Path
) -> None:
    form = PickForm(files_of(clip.frames, tmp_path / "clip"), None, "it is red", "best", "tabletop", True)
    *_, last = runner(tmp_path / "runs").pick("a", replace(form, **changes))
    assert set(last) == {"status of picking"} and 'role="alert"' in last["status of picking"]
    assert said in last["status of picking"] and "\n" not in last["status of picking"]


def shown(choice: Choice, instruction: str = "roll it", strategy: str = "one-shot") -> told.Shown:
    frames = drawn()
    step = replace(a_step(choice, frames), passed=() if choice.index is None else (choice.index,))
    image = frames[0] if choice.index is None else frames[choice.index]
    path = (frames[0],) if choice.index is None else (frames[0], image)
    result = Result(image, frames, choice.index, step.scores, choice.reason, path, {"path_length": 1.5}, None)
    request = Request.of(frames[0], instruction, strategy=strategy, seed=7)
    return told.Shown(told.Asked.of(request), (step,), result)


def test_the_strip_marks_the_chosen_frame_and_shows_each_score() -> None:
    (strip,) = shown(Choice(6, "It is there.")).strips()
    html = film.strips_html([strip])
    assert [strip.badge(index) for index in range(9)].count("Chosen") == 1 and strip.badge(6) == "Chosen"
    assert html.count("f2f-frame chosen") == 1 and "<b>0.220</b>" in html


def test_without_a_chosen_frame_the_closest_is_marked_and_shown() -> None:
    page = shown(Choice(None, "Nothing rolls.", 3))
    (strip,) = page.strips()
    assert (strip.chosen, strip.closest) == (None, 3)
    name, picture = page.after()
    assert "no frame shows the edit" in name and np.array_equal(picture, drawn()[3])
    assert "Your picture was kept" in told.outcome_html(page)


def test_a_path_is_a_strip_of_its_own_before_the_rounds() -> None:
    path, first = shown(Choice(6, "It is there."), strategy="path").strips()
    assert path.names == ("Source", "State 1") and path.chosen == 1
    assert first.title == "Round 1" and first.chosen == 6


def test_a_large_frame_can_be_saved_without_loss() -> None:
    (strip,) = shown(Choice(6, "It is there.")).strips()
    html = film.large_html(strip, 4)
    address = re.search(r'href="data:image/png;base64,([^"]+)"', html)
    assert address is not None and 'download="frame_4.png"' in html
    assert np.array_equal(opened(address[1]), drawn()[4])


def opened(base64_text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    import base64

    return np.asarray(Image.open(io.BytesIO(base64.b64decode(base64_text))))


def test_words_of_a_stranger_stay_words() -> None:
    hostile = "<script>alert(1)</script>\"'"
    page = shown(Choice(6, hostile), instruction=hostile)
    everything = told.outcome_html(replace(page, notes=(Note(hostile),))) + told.failed(hostile)
    assert "<script>" not in everything and everything.count("&lt;script&gt;") == 4


def test_the_line_of_progress_counts_rounds() -> None:
    teller = told.Teller(told.Asked.of(replace(FORM, strategy="path").request(WRITTEN)))
    assert "round 1 of 2" in str(teller.hear(Progress("denoise", 1, 4)))
    step: Step = a_step(Choice(6, "It is there."), drawn())
    assert teller.hear(step) is None
    assert "round 2 of 2" in str(teller.hear(Progress("denoise", 1, 4)))


def test_a_projected_path_lies_inside_its_drawing() -> None:
    svg = told.path_svg(np.array([[-1.0, 0.0], [0.0, 0.5], [2.0, 0.0]]))
    box = re.search(r'viewBox="0 0 300 (\d+)"', svg)
    assert box is not None and svg.count("<circle") == 3
    for x, y in re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)"', svg):
        assert 0 < float(x) < 300 and 0 < float(y) < int(box[1])


def test_without_gradio_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'frame2frame\[ui\]'"):
        build(Place())


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    from frame2frame.app.server import bound

    with bound(0) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == InputError.exit_code
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and str(port) in err and "--port" in err


# The whole page from here on, in a process of its own. Playwright talks to the browser through pipes, so that
# its tests open no socket here.

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_MS = 120_000
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a page of its own and the folder of its runs."""
    place = tmp_path_factory.mktemp("page")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", "--out", "runs"]
    with subprocess.Popen(command, cwd=place, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            lines = iter(server.stderr.readline, "")
            found = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in lines)), None)
            assert found is not None, "the page did not start"
            yield found[0], place / "runs"
        finally:
            server.terminate()


def answer(address: str, host: str = "127.0.0.1") -> tuple[int, str]:
    """Status and text of a plain request."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host})) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.enable_socket
def test_only_what_the_page_links_to_is_served(served: tuple[str, Path]) -> None:
    address, runs = served
    for folder in ("a-run", ".hidden"):
        (runs / folder).mkdir(parents=True)
        for name in ("report.html", "done.json"):
            (runs / folder / name).write_text("kept")
    assert answer(f"{address}/runs/a-run/report.html") == (200, "kept")
    for path in (
        "a-run/done.json",
        ".hidden/report.html",
        "..%2fruns%2fa-run/report.html",
        "%2e%2e/report.html",
    ):
        assert "kept" not in answer(f"{address}/runs/{path}")[1]
    shutil.rmtree(runs)


@pytest.mark.enable_socket
def test_a_name_that_was_rebound_to_this_machine_is_refused(served: tuple[str, Path]) -> None:
    assert answer(served[0], host="example.org")[0] == 400


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if as_root else []
        opened_browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened_browser
        opened_browser.close()


@pytest.fixture
def page(browser: Any, served: tuple[str, Path]) -> Iterator[Any]:
    """The open page, which must not ask any other host for anything."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(served[0])
    tab.locator("#f2f-generate").wait_for()
    yield tab
    context.close()
    assert {address for address in asked if not address.startswith((served[0], "data:", "blob:"))} == set()


def take_the_example(page: Any) -> None:
    page.locator(".f2f-examples button").first.click()
    page.wait_for_function("document.querySelector('#f2f-caption textarea').value.includes('slowly rises')")
    page.locator("#f2f-picture img").wait_for()


def settle(page: Any, **numbers: int) -> None:
    page.get_by_role("button", name="Settings").first.click()
    page.wait_for_timeout(1_000)  # a field that has just been shown forgets what was typed at once
    for name, number in numbers.items():
        box = page.locator(f"#f2f-{name} input[type=number]")
        box.fill(str(number))
        box.press("Tab")


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

    source = load_picture(EXAMPLE.picture).picture
    page.locator("#f2f-slider img").nth(1).wait_for()
    sides = page.locator("#f2f-slider img").evaluate_all("all => all.map(image => image.src)")
    pictures = [np.asarray(Image.open(io.BytesIO(page.request.get(side).body()))) for side in sides]
    assert any(np.array_equal(picture[..., :3], source) for picture in pictures)

    page.locator("#f2f-strips button").nth(3).click()
    page.locator("#f2f-large a[download='frame_3.png']").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@in_a_browser
def test_a_pick_in_a_browser_shows_all_frames_and_fits_a_phone(
    page: Any, clip: Episode, tmp_path: Path
) -> None:
    page.get_by_role("tab", name="Pick from a clip").click()
    page.locator("#f2f-clip").wait_for()
    page.wait_for_timeout(1_000)  # as in `settle`: what has just been shown is not listening yet
    page.locator("#f2f-clip input[type=file]").set_input_files(files_of(clip.frames, tmp_path / "clip"))
    page.get_by_text("frame_8.png").wait_for()
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
