"""What the fields of a configuration may hold, by their names.

Diffusers and transformers name a thing alike in all their classes, and are loose in saying of what type it
is. So one table of names holds for every component: a name has the kind of the first row that it fits; of a
name that fits none, only the size is bounded. Lists are held against the kind of their field, entry by entry,
objects against the kinds of their own fields, and nothing at all (null) goes: it may mean a class's default.

What classes make of values that are each possible but do not go together shows when they are built
(`building`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import ModelError
from .reading import AGAIN

_DEEPEST = 16
_LONGEST_LIST = 2**17
_LONGEST_TEXT = 2**18


class Kind(Protocol):
    """What one value may be; what it says completes "must be"."""

    def takes(self, value: Any) -> bool: ...


@dataclass(frozen=True)
class Number:
    """A number from `least` to `most`."""

    least: float
    most: float
    whole: bool = False

    def takes(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.least <= value <= self.most and (not self.whole or value == int(value))

    def __str__(self) -> str:
        return f"a {'whole ' if self.whole else ''}number from {self.least:.9g} to {self.most:.9g}"


@dataclass(frozen=True)
class Truth:
    """True or false; some classes write 1 and 0."""

    def takes(self, value: Any) -> bool:
        return isinstance(value, bool) or (isinstance(value, int) and value in (0, 1))

    def __str__(self) -> str:
        return "true or false"


@dataclass(frozen=True)
class Word:
    """A name, one of `choices` if there are any."""

    choices: tuple[str, ...] = ()

    def takes(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > 200:
            return False
        return not self.choices or value in self.choices

    def __str__(self) -> str:
        return f"one of {', '.join(self.choices)}" if self.choices else "a name"


@dataclass(frozen=True)
class Bounded:
    """Anything of a size that a configuration has."""

    endless: bool = False
    """Whether a number may be infinite."""

    def takes(self, value: Any) -> bool:
        if isinstance(value, str):
            return len(value) <= _LONGEST_TEXT
        if isinstance(value, float) and not math.isfinite(value):
            return self.endless and not math.isnan(value)
        return value is None or abs(value) <= 1e15

    def __str__(self) -> str:
        return "a finite number below 1e15, or a text below 256 KiB"


_SIDE = Number(0, 4096, whole=True)
"""Of a picture, in pixels."""

_SINGLE: tuple[tuple[str, Kind], ...] = (
    (r"num_train_timesteps", Number(1, 100_000, whole=True)),
    (r"prediction_type", Word(("epsilon", "sample", "v_prediction", "flow_prediction"))),
    (r"timestep_spacing", Word(("linspace", "leading", "trailing"))),
    (r"beta_schedule", Word(("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace"))),
    (r"beta_(start|end)|boundary_ratio", Number(0, 1)),
    (r"frame2frame_((photograph_)?threshold|name_least)", Number(-1, 1)),
    (r"frame2frame_name_deviation", Number(1e-3, 1)),
    (r"scaling_factor", Number(1e-6, 1e6)),
    (r"(flow_|base_|max_)?shift", Number(0, 1_000)),
    (r"(\w*_)?(eps|epsilon)", Number(0, 1)),
    (r"(use|is|has|do)_\w+|expand_timesteps|rescale_betas_zero_snr|set_alpha_to_one", Truth()),
    (r"invert_scale_latents|tie_word_embeddings|clip_sample|thresholding", Truth()),
    (r"max_text_seq_length", Number(1, 8192, whole=True)),
    (r"(min|least)_pixels", Number(0, 2**20)),
)
"""Fields with one value."""

_LISTED: tuple[tuple[str, Kind], ...] = (
    (r"frame2frame_names", Word()),
    (r"lambda_min_clipped|time_step_limit", Bounded(endless=True)),
    (r"\w*(dropout|dropout_rate|dropout_prob|drop_path_rate)", Number(0, 1)),
    (r"_class_name|\w+_(fn|act|type|schedule)|feed_forward_proj", Word()),
    (r"height|width|shortest_edge|image_size|crop_size|size|sample_(height|width|frames)", _SIDE),
    (r"\w*(seq_len|seq_length|max_position_embeddings)", Number(1, 2**24, whole=True)),
    (r"(\w+_)?patch_size(_t)?|\w*heads|\w+_compression_ratio|scale_factor_\w+", Number(1, 4096, whole=True)),
    (r"num_\w+|\w*layers|\w*layers_per_block|depth", Number(0, 100_000, whole=True)),
    (r"(\w*_)?(dim|dims|channels|size)|d_(model|kv|ff)", Number(0, 2**24, whole=True)),
    (r".*", Bounded()),
)
"""Fields that may also have a value for each stage, layer or side."""

_PATTERNS = tuple(
    (re.compile(pattern, re.DOTALL), kind, is_listed)
    for kinds, is_listed in ((_SINGLE, False), (_LISTED, True))
    for pattern, kind in kinds
)


def check_fields(config: Mapping[str, Any], place: str) -> None:
    """Raise ModelError for a value that no configuration holds; `place` is the file that it stands in."""
    for name, value in config.items():
        _check(name, *_kind_of(name), value, place, _DEEPEST)


def _kind_of(name: str) -> tuple[Kind, bool]:
    """The kind of a field's values, and whether there may be several."""
    return next((kind, listed) for pattern, kind, listed in _PATTERNS if pattern.fullmatch(name[:100]))


def _check(name: str, kind: Kind, is_listed: bool, value: Any, place: str, depth: int) -> None:
    if isinstance(value, dict | list) and is_listed:
        if depth == 0 or len(value) > _LONGEST_LIST:
            raise _refused(name, "shorter, and not so deep", "more than any configuration has", place)
        inner = value.items() if isinstance(value, dict) else [(name, one) for one in value]
        for key, one in inner:
            own = (kind, True) if isinstance(value, list) or key.isdecimal() else _kind_of(key)
            _check(key, *own, one, place, depth - 1)
    elif value is not None and not kind.takes(value):
        raise _refused(name, str(kind), f"{value!r:.60}", place)


def _refused(name: str, wanted: str, got: str, place: str) -> ModelError:
    what = f"{name!r:.80} of a configuration must be {wanted}"
    return ModelError(what, got=f"{got} in {place}", remedy=AGAIN)
