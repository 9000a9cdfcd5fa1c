"""Wishes: one set of names in Python and on the command line, and what cannot be is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import typer

import frame2frame
from frame2frame import plan
from frame2frame.cli import commands as cli
from frame2frame.errors import InputError
from frame2frame.picking import Pick
from frame2frame.plugins.wishes import PART_WISHES, PickWishes, ReselectWishes, Wishes
from frame2frame.request import Request
from frame2frame.worlds.tabletop.example import EXAMPLE

SCENE = EXAMPLE.picture
OF_THE_TERMINAL = {"json", "offline", "help"}
"""Flags that say how the command answers, and not what it does."""

RENAMED = {"set": "options"}
"""A flag sets one option, the keyword takes all."""


def wish(**wishes: Any) -> Request:
    return Request.of(SCENE, "paint it blue", **wishes)


def flags_of(command: str) -> set[str]:
    """The names of its arguments and flags as keywords."""
    found = typer.main.get_command(cli.app).commands[command].params  # type: ignore[attr-defined]
    names = {parameter.opts[0].removeprefix("--").replace("-", "_") for parameter in found}
    return {RENAMED.get(name, name) for name in names - OF_THE_TERMINAL}


def keywords_of(function: Callable[..., Any], wishes: type) -> set[str]:
    own = set(inspect.signature(function).parameters) - {"wishes"}
    return own | set(wishes.__annotations__)


def test_the_flags_of_an_edit_are_the_keywords_of_edit() -> None:
    assert flags_of("edit") == keywords_of(frame2frame.edit, Wishes)


def test_the_flags_of_a_pick_are_the_keywords_of_pick() -> None:
    # Python's first argument may be frames as well as a file.
    assert flags_of("pick") - {"clip"} == keywords_of(frame2frame.pick, PickWishes) - {"frames"}


@pytest.mark.parametrize(
    ("function", "wishes"),
    [(frame2frame.edit, Wishes), (frame2frame.pick, PickWishes), (frame2frame.reselect, ReselectWishes)],
)
def test_the_help_of_a_function_names_every_wish(function: Callable[..., Any], wishes: type) -> None:
    assert not {name for name in wishes.__annotations__ if f"`{name}`" not in str(function.__doc__)}


VALUES: Mapping[str, Any] = {
    "candidates": 2,
    "rounds": 3,
    "strength": 0.5,
    "last_strength": 0.25,
    "height": 64,
    "width": 96,
    "negative_prompt": "blur",
    "caption_text": "The ball slowly turns blue.",
    "style": "steps",
    "mode": "frames",
    "judge": "local:somebody/model",
    "vlm": "local:somebody/model",
    "prompt_dir": "prompts",
    **{f"w_{name}": 0.5 for name in ("sem", "step", "id", "curve", "monotone")},
}


PATH = {"strategy": "path"}
PARTS: Mapping[str, Any] = {
    **dict.fromkeys(("rounds", "strength", "last_strength"), PATH),
    **{f"w_{name}": PATH for name in ("sem", "step", "id", "curve", "monotone")},
    "caption_text": {"caption": "given"},
    "style": {"caption": "vlm"},
    "mode": {"select": "judge"},
    "judge": {"select": "judge"},
    "vlm": {"caption": "vlm"},
    "prompt_dir": {"select": "judge"},
    "negative_prompt": {"model": "wan2.2-ti2v-5b"},
}
"""What must take part for each, where that is not so in any case."""


def test_every_wish_that_is_an_option_has_a_value_here() -> None:
    assert VALUES.keys() == PART_WISHES.keys()


@pytest.mark.parametrize("name", VALUES)
def test_a_wish_that_is_an_option_equals_that_option(name: str) -> None:
    full = PART_WISHES[name].options[-1]
    others: dict[str, Any] = PARTS.get(name, {})
    by_option = wish(options={full: VALUES[name]}, **others)
    assert wish(**{name: VALUES[name]}, **others).options == by_option.options == {full: VALUES[name]}


def test_an_option_that_is_a_wish_too_may_be_said_twice_alike() -> None:
    assert wish(candidates=2, options={"candidates": 2, "settled": 0.1}).options == {
        "strategy.candidates": 2,
        "select.settled": 0.1,
    }


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        (
            {"candidates": 4, "options": {"candidates": 2}},
            "candidates and the option strategy.candidates .*got 4 and 2",
        ),
        ({"height": 64, "options": {"generator.height": 96}}, "height and the option generator.height"),
        ({"caption": "vlm", "caption_text": "It turns blue."}, "caption and the words of caption_text"),
        ({"seed": 3, "seeds": [4, 5]}, "seeds gives each candidate its seed.*got 3 and 4; leave seed out"),
    ],
)
def test_two_wishes_that_contradict_each_other_are_refused(wishes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        wish(**wishes)


def test_words_for_the_caption_are_used_as_they_are() -> None:
    assert wish(caption_text="It turns blue.").caption == "given"


def test_the_first_of_several_seeds_is_the_seed() -> None:
    assert wish(seeds=[7, 8]).seed == 7 and wish(seeds=np.array([7, 8])).seeds == (7, 8)


def test_a_wish_wins_over_its_preset() -> None:
    assert wish(preset="search4", candidates=6).options["strategy.candidates"] == 6


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("candidate", "did you mean candidates?"),
        ("finalists", r"options=\{'finalists': …\}"),
        ("num_inference_steps", "that is steps here"),
        ("guidance_scale", "that is guidance here"),
        ("scheduler", r"that is options=\{'generator.solver': …\} here"),
        ("fps", "the answer is one frame"),
    ],
)
def test_a_word_that_is_no_wish_names_the_way(name: str, says: str) -> None:
    with pytest.raises(InputError, match=says.replace("?", r"\?")):
        wish(**{name: 3})


def test_values_that_stand_for_a_plain_one_are_taken() -> None:
    made = wish(
        device=torch.device("cpu"), memory=24, prompt_dir=Path("p"), keep=np.True_, candidates=np.int64(2),
        lora=Path("style.safetensors"), select="judge",
    )  # fmt: skip
    assert (made.device, made.memory, made.keep, made.lora) == ("cpu", "24", True, ("style.safetensors",))
    assert made.options == {"select.prompt_dir": "p", "strategy.candidates": 2}
    assert wish(device=[torch.device("cuda", 0), "cuda:1"]).device == "cuda:0,cuda:1"


class Thing:
    """No value of ours."""


@pytest.mark.parametrize("name", sorted(Wishes.__annotations__.keys() - PART_WISHES.keys()))
def test_a_wish_of_another_sort_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(InputError, match="got Thing") as raised:
        wish(**{name: Thing()})
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["keep", "refine"])
def test_a_text_is_no_truth_value(name: str) -> None:
    with pytest.raises(InputError, match=f"the wish {name} is true or false; got 'no'"):
        wish(**{name: "no"})


@pytest.mark.parametrize("name", ["source", "model", "mask", "device", "seed", "frames", "options", "select"])
def test_a_request_that_is_made_by_hand_is_checked_too(name: str) -> None:
    made = wish()
    fields = {"source": made.source, "instruction": "x", "model": made.model, name: Thing()}
    with pytest.raises(InputError, match="got Thing"):
        Request(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["footage", "source", "mask", "device", "select"])
def test_so_is_a_pick(name: str) -> None:
    made = Pick.of(np.stack([wish().source.picture] * 2), SCENE, "a blue ball")
    fields = {"footage": made.footage, "source": made.source, "target": "x", name: Thing()}
    with pytest.raises(InputError, match="got Thing"):
        Pick(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wishes", "drawn"),
    [
        ({"seeds": "1,2,3"}, 3),
        ({"seeds": "1,2,3", "candidates": 3}, 3),
        ({"seeds": [4, 5], "strategy": "search"}, 2),
        ({"seeds": [4, 5], "preset": "search15"}, 2),
        ({"seeds": [1, 2, 3, 4], "strategy": "path", "rounds": 2}, 4),
    ],
)
def test_each_seed_draws_a_clip(wishes: dict[str, Any], drawn: int) -> None:
    made = plan.of(wish(**wishes))
    assert made.strategy.draws == drawn and made.seeds == made.request.seeds and len(made.seeds) == drawn


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"seeds": "1,2,3", "candidates": 2}, "got 3 for a run of 2; leave `candidates` out"),
        ({"seeds": "1", "candidates": 2}, "got 1 for a run of 2; leave `candidates` out"),
        ({"seeds": "1,2,3", "strategy": "path", "rounds": 2}, "2 rounds.*got 3 of them; give 2, 4"),
        ({"seeds": "1,2,1"}, "equal seeds draw the same clip.*got 1 more than once; give each candidate"),
    ],
)
def test_seeds_that_are_no_seed_for_each_clip_are_refused(wishes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        plan.of(wish(**wishes))
