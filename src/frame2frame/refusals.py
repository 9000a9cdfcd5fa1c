"""What can be answered before anything is drawn: a picture that the model cannot draw.

The paper's method asks a model to imagine a change of this picture. Where the model cannot even show the
picture unchanged, no frame of any clip is an edit of it, and drawing one would only cost time.
"""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import Model
from .media import Fit, fit
from .score.redraw import LEAST_FIDELITY, fidelity
from .score.similarity import Similarity
from .stages import Stages
from .strategy.stopwatch import Stopwatch
from .values import Caption, Cause, Choice, Clip, Picture, Redrawn, Sampling, Step


@dataclass(frozen=True, eq=False)
class Trial:
    """The source as the model shows it unchanged; the most that any clip can keep of it."""

    fitted: Fit
    shown: Picture
    """Of the size of a clip's frames, as the fitted source without its padding."""
    seconds: dict[str, float]

    @classmethod
    def of(cls, picture: Picture, sampling: Sampling, stages: Stages) -> Trial:
        """Loads the autoencoder; raises OutOfMemoryError."""
        fitted, watch = fit(picture, sampling.height, sampling.width), Stopwatch()
        with watch.of("encode"):
            shown = fitted.crop(stages.generator.repeated(fitted.picture))
        return cls(fitted, shown, watch.seconds)

    @property
    def event(self) -> Redrawn:
        return Redrawn(self.shown)

    @property
    def source(self) -> Picture:
        return self.fitted.crop(self.fitted.picture)

    @property
    def fidelity(self) -> float:
        """In decibels, see `score.redraw`."""
        return fidelity(self.shown, self.source)

    @property
    def failed(self) -> bool:
        return self.fidelity < LEAST_FIDELITY

    def refusal(self, model: Model, instruction: str, seed: int, size: str, stages: Stages) -> Step:
        """The step of a run that draws nothing; its clip is the source as the model shows it.

        `size` names the size that the user chose, if that may be the reason; it is empty otherwise.
        """
        caption = Caption(instruction, instruction, "plain")
        clip = Clip(self.shown[None], (0,), seed)
        scores = Similarity.of(stages.encoder, self.source, caption, stages.identity).score(clip.frames)
        choice = Choice(None, self._reason(model, size), 0, cause=Cause.UNKNOWN_PICTURE)
        return Step(caption, clip, scores, choice, self.seconds)

    def _reason(self, model: Model, size: str) -> str:
        cannot = f"cannot draw this picture at {size}" if size else "cannot draw pictures like this one"
        return (
            f"The model {model.name} {cannot}, so no clip was drawn: unchanged it comes out blurred "
            f"({self.fidelity:.1f} dB; {LEAST_FIDELITY:.0f} are needed). It knows only {model.knows}."
        )
