"""How threads wait."""

from __future__ import annotations

import os

import pytest

from frame2frame.engine.device.threads import TURNS, wait_patiently


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.setenv(name, "")  # so that what is set here is undone
        monkeypatch.delenv(name)
    return monkeypatch


def test_threads_spin_shortly_unless_the_user_has_said_how_they_wait(unset: pytest.MonkeyPatch) -> None:
    wait_patiently()
    assert os.environ["GOMP_SPINCOUNT"] == str(TURNS)
    unset.setenv("GOMP_SPINCOUNT", "7")
    wait_patiently()
    assert os.environ["GOMP_SPINCOUNT"] == "7"


def test_a_policy_of_the_user_is_left_alone(unset: pytest.MonkeyPatch) -> None:
    unset.setenv("OMP_WAIT_POLICY", "active")
    wait_patiently()
    assert "GOMP_SPINCOUNT" not in os.environ
