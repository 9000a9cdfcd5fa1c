"""The public way to edit a picture: a request, its plan, what comes of it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Unpack

from . import plan, run
from .errors import InputError
from .media.source import AnyImage
from .plugins.wishes import Wishes
from .report.result import Result
from .request import Request


def edit(
    image: AnyImage,
    instruction: str,
    *,
    out: str | Path | None = "outputs",
    progress: bool = True,
    **wishes: Unpack[Wishes],
) -> Result:
    """Edit a picture and return the result.

    `image` is a path, a PIL picture or an array of shape (height, width, 3). A run folder is made in `out`;
    None makes none. A second call reuses the loaded models. How far it is stands on stderr where that is a
    terminal, and in a notebook, unless `progress` is off. The wishes bear the names of the flags of
    `f2f edit`; `Wishes` says what each means:

    - the clip: `model`, `seed`, `seeds`, `frames`, `height`, `width`, `steps`, `guidance`,
      `negative_prompt`, `lora`, `preset`
    - the words: `caption`, `caption_text`, `style`, `prompt_dir`
    - the choice: `select`, `encoder`, `identity`, `mode`, `keep`, `mask`, `refine`
    - the result's file: `embed_source`, `metadata`
    - several clips or rounds: `strategy`, `candidates`, `rounds`, `strength`, `last_strength`, `w_sem`,
      `w_step`, `w_id`, `w_curve`, `w_monotone`
    - the machine: `device`, `memory`, `cache_dir`
    - any other option of a part: `options`

    Raises InputError, ModelError, OutOfMemoryError or WriteError, each in one line that says what to do.
    """
    from .report.terminal import watched

    events = watched(stream(Request.of(image, instruction, **wishes), out), progress)
    return run.result_in(events)


def stream(request: Request, out: str | Path | None = "outputs") -> Generator[run.Event, None, None]:
    """The edit as a stream of events, the `Result` last.

    Closing it stops the run and leaves nothing, but for the finished rounds of a path, from which an equal
    request goes on.
    """
    if not isinstance(request, Request):
        remedy = "make one with Request.of(image, instruction)"
        raise InputError("a stream follows a request", got=f"{request!r:.80}", remedy=remedy)
    yield from run.events(plan.of(request), out)
