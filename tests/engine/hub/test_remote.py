"""What goes wrong between here and the hub is said in one line."""

from __future__ import annotations

import errno

import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, OfflineModeIsEnabled

from frame2frame.engine.hub.remote import asking
from frame2frame.errors import ModelError, WriteError


def wrapped(cause: Exception) -> Exception:
    error = LocalEntryNotFoundError("many\nlines")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), WriteError, "the disk is full; got 'a/b'"),
        (wrapped(OfflineModeIsEnabled("many\nlines")), ModelError, "nothing is fetched offline"),
        (
            wrapped(TimeoutError()),
            ModelError,
            r"\(TimeoutError\).*the same command goes on",
        ),
    ],
)
def test_an_error_of_the_client_is_one_line_that_says_what_to_do(
    error: Exception, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said) as caught, asking("a/b"):
        raise error
    assert "\n" not in str(caught.value)


def test_an_error_of_our_own_passes_as_it_is() -> None:
    own = ModelError("mine")
    with pytest.raises(ModelError) as caught, asking("a/b"):
        raise own
    assert caught.value is own
