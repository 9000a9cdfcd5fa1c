"""A configuration that asks for more than its weights hold is stopped while its network is tried."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from frame2frame.engine.files.building import check_building
from frame2frame.errors import ModelError


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    save_file({"weight": torch.ones(8, 8)}, tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def test_a_network_that_the_weights_fill_is_built_without_memory(weights: Path) -> None:
    made = []
    check_building(lambda: made.append(nn.Linear(8, 8)), [weights], weights.parent)
    assert made[0].weight.is_meta


def test_a_width_beyond_the_weights_is_refused(weights: Path) -> None:
    with pytest.raises(ModelError, match=f"in {weights.parent} asks for far more than its weights hold"):
        check_building(lambda: nn.Linear(10**6, 10**6), [weights], weights.parent)


def test_endless_layers_are_stopped(weights: Path) -> None:
    with pytest.raises(ModelError, match="far more than its weights hold"):
        check_building(lambda: nn.ModuleList(nn.Identity() for _ in iter(int, 1)), [weights], weights.parent)


def test_what_a_class_stumbles_over_is_one_line(weights: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be used; got TypeError: .*"):
        check_building(lambda: nn.Dropout("evil"), [weights], weights.parent)  # type: ignore[arg-type]


def test_a_network_that_needs_numbers_to_be_built_is_not_judged(weights: Path) -> None:
    check_building(lambda: torch.ones(1).item(), [weights], weights.parent)


def test_a_network_that_its_trial_runs_is_taken_without_a_number_computed(weights: Path) -> None:
    answers = []
    trial = lambda network: answers.append(network(torch.ones(3, 8)))  # noqa: E731
    check_building(lambda: nn.Linear(8, 8), [weights], weights.parent, trial)
    assert answers[0].is_meta and answers[0].shape == (3, 8)


def test_layers_that_do_not_fit_each_other_are_one_line(weights: Path) -> None:
    layers = [nn.Linear(8, 4), nn.Linear(8, 4)]
    with pytest.raises(ModelError, match=r"do not go together; got RuntimeError: [^\n]*$"):
        check_building(
            lambda: nn.Sequential(*layers).to("meta"),
            [weights],
            weights.parent,
            lambda network: network(torch.ones(3, 8)),
        )


def test_networks_that_other_threads_build_are_not_counted(weights: Path) -> None:
    def build() -> None:
        other = threading.Thread(target=lambda: nn.ModuleList(nn.Identity() for _ in range(30_000)))
        other.start()
        other.join()

    check_building(build, [weights], weights.parent)
