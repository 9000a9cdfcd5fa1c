"""What the shell is offered, and that it is installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from frame2frame.cli import completion
from frame2frame.engine.models.catalogue import MODELS

from ..command import f2f


def offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """What bash is offered after these words, the last of which is not yet whole."""
    monkeypatch.setenv("_F2F_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", " ".join(("f2f", *words)))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    assert f2f(monkeypatch) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("edit", "a.png", "x", "--model", "wan"), [name for name in MODELS if name.startswith("wan")]),
        (("edit", "a.png", "x", "--select", "e"), ["earliest", "energy"]),
        (("pick", "c.mp4", "--select", "sh"), ["sharpest-late"]),
        (("edit", "a.png", "x", "--strategy", "p"), ["path"]),
        (("edit", "a.png", "x", "--preset", "search"), ["search4", "search15"]),
        (("edit", "a.png", "x", "--caption", "v"), ["vlm"]),
        (("models", "pull", "cogvideox-"), [name for name in MODELS if name.startswith("cogvideox-")]),
        (("edit", "a.png", "x", "--cap"), ["--caption", "--caption-text"]),
        (("ani",), ["animate"]),
    ],
)
def test_the_shell_is_offered_the_names_that_can_stand_there(
    words: tuple[str, ...],
    names: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert names and sorted(offered(monkeypatch, capsys, *words)) == sorted(names)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_can_be_shown(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: (shell, f"/bin/{shell}"))
    assert f2f(monkeypatch, "--show-completion") == 0
    assert f"_F2F_COMPLETE=complete_{shell}" in capsys.readouterr().out


def test_offering_names_loads_nothing_heavy() -> None:
    code = (
        "import sys; from frame2frame import Request; from frame2frame.plugins.asking import wishes_of\n"
        "for one in wishes_of(Request).values(): assert one.flag.names is None or list(one.flag.names())\n"
        "print([name for name in ('torch', 'diffusers', 'transformers') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_only_what_begins_alike_is_offered() -> None:
    offer = completion.offering(lambda: ("auto", "cpu", "cuda", "all"))
    assert offer("c") == ["cpu", "cuda"] and offer("x") == []
