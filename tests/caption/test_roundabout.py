"""Wishes that are said in a roundabout way have the captions of the short ones."""

import pytest

from frame2frame.caption.temporal import temporal_caption


@pytest.mark.parametrize(
    ("roundabout", "short"),
    [
        ("hello, please lift the cylinder off the floor, thank you", "lift the cylinder"),
        ("get the cube off the ground", "lift the cube"),
        ("put the ball up in the air", "lift the ball into the air"),
        ("could you photoshop the cube out", "remove the cube"),
        ("cut the cone out of the image", "remove the cone"),
        ("I need the red cube gone before my presentation", "remove the red cube"),
        ("there's an ugly cube in my picture, get rid of it", "get rid of the ugly cube"),
        ("the cone, make it disappear", "make the cone disappear"),
        ("the cone is boring, give it stripes", "give the cone stripes"),
        ("the ball is in the wrong place, move it to the right edge", "move the ball to the right edge"),
        ("I think the cone would look nicer in blue", "the cone should be blue"),
        ("Would it be OK to have the cube in yellow?", "make the cube yellow"),
        ("change that cone to something yellow", "make that cone yellow"),
        ("the cone belongs on the right", "move the cone to the right"),
        ("put the cube at the back please", "move the cube to the back"),
        ("flatten the ball like a pancake", "flatten the ball"),
        ("squash the cone down flat", "squash the cone"),
        ("shrink that cube a little", "shrink that cube"),
        ("make the cube a bit bigger", "make the cube bigger"),
        ("make the cone the biggest thing here", "make the cone big"),
        ("make the ball teeny tiny", "make the ball tiny"),
        ("paint that box thing red", "paint that box red"),
        ("raise the cone thingy", "raise the cone"),
        ("My preference would be a larger cone.", "I want a larger cone"),
        ("have it rain cats and dogs", "have it rain"),
        ("Any chance of some mist?", "add some mist"),
        ("gimme a bit of fog", "add fog"),
        ("How about we make it dusk?", "make it dusk"),
        ("Time to make it winter", "make it winter"),
        ("Do you think you could make it sepia?", "make it sepia"),
        ("Wouldn't it look better in sepia?", "make it sepia"),
        ("black & white please", "make it black and white"),
        ("b/w please", "black and white"),
        ("make it a bit warmer", "make it warmer"),
        ("Can it be a bit warmer, colour-wise?", "make it warmer"),
        ("Let's have less light in here", "make it darker"),
        ("blur the background, keep the front sharp", "blur the background"),
        ("too much noise", "remove the noise"),
        ("noise reduction", "remove the noise"),
        ("more space around it", "zoom out"),
        ("what's on the right?", "pan to the right"),
        ("zoom in closer on the objects", "zoom in"),
        ("walk the camera round to the right", "move the camera to the right"),
        ("flatten out the cone entirely", "flatten the cone"),
        ("Ideally the cube would be gone", "the cube should be gone"),
        ("I bet the cube would look stunning in red", "the cube should be red"),
        ("double the size of the ball", "make the ball bigger"),
        ("change shape of the cube to a ball", "turn the cube into a ball"),
        ("any chance the ball could be blue?", "the ball should be blue"),
        ("why is the cube so huge? shrink it", "shrink the cube"),
        ("ball: green", "make the ball green"),
        ("red ball to the left please", "move the red ball to the left"),
        ("repaint the cube in a nice shade of green", "make the cube green"),
        ("the ball, but twice the size", "make the ball bigger"),
        ("increase the size of the ball by 50%", "make the ball bigger"),
        ("could the cone have stripes like a zebra", "could the cone have stripes"),
        ("push the cube way back", "push the cube back"),
        ("make a cube out of the ball", "turn the ball into a cube"),
        ("make it smaller", "make the thing smaller"),
        ("switch to night mode", "make it night"),
        ("vintage sepia look", "make it sepia"),
        ("put the camera on the left side", "move the camera to the left"),
        ("ball -> pink", "make the ball pink"),
        ("make the sphere purple and tiny", "the sphere should be purple and tiny"),
        ("make the cube big and blue", "the cube should be big and blue"),
        ("make the cube orange like the ball", "make the cube orange"),
        ("make the cone a little to the left", "move the cone to the left"),
        ("shove the cube off the table", "remove the cube"),
        ("the cube is too big", "make the cube smaller"),
        ("the left ball is way too small", "make the left ball bigger"),
        ("sharpen", "sharpen it"),
        ("sunset colors", "make it sunset"),
        ("left edge for the cube", "move the cube to the left edge"),
        ("the sphere should be green. Thanks in advance!", "the sphere should be green"),
        ("set the larger cube to gray", "make the larger cube gray"),
        ("Don't forget to put the cube on the left", "put the cube on the left"),
        ("I believe this yellow thing should be striped", "this yellow thing should be striped"),
        ("Gonna need you to transform day to night", "make it night"),
        ("the pink solid - delete it from the photo", "delete the pink solid"),
        ("have this back one slide to the right edge", "move this back one to the right edge"),
        ("zoom in some more", "zoom in"),
        ("As if I had stepped closer", "zoom in"),
        ("this needs to be darker", "make it darker"),
        ("It would be nice if you could take away the colors", "take away the colors"),
        ("what if we put the photo in the rain?", "put the photo in the rain"),
        ("as if someone had pushed the ball to the left", "move the ball to the left"),
        ("somebody squashes the cone", "squash the cone"),
        ("how about painting the ball red?", "paint the ball red"),
        ("make sure that the cone is gone", "the cone should be gone"),
        ("so that the cube is green, paint it", "the cube should be green"),
        ("could I have this cone a purple one?", "this cone should be a purple one"),
        ("I don't want the ball here any more", "remove the ball"),
        ("I don't want the cone on the left, right is better", "move the cone to the right"),
        ("the ball isn't flat enough, flatten it", "flatten the ball"),
        ("put a cone where the cube is", "replace the cube with a cone"),
        ("delete the cube and leave everything else as is", "delete the cube"),
        ("increase the distance from the cone to us", "push the cone away"),
        ("what would this look like from the left side?", "view from the left"),
        ("change the viewpoint to one from the left", "view from the left"),
        ("bedtime, lights off", "lights off"),
        ("make this blue cube smaller", "shrink this blue cube"),
    ],
)
def test_it_has_the_captions_of_the_short_one(roundabout: str, short: str) -> None:
    made, wanted = temporal_caption(roundabout), temporal_caption(short)
    assert (made.temporal, made.target) == (wanted.temporal, wanted.target)
    assert "slowly" in made.temporal


@pytest.mark.parametrize(
    ("wish", "target"),
    [
        ("make the picture a little sharper", "the picture is a little sharper"),
        ("I want the woman in red", "the woman in red"),
        ("make it look like a pancake", "the scene looks like a pancake"),
    ],
)
def test_what_only_resembles_one_is_left_as_it_is(wish: str, target: str) -> None:
    assert temporal_caption(wish).target == target


@pytest.mark.parametrize(
    ("wish", "clip"),
    [
        (
            "paint the cube red and make it small",
            "the cube slowly turns red and it slowly shrinks until it is small",
        ),
        (
            "lift the ball, then make it big",
            "the ball slowly rises until it is raised, then it slowly grows until it is large",
        ),
        (
            "paint the cube red and make it dark",
            "the cube slowly turns red and the scene slowly becomes dark",
        ),
    ],
)
def test_it_that_is_to_have_another_size_is_the_thing_before_and_not_the_scene(wish: str, clip: str) -> None:
    assert temporal_caption(wish).temporal == clip
