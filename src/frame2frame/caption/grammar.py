"""The English that the caption rules need: participles, acts, and verbs that agree with what does them."""

from __future__ import annotations

import re

PARTICIPLES = {
    "open": "opened",
    "close": "closed",
    "fold": "folded",
    "unfold": "unfolded",
    "bend": "bent",
    "cut": "cut",
    "slice": "sliced",
    "peel": "peeled",
    "break": "broken",
    "melt": "melted",
    "burn": "burned",
    "light": "lit",
    "fill": "filled",
    "empty": "emptied",
    "rotate": "rotated",
    "tilt": "tilted",
    "flip": "flipped",
    "inflate": "inflated",
    "deflate": "deflated",
    "cover": "covered",
    "uncover": "uncovered",
    "stretch": "stretched",
    "roll": "rolled",
    "wash": "washed",
    "pour": "poured",
    "blur": "blurred",
    "sharpen": "sharpened",
    "brighten": "brightened",
    "darken": "darkened",
    "lighten": "lightened",
    "lower": "lowered",
    "straighten": "straightened",
    "freeze": "frozen",
    "shave": "shaved",
    "clean": "cleaned",
    "dry": "dried",
    "wrap": "wrapped",
    "unwrap": "unwrapped",
    "shut": "shut",
    "decorate": "decorated",
    "repair": "repaired",
    "destroy": "destroyed",
    "shatter": "shattered",
    "smash": "smashed",
    "spin": "spun",
    "twist": "twisted",
    "tear": "torn",
    "cook": "cooked",
    "spread": "spread",
    "trim": "trimmed",
    "crop": "cropped",
}
"""Verbs of doing, for "open the book": the book is slowly opened."""


ACTS = (
    "sit|stand|jump|run|walk|smile|laugh|look|turn|raise|lift|lower|open|close|bend|bow|clap|wave|lie|sleep|fly|fall"
    "|kneel|squat|dance|nod|hold|eat|drink|swim|roll|fold|cry|blink|wink|lean|crouch|melt|bloom|burn|grow|bark|yawn"
    "|wear|play|read|write|drive|ride|kick|throw|catch|point|cross|touch|kiss|hug|shake|spin|climb|crawl|shine|glow"
    "|explode|rise|sink|move|come|go|leave|arrive|bite|lick|chase|carry|push|pull|talk|sing|shout|scream|stretch"
    "|show|face|appear|vanish|frown|stare|wake|rest|land|swing|float|drip|flow|freeze|break|stop|start|set|steam"
)
"""What one can be told to do."""


def third_person(verb_phrase: str) -> str:
    """What one does who is told to: "jump over it" → "jumps over it"."""
    verb, _, rest = verb_phrase.partition(" ")
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        verb += "es"
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        verb = verb[:-1] + "ies"
    elif verb:
        verb += "s"
    return f"{verb} {rest}".strip()


ONE = {"s": "s", "es": "es", "is": "is", "has": "has", "it": "it"}
MANY = {"s": "", "es": "", "is": "are", "has": "have", "it": "they"}

_PLURALS = re.compile(
    r"(?:they|both|all|these|those|two|three|four|five|six|several|many|some)(?: .+)?"
    r"|(?:.+ )?(?:people|men|women|children|feet|teeth|mice|geese|sheep|clothes"
    r"|\w+(?<![sui])s)(?: (?:of|in|on|at|with|from|behind|above|below|near|under|around|beside) .+)?",
    re.IGNORECASE,
)
"""Several things: by their number, or by the ending of what they are called."""


def is_plural(thing: str) -> bool:
    """Whether "are" follows it."""
    return " and " in thing or _PLURALS.fullmatch(thing) is not None
