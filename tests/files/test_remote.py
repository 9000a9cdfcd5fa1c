"""Files in buckets: read only so far, written whole, and every failure one line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import InputError, MissingPackageError, ServerError, WriteError
from frame2frame.files import remote
from frame2frame.files.anywhere import names_in, place_named, read_bytes, write_file
from frame2frame.files.remote import Address
from frame2frame.media.source import load_picture

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def bucket() -> Iterator[Address]:
    """An empty one in memory."""
    yield Address("memory://bucket")
    fsspec.filesystem("memory").rm("/bucket", recursive=True)


def test_an_address_is_told_from_a_path() -> None:
    for text in ("s3://b/a.png", "gs://b/x/", "hf://datasets/a/b", "memory://b"):
        assert isinstance(place_named(text), Address)
    for text in ("a.png", "/s3/b", "s3:/b", "http://b/a", "file:///etc/passwd", "ssh://b/a", "s3:///a"):
        assert isinstance(place_named(text), Path)
    assert isinstance(place_named(Path("s3://b/a")), Path)


def test_what_is_written_is_read_back_and_listed(bucket: Address) -> None:
    write_file(bucket / "a" / "one.txt", b"one")
    write_file(bucket / "a" / "two.txt", b"two")
    assert read_bytes(bucket / "a" / "one.txt", 3) == b"one"
    assert names_in(bucket / "a") == ["one.txt", "two.txt"]
    assert dict(remote.read_all(bucket / "a", ["one.txt", "two.txt"])) == {
        "one.txt": b"one",
        "two.txt": b"two",
    }
    assert names_in(bucket / "none") == []


def test_no_more_is_read_than_the_limit(bucket: Address, tmp_path: Path) -> None:
    write_file(bucket / "a.txt", b"four")
    with pytest.raises(InputError, match=r"a\.txt is too large; .*at most 3 bytes"):
        read_bytes(bucket / "a.txt", 3)
    with pytest.raises(InputError, match="too large"):
        remote.fetch(bucket / "a.txt", tmp_path / "a.txt", 3)


def test_a_picture_in_a_bucket_is_a_picture(bucket: Address) -> None:
    packed = io.BytesIO()
    Image.fromarray(np.full((20, 30, 3), 7, np.uint8)).save(packed, "PNG")
    write_file(bucket / "a.png", packed.getvalue())
    source = load_picture(f"{bucket}/a.png")
    assert source.picture.shape == (20, 30, 3) and source.path == Path("a.png")
    with pytest.raises(InputError, match="there is no file memory://bucket/none"):
        load_picture(f"{bucket}/none.png")


def test_an_address_leads_into_a_folder_only_beneath_it() -> None:
    assert remote.is_beneath("s3://b/x/a.png", "s3://b/x")
    for other in ("s3://b/xy/a.png", "s3://b/x/../y", "gs://b/x/a.png", "/b/x/a.png"):
        assert not remote.is_beneath(other, "s3://b/x")


def test_a_missing_package_is_named_with_its_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(kind: str) -> None:
        raise ImportError(f"Install s3fs to access {kind}")

    monkeypatch.setattr(fsspec, "filesystem", lacking)
    with pytest.raises(MissingPackageError, match=r"s3:// .* pip install 'frame2frame\[remote\]'"):
        remote.exists("s3://bucket/a.png")


def test_whatever_a_bucket_fails_with_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Expired(Exception):
        pass

    class Refusing:
        def __getattr__(self, name: str) -> None:
            raise Expired("The provided token\nhas expired.")

    monkeypatch.setattr(fsspec, "filesystem", lambda kind: Refusing())
    with pytest.raises(ServerError, match="cannot read s3://b/a; got The provided token has expired"):
        remote.read_bytes("s3://b/a", 10)
    with pytest.raises(WriteError, match=r"cannot write s3://b/a; .* check .* credentials"):
        remote.write("s3://b/a", b"")
