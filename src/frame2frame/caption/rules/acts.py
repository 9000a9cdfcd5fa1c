"""What someone or something does or becomes: the change, and the state in which it is seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from . import verbs
from .change import Change
from .nouns import COLOUR, agreeing, is_adjective, is_plain_adjective, subject
from .words import listed


@dataclass(frozen=True)
class Act:
    """Who does what: "the dog", "sit", "on the sofa"."""

    who: str
    verb: str
    """As in a command."""
    how: str = ""
    many: bool | None = None
    """Whether they are several, where the wish's own verb says it."""

    @property
    def words(self) -> dict[str, str]:
        return agreeing(self.who, self.many)

    def change(self) -> Change:
        """As a change and its end."""
        if (made := self._outcome()) is not None:
            return made
        doings = self._one_by_one()
        clip = " and ".join(one.happens() for one in doings)
        return Change(f"{self.who} slowly {clip}", f"{self.who} {_joined([one.state() for one in doings])}")

    def happens(self) -> str:
        """What one sees beginning."""
        return f"{self._does(verbs.STATES.get(self.verb, self.verb))} {self.how}".strip()

    def state(self) -> str:
        """What one sees in the end."""
        if self.verb in verbs.SEEN_AS_THEY_ARE:
            return f"{self._does(self.verb)} {self.how}".strip()
        if until := re.fullmatch(r"until (?:(?:it|they|he|she) (?:is|are) )?(.+)", self.how):
            return f"{self.words['is']} {until[1]}"
        if self.verb in verbs.ENDING or f"{self.verb} {self.how}".startswith("take off"):
            return f"{self.words['has']} {verbs.done(self.verb)} {self.how}".strip()
        return f"{self.words['is']} {verbs.going_on(self.verb)} {self.how}".strip()

    def _outcome(self) -> Change | None:
        for fitting, clip, target in OUTCOMES:
            if match := fitting.fullmatch(f"{self.verb} {self.how}".strip()):
                parts = {"x": self.who, "does": self._does(self.verb), "y": match.groupdict().get("y") or ""}
                return Change(clip.format(**parts, **self.words), target.format(**parts, **self.words))
        return None

    def _does(self, phrase: str) -> str:
        verb, _, rest = phrase.partition(" ")
        many = self.words["s"] == ""
        return f"{verb if many else verbs.third_person(verb)} {rest}".strip()

    def _one_by_one(self) -> list[Act]:
        """Several things done by one: "takes off his hat, then bows"."""
        first, *others = re.split(r"(?:,? and(?: then)?|,? then|,) (?=\w)", f" {self.how}")
        found = [Act(self.who, self.verb, first.strip(), self.many)]
        for text in others:
            word, _, how = text.partition(" ")
            verb = verbs.of_third_person(word) if self.many is False else word
            if verb not in verbs.VERBS:
                return [self]
            found.append(Act(self.who, verb, how, self.many))
        return found


def _outcome(act: str, clip: str, target: str) -> tuple[re.Pattern[str], str, str]:
    return re.compile(act), clip, target


_ALONG = "down|on|in|along|across|away|past|through|up|by"
OUTCOMES = (
    _outcome(
        r"(?:disappear|vanish|go)(?: away)?", "{x} slowly disappear{s} until {it} {is} gone", "{x} {is} gone"
    ),
    _outcome(r"(?:disappear|vanish) (?P<y>.+)", "{x} slowly disappear{s} {y}", "{x} {is} gone"),
    _outcome(r"(?:appear|show up|pop up)", "{x} slowly come{s} into view", "{x} {is} in the picture"),
    _outcome(r"(?:appear|show up|pop up) (?P<y>.+)", "{x} slowly appear{s} {y}", "{x} {is} {y}"),
    _outcome(
        r"(?:float|hover)(?: in the air)?", "{x} slowly rise{s} into the air", "{x} hover{s} above the floor"
    ),
    _outcome(
        rf"(?:float|hover)(?P<y> (?!(?:{_ALONG})\b).+)",
        "{x} slowly rise{s} until {it} hover{s}{y}",
        "{x} hover{s}{y}",
    ),
    _outcome(
        r"(?:turn|change|transform|morph|develop|grow) into (?P<y>.+)",
        "{x} slowly turn{s} into {y}",
        "{x} {is} {y}",
    ),
    _outcome(r"(?:change|turn) colou?r (?:in)?to (?P<y>.+)", "{x} slowly turn{s} {y}", "{x} {is} {y}"),
    _outcome(r"(?:turn|change) to (?P<y>(?!face)\w+)", "{x} slowly turn{s} to {y}", "{x} {is} {y}"),
    _outcome(r"become (?P<y>.+)", "{x} slowly become{s} {y}", "{x} {is} {y}"),
    _outcome(rf"(?:turn|go) (?P<y>(?:a )?{COLOUR}(?: .+)?)", "{x} slowly turn{s} {y}", "{x} {is} {y}"),
    _outcome(
        r"open(?P<y>(?: up| wide| itself| completely| slightly)?)", "{x} slowly open{s}{y}", "{x} {is} open"
    ),
    _outcome(r"close(?P<y>(?: up| tightly| itself| again)?)", "{x} slowly close{s}{y}", "{x} {is} closed"),
    _outcome(r"shut(?P<y>(?: tightly| itself| again)?)", "{x} slowly shut{s}{y}", "{x} {is} shut"),
    _outcome(
        r"(?:swing|slide|fall|burst|spring|fly|creak|flip|pop|snap) (?P<y>open|shut|closed)",
        "{x} slowly {does} {y}",
        "{x} {is} {y}",
    ),
    _outcome(r"(?:go|turn|switch) (?P<y>on|off|out)", "{x} slowly go{es} {y}", "{x} {is} {y}"),
    _outcome(r"come (?P<y>on|off|out)", "{x} slowly come{s} {y}", "{x} {is} {y}"),
    _outcome(r"fill(?: up)? with (?P<y>.+)", "{x} slowly fill{s} with {y}", "{x} {is} filled with {y}"),
    _outcome(
        r"get (?P<y>(?!up|down|on|off|in|into|out|to|closer|away|ready).+)",
        "{x} slowly get{s} {y}",
        "{x} {has} {y}",
    ),
    _outcome(r"(?:keep|stay|remain) (?P<y>.+)", "{x} {does} {y}", "{x} {does} {y}"),
    _outcome(r"have been (?P<y>.+)", "{x} {is} slowly {y}", "{x} {is} {y}"),
)
"""Acts that have an end of their own; the first that fits is taken."""

_BECOMING = {"get": "get", "turn": "turn", "go": "become", "grow": "grow", "become": "become", "fall": "fall"}
_DEGREES = frozenset({"more", "less", "really", "very"})
_OF_ITSELF = {verbs.done(verb): verb for verb in listed("of themselves")}
"""Participles of what nobody does to a thing."""
_PLACES = re.compile(
    r"(?:in|on|at|under|behind|beside|near|inside|above|over|below|around|next to|up|down|off|out"
    r"|away|open|upside"
    r"|full|where)\b"
)
_WHERE = re.compile(
    r"(?:behind|beside|next to|between|under|underneath|below|above|near|in front of|on top of|closer to"
    r"|to the (?:left|right) of|(?:on|at) the (?:left|right|top|bottom)"
    r"|in the (?:middle|corner|centre|center|background|foreground))\b"
)


def act(who: str, verb: str, how: str = "", many: bool | None = None) -> Change:
    """Someone does something, or something becomes as `how` says."""
    who = subject(who)
    first = how.partition(" ")[0].strip(",")
    if verb == "be":
        return become(who, how, many)
    if verb in _BECOMING and _describes(first) and not re.match(COLOUR, how):
        done = Act(who, _BECOMING[verb], how, many)
        return Change(f"{who} slowly {done.happens()}", f"{who} {done.words['is']} {how}")
    return Act(who, verb, how, many).change()


def start(who: str, doing: str) -> Change:
    """Something goes on whose verb no table has: "buzzing around the flowers"."""
    who, words = subject(who), agreeing(subject(who))
    return Change(f"{who} slowly start{words['s']} {doing}", f"{who} {words['is']} {doing}")


def become(who: str, how: str, many: bool | None = None) -> Change:
    """Something comes to be as `how` says: passive, of a kind, in a place, or with a property."""
    who, words = subject(who), agreeing(subject(who), many)
    first, second = [*how.split(), ""][:2]
    if how in _OF_ITSELF:
        return act(who, _OF_ITSELF[how], many=many)
    if (doing := verbs.of_going_on(first)) and not is_plain_adjective(second):
        return act(who, doing, how.partition(" ")[2], many)
    for fits, clip, target in _BECOME:
        if match := fits.match(how):
            parts = {"x": who, "how": how, "y": match.groupdict().get("y")} | words
            return Change(clip.format(**parts), target.format(**parts))
    if verbs.is_done(first.strip(",")) and not is_plain_adjective(first):
        return Change(f"{who} {words['is']} slowly {how}", f"{who} {words['is']} {how}")
    if _PLACES.match(how):
        return change_until(who, how, many)
    return Change(f"{who} slowly become{words['s']} {how}", f"{who} {words['is']} {how}")


def change_until(who: str, how: str, many: bool | None = None) -> Change:
    """Where it is not said in which way it comes to be so."""
    who, words = subject(who), agreeing(subject(who), many)
    target, comes = f"{words['is']} {how}", "move" if _WHERE.match(how) else "change"
    return Change(f"{who} slowly {comes}{words['s']} until {words['it']} {target}", f"{who} {target}")


_BECOME = (
    _outcome(
        r"(?:gone|removed|deleted|missing|erased)$",
        "{x} slowly disappear{s} until {it} {is} gone",
        "{x} {is} gone",
    ),
    _outcome(
        r"(?:made|built|formed|carved)(?: out)? (?:of|from) (?P<y>.+)",
        "{x} slowly turn{s} into {y}",
        "{x} {is} {how}",
    ),
    _outcome(rf"{COLOUR}$", "{x} slowly turn{s} {how}", "{x} {is} {how}"),
    _outcome(r"(?:an?|the|two|three|four|five|six) ", "{x} slowly turn{s} into {how}", "{x} {is} {how}"),
)


def _describes(word: str) -> bool:
    return word not in {"up", "down"} and (is_adjective(word) or verbs.is_done(word) or word in _DEGREES)


def _joined(states: list[str]) -> str:
    """With "is" once where it would stand twice."""
    told = [states[0]]
    for before, after in pairwise(states):
        be, _, rest = after.partition(" ")
        same = be == before.partition(" ")[0] and be in {"is", "are", "has", "have"}
        told.append(rest if same else after)
    return " and ".join(told)
