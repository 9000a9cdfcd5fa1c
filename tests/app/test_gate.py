"""What strangers get of the page: nothing of this machine."""

from __future__ import annotations

import gc
import json
import re
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from frame2frame.app.answer import Answer
from frame2frame.app.form import form_fields
from frame2frame.app.gate import BESIDE_BYTES, MOST_CALL_BYTES, MOST_UPLOAD_BYTES
from frame2frame.worlds.tabletop.example import EXAMPLE

from .forms import FORM
from .strangers import HOME, META, Ground, ground, paths, visitor, walk

pytestmark = [
    pytest.mark.enable_socket,  # of the event loop itself
    pytest.mark.usefixtures("small_embedded"),
]

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


def fields(picture: Any) -> list[Any]:
    """What the fields of the page hold."""
    values = {**FORM.values, "picture": picture}
    return [None, *(values[name] for name in form_fields())]


def uploaded(client: Any, name: str = "mine.png") -> str:
    """The path of the example's picture, uploaded under another name."""
    files = {"files": (name, EXAMPLE.picture.read_bytes(), "image/png")}
    (path,) = client.post(f"{API}/upload", files=files).json()
    return str(path)


def edited(here: Ground, client: Any, picture: Any, session: str = "visitor") -> str:
    """What the page hears while it edits."""
    body = {"fn_index": number_of(here, "run"), "session_hash": session, "data": fields(picture)}
    joined = client.post(f"{API}/queue/join", json=body)
    assert joined.status_code == 200, joined.text
    return str(client.get(f"{API}/queue/data", params={"session_hash": session}).text)


def test_a_picture_that_was_uploaded_is_edited(here: Ground, client: Any) -> None:
    path = uploaded(client)
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
        b'{"fn_index":0,"session_hash":"abcd","data":[null,null,null,null,null,null,null]}',
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


def test_a_name_that_was_rebound_to_this_machine_is_refused(client: Any) -> None:
    assert client.get("/", headers={"host": "example.org"}).status_code == 400
    assert client.get("/", headers={"host": "localhost"}).status_code == 200


@contextmanager
def another(client: Any) -> Iterator[Any]:
    """The same client as another browser."""
    own = dict(client.cookies)
    client.cookies.clear()
    client.get("/")
    assert dict(client.cookies).keys() == own.keys() and dict(client.cookies) != own
    try:
        yield client
    finally:
        client.cookies.clear()
        client.cookies.update(own)


def test_what_is_a_visitor_s_is_not_there_for_another(here: Ground, client: Any) -> None:
    path = uploaded(client)
    heard = edited(here, client, {"path": path, "meta": META})
    address = re.search(r"runs/[A-Za-z0-9_-]{43}", heard)
    assert address is not None
    addresses = [f"{API}/file={path}", f"/{address[0]}/report.html", f"/{address[0]}/final_frame.png"]
    assert [client.get(one).status_code for one in addresses] == [200, 200, 200]
    body = {"fn_index": number_of(here, "run"), "session_hash": "visitor", "data": fields(None)}
    with another(client):
        for address_of_his in (
            *addresses,
            f"{API}/queue/data?session_hash=visitor",
            f"{API}/queue/data?session_hash=other&session_hash=visitor",
            f"{API}/heartbeat/visitor",
        ):
            assert client.get(address_of_his).status_code == 404
        assert client.post(f"{API}/queue/join", json=body).status_code == 404
        own = {**body, "session_hash": "another", "data": fields({"path": path, "meta": META})}
        assert client.post(f"{API}/queue/join", json=own).status_code == 400
    client_cookies = dict(client.cookies)
    client.cookies.clear()
    assert {client.get(one).status_code for one in addresses} == {404}
    assert client.post(f"{API}/queue/join", json=body).status_code == 404
    client.cookies.update(client_cookies)


def test_too_much_is_refused_before_it_is_read(client: Any) -> None:
    for place, most in (("upload", MOST_UPLOAD_BYTES + BESIDE_BYTES), ("queue/join", MOST_CALL_BYTES)):
        for length in (str(most + 1), "1" * 30):
            answer = client.post(f"{API}/{place}", content=b"", headers={"content-length": length})
            assert answer.status_code == 413 and "100 MB" in answer.text
        for length in ("-1", "0x10", ""):
            answer = client.post(f"{API}/{place}", content=b"", headers={"content-length": length})
            assert answer.status_code == 411
        assert client.post(f"{API}/{place}", content=iter([b"a"])).status_code == 411
    assert client.request("GET", "/", headers={"content-length": str(10**9)}).status_code == 413


def test_an_upload_that_breaks_off_leaves_nothing(here: Ground, client: Any) -> None:
    rest = b"--b\r\ncontent-disposition: form-data; name=files; filename=a.png\r\n\r\nhalf of it"
    kind = {"content-type": "multipart/form-data; boundary=b"}
    client.post(f"{API}/upload", content=rest, headers=kind)
    assert [file for file in here.uploads.iterdir() if file.is_file()] == []


@contextmanager
def open_page(here: Ground, client: Any, session: str) -> Iterator[None]:
    """The connection by which the server knows that a page is open."""
    gone = threading.Event()
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = [(b"host", b"127.0.0.1:7860"), (b"cookie", cookie.encode())]
    address = {"path": f"{API}/heartbeat/{session}", "raw_path": b"", "query_string": b"", "root_path": ""}
    scope = {"type": "http", "method": "GET", "headers": headers, "scheme": "http", **address}
    scope |= {"server": ("127.0.0.1", 7860), "client": ("127.0.0.1", 1), "http_version": "1.1"}
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if asked:
            return asked.pop()
        await to_thread.run_sync(gone.wait)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    ended = client.portal.start_task_soon(here.application, scope, receive, send)
    try:
        yield
    finally:  # the client waits at its end for whoever is still connected
        gone.set()
        ended.result(timeout=20)


def shown_now() -> list[Answer]:
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Answer)]


def test_a_page_that_is_closed_gives_back_its_frames_uploads_and_fields(here: Ground, client: Any) -> None:
    with another(client), open_page(here, client, "closing"):
        before = set(map(id, shown_now()))
        path = uploaded(client, "closing.png")
        edited(here, client, {"path": path, "meta": META}, "closing")
        (shown,) = (one for one in shown_now() if id(one) not in before)
        kept: list[weakref.ref[Any]] = [
            weakref.ref(shown),
            weakref.ref(shown.result.image),
            weakref.ref(shown.steps[0].clip.frames),
        ]
        kept += [weakref.ref(shown.asked.source.picture)]
        body = {"fn_index": number_of(here, "large"), "session_hash": "closing", "data": []}
        clicked = {**body, "event_data": {"index": [0, 3], "value": ""}}
        assert "frame_3.png" in client.post(f"{API}/run/predict", json=clicked).text
        del shown
        shown_now()
        assert all(one() is not None for one in kept) and "closing" in here.blocks.state_holder
    shown_now()
    assert [one() for one in kept] == [None] * len(kept)
    assert "closing" not in here.blocks.state_holder and not Path(path).exists()


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
