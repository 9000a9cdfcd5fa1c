"""Noise levels of flow matching."""

from __future__ import annotations

from typing import Any

import pytest
from diffusers import UniPCMultistepScheduler

from frame2frame.engine.sampling.noise import euler_noise, unipc_noise


def test_four_distilled_steps_are_those_of_the_distilled_weights() -> None:
    noise = euler_noise(4, 5.0, 1000)
    assert noise.levels == pytest.approx((1, 15 / 16, 5 / 6, 5 / 8, 0))
    assert noise.timesteps == pytest.approx((1000, 937.5, 833.333, 625), abs=1e-3)


@pytest.mark.parametrize(("steps", "shift"), [(1, 1.0), (4, 5.0), (40, 3.0), (50, 5.0), (7, 0.1)])
def test_the_noise_of_unipc_is_the_stock_scheduler_s(steps: int, shift: float) -> None:
    kind: Any = UniPCMultistepScheduler
    stock = kind(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift)
    stock.set_timesteps(steps)
    noise = unipc_noise(steps, shift, 1000)
    assert noise.levels == tuple(stock.sigmas.tolist())
    assert noise.timesteps == tuple(stock.timesteps.tolist())
