"""What strangers get of the page: nothing of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from frame2frame.app.form import FIELDS
from frame2frame.tabletop.example import EXAMPLE

from .forms import FORM
from .strangers import HOME, META, Ground, ground, paths, visitor, walk

pytestmark = pytest.mark.enable_socket  # of the event loop itself

API = "/gradio_api"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("ground")) as page:
        yield page


@pytest.fixture(scope="module")
def client(here: Ground) -> Iterator[Any]:
    with visitor(here) as one:
        yield one


def test_no_call_of_a_stranger_reaches_a_file_or_learns_a_path(here: Ground, client: Any) -> None:
    count = walk(here, client)
    assert count.refused == count.calls > 2_000
    assert here.copies() == []


def test_gradio_itself_looks_where_a_file_lies(here: Ground) -> None:
    from starlette.testclient import TestClient

    (mounted,) = (route.app for route in here.application.routes if hasattr(route.app, "get_blocks"))
    with TestClient(mounted, base_url=HOME, raise_server_exceptions=False) as behind_the_gate:
        for number, event in here.blocks.fns.items():
            for path in paths(here):
                data = [{"path": path, "meta": META}] * len(event.inputs)
                body = {"fn_index": number, "session_hash": "inside", "data": data}
                behind_the_gate.post(f"{API}/run/predict", json=body)
    assert here.copies() == []


def number_of(here: Ground, name: str) -> int:
    return next(int(number) for number, one in here.blocks.fns.items() if one.fn and one.fn.__name__ == name)


def edited(here: Ground, client: Any, picture: Any) -> str:
    """What the page hears while it edits."""
    values = {**{name: getattr(FORM, name) for name in FIELDS}, "picture": picture}
    data = [None, *(values[name] for name in FIELDS)]
    body = {"fn_index": number_of(here, "run"), "session_hash": "visitor", "data": data}
    joined = client.post(f"{API}/queue/join", json=body)
    assert joined.status_code == 200, joined.text
    return str(client.get(f"{API}/queue/data", params={"session_hash": "visitor"}).text)


def test_a_picture_that_was_uploaded_is_edited(here: Ground, client: Any) -> None:
    files = {"files": ("mine.png", EXAMPLE.picture.read_bytes(), "image/png")}
    (path,) = client.post(f"{API}/upload", files=files).json()
    heard = edited(here, client, {"path": path, "orig_name": "mine.png", "meta": META})
    assert "Seed 5" in heard and "process_completed" in heard
    served = client.get(f"{API}/file={path}")
    assert served.status_code == 200 and served.content == EXAMPLE.picture.read_bytes()


def test_an_example_is_taken_and_edited(here: Ground, client: Any) -> None:
    body = {"fn_index": number_of(here, "example"), "session_hash": "visitor", "data": []}
    taken = client.post(f"{API}/run/predict", json={**body, "event_data": {"index": [0, 0], "value": ""}})
    picture, instruction = taken.json()["data"]
    assert instruction == EXAMPLE.instruction
    assert "Seed 5" in edited(here, client, picture)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b'{"fn_index":1e999,"session_hash":"abcd","data":[]}',
        b'{"fn_index":true,"session_hash":"abcd","data":[]}',
        b'{"fn_index":99,"session_hash":"abcd","data":[]}',
        b'{"fn_index":0,"session_hash":"../..","data":[null,null,null]}',
        b'{"fn_index":0,"session_hash":"abcd","data":[null]}',
        b'{"fn_index":0,"session_hash":"abcd","data":[NaN,1,1]}',
        b'{"fn_index":0,"session_hash":"abcd","data":["no such captioner",null,5]}',
    ],
)
def test_a_call_that_is_none_of_the_page_is_one_line(here: Ground, client: Any, body: bytes) -> None:
    for place in ("run/predict", "queue/join"):
        answer = client.post(f"{API}/{place}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400 and set(json.loads(answer.text)) == {"error"}
        assert not here.betrayals(answer.text)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/runs/" + "a" * 3000),
        ("GET", "/runs/" + "a" * 3000 + "/report.html"),
        ("GET", "/config"),
        ("GET", f"{API}/info"),
        ("GET", f"{API}/deep_link?session_hash=visitor"),
        ("GET", f"{API}/call/edit/1"),
        ("POST", f"{API}/call/edit"),
        ("POST", f"{API}/component_server"),
        ("POST", f"{API}/cancel"),
        ("PUT", f"{API}/upload"),
        ("OPTIONS", f"{API}/queue/join"),
        ("GET", "/assets/../../routes.py"),
        ("GET", "/static/%2e%2e/routes.py"),
    ],
)
def test_what_the_page_does_not_use_is_not_there(client: Any, method: str, address: str) -> None:
    answer = client.request(method, address)
    assert (answer.status_code, answer.text) == (404, "There is nothing here.")


@pytest.mark.parametrize("origin", ["null", "http://evil.com", "http://localhost:3000", "http://127.0.0.1"])
def test_a_page_of_another_host_or_port_is_refused(client: Any, origin: str) -> None:
    files = {"files": ("a.png", b"a", "image/png")}
    for answer in (
        client.post(f"{API}/upload", files=files, headers={"origin": origin}),
        client.post(f"{API}/queue/join", json={}, headers={"origin": origin}),
        client.get("/", headers={"origin": origin}),
    ):
        assert answer.status_code == 403 and "access-control-allow-origin" not in answer.headers
    assert client.post(f"{API}/upload", files=files, headers={"origin": HOME}).status_code == 200


def test_the_walk_is_made_of_calls_that_were_answered_before(here: Ground) -> None:
    """A secret that does get out is seen."""
    copied = here.uploads / ("c" * 64) / "canary.txt"
    copied.parent.mkdir()
    copied.write_bytes(here.secret.read_bytes())
    assert here.copies() == [copied]
    assert here.betrayals(f"it lies at {here.uploads}") and here.betrayals("chosen_model failed")
    copied.unlink()


def test_links_in_the_temporary_folder_are_no_uploads(here: Ground, client: Any) -> None:
    for path in paths(here):
        assert client.get(f"{API}/file={path.replace(chr(0), '%00')}").status_code == 404
