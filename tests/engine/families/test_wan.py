"""What Wan 2.2 can draw, and what a draft of it promises, on tiny random models of both layouts."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import frame2frame
from frame2frame.engine.families.wan import network as wan_network
from frame2frame.engine.families.wan import parts as wan_parts
from frame2frame.engine.families.wan.config import NEGATIVE, read_layout
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.engine.sampling.pixels import to_frames
from frame2frame.errors import InputError
from frame2frame.values import Picture

from ..drafts import ANY, MakeItem, drafted

Make = Callable[..., Wan]

LAYOUTS = ("a14b", "5b")


def parts_of(model: Wan) -> wan_parts.Parts:
    return wan_parts.load(model.folder(), "cpu", "auto")


def wide(height: int, width: int) -> Picture:
    return np.zeros((height, width, 3), np.uint8)


@pytest.mark.parametrize(
    ("layout", "picture", "size"),
    [
        ("a14b", (480, 832), (480, 832)),
        ("a14b", (1080, 1920), (464, 832)),
        ("a14b", (500, 500), (624, 624)),
        ("5b", (704, 1280), (704, 1280)),
        ("5b", (1920, 1080), (1248, 704)),
    ],
)
def test_the_size_has_the_picture_s_aspect_and_the_model_s_area(
    tiny_wan: Make, layout: str, picture: tuple[int, int], size: tuple[int, int]
) -> None:
    sampling = tiny_wan(layout, height=None, width=None).sampling(wide(*picture))
    assert (sampling.height, sampling.width) == size


@pytest.mark.parametrize(
    ("layout", "expected"), [("a14b", (81, 40, 3.5, 16, 875.0)), ("5b", (121, 50, 5.0, 32, None))]
)
def test_the_defaults_follow_the_layout(tiny_wan: Make, layout: str, expected: tuple[Any, ...]) -> None:
    model = tiny_wan(layout, frames=None, steps=None, guidance=None)
    drawn, own = model.sampling(ANY), read_layout(model.folder())
    assert (drawn.frames, drawn.steps, drawn.guidance[0], own.multiple, own.boundary) == expected
    assert len(drawn.guidance) == drawn.steps


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"frames": 18}, "the nearest is 17 or 21$"),
        ({"frames": 4}, "the nearest is 5$"),
        ({"frames": 97}, "from 5 to 81; got 97; the nearest is 81$"),
        ({"steps": 0}, "the nearest is 1$"),
        ({"guidance": -1.0}, "the nearest is 0$"),
        ({"guidance": math.nan}, "the nearest is 3.5$"),
        ({"guidance_low": 31.0}, "lies from 0 to 30; got 31.0"),
        ({"height": 40}, r"the nearest it can is 32 × 64$"),
        ({"solver": "ddim"}, "there are unipc, euler$"),
        ({"shift": 0.0}, "lies above 0 and up to 100; got 0.0"),
    ],
)
def test_what_cannot_be_drawn_names_the_nearest(tiny_wan: Make, options: dict[str, Any], said: str) -> None:
    given = {"guidance": 1.0, "guidance_low": None} | options
    with pytest.raises(InputError, match=said):
        tiny_wan("a14b", **given).sampling(ANY)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_streamed_chunks_are_exactly_the_whole_decode(tiny_wan: Make, item: MakeItem, layout: str) -> None:
    model = tiny_wan(layout)
    draft, _ = drafted(model, item, [4])
    draft.advance(4)
    chunks = list(draft.decode(0))
    assert [len(chunk) for chunk in chunks] == [1, 4, 4, 4, 4]
    vae = parts_of(model).vae
    mean, deviation = (
        torch.tensor(v)[:, None, None] for v in (vae.config.latents_mean, vae.config.latents_std)
    )
    whole = vae.decode((draft.latents(0) * deviation + mean).transpose(0, 1)[None]).sample
    assert np.array_equal(np.concatenate(chunks), to_frames(whole)[0])


def test_two_clips_can_be_decoded_in_turns(tiny_wan: Make, item: MakeItem) -> None:
    draft, _ = drafted(tiny_wan("a14b"), item, [1, 2])
    draft.advance(4)
    apart = [np.concatenate(list(draft.decode(candidate))) for candidate in (0, 1)]
    turns = list(zip(draft.decode(0), draft.decode(1), strict=True))
    for candidate in (0, 1):
        assert np.array_equal(np.concatenate([pair[candidate] for pair in turns]), apart[candidate])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_kept_candidates_go_on_as_if_nothing_had_happened(
    tiny_wan: Make, item: MakeItem, layout: str
) -> None:
    model = tiny_wan(layout, guidance=3.0, steps=5)
    whole, _ = drafted(model, item)
    part, _ = drafted(model, item)
    whole.advance(5)
    part.advance(3)
    part.keep([2, 0])
    part.advance(2)
    for ours, theirs in ((0, 2), (1, 0)):
        assert torch.allclose(part.latents(ours), whole.latents(theirs), atol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_restored_draft_goes_on_bit_for_bit(tiny_wan: Make, item: MakeItem, layout: str) -> None:
    model = tiny_wan(layout, guidance=3.0, steps=5)
    straight, sampling = drafted(model, item, [1, 2])
    straight.advance(3)
    state = straight.state()
    straight.advance(2)
    other = model.draft([item(seed, sampling, "another text") for seed in (5, 6)], sampling)
    other.restore(state)
    other.advance(2)
    assert all(torch.equal(straight.latents(each), other.latents(each)) for each in (0, 1))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("renumber", [False, True])
def test_keeping_all_units_changes_nothing(
    tiny_wan: Make, item: MakeItem, layout: str, renumber: bool
) -> None:
    model = tiny_wan(layout, steps=5)
    whole, _ = drafted(model, item, [1])
    thinned, _ = drafted(model, item, [1])
    whole.advance(5)
    thinned.advance(3)
    assert thinned.units == (0, 1, 2, 3, 4)
    thinned.thin(thinned.units, renumber)
    thinned.advance(2)
    assert torch.equal(whole.latents(0), thinned.latents(0))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_thinned_units_keep_their_latents_and_their_times(
    tiny_wan: Make, item: MakeItem, layout: str
) -> None:
    draft, _ = drafted(tiny_wan(layout, steps=5), item, [1])
    draft.advance(3)
    before = draft.latents(0)
    draft.thin([0, 1, 4])
    assert torch.equal(draft.latents(0), before[[0, 1, 4]])
    draft.advance(2)
    assert draft.frame_times == (0, 1, 2, 3, 4, 13, 14, 15, 16)
    assert len(np.concatenate(list(draft.decode(0)))) == 9


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_thinned_unit_is_told_its_own_time_unless_renumbered(
    tiny_wan: Make, item: MakeItem, layout: str
) -> None:
    """Positions decide the answer; renumbered, the last unit is answered as if it came second."""
    own, renumbered, second = (drafted(tiny_wan(layout, steps=5), item, [1])[0] for _ in range(3))
    own.thin([0, 4])
    renumbered.thin([0, 4], renumber=True)
    second.thin([0, 1])
    second._latents = own._latents
    for draft in (own, renumbered, second):
        draft.advance(2)
    if layout == "5b":  # the condition is the same in every place
        assert torch.allclose(renumbered.latents(0), second.latents(0), atol=1e-6)
    assert not torch.allclose(own.latents(0), renumbered.latents(0), atol=1e-4)


def test_units_thinned_twice_are_placed_by_their_number_in_the_full_clip(
    tiny_wan: Make, item: MakeItem
) -> None:
    once, twice = (drafted(tiny_wan("a14b", steps=5), item, [1])[0] for _ in range(2))
    twice.thin([0, 2, 3, 4], renumber=True)
    for draft in (once, twice):
        draft.thin([0, 3])
        draft.advance(2)
    assert torch.equal(once.latents(0), twice.latents(0))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_start_at_low_strength_stays_near_the_start(tiny_wan: Make, item: MakeItem, layout: str) -> None:
    model = tiny_wan(layout, steps=50)
    sampling = model.sampling(ANY)
    start = model.still(item(1, sampling).picture, sampling)
    weak = model.draft([item(2, sampling, start=start, strength=0.02)], sampling)
    assert weak.steps_left == 1
    weak.advance(1)
    far = model.draft([item(2, sampling, start=start, strength=0.9)], sampling)
    far.advance(45)
    assert (weak.latents(0) - start)[1:].abs().mean() < 0.25 * (far.latents(0) - start)[1:].abs().mean()


def test_a_start_is_noised_to_the_level_its_steps_begin_at(tiny_wan: Make, item: MakeItem) -> None:
    model = tiny_wan("a14b", steps=10)
    sampling = model.sampling(ANY)
    noise = model.draft([item(1, sampling)], sampling).latents(0)
    start = torch.ones_like(noise)
    draft = model.draft([item(1, sampling, start=start, strength=0.5)], sampling)
    level = model.noise(read_layout(model.folder()), 10).levels[5]
    assert torch.allclose(draft._latents[0], (1 - level) * start + level * noise, atol=1e-6)


def test_the_held_picture_is_the_first_latent_from_the_first_step_on(tiny_wan: Make, item: MakeItem) -> None:
    model = tiny_wan("5b")
    draft, sampling = drafted(model, item, [1])
    known = model.still(item(1, sampling).picture, dataclasses.replace(sampling, frames=1))
    for _ in range(sampling.steps):
        draft.advance(1)
        assert torch.equal(draft.latents(0)[:1], known)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_previews_show_a_frame_a_latent_of_all_candidates(
    tiny_wan: Make, item: MakeItem, layout: str
) -> None:
    draft, sampling = drafted(tiny_wan(layout), item)
    draft.advance(2)
    latents = len(draft.latents(0))
    assert draft.preview().shape == (3, latents, sampling.height, sampling.width, 3)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_still_clip_is_what_the_vae_makes_of_the_repeated_picture(
    tiny_wan: Make, item: MakeItem, layout: str
) -> None:
    model = tiny_wan(layout)
    sampling = model.sampling(ANY)
    picture = item(4, sampling).picture
    still = model.still(picture, sampling)
    assert still.shape == wan_network.WanFamily(parts_of(model), model).latent_shape(sampling)
    pixels = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None, :, None]
    vae = parts_of(model).vae
    stock = to_frames(vae.decode(vae.encode(pixels).latent_dist.mode()).sample)[0, 0].astype(int)
    assert np.abs(model.repeated(picture) - stock).max() <= 1
    assert stock.std() > 1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_smaller_and_shorter_samplings_are_legal(tiny_wan: Make, item: MakeItem, layout: str) -> None:
    model = tiny_wan(layout, height=64, width=96)
    sampling = model.sampling(ANY)
    small, short = model.resized(sampling, 0.5), model.shortest(sampling)
    multiple = read_layout(model.folder()).multiple
    assert small.height % multiple == small.width % multiple == 0
    assert (small.height, small.width) < (64, 96) and short.frames == 5
    draft = model.draft([item(1, small)], model.shortest(small))
    draft.advance(4)
    assert np.concatenate(list(draft.decode(0))).shape == (5, small.height, small.width, 3)


def test_each_step_runs_the_expert_for_its_noise(tiny_wan: Make, item: MakeItem) -> None:
    asked: list[int] = []

    class Watching(wan_network.WanFamily):
        def _expert(self, timestep: float) -> Any:
            chosen = super()._expert(timestep)
            asked.append(self._parts.transformers.index(chosen))
            return chosen

    model = tiny_wan("a14b")
    sampling = model.sampling(ANY)
    draft = Denoising(Watching(parts_of(model), model), [item(1, sampling)], sampling)
    draft.advance(4)
    assert asked == [int(step < 875) for step in model.noise(read_layout(model.folder()), 4).timesteps]
    assert set(asked) == {0, 1}


def test_guidance_leads_away_from_faults_and_not_from_stillness(tiny_wan: Make, item: MakeItem) -> None:
    assert not {"static", "still", "motionless", "walking backwards"} & set(NEGATIVE.split(", "))
    texts: list[str] = []

    class Reading(wan_network.WanFamily):
        def encode_text(self, given: Sequence[str]) -> Tensor:
            texts.extend(given)
            return super().encode_text(given)

    model = tiny_wan("a14b", guidance=3.0)
    sampling = model.sampling(ANY)
    Denoising(Reading(parts_of(model), model), [item(1, sampling)], sampling)
    assert texts == ["the ball turns red", NEGATIVE]


def test_the_stock_rotary_positions_are_back_after_a_step(tiny_wan: Make, item: MakeItem) -> None:
    model = tiny_wan("a14b")
    draft, _ = drafted(model, item, [1])
    draft.thin([0, 4])
    draft.advance(1)
    rope, latents = parts_of(model).transformers[0].rope, torch.zeros(1, 36, 2, 4, 8)
    assert torch.equal(rope(latents)[0], type(rope)(12, (1, 2, 2), 64)(latents)[0])


def test_the_vae_keeps_its_precision_in_a_run_of_bfloat16(tiny_wan: Make, item: MakeItem) -> None:
    model = tiny_wan("5b", dtype="bfloat16")
    draft, _ = drafted(model, item, [1])
    draft.advance(4)
    parts = wan_parts.load(model.folder(), "cpu", "bfloat16")
    assert (parts.vae.dtype, parts.transformers[0].dtype) == (torch.float32, torch.bfloat16)
    assert draft.latents(0).dtype == torch.float32
    assert next(draft.decode(0)).shape == (1, 32, 64, 3)


def test_a_folder_is_edited_with_as_any_model(tiny_wan: Make) -> None:
    result = frame2frame.edit(
        wide(60, 104),
        "make the cube red",
        model=str(tiny_wan("a14b").folder()),
        encoder="tabletop",
        frames=5,
        steps=1,
        seed=1,
        options={"generator.height": 48, "generator.width": 80, "gate.presence": -100},
        out=None,
        device="cpu",
    )
    assert result.frames.shape == (5, 46, 80, 3)  # no padding is left
    assert result.image.shape == (60, 104, 3)
