"""The drawing code: one source for the CPU (Numba) and for CUDA (numba.cuda).

Solids are signed distances followed by sphere tracing inside their bounding spheres, with a soft shadow
and 2 × 2 samples a pixel. Only +, −, ×, ÷ and square roots are used, without fast-math, so that
the same state gives the same bytes on every CPU. A shape is a weighted sum of distances, so one can
turn into another.
"""

from __future__ import annotations

# mypy: disable-error-code="no-any-return,no-untyped-call,untyped-decorator,attr-defined"
import os
import types
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from math import floor, sqrt
from typing import Any

import numba
import numpy as np
import numpy.ma  # NumPy imports it late, and two threads that call Numba at once would fall over that
from numpy.typing import NDArray

from ...values import Frames
from .scene import HALF_VIEW, MIDDLE, NUMBERS_A_THING, PICTURE_SIZE, PITCH, half_tangent

WORLD = 14
"""Numbers that a state holds before its things (see `Scene.pack`)."""

_X, _Z, _SIZE, _FLAT, _LIFT, _SUNK, _BALL, _CUBE, _CYLINDER, _CONE, _RED, _GREEN, _BLUE = range(13)
_STRIPES, _UPRIGHT, _COSINE, _SINE = range(13, 17)
_PITCH_COSINE, _PITCH_SINE = half_tangent(PITCH)
_MIDDLE_X, _MIDDLE_Y, _MIDDLE_Z = MIDDLE
_LIGHT_X, _LIGHT_Y, _LIGHT_Z = -0.48, 0.74, -0.4713  # of unit length
_BOUND = 0.78  # the corner of a cube lies this far from its middle, in heights
_NEAR = 0.0015

_device = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy")


@_device
def _cone(across: float, up: float, size: float) -> float:
    """Distance to a cone of height `size` and base radius half of it, in the plane of its axis."""
    # The slanted side runs from (size/2, -size/2) to (0, size/2); its outward normal is (2, 1)/sqrt(5).
    slope = (2.0 * across + up - 0.5 * size) * 0.4472135954999579
    base = -0.5 * size - up
    along = (-(across - 0.5 * size) + 2.0 * (up + 0.5 * size)) * 0.4472135954999579
    length = size * 1.118033988749895
    if slope > 0.0 and 0.0 <= along <= length:
        return slope
    if along > length:
        return sqrt(across * across + (up - 0.5 * size) * (up - 0.5 * size))
    if base > 0.0 and across <= 0.5 * size:
        return base
    if base > 0.0 or (slope > 0.0 and along < 0.0):
        return sqrt((across - 0.5 * size) * (across - 0.5 * size) + base * base)
    return max(slope, base)


@_device
def _box(x: float, y: float, z: float, half: float, size: float) -> float:
    """Distance to an upright box with rounded edges, `size` high and 2·`half` wide and deep."""
    edge = 0.04 * size
    dx, dy, dz = abs(x) - half + edge, abs(y) - 0.5 * size + edge, abs(z) - half + edge
    ox, oy, oz = max(dx, 0.0), max(dy, 0.0), max(dz, 0.0)
    return sqrt(ox * ox + oy * oy + oz * oz) + min(max(dx, max(dy, dz)), 0.0) - edge


@_device
def _distance(thing: Any, x: float, y: float, z: float) -> float:
    """Distance from a point to a thing; a lower bound where the thing is flattened or between shapes."""
    size, flat = thing[_SIZE], thing[_FLAT]
    middle = thing[_LIFT] + size * flat * (0.5 - 1.06 * thing[_SUNK])
    px, py, pz = x - thing[_X], (y - middle) / flat, z - thing[_Z]
    across = sqrt(px * px + pz * pz)
    total = 0.0
    if thing[_BALL] > 0.0:
        total += thing[_BALL] * (sqrt(across * across + py * py) - 0.5 * size)
    if thing[_CUBE] > 0.0:
        turned_x = thing[_COSINE] * px + thing[_SINE] * pz
        turned_z = thing[_COSINE] * pz - thing[_SINE] * px
        total += thing[_CUBE] * _box(turned_x, py, turned_z, 0.42 * size, size)
    if thing[_CYLINDER] > 0.0:
        dx, dy = across - 0.42 * size, abs(py) - 0.5 * size
        ox, oy = max(dx, 0.0), max(dy, 0.0)
        total += thing[_CYLINDER] * (sqrt(ox * ox + oy * oy) + min(max(dx, dy), 0.0))
    if thing[_CONE] > 0.0:
        total += thing[_CONE] * _cone(across, py, size)
    return total * min(flat, 1.0)


@_device
def _inside(
    thing: Any, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float, grown: float
) -> Any:
    """Where a ray enters and leaves the thing's bounding sphere times `grown`; entry > exit on a miss."""
    size, flat = thing[_SIZE], thing[_FLAT]
    bound = _BOUND * size * max(flat, 1.0) * grown
    mx = thing[_X] - ox
    my = thing[_LIFT] + size * flat * (0.5 - 1.06 * thing[_SUNK]) - oy
    mz = thing[_Z] - oz
    nearest = mx * dx + my * dy + mz * dz
    spread = bound * bound - (mx * mx + my * my + mz * mz - nearest * nearest)
    if spread <= 0.0 or size <= 0.0:
        return 1.0, 0.0
    half = sqrt(spread)
    return max(nearest - half, 0.0), nearest + half


@_device
def _trace(thing: Any, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> float:
    """How far along the ray the thing is hit, or -1."""
    at, end = _inside(thing, ox, oy, oz, dx, dy, dz, 1.0)
    for _ in range(64):
        if at > end:
            return -1.0
        gap = _distance(thing, ox + at * dx, oy + at * dy, oz + at * dz)
        if gap < _NEAR:
            return at
        at += gap
    return -1.0


@_device
def _light(things: Any, x: float, y: float, z: float) -> float:
    """How much of the light reaches a point: 1 all, 0 none, between in the soft edge of a shadow."""
    reaching = 1.0
    for i in range(things.shape[0]):
        thing = things[i]
        at, end = _inside(thing, x, y, z, _LIGHT_X, _LIGHT_Y, _LIGHT_Z, 1.3)
        at = max(at, 0.02)
        for _ in range(32):
            if at > end or reaching < 0.01:
                break
            gap = _distance(thing, x + at * _LIGHT_X, y + at * _LIGHT_Y, z + at * _LIGHT_Z)
            reaching = min(reaching, max(0.5 + 4.5 * gap / at, 0.0))
            at += max(gap, 0.012)
    return reaching * reaching * (3.0 - 2.0 * reaching)


@_device
def _paint(thing: Any, x: float, y: float, z: float, light: float) -> Any:
    """The colour of a thing's surface at a point of it."""
    step = 0.002
    here = _distance(thing, x, y, z)
    nx = _distance(thing, x + step, y, z) - here
    ny = _distance(thing, x, y + step, z) - here
    nz = _distance(thing, x, y, z + step) - here
    length = sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
    facing = max((nx * _LIGHT_X + ny * _LIGHT_Y + nz * _LIGHT_Z) / length, 0.0)
    bright = 0.40 + 0.10 * ny / length + 0.56 * facing * light
    height = (y - thing[_LIFT]) / (thing[_SIZE] * thing[_FLAT])
    band = height * 3.0 - floor(height * 3.0)
    mix = thing[_STRIPES] if band > 0.5 else 0.0
    side = (x - thing[_X]) / thing[_SIZE] * 3.0
    if side - floor(side) > 0.5:
        mix = max(mix, thing[_UPRIGHT])
    dark = mix * (1.0 if thing[_RED] + thing[_GREEN] + thing[_BLUE] > 2.4 else 0.0)
    white = 0.97 * (mix - dark) + 0.12 * dark
    plain = 1.0 - mix
    return (
        bright * (plain * thing[_RED] + white),
        bright * (plain * thing[_GREEN] + white),
        bright * (plain * thing[_BLUE] + white),
    )


@_device
def _sky(world: Any, up: float) -> Any:
    """The background above the horizon, paler towards it."""
    pale = 1.0 / (1.0 + 40.0 * up * up)
    return (
        world[11] + (1.0 - world[11]) * 0.35 * pale,
        world[12] + (1.0 - world[12]) * 0.35 * pale,
        world[13] + (1.0 - world[13]) * 0.35 * pale,
    )


@_device
def _ground(world: Any, things: Any, x: float, z: float, far: float) -> Any:
    """The floor's colour at a point, hazy far away."""
    square = (floor(x) + floor(z)) % 2.0
    mix = 1.0 if square < 0.5 else 0.0
    bright = 0.55 + 0.45 * _light(things, x, 0.0, z) if far < 12.0 else 1.0
    haze = far * far / (far * far + 70.0)
    sr, sg, sb = _sky(world, 0.0)
    return (
        (1.0 - haze) * bright * (mix * world[5] + (1.0 - mix) * world[8]) + haze * sr,
        (1.0 - haze) * bright * (mix * world[6] + (1.0 - mix) * world[9]) + haze * sg,
        (1.0 - haze) * bright * (mix * world[7] + (1.0 - mix) * world[10]) + haze * sb,
    )


@_device
def _camera(world: Any, across: float, down: float) -> Any:
    """Where the camera stands, and the direction of the ray through a point of the picture in [-1, 1]²."""
    distance, side = world[0], world[1]
    cosine, sine = (1.0 - side * side) / (1.0 + side * side), 2.0 * side / (1.0 + side * side)
    # Before turning: forward (0, -s, c), right (1, 0, 0), up (0, c, s).
    right, up = across * HALF_VIEW, -down * HALF_VIEW
    vy = up * _PITCH_COSINE - _PITCH_SINE
    vz = up * _PITCH_SINE + _PITCH_COSINE
    length = sqrt(right * right + vy * vy + vz * vz)
    dx = (right * cosine - vz * sine) / length
    dz = (right * sine + vz * cosine) / length
    back = distance * _PITCH_COSINE
    ox = _MIDDLE_X + back * sine
    oz = _MIDDLE_Z - back * cosine
    return ox, _MIDDLE_Y + distance * _PITCH_SINE, oz, dx, vy / length, dz


@_device
def _ray(world: Any, things: Any, across: float, down: float) -> Any:
    """The colour that the camera sees along one ray."""
    ox, oy, oz, dx, dy, dz = _camera(world, across, down)
    nearest = -oy / dy if dy < -1e-9 else 1e9
    hit = -1
    for i in range(things.shape[0]):
        at = _trace(things[i], ox, oy, oz, dx, dy, dz)
        if 0.0 <= at < nearest:
            nearest, hit = at, i
    x, y, z = ox + nearest * dx, oy + nearest * dy, oz + nearest * dz
    if hit >= 0:
        light = _light(things, x + 0.004 * _LIGHT_X, y + 0.01, z + 0.004 * _LIGHT_Z)
        return _paint(things[hit], x, y, z, light)
    if nearest < 1e8:
        return _ground(world, things, x, z, nearest)
    return _sky(world, dy)


@_device
def _pixel(state: Any, out: Any, row: int, column: int) -> None:
    """Draw one pixel of one frame from 2 × 2 rays."""
    world, numbers = state[:WORLD], state[WORLD:]
    things = numbers.reshape((numbers.shape[0] // NUMBERS_A_THING, NUMBERS_A_THING))
    red, green, blue = 0.0, 0.0, 0.0
    for sample in range(4):
        across = (column + 0.25 + 0.5 * (sample % 2)) * 2.0 / PICTURE_SIZE - 1.0
        down = (row + 0.25 + 0.5 * (sample // 2)) * 2.0 / PICTURE_SIZE - 1.0
        r, g, b = _ray(world, things, across, down)
        red, green, blue = red + min(r, 1.0), green + min(g, 1.0), blue + min(b, 1.0)
    out[row, column, 0] = int(red * world[2] * 63.75 + 0.5)
    out[row, column, 1] = int(green * world[3] * 63.75 + 0.5)
    out[row, column, 2] = int(blue * world[4] * 63.75 + 0.5)


@_device
def _frame(state: Any, out: Any) -> None:
    for row in range(PICTURE_SIZE):
        for column in range(PICTURE_SIZE):
            _pixel(state, out, row, column)


_PARTS = (_cone, _box, _distance, _inside, _trace, _light, _paint, _sky, _ground, _camera, _ray, _pixel)
"""Callees first, as the CUDA build needs them."""


def draw(states: NDArray[np.float64], device: str = "cpu") -> Frames:
    """Draw one picture for each state.

    `states` is (frames, numbers) as `Scene.pack` gives them; the result is (frames, 128, 128, 3).
    `device` is "cpu" or "cuda"; the two agree within one level on 99.9 % of the pixels, and the CPU gives
    the same bytes on every machine.
    """
    states = np.ascontiguousarray(states, dtype=np.float64)
    out = np.empty((len(states), PICTURE_SIZE, PICTURE_SIZE, 3), dtype=np.uint8)
    if device == "cuda":
        return np.asarray(draw_on_cuda(states).copy_to_host(), dtype=np.uint8)
    first = {state.tobytes(): i for i, state in reversed(list(enumerate(states)))}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda i: _frame(states[i], out[i]), first.values()))
    for i, state in enumerate(states):
        if (origin := first[state.tobytes()]) != i:
            out[i] = out[origin]  # a still stretch of a clip is drawn once
    return out


def draw_on_cuda(states: NDArray[np.float64]) -> Any:
    """As `draw`, but the pictures stay on the GPU: a numba device array, which torch can take as it is."""
    from numba import cuda

    out = cuda.device_array((len(states), PICTURE_SIZE, PICTURE_SIZE, 3), np.uint8)
    _cuda_kernel()[len(states) * PICTURE_SIZE, PICTURE_SIZE](cuda.to_device(states), out)
    return out


@lru_cache(maxsize=1)
def _cuda_kernel() -> Any:
    """The same functions compiled for CUDA: their source with each callee replaced by its CUDA build."""
    from numba import cuda

    names = dict(globals())
    for part in _PARTS:
        source = part.py_func
        names[source.__name__] = cuda.jit(device=True)(
            types.FunctionType(source.__code__, names, source.__name__)
        )
    pixel = names["_pixel"]

    @cuda.jit
    def kernel(states: Any, out: Any) -> None:
        frame, row = cuda.blockIdx.x // PICTURE_SIZE, cuda.blockIdx.x % PICTURE_SIZE
        pixel(states[frame], out[frame], row, cuda.threadIdx.x)

    return kernel
