"""The user's own calibrations of encoders: a file each in the user's data folder.

A calibration holds for weights of the same content, whatever they are called and wherever they lie. The name
of its file says how much the weights are and begins their common hash, so that none is read, and no weights
are hashed, for other encoders.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..engine.models import catalogue
from ..engine.models.checkpoint import sha256
from ..errors import InputError, WriteError
from ..files.as_json import from_json, rendered
from ..files.regular import read_bytes
from ..files.unfinished import write_file
from ..plugins import capabilities, registry
from ..plugins.naming import settled
from ..plugins.stages import Encoder
from ..runs.record import RunRecord, homeless
from ..values import Calibration
from .contrast import MEASURE
from .pretrained import PretrainedEncoder

SCHEMA = 1

_LONGEST = 100_000
"""Bytes of a file."""


@dataclass(frozen=True)
class Rates:
    """How a gate answers for clips whose truth is known, as shares; None of no clip."""

    due: int
    """Clips in which no frame is complete."""
    others: int
    right: float | None
    """The first complete frame or one beside it, or rightly none."""
    none_if_due: float | None
    """That none is answered for the first."""
    false_none: float | None
    """The same for the others."""


@dataclass(frozen=True)
class Calibrated:
    """An encoder's calibration, of what it is, and how it came about."""

    schema: int
    encoder: str
    """As it was named."""
    key: str
    """SHA-256 of what the encoder is made of."""
    size: int
    """Bytes of its weights."""
    weights: Mapping[str, str]
    """SHA-256 of each weight file by its name."""
    calibration: Calibration
    clips: Mapping[str, int]
    """Fitted to so many of each world, and measured on as many others."""
    seed: int
    """Of the first clip."""
    photographs: str
    """SHA-256 of those that clips were drawn from, all together; empty where there were none."""
    version: str
    """Of frame2frame."""
    rates: Mapping[str, Rates]
    """On the clips that it was measured on, by the gate: with it, without, and those that always or never
    answer none."""
    measure: str = ""
    """What was measured, see `contrast.MEASURE`; empty in those of versions that did not say so."""

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return file_of(self.key, self.size)

    @property
    def holds(self) -> bool:
        """Whether it was fitted to what this version measures."""
        return self.measure == MEASURE

    @property
    def title(self) -> str:
        """A line that says what it is and what it does."""
        own = self.calibration
        on = " and ".join(f"{count} {world}" for world, count in self.clips.items())
        return (
            f"{self.encoder}: none where due {_percent(own.none_if_due)}, falsely "
            f"{_percent(own.false_none)}; fitted to {on} clips on {own.date} by frame2frame {self.version}"
            f"{'' if self.holds else ', which measured otherwise, so it is not used'}"
        )

    @property
    def table(self) -> str:
        """How it answers, beside the gate without it and the trivial answers."""
        some = next(iter(self.rates.values()))
        head = f"{some.due + some.others} other clips, {some.due} of them without a complete frame"
        lines = [f"{head:58}   right  none if due  false none"]
        for name, one in self.rates.items():
            shares = _percent(one.right), _percent(one.none_if_due), _percent(one.false_none)
            lines.append(f"{name:58}{shares[0]:>8}{shares[1]:>13}{shares[2]:>12}")
        return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


@dataclass(frozen=True)
class Identity:
    """What an encoder is made of."""

    key: str
    size: int
    """Bytes of its weights."""
    weights: Mapping[str, str]


def file_of(key: str, size: int) -> Path:
    """Where the calibration of such an encoder is kept, if there is one."""
    return folder() / f"{size}-{key[:16]}.json"


def folder() -> Path:
    """Where calibrations are kept; it need not be there yet."""
    return catalogue.user_data("calibrations")


def of(encoder: Encoder, wish: str) -> Calibration | None:
    """The user's calibration of an encoder that was wished for so, if it was fitted to what is measured now.

    Raises InputError for a damaged one.
    """
    if not any(folder().glob(f"{_size(encoder)}-*.json")):
        return None
    own = identity(encoder, wish)
    file = file_of(own.key, own.size)
    if not file.exists():
        return None
    found = read(file)
    if found.key != own.key:
        raise _damaged(file, "it is that of another encoder")
    return found.calibration if found.holds else None


def passed_over(encoder: Encoder, wish: str, name: str) -> str | None:
    """Why no calibration that is kept under the encoder's name is used, in a sentence; None if there is none.

    Of an encoder for which `of` finds none. Files that are damaged are passed over.
    """
    found = [one for _, one in kept() if isinstance(one, Calibrated)]
    named, size = [one for one in found if one.encoder == name], _size(encoder)
    if not named and all(one.size != size for one in found):
        return None
    key = identity(encoder, wish).key
    if any(one.key == key for one in found):
        why = "was made by a version that measures otherwise"
    elif named:
        why = "was made for other weights"
    else:
        return None
    return f"The calibration of {name} {why}, so it is not used; make it anew: f2f calibrate --encoder {name}"


def of_run(repeats: RunRecord | None, encoder: Encoder, wish: str) -> Calibration | None:
    """The same; in the repetition of a run what that was chosen with, or none."""
    if repeats is not None:
        return repeats.plan.calibration if repeats.plan else None
    return of(encoder, wish)


def notes(repeats: RunRecord | None, encoder: Encoder, wish: str, used: Calibration | None) -> Iterator[str]:
    """Why one that the user has made is not used, in a sentence; nothing in the repetition of a run."""
    if repeats is None and used is None and (why := passed_over(encoder, wish, homeless(wish))):
        yield why


def is_set_aside(options: Mapping[str, Any]) -> bool:
    """Whether the gate is told to pass over what is known of the encoder."""
    return options.get("gate.calibrated") is False


def identity(encoder: Encoder, wish: str) -> Identity:
    """What tells it from all others: its weights, its kind, and the options that it has beside them."""
    name = catalogue.encoder_named(wish)[0]
    weights = fingerprints(encoder)
    options = _options(encoder) if weights else settled({"encoder": encoder})[0]
    made_of = {"encoder": name, "options": options, "weights": sorted(weights.values())}
    if not weights:
        made_of["package"] = registry.package("encoders", name)
    key = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    return Identity(key, _size(encoder), weights)


def fingerprints(encoder: Encoder) -> dict[str, str]:
    """The SHA-256 of each weight file by its name; none of an encoder that does not name its files."""
    return {file.name: sha256(file) for file in _weights(encoder)}


def _weights(encoder: Encoder) -> list[Path]:
    said: Any = encoder
    return sorted(said.weights()) if capabilities.of_encoder(encoder).weights else []


def _size(encoder: Encoder) -> int:
    return sum(file.stat().st_size for file in _weights(encoder))


def _options(encoder: Encoder) -> dict[str, Any]:
    """Without those that say where the weights are."""
    options, places = settled({"encoder": encoder})
    where = {*places, *(f"encoder.{one.name}" for one in fields(PretrainedEncoder))}
    return {name: value for name, value in options.items() if name not in where}


def kept() -> Iterator[tuple[Path, Calibrated | InputError]]:
    """Each that is kept, or what is wrong with it."""
    for file in sorted(folder().glob("*.json")):
        try:
            yield file, read(file)
        except InputError as error:
            yield file, error


def read(file: Path) -> Calibrated:
    """Raises InputError for a file that is damaged or of another version."""
    try:
        data = json.loads(read_bytes(file, _LONGEST))
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise _damaged(file, "another schema than this version's")
        return from_json(Calibrated, data, "calibration")
    except (ValueError, RecursionError) as error:  # Unicode's errors are ValueErrors
        raise _damaged(file, f"{error!s:.100}") from error
    except InputError as error:
        raise _damaged(file, f"{error.what}{f', got {error.got}' if error.got else ''}") from error


def keep(made: Calibrated) -> None:
    """Write its file, in place of an earlier one; it is there whole or not at all. Raises WriteError."""
    file = made.file
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"cannot make {file.parent}", got=error.strerror or str(error)) from error
    write_file(file, rendered(made, indent=1).encode())


def remove(name: str) -> list[Path]:
    """Remove those of an encoder, as it was named, or of a file. Raises InputError where there are none."""
    found = [file for file, one in kept() if name in _names(file, one)]
    if not found:
        known = ", ".join(sorted({next(iter(_names(file, one))) for file, one in kept()})) or "none is kept"
        raise InputError(
            "there is no calibration of this encoder", got=repr(name), remedy=f"there is: {known}"
        )
    for file in found:
        file.unlink(missing_ok=True)
    return found


def _names(file: Path, one: Calibrated | InputError) -> list[str]:
    return [file.name, str(file)] if isinstance(one, InputError) else [one.encoder, file.name, str(file)]


def _damaged(file: Path, got: str) -> InputError:
    remedy = f"remove it with: f2f calibrate --remove {file.name}"
    return InputError(f"the calibration {file} cannot be used", got=got, remedy=remedy)
