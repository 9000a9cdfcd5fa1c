"""What came of a run, in a few words, and what may help where it did not come to an edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..plugins.options import Value, made
from ..select.gate import Gate
from ..values import Caption, Cause, Choice, Scores


@dataclass(frozen=True)
class Verdict:
    """What a person is told first."""

    title: str
    is_good: bool
    advice: str = ""
    """What may help, in sentences; empty where there is nothing to better."""
    kept: str = ""
    """Where no frame is the edit: that the picture is unchanged, and what is shown beside it."""
    label: str = "After"
    """What the picture is that is shown beside the source; empty where there is none to show."""


_TITLES: dict[str, str] = {
    Cause.UNKNOWN_PICTURE: "The model does not know such pictures",
    Cause.UNKNOWN_WORDS: "The wish was not understood",
    Cause.BEYOND_MODEL: "The model cannot do this",
    Cause.NOT_THERE: "Your picture does not seem to show what you named",
    Cause.WITHOUT_COLOUR: "Your picture has no colours to lose",
    Cause.SHOWN_ALREADY: "No frame shows it more than your picture does",
    Cause.FINER_PICTURE: "Your picture would gain nothing",
}

_UNCHANGED = "Your picture is unchanged"

_ADVICE: dict[str, str] = {
    Cause.NOT_REACHED: "Another seed, more frames or plainer words may help.",
    Cause.UNKNOWN_PICTURE: "Such a picture needs another model: `f2f models suggest` says which one fits "
    "this machine, and `f2f models pull NAME` fetches it.",
    Cause.UNKNOWN_WORDS: "Say in English what should change, such as “paint the ball blue”; "
    "`--encoder siglip2` reads other languages too, and `--caption vlm` has a server write in English.",
    Cause.BEYOND_MODEL: "If this model can do it, say it in plainer words or add `--anyway`; if not, "
    "`f2f models suggest` names others.",
    Cause.NOT_THERE: "Name the thing as it is in the picture; if it is there, add `--anyway`.",
    Cause.WITHOUT_COLOUR: "Ask for another light or tone, such as “make it sepia” or “make it darker”.",
    Cause.SHOWN_ALREADY: "If your picture shows it already, ask for something that it does not; "
    "if not, name the thing with its colour and place.",
    Cause.FINER_PICTURE: "Where there is more to better, it needs a model with larger frames: "
    "`f2f models suggest`.",
    Cause.DRIFTED: "Another seed may help; where the camera or the light is meant to change, say so.",
    Cause.BLURRED_PICTURE: "A size that the model was made for may help, or another model: "
    "`f2f models suggest`.",
    Cause.NOT_JUDGED: "Look for yourself whether it shows the wish; `f2f calibrate` says what the encoder is "
    "worth, and `--encoder` names another one.",
}
"""What may help, by why there is no frame."""

_OF_A_PATH = {Cause.NOT_REACHED: "Another seed, more candidates or a larger w_sem may help."}
_OF_A_GIVEN_CLIP = {
    Cause.NOT_REACHED: "Another clip or plainer words may help.",
    Cause.DRIFTED: "Another clip may help; where the camera or the light is meant to change, say so.",
}
"""What else helps in their place."""


def verdict(
    choice: Choice,
    scores: Scores,
    options: Mapping[str, Value | None],
    *,
    walks: bool = False,
    is_given: bool = False,
    to_come: int = 0,
    missing: str = "",
) -> Verdict:
    """Of the step that a run ends with.

    One that `walks` from state to state may end at one that is not yet the edit; `is_given` says that the
    clip was not drawn, `to_come` how many clauses of the wish were not walked, and `missing` what
    `missing_of` says of the step that a path ended with.
    """
    if choice.index is None:
        nowhere = "The path never left the source" if walks else "No frame shows the edit"
        label, kept = _beside(choice, scores)
        title = _TITLES.get(choice.cause, nowhere)
        return Verdict(title, False, advice(choice, walks=walks, is_given=is_given), kept, label)
    if choice.cause == Cause.NOT_JUDGED:
        return Verdict("A frame was taken that nothing has judged", False, _ADVICE[choice.cause])
    if not to_come and _arrived(choice.index, scores, options):
        return Verdict("Edit found", True)
    may_help = f"{missing[:1].upper()}{missing[1:]}" or "More rounds or a larger w_sem may help."
    return Verdict("The path ended before the edit", False, may_help)


def missing_of(scores: Scores, caption: Caption, options: Mapping[str, Value | None]) -> str:
    """That a path did not come further as the thing that its last clause names is not there."""
    return gate_of(options).missing(scores, caption)


def _beside(choice: Choice, scores: Scores) -> tuple[str, str]:
    """What is shown beside the picture, in a word and in a sentence; that nothing was, the reason says."""
    if choice.was_drawn(max(map(len, scores.columns.values()), default=1)):
        return "Closest", f"{_UNCHANGED}; the closest frame is shown beside it."
    if choice.cause == Cause.UNKNOWN_PICTURE:
        return "As the model draws it", f"{_UNCHANGED}; how the model draws it is shown beside it."
    return "", f"{_UNCHANGED}."


def advice(choice: Choice, *, walks: bool = False, is_given: bool = False) -> str:
    """What may help where no frame was chosen; `walks` and `is_given` as for `verdict`."""
    if choice.index is not None:
        return ""
    table = _ADVICE | (_OF_A_PATH if walks else _OF_A_GIVEN_CLIP if is_given else {})
    return table.get(choice.cause, table[Cause.NOT_REACHED])


def _arrived(index: int, scores: Scores, options: Mapping[str, Value | None]) -> bool:
    """Whether the state that a path ends at passes its gate; a selector's frame did."""
    gated = {"energy", "semantic"} <= scores.columns.keys() and "semantic" in scores.source
    if not gated:
        return True
    gate = gate_of(options)
    return not gate.tells(scores) or bool(gate.shows(scores)[index])


def gate_of(options: Mapping[str, Value | None]) -> Gate:
    """The gate that a run with these options goes by."""
    gate: Gate = made(Gate, "gate", options)
    return gate
