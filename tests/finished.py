"""Finished runs, made up, to be written into run folders."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np

from frame2frame.media.source import Source, load_picture
from frame2frame.runs.record import Execution, RunRecord, Settings, SourceRecord, source_path
from frame2frame.runs.write import Finished
from frame2frame.values import Caption, Choice, Clip, Frames, Scores, Step, Take, Vectors

NOON = datetime(2030, 1, 2, 12, 0, 0)
INSTRUCTION = "Move the red ball to the left edge"


def drawn(frames: int = 9, side: int = 48) -> Frames:
    clip = np.full((frames, side, side, 3), (200, 205, 210), np.uint8)
    for index in range(frames):
        clip[index, 20:30, index : index + 10] = (200, 30, 40)
    return clip


def a_step(choice: Choice, frames: Frames, seed: int = 42) -> Step:
    count = len(frames)
    columns = {
        "semantic": tuple(0.1 + 0.02 * index for index in range(count)),
        "likeness": tuple(1 - 0.03 * index for index in range(count)),
    }
    caption = Caption("The red ball rolls to the left.", "A red ball at the left.", "temporal")
    clip = Clip(frames, tuple(range(count)), seed)
    return Step(caption, clip, Scores(columns, threshold=0.2), choice, {"generate": 1.5})


def recorded(source: Source, instruction: str = INSTRUCTION) -> RunRecord:
    height, width = source.picture.shape[:2]
    where = SourceRecord(source_path(source.path), source.sha256, source.pixels_sha256, height, width)
    settings = Settings(instruction, where, "tabletop", 9, 20, 6.0, 42, "temporal", "earliest")
    execution = Execution(
        model_resolved="tabletop",
        model_revision=None,
        weights={"transformer.safetensors": "ab" * 32},
        encoder="tabletop",
        height=48,
        width=48,
        guidance_schedule=(6.0,) * 20,
        device="cpu",
        dtype="float32",
        threads=2,
        batch_seeds=(42,),
        batch_index=0,
        versions={"python": "3.11"},
        seconds={"generate": 1.5, "score": 0.1},
    )
    return RunRecord(settings, execution)


def finished(source: Source | None = None, choice: Choice | None = None) -> Finished:
    """What a small, whole run leaves behind."""
    frames = drawn()
    source = source or load_picture(frames[0])
    choice = choice or Choice(6, "Frame 6 is the earliest that is good enough.", 8)
    image = source.picture if choice.index is None else frames[choice.index]
    path = () if choice.index is None else (image,)
    metrics: dict[str, float | tuple[float, ...]] = {"path_length": 1.5, "semantic_scores": (0.1,)}
    metrics |= {"identity_drift": (0.0, math.nan), "none": ()}
    notes, told, steps = ("A note.",), ("A word.",), (a_step(choice, frames),)
    return Finished(recorded(source), source, steps, image, path, metrics, notes, told)


def directions(count: int, turn: float = 0.0) -> Vectors:
    """Unit vectors that turn from frame to frame."""
    angles = turn + np.linspace(0.0, 1.5, count)
    return np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=-1).astype(np.float32)


def a_round(frames: int, seed: int, passed: tuple[int, ...]) -> Step:
    """A round of a path with one more candidate; nothing passed means that it was rolled back."""
    choice = Choice(passed[-1], f"Seed {seed} costs least.") if passed else Choice(None, "It stays.", 1)
    step = a_step(choice, drawn(frames), seed)
    energies = tuple(-0.9 + 0.05 * index for index in range(frames))
    columns = {**step.scores.columns, "energy": energies}
    start = directions(1, turn=-0.1)
    scores = Scores(
        columns, {"energy": -0.8, "semantic": 0.0}, 0.1, vectors=directions(frames, 0.1 * seed), start=start
    )
    other = replace(step.clip, seed=seed + 100)
    return replace(step, scores=scores, passed=passed, others=(Take(other, scores),))


def walked(*passed: tuple[int, ...], strategy: str = "path") -> Finished:
    """What a path of such rounds of five frames leaves behind."""
    whole = finished()
    record = replace(whole.record, settings=replace(whole.record.settings, strategy=strategy))
    steps = tuple(a_round(5, seed, indices) for seed, indices in enumerate(passed, 1))
    states = tuple(step.clip.frames[index] for step in steps for index in step.passed)
    image = (whole.source.picture, *states)[-1]
    return replace(whole, record=record, steps=steps, path=states, image=image)
