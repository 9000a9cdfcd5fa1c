"""The small files of a component, as a whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from frame2frame.engine.files.folder import check_folder
from frame2frame.errors import ModelError

AREAS = {"longest_edge": 16777216, "shortest_edge": 65536}
"""As Qwen3-VL has it: the most and the fewest pixels of a picture."""


def prepared(folder: Path, **preparation: Any) -> Path:
    (folder / "preprocessor_config.json").write_text(json.dumps(preparation), encoding="utf-8")
    return folder


def test_a_processor_that_counts_pixels_may_call_their_numbers_edges(tmp_path: Path) -> None:
    check_folder(prepared(tmp_path, image_processor_type="Qwen2VLImageProcessorFast", size=AREAS))


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("CLIPImageProcessor", AREAS),
        ("Qwen2VLImageProcessor", {"longest_edge": 2**40, "shortest_edge": 2**30}),
    ],
)
def test_no_picture_is_enlarged_beyond_what_any_model_sees(
    kind: str, size: dict[str, int], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=r"(shortest_edge|least_pixels).* must be a (whole )?number"):
        check_folder(prepared(tmp_path, image_processor_type=kind, size=size))
