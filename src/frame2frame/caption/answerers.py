"""Who answers questions with pictures: the server that is set, or a model on this machine.

Whoever asks does not know which: a caption and a judgement are questions, and either answers them.
"""

from __future__ import annotations

from ..engine.models.store import Home
from ..errors import AnswerError, InputError, MissingPackageError, ServerError
from .local_model import LocalModel
from .server import Answerer, Server

SERVER, LOCAL = "server", "local:"


def answerer(wish: str, server: Server, home: Home) -> Answerer:
    """The server, or the model that `local:NAME` names; its weights load at the first question."""
    return LocalModel.of(wish.removeprefix(LOCAL), home) if wish.startswith(LOCAL) else server


def check_wish(wish: str, home: Home) -> None:
    """Raise InputError for a wish that names nobody, ModelError for a local model that cannot be used."""
    if wish == SERVER:
        return
    if not wish.startswith(LOCAL) or wish == LOCAL:
        remedy = "write server, or local: and a folder or hub id"
        raise InputError("there is no such vision-language model", got=repr(wish), remedy=remedy)
    LocalModel.of(wish.removeprefix(LOCAL), home).check()


def version_of(wish: str, home: Home) -> str:
    """What a run records of a local model: its repository, commit and the hash of its weights."""
    if not wish.startswith(LOCAL):
        return ""
    model = LocalModel.of(wish.removeprefix(LOCAL), home)
    return f"{model.version} sha256:{model.weights_sha256}"


def whom(error: AnswerError | MissingPackageError) -> tuple[str, str]:
    """Who was asked without success, and where pictures may have gone; empty if nowhere."""
    return (error.asked, error.sent_to) if isinstance(error, AnswerError) else (ServerError.asked, "")
