"""A draft that several devices share, of tiny random models and of drafts that only count."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

from frame2frame.engine.device.memory import Notes
from frame2frame.engine.device.multi_device import Dealt, Spread
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.errors import InputError, OutOfMemoryError
from frame2frame.values import Frames, Sampling

from ..drafts import ANY, MakeItem

Make = Callable[..., CogVideoX]

SEEDS = (1, 2, 3, 4, 5)
ENDLESS = 10**9


def spread(make: Callable[..., Any], *layout: str, devices: int = 2, **options: Any) -> Spread:
    names = tuple(f"cpu:{number}" for number in range(devices))
    return Spread(names, tuple(make(*layout, **(options | {"device": name})) for name in names))


def begun(model: Any, item: MakeItem, seeds: Sequence[int] = SEEDS) -> Any:
    sampling = model.sampling(ANY)
    return model.draft([item(seed, sampling) for seed in seeds], sampling)


def clip(draft: Any, candidate: int) -> Frames:
    return np.concatenate(list(draft.decode(candidate)))


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("frame2frame")}


def assert_same(ours: Any, alone: Any, pairs: Sequence[tuple[int, int]]) -> None:
    """Candidates of a shared draft and of one device's, up to rounding."""
    for mine, other in pairs:
        assert torch.allclose(ours.latents(mine), alone.latents(other), rtol=0, atol=1e-5)
        apart = clip(ours, mine).astype(int) - clip(alone, other)
        assert np.abs(apart).max() <= 1


@pytest.mark.parametrize(("layout", "devices"), [("rotary", 2), ("1.5", 3)])
def test_each_candidate_is_the_one_that_a_single_device_draws(
    tiny: Make, item: MakeItem, layout: str, devices: int
) -> None:
    options: dict[str, Any] = {"guidance": 3.0, "solver": "dpm"}
    alone = begun(tiny(layout, **options), item)
    with closing(begun(spread(tiny, layout, devices=devices, **options), item)) as ours:
        assert ours.steps_left == alone.steps_left
        ours.advance(9)
        alone.advance(9)
        assert ours.steps_left == 0 and ours.frame_times == alone.frame_times
        assert_same(ours, alone, [(number, number) for number in range(len(SEEDS))])


def test_previews_come_in_the_candidates_order(tiny: Make, item: MakeItem) -> None:
    alone = begun(tiny("rotary"), item)
    with closing(begun(spread(tiny, "rotary", devices=3), item)) as ours:
        ours.advance()
        alone.advance()
        apart = ours.preview().astype(int) - alone.preview()
    assert np.abs(apart).max() <= 1 and len(apart) == len(SEEDS)


def test_candidates_are_kept_in_the_order_that_is_asked_for(tiny: Make, item: MakeItem) -> None:
    alone = begun(tiny("rotary", solver="dpm"), item)
    with closing(begun(spread(tiny, "rotary", solver="dpm"), item)) as ours:
        for draft in (ours, alone):
            draft.advance(2)
            draft.keep([3, 4, 0])
            draft.thin([0, 2, 4])
            draft.advance(2)
        assert ours.units == alone.units
        assert_same(ours, alone, [(0, 0), (1, 1), (2, 2)])


def test_a_device_that_is_left_with_nothing_takes_over_half_of_anothers(tiny: Make, item: MakeItem) -> None:
    alone = begun(tiny("rotary", solver="dpm"), item, range(8))
    with closing(begun(spread(tiny, "rotary", devices=4, solver="dpm"), item, range(8))) as ours:
        for draft in (ours, alone):
            draft.advance(2)
            draft.keep([6, 2, 1])  # two on the third device, one on the second
            draft.advance(2)
        assert sorted(place.device for place in ours._places) == [0, 1, 2]
        assert_same(ours, alone, [(0, 0), (1, 1), (2, 2)])


def test_a_restored_draft_goes_on_bit_for_bit(tiny: Make, item: MakeItem) -> None:
    with closing(begun(spread(tiny, "rotary", solver="dpm"), item)) as draft:
        draft.advance(1)
        state = draft.state()
        draft.advance(3)
        wanted = [draft.latents(number) for number in range(5)]
        draft.restore(state)
        draft.keep([0, 2])  # both on one device
        draft.restore(state)
        draft.advance(3)
        assert all(torch.equal(draft.latents(number), wanted[number]) for number in range(5))


def test_clips_decoded_in_one_batch_come_in_the_order_that_is_asked_for(tiny: Make, item: MakeItem) -> None:
    with closing(begun(spread(tiny, "rotary"), item)) as draft:
        draft.advance(4)
        found = np.concatenate(list(draft.decode_together([3, 0, 2])), axis=1)
        apart = [clip(draft, number).astype(int) - own for number, own in zip((3, 0, 2), found, strict=True)]
    assert np.abs(apart).max() <= 1


def test_no_more_devices_are_used_than_there_are_candidates(tiny: Make, item: MakeItem) -> None:
    with closing(begun(spread(tiny, "rotary", devices=3), item, [1])) as draft:
        assert draft.at_once == 1 and len(threads()) <= 1
        draft.advance(4)
        assert len(clip(draft, 0)) == 17


def test_what_one_device_refuses_several_refuse(tiny: Make, item: MakeItem) -> None:
    model = spread(tiny, "rotary")
    sampling = model.sampling(ANY)
    with pytest.raises(InputError, match="nothing to draw"):
        model.draft([], sampling)
    start = model.still(item(1, sampling).picture, sampling)
    mixed = [item(seed, sampling, start=start, strength=strength) for seed, strength in ((1, 0.5), (2, 1.0))]
    with pytest.raises(InputError, match="one noise strength"):
        model.draft(mixed, sampling)
    assert not threads()


def test_a_draft_from_given_latents_is_shared_too(tiny: Make, item: MakeItem) -> None:
    model, alone = spread(tiny, "rotary"), tiny("rotary")
    sampling = model.sampling(ANY)
    start = model.still(item(1, sampling).picture, sampling)
    items = [item(seed, sampling, start=start, strength=0.5) for seed in (1, 2)]
    other = alone.draft(items, sampling)
    with closing(model.draft(items, sampling)) as ours:
        ours.advance(9)
        other.advance(9)
        assert_same(ours, other, [(0, 0), (1, 1)])


@dataclass
class Told:
    """A draft that counts instead of drawing, and meets the other device's where it has a meeting."""

    seeds: list[int]
    meeting: threading.Barrier | None = None
    gate: threading.Event | None = None
    """What it waits for after the first chunk."""
    fails_at: int | None = None
    """The step that runs out of memory."""
    steps: int = 0
    chunks: list[tuple[int, int]] = field(default_factory=list)
    """Which were decoded, candidate and number."""
    closed: bool = False
    said: Notes = field(default_factory=Notes)
    can_preview = False

    @property
    def steps_left(self) -> int:
        return ENDLESS - self.steps

    def advance(self, steps: int = 1) -> None:
        if self.meeting:
            self.meeting.wait(timeout=60)
        if self.steps == self.fails_at:
            raise OutOfMemoryError("the test does not fit in memory")
        if not self.steps:
            self.said.add("A sentence of every device.")
        self.steps += 1

    def notes(self) -> list[str]:
        return self.said.take()

    def keep(self, rows: Sequence[int]) -> None:
        self.seeds = [self.seeds[row] for row in rows]

    def decode(self, row: int) -> Iterator[Frames]:
        for number in range(3):
            if self.meeting:
                self.meeting.wait(timeout=60)
            if self.gate and number:
                self.gate.wait(timeout=60)
            self.chunks.append((row, number))
            yield np.full((2, 1, 1, 3), self.seeds[row], np.uint8)

    def close(self) -> None:
        self.closed = True


@dataclass(frozen=True)
class Teller:
    """Its generator."""

    options: dict[str, Any]
    made: list[Told]
    fails: bool = False

    def load(self) -> None:
        pass

    def draft(self, items: Sequence[Any], sampling: Sampling) -> Told:
        if self.fails:
            raise OutOfMemoryError("the test does not begin")
        self.made.append(Told([item.seed for item in items], **self.options))
        return self.made[-1]


def tellers(item: MakeItem, first: dict[str, Any], second: dict[str, Any], seeds: int = 4) -> Any:
    """A draft of two devices, and the devices' own drafts."""
    made: list[Told] = []
    sampling = Sampling(6, 8, 8, 1, (1.0,))
    generators: Any = [Teller(first, made), Teller(second, made)]
    draft = Dealt(("cpu:0", "cpu:1"), generators, [item(seed, sampling) for seed in range(seeds)], sampling)
    return draft, sorted(made, key=lambda one: one.seeds)


def test_devices_work_at_the_same_time(item: MakeItem) -> None:
    """Each waits for the other at every step and chunk, which one after the other would never end."""
    meeting = threading.Barrier(2)
    draft, _ = tellers(item, {"meeting": meeting}, {"meeting": meeting})
    with closing(draft):
        draft.advance(3)
        assert [int(clip(draft, number)[0, 0, 0, 0]) for number in range(4)] == [0, 1, 2, 3]


def test_an_error_of_one_device_stops_the_others_at_their_step(item: MakeItem) -> None:
    draft, (first, second) = tellers(item, {"fails_at": 2}, {})
    with closing(draft), pytest.raises(OutOfMemoryError, match="the test does not fit"):
        draft.advance(ENDLESS)
    assert first.steps == 2 and second.steps < ENDLESS
    assert first.closed and second.closed and not threads()


def test_a_device_that_cannot_begin_leaves_no_thread(item: MakeItem) -> None:
    sampling, made = Sampling(6, 8, 8, 1, (1.0,)), list[Told]()
    generators: Any = [Teller({}, made), Teller({}, made, fails=True)]
    with pytest.raises(OutOfMemoryError, match="does not begin"):
        Dealt(("cpu:0", "cpu:1"), generators, [item(seed, sampling) for seed in (1, 2)], sampling)
    assert not threads()


def test_a_draft_that_is_closed_while_it_is_decoded_leaves_no_thread(item: MakeItem) -> None:
    draft, (first, _) = tellers(item, {}, {})
    chunks = draft.decode(0)
    next(chunks)
    draft.close()
    draft.close()
    assert first.closed and not threads()


def test_what_is_decoded_ahead_is_given_up_when_the_draft_goes_on(item: MakeItem) -> None:
    draft, _ = tellers(item, {}, {})
    with closing(draft):
        clip(draft, 0)
        draft.keep([1, 3])
        assert [int(clip(draft, number)[0, 0, 0, 0]) for number in range(2)] == [1, 3]


def test_decoding_that_is_stopped_goes_no_further(item: MakeItem) -> None:
    gate = threading.Event()
    draft, (first, _) = tellers(item, {"gate": gate}, {}, seeds=2)
    with closing(draft):
        chunks = draft.decode(0)
        next(chunks)
        chunks.close()
        gate.set()
        draft.keep([0])  # after what the device is at
    assert first.chunks == [(0, 0), (0, 1)]


def test_what_a_device_tells_reaches_the_caller_once(item: MakeItem) -> None:
    draft, _ = tellers(item, {}, {})
    with closing(draft):
        draft.advance(2)
        assert draft.notes() == ["A sentence of every device."]
        assert draft.notes() == []


def test_devices_do_not_share_weights_and_load_them_once(tiny: Make, item: MakeItem) -> None:
    model = spread(tiny, "rotary")
    first, second = (one.loaded() for one in model.generators)  # type: ignore[attr-defined]
    assert first.transformer is not second.transformer
    assert tiny("rotary").loaded() is first  # the processor by its other name
    assert tiny("rotary", memory="8").loaded() is not first
