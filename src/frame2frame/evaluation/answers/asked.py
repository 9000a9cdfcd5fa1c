"""What is asked of a set's evaluation; the fields are options of the command line."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InputError
from ...plugins.options import check, option
from ..measures.perceptual import TRUNKS

NAMED = ("tedbench", "posedit")
"""Sets that go by a name; `sets.public` says what they are."""


@dataclass(frozen=True)
class Where:
    """Where a set and its answers are; the fields are options of the command line."""

    data: str | None = option(None, "The folder that a set which goes by name lies in; else it is fetched.")
    results: str | None = option(None, "Score the pictures in this folder, whatever program made them.")
    run: str | None = option(None, "Score this finished batch.")
    out: str | None = option(None, "The folder that scores.jsonl goes to; without answers, also the batch.")
    grade_with_selector: bool = option(
        False, "Score also with an encoder that the frames were chosen by, and say so in the table."
    )

    def __post_init__(self) -> None:
        if self.results is not None and self.run is not None:
            raise InputError(
                "answers come from one place", got="--results and --run", remedy="give one of them"
            )
        if not (self.results or self.run or self.out):
            remedy = "give --results FOLDER or --run BATCH, or --out FOLDER to have a batch made there"
            raise InputError("there is nothing to score", remedy=remedy)


@dataclass(frozen=True)
class Measures:
    """Which networks measure. One that is named has to be here; a usual one that is not is told of."""

    clip: str = option(
        "openai/clip-vit-base-patch32",
        "The image–text encoder that answers are scored with: a folder, a hub id, or an encoder's name.",
    )
    dino: str = option("dino", "The encoder of pictures that answers are scored with, by its name.")
    lpips: str = option("alex", "The network under LPIPS.", choices=tuple(TRUNKS))
    face: str | None = option(
        None,
        "The networks that compare faces, as NETWORK.onnx,DETECTOR.onnx; without them no face is compared.",
    )
    judged_by: str | None = option(
        None,
        "Who also marks answers from 0 to 10: server, which pictures are then sent to, or local:REPOSITORY.",
    )
    side: int = option(512, "Pixels of the longer side at which pictures are compared.", low=32, high=4096)

    def __post_init__(self) -> None:
        check(self)

    def is_usual(self, name: str) -> bool:
        """Whether nobody asked for this one by name."""
        return bool(getattr(self, name) == type(self).__dataclass_fields__[name].default)
