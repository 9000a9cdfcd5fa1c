"""The clips that the training programs draw: seeds, kinds, courses, wordings, and both worlds in turn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training import Modules

FRAMES = 17
WIDE_AND_OTHERS = (slice(1, 3), slice(0, 4, 3))


def test_training_seeds_lie_below_the_held_out_ones(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    assert data.seed_of(full, "train", full.data.clips) < data.FIRST_CALIBRATION_SEED
    assert data.seed_of(full, "calibration", full.data.calibration) < data.FIRST_HELD_OUT_SEED
    assert data.seed_of(full, "held_out", 0) >= data.FIRST_HELD_OUT_SEED


def test_every_kind_is_drawn_by_its_weight(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    kinds = [data.kind_of(full, index) for index in range(2000)]
    counts = {kind: kinds.count(kind) for kind in data.KINDS}
    assert counts["morph"] > 1.4 * counts["left"] > 0
    drawn = [data.photograph_kind(full, index) for index in range(2000)]
    assert drawn.count("night") > 1.3 * drawn.count("fog") > 0


def test_a_quarter_of_the_clips_of_each_world_that_calibrate_end_without_the_edit(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    for of_photographs in (False, True):
        clips = [
            index
            for index in range(512)
            if data.is_photographed(full, "calibration", index) is of_photographs
        ]
        courses = [data.course_of("calibration", index) for index in clips]
        assert courses.count("whole") == 3 * len(clips) / 4
        assert min(courses.count(one) for one in ("never", "reverts", "other")) > len(clips) / 13


def test_only_the_last_instruction_has_a_made_up_word(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    plans = data.plan_shard(replace(full, data=replace(full.data, wide=0.0)), "train", 0, 16)
    known = {word for text in data.grammar_texts(0, 400) for word in text.replace(",", "").split()}
    strange = [
        [set(text.replace(",", "").split()) <= known for text in plan.record.instructions] for plan in plans
    ]
    assert all(all(row[:3]) for row in strange)
    assert sum(row[3] for row in strange) <= 1, "a made-up word may be one by chance, such as but"


def test_half_of_the_wordings_are_wide_and_leave_the_pictures_as_they_were(tools: Modules) -> None:
    data, full = tools["data"], tools["presets"].FULL
    plain = replace(full, data=replace(full.data, wide=0.0))
    both = [data.plan_shard(one, "train", 0, 16) for one in (full, plain)]
    for half, without in zip(*both, strict=True):
        assert np.array_equal(half.states, without.states)
        assert half.record.instructions[0] == without.record.instructions[0]
    texts = [planned.record.instructions for planned in both[0]]
    wide, others = (" ".join(text for row in texts for text in row[some]).lower() for some in WIDE_AND_OTHERS)
    assert " please" in wide and " please" not in others


@pytest.mark.parametrize("index", (0, 1))
def test_a_cached_clip_is_judged_by_the_truth_of_its_world(tools: Modules, scenery: Path, index: int) -> None:
    data, truth, preset = tools["data"], tools["truth"], tools["presets"].TINY
    planned = data.plan_shard(preset, "held_out", 0, 2, scenery)
    pictures, records = data.draw_shard(planned, "cpu")
    clip = pictures[index].numpy()
    one = truth.episode_of(records[index], clip)
    assert records[index].of_photograph == (index == 1)
    assert truth.judge(clip[FRAMES], one).success[0] and not truth.judge(clip[0], one).success[0]


def test_one_in_eight_made_up_words_cannot_be_spelled(tools: Modules) -> None:
    from frame2frame.worlds.tabletop.draws import Draws

    texts = [tools["data"].with_a_word(Draws(seed), "paint the cube blue") for seed in range(400)]
    strange = sum(not text.isascii() for text in texts)
    assert 25 < strange < 80 and all(len(text.split()) == 5 for text in texts)


def test_a_wish_for_more_or_less_is_never_shown_as_granted_from_the_start(tools: Modules) -> None:
    """A dark picture that is to be darker stayed as it was: it might have been made darker already."""
    data, latents, preset = tools["data"], tools["latents"], tools["presets"].TINY
    assert data.RELATIVE.issubset(data.ALL_KINDS)
    for planned in data.plan_shard(preset, "train", 0, 64):
        own = [one for one in latents.takes(preset, planned.record, 0) if one.kind != "still"]
        starts = {one.frames[0] for one in own}
        assert (starts == {0}) == (planned.record.kind in data.RELATIVE), planned.record.kind


def test_a_photograph_is_trained_on_mirrored_and_in_other_light_as_well(
    tools: Modules, scenery: Path
) -> None:
    from frame2frame.worlds.tabletop.draws import Draws

    photographs = tools["photographs"]
    plain = photographs.pictures_of(scenery, "train")[0]
    several = [photographs.varied(Draws(seed), plain) for seed in range(80)]
    assert all(one.shape == plain.shape and one.dtype == np.uint8 for one in several)
    mirrored = sum(np.array_equal(one, plain[:, ::-1]) for one in several)
    assert mirrored > 15 and sum(np.array_equal(one, plain) for one in several) > 15
    kept = (plain, plain[:, ::-1])
    relit = [one for one in several if not any(np.array_equal(one, same) for same in kept)]
    assert len(relit) > 8 and len({round(float(one.mean())) for one in relit}) > 5


def test_a_cached_clip_ends_in_its_target(tools: Modules, work: Path) -> None:
    clips = tools["shards"].Clips(work / "clips" / "train")
    pictures, record = clips.clip(0), clips.records[0]
    assert record.course == "whole" and record.complete_index is not None
    assert np.array_equal(pictures[tools["presets"].FRAMES - 1], pictures[tools["presets"].FRAMES])


def test_half_of_the_clips_are_of_photographs_with_the_truth_of_their_world(
    tools: Modules, scenery: Path
) -> None:
    data, preset = tools["data"], tools["presets"].TINY
    planned = data.plan_shard(preset, "train", 0, 12, scenery)
    pictures, records = data.draw_shard(planned, "cpu")
    photographed = [i for i, record in enumerate(records) if record.of_photograph]
    assert 3 <= len(photographed) <= 6 and len(records) - len(photographed) == 6
    for i in photographed:
        source, target = pictures[i, 0], pictures[i, FRAMES]
        assert records[i].complete_index is not None and len(set(records[i].instructions)) > 1
        assert torch.equal(pictures[i, FRAMES - 1], target) and not torch.equal(source, target)
        assert all(torch.equal(pictures[i, FRAMES + 3 + extra], source) for extra in range(2))


def test_a_clip_of_photographs_counts_as_complete_by_what_its_source_shows(
    tools: Modules, scenery: Path
) -> None:
    data, preset = tools["data"], tools["presets"].TINY
    looked_at = {"zoom-in", "fog", "zoom-out", "pan-left", "pan-right"}
    indices = [index for index in range(1, 60) if data.photograph_kind(preset, index) in looked_at]
    planned = [data.photograph_clip(preset, "train", index, scenery) for index in indices]
    known = {one.record.kind: one.record.known for one in planned if one is not None}
    assert known["zoom-in"] == known["fog"] == (0, 128, 0, 128)
    top, bottom, left, right = known["zoom-out"]
    assert 10 < top < 30 and top == left and bottom == right
    assert known["pan-left"][2] > 30 and known["pan-right"][3] < 100


@pytest.mark.parametrize(("kind", "is_mirrored"), [("fog", True), ("zoom-in", True), ("pan-left", False)])
def test_photographs_are_also_shown_in_a_mirror_where_that_is_the_same_edit(
    tools: Modules, kind: str, is_mirrored: bool
) -> None:
    """Rain falls one way, and a view that moves to the left moves to the right in a mirror."""
    data, latents, preset = tools["data"], tools["latents"], tools["presets"].TINY
    planned = data.plan_clip(preset, "train", 1)
    drawn = list(latents.takes(preset, planned.record, 0))
    assert not any(take.mirrored for take in drawn)
    shown = replace(planned.record, of_photograph=True, kind=kind)
    whole = [take for take in latents.takes(preset, shown, 0) if len(set(take.frames)) == FRAMES]
    assert [take.mirrored for take in whole] == ([False, True] if is_mirrored else [False])


def test_a_mirror_exchanges_left_and_right(tools: Modules) -> None:
    clips = torch.arange(36).view(2, 1, 2, 3, 3)
    kept, turned = tools["latents"]._mirrored(clips, [False, True])
    assert torch.equal(kept, clips[0]) and torch.equal(turned[:, :, 0], clips[1][:, :, 2])
