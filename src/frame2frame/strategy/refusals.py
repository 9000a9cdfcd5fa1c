"""What can be answered before anything is drawn: pictures that no clip can show, words that nobody knows,
wishes that the model does not know, things that are not in the picture.

The paper's method asks a model to imagine a change of this picture. Where the model cannot even show the
picture unchanged, no frame of any clip is an edit of it, and drawing one would only cost time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ..caption.clauses import by_rules
from ..caption.rules.empty import names_no_change
from ..caption.rules.languages import is_english
from ..caption.rules.likened import likened
from ..caption.rules.tidy import tidy
from ..engine.models.catalogue import Model
from ..media.pictures import Fit, fit, within
from ..plugins import capabilities, registry
from ..plugins.draws import Draw
from ..plugins.model import Beyond
from ..plugins.stages import Encoder, ForeseeingSelector, Selector, Stages
from ..score.reading import Reading
from ..score.redraw import LEAST_FIDELITY, fidelity, levels_of
from ..score.similarity import Similarity
from ..values import Caption, Cause, Choice, Clip, Picture, Redrawn, Sampling, Scores, Step
from .choosing import checked
from .drafts import source_of

WITHOUT_COLOUR = re.compile(r"\b(?:black[- ]and[- ]white|gr[ae]yscale|monochrome)\b", re.IGNORECASE)
"""Of a wanted scene that has no colours."""

LEAST_COLOUR = 12.0
"""Levels of 255 between the channels from which a picture has colours; JPEG gives grey ones a few."""

LEAST_LEVELS = 24.0
"""Of 255, between the darkest and the brightest places, below which a picture is all but one colour."""

LOOKED_AT = 512
"""Pixels of the long side at which colours are looked for."""

OWN_WORDS = ("temporal", "plain", "user")
"""Captioners whose target has no words of its own but the instruction's."""


def is_invented(caption: Caption, choice: Choice | None) -> bool:
    """Whether the wish was declined for its words, of which rules made the caption: it says nothing then."""
    by_words = choice is not None and choice.cause in (Cause.UNKNOWN_WORDS, Cause.BEYOND_MODEL)
    return by_words and caption.author in OWN_WORDS


@dataclass(frozen=True)
class Wording:
    """What is said of the wanted scene, and how it reaches the encoder that compares frames with it."""

    words: str
    reading: Reading | None
    """None where the encoder cannot tell."""

    @classmethod
    def of(cls, caption: Caption, instruction: str, encoder: Encoder) -> Wording:
        """The user's words, or those of a model in his place, but none that a rule has put in."""
        words = instruction if caption.author in OWN_WORDS else caption.target
        reading = getattr(encoder, "reading", None)
        return cls(words, reading(words) if callable(reading) else None)

    @property
    def failed(self) -> bool:
        """Whether no frame can be compared with it."""
        return self.reading is not None and not self.reading.known

    def refused(self, model: Model | None = None) -> Choice:
        """The choice of none; `model` is the one that would have drawn."""
        reason = (
            f"Nothing was drawn, as no frame could be compared with “{self.words:.80}”: "
            "the encoder knows none of these words."
        )
        if model is not None and model.knows:
            only = f"The model {model.name} knows only {model.knows}"
            reason = f"{reason} {only}; `f2f models suggest` says which one draws other pictures here."
        return Choice(None, reason, 0, cause=Cause.UNKNOWN_WORDS)

    def notes(self) -> Iterator[str]:
        if self.reading is not None and self.reading.is_cut:
            count = f"{self.reading.tokens} tokens, {self.reading.most} are read"
            yield f"The wish is longer than the encoder reads ({count}), so only its beginning counts."


@dataclass(frozen=True)
class Outside:
    """A wish that is none of those which the model knows."""

    model: Model
    found: Beyond
    words: str
    """Of the whole wish."""

    @classmethod
    def of(cls, model: Model, words: str) -> Outside | None:
        """Of the words of a whole wish; None where the model says that it knows it, or nothing.

        Raises PluginError for a model whose package cannot say it.
        """
        knowing = registry.knowing(model)
        if knowing is None:
            return None
        found = knowing(by_rules(words))
        look = None if found is None else likened(tidy(words))
        if found is None or (look is not None and knowing((look,)) is None):
            return None
        return cls(model, found, words)

    def choice(self, instead: Callable[[], str]) -> Choice:
        """The choice of none; `instead` says in a line which models may do, where others may."""
        knows = f"The model {self.model.name} knows only {self.found.instead or self.model.knows}"
        reason = f"Nothing was drawn: {self._what}. {knows}."
        if self._is_read:
            return Choice(None, f"{reason} {instead()}".strip(), 0, cause=Cause.BEYOND_MODEL)
        return Choice(None, reason, 0, cause=Cause.UNKNOWN_WORDS)

    @property
    def _is_read(self) -> bool:
        """Whether the model may understand the words in which it is said."""
        return is_english(self.words) and not self.found.is_foreign

    @property
    def _what(self) -> str:
        """What it cannot do, in words."""
        if not is_english(self.words):
            return f"“{self.words:.80}” does not seem to be in English, and the model reads nothing else"
        if self.found.is_foreign:
            return f"the model was taught no word of “{self.words:.80}”"
        if self.found.words:
            return f"this needs a model that knows {listed(self.found.words[:_MOST_WORDS])}"
        return f"“{self.found.clause:.80}” is no change that the model was trained on"


def by_words(model: Model, words: str, wish: str, anyway: bool, instead: Callable[[], str]) -> Choice | None:
    """The choice of none for words that name no change, or a wish that the model does not know; else None.

    `wish` is all of it where `words` are those of a clause; `anyway` has it drawn whether the model knows it
    or not, and `instead` is asked for a line on the models that may do. Raises PluginError as `Outside.of`.
    """
    if names_no_change(words):
        reason = f"Nothing was drawn, as “{words:.80}” names no change."
        return Choice(None, reason, 0, cause=Cause.UNKNOWN_WORDS)
    outside = None if anyway else Outside.of(model, wish)
    return None if outside is None else outside.choice(instead)


_MOST_WORDS = 4
"""Of a wish that are named."""


def listed(words: Sequence[str]) -> str:
    """Words between quotation marks, with “and” before the last."""
    quoted = [f"“{word:.40}”" for word in words]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def left_alone(
    picture: Picture, caption: Caption, choice: Choice, sampling: Sampling, seed: int, stages: Stages
) -> Step:
    """The step of a run that draws nothing; its clip is the source, of the size of a clip's frames."""
    fitted = fit(picture, sampling.height, sampling.width, sampling.fit)
    source = fitted.crop(fitted.picture)
    return undrawn(source, source, caption, choice, seed, stages)


def colourless(
    picture: Picture, caption: Caption, sampling: Sampling, seed: int, stages: Stages
) -> Step | None:
    """The step of a run that draws nothing, as the picture is without colours already; None if it is not.

    A model that is asked to take the colours out of such a picture can only change something else.
    """
    if not WITHOUT_COLOUR.search(caption.target) or most_colour(picture) > LEAST_COLOUR:
        return None
    reason = "Nothing was drawn, as your picture is black and white already."
    choice = Choice(None, reason, 0, cause=Cause.WITHOUT_COLOUR)
    return left_alone(picture, caption, choice, sampling, seed, stages)


def most_colour(picture: Picture) -> float:
    """Levels of 255 between the channels where the picture, but for a few pixels, has the most colour."""
    small = within(picture, LOOKED_AT)
    return float(np.percentile(np.ptp(small, axis=-1), 99.8))


def undrawn(
    source: Picture, shown: Picture, caption: Caption, choice: Choice, seed: int, stages: Stages
) -> Step:
    """The step of a run that draws no clip; it has one frame instead, which both are of the size of."""
    clip = Clip(shown[None], (0,), seed)
    similarity = Similarity.of(
        stages.encoder, source, caption, stages.identity, stages.scorers, stages.calibration
    )
    scores = similarity.score(clip.frames)
    return Step(caption, clip, scores, choice)


def foresees(strategy: object, stages: Stages) -> bool:
    """Whether it can be told of the source that no clip will do."""
    chooses = capabilities.of_strategy(strategy).chooses
    return chooses and capabilities.of_selector(stages.selector).foresees


def foreseen(draw: Draw, scores: Scores, selector: Selector) -> Step | None:
    """The step of a run that draws nothing, as the selector foresees that no clip will do; None if one may.

    The scores are those of the source. Raises PluginError for what is no choice.
    """
    choice = cast(ForeseeingSelector, selector).foresee(scores, draw.caption)
    if choice is None:
        return None
    clip = Clip(source_of(draw)[None], (0,), draw.seeds[0])
    return Step(draw.caption, clip, scores, checked(selector, choice, clip))


@dataclass(frozen=True, eq=False)
class Trial:
    """The source as the model shows it unchanged; the most that any clip can keep of it."""

    fitted: Fit
    shown: Picture
    """Of the size of a clip's frames, as the fitted source without its padding."""

    @classmethod
    def of(cls, picture: Picture, sampling: Sampling, stages: Stages) -> Trial:
        """Loads the autoencoder; raises OutOfMemoryError."""
        fitted = fit(picture, sampling.height, sampling.width, sampling.fit)
        return cls(fitted, fitted.crop(stages.generator.repeated(fitted.picture)))

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

    def refusal(self, model: Model, caption: Caption, seed: int, size: str, stages: Stages) -> Step:
        """The step of a run that draws nothing; its clip is the source as the model shows it.

        `size` names the size that the user chose, if that may be the reason; it is empty otherwise.
        """
        choice = Choice(None, self._reason(model, size), 0, cause=Cause.UNKNOWN_PICTURE)
        return undrawn(self.source, self.shown, caption, choice, seed, stages)

    def _reason(self, model: Model, size: str) -> str:
        low, high = levels_of(self.source)
        if high - low < LEAST_LEVELS:
            return (
                f"Your picture is all but one colour (levels from {low:.0f} to {high:.0f} of 255), and "
                f"the model {model.name} does not show what little there is in it, so no clip was drawn "
                f"(fidelity {self.fidelity:.1f} dB, and {LEAST_FIDELITY:.0f} is needed)."
            )
        cannot = f"cannot draw this picture at {size}" if size else "cannot draw pictures like this one"
        return (
            f"The model {model.name} {cannot}: even unchanged it comes out blurred, so no clip was "
            f"drawn (fidelity {self.fidelity:.1f} dB, and {LEAST_FIDELITY:.0f} is needed). "
            f"It knows only {model.knows}."
        )
