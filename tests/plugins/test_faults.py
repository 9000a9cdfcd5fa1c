"""Parts of other packages that fail while they are used: one line that names the package, and no run."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import frame2frame
from frame2frame.errors import PluginError
from frame2frame.plugins.faults import blamed
from frame2frame.reselecting import compared
from frame2frame.strategy.choosing import choice_of
from frame2frame.values import Caption, Choice, Clip, Scores
from frame2frame.worlds.tabletop.example import EXAMPLE

from .strangers import offer

pytestmark = pytest.mark.usefixtures("small_embedded")

HERE = __name__


@dataclasses.dataclass(frozen=True)
class Angry:
    """A selector that fails at whatever it is asked."""

    def choose(self, clip: Any, scores: Any, caption: Any) -> Choice:
        raise ValueError("these scores are\nnot mine")

    def enough(self, clip: Any, scores: Any) -> bool:
        return False


@dataclasses.dataclass(frozen=True)
class Told:
    """A selector that answers what it is told to."""

    answer: Any

    def choose(self, clip: Any, scores: Any, caption: Any) -> Any:
        return self.answer

    def enough(self, clip: Any, scores: Any) -> bool:
        return False


def edited(out: Path | None, select: str) -> frame2frame.Result:
    return frame2frame.edit(
        EXAMPLE.picture,
        EXAMPLE.instruction,
        out=out,
        select=select,
        frames=9,
        steps=1,
        seed=5,
        progress=False,
    )


def choice(answer: Any) -> Choice:
    clip = Clip(np.zeros((3, 16, 16, 3), np.uint8), (0, 1, 2), seed=0)
    return choice_of(Told(answer), clip, Scores({"semantic": (0, 0, 0)}), Caption("a", "a", "user"))


def test_a_part_that_fails_in_a_run_is_one_line_that_names_its_package_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer(monkeypatch, "somebody", selectors={"angry": f"{HERE}:Angry"})
    with pytest.raises(PluginError, match=r"a part of somebody 0\.1 failed; got ValueError") as raised:
        edited(tmp_path, "angry")
    assert f"these scores are not mine (line {Angry.choose.__code__.co_firstlineno + 1} of {HERE})" in str(
        raised.value
    )
    assert isinstance(raised.value.__cause__, ValueError) and list(tmp_path.iterdir()) == []


def test_selectors_that_fail_or_are_broken_spoil_no_comparison(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = edited(tmp_path, "best")
    own = [one.select for one in compared(run)]
    offer(monkeypatch, "somebody", selectors={"angry": f"{HERE}:Angry", "broken": "nowhere_at_all:Part"})
    found = {one.select: one for one in compared(run)}
    assert list(found) == [*own, "angry"]
    assert "somebody 0.1 failed" in found["angry"].refused and found["best"].choice is not None


def test_what_frame2frame_itself_does_wrong_is_laid_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "somebody", selectors={"broken": "nowhere_at_all:Part"})
    with pytest.raises(ZeroDivisionError), blamed():
        _ = 1 // 0


@pytest.mark.parametrize("answer", [Choice(3, "too far"), Choice(-1, "before"), Choice(0, "", 7), None, 2])
def test_a_frame_that_the_clip_does_not_have_is_not_taken(answer: Any) -> None:
    with pytest.raises(PluginError, match=rf"the selector {HERE}\.Told"):
        choice(answer)


def test_the_number_of_a_frame_may_be_numpys() -> None:
    found = choice(Choice(np.int64(2), "the last", np.int64(1)))  # type: ignore[arg-type]
    assert (found.index, found.runner_up) == (2, 1) and type(found.index) is type(found.runner_up) is int
    assert choice(Choice(None, "none")).index is None
