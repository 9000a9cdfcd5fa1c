"""Wishes for a picture as a whole: its view, light, weather, colours, focus and noise."""

from __future__ import annotations

import pytest

from frame2frame.caption.temporal import temporal_caption
from frame2frame.score.contrast import subject
from frame2frame.score.whole import CAMERA
from frame2frame.worlds.photoworld import draw_texts
from frame2frame.worlds.photoworld.kinds import GROUPS, KINDS
from frame2frame.worlds.tabletop.draws import Draws

CLOSER = ("the camera slowly moves closer until the scene is seen from close", "the scene seen from close")
FARTHER = ("the camera slowly moves back until the scene is seen from far", "the scene seen from far")
WIDER = ("the camera slowly moves back and shows more of the scene", "a wider view of the scene")
LEFT = ("the camera slowly pans to the left", "the scene seen further to the left")
NIGHT = ("the light slowly fades to night", "the scene at night")
BRIGHTER = ("the scene slowly becomes brighter", "the scene is brighter")
DARKER = ("the scene slowly becomes darker", "the scene is darker")
WARMER = ("the colours slowly become warmer", "the colours are warmer")
SEPIA = ("the colours slowly fade until the picture is sepia", "the picture is sepia")
OVERCAST = ("the scene slowly becomes overcast", "the scene is overcast")
GREY = ("the colours slowly fade until the picture is black and white", "the picture is black and white")
VIVID = ("the colours slowly become more vivid", "the colours are more vivid")
SHARP = ("the picture slowly comes into focus", "the picture is sharp and in focus")
SHARPER = ("the picture slowly becomes sharper", "the picture is sharper")
BLURRED = ("the background is slowly blurred", "the background is blurred")
QUIET = ("the noise slowly disappears", "the picture without noise")

SAME = {
    CLOSER: (
        "camera zooms in",
        "Move the camera in a bit",
        "show a closer view",
        "step closer",
        "tighter crop",
        *("increase the zoom level", "what would it look like from closer?", "magnify the centre"),
        *("slide the camera forward", "the view becomes tighter"),
    ),
    FARTHER: (
        "camera zooms out",
        "zoom out a little bit",
        "pull the camera farther away",
        "take a step back",
        *(
            "lower the zoom",
            "as if I had stepped back",
            "what lies beyond the edges?",
            "Too tight, zoom out.",
        ),
    ),
    WIDER: (
        "I want to see more.",
        "could you show me a bit more?",
        "wider",
        "widen the frame",
        "a wide shot",
        *("extend the scene on all sides", "outpaint the edges", "use a wider lens"),
    ),
    LEFT: (
        *("move the camera left", "I want you to look on the left", "Look to the left.", "further left"),
        *("I want to see what is on the left", "could you please show what is to the left"),
        *("show me more of the left side", "the camera pans left", "show what's on the left"),
        *("it's cut off on the left", "too much on the right, pan left", "aim the camera to the left"),
        *("leftward pan", "shift the frame left", "what's left of this?"),
    ),
    NIGHT: (
        "make it look as if it were night",
        "turn this photo into a night shot",
        "show the picture at night",
    ),
    BRIGHTER: (
        "turn the brightness up",
        "it's too dark, make it brighter",
        "add more light",
        "the photo is too dark",
        "Increase the brightness, please.",
        "bump up the exposure a bit",
        "increase the light in this photo",
        "Brighter",
        *("It's underexposed, more light.", "this photo needs brightening", "let in more light"),
        *("push the exposure up a stop", "What if we raised the light level?", "can I have more light?"),
        *("fix the too dark exposure", "Brightness +20", "too dark, brighten it"),
    ),
    DARKER: (
        *(
            "it is way too bright, less light",
            "pull the exposure down a bit",
            "suppose they lower the exposure",
            "brightness down",
        ),
        *("this picture needs less brightness", "darken everything down"),
    ),
    WARMER: (
        "push the white balance to the warm side",
        "remove the cold from this picture",
        "warm up the tones",
    ),
    SEPIA: ("Age this with sepia tones.", "replace the colours with sepia", "an antique sepia photograph"),
    OVERCAST: ("too sunny, I want clouds", "swap the blue sky for a cloudy one", "This, but overcast"),
    GREY: (
        "I want it in black and white",
        "remove all the colours",
        "drain the colour from this photo",
        "Black and white",
    ),
    VIVID: (
        *("the colors should pop", "boost the saturation", "give it more vibrance", "more colours"),
        *("increase the saturation", "up the vibrance", "Increase the colours of this picture."),
        *("the colours are washed out", "faded colours, boost them", "jazz up the colours", "add saturation"),
        *("turn the saturation right up", "give it a colour boost", "can I have colours that pop"),
    ),
    SHARP: (
        *("fix the blur", "the photo is blurry, please fix it", "refocus the camera", "unblur this image"),
        *(
            "the focus is wrong",
            "Too blurry, fix it.",
            "this photo needs to be in focus",
            "I don't want any blur",
        ),
        "it needs deblurring",
        *("as if taken with a sharp lens", "get everything properly in focus", "it's not sharp, sharpen it"),
    ),
    SHARPER: ("bring back the sharp details", "apply a sharpening filter", "make the edges crisp"),
    BLURRED: (
        *(
            "keep the subject sharp and blur the rest",
            "only the front stays in focus",
            "shoot it in portrait mode",
        ),
        *("make the background melt away", "blur everything behind", "sharp foreground, blurry background"),
    ),
    QUIET: (
        "I want you to make this free of noise",
        "there's too much noise",
        "denoise it",
        "it's too grainy",
        *(
            "turn on noise reduction",
            "I don't want it grainy",
            "it is full of noise, fix it",
            "make it noise-free",
        ),
        *(
            "use a denoiser on it",
            "this photo needs denoising",
            "as if taken at low ISO",
            "filter out the speckles",
        ),
    ),
}
"""Wishes in other words that mean the same."""

OTHERS = (
    ("make this photograph sepia", "the picture is sepia"),
    ("make the picture a little sharper", "the picture is a little sharper"),
    ("use portrait mode", "the picture with a blurred background"),
    ("get the background out of focus", "the background is out of focus"),
    ("I want a soft background", "the background is soft"),
    ("clean the noise up a bit", "the noise is cleaned up a bit"),
    ("shift the white balance to warm", "the colours are warm"),
    ("add a cold blue tint", "the colours are cold and blue"),
    ("give it a green tint", "the picture with a green tint"),
    ("dim the lights", "the lights are dim"),
    ("it's too yellow", "the colours are cooler"),
    ("make it less yellow", "the scene is less yellow"),
    ("increase the contrast", "the contrast is stronger"),
    ("dial down the exposure", "the scene is darker"),
    ("increase the light bulb", "the light bulb is large"),
    ("Warmer colours.", "the colours are warmer"),
    ("what would this look like in close-up", "the scene seen from close"),
    ("what would this place look like in golden light?", "the scene in golden light"),
    ("Can I have it with a grey sky?", "the sky is grey"),
    ("this but in the mist", "the scene in mist"),
    ("As if a rain shower had come.", "the scene in the rain"),
    ("let me see this place after dark", "the scene at night"),
    ("pump in some fog", "the scene in fog"),
    ("as if it snowed all night", "the scene in the snow"),
    ("drop the saturation to zero", "the picture is black and white"),
    ("autumn colours", "the scene in autumn colours"),
    ("paint the trees in autumn colours", "the trees are in autumn colours"),
    ("I want vivid colours", "the colours are vivid"),
    ("Give the picture under an overcast sky.", "the scene under an overcast sky"),
    ("show the scene flat, overcast light", "the scene in flat, overcast light"),
    ("show the scene in winter", "the scene in winter"),
    ("show the street in the snow", "the street in the snow"),
    ("bathe my photo in golden evening light", "the scene in golden evening light"),
    ("turn the weather to fog", "the scene in fog"),
    ("make it wet and rainy", "the scene is wet and rainy"),
    ("turn this image into a snowy one", "the scene is snowy"),
    ("a bit brighter", "the scene is a bit brighter"),
    ("not so dark please", "the scene is less dark"),
    ("convert to black and white", "the picture is black and white"),
    ("the sky is too bright", "the sky is less bright"),
    ("add pouring rain", "the scene in rain"),
    ("a closer look at the bird", "the bird seen from close"),
    ("put the focus on the man", "the man is in focus"),
    ("a stormy evening", "the scene on a stormy evening"),
    ("what would it look like in summer?", "the scene in summer"),
)

LIKENED = (
    # Light.
    ("paint the sky like it is golden hour", "the scene at golden hour"),
    ("I'd love a golden hour glow over the whole thing", "the scene at golden hour"),
    ("make this look as if it was taken at dusk", "the scene at dusk"),
    ("as if at dusk", "the scene at dusk"),
    ("like it is golden hour", "the scene at golden hour"),
    ("I want this to look like the sun is just setting", "the scene at sunset"),
    ("light it like a sunset", "the scene at sunset"),
    ("give the sky a sunset look", "the scene at sunset"),
    ("can you make it look like the middle of the night", "the scene at night"),
    ("make the whole picture look like it was shot at night", "the scene at night"),
    ("give it a night-time look", "the scene at night"),
    ("turn the lighting into something like blue hour", "the scene at blue hour"),
    ("the light should feel like late evening", "the scene in the light of late evening"),
    ("give it that warm evening light feeling", "the scene in the light of evening"),
    ("make it look like a bright sunny day", "the scene on a sunny day"),
    ("dim everything down a notch", "the scene is a notch darker"),
    ("make it look like late afternoon in autumn", "the scene in the light of late afternoon"),
    ("let the sun go down", "the scene at sunset"),
    ("let evening come", "the scene in the light of evening"),
    # Weather and season.
    ("I'd like the light of a cloudy day", "the scene on a cloudy day"),
    ("show me this place on a rainy night", "the scene on a rainy night"),
    ("make it look cold and wintry", "the scene is wintry"),
    ("give it a foggy morning feel", "the scene on a foggy morning"),
    ("make it look like a foggy day in November", "the scene on a foggy day"),
    ("have it look like early morning fog", "the scene in fog"),
    ("make it feel like a rainy afternoon", "the scene on a rainy afternoon"),
    ("make the street look like it has been raining", "the scene in the rain"),
    ("render the scene as though it had just snowed", "the scene in the snow"),
    ("give the photo a moody overcast look", "the scene is overcast"),
    ("make the sky look like a storm is coming", "the scene is stormy"),
    ("make it look like an autumn day", "the scene in autumn"),
    ("make the trees look like it is autumn", "the scene in autumn"),
    # Colour.
    ("give it a black and white feel", "the picture is black and white"),
    ("make it look like an old sepia photograph", "the picture is sepia"),
    ("give everything a cooler, bluer look", "the colours are cooler, bluer"),
    ("make the colours richer and more saturated", "the colours are richer and more saturated"),
    ("make it look less washed out", "the colours are more vivid"),
    ("give it a bit more punch", "the colours are more vivid"),
    ("desaturate it a little", "the colours are less vivid"),
    ("make it feel colder", "the colours are colder"),
    # Camera.
    ("go in closer", "the scene seen from close"),
    ("pan over to the right", "the scene seen further to the right"),
    ("step back so I can see more of the place", "the scene seen from far"),
    ("let me see it from a bit closer", "the scene seen from close"),
    ("swing the camera over to the left", "the scene seen further to the left"),
    # Focus and noise.
    ("fix the focus", "the picture is sharp and in focus"),
    ("make it pin sharp", "the picture is pin sharp"),
    ("remove the grain from this old photo", "the picture without grain"),
    ("make it cleaner, there is so much noise", "the picture without noise"),
    ("it's too grainy for my taste", "the picture without noise"),
    ("blur everything behind the subject", "the picture with a blurred background"),
    ("make the subject stand out with a blurry background", "the picture with a blurred background"),
    ("it looks out of focus, can you sharpen it up", "the picture is sharp and in focus"),
    ("the picture is really grainy, clean it up", "the picture without noise"),
    ("get rid of all that ISO noise", "the picture without ISO noise"),
)
"""A look, a view or a detail by its name, inside a longer wish."""

NEITHER = (
    ("paint the car like a sunset", "the car is painted like a sunset"),
    ("add a night light", "a night light is in the picture"),
    ("make her look wintry", "she looks wintry"),
    ("let the man come", "the man has come"),
    ("show the dog in winter", "the dog in winter"),
    ("make her look like the night", "she looks like the night"),
    ("make the man dress like it is winter", "the man is dressing like it is winter"),
    ("light the candle as if it was night", "the candle is lit as if it was night"),
    ("make it look like a dog", "the scene looks like a dog"),
    ("give him a winter coat", "he has a winter coat"),
    ("put a sunset in the window", "a sunset is in the window"),
    ("remove all colours from the dress", "the dress without all colours"),
    ("make the lamp brighter", "the lamp is brighter"),
    ("lower the lamp", "the lamp is lowered"),
    ("fix the colours", "the colours are fixed"),
    ("that green cone is too close, move it to the back", "that green cone is at the back"),
    ("add more lights", "more lights are in the picture"),
    ("make her look left", "she looks left"),
    ("make the street free of cars", "the street without cars"),
    ("make him thin and tall", "he is thin and tall"),
    ("put soft light on her face", "soft light is on her face"),
    ("the room is too dark, turn on the lamp", "the lamp is on"),
    ("move the camera to the left", "the scene seen from the left"),
)
"""Much the same words, of a thing or of somebody."""


@pytest.mark.parametrize(
    ("wish", "captions"), [(wish, captions) for captions, wishes in SAME.items() for wish in wishes]
)
def test_wishes_of_one_meaning_have_one_caption(wish: str, captions: tuple[str, str]) -> None:
    made = temporal_caption(wish)
    assert (made.temporal, made.target) == captions


@pytest.mark.parametrize(("wish", "target"), [*OTHERS, *LIKENED, *NEITHER])
def test_the_end_of_a_change_of_the_whole_picture_is_said_in_english(wish: str, target: str) -> None:
    assert temporal_caption(wish).target == target


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "autumn"])
def test_what_is_wished_of_a_photograph_has_a_rule_and_names_no_thing_that_it_could_lack(kind: str) -> None:
    for seed in range(60):
        wish = draw_texts(Draws(seed), kind).instruction
        made = temporal_caption(wish)
        assert not made.notes and subject(made) is None, (wish, made)
        assert bool(CAMERA.search(made.target)) == (kind in GROUPS["camera"]), (wish, made)
        assert made.target == made.target.lower(), (wish, made)
