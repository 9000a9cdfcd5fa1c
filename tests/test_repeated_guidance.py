"""A run that is repeated is guided in each step as it was, and what differs is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from frame2frame import plan
from frame2frame.engine.models.catalogue import find
from frame2frame.media.source import load_picture
from frame2frame.replaying import replay
from frame2frame.report.command_line import command_line
from frame2frame.report.execution import execution_of
from frame2frame.request import Request
from frame2frame.runs.record import Execution, RunRecord, Settings
from frame2frame.runs.write import write_run
from frame2frame.values import Sampling

from .finished import drawn, finished


def asked(**wishes: Any) -> Request:
    request = Request(load_picture(drawn()[0]), "move it", find("tabletop"), seed=1, steps=4, device="cpu")
    return replace(request, **wishes)


def sampling_of(request: Request) -> Sampling:
    return plan.of(request).sampling


def said_of(request: Request) -> list[str]:
    """What the user is told before anything is drawn."""
    return [note.text for note in plan.of(request).notes]


def repeated(request: Request, tmp_path: Path, **changes: Any) -> Request:
    """The request that its record makes; `changes` are of what it says of the settings."""
    whole, made = finished(request.source), plan.of(request)
    step = replace(whole.steps[0], clip=replace(whole.steps[0].clip, seed=request.seed))
    record = RunRecord(replace(made.settings(), **changes), execution_of(made, (step,)))
    return replay(write_run(tmp_path, replace(whole, record=record)), "cpu")


WAVE = {"generator.guidance_shape": "wave"}
INTERVAL = {"generator.guidance_shape": "interval", "generator.guidance_stop": 0.5}


@pytest.mark.parametrize("options", [{}, WAVE, INTERVAL])
@pytest.mark.parametrize("guidance", [None, 1.0, 4.0])
def test_every_step_is_guided_as_it_was(
    tmp_path: Path, options: dict[str, Any], guidance: float | None
) -> None:
    request = asked(options=options, guidance=guidance)
    again = repeated(request, tmp_path)
    assert sampling_of(again) == sampling_of(request)
    assert again.guidance == guidance, "what was asked for is kept, and nothing where nothing was"
    assert said_of(again) == []


def test_a_record_that_holds_the_strongest_scale_is_repeated_by_its_schedule(tmp_path: Path) -> None:
    request = asked(options=WAVE, guidance=6.0)
    strongest = max(sampling_of(request).guidance)
    assert strongest > 6.0, "as older versions wrote it"
    again = repeated(request, tmp_path, guidance=strongest)
    assert sampling_of(again).guidance == sampling_of(request).guidance
    (said,) = said_of(again)
    assert said.startswith("From its settings this version would guide with") and "as recorded" in said


def test_a_schedule_that_no_settings_make_is_repeated_too(tmp_path: Path) -> None:
    again = repeated(asked(guidance=3.5), tmp_path)
    assert again.repeats is not None
    two_experts = replace(again.repeats.execution, guidance_schedule=(3.5, 3.5, 5.0, 5.0))
    again = replace(again, repeats=replace(again.repeats, execution=two_experts))
    assert sampling_of(again).guidance == (3.5, 3.5, 5.0, 5.0)


def test_other_packages_weights_and_sizes_are_said(tmp_path: Path) -> None:
    again = repeated(asked(), tmp_path)
    assert again.repeats is not None
    ran = again.repeats.execution
    ran = replace(ran, versions={**ran.versions, "torch": "1.0", "av": "1.0"}, weights={}, height=64)
    again = replace(again, repeats=replace(again.repeats, execution=ran))
    size, frames = said_of(again)
    assert size == "It was drawn at 128 × 64 pixels, not 128 × 128."
    assert (
        "torch 1.0 (now " in frames and "other weights of the model" in frames and "av" not in frames.split()
    )


def test_the_command_says_what_was_asked_for(tmp_path: Path) -> None:
    settings: list[Settings] = []
    for guidance in (None, 6.0):
        again = repeated(asked(options=WAVE, guidance=guidance), tmp_path)
        assert again.repeats is not None
        settings.append(again.repeats.settings)
    assert "--guidance" not in command_line(settings[0], "a.png")
    assert "--guidance 6 " in command_line(settings[1], "a.png")


@pytest.mark.parametrize("schedule", [[-1.0], [None], [1e9], ["6"], [[6.0]]])
def test_a_strangers_schedule_is_within_reason(schedule: list[Any]) -> None:
    from frame2frame.errors import InputError
    from frame2frame.files.as_json import from_json, to_json

    data = to_json(finished().record.execution) | {"guidance_schedule": schedule}
    with pytest.raises(InputError, match="guidance_schedule"):
        from_json(Execution, data, "execution")
