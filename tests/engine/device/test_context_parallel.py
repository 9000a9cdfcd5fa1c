"""A clip whose tokens are shared out among processes is the clip that one process makes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from frame2frame.engine.device.context_parallel import Share, Team
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.models.store import ModelStore
from frame2frame.errors import InputError, ModelError

from ..drafts import MakeItem, drafted

CPU = torch.device("cpu")
READ = ["frame2frame.engine.families.wan.network", "diffusers.models.transformers.transformer_wan"]


@pytest.fixture(scope="module", autouse=True)
def _one_reading() -> Iterator[None]:
    """Where processes can be forked from one that has read the libraries, not each has to read them."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        yield
        return
    ready = multiprocessing.get_context("forkserver")
    ready.set_forkserver_preload(READ)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multiprocessing, "get_context", lambda method=None: ready)
        yield


def wan(seed: int) -> Any:
    from diffusers import WanTransformer3DModel

    torch.manual_seed(seed)
    model: Any = WanTransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=4, attention_head_dim=12, in_channels=8, out_channels=4,
        text_dim=12, freq_dim=16, ffn_dim=32, num_layers=2, rope_max_seq_len=32,
    )  # fmt: skip
    return model.eval().requires_grad_(False)


def load(device: torch.device) -> list[nn.Module]:
    return [wan(0).to(device), wan(1).to(device)]


def call(module: Any, share: Share, tensors: Mapping[str, Tensor]) -> Tensor:
    found: Tensor = module(**tensors, return_dict=False)[0]
    return found


def inputs(frames: int) -> dict[str, Tensor]:
    drawn = torch.Generator().manual_seed(3)
    return {
        "hidden_states": torch.randn(1, 8, frames, 6, 6, generator=drawn),
        "timestep": torch.tensor([500]),
        "encoder_hidden_states": torch.randn(1, 5, 12, generator=drawn),
    }


def test_two_processes_answer_as_one_does() -> None:
    alone = [wan(0), wan(1)]
    team = Team(load(CPU), [CPU, CPU], load, call)
    with torch.inference_mode():
        for frames in (4, 2):  # gloo gathers equal parts only, so these give an even number of tokens
            for index in (1, 0):
                wanted = call(alone[index], Share(), inputs(frames))
                assert torch.allclose(team(index, inputs(frames)), wanted, atol=1e-5)
    team.close()
    with pytest.raises(ModelError, match="has ended"):
        team(0, inputs(2))


def test_a_clip_that_two_processes_share_is_the_one_of_one(
    tiny_wan: Callable[..., Wan], item: MakeItem
) -> None:
    found = []
    for parallel in (1, 2):
        model = tiny_wan("5b", parallel=parallel, device="cpu")
        draft, _ = drafted(model, item)
        draft.advance(draft.steps_left)
        found.append(draft.latents(0))
    assert torch.allclose(found[0], found[1], atol=1e-4)
    assert found[0].std() > 0


def test_a_team_that_lost_a_process_is_made_anew(tiny_wan: Callable[..., Wan], item: MakeItem) -> None:
    model = tiny_wan("a14b", parallel=2, device="cpu")
    draft, _ = drafted(model, item)
    team = model.loaded().team
    assert team is not None
    team.close()
    with pytest.raises(ModelError, match="has ended; run it again"):
        draft.advance()
    again, _ = drafted(model, item)
    again.advance(again.steps_left)
    alone, _ = drafted(tiny_wan("a14b", device="cpu"), item)
    alone.advance(alone.steps_left)
    assert torch.allclose(again.latents(0), alone.latents(0), atol=1e-4)


@pytest.mark.parametrize("form", [{"compiled": True}, {"precision": "int8"}, {"precision": "fp8"}])
def test_other_forms_are_not_shared(tiny_wan: Callable[..., Wan], form: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="leave out compiled and precision, or parallel"):
        tiny_wan("a14b", parallel=2, **form)


def test_weights_that_had_to_become_8_bits_are_not_shared(
    tiny_wan: Callable[..., Wan], item: MakeItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frame2frame.engine.families.wan.parts.needed", lambda *_: True)
    with pytest.raises(InputError, match="room for the experts as they are stored"):
        drafted(tiny_wan("a14b", parallel=2, store=ModelStore()), item)


def test_a_clip_needs_a_gpu(tiny_wan: Callable[..., Wan]) -> None:
    with pytest.raises(InputError, match="at least 1; got 0"):
        tiny_wan("a14b", parallel=0)


def test_a_transformer_without_a_plan_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be shared among GPUs; got Linear"):
        Team([nn.Linear(2, 2)], [CPU, CPU], load, call)


def test_shares_are_parts_that_make_the_whole() -> None:
    values = torch.arange(7)[None]
    parts = [Share(rank, 3).of(values, 1) for rank in range(3)]
    assert [part.shape[1] for part in parts] == [3, 2, 2]
    assert torch.equal(torch.cat(parts, dim=1), values)
