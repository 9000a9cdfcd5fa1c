"""Where memory runs out a draft goes on with less at once, and repeats nothing that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from frame2frame.engine.device.memory import WHOLE, Economy
from frame2frame.engine.families.cogvideox import network as cogvideox_network
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.families.wan import network as wan_network
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.sampling.family import Clips
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.errors import OutOfMemoryError
from frame2frame.plugins.stages import Item

Make = Callable[..., CogVideoX]
MakeItem = Callable[..., Item]

ANY = np.zeros((40, 60, 3), np.uint8)


class Small(cogvideox_network.CogVideoXFamily):
    """The real family on a device that holds so many rows, decoded pixels and latents only."""

    def __init__(self, model: CogVideoX, rows: int = 99, pixels: int = 10**9, side: int = 99) -> None:
        super().__init__(model.loaded())
        self.rows, self.pixels, self.side = rows, pixels, side
        self.predicted: list[tuple[float, int]] = []

    def predict(self, latents: Tensor, timestep: float, *rest: Any) -> Tensor:
        if len(latents) > self.rows:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        self.predicted.append((timestep, len(latents)))
        return super().predict(latents, timestep, *rest)

    def encode_picture(self, picture: Any, sampling: Any = None, economy: Economy = WHOLE) -> Any:
        if (economy.picture or max(picture.shape)) > self.side:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().encode_picture(picture, sampling, economy)

    def _streamed(self, waiting: Tensor) -> Iterator[Tensor]:
        for number, pixels in enumerate(super()._streamed(waiting)):
            if number and waiting.shape[0] * waiting.shape[3] * waiting.shape[4] > self.pixels:
                raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
            yield pixels


def test_a_step_that_does_not_fit_is_made_row_by_row_and_those_before_it_stand(
    tiny: Make, item: MakeItem
) -> None:
    model = tiny("rotary", guidance=3.0, steps=4)
    sampling = model.sampling(ANY)
    items = [item(seed, sampling) for seed in (1, 2)]
    whole = Denoising(Small(model), items, sampling)
    whole.advance(4)
    family = Small(model)
    draft = Denoising(family, items, sampling)
    draft.advance(2)
    family.rows = 1
    draft.advance(2)
    timesteps = family.solver(4).timesteps
    assert family.predicted == [(timesteps[0], 4), (timesteps[1], 4)] + [
        (timestep, 1) for timestep in timesteps[2:] for _ in range(4)
    ]
    for candidate in range(2):
        torch.testing.assert_close(draft.latents(candidate), whole.latents(candidate), atol=1e-5, rtol=1e-4)
    assert draft.notes() == [
        f"Memory ran out while denoising; from here on the model makes at most {rows} predictions at once."
        for rows in (2, 1)
    ]


def test_a_decode_that_does_not_fit_takes_fewer_candidates_then_smaller_tiles(
    tiny: Make, item: MakeItem
) -> None:
    model = tiny("rotary", steps=2)
    sampling = model.sampling(ANY)
    family = Small(model)
    draft = Denoising(family, [item(seed, sampling) for seed in (1, 2)], sampling)
    draft.advance(2)
    wanted = np.concatenate(list(draft.decode_together([0, 1])), axis=1)
    family.pixels = 8
    found = np.concatenate(list(draft.decode_together([0, 1])), axis=1)
    assert found.shape == wanted.shape == (2, 17, 32, 32, 3)
    assert np.array_equal(found[:, :9], wanted[:, :9])  # the chunk that was given before memory ran out
    assert draft.notes() == [
        "Memory ran out while decoding; from here on at most 1 candidates are decoded at once.",
        "Memory ran out while decoding; from here on frames are decoded in tiles of 21 pixels.",
    ]


def test_one_candidate_at_a_time_decodes_to_the_same(tiny: Make, item: MakeItem) -> None:
    model = tiny("1.5", steps=2, height=32, width=48, frames=17)
    sampling = model.sampling(ANY)
    family = Small(model)
    draft = Denoising(family, [item(seed, sampling) for seed in (1, 2, 3)], sampling)
    draft.advance(2)
    together = np.concatenate(list(draft.decode_together([0, 1, 2])), axis=1)
    family.pixels = 4 * 6
    apart = np.concatenate(list(draft.decode_together([0, 1, 2])), axis=1)
    assert np.abs(together.astype(int) - apart).max() <= 1
    assert any("candidates are decoded at once" in note for note in draft.notes())


def test_a_picture_that_does_not_fit_is_encoded_in_tiles_and_draws_the_same_noise(
    tiny: Make, item: MakeItem
) -> None:
    model = tiny("rotary")
    sampling = model.sampling(ANY)
    whole = Denoising(Small(model), [item(1, sampling)], sampling)
    draft = Denoising(Small(model, side=24), [item(1, sampling)], sampling)
    assert torch.equal(draft.latents(0), whole.latents(0))
    (note,) = draft.notes()
    assert note.startswith("Memory ran out while encoding the picture and the text; ")
    assert note.endswith("from here on the picture is encoded in tiles of 21 pixels.")


def test_what_does_not_fit_at_all_is_an_error_and_the_draft_stands(tiny: Make, item: MakeItem) -> None:
    model = tiny("rotary", steps=2)
    sampling = model.sampling(ANY)
    family = Small(model)
    draft = Denoising(family, [item(1, sampling)], sampling)
    draft.advance(1)
    family.rows = 0
    with pytest.raises(OutOfMemoryError, match="denoising does not fit in memory"):
        draft.advance(1)
    family.rows = 1
    draft.advance(1)
    assert draft.steps_left == 0
    assert len(family.predicted) == 2 or family.predicted[0][1] == 2


def test_a_preset_makes_the_halves_of_guidance_one_after_the_other(tiny: Make, item: MakeItem) -> None:
    model = tiny("rotary", guidance=3.0, steps=2)
    sampling = model.sampling(ANY)
    family = Small(model)
    family.economy = Economy(rows=1)
    Denoising(family, [item(1, sampling)], sampling).advance(2)
    assert [rows for _, rows in family.predicted] == [1, 1, 1, 1]


@pytest.mark.parametrize("layout", ["a14b", "5b"])
def test_wan_works_in_tiles_too(layout: str, tiny_wan: Callable[..., Wan], item: MakeItem) -> None:
    model = tiny_wan(layout, steps=1)
    sampling = model.sampling(ANY)
    family = wan_network.WanFamily(model.loaded(), model)
    draft = Denoising(family, [item(1, sampling)], sampling)
    draft.advance(1)
    wanted: Clips = np.concatenate(list(draft.decode(0)))
    draft._thrift.economy = replace(draft._thrift.economy, tile=32)
    found = np.concatenate(list(draft.decode(0)))
    assert found.shape == wanted.shape
    assert not np.array_equal(found, wanted)
