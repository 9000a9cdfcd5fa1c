"""Blocks that come one by one compute what they compute in one place."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from frame2frame.engine.device.placement import Residence
from frame2frame.engine.device.streaming import Parked, Streamed, blocks_of, size_of


class Stack(nn.Module):
    def __init__(self, count: int = 5) -> None:
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.blocks = nn.ModuleList(nn.Linear(8, 8) for _ in range(count))

    def forward(self, values: Tensor) -> Tensor:
        values = self.first(values)
        for block in self.blocks:
            values = block(values).tanh()
        return values


@pytest.fixture
def stack() -> Stack:
    torch.manual_seed(0)
    return Stack().requires_grad_(False)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_streamed_blocks_give_the_same_numbers_at_every_pass(count: int) -> None:
    stack, values = Stack(count).requires_grad_(False), torch.randn(2, 4)
    wanted = stack(values)
    streamed = Streamed(stack, torch.device("cpu"))
    with torch.inference_mode():
        streamed.enter()
        assert all(torch.equal(stack(values), wanted) for _ in range(3))
        streamed.leave()
    streamed.close()
    assert torch.equal(stack(values), wanted)


def test_on_the_device_are_two_blocks_and_the_rest(stack: Stack) -> None:
    block = -(-8 * 8 * 4 // 256) * 256 + 256
    assert Streamed(stack, torch.device("cpu")).size == 2 * block + size_of(stack.first)


def test_a_block_that_failed_is_back_in_main_memory_with_the_others(stack: Stack) -> None:
    streamed, values = Streamed(stack, torch.device("cpu")), torch.randn(2, 4)
    home = [next(block.parameters()).data_ptr() for block in stack.blocks]
    streamed.enter()
    with pytest.raises(RuntimeError):
        stack.blocks[2](values)
    streamed.leave()
    assert [next(block.parameters()).data_ptr() for block in stack.blocks] == home


def test_the_blocks_of_a_module_hold_most_of_it(stack: Stack) -> None:
    assert blocks_of(stack) == list(stack.blocks)
    assert blocks_of(nn.Sequential(nn.Linear(99, 99), Stack())) == []


def test_a_model_told_to_stream_still_computes_the_same(stack: Stack) -> None:
    other, values = nn.Linear(4, 4), torch.randn(2, 4)
    wanted = stack(values)
    residence = Residence([stack, other], torch.device("cpu"))
    assert residence.stream(stack)
    assert not residence.stream(stack)
    for part in (stack, other, stack):
        residence.bring(part, work=0)
    assert torch.equal(stack(values), wanted)
    residence.close()
    assert torch.equal(stack(values), wanted)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@torch.inference_mode()
def test_on_a_gpu_no_block_computes_with_weights_that_are_still_on_their_way() -> None:
    with torch.inference_mode(False):
        blocks = nn.ModuleList(nn.Linear(2048, 2048) for _ in range(7))
        module = nn.Sequential(*blocks).requires_grad_(False).cuda()
    values = torch.randn(64, 2048, device="cuda")
    wanted = module(values)
    with torch.inference_mode(False):
        streamed = Streamed(nn.ModuleList([blocks.cpu()]), torch.device("cuda"))
    streamed.enter()
    assert all(torch.equal(module(values), wanted) for _ in range(20))
    streamed.close()
    assert all(value.device.type == "cpu" for value in module.parameters())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_what_leaves_the_device_is_where_it_was_in_main_memory(stack: Stack) -> None:
    values, home = torch.randn(2, 4), [one.data_ptr() for one in stack.parameters()]
    wanted, parked = stack(values), Parked(stack, torch.device("cuda"))
    for _ in range(2):
        parked.enter()
        assert torch.allclose(stack(values.cuda()).cpu(), wanted, atol=1e-5)
        parked.leave()
        assert [one.data_ptr() for one in stack.parameters()] == home


def test_a_module_that_is_where_it_computes_stays_there(stack: Stack) -> None:
    home = [one.data_ptr() for one in stack.parameters()]
    parked = Parked(stack, torch.device("cpu"))
    parked.enter()
    parked.close()
    assert [one.data_ptr() for one in stack.parameters()] == home
