"""Grades captions of everyday wishes by the check lists that stand beside them; no model is asked.

python -m tests.caption.wishes.grade answers.jsonl     # lines of {"wish": ..., "clip": ..., "target": ...}
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import words

Wish = dict[str, Any]
"""A line of the set: wish, sort, clip_has, target_has, clip_not, target_not, agreement."""

HERE = Path(__file__).parent
SETS = ("development", "test")

SORTS_WITHOUT_COLOUR = frozenset(
    (
        *("expression", "pose", "gesture", "clothing", "ageing", "animal pose", "animal action", "motion"),
        *("open and close", "size", "count", "removal", "addition", "camera"),
    )
)
"""Sorts in which a colour that the wish does not name is invented."""


def read(name: str) -> list[Wish]:
    """The wishes of `development` or `test`, or the answers of `known`."""
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]


def plain(text: str) -> str:
    """Lower case, straight apostrophes."""
    return text.lower().replace("’", "'").replace("‘", "'")


def has(pattern: str, text: str) -> re.Match[str] | None:
    """Where whole words of the text fit the pattern."""
    return re.search(rf"(?<![\w'])(?:{pattern})(?!\w)", plain(text))


def third(verb: str) -> str:
    """The form of he, she and it."""
    if re.search(r"(s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


SINGULAR = frozenset(map(third, words.VERBS))
PLURAL = words.VERBS
PROOF_SINGULAR = frozenset(map(third, words.VERBS - words.ALSO_NOUNS_OF_MANY)) | {"is", "has"}
PROOF_PLURAL = words.VERBS - words.ALSO_NOUNS | {"are", "have"}
"""Forms that no noun of many, or of one, may stand before."""


def faults(wish: Wish, clip: str, target: str) -> list[str]:
    """What is wrong with the captions of a wish, each in a few words; none if they are good."""
    return [
        *(f"clip: {one}" for one in clip_faults(wish, clip)),
        *(f"target: {one}" for one in target_faults(wish, target)),
    ]


def clip_faults(wish: Wish, clip: str) -> Iterator[str]:
    """Of the sentence that says what happens."""
    yield from sentence_faults(clip)
    yield from listed_faults(wish["clip_has"], wish["clip_not"], clip)
    yield from shared_faults(wish, clip)
    yield from camera_faults(wish, clip)
    if not moves(wish, clip):
        yield "no finite verb in the present tense tells what the subject does"
    if has(r"(to show|shows?|until|into):|(scene|picture|image)( \w+ly)? changes until it shows", clip):
        yield "does not tell the change"
    first, second = [*re.findall(r"[\w'-]+", plain(clip)), "", ""][:2]
    alone = listed(wish["agreement"]["singular"]) - listed(wish["agreement"]["plural"]) - words.UNCOUNTED
    if first in alone and second not in {"by", "after"}:
        yield f"lacks an article before {first!r}"


def target_faults(wish: Wish, target: str) -> Iterator[str]:
    """Of the description of how it ends."""
    yield from listed_faults(wish["target_has"], wish["target_not"], target)
    yield from shared_faults(wish, target)
    if not 1 <= len(target.split()) <= 25:
        yield "is not short"
    if found := has(words.CHANGING, target):
        yield f"describes a change, no state: {found[0]!r}"


def sentence_faults(clip: str) -> Iterator[str]:
    """Of the form of a sentence."""
    if not clip[:1].isupper():
        yield "does not begin with a capital"
    if not clip.endswith(".") or clip.endswith(".."):
        yield "does not end with a full stop"
    if not 3 <= len(clip.split()) <= 60:
        yield "is too short or too long"


def listed_faults(groups: list[list[str]], never: list[str], text: str) -> Iterator[str]:
    """What the check list of the wish asks for and forbids."""
    for group in groups:
        if not has(rf"(?:{'|'.join(group)})(?:'?s)?", text):
            yield f"lacks one of {', '.join(group)}"
    for pattern in never:
        if found := has(pattern, text):
            yield f"has {found[0]!r}"


def shared_faults(wish: Wish, text: str) -> Iterator[str]:
    """What no caption may have."""
    yield from leftover_faults(wish, text)
    yield from language_faults(text)
    yield from invented_faults(wish, text)
    yield from agreement_faults(wish, text)


def leftover_faults(wish: Wish, text: str) -> Iterator[str]:
    """Of what belongs to the asking."""
    if "?" in text:
        yield "has a question mark"
    if found := has(words.ASKING, text):
        yield f"is left over: {found[0]!r}"
    if found := re.match(r"(can|could|may|will) ", plain(text)):
        yield f"is a question: {found[0]!r}"
    if command := commanded(text, wish["wish"]):
        yield f"is a command: {command!r}"


def commanded(text: str, asked: str) -> str | None:
    """The command with which the text, or a part of it after a stop, begins."""
    for part in re.split(r"[:;.\"“] *", plain(text)):
        start = re.match(r"(?:then |to |and )?([a-z]+)(?![\w-])(?: ([\w-]+))?", part)
        if start is None or start[1] not in words.COMMANDS | words.VERBS:
            continue
        sure = start[1] in words.COMMANDS - words.ALSO_STATES
        echoed = start[1] in words.COMMANDS and start[2] and start[0] in plain(asked)
        if sure or echoed or re.fullmatch(words.OBJECTS, start[2] or ""):
            return start[0]
    return None


def language_faults(text: str) -> Iterator[str]:
    """Of English."""
    low = plain(text)
    if found := re.search(r"\b(\w+) \1\b", low):
        yield f"doubles a word: {found[0]!r}"
    if re.search(r" {2}| [,.;]|[,;] ?[,.;]|\.\.|[{}<>_]", low) or text != text.strip():
        yield "has stray spaces or signs"
    if found := re.search(r"\ba (?!uni|us|one\b|eu|u-)[aeiou]\w*|\ban (?!hour|honest|8)[^aeiou\W]\w*", low):
        yield f"has the wrong article: {found[0]!r}"


def invented_faults(wish: Wish, text: str) -> Iterator[str]:
    """Of what the wish does not speak of."""
    asked, known = plain(wish["wish"]), plain(json.dumps(wish))
    strange = [words.INVENTED]
    if wish["sort"] in SORTS_WITHOUT_COLOUR:
        strange.append(words.COLOURS)
    female, male = has(words.FEMALE, asked), has(f"{words.MALE}|{words.MALE_TITLES}", asked)
    if not female and not male:
        strange.append(words.PEOPLE)
    for found in re.finditer(rf"\b(?:{'|'.join(strange)})\b", plain(text)):
        if not re.search(rf"\b{found[0][:6]}", known):
            yield f"invents {found[0]!r}"
    other = words.MALE if female and not male else words.FEMALE if male and not female else None
    if other and (found_other := has(other, text)):
        yield f"is of the other sex: {found_other[0]!r}"


def camera_faults(wish: Wish, clip: str) -> Iterator[str]:
    """Of a camera that moves unasked, or not although asked."""
    if found := has(words.CAMERA_STAYS if wish["sort"] == "camera" else words.CAMERA_MOVES, clip):
        yield f"the camera is wrong: {found[0]!r}"


def clauses(text: str) -> Iterator[list[str]]:
    """The words between stops and conjunctions that begin a clause."""
    for part in re.split(r"[.;:,()–—]", plain(text)):
        clause: list[str] = []
        for token in re.findall(r"[\w'-]+", part):
            if token in words.BREAKS:
                yield clause
                clause = []
            else:
                clause.append(token)
        yield clause


def listed(pattern: str) -> set[str]:
    """The words of a list that is written as alternatives."""
    return set(filter(None, pattern.split("|")))


def subjects(wish: Wish, clause: list[str]) -> Iterator[tuple[int, bool, bool]]:
    """Where a subject stands, whether it may be of one, and whether it may be of many."""
    one, many = listed(wish["agreement"]["singular"]), listed(wish["agreement"]["plural"])
    for place, token in enumerate(clause):
        if token in one | many:
            joined = bool({"and"} & set(clause[max(0, place - 3) : place]))
            yield place, token in one, token in many or joined


def moves(wish: Wish, clip: str) -> bool:
    """Whether a subject of the clip has a verb of its number that moves."""
    # A comma may part a subject from its verb.
    for clause in [*clauses(clip), *clauses(clip.replace(",", ""))]:
        for place, one, many in subjects(wish, clause):
            after = clause[place + 1 : place + 10]
            if (one and happens(after, SINGULAR, "is")) or (many and happens(after, PLURAL, "are")):
                return True
    return False


def happens(after: list[str], forms: frozenset[str], be: str) -> bool:
    """Whether a verb of these forms follows, or one with a form of be."""
    for place, token in enumerate(after):
        if token in forms and (place == 0 or after[place - 1] not in {"to", "the", "a", "an", "of"}):
            return True
        if token == be and any(is_participle(one) for one in after[place + 1 : place + 4]):
            return True
    return False


def is_participle(token: str) -> bool:
    """Whether it is a form that stands with be in the progressive or in the passive."""
    return bool(re.search(r"(ing|ed)$", token)) or token in words.PARTICIPLES


def agreement_faults(wish: Wish, text: str) -> Iterator[str]:
    """Of subjects whose verb is of the other number, and of an article before many."""
    names = {name for pattern in wish["agreement"].values() for name in listed(pattern)}
    for clause in clauses(text):
        for place, one, many in subjects(wish, clause):
            if one and many:
                continue
            if many and place and clause[place - 1] in {"a", "an"}:
                yield f"one of many: {' '.join(clause[place - 1 : place + 1])!r}"
            if {*words.PREPOSITIONS, *words.CAUSES} & set(clause[max(0, place - 3) : place]):
                continue
            wrong = disagreeing(clause[place + 1 :], one)
            if wrong and (one or wrong not in names):
                yield f"disagrees: {clause[place]} {wrong}"


def disagreeing(after: list[str], one: bool) -> str | None:
    """The verb that follows at once, or after a preposition and its noun, if it is of the wrong number."""
    rest = [token for token in after if not re.search(r"..ly$", token) and token not in words.ADVERBS]
    verb, *then = without_attribute(rest, one) or [""]
    if not one:
        return verb if verb in PROOF_SINGULAR else None
    # Nouns of two words have one that looks like a verb: the hair colour changes.
    compound = then[:1] and then[0] in SINGULAR | {"is", "has"}
    return verb if verb in PROOF_PLURAL and not compound else None


def without_attribute(rest: list[str], one: bool) -> list[str]:
    """Without "of leaves", or "on the table" after a noun of many, if they come first."""
    if rest[:1] == ["of"]:
        return [token for token in rest[1:] if token not in words.DETERMINERS][1:]
    if not one and len(rest) > 2 and rest[0] in words.PREPOSITIONS and rest[1] in words.DETERMINERS:
        return rest[3:]
    return rest


def report(name: str, answers: dict[str, tuple[str, str]], every: bool) -> Iterator[str]:
    """Lines on one of the two sets: how many pass, by sort, and the failures if they may be seen."""
    wishes = read(name)
    found = {one["wish"]: graded(one, answers) for one in wishes}
    yield f"{name}: {sum(not one for one in found.values())} of {len(wishes)} pass"
    failing = Counter(one["sort"] for one in wishes if found[one["wish"]])
    yield from (f"  {count} fail in {sort}" for sort, count in failing.most_common())
    if every:
        for wish, wrong in found.items():
            yield from (f"  {wish} -> {answers.get(wish, ('', ''))} -> {one}" for one in wrong)


def graded(wish: Wish, answers: dict[str, tuple[str, str]]) -> list[str]:
    """The faults of the answer to a wish."""
    answer = answers.get(wish["wish"])
    return ["not answered"] if answer is None else faults(wish, *answer)


def main() -> None:
    """Prints how many wishes of each set pass."""
    parser = argparse.ArgumentParser(description="grade captions of everyday wishes")
    parser.add_argument("answers", type=Path, help="a JSON Lines file of wish, clip and target")
    parser.add_argument("--show-test", action="store_true", help="list the failures of the test set too")
    options = parser.parse_args()
    lines = map(json.loads, options.answers.read_text("utf-8").splitlines())
    answers = {one["wish"]: (one["clip"], one["target"]) for one in lines}
    for name in SETS:
        for line in report(name, answers, name == "development" or options.show_test):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
