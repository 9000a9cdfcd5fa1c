"""What the page's fields ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frame2frame import plan
from frame2frame.app.form import DRAWN, Written, filled_by, usual, written_by
from frame2frame.engine.models import catalogue
from frame2frame.errors import Frame2FrameError, InputError
from frame2frame.worlds.tabletop.example import EXAMPLE

from .forms import FORM, WRITTEN


def test_the_fields_become_the_request_that_they_say() -> None:
    request = FORM.but(caption=WRITTEN.temporal).request(WRITTEN, "weights")
    assert (request.frames, request.steps, request.guidance, request.seed) == (9, 1, 1.0, 5)
    assert (request.model.name, request.caption, request.strategy) == ("tabletop", "temporal", "one-shot")
    assert request.options == {"strategy.candidates": 1} and request.cache_dir == "weights"


def test_the_iterative_mode_takes_rounds_strength_and_weights() -> None:
    request = FORM.but(strategy="path").request(WRITTEN)
    options = request.options
    assert options["strategy.rounds"] == 2 and options["strategy.candidates"] == 3
    assert options["strategy.strength"] == 0.7 and options["strategy.w_id"] == 0.3
    assert len(plan.of(request).seeds) == 6


def test_a_search_takes_its_seeds_finalists_and_the_point_of_dropping() -> None:
    request = FORM.but(strategy="search").request(WRITTEN)
    names = ("strategy.candidates", "strategy.finalists", "strategy.probe_steps")
    assert request.options == dict(zip(names, (3, 1, 0.5), strict=True))
    assert len(plan.of(request).seeds) == 3


def test_a_preset_brings_what_no_field_says_and_the_fields_win() -> None:
    request = FORM.but(preset="fast", steps=3).request(WRITTEN)
    assert (request.preset, request.steps, request.strategy) == ("fast", 3, "one-shot")
    assert request.options == {"strategy.candidates": 1, "strategy.stop_early": True}
    assert (
        FORM.but(preset="fast", strategy="path").request(WRITTEN).options.get("strategy.stop_early") is None
    )


def test_a_preset_fills_in_the_fields_that_say_what_it_does() -> None:
    assert filled_by("search15") == {
        "strategy": "search", "seeds": 15, "finalists": 0
    }  # fmt: skip
    assert filled_by("fast") == {"strategy": "one-shot"} and filled_by("") == {}
    tabletop = catalogue.find("tabletop")
    assert usual(tabletop, "") == (17, 5, 2.0)
    assert usual(tabletop, "fast") == (9, 5, 2.0)


def test_the_numbers_of_a_model_that_is_not_here_are_those_of_the_catalogue() -> None:
    model = catalogue.find("cogvideox1.5-5b-i2v")
    assert usual(model, "fast") == (model.frames, model.steps, model.guidance)


def test_memory_and_lora_files_are_wishes_one_a_line() -> None:
    request = FORM.but(memory="8:32", lora=" one.safetensors:0.5\n\nsome/hub-id\n").request(WRITTEN)
    assert request.memory == "8:32" and request.lora == ("one.safetensors:0.5", "some/hub-id")


def test_the_advanced_fields_become_wishes_and_empty_ones_none() -> None:
    request = FORM.but(refine=True, keep=False, encoder=" tabletop ", identity="dino").request(WRITTEN)
    assert (request.refine, request.keep, request.encoder) == (True, False, "tabletop")
    assert request.identity == "dino"
    request = FORM.but(mask=str(EXAMPLE.picture)).request(WRITTEN)
    assert request.mask is not None and (request.encoder, request.identity) == (None, None)


def test_fields_that_were_never_shown_have_no_words() -> None:
    form = FORM.but(encoder=None, identity=None, preset=None, memory=None, lora=None)
    request = form.request(WRITTEN)
    assert (request.encoder, request.identity, request.keep) == (None, None, True)
    assert (request.preset, request.memory, request.lora) == (None, "auto", ())


def test_every_mode_and_selector_gets_only_options_that_it_has() -> None:
    for strategy in ("one-shot", "path", "search"):
        for selector in ("earliest", "best", "energy"):
            plan.of(FORM.but(strategy=strategy, selector=selector).request(WRITTEN))


@pytest.mark.parametrize("seed", [DRAWN, None])
def test_a_seed_that_is_not_given_is_drawn_anew_each_time(seed: int | None) -> None:
    form = FORM.but(seed=seed)
    drawn_seeds = {form.request(WRITTEN).seed for _ in range(3)}
    assert len(drawn_seeds) > 1 and all(0 <= one < 2**32 for one in drawn_seeds)


def test_a_caption_that_the_user_changed_is_used_as_it_is() -> None:
    request = FORM.but(caption="the cube floats away").request(WRITTEN)
    caption = plan.of(request).stages.captioner.write(request.source.picture, request.instruction)
    assert caption.temporal == "the cube floats away" and caption.target == WRITTEN.target


def test_a_caption_of_an_earlier_instruction_gives_way() -> None:
    form = FORM.but(instruction="remove the purple cube", caption="the cube floats away")
    assert form.own_caption(WRITTEN) is None
    assert form.request(WRITTEN).caption == "temporal"


def test_an_emptied_caption_is_written_again() -> None:
    assert FORM.but(caption=" ").request(WRITTEN).caption == "temporal"


def test_a_caption_of_the_user_s_own_that_gives_way_is_told_until_he_types_another() -> None:
    typed = WRITTEN.changed(" the cube floats away ")
    assert typed.own == "the cube floats away" and WRITTEN.changed(WRITTEN.temporal).own == ""
    first = written_by("temporal", None, "remove the purple cub").after(typed)
    second = written_by("temporal", None, "remove the purple cube").after(first)
    assert (second.own, second.replaced) == ("", "the cube floats away")
    assert second.changed(second.temporal) == second
    assert second.changed("it shrinks").replaced == "" and WRITTEN.after(WRITTEN).replaced == ""


def test_a_caption_that_no_server_writes_says_so_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    written = written_by("vlm", str(EXAMPLE.picture), EXAMPLE.instruction)
    assert written.temporal == WRITTEN.temporal
    assert ["no server is set" in note for note in written.notes] == [True]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 1.5}, "seed must be a whole number; got 1.5"),
        ({"seed": 1e20}, "the browser rounds so large a seed; got 100000000000000000000"),
        ({"frames": 9.5}, "frames must be a whole number; got 9.5"),
        ({"steps": 2.25}, "steps must be a whole number; got 2.25"),
        ({"clips": 1.5}, "clips must be a whole number; got 1.5"),
        ({"strategy": "path", "rounds": 1.5}, "rounds must be a whole number; got 1.5"),
        ({"strategy": "search", "finalists": 1.5}, "finalists must be a whole number; got 1.5"),
    ],
)
def test_a_number_that_would_have_to_be_changed_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        FORM.but(**changes).request(WRITTEN)
    assert str(caught.value).startswith(said)


def test_a_seed_as_large_as_the_browser_can_say_is_taken_as_it_is() -> None:
    assert FORM.but(seed=float(2**53 - 1)).request(WRITTEN).seed == 2**53 - 1


def test_no_instruction_has_no_caption() -> None:
    assert written_by("temporal", None, "  ") == Written("  ", "temporal")


def test_an_unknown_number_of_a_model_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(Frame2FrameError, match="did you mean tabletop"):
        FORM.but(model="tabeltop").request(WRITTEN)
