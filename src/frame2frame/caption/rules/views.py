"""Wishes for the camera: from where the picture is seen, and how much of it."""

from __future__ import annotations

from .change import HOW_FAR, PICTURE, SCENE, rule

_SIDE = (
    r"(?:the |its )?(?:left|right|above|below|behind|front|back|side|other side|top|bottom|close"
    r"|far away|afar|inside"
    r"|outside|underneath|(?:a )?(?:bird's|worm's|birds) eye view|a (?:low|high|different|wide) angle"
    r"|a distance"
    r"|high above|further away|farther away|up close|the sky|the ground|far|(?:left|right) side)"
)
_KIND_OF_VIEW = (
    r"(?:(?!(?:the|rotate|change|turn|move|tilt|make|add|remove|block|get|have|zoom|more|in|on|of"
    r"|show|focus|night|day)\b)[\w'-]+ ){1,3}"
    r"(?:view|shot|perspective|angle|close[- ]?up)"
)
_FROM = r"(?:(?:as|from|in|want|show|make it|get|give me) )?"

_CAMERA = r"(?:(?:let|make|have) )?(?:the )?camera (?:to )?"
_MOVE_IT = r"(?:zoom|move|bring|push|take|get|dolly|pull) the camera"
_SHOW = r"(?:(?:show|see|want|get|give|view|have) (?:it )?(?:from )?)?(?:an? |the )?"
_MORE = r"(?:(?:much|even|a bit|a little|further|farther|more|all the way|way|right) )*"
_CLOSER = rf"{_MORE}(?:in|closer|nearer|forwards?)(?: in)?(?: (?:{HOW_FAR}))?"
_BACK = rf"{_MORE}(?:out|back|backwards?|away)(?: (?:{HOW_FAR}))?"
_WIDE = r"(?:wider|broader|wide)(?: (?:view|shot|angle|frame|picture|perspective))"
_SIDE_OF_VIEW = rf"(?:(?:to|on|at|of|towards) the )?(?P<y>left|right)(?: side)?(?: (?:{HOW_FAR}))?"

_PANS = (
    rf"(?:pan|look|move|go|scroll) (?:over )?{_MORE}{_SIDE_OF_VIEW}",
    rf"(?:pan the camera|(?:pan|move|turn|swing|slide|shift) the view) {_MORE}{_SIDE_OF_VIEW}",
    rf"(?:extend|expand|widen) {PICTURE} {_MORE}{_SIDE_OF_VIEW}|turn (?P<y2>left|right)",
    r"(?:move|turn|swing|slide|shift|point|rotate) the camera (?P<y>left|right)",
    r"(?:turn|swing|sweep|pan) the camera over to the (?P<y>left|right)",
    rf"{_CAMERA}(?:pan|move|turn|swing|slide|look)s? {_MORE}{_SIDE_OF_VIEW}",
    rf"(?:(?:show|see|want|look|view) )?(?:a bit |a little )?(?:further|farther|more) {_SIDE_OF_VIEW}",
    rf"(?:show|see|want|view|reveal|look at) (?:more of )?what (?:is|lies) {_MORE}{_SIDE_OF_VIEW}",
)
"""Not "move the camera to the left", after which the scene may as well be seen from there."""

VIEWS = (
    rule(
        rf"{_CAMERA}(?:zoom|move|go|come|push|dolly|get)s? {_CLOSER}|{_MOVE_IT} {_CLOSER}"
        r"|(?:take (?:a|one|a few) )?steps? (?:closer|nearer|forwards?)"
        rf"|zoom in on (?:the )?(?:middle|cent(?:re|er))(?: of {SCENE})?(?: (?:{HOW_FAR}))?"
        rf"|(?:make|show|view|see) {SCENE} (?:from )?(?:(?:{HOW_FAR}) )?(?:closer|nearer|up close|close up)"
        rf"|zoom {_CLOSER}|(?:go|move|come|get|push) in (?:closer|nearer)"
        rf"|{_SHOW}{_MORE}(?:(?:closer|nearer|tighter) (?:view|look|shot|crop)|close[- ]?up)",
        "the camera slowly moves closer until the scene is seen from close",
        "the scene seen from close",
    ),
    rule(
        rf"{_CAMERA}(?:zoom|move|go|pull|dolly|back|step)s? {_BACK}|{_MOVE_IT} {_BACK}"
        rf"|(?:take (?:a|one|a few) )?steps? {_BACK}|(?:zoom|pull) {_BACK}|back (?:up|off|away)",
        "the camera slowly moves back until the scene is seen from far",
        "the scene seen from far",
    ),
    rule(
        rf"(?:widen|extend|expand|broaden) {PICTURE}|(?:uncrop|outpaint)(?: {SCENE})?"
        r"|(?:widen|extend|expand|broaden|enlarge) the (?:view|field of view|frame|angle)"
        rf"|{_SHOW}{_MORE}(?:wider|{_WIDE})(?: of {SCENE})?|(?:make|turn) (?:it|this) (?:into )?a {_WIDE}"
        rf"|(?:see|show|want) {_MORE}more(?: of (?:{SCENE}|what is around(?: it)?|the surroundings))?",
        "the camera slowly moves back and shows more of the scene",
        "a wider view of the scene",
    ),
    *(rule(wish, "the camera slowly pans to the {y}", "the scene seen further to the {y}") for wish in _PANS),
    rule(
        r"(?:pan|tilt|look|move|point)(?: the camera)? (?:further )?(?P<y>up|down)(?:wards?)?",
        "the camera slowly tilts {y}",
        "the scene seen further {y}",
    ),
    rule(
        r"(?:(?:zoom|dolly|push|move) in|(?:move|go|come|bring"
        r"|get) (?:the camera )?close(?:r)?(?: with the camera)?"
        r"|(?:show|see|view) (?:the )?(?:scene|picture) from close|(?:come |go |get )?(?:a (?:bit"
        r"|little) |much )?(?:closer|nearer)"
        r"|close[- ]?up)(?: with the camera)?(?: a (?:bit|little|lot)| more| further| closer)?",
        "the camera slowly moves closer until the scene is seen from close",
        "the scene seen from close",
    ),
    rule(
        r"(?:closer to|(?:slowly )?zoom (?:the camera )?(?:in )?(?:on|to|onto|into|towards?)|(?:get|go|come"
        r"|move) (?:the camera )?(?:in )?closer (?:to|on)"
        r"|(?:(?:get|take|have) )?an? (?:(?:extreme )?close[- ]?up|closer (?:look|view|shot)) (?:of|on|at)"
        r"|close[- ]?up of|focus the camera on|closer to) (?P<x>.+)"
        r"|(?:show|see|view|want) (?P<x2>.+?) (?:from )?(?:up close|close[- ]up)",
        "the camera slowly moves closer to {x} until {it} fill{s} the view",
        "{x} seen from close",
    ),
    rule(
        r"(?:(?:zoom|dolly) (?:out|back)|(?:move|go|pull|take|step) (?:the camera )?(?:back|backwards"
        r"|away|out|further away|further back)|(?:further|farther) (?:away|back"
        r"|out))(?: with the camera)?(?: a (?:bit|little|lot))?",
        "the camera slowly moves back until the scene is seen from far",
        "the scene seen from far",
    ),
    rule(
        r"zoom (?:out|away) (?:from|of) (?P<y>.+)|(?:move|pull) (?:the camera )?(?:back"
        r"|away) from (?P<y2>.+)",
        "the camera slowly moves back until {y} is seen from far",
        "{y} seen from far",
    ),
    rule(
        r"(?:zoom|pull|move|dolly) (?:the camera )?(?:out|back) (?:to|until|so that) (?:show|see"
        r"|reveal|we see|you see)?(?: )?(?P<y>.+)"
        r"|(?:see|show|reveal|want) (?P<y2>(?:more of|the (?:whole|entire|full|rest of the)) .+)",
        "the camera slowly moves back until {y} comes into view",
        "a wider view that shows {y}",
    ),
    rule(
        r"(?:as |from |want |show )?(?:it |this )?(?:from )?(?:an? |the )?(?:aerial|top[- ]?down"
        r"|overhead|birds?'?s?[- ]eye|drone) (?:view|shot|perspective)",
        "the camera slowly rises until the scene is seen from above",
        "the scene seen from above",
    ),
    rule(
        r"(?:show |want )?(?:an? |the )?(?:aerial|top[- ]?down|overhead|birds?'?s?[- ]eye) (?:view"
        r"|shot) of (?P<x>.+)",
        "the camera slowly rises until {x} {is} seen from above",
        "{x} {is} seen from above",
    ),
    rule(
        rf"{_FROM}(?P<y>(?:an? |the )?{_KIND_OF_VIEW}) of (?P<x>.+)|(?:show|see|view|look at"
        rf"|film) (?P<x2>.+?) (?:from|in) (?P<y2>an? {_KIND_OF_VIEW})",
        "the camera slowly moves until {x} {is} seen from {ay}",
        "{x} from {ay}",
    ),
    rule(
        rf"{_FROM}(?P<y>(?:an? )?{_KIND_OF_VIEW})",
        "the camera slowly moves until the scene is seen from {ay}",
        "the scene from {ay}",
    ),
    rule(
        r"(?:the |an? )?(?:view|shot|seen) from (?P<y>(?:inside|outside|the|above|under|behind) .+)",
        "the camera slowly moves until the scene is seen from {y}",
        "the scene seen from {y}",
    ),
    rule(
        r"(?:show|see|reveal|want|look at) (?P<y>what (?:is|lies) .+)",
        "the camera slowly moves until {y} comes into view",
        "a view of {y}",
    ),
    rule(
        r"(?:show|see|view|reveal) (?P<y>the (?:other side|back|front|top|inside|rear|bottom"
        r"|left side|right side|underside) of .+)",
        "the camera slowly moves around until {y} comes into view",
        "{y} in view",
    ),
    rule(
        r"lower the camera|(?:move )?the camera down",
        "the camera slowly moves down",
        "the scene seen from lower down",
    ),
    rule(
        r"(?:raise|lift) the camera|(?:move )?the camera up",
        "the camera slowly moves up",
        "the scene seen from higher up",
    ),
    rule(
        r"(?:(?:let|make|have) )?(?:the camera )?(?:to )?(?P<v>follow|circle|orbit"
        r"|track)s? (?P<y>(?!around|to)(?:the|his|her|this|him|them|it)\b.*)",
        "the camera slowly {does} {y}",
        "{y} in view",
    ),
    rule(
        rf"(?:look at|show|view|see|film|watch) {SCENE}(?: from| in)? (?P<y>{_SIDE})"
        rf"|(?:view |shot |seen |look |camera |camera angle |angle )?from (?P<y2>{_SIDE})",
        "the camera slowly moves until the scene is seen from {y}",
        "the scene seen from {y}",
    ),
    rule(
        rf"(?:look at|show|view|see|film|watch|want) (?P<x>.+?) (?:seen )?from (?P<y>{_SIDE})"
        rf"|(?:an? )?(?:view|shot) of (?P<x2>.+?) from (?P<y2>{_SIDE})|(?P<x3>(?:the|his|her|their"
        rf"|an?) .+?) (?:seen )?from (?P<y3>{_SIDE})",
        "the camera slowly moves until {x} {is} seen from {y}",
        "{x} {is} seen from {y}",
    ),
    rule(
        r"(?:move|turn|swing|orbit|pan|rotate|slide|track) the camera to (?P<y>the left|the right)",
        "the camera slowly moves to {y} until the scene is seen from {y}",
        "the scene seen from {y}",
    ),
    rule(
        r"(?:(?:let|make|have) )?(?:the )?(?:camera|view) (?:to )?(?P<v>pan|tilt|orbit|circle|rotate"
        r"|track|dolly|rise|move|swing|turn|fly|go|look|slide|zoom|sweep|pull|push)s?(?P<y> .+)"
        r"|(?P<v2>pan|tilt|orbit|circle|rotate|track|dolly|move|swing|turn|fly|lower|raise|lift|bring|slide"
        r"|point|aim|crane) the (?:camera|view|shot)(?P<y2> .+)"
        r"|(?P<v3>pan|tilt|orbit|dolly|circle|fly|rotate|swing|track|go|walk|spin"
        r"|move)(?P<y3> (?:around|over|across|up|down|left|right|along|through|past|to the (?:left"
        r"|right)|from .+ to)(?: .*)?)|(?P<v5>pan|orbit|circle|tilt|rotate)(?P<y5> (?:to|in|out|back|by) .+)"
        r"|(?P<v4>look)(?P<y4> (?:up|down|left|right|around|through|out of|into|over)(?: .+)?)",
        "the camera slowly {does}{y}",
        "the view{y}",
    ),
)
"""The first that fits is taken."""
