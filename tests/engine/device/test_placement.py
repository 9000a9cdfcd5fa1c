"""Devices, number formats and failed allocations."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from frame2frame.engine.device import placement
from frame2frame.engine.device.placement import (
    Residence,
    check_precision,
    choose_device,
    choose_dtype,
    memory_guard,
)
from frame2frame.errors import InputError, OutOfMemoryError


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(InputError, match="got 'abacus'; use 'auto' or 'cpu'"):
        choose_device("abacus")


def test_float16_is_refused() -> None:
    with pytest.raises(InputError, match="auto, float32, bfloat16"):
        choose_dtype("float16", torch.device("cpu"))


def test_the_format_follows_the_device() -> None:
    assert choose_dtype("auto", torch.device("cpu")) == torch.float32
    assert choose_dtype("auto", torch.device("cuda")) == torch.bfloat16
    assert choose_dtype("float32", torch.device("cuda")) == torch.float32


def test_a_failed_allocation_becomes_an_error_with_advice() -> None:
    for allocate in (lambda: torch.empty(2**60), lambda: np.empty(2**58)):
        expected = pytest.raises(OutOfMemoryError, match="drawing does not fit in memory; lower the size")
        with expected, memory_guard("drawing", "the size"):
            allocate()


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(RuntimeError, match="something else"), memory_guard("drawing", "the size"):
        raise RuntimeError("something else")


def test_parts_that_fit_stay_where_they_are() -> None:
    parts = [torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)]
    residence = Residence(parts, torch.device("cpu"))
    residence.bring(parts[0])
    assert all(value.device.type == "cpu" for part in parts for value in part.parameters())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_parts_that_do_not_fit_leave_the_one_used_longest_ago_first() -> None:
    device = torch.device("cuda")
    free = torch.cuda.mem_get_info(device)[0]
    parts = [torch.nn.Linear(free // 5 // 4096, 1024, bias=False) for _ in range(4)]  # a fifth each
    residence = Residence(parts, device)
    for part in parts:
        residence.bring(part, work=free // 5)
    assert [part.weight.device.type for part in parts] == ["cpu", "cuda", "cuda", "cuda"]
    residence.bring(parts[1], work=free // 5)
    residence.bring(parts[0], work=2 * free // 5)
    assert [part.weight.device.type for part in parts] == ["cuda", "cuda", "cpu", "cpu"]
    residence.bring(parts[3])
    assert [part.weight.device.type for part in parts] == ["cpu", "cpu", "cpu", "cuda"]


def test_only_processors_and_cuda_are_devices() -> None:
    with pytest.raises(InputError, match="not available"):
        choose_device("meta")


def test_fp8_needs_a_gpu_that_multiplies_it() -> None:
    check_precision("as-stored", torch.device("cpu"))
    with pytest.raises(InputError, match="compute capability"):
        check_precision("fp8", torch.device("cpu"))


def test_a_gpu_by_number_is_current_if_work_goes_to_it_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    names = ("cpu", "cpu:1", "cuda", "cuda:0", "cuda:1")
    assert [placement.is_current(name) for name in names] == [True, True, True, False, True]
