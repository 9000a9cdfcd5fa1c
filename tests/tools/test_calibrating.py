"""The threshold that is fitted to the trained encoder."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from tests.training import Modules

from frame2frame.values import Scores


def test_a_wish_that_is_seen_poorly_gets_a_lower_threshold(tools: Modules) -> None:
    """Of two sorts of wish one never comes near its words: both keep their clips that end in the edit."""
    done = {(1.0, 0.0): (0.5, 0.6), (0.0, 1.0): (-0.4, -0.3)}
    clips = [
        SimpleNamespace(
            scores=Scores({"semantic": (-0.9, similarity)}, {"semantic": -0.9}),
            wanted=np.array(wanted),
            record=SimpleNamespace(complete_index=complete),
        )
        for wanted, similarities in done.items()
        for similarity, complete in [*((one, 1) for one in similarities), (-0.8, None)]
        for _ in range(20)
    ]
    found = tools["calibrate"].fitted(clips)
    well, poorly = (found.thing + np.eye(2) @ found.lean).tolist()
    assert -0.3 < well < 0.5
    assert -0.8 < poorly < -0.4
    assert found.whole < found.thing
