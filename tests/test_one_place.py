"""An option of a part and a wish of the run are declared at one place each, and are everywhere from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import frame2frame
import wishes as docs
from frame2frame import plan, replay
from frame2frame.app import questions as page
from frame2frame.cli import options as listing
from frame2frame.cli.asking import _flags
from frame2frame.plugins import registry
from frame2frame.plugins.asking import wish
from frame2frame.plugins.options import Widget, check, option
from frame2frame.plugins.wishes import Wishes
from frame2frame.report.command_line import command_line
from frame2frame.request import Request
from frame2frame.runs.read import read_run
from frame2frame.select.rules import Best
from frame2frame.worlds.tabletop.example import EXAMPLE

QUICK: dict[str, Any] = {"frames": 9, "steps": 1, "seed": 3, "device": "cpu", "keep": False}


@dataclass(frozen=True)
class Patient(Best):
    patience: int = option(3, "How long it waits.", low=1, high=9, widget=Widget("more", "Patience", step=1))

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, repr=False)
class Hasty(Request):
    haste: int = wish(3, "How hasty it is.", widget=Widget("advanced", "Haste", low=1, high=9, step=1))


@pytest.fixture
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.BUILT_IN["selectors"], "patient", f"{__name__}:Patient")
    named_alike = map(import_module, ("frame2frame.replaying", "frame2frame.report.command_line"))
    for module in (docs, page, listing, *named_alike):
        monkeypatch.setattr(module, "Request", Hasty)
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    page.questions.cache_clear()
    yield
    page.questions.cache_clear()


def drawn(out: Path, **asked: Any) -> Path:
    request = Hasty.of(EXAMPLE.picture, EXAMPLE.instruction, **QUICK, **asked)
    *_, result = frame2frame.stream(request, out)
    return Path(result.folder)  # type: ignore[union-attr, arg-type]


@pytest.mark.usefixtures("small_embedded")
def test_a_field_of_a_part_is_an_option_everywhere(
    asked_anew: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from frame2frame.app.fields import field_of  # gradio loads only where it is used

    listing.options("patient")
    assert "select.patience" in (told := capsys.readouterr().out)
    assert "a whole number, 1 to 9" in told and "How long it waits." in told
    assert any(
        row[0] == "`select.patience`" and row[4] == "How long it waits." for row in docs.rows("select")
    )
    slider = field_of(page.questions()["patience"])
    assert (slider.minimum, slider.maximum, slider.value, slider.label) == (1, 9, 3, "Patience")
    folder = drawn(tmp_path, select="patient", options={"patience": 5})
    record = read_run(folder).record
    assert record.settings.options == {"select.patience": 5}
    assert record.plan is not None and record.plan.options["select.patience"] == 5
    again = replay(folder / "final_frame.png", "cpu")
    assert plan.of(again).stages.selector == Patient(patience=5)
    assert "--set select.patience=5" in command_line(record.settings, "a.png")


@pytest.mark.usefixtures("small_embedded")
def test_a_field_of_the_request_is_a_wish_everywhere(
    asked_anew: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from frame2frame.app.fields import field_of  # gradio loads only where it is used

    flag = dict(_flags(Hasty, Wishes))["haste"]
    assert flag.annotation.__metadata__[0].help == "How hasty it is."
    listing.options("wishes")
    assert "--haste" in (told := capsys.readouterr().out) and "How hasty it is." in told
    assert any(row[:2] == ("`--haste`", "How hasty it is.") for row in docs.flags())
    assert '    haste: int | None\n    """How hasty it is."""' in docs.module()
    slider = field_of(page.questions()["haste"])
    assert (slider.minimum, slider.maximum, slider.value, slider.label) == (1, 9, 3, "Haste")
    folder = drawn(tmp_path, haste=5)
    settings = read_run(folder).record.settings
    assert settings.more == {"haste": 5} and "--haste 5" in command_line(settings, "a.png")
    again = replay(folder / "final_frame.png", "cpu")
    assert isinstance(again, Hasty) and again.haste == 5
