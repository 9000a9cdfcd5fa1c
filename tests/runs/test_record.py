"""The record survives the way through JSON, and nothing hostile comes back out of it."""

from __future__ import annotations

import json
import math
import shlex
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.files.as_json import from_json, to_json
from frame2frame.report.command_line import command_line
from frame2frame.runs.record import (
    Execution,
    RunRecord,
    Settings,
    SourceRecord,
    for_picture,
    is_remote,
    record_from,
    source_path,
)
from frame2frame.values import Choice, Scores

SETTINGS = Settings(
    instruction="Move the red ball to the left edge",
    source=SourceRecord("table.png", "ab" * 32, "cd" * 32, 128, 128),
    model="tabletop",
    frames=17,
    steps=20,
    guidance=6.0,
    seed=2**63 - 1,
    caption="temporal",
    select="earliest",
)
EXECUTION = Execution(
    model_resolved="tabletop",
    model_revision=None,
    weights={"vae.safetensors": "ef" * 32},
    encoder="tabletop",
    height=128,
    width=128,
    guidance_schedule=(6.0, 6.0, 1.0),
    device="cpu",
    dtype="float32",
    threads=2,
    batch_seeds=(3, 2**63 - 1),
    batch_index=1,
    versions={"torch": "2.13.0"},
    seconds={"generate": 3.5},
)
RECORD = RunRecord(SETTINGS, EXECUTION)


def through_json(record: RunRecord) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(for_picture(record), allow_nan=False))
    return data


def test_a_record_comes_back_equal_but_for_the_times() -> None:
    assert record_from(through_json(RECORD)) == RunRecord(SETTINGS, replace(EXECUTION, seconds={}))


def test_times_stay_out_of_the_picture_so_that_equal_runs_make_equal_files() -> None:
    slower = RunRecord(SETTINGS, replace(EXECUTION, seconds={"generate": 99.0}))
    assert for_picture(RECORD) == for_picture(slower)


def test_unknown_keys_are_dropped() -> None:
    data = through_json(RECORD)
    data["settings"] |= {"out": "/etc", "command": "rm -rf /", "__class__": "os"}
    assert record_from(data | {"hook": "x"}).settings == SETTINGS


HOSTILE: dict[str, tuple[str, Any]] = {
    "a number as instruction": ("instruction", 5),
    "a list as instruction": ("instruction", ["a"]),
    "an empty instruction": ("instruction", "  "),
    "an endless instruction": ("instruction", "x" * 9_000),
    "a text as seed": ("seed", "42"),
    "a fraction as seed": ("seed", 1.5),
    "a truth as seed": ("seed", True),
    "a negative seed": ("seed", -1),
    "a seed beyond 63 bits": ("seed", 2**63),
    "no frames": ("frames", 0),
    "a million frames": ("frames", 1_000_000),
    "guidance that is a text": ("guidance", "6"),
    "guidance beyond reason": ("guidance", 1e30),
    "guidance beyond floats": ("guidance", 10**400),
    "a source that is a path": ("source", "/etc/passwd"),
    "a source without a hash": ("source", {"path": "a.png"}),
    "a model that is an object": ("model", {"id": "x"}),
    "no model": ("model", ""),
}


@pytest.mark.parametrize(("name", "value"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_settings_are_refused_by_name_in_one_line(name: str, value: Any) -> None:
    data = through_json(RECORD)
    data["settings"][name] = value
    with pytest.raises(InputError) as caught:
        record_from(data)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("key", ["settings", "execution"])
@pytest.mark.parametrize("value", [None, [], "text", 7])
def test_a_part_that_is_no_object_is_refused(key: str, value: Any) -> None:
    with pytest.raises(InputError, match=key):
        record_from(through_json(RECORD) | {key: value})


def test_a_missing_field_is_named() -> None:
    data = through_json(RECORD)
    del data["settings"]["seed"]
    with pytest.raises(InputError, match=r"settings\.seed is missing"):
        record_from(data)


@pytest.mark.parametrize("schema", [None, 0, 3, "1", [1]])
def test_another_schema_is_refused(schema: Any) -> None:
    with pytest.raises(InputError, match="another version"):
        record_from(through_json(RECORD) | {"schema": schema})


def test_a_mapping_with_too_many_entries_is_refused() -> None:
    data = through_json(RECORD)
    data["execution"]["weights"] = {str(number): "a" for number in range(5_000)}
    with pytest.raises(InputError, match="weights"):
        record_from(data)


def test_characters_that_steer_a_terminal_are_dropped() -> None:
    data = through_json(RECORD)
    data["settings"]["instruction"] = "move\x1b[2J it\u202e 👩‍🎨\nnow"
    assert record_from(data).settings.instruction == "move[2J it\u202e 👩‍🎨\nnow"


def test_numpy_numbers_and_read_only_mappings_become_json() -> None:
    column: Any = (np.float64(0.5), np.float32(0.25), math.nan)
    data = json.loads(json.dumps(to_json(Scores(MappingProxyType({"semantic": column}))), allow_nan=False))
    assert data["columns"] == {"semantic": [0.5, 0.25, None]}
    assert math.isnan(from_json(Scores, data, "scores").columns["semantic"][2])
    index: Any = np.int64(3)
    assert json.loads(json.dumps(to_json(Choice(index, "why"))))["index"] == 3


def test_vectors_are_no_part_of_a_record() -> None:
    vectors = np.ones((1, 2), dtype=np.float32)
    data = to_json(Scores({"semantic": (0.5,)}, vectors=vectors, start=vectors))
    assert set(data) == {
        "columns", "source", "threshold", "calibration", "presence", "ability", "described",
    }  # fmt: skip
    assert from_json(Scores, data, "scores").vectors is None


def test_options_come_back_with_their_types() -> None:
    options: dict[str, bool | int | float | str] = {
        "rounds": 3,
        "w_id": 0.5,
        "style": "steps",
        "stop_early": True,
    }
    settings = replace(RECORD.settings, options=options, seeds=(4, 5))
    back = record_from(through_json(replace(RECORD, settings=settings))).settings
    assert back == settings and [type(value) for value in back.options.values()] == [int, float, str, bool]


def test_the_command_repeats_the_options() -> None:
    settings = replace(RECORD.settings, strategy="path", options={"w_id": 0.5, "style": "steps"})
    line = command_line(settings, "cat.png")
    assert "--strategy path" in line and "--set w-id=0.5" in line and """'style="steps"'""" in line


def test_the_command_repeats_a_memory_preset() -> None:
    assert "--memory 8:16" in command_line(replace(RECORD.settings, memory="8:16"), "cat.png")
    assert "--memory" not in command_line(RECORD.settings, "cat.png")


def test_the_home_folder_hides_the_users_name() -> None:
    assert source_path(Path.home() / "pictures" / "cat.png") == "~/pictures/cat.png"


def test_a_relative_path_is_kept_as_given() -> None:
    assert source_path(Path("cat.png")) == "cat.png"
    assert source_path(None) is None


@pytest.mark.parametrize(
    "path", ["//host/share/a.png", "\\\\host\\share\\a.png", "\\\\?\\UNC\\host\\a", "/\\host\\a"]
)
def test_paths_to_other_machines_are_known_for_what_they_are(path: str) -> None:
    assert is_remote(path)


@pytest.mark.parametrize("path", ["a.png", "/home/a.png", "C:\\a.png", "~/a.png", "../a.png"])
def test_paths_on_this_machine_are_not_remote(path: str) -> None:
    assert not is_remote(path)


@pytest.mark.parametrize(
    "instruction", ["paint it blue", "--out /etc", "a'; rm -rf ~ #", "$(reboot)", "größer 👍"]
)
def test_the_command_line_gives_every_word_back_as_it_was(instruction: str) -> None:
    words = shlex.split(command_line(replace(SETTINGS, instruction=instruction), "my table.png"))
    assert words[:2] == ["f2f", "edit"]
    assert words[words.index("--seed") + 1] == str(2**63 - 1)
    assert words[words.index("--") :] == ["--", "my table.png", instruction]
