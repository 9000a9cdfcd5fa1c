"""The command line: answers, exit codes, one line for what goes wrong."""

from __future__ import annotations

import atexit
import gc
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from frame2frame import plan
from frame2frame.cli import demo, run
from frame2frame.engine.models.catalogue import EMBEDDED, MODELS, chosen
from frame2frame.errors import InputError
from frame2frame.media.pictures import png_bytes
from frame2frame.media.source import load_picture
from frame2frame.request import Request
from frame2frame.runs.resume import Rounds
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..command import f2f
from ..finished import a_round

QUICK = ("--frames", "9", "--steps", "1", "--seed", "5", "--device", "cpu")


def test_help_loads_no_torch() -> None:
    code = "import sys; from frame2frame import cli; sys.argv = ['f2f', '--help']\ntry: cli.main()\n"
    code += "except SystemExit: print('torch' in sys.modules or 'numba' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "False"


def test_an_edit_prints_where_picture_and_report_are_and_how_long_it_took(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = f2f(monkeypatch, "edit", str(EXAMPLE.picture), EXAMPLE.instruction, *QUICK, "--select", "best")
    out = capsys.readouterr()
    assert code in (0, 3)
    paths = [Path(line) for line in out.out.splitlines()]
    assert [path.name for path in paths] == ["final_frame.png", "report.html"][code == 3 :]
    assert all(path.is_file() for path in paths)
    told = r"^It took .+ s, of which the stages in the report took .+ s\.$"
    assert "seed 5" in out.err and re.search(told, out.err, re.MULTILINE)


def test_an_error_is_one_json_object_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (("--steps", "many"), ("--steps", "0")):
        assert f2f(monkeypatch, "edit", str(EXAMPLE.picture), "x", *words, "--json") == 2
        error = json.loads(capsys.readouterr().out)["error"]
        assert error["exit_code"] == 2 and error["kind"] == "InputError"
        assert words[1] in error["got"] and error["what"] and error["remedy"]


def test_notes_are_in_the_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    f2f(monkeypatch, "edit", str(EXAMPLE.picture), "123", *QUICK, "--json")
    assert any("not seem to be in English" in note for note in json.loads(capsys.readouterr().out)["notes"])


@pytest.mark.parametrize("words", [(), ("models",), ("tabletop",)])
def test_a_group_without_a_command_shows_its_help(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, *words) == 0
    out = capsys.readouterr()
    assert "Usage" in out.out and "f2f:" not in out.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_an_answer_that_nobody_takes_is_one_line() -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "frame2frame", "--version"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("f2f: cannot write the answer") and ran.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not delete a folder that is in use")
def test_a_deleted_working_folder_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    assert f2f(monkeypatch, "doctor") == 2
    assert "the working folder is gone" in capsys.readouterr().err


def test_an_edit_that_no_frame_shows_exits_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # A wish that the small world does not know.
    words = ("edit", str(EXAMPLE.picture), "make the dog sit", *QUICK, "--select", "earliest")
    assert f2f(monkeypatch, *words) == 3
    told = capsys.readouterr()
    assert "this needs a model that knows “dog”. The model tabletop knows only tabletop scenes" in told.err
    assert "Your picture is unchanged. If this model can do it, say it in plainer words" in told.err
    assert "Caption:" not in told.err, "rules would make one of any words"
    assert [Path(line).name for line in told.out.splitlines()] == ["report.html"]


@pytest.mark.parametrize(
    "words",
    [
        ("edit", "nothing.png", "paint it blue"),
        ("edit", str(EXAMPLE.picture), ""),
        ("edit", str(EXAMPLE.picture), "x", "--frames", "many"),
        ("edit", str(EXAMPLE.picture), "x", "--frames", "10"),
        ("edit", str(EXAMPLE.picture), "x", "--model", "tabeltop"),
        ("edit", str(EXAMPLE.picture), "x", "--seed", "-4"),
        ("edit", str(EXAMPLE.picture)),
        ("replay", "nothing.png"),
        ("replay", str(EXAMPLE.picture)),
        ("tabletop", "sample", "--kind", "explode"),
        ("tabletop", "sample", "--frames", "501"),
        ("models", "use", "someone/no-such-model"),
        ("models", "use", "."),
        ("edit", "https://example.org/cat.png", "paint it blue"),
        ("nonsense",),
        ("animate", "nothing"),
        ("animate", str(EXAMPLE.picture)),
        ("edit", str(EXAMPLE.picture), "x", "--seeds", "1,two"),
        ("edit", str(EXAMPLE.picture), "x", "--candidates", "2", "--set", "candidates=3"),
        *(
            ("edit", str(EXAMPLE.picture), "x", *more)
            for more in (
                ("--candidates", "0"),
                ("--candidates", "100000"),
                ("--strategy", "path", "--rounds", "0"),
                ("--strategy", "path", "--candidates", "0"),
                ("--strategy", "path", "--w-sem", "-1"),
                ("--strategy", "path", "--w-id", "nan"),
                ("--strategy", "path", "--strength", "0"),
                ("--select", "energy", "--w-step", "1e9"),
                ("--select", "judge", "--set", "seconds=-1"),
                ("--caption", "vlm", "--set", "seconds=0"),
                ("--encoder", "dino"),
                ("--encoder", "dino:someone/something"),
                ("--identity", "face"),
                ("--set", "keep.growth=[1]"),
                ("--set", "gate.slack=9"),
                ("--set", "generator.precison=fp8"),
                ("--set", "generator.compiled=maybe"),
                ("--height", "100"),
                ("--width", "-5"),
                ("--model", f"{EXAMPLE.picture.parent}@main"),
            )
        ),
    ],
)
def test_bad_input_is_one_line_and_exits_with_2(
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    assert f2f(monkeypatch, *words) == 2
    err = capsys.readouterr().err.strip()
    assert err.startswith("f2f: ") and "\n" not in err and "Traceback" not in err
    assert not (tmp_path / "outputs").exists()


STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.mark.parametrize("number", STOPS)
def test_stopping_exits_with_130_and_leaves_nothing(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def stop(*_: object) -> None:
        signal.raise_signal(number)

    monkeypatch.setattr("frame2frame.report.terminal._Lines.update", stop)
    assert f2f(monkeypatch, "edit", str(EXAMPLE.picture), EXAMPLE.instruction, *QUICK) == 130
    assert "stopped" in capsys.readouterr().err
    assert not (tmp_path / "outputs").exists()


def test_the_time_that_is_told_is_that_of_the_whole_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "perf_counter", iter([100.0, 171.0, 171.0]).__next__)
    run.begin()
    assert run.took(21.0) == "It took 1 min 11 s, of which the stages in the report took 21 s."
    assert run.took(0.0) == "It took 1 min 11 s."


def test_a_stopped_path_says_how_many_of_its_rounds_are_there(tmp_path: Path) -> None:
    made = plan.of(Request.of(EXAMPLE.picture, "x", strategy="path", seed=1, device="cpu"))
    assert run.left_of(made, tmp_path) == run.NOTHING
    Rounds.of(tmp_path, made.key(), made.drawn_with()).keep(0, a_round(5, 1, (3,)))
    said = f"1 round is kept in {tmp_path}; the same command with --seed 1 goes on from there"
    assert run.left_of(made, tmp_path) == said


def test_a_file_that_ends_too_soon_is_not_taken_for_a_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end(*_: object) -> None:
        raise EOFError("compressed file ended")

    monkeypatch.setattr("frame2frame.request.load_picture", end)
    with pytest.raises(EOFError, match="compressed file ended"):
        f2f(monkeypatch, "edit", "a.png", "x")
    assert "stopped" not in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows knows no closed terminals")
def test_nohup_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang_up(*_: object) -> None:
        signal.raise_signal(signal.SIGHUP)
        raise InputError("this is no picture")

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        monkeypatch.setattr("frame2frame.request.load_picture", hang_up)
        assert f2f(monkeypatch, "edit", "a.png", "x") == 2, "it went on"
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("small_embedded")
def test_a_stopped_path_says_which_rounds_are_kept_and_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("frame2frame.report.terminal._Lines.restart", stop)
    path = (
        "--strategy",
        "path",
        "--rounds",
        "2",
        "--candidates",
        "1",
        "--set",
        "w_sem=0",
        "--set",
        "w_step=1",
    )
    words = ("edit", str(EXAMPLE.picture), EXAMPLE.instruction, *QUICK, *path)
    assert f2f(monkeypatch, *words) == 130
    assert "1 round is kept in outputs; the same command with --seed 5 goes on" in capsys.readouterr().err
    assert [folder.name[:6] for folder in (tmp_path / "outputs").iterdir()] == [".path-"]


@pytest.mark.usefixtures("small_embedded")
def test_a_replay_repeats_an_edit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    f2f(monkeypatch, "edit", str(EXAMPLE.picture), EXAMPLE.instruction, *QUICK, "--select", "best")
    first = Path(capsys.readouterr().out.splitlines()[0])
    f2f(monkeypatch, "replay", str(first), "--out", str(tmp_path / "again"))
    again = Path(capsys.readouterr().out.splitlines()[0])
    assert again != first and again.read_bytes() == first.read_bytes()


def test_a_model_that_is_not_here_cannot_be_chosen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "models", "use", "cogvideox-5b-i2v") == 2
    said = capsys.readouterr().err
    assert "not here" in said and said.endswith("with: f2f models pull cogvideox-5b-i2v\n")
    assert chosen() == EMBEDDED


def test_a_chosen_folder_is_listed_from_everywhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine").symlink_to(MODELS[EMBEDDED].repository, target_is_directory=True)
    assert f2f(monkeypatch, "models", "use", "mine") == 0
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    capsys.readouterr()
    f2f(monkeypatch, "models", "list")
    marked = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("*")]
    assert [line[1] for line in marked] == [str(tmp_path / "mine")]


def test_a_chosen_folder_that_is_gone_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine").symlink_to(MODELS[EMBEDDED].repository, target_is_directory=True)
    f2f(monkeypatch, "models", "use", "mine")
    (tmp_path / "mine").unlink()
    capsys.readouterr()
    assert f2f(monkeypatch, "edit", str(EXAMPLE.picture), EXAMPLE.instruction) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "the chosen model cannot be used: there is no such folder" in said
    assert said.endswith("choose another: f2f models use tabletop\n")
    assert f2f(monkeypatch, "models", "list") == 0
    assert "the chosen model cannot be used" in capsys.readouterr().err


def test_the_demo_edits_a_drawing_and_a_photograph_and_says_how_to_edit_ones_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert f2f(monkeypatch, "demo", "--out", str(tmp_path), "--json") == 0
    said = capsys.readouterr()
    edits = json.loads(said.out)["edits"]
    assert [edit["outcome"] for edit in edits] == ["found", "found"]
    sources = [(Path(edit["folder"]) / "source.png").read_bytes() for edit in edits]
    assert sources == [png_bytes(load_picture(one.picture).picture) for one in demo.EXAMPLES]
    assert said.err.endswith(' edit photo.jpg "make it foggy"\n')


def test_the_libraries_are_seldom_searched_for_garbage_and_not_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_the_end, young, middle = list[object](), *gc.get_threshold()[:2]
    monkeypatch.setattr(atexit, "register", at_the_end.append)
    monkeypatch.setattr(gc, "set_threshold", lambda *numbers: at_the_end.append(numbers))
    f2f(monkeypatch, "--version")
    assert at_the_end == [(young, middle, 100), gc.freeze]


def test_the_demo_names_the_program_as_the_shell_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/f2f", "demo"])
    monkeypatch.setenv("PATH", "")
    assert demo.program() == ".venv/bin/f2f"
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert demo.program() == "f2f"
