"""How large a picture may be, and the errors for one that cannot be used."""

from __future__ import annotations

from ..errors import InputError

MEGAPIXEL_LIMIT = 100
FILE_LIMIT_BYTES = 2**30
SHORT_SIDE_LIMIT = 16
ASPECT_LIMIT = 8

USABLE = "use a PNG, JPEG or WebP picture"


def check_size(width: int, height: int, name: str) -> None:
    """Raises InputError for a picture that is too large, too small or too narrow."""
    got = f"{width}×{height}"
    if width * height > MEGAPIXEL_LIMIT * 1e6:
        raise too_large(name, f"{got} = {width * height / 1e6:.0f} megapixels")
    if min(width, height) < SHORT_SIDE_LIMIT:
        raise InputError(
            f"{name} is too small", got=got, remedy=f"use one of at least {SHORT_SIDE_LIMIT} pixels a side"
        )
    if max(width, height) > ASPECT_LIMIT * min(width, height):
        raise InputError(
            f"{name} is too narrow",
            got=got,
            remedy=f"crop it so that the long side is at most {ASPECT_LIMIT} times the short one",
        )


def too_large(name: str, got: str) -> InputError:
    return InputError(
        f"{name} is larger than {MEGAPIXEL_LIMIT} megapixels", got=got, remedy="make it smaller and try again"
    )


def damaged(name: str, error: BaseException) -> InputError:
    return InputError(
        f"{name} is damaged or cut short",
        got=f"{error!s:.120}" or type(error).__name__,
        remedy="save or copy it again",
    )
