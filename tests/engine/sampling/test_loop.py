"""What a draft promises, on tiny random models of every layout."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from frame2frame.engine.families.cogvideox import network as cogvideox_network
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.errors import InputError, ModelError, OutOfMemoryError

from ..drafts import ANY, MakeItem, drafted

Make = Callable[..., CogVideoX]

LAYOUTS = ("1.0", "1.5", "rotary")


class Counting(cogvideox_network.CogVideoXFamily):
    """The real family, writing down what it was asked to do."""

    def __init__(self, model: CogVideoX) -> None:
        super().__init__(model.loaded())
        self.predicted: list[int] = []
        self.texts: list[str] = []
        self.pictures = 0

    def predict(self, latents: Tensor, *rest: Any) -> Tensor:
        self.predicted.append(len(latents))
        return super().predict(latents, *rest)

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        self.texts += texts
        return super().encode_text(texts)

    def encode_picture(self, *given: Any) -> Any:
        self.pictures += 1
        return super().encode_picture(*given)


def clips(draft: Denoising, count: int) -> list[Tensor]:
    return [draft.latents(candidate) for candidate in range(count)]


def test_each_text_and_picture_is_encoded_once(tiny: Make, item: MakeItem) -> None:
    family = Counting(tiny("rotary"))
    sampling = tiny("rotary", guidance=3.0).sampling(ANY)
    first = item(1, sampling)
    items = [first, dataclasses.replace(first, seed=2), item(3, sampling)]
    Denoising(family, items, sampling)
    assert family.texts == ["the ball turns red", ""]
    assert family.pictures == 2


def test_a_step_at_scale_one_leaves_out_the_blank_half(tiny: Make, item: MakeItem) -> None:
    family = Counting(tiny("rotary"))
    sampling = dataclasses.replace(tiny("rotary").sampling(ANY), guidance=(1.0, 4.0, 1.0, 2.0))
    draft = Denoising(family, [item(1, sampling), item(2, sampling)], sampling)
    draft.advance(4)
    assert family.predicted == [2, 4, 2, 4]


def test_guidance_changes_the_clip(tiny: Make, item: MakeItem) -> None:
    weak, _ = drafted(tiny("rotary", guidance=1.0), item, [1])
    strong, _ = drafted(tiny("rotary", guidance=6.0), item, [1])
    weak.advance(4)
    strong.advance(4)
    assert not torch.allclose(weak.latents(0), strong.latents(0), atol=1e-3)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_kept_candidates_go_on_as_if_nothing_had_happened(tiny: Make, item: MakeItem, layout: str) -> None:
    model = tiny(layout, guidance=3.0, solver="dpm")
    whole, _ = drafted(model, item)
    part, _ = drafted(model, item)
    whole.advance(4)
    part.advance(2)
    part.keep([2, 0])
    part.advance(2)
    for ours, theirs in zip(clips(part, 2), (whole.latents(2), whole.latents(0)), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_restored_draft_goes_on_bit_for_bit(tiny: Make, item: MakeItem, layout: str) -> None:
    model = tiny(layout, guidance=3.0, solver="dpm")
    straight, sampling = drafted(model, item, [1, 2])
    straight.advance(2)
    state = straight.state()
    straight.advance(2)
    other = model.draft([item(seed, sampling, "another text") for seed in (5, 6)], sampling)
    other.advance(1)
    other.restore(state)
    assert other.steps_left == 2
    other.advance(2)
    assert all(torch.equal(*pair) for pair in zip(clips(straight, 2), clips(other, 2), strict=True))


def test_a_state_survives_what_the_draft_does_next(tiny: Make, item: MakeItem) -> None:
    draft, _ = drafted(tiny("rotary", solver="dpm"), item, [1])
    draft.advance(1)
    state = draft.state()
    draft.advance(3)
    first = draft.latents(0)
    draft.restore(state)
    draft.advance(3)
    assert torch.equal(draft.latents(0), first)


@pytest.mark.parametrize(("layout", "units"), [("1.0", 13), ("1.5", 3), ("rotary", 5)])
def test_keeping_all_units_changes_nothing(tiny: Make, item: MakeItem, layout: str, units: int) -> None:
    model = tiny(layout, solver="dpm")
    whole, _ = drafted(model, item, [1])
    thinned, _ = drafted(model, item, [1])
    whole.advance(4)
    thinned.advance(2)
    assert thinned.units == tuple(range(units))
    thinned.thin(thinned.units)
    thinned.advance(2)
    assert torch.equal(whole.latents(0), thinned.latents(0))


@pytest.mark.parametrize(("layout", "kept"), [("1.0", (0, 5, 12)), ("1.5", (0, 2)), ("rotary", (0, 2, 4))])
def test_thinned_units_keep_their_latents_and_their_place(
    tiny: Make, item: MakeItem, layout: str, kept: tuple[int, ...]
) -> None:
    draft, sampling = drafted(tiny(layout), item, [1])
    draft.advance(2)
    before, unit = draft.latents(0), 2 if layout == "1.5" else 1
    draft.thin(kept)
    skipped = unit - 1
    rows = [unit * each + part - skipped for each in kept for part in range(unit)][skipped:]
    assert torch.equal(draft.latents(0), before[rows])
    draft.advance(2)
    assert draft.units == kept
    frames = np.concatenate(list(draft.decode(0)))
    assert len(frames) == len(draft.frame_times)
    assert draft.frame_times[0] == 0 and draft.frame_times[-1] == sampling.frames - 1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_thinned_unit_is_told_its_own_time(tiny: Make, item: MakeItem, layout: str) -> None:
    """Positions decide the answer: the same latents at other places in time give another one."""
    ends, middles = (drafted(tiny(layout), item, [1])[0] for _ in range(2))
    late, early = ends.units[-1], ends.units[1]
    ends.thin([0, late])
    middles.thin([0, early])
    middles._latents = ends._latents
    ends.advance(1)
    middles.advance(1)
    assert not torch.allclose(ends.latents(0), middles.latents(0), atol=1e-5)


def test_units_that_are_gone_cannot_be_kept(tiny: Make, item: MakeItem) -> None:
    draft, _ = drafted(tiny("rotary"), item, [1])
    draft.thin([0, 2, 4])
    with pytest.raises(InputError, match=r"choose from \[0, 2, 4\]"):
        draft.thin([0, 1])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_start_at_low_strength_stays_near_the_start(tiny: Make, item: MakeItem, layout: str) -> None:
    model = tiny(layout, steps=50)
    sampling = model.sampling(ANY)
    first = model.draft([item(1, sampling)], sampling)
    start = first.latents(0)
    weak = model.draft([item(2, sampling, start=start, strength=0.02)], sampling)
    assert weak.steps_left == 1
    weak.advance(1)
    far = model.draft([item(2, sampling, start=start, strength=0.9)], sampling)
    assert far.steps_left == 45
    far.advance(45)
    assert (weak.latents(0) - start).abs().mean() < 0.25 * (far.latents(0) - start).abs().mean()


def test_full_strength_is_pure_noise(tiny: Make, item: MakeItem) -> None:
    model = tiny("rotary")
    sampling = model.sampling(ANY)
    plain = model.draft([item(1, sampling)], sampling)
    start = model.draft([item(9, sampling)], sampling).latents(0)
    started = model.draft([item(1, sampling, start=start, strength=1.0)], sampling)
    assert torch.equal(plain.latents(0), started.latents(0))


def test_a_start_is_noised_to_the_level_its_steps_begin_at(tiny: Make, item: MakeItem) -> None:
    model = tiny("rotary", steps=10)
    sampling = model.sampling(ANY)
    noise = model.draft([item(1, sampling)], sampling).latents(0)
    start = torch.ones_like(noise)
    draft = model.draft([item(1, sampling, start=start, strength=0.5)], sampling)
    level = cogvideox_network.load(model.folder(), "cpu", "auto").scheduler.alphas_cumprod[499]
    assert torch.allclose(draft._latents[0], level.sqrt() * start + (1 - level).sqrt() * noise, atol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_previews_show_one_frame_a_latent_of_all_candidates(tiny: Make, item: MakeItem, layout: str) -> None:
    draft, sampling = drafted(tiny(layout), item)
    draft.advance(2)
    preview, latents = draft.preview(), len(draft.latents(0))
    assert preview.dtype == np.uint8
    assert preview.shape == (3, latents, sampling.height, sampling.width, 3)
    assert not np.array_equal(preview[0], preview[1])


def test_until_the_end_the_latents_are_the_predicted_clean_ones(tiny: Make, item: MakeItem) -> None:
    draft, _ = drafted(tiny("rotary"), item, [1])
    draft.advance(2)
    state = draft.state()
    assert torch.equal(draft.latents(0), state["clean"][0])
    assert not torch.allclose(draft.latents(0), state["latents"][0], atol=1e-2)


def test_latents_that_are_no_numbers_are_an_error(tiny: Make, item: MakeItem) -> None:
    draft, _ = drafted(tiny("rotary"), item, [1])
    draft.advance(4)
    draft._latents = draft._latents * float("nan")
    with pytest.raises(ModelError, match="not numbers"):
        next(draft.decode(0))


def test_a_failed_allocation_says_what_to_lower(tiny: Make, item: MakeItem) -> None:
    class Greedy(Counting):
        def predict(self, latents: Tensor, *rest: Any) -> Tensor:
            return torch.empty(2**60)

    sampling = tiny("rotary").sampling(ANY)
    draft = Denoising(Greedy(tiny("rotary")), [item(1, sampling)], sampling)
    with pytest.raises(OutOfMemoryError, match="number of candidates"):
        draft.advance(1)


def test_advancing_stops_at_the_end(tiny: Make, item: MakeItem) -> None:
    draft, _ = drafted(tiny("rotary"), item, [1])
    draft.advance(3)
    assert draft.steps_left == 1
    draft.advance(99)
    assert draft.steps_left == 0


def test_a_closed_draft_holds_no_tensors(tiny: Make, item: MakeItem) -> None:
    draft, _ = drafted(tiny("rotary"), item, [1])
    draft.close()
    assert not [value for value in vars(draft).values() if isinstance(value, Tensor)]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"strength": 0.5}, "needs a start"), ({"strength": 0.0}, "strength"), ({"strength": 1.5}, "strength")],
)
def test_items_that_cannot_be_drawn_are_refused(
    tiny: Make, item: MakeItem, options: dict[str, Any], message: str
) -> None:
    model = tiny("rotary")
    sampling = model.sampling(ANY)
    with pytest.raises(InputError, match=message):
        model.draft([item(1, sampling, **options)], sampling)


def test_a_picture_of_another_size_is_refused(tiny: Make, item: MakeItem) -> None:
    model = tiny("rotary")
    sampling = model.sampling(ANY)
    larger = dataclasses.replace(sampling, height=48)
    with pytest.raises(InputError, match=r"\(48, 32, 3\)"):
        model.draft([item(1, larger)], sampling)
