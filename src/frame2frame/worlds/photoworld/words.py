"""The words of the photograph world: instruction, temporal caption and target caption of each kind of edit.

A template is full of alternatives, as in the tabletop's grammar. An instruction is a wish on its own, or what
is to be done said in one of several polite or plain ways.
"""

from __future__ import annotations

from ..tabletop.draws import Draws
from ..tabletop.phrases import phrase, words_of
from ..tabletop.words import Texts

NAMES = {
    "slowly": "{slowly|gradually|smoothly|steadily|}",
    "photo": "{photo|picture|image|photograph}",
    "a_photo": "{a photo|a picture|an image|a photograph}",
    "print": "{photo|picture|photograph}",
    "it": "{it|this|the {photo}|this {photo}}",
    "scene": "{scene|{photo}}",
    "colours": "{colours|colors}",
    "grey": "{grey|gray}",
    "blurry": "{blurred|blurry|out of focus}",
}

_FORMS = (
    *("{do}", "{do}", "{do}", "{do}", "please {do}", "{do}, please", "{can|could} you {do}{|, please}?"),
    *("{could|would} you please {do}", "I {want|need} you to {do}", "I'd like you to {do}", "now {do}"),
)
"""How something is asked for, from what is to be done."""

DO: dict[str, tuple[str, ...]] = {
    "night": (
        "{make it|turn it into|let it be} {night|nighttime|night-time}",
        "turn {day into night|this into a night {scene|shot}|the {scene} into night}",
        "{make|turn} {it} {into a|a} night {scene|shot|{photo}}",
        "show the {scene} at night",
        "change the time {of day |}to night",
        "make it look {like night|like it was taken at night|as if it were night}",
    ),
    "dusk": (
        "{make it|turn it into} {dusk|twilight|the blue hour}",
        "{turn|change} the {scene} {into|to} {dusk|twilight}",
        "show the {scene} {at dusk|at twilight|just after sunset|after sunset}",
        "make it look {like dusk|like twilight|like the sun has just set}",
        "change the time {of day |}to dusk",
    ),
    "golden-hour": (
        "{give {it} golden hour light|bathe {it} in golden {hour|evening} light}",
        "{make it|turn it into} {golden hour|the golden hour}",
        "show the {scene} {at golden hour|in the golden hour|in low evening sun}",
        "make it look like {golden hour|a golden evening}",
        "light the {scene} with {golden|low golden} {evening |}sun",
    ),
    "overcast": (
        "make {it|the sky|the weather|the day} {overcast|cloudy}",
        "{turn|change} the weather to {overcast|cloudy}",
        "{give|show} the {scene} {under a grey sky|under an overcast sky|flat, overcast light}",
        "cover the sky with {clouds|cloud|{grey} clouds}",
        "{let|make} clouds {cover the sky|come in}",
    ),
    "brighter": (
        "{make {it} brighter|brighten {it}{| up}|lighten {it}}",
        "{add|give it} more light",
        "turn {up the brightness|the brightness up}",
        "{lift|raise|open up} the shadows",
        "increase the {brightness|exposure}",
    ),
    "darker": (
        "{make {it} darker|darken {it}}",
        "{dim|turn down} the light{|s}",
        "turn {down the brightness|the brightness down}",
        "{lower|reduce|decrease} the {brightness|exposure}",
        "make {it} {dim|dark}",
    ),
    "fog": (
        "make {it|the {scene}} {foggy|misty}",
        "{add|put in} {fog|some fog|thick fog|mist}",
        "{let|have} {fog|mist} {roll in|come in|fill the {scene}}",
        "{cover|fill|wrap} {it|the {scene}} {with|in} {fog|mist}",
        "{change|turn} the weather to fog",
    ),
    "rain": (
        "make it {rain|rainy}",
        "{add|put in} {rain|some rain}",
        "{turn|change} the weather to {rain|rainy}",
        "let it rain",
        "{turn|make} {it} {into a rainy day|a rainy {scene}|wet and rainy}",
        "show the {scene} in the rain",
    ),
    "snow": (
        "make it {snowy|snow|snow-covered}",
        "{add|put in} {snow|some snow}",
        "cover {it|everything|the {scene}|the ground} {with|in} snow",
        "let it snow",
        "{turn|change} {the {scene} into a snowy one|the season to winter|the weather to snow}",
        "show the {scene} {in the snow|covered in snow|in winter}",
    ),
    "black-and-white": (
        "{make|turn} {it} {black and white|black-and-white|monochrome|grayscale|greyscale}",
        "{convert|change} {it} to {black and white|grayscale|greyscale|monochrome}",
        "{remove|take away|take out|drop} {the|all} {colour|color|{colours}}",
        "{desaturate|drain the {colours} from} {it}",
    ),
    "sepia": (
        "{make|turn} {it} sepia",
        "{give|add} {it a sepia tone|a sepia tone|a sepia look|a sepia filter}",
        "{convert|change} {it} to sepia",
        "make {it} look like {an old sepia {print}|an old brown {print}}",
        "sepia-tone {it}",
    ),
    "warmer": (
        "make {it|the {colours}|the light|the tones} warmer",
        "warm {it up|up the {colours}|the {colours} up}",
        "{add|give it} {warmth|a warmer tone|warmer {colours}|a warm tint}",
        "{raise|shift} the white balance to {warm|warmer}",
    ),
    "cooler": (
        "make {it|the {colours}|the light|the tones} {cooler|colder}",
        "cool {it down|down the {colours}|the {colours} down}",
        "{add|give it} {a cooler tone|colder {colours}|cooler {colours}|a cold blue tint|a cool tint}",
        "{lower|shift} the white balance to {cold|cooler}",
    ),
    "vivid": (
        "make {the {colours}|it} {more vivid|more colourful|more colorful|pop|vivid|more vibrant}",
        "{boost|increase|turn up|raise} the {saturation|{colours}|vibrance}",
        "{give it|add} {stronger|richer|more vivid} {colours}",
        "saturate {it|the {colours}}",
    ),
    "autumn": (
        "{make it|turn it into} {autumn|fall}",
        "{turn|make} the {leaves|greenery|foliage} {orange and red|autumn {colours}}",
        "{change|turn} the season to {autumn|fall}",
        "{give|paint} the {leaves|plants|trees} {in autumn {colours}|autumn {colours}|fall {colours}}",
        "make it look like {autumn|fall}",
    ),
    "zoom-in": (
        "zoom in{| on the {middle|centre|center}| a bit}",
        "{move|bring|push} the camera {closer|in|forward}",
        "{go|get|come} closer",
        "show a {closer view|close-up}",
    ),
    "zoom-out": (
        "zoom out{| a bit}",
        "{move|pull} the camera {back|away|farther away|further back}",
        "{step|pull|move} back",
        "show {more of the {scene}|more of what is around|a wider view}",
        "{widen|extend|expand} the {view|{photo}|frame}",
    ),
    "pan-left": (
        "{pan|move} {left|to the left}",
        "{pan|move|turn|swing} the camera {left|to the left}",
        "{look|show what is} {to|on} the left",
        "show {me |}{more of the left|what lies to the left}",
    ),
    "pan-right": (
        "{pan|move} {right|to the right}",
        "{pan|move|turn|swing} the camera {right|to the right}",
        "{look|show what is} {to|on} the right",
        "show {me |}{more of the right|what lies to the right}",
    ),
    "focus": (
        "{bring|put|get} {it|the {photo}|everything} {in focus|into focus}",
        "{focus|refocus} the {camera|lens|{photo}}",
        "{sharpen|deblur|unblur} {it}",
        "make {it} {sharp|sharper|crisp|clear and sharp}",
        "{remove|fix|get rid of} the blur",
    ),
    "background-blur": (
        "blur the background",
        "make the background {blurred|blurry|soft}",
        "{put|throw|get} the background out of focus",
        "{give|add} {it a shallow depth of field|a shallow depth of field|background blur|bokeh}",
        "{use|add} portrait mode",
    ),
    "denoise": (
        "{remove|reduce|get rid of|clean up|take out} the {noise|grain}",
        "{denoise|clean up} {it}",
        "make {it} {clean|less grainy|less noisy|free of noise}",
        "clear {up|away} the {grain|noise}",
    ),
}
"""What is to be done; a sentence that goes with "could you"."""

_WISHES: dict[str, tuple[str, ...]] = {
    "night": ("it should be night", "I want {it to be night|a night {print}}", "night {scene|version}"),
    "dusk": ("it should be dusk", "I want it to be dusk", "the same {scene} at dusk"),
    "golden-hour": ("golden hour{| light}", "I want {it to be golden hour|golden light}"),
    "overcast": ("the sky should be {overcast|{grey}|cloudy}", "I want an overcast sky", "overcast weather"),
    "brighter": ("it's too dark{|, make it brighter}", "it should be brighter", "brighter"),
    "darker": ("it's too bright{|, make it darker}", "it should be darker", "darker"),
    "fog": ("I want {fog|it foggy|it to be foggy}", "there should be fog", "foggy {weather|morning|version}"),
    "rain": ("it should {rain|be raining}", "I want rain", "rainy {day|weather}"),
    "snow": ("it should be {snowy|covered in snow}", "I want snow", "the same {scene} in winter"),
    "black-and-white": ("black and white", "I want it in black and white", "no {colours}"),
    "sepia": ("sepia{| tone}", "I want {it in sepia|a sepia {print}}"),
    "warmer": ("warmer {colours}", "the {colours} should be warmer", "I want warmer {colours}"),
    "cooler": ("{cooler|colder} {colours}", "the {colours} should be cooler", "I want colder {colours}"),
    "vivid": ("more saturation", "the {colours} should {pop|be stronger}", "I want vivid {colours}"),
    "autumn": ("autumn {colours|leaves}", "it should be {autumn|fall}", "I want autumn {leaves|{colours}}"),
    "zoom-in": ("closer", "I want {a closer view|to see it closer}", "camera zooms in"),
    "zoom-out": ("I want {a wider view|to see more}", "wider", "camera zooms out"),
    "pan-left": ("I want to see {what is on the left|further left}", "further {to the |}left"),
    "pan-right": ("I want to see {what is on the right|further right}", "further {to the |}right"),
    "focus": ("it should be {sharp|in focus}", "it's {blurry}, fix it", "I want {it sharp|a sharp {print}}"),
    "background-blur": ("the background should be {blurry}", "I want {bokeh|a soft background}"),
    "denoise": ("it's too {noisy|grainy}", "I want {it clean|a clean {print}}", "no {noise|grain}"),
}

_TEMPORAL: dict[str, tuple[str, ...]] = {
    "night": (
        "night {slowly} falls",
        "it {slowly} becomes night",
        "the light {slowly} fades until it is night",
    ),
    "dusk": ("dusk {slowly} falls", "the sun sets and it {slowly} becomes dusk"),
    "golden-hour": ("the light {slowly} turns golden", "golden evening light {slowly} fills the scene"),
    "overcast": ("clouds {slowly} cover the sky", "the sky {slowly} becomes overcast and the light flat"),
    "brighter": ("the {scene} {slowly} becomes brighter", "the light {slowly} grows and the shadows open up"),
    "darker": ("the {scene} {slowly} becomes darker", "the light {slowly} dims"),
    "fog": ("fog {slowly} {rolls in|fills the scene}", "the scene {slowly} disappears in fog"),
    "rain": ("rain {slowly} sets in", "it {slowly} becomes a {grey}, rainy day"),
    "snow": ("snow {slowly} covers the scene", "the scene is {slowly} covered in snow"),
    "black-and-white": (
        "the {colours} {slowly} fade to black and white",
        "the {photo} {slowly} turns black and white",
    ),
    "sepia": ("the {photo} {slowly} turns sepia", "the {colours} {slowly} fade to sepia"),
    "warmer": ("the {colours} {slowly} become warmer", "the light {slowly} turns warm"),
    "cooler": ("the {colours} {slowly} become {cooler|colder}", "the light {slowly} turns cold"),
    "vivid": ("the {colours} {slowly} become {more vivid|stronger}",),
    "autumn": ("the leaves {slowly} turn {orange and red|to autumn {colours}}", "it {slowly} becomes autumn"),
    "zoom-in": ("the camera {slowly} {zooms in|moves closer}",),
    "zoom-out": ("the camera {slowly} {zooms out|moves back}{| and shows more of the scene}",),
    "pan-left": ("the camera {slowly} pans to the left",),
    "pan-right": ("the camera {slowly} pans to the right",),
    "focus": ("the {blurry} {photo} {slowly} comes into focus", "the camera {slowly} focuses"),
    "background-blur": ("the background {slowly} {blurs|goes out of focus}",),
    "denoise": ("the {noise|grain} {slowly} {disappears|clears}", "the grainy {photo} {slowly} clears"),
}

_TARGETS: dict[str, tuple[str, ...]] = {
    "night": ("the {scene} at night", "it is night"),
    "dusk": ("the {scene} at dusk", "it is dusk"),
    "golden-hour": ("the {scene} in golden {hour |evening |}light", "the light is golden"),
    "overcast": ("the {scene} under an overcast sky", "the sky is overcast"),
    "brighter": ("a bright {print}", "the {scene} is bright"),
    "darker": ("a dark {print}", "the {scene} is dark"),
    "fog": ("the {scene} in {fog|thick fog}", "the {scene} is foggy"),
    "rain": ("the {scene} on a rainy day", "it rains"),
    "snow": ("the {scene} covered in snow", "the {scene} is snowy"),
    "black-and-white": ("a black and white {print}", "the {photo} is black and white"),
    "sepia": ("a sepia {print}", "the {photo} is sepia"),
    "warmer": ("{a_photo} with warm {colours}", "the {colours} are warm"),
    "cooler": ("{a_photo} with {cool|cold} {colours}", "the {colours} are {cool|cold}"),
    "vivid": ("{a_photo} with vivid {colours}", "the {colours} are vivid"),
    "autumn": ("the {scene} in autumn", "the leaves are {orange and red|in autumn {colours}}"),
    "zoom-in": ("the scene {|is }seen from {close|closer}",),
    "zoom-out": ("the scene {|is }seen from {far|farther} away", "a wider view of the scene"),
    "pan-left": ("the scene {|is }seen further to the left",),
    "pan-right": ("the scene {|is }seen further to the right",),
    "focus": ("a sharp {print}", "the {photo} is sharp and in focus"),
    "background-blur": ("{a_photo} with a {blurred|blurry} background", "the background is {blurry}"),
    "denoise": ("a clean {print} without {noise|grain}", "the {photo} is clear"),
}

WISHED = 0.25
"""Share of instructions that are a wish and not a command."""

CAPITALS = 0.3
"""Share of instructions that begin with a capital letter, of which half end in a full stop."""


def draw_texts(draws: Draws, kind: str) -> Texts:
    """One wording of each text."""
    return Texts(_instruction(draws, kind), _text(draws, _TEMPORAL[kind]), _text(draws, _TARGETS[kind]))


def trained_words() -> frozenset[str]:
    """All words of these texts."""
    grammars = (DO, _WISHES, _TEMPORAL, _TARGETS)
    return words_of(_FORMS, NAMES.values(), *(some for grammar in grammars for some in grammar.values()))


def _instruction(draws: Draws, kind: str) -> str:
    if draws.chance(WISHED):
        said = _text(draws, _WISHES[kind])
    else:
        done = draws.one_of(DO[kind])
        said = phrase(draws, draws.one_of(_FORMS).replace("{do}", done), NAMES)
    if not draws.chance(CAPITALS):
        return said
    end = "." if said[-1].isalpha() and draws.chance(0.5) else ""
    return f"{said[0].upper()}{said[1:]}{end}"


def _text(draws: Draws, templates: tuple[str, ...]) -> str:
    return phrase(draws, draws.one_of(templates), NAMES)
