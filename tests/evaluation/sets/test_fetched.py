"""A set that goes by name is fetched from the hub, once its licence was said."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image

from frame2frame.errors import InputError, ModelError
from frame2frame.evaluation.sets.fetched import fetched
from frame2frame.evaluation.sets.public import SETS, read_public

from ...hub_server import HubServer, Repository, settings
from .drawn import scene

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def as_bytes(level: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(scene(level=level)).save(buffer, "PNG")
    return buffer.getvalue()


def stored(level: int, path: str) -> dict[str, Any]:
    return {"bytes": as_bytes(level), "path": path}


ROWS = [
    {"original_image": stored(200, "dog.png"), "caption": "A sitting dog."},
    {"original_image": stored(200, "dog.png"), "caption": "A jumping dog."},
    {"original_image": stored(90, "../up.exe"), "caption": "A cat."},
]


@pytest.fixture
def hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[HubServer]:
    """With the set of these rows, or of those that a test gives."""
    rows = getattr(request, "param", ROWS)
    (tmp_path / "repository" / "data").mkdir(parents=True)
    table = pyarrow.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, tmp_path / "repository" / "data" / "val-0.parquet")
    repository = Repository(tmp_path / "repository", card={"license": "cc-by-4.0"})
    known = replace(SETS["tedbench"], revision=repository.commit)
    monkeypatch.setitem(SETS, "tedbench", known)
    monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(tmp_path / "models"))
    with HubServer({known.hub: repository}) as server:
        for name, value in settings(server, tmp_path).items():
            monkeypatch.setattr(huggingface_hub.constants, name, value)
        yield server


def test_a_set_is_fetched_once_and_its_licence_is_said_before(hub: HubServer) -> None:
    told: list[str] = []
    folder = fetched("tedbench", told.append)
    assert len(told) == 1 and "its licence: cc-by-4.0" in told[0]
    first, second, third = read_public("tedbench", folder).cases
    assert (first.id, first.target_text, third.id) == ("ted_000", "A sitting dog.", "ted_002")
    assert first.source == second.source != third.source
    assert third.source.read_bytes() == as_bytes(90) and third.source.parent == folder / "originals"
    asked = len(hub.asked)
    assert fetched("tedbench", told.append) == folder
    assert len(told) == 1 and len(hub.asked) == asked


def test_offline_nothing_is_fetched_and_the_way_out_is_said(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nothing is fetched offline.*HF_HUB_OFFLINE"):
        fetched("tedbench", lambda told: None)


@pytest.mark.parametrize("hub", [[{"image": "a"}], [{"original_image": "a", "caption": "b"}]], indirect=True)
def test_another_layout_on_the_hub_leaves_nothing_behind(hub: HubServer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="in a layout that is not known here"):
        fetched("tedbench", lambda told: None)
    assert list((tmp_path / "models" / "frame2frame-sets").iterdir()) == []


def test_a_set_that_the_hub_has_not_says_where_to_get_it() -> None:
    with pytest.raises(InputError, match=r"PosEdit is not on the hub; get it from .*--data"):
        fetched("posedit", lambda told: None)
