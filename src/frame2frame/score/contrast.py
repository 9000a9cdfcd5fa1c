"""Whether a clip's change is the wished one, told by contrast with other wishes; nothing is calibrated.

The change of a frame's features from the source's is multiplied with the features of the wanted scene and
with those of other scenes. How far the wanted one stands out, in standard deviations of the others, means the
same with every encoder, while a similarity by itself does not. In the same way the source tells whether it
shows at all what the wish is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..plugins.stages import Encoder
from ..values import Caption, Vectors
from .whole import CAMERA, is_thing

COLUMN = "contrast"
"""The name of the scores."""

SCENES = (
    "a red ball", "a blue car", "it is night", "the scene at night", "the scene seen from close",
    "the scene seen from the left", "a large dog", "a small house", "a green tree", "the man is smiling",
    "a woman with long hair", "the door is open", "the cup is empty", "snow covers the ground",
    "it is raining", "the sky is orange", "a yellow flower", "the thing is gone", "there is nothing",
    "a black cat", "the object is at the left edge", "the object is at the right edge",
    "the object floats in the air", "the object is flat", "a striped shirt", "a white cube", "a purple cone",
    "the picture is black and white", "a person running", "a bird flying", "the water is frozen",
    "a broken glass", "an old man", "the light is on", "fire and smoke", "the object is in the front row",
    "the object is in the back row", "a pink cylinder", "the grass is dry", "a full plate",
)  # fmt: skip
"""What other edits may end in, everywhere."""

THINGS = (
    "a dog", "a cat", "a man", "a woman", "a car", "a tree", "a house", "a cup", "a table", "a chair",
    "a flower", "a bird", "a boat", "a book", "a street", "a mountain", "a red apple", "a child", "a bottle",
    "a window",
)  # fmt: skip
"""What else a picture may show."""

ALTERNATIVES = tuple(
    tuple(words.split())
    for words in (
        "red orange yellow green cyan blue purple pink white grey black brown",
        "ball cube cylinder cone",
        "left right",
        "front back",
        "large small flat striped",
        "big tiny",
        "hovers floats",
        "day night",
        "close far above",
        "gone there",
        "open closed",
        "full empty",
        "dog cat horse bird",
        "man woman child",
        "smiling crying sleeping",
        "standing sitting lying running",
        "winter summer autumn spring",
        "snow rain fog",
        "young old",
        "wet dry",
    )
)
"""Words that can stand for each other in a scene, which is another one then."""

NOISE = 0.01
"""Of products with features of unit length: a difference that small says nothing."""

CALM = 0.25
"""What is added to the standard deviation of a change among other scenes, as a share of the source's own.

Else the beginning of a change would stand out as far as all of it. "None" was found where it is due, with the
threshold that refuses one drawn clip of the development list in a hundred wrongly, in 87 % without it and in
91 % with it by the encoder that it was chosen with (488 clips), in 83 and 84 % by the one that ships (630).
"""

LEAST = 1e-6
"""What is divided by at least."""

ALIKE = 0.7
"""From this cosine on, once their mean is taken off, another scene says the same as the wanted one."""

MEASURE = sha256(repr((2, SCENES, THINGS, ALTERNATIVES, NOISE, CALM, ALIKE)).encode()).hexdigest()[:16]
"""What contrast and presence are made of: numbers that were fitted to something else say nothing of these.

The first one counts up when the way of computing them changes.
"""

_SUBJECT = re.compile(
    r"^(?:the colour of |stripes slowly appear on )?(?:the|an?) (?!number of |other )((?:\w+ ){0,3}?\w+)"
    r"(?: is| are)? (?:slowly|gradually|smoothly|steadily)\b(?! (?:appears?|comes? (?:into view|up))\b)"
    r"|^stripes slowly appear on (?:the|an?) ((?:\w+ )?\w+)$"
)
"""What appears or comes into view is not in the picture yet."""
_NO_NAME = re.compile(
    r"^(?:and|out|up|down|of|to|as)\b"
    r"|\b(?:i|would|could|should|can|has|have|is|are|needs?|says?|lacks?|wants?|because|very|how|what|why)\b"
)
"""In a caption that was not understood; of a thing that is none, nobody can tell whether it is there."""


@dataclass(frozen=True)
class Contrast:
    """The wanted scene among others."""

    target: Vectors
    """(1, features)."""
    others: Vectors
    """(scenes, features), without those that say the same as the target."""
    before: Vectors
    """(1, features) of the source."""
    presence: float | None = None
    """How far the source stands out for what the caption is about among other things, in standard
    deviations; None where the caption names no thing."""
    named: float | None = None
    """The cosine of the source with the name of what the caption is about; None where it names no thing."""
    name: str | None = None
    """That name."""
    of_view: bool = False
    """Whether the caption names no thing, and wishes for another view."""

    @classmethod
    def of_all(cls, encoder: Encoder, before: Vectors, captions: Sequence[Caption]) -> list[Self]:
        """One for each source, (sources, features), and its caption; all texts are encoded together."""
        scenes = [[*SCENES, *swapped(one.target)] for one in captions]
        things = [_compared(one) for one in captions]
        targets = [one.target for one in captions]
        vectors = encoded(encoder, [*targets, *(text for some in (*scenes, *things) for text in some)])
        rows = zip(captions, scenes, things, before, strict=True)
        return [
            cls(
                vectors[one.target][None],
                distinct(vectors[one.target], np.stack([vectors[text] for text in some])),
                source[None],
                _standing_out(np.stack([vectors[text] for text in named]) @ source) if named else None,
                float(vectors[named[0]] @ source) if named else None,
                subject(one),
                not named and CAMERA.search(one.target) is not None,
            )
            for one, some, named, source in rows
        ]

    def column(self, vectors: Vectors) -> tuple[float, ...]:
        """(frames,) of (frames, features)."""
        change = (vectors - self.before).astype(np.float64)
        products = self.others @ change.T
        lead = change @ self.target[0] - products.mean(axis=0)
        spread = products.std(axis=0) + CALM * (self.others @ self.before[0]).std()
        return tuple(float(number) for number in lead / np.maximum(spread, LEAST))


def swapped(text: str) -> list[str]:
    """The text with one word exchanged for another of its kind, in all ways."""
    words = text.split()
    return [
        " ".join([*words[:place], other, *words[place + 1 :]])
        for place, word in enumerate(words)
        for kind in ALTERNATIVES
        if word.lower() in kind
        for other in kind
        if other != word.lower()
    ]


def subject(caption: Caption) -> str | None:
    """The thing that the caption's clip is about, such as "red ball", where its beginning names one."""
    found = _SUBJECT.match(caption.temporal.lower().rstrip("."))
    name = found and (found[1] or found[2])
    return name if name and is_thing(name) and not _NO_NAME.search(name) else None


def _compared(caption: Caption) -> list[str]:
    """The caption's subject, then other things; empty where it has none."""
    name = subject(caption)
    return [f"a {name}", *(f"a {other}" for other in swapped(name)), *THINGS] if name else []


def encoded(encoder: Encoder, texts: Sequence[str]) -> dict[str, Vectors]:
    """The features of each text; those of every edit are encoded once, where the encoder can keep them."""
    fixed = (*SCENES, *THINGS)
    known = dict(zip(fixed, getattr(encoder, "fixed_texts", encoder.texts)(fixed), strict=True))
    own = [text for text in dict.fromkeys(texts) if text not in known]
    return known | (dict(zip(own, encoder.texts(own), strict=True)) if own else {})


def distinct(target: Vectors, others: Vectors) -> Vectors:
    mean = others.mean(axis=0)
    return others[_unit(others - mean) @ _unit(target - mean) < ALIKE]


def _standing_out(products: NDArray[np.floating]) -> float:
    """The first of the products among the rest."""
    rest = products[1:]
    return float((products[0] - rest.mean()) / (rest.std() + NOISE))


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), LEAST))


def running(column: Iterable[float]) -> NDArray[np.float64]:
    """(frames,): the mean of each frame's number and of those of the two frames before it."""
    numbers = np.asarray(list(column), dtype=np.float64)
    return np.array([numbers[max(0, end - 3) : end].mean() for end in range(1, len(numbers) + 1)])
