"""Which models a machine can run."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from frame2frame.cli import edit as cli
from frame2frame.engine.device.hardware import Gpu
from frame2frame.engine.models.known_models import MODELS
from frame2frame.engine.suggest import Machine, described, for_any_wish, out_of_reach, suggestions
from frame2frame.plugins.model import Measured, Took
from frame2frame.request import Request

from ..command import f2f

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
COG, WAN = "cogvideox1.5-5b-i2v", "wan2.2-i2v-a14b-8step"


def machine(*free_gib: float, main: float | None = 128.0, disk: float = 1000.0) -> Machine:
    return Machine(tuple(Gpu("a GPU", gib, gib) for gib in free_gib), main, disk)


def names(machine: Machine, here: tuple[str, ...] = ()) -> list[str]:
    return [one.model.name for one in suggestions(machine, here)]


def rows(file: str) -> dict[str, Any]:
    found = json.loads((RESULTS / f"{file}.json").read_text(encoding="utf-8"))
    return {row["name"]: row for row in found["rows"]}


CLIPS = [
    pytest.param(size, took, id=f"{model.name}-{size.frames}-{took.memory}")
    for model in MODELS.values()
    for size in model.measured
    for took in size.took
    if took.file.startswith("memory-")
]


@pytest.mark.parametrize(("size", "took"), CLIPS)
def test_time_and_memory_under_a_preset_are_those_of_the_benchmark(size: Measured, took: Took) -> None:
    row = rows(took.file)[f"preset {took.memory}"]
    wait = row.get("slowest_step_seconds", row["step_seconds"]) - row["step_seconds"]
    steps = size.steps * row["step_seconds"] + (wait if wait > 1 else 0)
    held = max(value for name, value in row.items() if name.endswith("_reserved_gib"))
    assert took.seconds == round(row["encode_seconds"] + steps + row["decode_seconds"], 1)
    assert took.gib == round(held, 1)
    built = rows(took.file)["building the model"]
    asked = {"frames": size.frames, "height": size.height, "width": size.width}
    assert row["completes"] and row["frames"] == size.frames and asked.items() <= {**asked, **built}.items()


def test_the_time_of_the_embedded_model_is_that_of_the_benchmark() -> None:
    (took,) = MODELS["tabletop"].measured[0].took
    assert took.seconds == round(rows(took.file)["frame2frame.edit, its own steps"]["seconds"], 1)


def test_every_card_that_is_named_is_the_one_of_its_benchmark() -> None:
    for took in (took for model in MODELS.values() for size in model.measured for took in size.took):
        measured_on = json.loads((RESULTS / f"{took.file}.json").read_text(encoding="utf-8"))["machine"]
        assert took.card in measured_on or took.memory is None


@pytest.mark.parametrize(
    ("free", "first", "memory_held"),
    [(7.3, COG, 4.6), (11.5, WAN, 9.5), (23.0, WAN, 21.5), (79.0, WAN, 67.4)],
)
def test_the_first_is_the_quickest_by_the_largest_preset_that_fits(
    free: float, first: str, memory_held: float
) -> None:
    found = suggestions(machine(free))[0]
    assert found.model.name == first and found.took and found.took.gib == memory_held


def test_a_gpu_that_is_too_small_for_what_was_measured_gets_what_its_authors_say_of_theirs() -> None:
    found = suggestions(machine(6.0))
    assert [one.model.name for one in found] == ["cogvideox-5b-i2v", "tabletop"]
    assert found[0].told == "Not measured; by its authors 5 GB with every offload."


def test_without_a_gpu_the_embedded_model_is_left_which_changes_photographs_only_as_a_whole() -> None:
    assert names(machine()) == ["tabletop"]
    text = " ".join(described(machine(), ()).split())
    assert "and photographs as a whole" in text and "Without a GPU no other model is of use" in text
    weights = "20 GiB of weights, or 10 GiB in 8 bits"
    assert f"{COG}: a GPU of 8 GB, main memory for {weights}, 21 GB of disk" in text
    assert f"| {weights} |" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_embedded_model_comes_last_where_another_one_fits() -> None:
    assert names(machine(79.0))[-1] == "tabletop"


def test_little_main_memory_is_made_do_with_by_weights_in_8_bits_which_is_said() -> None:
    found = suggestions(machine(11.5, main=16.0))[0]
    assert found.model.name == COG and "--memory 12:12" in found.edit
    assert "become 8 bits here, which is slower and was not measured" in found.told
    assert COG not in names(machine(11.5, main=12.0))


def test_a_preset_that_was_measured_is_asked_for_where_auto_would_take_another() -> None:
    found = {one.model.name: one for one in suggestions(machine(47.0))}
    assert found["wan2.2-ti2v-5b"].memory == "24" and "--memory 24" in found["wan2.2-ti2v-5b"].edit
    assert found[COG].memory == "auto" and "--memory" not in found[COG].edit


def test_the_models_own_size_is_told_beside_the_one_to_begin_with() -> None:
    (found,) = [one for one in suggestions(machine(79.0)) if one.model.name == COG]
    assert "49 frames of 720×480" in found.told
    assert "Its 81 frames of 1360×768, 50 steps take 432 s and 70.7 GiB (H100)." in found.told


def test_a_model_that_the_disk_has_no_room_for_is_suggested_only_if_it_is_here() -> None:
    assert COG not in names(machine(23.0, disk=20.0))
    (found,) = [one for one in suggestions(machine(23.0, disk=20.0), (COG,)) if one.model.name == COG]
    assert found.is_here and found.pull == ""


def test_the_gpu_with_the_most_memory_free_is_the_one_that_is_named() -> None:
    assert "--device cuda:1" in suggestions(machine(4.0, 23.0))[0].edit
    assert "--device" not in suggestions(machine(23.0, 4.0))[0].edit


def test_a_main_memory_that_nobody_knows_refuses_nothing() -> None:
    assert names(machine(23.0, main=None)) == names(machine(23.0))


def test_a_model_is_either_suggested_or_out_of_reach() -> None:
    for one in (machine(), machine(8.0), machine(24.0, disk=3.0), machine(80.0)):
        others = [name for names in out_of_reach(one).values() for name in names]
        whole = [name for name, model in MODELS.items() if name == "tabletop" or not model.is_embedded]
        assert sorted(names(one) + others) == sorted(whole)


def test_every_command_that_is_suggested_asks_for_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (32, 32)).save("photo.jpg")
    asked: list[Request] = []
    monkeypatch.setattr(cli, "run", lambda request, *_: asked.append(request))
    found = suggestions(machine(79.0)) + suggestions(machine(11.5, main=16.0))
    edits = [one for one in found if one.edit != "f2f demo"]
    for one in edits:
        f2f(monkeypatch, *shlex.split(one.edit)[1:])
    assert {one.model.name for one in found if one not in edits} == {"tabletop"}
    assert [request.model.name for request in asked] == [one.model.name for one in edits]
    first, cog = asked[0], asked[1]
    assert (first.frames, dict(first.options)) == (33, {"generator.height": 480})
    assert (cog.frames, dict(cog.options)) == (49, {"generator.height": 480})


def test_another_machine_may_be_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("models", "suggest", "--gpu", "12", "--main", "16", "--disk", "100", "--json")
    assert f2f(monkeypatch, *asked) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["suggestions"][0]["name"] == COG and found["suggestions"][0]["memory"] == "12:12"
    assert f2f(monkeypatch, *asked, "--device", "cpu") == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["suggestions"]] == ["tabletop"]


def test_a_gpu_of_less_than_nothing_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "models", "suggest", "--gpu", "-3") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_list_of_models_fits_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    assert f2f(monkeypatch, "models", "list") == 0
    said = capsys.readouterr()
    assert max(map(len, (said.out + said.err).splitlines())) <= 80
    for name in MODELS:
        assert f" {name} " in said.out


def test_the_list_of_models_says_size_memory_and_time_or_that_they_are_not_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "models", "list") == 0
    lines = {line[3:].split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert " ".join(lines[COG].split()).startswith(f"{COG} not here, 21 GB from 4.6 GiB 42 s CogVideoX")
    assert "said: 34 GB" in lines["chronoedit-14b"] and "not measured" in lines["ltx-2"]


def test_a_line_names_the_best_two_models_for_any_wish_with_their_size_time_and_commands() -> None:
    line = for_any_wish(machine(80), ())
    first, second = [one for one in suggestions(machine(80)) if not one.model.knows][:2]
    assert line.startswith(
        f"This machine can run {first.model.name} (the pull says its size, 17 seconds an edit"
    )
    assert f"`f2f models pull {first.model.name}`, then add `--model {first.model.name} --frames" in line
    assert f"; or {second.model.name} ({second.model.download} to fetch, " in line and "\n" not in line
    assert "pull" not in for_any_wish(machine(80), (first.model.name, second.model.name))


def test_where_no_such_model_fits_the_line_says_what_one_would_take() -> None:
    assert for_any_wish(machine(), ()).startswith(
        "No other model fits this machine: cogvideox1.5-5b-i2v takes a GPU"
    )
