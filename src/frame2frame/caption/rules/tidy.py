"""A wish without what belongs to the asking: polite words, questions, "I want", slips of the keyboard."""

from __future__ import annotations

import re

from .nouns import COLOUR, DETERMINERS, PRONOUNS, SUBJECTS
from .verbs import VERBS

_YOU = r"(?:you|u|ya|we)"
_MAY = r"(?:can|could|would|will|may|might|shall|should)"
_LIKE = r"(?:want|wanna|like|love|need|prefer|appreciate|fancy|wish(?: for)?)"

_CLOTHES = (
    "dress|suit|shirt|coat|jacket|hat|gown|uniform|costume|swimsuit|bikini|pyjamas|jeans"
    "|skirt|armou?r|tuxedo|kimono"
)

_TIMES = (
    "day|night|daytime|nighttime|noon|morning|evening|dusk|dawn|summer|winter|spring|autumn"
    "|fall|sunset|sunrise"
)

_EDITS = (
    "paint|colou?r|recolou?r|tint|dye|turn|make|change|switch|set|give|move|push|slide|shift|bring|put|drag"
    "|send|pull|lift|raise|pick up|hoist|levitate|enlarge|grow|scale|upscale|increase|shrink|reduce|downsize"
    "|remove|delete|erase|get rid|take|clear|eliminate|transform|convert|morph|replace|swap|exchange|add|draw"
    "|cover|squash|flatten|crush|squish|press|squeeze|zoom|show|look|view|let|have|see|go|come"
)
"""Verbs of one who edits a picture, rather than of anybody in it."""

_SEEN = r"(?:it|this|(?:the|this|my) (?:picture|photo|image|photograph|shot)) (?:is|looks|seems)"
"""What begins a complaint of the whole picture."""

THING_FIRST = (
    r"^(?:take|find|pick|grab|see) (the [^,?]+?)(?: over there)?(?:\?| and|,) ((?:[\w-]+ ){1,4})it\b(.*)$"
)
"""A thing, then what is to be done with it, such as "take the red cube and lift it"."""

_PEOPLE = r"(?:\w+ )*(?:man|woman|girl|boy|person|lady|child|bride|baby|kid|people|men|women)\b"
_BETTER = "better|nicer|best|good|great|lovely|nice|cool|cute|brilliant|amazing|wonderful"
_BIT = "a (?:little|bit|tad|touch|smidge)(?: bit)?|slightly|somewhat"

_REPLACED = (
    # Manners.
    (r",? (?:please|pls|plz)(?=[,;.] )", ""),
    (
        (
            r"[,.!]? (?:(?:many )?thanks|thank you|thx|ta|cheers)"
            r"(?: (?:a lot|so much|very much|in advance|mate))*$"
        ),
        "",
    ),
    (r"\bb ?(?:&|/|n) ?w\b", "black and white"),
    (r" & ", " and "),
    (r"^as [^,]+ (?:say|says|said|put it), ", ""),
    (r"^gimme ", "give me "),
    (r"^(?:give|get) (?:me|us) (?=some |a (?:bit|little|touch|hint) of )", "add "),
    (
        (
            r"\b(?:an? )?(?:bit|little|touch|hint|layer|dash|wisp|dusting) of "
            r"(?=(?:\w+ )?(?:fog|mist|haze|rain|snow)\b)"
        ),
        "",
    ),
    (r",? [\w-]+-wise$", ""),
    (r"^(?:please )?(?:proceed|go ahead|feel free|(?:it is |it's )?time|make sure|be sure) (?:to|and) ", ""),
    (rf"^(?:do|don't) you think {_YOU} {_MAY} |^would you (?:mind|be able to) |^are you able to ", ""),
    (r"^is there (?:any|a) (?:way|chance) (?:to|that you (?:can|could)|you (?:can|could)) ", ""),
    (r"^any chance of ", "add "),
    (rf"^any chance {_YOU} (?:can|could) ", ""),
    (rf"^(?:how|what) about (?:we |you )?(?=(?:{_EDITS})\b)", ""),
    (r"^my (?:preference|wish|idea) (?:would be|is|was) ", "want "),
    (r"^would it be (?:ok|okay|fine|possible|all right) to have ", "want "),
    (r"^would it be (?:ok|okay|fine|possible|all right|nice) (?:to|if you) ", ""),
    (rf"^(?:it would|it'd) be (?:so |really |very )?(?:{_BETTER}) if ", ""),
    (rf"^(?:{_MAY} (?:we|i)) (?:get|have) (?=some |a (?:bit|little|touch) of )", "add "),
    (
        (
            rf"^(?:i (?:think|reckon|guess|feel|believe|bet) )?(?:that )?(the [^,]+?) (?:would|might|could) "
            rf"look (?:so |much |a lot |really )?(?:{_BETTER}) (?:if it (?:was|were) )?(?:in )?(?=\w)"
        ),
        r"\1 should be ",
    ),
    (
        (
            rf"^(?:would it|would this|wouldn't it|it would|it might|might it) look "
            rf"(?:so |much |a lot )?(?:{_BETTER}) in "
        ),
        "make it ",
    ),
    (r"^(?:next|then|first|in this (?:picture|image|photo)), ", ""),
    (r"^(?:edit|change|modify) (?:the|this|my) (?:picture|image|photo)[:,] ", ""),
    (
        (
            rf"^(?:(?:i would|i'd|i|we|we'd|id) (?:really |would )*{_LIKE} to|let us|let's) "
            rf"(?=(?:{_EDITS}) (?!(?:older|younger|like|more|less)\b))(?!see\b|have a|have some)"
        ),
        "",
    ),
    # A thing first, then what to do with it.
    (THING_FIRST, r"\2\1\3"),
    (
        (
            r"^(the (?!.*\b(?:is|are|looks?|has|needs?|should)\b)[^,:]+?)[,:] "
            rf"((?:{_EDITS})\b.*?)\bit\b(?! (?:rain|snow|night|look))(.*)$"
        ),
        r"\2\1\3",
    ),
    # How a thing shall be.
    (r"^(?:photoshop|edit|cut|airbrush|crop) (the [^,]+?) out(?: of (?:the|this|my) \w+)?$", r"remove \1"),
    (r"^(?:photoshop|edit|cut|airbrush|crop) out (the [^,]+)$", r"remove \1"),
    (
        r"^(?:lift|raise|hoist|get|pick) (the [^,]+?) (?:up )?off (?:of )?the (?:table|floor|ground)$",
        r"lift \1",
    ),
    (r"^(?:put|move|bring) (the [^,]+?) up (?:high )?in(?:to)? the (?:air|sky)$", r"lift \1 into the air"),
    (
        r"^(?:put|place|set|have) (the [^,]+?) (?:at|in) the (back|front)(?: row)?(?=$| and |, )",
        r"move \1 to the \2",
    ),
    (rf"^(?:want|have|see) (the (?!{_PEOPLE})[^,]+?) in (?=(?:{COLOUR})$)", r"make \1 "),
    (r"^(the [^,]+?) belongs (?:on|at|to|in) the (left|right|back|front)\b", r"move \1 to the \2"),
    (r"^(?:i |we )?(?:need|want) (the [^,]+?) gone\b.*$", r"remove \1"),
    (rf"^(?:change|turn|make) (.+?) (?:(?:in)?to )?something (?=(?:{COLOUR})$)", r"make \1 "),
    (
        (
            r"^make (.+?) (?:an? )?(?:bit|little|tad|touch|good deal|lot) "
            r"(?!sharper|clearer|crisper)(?=\w+er$|more \w+$|less \w+$)"
        ),
        r"make \1 ",
    ),
    (r"^make (the [^,]+?) the (?:biggest|largest)(?: \w+)?(?: here| in .+)?$", r"make \1 big"),
    (r"^make (the [^,]+?) the (?:smallest|littlest)(?: \w+)?(?: here| in .+)?$", r"make \1 small"),
    (r"\b(?:teeny|itty|itsy)[ -](?:tiny|weeny|bitty|bitsy)\b", "tiny"),
    (
        r"^((?:squash|flatten|squish|crush|press|squeeze) [^,]+?) (?:down )?(?:like|as flat as|flat as) .+$",
        r"\1",
    ),
    (r"^(squash|flatten|squish|crush) (the [^,]+?) (?:down |completely )?flat$", r"\1 \2"),
    (r"\b(?:as )?(flat|light|big|small|tiny) as an? [\w-]+(?: \w+)?$", r"\1"),
    (
        (
            r"^((?:shrink|enlarge|grow|lift|raise|squash|flatten) (?:the|this|that) [^,]+?) "
            rf"(?:{_BIT})$"
        ),
        r"\1",
    ),
    (r"\brain(ing)? cats and dogs\b", r"rain\1"),
    (r"^(?:have |with )?less light\b.*$", "make it darker"),
    (r"^(?:go |come )?(zoom in) closer\b.*$", r"\1"),
    (r"^(?:undo|filter(?: out)?|smooth out|fix|correct|reduce) the (blur|noise|grain)$", r"remove the \1"),
    (r"^(blur|noise|grain) (?:removal|reduction)$", r"remove the \1"),
    (r"^add (?:some |more )?brightness\b.*$", "make it brighter"),
    (r"^more (?:space|room) around .+$", "zoom out"),
    (r"^camera (?:to the )?(left|right)\b.*$", r"move the camera \1"),
    (r"^what (?:is |lies )?(?:to|on|at) the (left|right)(?: of (?:it|this|that))?$", r"pan to the \1"),
    (r"^(show [^,]+?) (?:too|as well)$", r"\1"),
    (r"^(?:there is )?(?:way |far )?too much (noise|grain|blur)(?: in .+)?$", r"remove the \1"),
    (r"^(blur [^,]+), (?:but )?(?:keep|leave) .+$", r"\1"),
    (rf"^{_MAY} (?:i|we) have (the (?!\w+ (?:for|in)$)[^,]+)$", r"want \1"),
    (r"^(the [^,]+), but ([^,]+)$", r"\1 should be \2"),
    (r"^(the (?!.*\b(?:is|are|be)\b)[^,]+) (?:removed|deleted|erased|gone)$", r"remove \1"),
    (r"^(?:make|let|have) (the [^,]+?) levitate\b", r"let \1 float"),
    (r"^(?:have|let) (the [^,]+?) (?:become|go|get) (flat|smaller|bigger|larger)$", r"make \1 \2"),
    (r"^(?:have|let) (the [^,]+?) (?:become|turn into) (an? [^,]+)$", r"turn \1 into \2"),
    (r"^(?:increase|raise) the size of (the [^,]+)$|^(?:scale|blow) up (the [^,]+)$", r"make \1\2 bigger"),
    (r"^(?:reduce|decrease) the size of (the [^,]+)$|^scale down (the [^,]+)$", r"make \1\2 smaller"),
    (r"^scale (the [^,]+) up$", r"make \1 bigger"),
    (r"^scale (the [^,]+) down$", r"make \1 smaller"),
    (r"^send (the [^,]+?)(?= (?:back|to|into|over|away|far|further|farther)\b)", r"move \1"),
    # What is wrong, then what is to be done.
    (r"^(.+ is) (?:too )?([^,]+)[,;.] (?:please |so )?(?:fix|correct) (?:it|this|that)$", r"\1 too \2"),
    (
        rf"^((?:the|this|that) [^,]+?) (?:is|are) (?:\w+ )?too [^,]+, ((?:{_EDITS})\b.*?)\b(?:it|them)\b",
        r"\2\1",
    ),
    (
        (
            rf"^((?:the|this|that) [^,;.]+?) (?:is|are|looks?) (?!too\b)[^,;.]+[,;.] (?:so |please )*"
            rf"((?:{_EDITS}|blur)\b[^,;.]*?)\b(?:it|them)\b(?! (?:rain|snow|night|look))([^,;.]*)$"
        ),
        r"\2\1\3",
    ),
    (
        (
            rf"^there(?: is| are|'s) (?:an? |some )?([^,;.]+?)(?: in (?:my|the|this) \w+)?[,;.] "
            rf"((?:{_EDITS})\b[^,;.]*?)\b(?:it|them)\b([^,;.]*)$"
        ),
        r"\2the \1\3",
    ),
    (
        (
            rf"^{_SEEN} (?:[\w-]+ )*?(grainy|noisy|blurry|blurred|out of focus|unsharp|soft), "
            r"(?:(?:please|can you|could you|so) )*(?:clean|tidy|fix|sort|sharpen|correct) (?:it|this|that)"
            r"(?: up)?$"
        ),
        r"the picture is too \1",
    ),
    (r"^.+, (?:there is|it has|there's) (?:so|too|way too) much (noise|grain|blur)$", r"remove the \1"),
    (r" for (?:my|the person's|our) (?:taste|liking)$", ""),
    (r",? so (?:that )?(?:i|we|you) can see (?:it|this|more|everything|the whole|what)\b.*$", ""),
    (rf"^[^,]+ (?:is|are) (?:\w+ )?too [^,]+, (?=(?:{_EDITS}|brighten|darken|sharpen)\b)", ""),
    (r"\b(black|gr[ae]y)-and-white\b|\b(gr[ae]y)-scale\b", "black and white"),
    # How far.
    (r"\b(?:all the way|as far as possible) to the (left|right)\b(?! edge| side)", r"to the \1 edge"),
    (r"\bas far (left|right) as (?:possible|it (?:goes|can|will go))", r"to the \1 edge"),
    (r"\bas far as possible to the (left|right)\b(?! edge| side)", r"to the \1 edge"),
    (r"^(?:please|pls|plz|kindly|hey|hi|hello|ok|okay|now|just|maybe|so|well|simply|try to|also),? ", ""),
    (r",? (?:please|pls|plz|thanks|thank you|thx|for me|if possible|if you can)$", ""),
    (rf"^{_MAY} {_YOU} (?:please |pls |maybe |just |also |try to )*(?!be\b)", ""),
    (rf"^(?:i would|i'd|i|we|we'd) (?:really |would )*{_LIKE} {_YOU} to ", ""),
    (r"^(?:is it possible|would it be possible|i need) to ", ""),
    (r",? (?:now|instead|right now)$", ""),
    (r"^(?:slowly|gradually|suddenly) |,? (?:slowly|gradually)(?= |$)", ""),
    (r"^(?:how|what) about |^imagine (?:that )?|^let's see |^we see |^now ", ""),
    (r"^what if |^it would be (?:nice|great|cool|good|better) if ", ""),
    (r"\b(it|he|she|that|there)'s\b", r"\1 is"),
    (r"\bwhat's (?=(?:on|to|in|at|behind|around|outside|under)\b)", "what is "),
    (r"^there (?:is|are) (?:\w+ )?too (?:much|many) ", "less "),
    (r"^(?:make it )?not (?:quite )?(?:so|as) (\w+)$", r"make it less \1"),
    (r"^(turn|change|convert|transform) (?=(?:in)?to (?!the |face |your ))", r"\1 it "),
    (r"^what would (?:it|this|the scene) look like (?=(?:in|at|by) )", "make it "),
    (r"\b(they|we|you)'re\b", r"\1 are"),
    (r"^first,? (?!person)", ""),
    (r"\b(at|to|towards) (?:me|us|you)\b", r"\1 the camera"),
    (r"\b(?:my|your|our)\b", "the person's"),
    (rf"^(?:in|with) ((?:an? |the )?(?:[\w-]+ )*(?:{_CLOTHES}))$", r"wearing \1"),
    (
        (
            r"^((?:behind|in front of|next to|beside|above|below|under|on|in|over"
            r"|around) .+?),? (?:there (?:is|are|should be)|should be) (.+)$"
        ),
        r"add \2 \1",
    ),
    (r"^i wish there (?:was|were) ", "add "),
    (r"^i wish (.+?) (?:was|were) ", r"let \1 be "),
    (r"^what would (.+?) look like (?:as|if (?:he|she|it) was) ", r"turn \1 into "),
    (r"^what would (.+?) look like with ", r"give \1 "),
    (r"^what would (.+?) look like in ", r"dress \1 in "),
    # Wishes for a thing, or for what it does.
    (rf"^(?:i would|i'd|i|we|we'd|id) (?:really |would |just )*{_LIKE}(?: to (?:have|get))? ", "want "),
    (r"^(?:want )?(?:to )?(?:see|have) (?=more of |\S+ from )", "see "),
    (r"^want to (?:see )?(?=zoom|move|look)", ""),
    (r"^want to see ", "want "),
    (
        rf"^(?:{_MAY} (?:there|we) (?:please )?(?:be|have)|there (?:should|must|could) be|there (?:is|are)) ",
        "add ",
    ),
    (r"^add (?=(?:in|at|on|under) )", "make it "),
    (rf"^{_MAY} ", "let "),
    (r"^let's |^lets (?=\w+ )", ""),
    (r"^(?:make|let) there be ", "add "),
    (r"^want (?:it|this) (?:to (?:be )?)?(?!from|with)", "make it "),
    (r"^let (?:it|this) (?:get|become|turn|grow) ", "make it "),
    (
        (
            rf"^(?:the |change (?:it|this|the scene) |turn |go )?(?:from )?(?:{_TIMES})(?: (?:turns"
            rf"|changes|becomes))? (?:in|on)?to ({_TIMES})$"
        ),
        r"make it \1",
    ),
    (rf"^(?:the )?(?:{_TIMES}) becomes ({_TIMES})$", r"make it \1"),
    (r"^let me see ", "see "),
    (r"^(?:it|this) (?:should|must|could|shall) (?:be )?", "make it "),
    (r"^let (?:it|this) be ", "make it "),
    (r"^(?:it|this) (?:gets|becomes|turns|grows|is getting|is turning) ", "make it "),
    (r"^without ", "remove "),
    (
        r"^(?:remove|delete|erase) (?:all|everything) (?:but|except) ((?:one|two|three|\d+) \w+)$",
        r"only \1 should remain",
    ),
    (r"^bring the camera ", "move the camera "),
    (r"^(show|give) me ", r"\1 "),
    (r"^((?:one|two|three|\d+) \w+) (?:less|fewer)$", r"remove \1"),
    (
        (
            r"^(?:want )?((?:one|two|three|four|five|six|seven|eight|nine|ten|\d+"
            r"|more) \w+) instead of (?:just )?(?:one|two|three|four|five|\d+)$"
        ),
        r"make it \1",
    ),
    # Several words for one thing.
    (
        (
            r"^(?:change|set|switch|turn) (?:the )?(?:time(?: of day)?|season|weather|light(?:ing)?|scene"
            r"|setting) (?:in)?to "
        ),
        "make it ",
    ),
    (
        r"^(.+) (?:is|are|gets?|should be|to be) (?:replaced|swapped) (?:by|with|for) (.+)$",
        r"replace \1 with \2",
    ),
    (r"^(?:swap|exchange|substitute|switch|trade)(?: out)? (.+?) (?:for|with) (.+)$", r"replace \1 with \2"),
    (r"^(?:want )?(.+?) (?:where|in place of|instead of) (.+?)(?: (?:is|are))?$", r"replace \2 with \1"),
    (r"^(?:put out|extinguish|douse) (.+)$", r"let \1 go out"),
    (r"^(?:leave|keep) only (.+)$", r"only \1 should remain"),
    (r"^only (?:leave|keep) (.+)$", r"only \1 should remain"),
    (r"^put (.+) out$", r"let \1 go out"),
    (r"\blay (?=down|on|back)", "lie "),
    (r"\b(really|very|so)(?: \1)+\b", r"\1"),
    (r"^(.+?)(?:(?:,| and|, and|;|\.) \1)+(?:,? and)?$", r"\1"),
)
"""What is said in many ways, and the one way in which it is read; tried in this order."""

_TABLE = tuple((re.compile(said, re.IGNORECASE), read) for said, read in _REPLACED)

_MOST_ROUNDS = 4
"""Times that the table is gone through: below what is polite there may be more of it."""

_SPELLING = {"teh": "the", "hte": "the", "backround": "background", "backgroud": "background", "u": "you"}
_COMMANDS = VERBS | {
    "make",
    "let",
    "add",
    "replace",
    "swap",
    "delete",
    "remove",
    "change",
    "zoom",
    "transform",
    "see",
    "set",
    "bring",
    "erase",
    "enlarge",
    "shrink",
    "view",
    "pan",
    "tilt",
    "keep",
}


def tidy(wish: str) -> str:
    """The wish as one short command, statement or phrase."""
    plain = " ".join(wish.replace("’", "'").replace("‘", "'").split()).strip(" .!?\"'“”")
    plain = plain.lower() if plain.isupper() and " " in plain else plain
    plain = " ".join(_SPELLING.get(word.lower(), word) for word in plain.split())
    plain = _spelt(plain)
    for _ in range(_MOST_ROUNDS):
        before = plain
        for said, read in _TABLE:
            plain = said.sub(read, plain).strip(" ,.!?")
        if plain == before:
            break
    return _uncapitalised(_spelt(plain))


def _uncapitalised(plain: str) -> str:
    """Without the capital of a sentence, where a name would not have one."""
    first = plain.partition(" ")[0]
    known = first.lower() in DETERMINERS | PRONOUNS | _COMMANDS
    return plain[:1].lower() + plain[1:] if (known and first[1:].islower()) or first == "A" else plain


def _spelt(plain: str) -> str:
    """With its first word spelt right, if that is a command with a slip of the keyboard."""
    first, _, rest = plain.partition(" ")
    beginning = rest.partition(" ")[0].lower()
    if first.lower() in _COMMANDS or beginning not in DETERMINERS | PRONOUNS | SUBJECTS.keys():
        return plain
    meant = [one for one in sorted(_COMMANDS) if _slipped(first.lower(), one)]
    return f"{meant[0]} {rest}" if meant else plain


def _slipped(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters changed places, or one is missing, doubled or too many."""
    if len(typed) < 3 or len(meant) < 4 or typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1:
        return False
    if len(typed) == len(meant):
        return typed != meant and sorted(typed) == sorted(meant)
    longer, shorter = sorted((typed, meant), key=len, reverse=True)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
