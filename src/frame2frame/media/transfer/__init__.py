"""An edit of light, colour, place or focus carried over to the source at its own size.

    the source as the clip shows it, the chosen frame → Place, Tones, Curves → the source at its own size

The frame of a video model is small and soft. Where all that it shows is the source in another light, in other
colours or from nearer by, that change is estimated at the frame's size and made in the source itself, whose
detail is kept. Whether light explains the frame is told by a grid of affine maps of colours over place and
brightness (Chen et al., "Bilateral guided upsampling", SIGGRAPH Asia 2016), the place by a zoom and a shift.
What is made has the frame's own means, and detail as strong as curves over place make it. Focus and grain
are looked at by themselves: there a frame tells only what its own pixels can show.
"""
