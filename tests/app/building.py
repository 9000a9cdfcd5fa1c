"""The page as a test builds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


def built(build: Callable[..., Any], *given: Any) -> Any:
    """What `build` makes of them; Gradio asks for an event loop, and would leave one of its own open."""

    async def made() -> Any:
        return build(*given)

    return asyncio.run(made())
