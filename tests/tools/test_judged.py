"""Of which pictures it is said how well the encoder sees an edit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from tests.training import Modules


def record(data: Any, kind: str, of_photograph: bool) -> Any:
    texts = dict.fromkeys(("instructions", "temporal_captions", "target_captions"), ("x",))
    ruled = dict.fromkeys(("ruled_temporals", "ruled_targets"), ("x",))
    found = data.Record(1, kind, "whole", 3, (), **texts, **ruled, of_photograph=of_photograph)
    things = () if of_photograph else ("red cube",)
    return data.replace(found, things=things, vain_targets=("y",))


def test_a_view_of_a_photograph_is_counted_apart_from_what_its_picture_can_tell(tools: Modules) -> None:
    data, judged = tools["data"], tools["judged"]
    records = [record(data, *one) for one in (("zoom", False), ("night", True), ("zoom-in", True))]
    unseen = 2

    def take(clips: list[int], pictures: list[list[int]]) -> torch.Tensor:
        right = [
            clip != unseen and picture == [judged.TARGET]
            for clip, picture in zip(clips, pictures, strict=True)
        ]
        return (
            torch.tensor(right, dtype=torch.float32)[:, None, None, None, None].expand(-1, 1, 8, 8, 3) * 255
        )

    def cosines(pictures: torch.Tensor, texts: list[str]) -> torch.Tensor:
        return pictures.mean(dim=(1, 2, 3)) - torch.tensor([float(text == "y") for text in texts])

    found = judged.Judged(SimpleNamespace(records=records, take=take), cosines).figures()
    assert found["target_over_source_told"] == 1.0
    assert found["target_over_source_photographs"] == 0.5
    assert found["target_over_source"] == pytest.approx(2 / 3)
