"""Fit from which similarity on the encoder calls an edit complete, to drawn clips of known truth.

It leans with the words: a pan, which the encoder hardly sees, never comes as near to its words as night does,
so that one similarity for all would refuse every pan. What is expected of a complete edit is a linear map of
the wanted scene's vector, found with the scores that an edit gets, in which contrast counts too, on clips of
training seeds that nothing is trained on; how far below it an edit still counts is some standard deviations.
It is kept in `clip/gate.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import clip
import data
import numpy as np
import processes
import torch
import vae
import weights
from loop import Options, read_options
from numpy.typing import NDArray
from presets import FRAMES

from frame2frame.score.similarity import score_together, similarities
from frame2frame.select.gate import Gate
from frame2frame.select.rules import Earliest
from frame2frame.values import Caption, Clip, Frames, Scores, Vectors

TOGETHER = 16
"""Clips judged together."""

MANY = 64
"""Clips from which on other processes are worth starting."""

THING, WHOLE = 3.0, 4.0
"""The standard deviations below what is expected, of wishes about a thing and about the whole picture. Of
the whole the encoder sees less, so less is refused."""

RIDGE = 0.003
"""Weight of the squared length of the linear map, beside the mean squared error."""


@dataclass(frozen=True)
class Threshold:
    """Where an edit counts as complete: a number, plus the product of `lean` and the wanted scene."""

    thing: float
    whole: float
    lean: NDArray[np.float64]
    """(features,)."""

    def of(self, one: Known) -> float:
        return (self.whole if one.of_whole else self.thing) + float(one.wanted @ self.lean)


@dataclass(frozen=True)
class Known:
    """A drawn clip with the scores that an edit would get."""

    record: data.Record
    frames: Frames
    scores: Scores
    caption: Caption
    wanted: Vectors
    """(features,): of the target caption."""
    of_whole: bool
    """Whether it is about the picture as a whole."""


@dataclass(frozen=True)
class Judge:
    """The trained model as an encoder of the package."""

    job: clip.JudgeJob
    threshold: float = 0.0

    def images(self, frames: Frames) -> Vectors:
        pictures = torch.from_numpy(np.ascontiguousarray(frames)).to(self.job.device)
        return self.job.images(data.to_model(pictures[:, None])[:, :, 0]).cpu().numpy()

    def texts(self, texts: Sequence[str]) -> Vectors:
        return self.job.texts(texts).cpu().numpy()


def known(job: clip.JudgeJob, clips: data.Clips, through_vae: bool = False) -> Iterator[Known]:
    """The clips and their scores; every second one goes through the VAE if asked, as generated ones do."""
    judge = Judge(job)
    for start in range(0, len(clips), TOGETHER):
        some = range(start, min(start + TOGETHER, len(clips)))
        pictures = clips.take(some, [range(FRAMES)] * len(some)).to(job.device)
        if through_vae:
            mean = vae.encode(job.vae, data.to_model(pictures[1::2])).mode()
            pictures[1::2] = data.to_pictures(vae.decode(job.vae, mean))
        seen = list(pictures.cpu().numpy())
        records = [clips.records[index] for index in some]
        captions = [Caption(one.ruled_temporals[0], one.ruled_targets[0], "rules") for one in records]
        judged = similarities(judge, np.stack([frames[0] for frames in seen]), captions)
        scored = score_together(judged, seen)
        for record, frames, one, scores, caption in zip(records, seen, judged, scored, captions, strict=True):
            yield Known(record, frames, scores, caption, one.contrast.target[0], one.contrast.of_whole)


def fitted(clips: Sequence[Known]) -> Threshold:
    """Ridge regression on the best evidence of the clips with a complete frame."""
    complete = [one for one in clips if one.record.complete_index is not None]
    best = np.array([Gate().evidence(one.scores).max() for one in complete])
    wanted = np.stack([one.wanted for one in complete]).astype(np.float64)
    centre, mean = wanted.mean(axis=0), best.mean()
    apart = wanted - centre
    lean = np.linalg.solve(
        apart.T @ apart / len(best) + RIDGE * np.eye(wanted.shape[1]), apart.T @ (best - mean) / len(best)
    ).round(5)
    expected = mean - centre @ lean
    spread = float((best - expected - wanted @ lean).std())
    return Threshold(round(expected - THING * spread, 5), round(expected - WHOLE * spread, 5), lean)


def figures(clips: Sequence[Known], threshold: Threshold) -> dict[str, float]:
    """Of each world: the shares of right answers, of the best constant, and of refusals by what is due."""
    answers = list(zip(clips, _answered(clips, threshold), strict=True))
    worlds = {
        "tabletop": [pair for pair in answers if not pair[0].record.of_photograph],
        "photographs": [pair for pair in answers if pair[0].record.of_photograph],
    }
    return {
        f"{world}_{name}": share
        for world, pairs in worlds.items()
        for name, share in _shares([(one.record.complete_index, answer) for one, answer in pairs]).items()
    }


Pairs = Sequence[tuple[int | None, int | None]]
"""The first complete frame of each clip, and the one that was taken."""


def _shares(pairs: Pairs) -> dict[str, float]:
    if not pairs:
        return {}
    truths = [truth for truth, _ in pairs]
    complete = [(truth, found) for truth, found in pairs if truth is not None]
    others = [found for truth, found in pairs if truth is None]
    shares = {
        "exact": sum(truth == found for truth, found in pairs) / len(pairs),
        "within_one": sum(map(_near, pairs)) / len(pairs),
        "best_constant": max(map(truths.count, truths)) / len(truths),
    }
    if complete:
        shares["false_none"] = sum(found is None for _, found in complete) / len(complete)
    if others:
        shares["none_if_due"] = sum(found is None for found in others) / len(others)
    return shares


def _near(pair: tuple[int | None, int | None]) -> bool:
    truth, found = pair
    return found == truth or (found is not None and truth is not None and abs(found - truth) <= 1)


def _answered(clips: Sequence[Known], threshold: Threshold) -> list[int | None]:
    """The selector's frame of each clip; of many clips other processes say it."""
    scores = [replace(one.scores, threshold=threshold.of(one), vectors=None, start=None) for one in clips]
    asked = ([one.frames for one in clips], scores, [one.caption for one in clips])
    if len(clips) < MANY:
        return list(map(_answer, *asked))
    with processes.pool() as pool:
        return list(pool.map(_answer, *asked, chunksize=4))


def _answer(frames: Frames, scores: Scores, caption: Caption) -> int | None:
    return Earliest().choose(Clip(frames, tuple(range(len(frames))), 0), scores, caption).index


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    job = clip.JudgeJob(options)
    weights.load_average(options.average("clip"), "clip", job.clip)
    with torch.inference_mode():
        fit = list(known(job, data.Clips(options.clips / "calibration"), through_vae=True))
        check = list(known(job, job.checked))
    threshold = fitted(fit)
    found = {name: round(share, 4) for name, share in figures(check, threshold).items()}
    numbers = {"threshold": threshold.thing, "whole_threshold": threshold.whole}
    kept = numbers | {"lean": threshold.lean.tolist(), "clips": len(fit), **found}
    keep(options, kept)
    weights.append_json(options.work / "calibrate.jsonl", numbers | found)
    print("calibrate", " ".join(f"{name} {share:g}" for name, share in found.items()), flush=True)


def keep(options: Options, kept: Mapping[str, Any]) -> None:
    """Write what was found, or what shipped."""
    path(options).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


NUMBERS = ("threshold", "whole_threshold", "lean")
"""What export.py writes into the encoder's configuration, each after `frame2frame_`."""


def path(options: Options) -> Path:
    """Where the threshold is kept for export."""
    return options.work / "clip" / "gate.json"


if __name__ == "__main__":
    main()
