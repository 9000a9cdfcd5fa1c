"""LoRA files: find one, and say by its header alone which weights of a model it changes.

A LoRA changes a weight W to W + weight · alpha / rank · up · down (Hu et al., "LoRA", 2021). The product is
added to the weights when they load (`merge_lora`), which needs no package more and costs nothing in a step;
another file or weight loads the model anew. Key layouts: diffusers and PEFT (`lora_A`, `lora_B`), kohya
(`lora_down`, `lora_up`, `alpha`, names with underscores) and Wan's own names, with `diff` for differences
given in full. Nothing here imports torch.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...errors import InputError, ModelError
from ...runs.record import LoraRecord, homeless
from ..files.index import kind
from ..files.tensors import Header, read_header
from ..files.weights import weight_files
from . import catalogue, checkpoint

MOST_WEIGHT = 10.0
_MOST_ALPHA = 1e6
_FORMATS = ("F32", "F16", "BF16", "F64", "F8_E4M3", "F8_E5M2", "I64", "I32")

HUB_FILE = re.compile(r"([\w.-]+/[\w.-]+)/(.+\.safetensors)")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
USUAL = "pytorch_lora_weights.safetensors"
"""The name that diffusers gives a LoRA."""


@dataclass(frozen=True)
class Lora:
    """A LoRA file and how strongly it counts."""

    name: str
    """As it was given, without the weight."""
    file: Path
    weight: float = 1.0
    changed: int = 0
    """When the file was, which tells whether it must be read again."""

    @property
    def sha256(self) -> str:
        return checkpoint.sha256(self.file)


@dataclass(frozen=True)
class Change:
    """What changes one tensor of the model; each is the name of a tensor of the file."""

    down: str = ""
    up: str = ""
    difference: str = ""
    """Added as it is, in place of a product."""
    alpha: str = ""
    scale: float = 1.0
    """What the product is multiplied with where no tensor says alpha."""


@dataclass(frozen=True)
class Match:
    """The tensors of one component that a LoRA changes."""

    lora: Lora
    component: str
    changes: Mapping[str, Change] = field(repr=False)
    """By the name of the model's tensor."""
    matched: int
    total: int
    """Tensors of the file, alphas not counted."""

    def note(self) -> str:
        """What the user should know, a sentence."""
        return (
            f"LoRA {Path(self.lora.name).name} at weight {self.lora.weight:g}: "
            f"{self.matched} of {self.total} keys matched in {self.component}."
        )

    def record(self) -> LoraRecord:
        """What a run keeps of it."""
        one, counted = self.lora, (self.component, self.matched, self.total)
        name = one.file.name if one.file.is_relative_to(catalogue.WEIGHTS) else homeless(one.name)
        return LoraRecord(name, one.sha256, one.weight, *counted)


def parsed(wish: str) -> tuple[str, float]:
    """File or hub id and weight of `FILE_OR_HUB_ID[:WEIGHT]`; raises InputError for a weight that is none."""
    name, sign, tail = wish.rpartition(":")
    if not sign or "/" in tail or "\\" in tail or os.path.isfile(wish):
        return wish, 1.0
    try:
        weight = float(tail)
    except ValueError:
        weight = math.nan
    if not abs(weight) <= MOST_WEIGHT or not name:
        what = f"the weight of a LoRA is a number from {-MOST_WEIGHT:g} to {MOST_WEIGHT:g}"
        raise InputError(what, got=repr(wish), remedy="like style.safetensors:0.8")
    return name, weight


def find(wish: str, cache_dir: str | None = None) -> Lora:
    """The LoRA of a wish: a file, or one of the hub that was pulled as `ORG/NAME` or `ORG/NAME/FILE`.

    Raises InputError, ModelError.
    """
    name, weight = parsed(wish)
    path = Path(name).expanduser()
    if os.path.exists(path) and not os.path.isdir(path):
        return _checked(name, path, weight)
    if (pulled := _pulled(name, cache_dir)) is not None:
        return _checked(name, pulled, weight)
    on_hub = HUB_FILE.fullmatch(name) or _HUB_ID.fullmatch(name)
    command = catalogue.pull_command(name, None, cache_dir)
    raise ModelError(
        "there is no such LoRA here",
        got=repr(name),
        remedy=f"get it with: {command}" if on_hub else "name a file or a hub id",
    )


def find_all(wishes: Sequence[str], cache_dir: str | None = None) -> tuple[Lora, ...]:
    """The LoRA of each wish, in order; see `find`."""
    return tuple(find(wish, cache_dir) for wish in wishes)


def _checked(name: str, path: Path, weight: float) -> Lora:
    if path.suffix != ".safetensors":
        what = "a LoRA is read from safetensors only, as other files may run code"
        raise ModelError(what, got=str(path), remedy="ask its author for a .safetensors file")
    read_header(path, remedy="get the file again")
    return Lora(name, path, weight, path.stat().st_mtime_ns)


def _pulled(name: str, cache_dir: str | None) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    inside = HUB_FILE.fullmatch(name)
    repository, file = (inside[1], inside[2]) if inside else (name, USUAL)
    if not inside and not _HUB_ID.fullmatch(name):
        return None
    try:
        found = try_to_load_from_cache(repository, file, cache_dir=cache_dir)
    except HFValidationError:
        return None
    return Path(found) if isinstance(found, str) else None


def matches(loras: Sequence[Lora], folder: Path) -> tuple[Match, ...]:
    """What each LoRA changes in the transformers of a checkpoint, in order.

    Where there are two, experts for high and for low noise, a file with one of these words in its name is for
    that one, any other for both. Raises ModelError, also for a LoRA that changes nothing.
    """
    return tuple(match for lora in loras for match in _matches(lora, folder))


def _matches(lora: Lora, folder: Path) -> Iterator[Match]:
    for component in _experts(lora, folder):
        found = _match(lora, component, _shapes(folder, component))
        if not found.changes:
            odd = next(iter(read_header(lora.file).tensors), "an empty file")
            raise ModelError(
                f"the LoRA {lora.name} matches nothing in this model",
                got=f"0 of {found.total} keys, such as {odd!r:.80}",
                remedy=f"use one that was made for {kind(folder) or 'this model'}",
            )
        yield found


def _experts(lora: Lora, folder: Path) -> list[str]:
    """The transformers that a file is for."""
    there = [name for name in ("transformer", "transformer_2") if (folder / name).is_dir()]
    words = re.split(r"[^a-z]+", lora.file.name.lower())
    if len(there) == 2 and ("high" in words) != ("low" in words):
        return there[:1] if "high" in words else there[1:]
    return there


def _shapes(folder: Path, component: str) -> dict[str, tuple[int, ...]]:
    """Of all tensors of a component, by name."""
    headers = (read_header(file) for file in weight_files(folder / component))
    return {name: tensor.shape for header in headers for name, tensor in header.tensors.items()}


_PREFIXES = ("base_model.model.", "transformer.", "diffusion_model.", "model.", "lora_unet_")
_PART = re.compile(
    r"(?P<base>.+?)\.(?:(?P<down>lora_A|lora_down|lora\.down)|(?P<up>lora_B|lora_up|lora\.up))(?:\.default)?\.weight"
    r"|(?P<other>.+)\.(?P<kind>alpha|diff|diff_b)"
)


def _match(lora: Lora, component: str, shapes: Mapping[str, tuple[int, ...]]) -> Match:
    header = read_header(lora.file)
    names = list(header.tensors)
    if odd := next((name for name in names if name.endswith(".dora_scale")), None):
        raise ModelError(f"the LoRA {lora.name} is a DoRA, which is not supported", got=f"{odd:.80}")
    if odd := next((name for name, one in header.tensors.items() if one.dtype not in _FORMATS), None):
        got = f"{header.tensors[odd].dtype} for {odd:.80}"
        what = f"the LoRA {lora.name} has numbers of a format that is not read"
        raise ModelError(what, got=got, remedy=f"there are {', '.join(_FORMATS)}")
    scales, rows = _Scales.of(header), {name: tensor.shape for name, tensor in header.tensors.items()}
    own, changes, matched = _aliases(shapes), {}, 0
    for base, parts in _grouped(names).items():
        module = own.get(_bare(base))
        if module is None:
            continue
        for target, change in _changes(module, parts):
            _check_shape(lora, target, change, rows, shapes)
            scale = scales.of_module(module, rows[change.down][0]) if change.down else 1.0
            changes[target] = replace(change, scale=scale)
            matched += sum(bool(name) for name in (change.down, change.up, change.difference))
    total = sum(not name.endswith(".alpha") for name in names)
    return Match(lora, component, changes, matched, total)


def _grouped(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """The file's tensors by the layer that they change, then by what they are."""
    groups: dict[str, dict[str, str]] = {}
    for name in names:
        if found := _PART.fullmatch(name):
            kind = found["kind"] or ("down" if found["down"] else "up")
            groups.setdefault(found["base"] or found["other"], {})[kind] = name
    return groups


def _changes(module: str, parts: Mapping[str, str]) -> Iterator[tuple[str, Change]]:
    if "down" in parts and "up" in parts:
        yield f"{module}.weight", Change(parts["down"], parts["up"], alpha=parts.get("alpha", ""))
    elif "diff" in parts:
        yield f"{module}.weight", Change(difference=parts["diff"])
    if "diff_b" in parts:
        yield f"{module}.bias", Change(difference=parts["diff_b"])


def _bare(base: str) -> str:
    """A layer's name without what the layouts put in front; one with underscores keeps them."""
    while prefix := next((one for one in _PREFIXES if base.startswith(one)), None):
        base = base[len(prefix) :]
    return base


_WAN = (
    (r"\.attn1\.(to_)?", ".self_attn."),
    (r"\.attn2\.add_([kv])_proj", r".cross_attn.\1_img"),
    (r"\.attn2\.norm_added_k", ".cross_attn.norm_k_img"),
    (r"\.attn2\.(to_)?", ".cross_attn."),
    (r"_attn\.out\.0", "_attn.o"),
    (r"\.ffn\.net\.0\.proj", ".ffn.0"),
    (r"\.ffn\.net\.2", ".ffn.2"),
    (r"(blocks\.\d+)\.norm2", r"\1.norm3"),
    (r"condition_embedder\.(text|time)_embedder\.linear_1", r"\1_embedding.0"),
    (r"condition_embedder\.(text|time)_embedder\.linear_2", r"\1_embedding.2"),
    (r"condition_embedder\.time_proj", "time_projection.1"),
    (r"condition_embedder\.image_embedder\.norm1", "img_emb.proj.0"),
    (r"condition_embedder\.image_embedder\.ff\.net\.0\.proj", "img_emb.proj.1"),
    (r"condition_embedder\.image_embedder\.ff\.net\.2", "img_emb.proj.3"),
    (r"condition_embedder\.image_embedder\.norm2", "img_emb.proj.4"),
    (r"^proj_out$", "head.head"),
)
"""From diffusers' names to those of Wan's authors."""


def _aliases(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """The names that a file may have for each layer of the model."""
    found: dict[str, str] = {}
    for layer in sorted({name.rpartition(".")[0] for name in shapes}):
        own = layer
        for pattern, replacement in _WAN:
            own = re.sub(pattern, replacement, own)
        for name in (layer, own):
            found.setdefault(name, layer)
            found.setdefault(name.replace(".", "_"), layer)
    return found


@dataclass(frozen=True)
class _Scales:
    """What the file's own notes say of alpha and rank; diffusers writes them beside the weights."""

    notes: Mapping[str, Any]

    @classmethod
    def of(cls, header: Header) -> _Scales:
        try:
            notes = json.loads(header.notes["lora_adapter_metadata"])
        except (LookupError, ValueError, RecursionError):
            notes = {}
        return cls(notes if isinstance(notes, dict) else {})

    def of_module(self, module: str, rank: int) -> float:
        """Alpha over rank; 1 where nothing is said."""
        alpha = self.notes.get("transformer.lora_alpha")
        special = self.notes.get("transformer.alpha_pattern")
        if isinstance(special, dict):
            alpha = special.get(module, alpha)
        if not isinstance(alpha, int | float) or not abs(alpha) <= _MOST_ALPHA:
            return 1.0
        return float(alpha) / (math.sqrt(rank) if self.notes.get("transformer.use_rslora") else rank)


def _check_shape(
    lora: Lora,
    target: str,
    change: Change,
    rows: Mapping[str, tuple[int, ...]],
    shapes: Mapping[str, tuple[int, ...]],
) -> None:
    wanted = shapes.get(target)
    if change.difference:
        found = rows[change.difference]
    else:
        down, up = rows[change.down], rows[change.up]
        fits = down and up and math.prod(up[1:]) == down[0] > 0
        fits = fits and (not change.alpha or math.prod(rows[change.alpha]) == 1)
        found = (up[0], *down[1:]) if fits else ()
    if wanted is None or math.prod(found[1:]) != math.prod(wanted[1:]) or found[:1] != wanted[:1]:
        raise ModelError(
            f"the LoRA {lora.name} is for a model of another size",
            got=f"{' × '.join(map(str, found)) or 'ranks that differ'} for {target}",
            remedy=f"use one that was made for {' × '.join(map(str, wanted or ()))}",
        )
