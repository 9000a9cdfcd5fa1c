"""The drawing code: one source, two devices."""

import os
import subprocess
import sys

import numpy as np
import pytest

from frame2frame.worlds.tabletop import render
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import KINDS
from frame2frame.worlds.tabletop.episodes import draw_plan
from frame2frame.worlds.tabletop.scene import NUMBERS_A_THING

SIMULATED = """
import inspect
import numpy as np
from frame2frame.worlds.tabletop import render
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.episodes import draw_plan

state = draw_plan(Draws(5), "stripes").target.pack()
pixel = inspect.getclosurevars(render._cuda_kernel().fn).nonlocals["pixel"]
drawn, truth = np.zeros((128, 128, 3), dtype=np.uint8), render.draw(state[None])[0]
for row in range(6, 128, 8):
    for column in range(6, 128, 8):
        pixel(state, drawn, row, column)
        print(int(np.abs(drawn[row, column].astype(int) - truth[row, column]).max()))
"""


def test_a_picture_does_not_depend_on_the_pictures_drawn_with_it() -> None:
    states = draw_plan(Draws(1), "left").states()[[0, 8, 8, 16]]
    together = render.draw(states)
    apart = np.concatenate([render.draw(state[None]) for state in states])
    assert (together == apart).all()


def test_things_that_are_absent_draw_nothing() -> None:
    plan = next(p for p in (draw_plan(Draws(s), "left") for s in range(20)) if len(p.source.things) == 1)
    packed = plan.source.pack()
    used = render.WORLD + NUMBERS_A_THING
    assert (packed[used:] == 0).all()
    assert (render.draw(packed[None]) == render.draw(packed[None, :used])).all()


def test_the_cuda_build_is_made_of_the_same_functions() -> None:
    """In numba's simulator, which runs what the CUDA kernel is compiled from as plain Python."""
    surroundings = os.environ | {"NUMBA_ENABLE_CUDASIM": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", SIMULATED], capture_output=True, text=True, check=True, env=surroundings
    )
    levels = [int(line) for line in ran.stdout.split()]
    assert len(levels) == 256 and max(levels) <= 1


def test_cuda_agrees_within_a_level_on_999_of_1000_pixels() -> None:
    cuda = pytest.importorskip("numba.cuda")
    if not cuda.is_available():
        pytest.skip("numba finds no CUDA device")
    states = np.stack([draw_plan(Draws(i), kind).target.pack() for i, kind in enumerate(KINDS)])
    cpu, gpu = render.draw(states).astype(int), render.draw(states, "cuda").astype(int)
    assert (np.abs(cpu - gpu).max(axis=-1) <= 1).mean() >= 0.999
