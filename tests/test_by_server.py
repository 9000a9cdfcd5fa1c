"""What a key of a vision-language server means, wherever an edit is asked for."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

import frame2frame
from frame2frame.app.form import by_whom
from frame2frame.pipeline import Frame2FramePipeline
from frame2frame.worlds.tabletop.example import EXAMPLE

from .chat_server import KEY, Asked, ChatServer
from .command import f2f
from .face.page import described

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("small_embedded"),
]
WRITTEN = {"caption": "The orange ball slowly turns blue.", "target": "a blue ball"}
QUICK: dict[str, Any] = {"num_frames": 9, "num_inference_steps": 1, "encoder": "tabletop", "progress": False}


def answer(asked: Asked) -> dict[str, Any]:
    """A caption, or as the judge the first frame."""
    return WRITTEN if "caption" in (asked.fields or {}) else {"reason": "", "answer": 1, "runner_up": 2}


@pytest.fixture
def pipe(video_model: Path, tmp_path: Path) -> Frame2FramePipeline:
    return Frame2FramePipeline(str(video_model), device="cpu", out=tmp_path / "runs")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def widgets_of_a_page(out: Path) -> dict[str, Any]:
    """By their labels."""
    return dict(described(out)["widgets"])


def switches(widgets: dict[str, Any]) -> list[str]:
    return [label for label in widgets if label.startswith("Ask ")]


def test_the_promised_class_asks_the_server_and_warns_once_before_it_does(
    use: Any, pipe: Frame2FramePipeline, tmp_path: Path
) -> None:
    with use(ChatServer(answer)) as chat, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for _ in range(2):
            pipe.run(EXAMPLE.picture, EXAMPLE.instruction, **QUICK)
    told = [str(one.message) for one in warned if "OPENAI_API_KEY" in str(one.message)]
    assert len(told) == 1 and "sent to 127.0.0.1 (model seer)" in told[0]
    assert len(chat.asked) >= 2
    folder = next((tmp_path / "runs").glob("2*"))
    asked = json.loads((folder / "request.json").read_text("utf-8"))
    assert (asked["caption"], asked["select"]) == ("vlm", "judge")
    assert WRITTEN["caption"] in (folder / "caption.json").read_text("utf-8")
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_nothing_is_warned_of_where_the_caller_names_who_writes_and_chooses(
    use: Any, pipe: Frame2FramePipeline
) -> None:
    with use(ChatServer(answer)) as chat, warnings.catch_warnings():
        warnings.filterwarnings("error", "OPENAI_API_KEY")
        pipe.run(EXAMPLE.picture, EXAMPLE.instruction, **QUICK, caption="temporal", select="best")
    assert chat.asked == []


def test_the_page_says_where_pictures_go_and_asks_the_server(use: Any, tmp_path: Path) -> None:
    use(ChatServer(answer)).server_close()
    widgets = widgets_of_a_page(tmp_path)
    (switch,) = switches(widgets)
    assert "127.0.0.1 (model seer)" in switch and widgets[switch]["value"] is True
    assert widgets["Caption by"]["value"] == "vlm"


def test_the_switch_of_the_page_gives_both_to_the_server_and_takes_both_away() -> None:
    assert by_whom(True) == {"captioner": "vlm", "selector": "judge"}
    assert by_whom(False) == {"captioner": "temporal", "selector": "earliest"}


def test_a_page_without_a_key_has_no_switch(tmp_path: Path) -> None:
    assert switches(widgets_of_a_page(tmp_path)) == []


def test_offline_a_key_promises_nothing(use: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAME2FRAME_OFFLINE", "1")
    use(ChatServer(answer)).server_close()
    assert switches(widgets_of_a_page(tmp_path)) == []


@pytest.mark.parametrize(("flags", "hints"), [([], 1), (["--select", "best"], 0), (["--caption", "vlm"], 0)])
def test_the_command_hints_at_a_key_once_and_leaves_it_alone(
    use: Any,
    video_model: Path,
    flags: list[str],
    hints: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    quick = ["--model", str(video_model), "--encoder", "tabletop", "--frames", "9", "--steps", "1"]
    with use(ChatServer(answer)) as chat:
        f2f(monkeypatch, "edit", str(EXAMPLE.picture), EXAMPLE.instruction, *quick, *flags)
    hint = "--caption vlm --select judge would ask 127.0.0.1 (model seer)"
    assert capsys.readouterr().err.count(hint) == hints
    assert bool(chat.asked) == ("vlm" in flags)


def test_an_edit_in_python_asks_no_server_that_is_not_asked_for(use: Any, video_model: Path) -> None:
    with use(ChatServer(answer)) as chat:
        frame2frame.edit(
            EXAMPLE.picture,
            EXAMPLE.instruction,
            model=str(video_model),
            encoder="tabletop",
            frames=9,
            steps=1,
            out=None,
            progress=False,
        )
    assert chat.asked == []
