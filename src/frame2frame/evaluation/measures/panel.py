"""All measures, as far as their networks are here. Nothing is fetched, and no network stands for another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.models.catalogue import encoder_named
from ...engine.models.checkpoint import sha256
from ...errors import Frame2FrameError, InputError
from ...media.source import load_picture
from ...plugins import capabilities, registry
from ...plugins.stages import Encoder
from ...score.calibrations import fingerprints
from ...score.named import encoder_of, encoder_with_words
from ...values import Picture
from ..answers.asked import Measures
from ..sets.case import Case
from . import perceptual
from .apart import Apart
from .encoded import Faces, Likeness, Words
from .pixels import Changed, Kept, has_ssim
from .seen import Measure, Seen, Truth, Values, common_shape

LABELS = {"clip": "CLIP", "siglip2": "SigLIP2", "dino": "DINO"}
"""What columns call encoders; those of other packages go by their own names."""


@dataclass(frozen=True)
class Panel:
    """What answers are measured by."""

    measures: tuple[Measure, ...]
    networks: Mapping[str, Mapping[str, str]]
    """The SHA-256 of each weight file by its name, by what the network is called."""
    missing: tuple[str, ...]
    """Measures that there are no networks for, each with what it takes."""
    side: int

    def truth(self, case: Case) -> Truth:
        """What is known of a case, its pictures opened. Raises InputError."""
        picture = load_picture(case.source).picture
        shape = common_shape(picture, self.side)
        target = None if case.target is None else Seen.of(load_picture(case.target).picture, shape)
        return Truth(Seen.of(picture, shape), target, case.target_text, case.source_text)

    def values(self, truth: Truth, answers: Sequence[Picture]) -> list[Values]:
        """What is measured of each answer to a case. Raises ModelError."""
        shape = truth.source.level.shape[0], truth.source.level.shape[1]
        seen, found = [Seen.of(one, shape) for one in answers], [dict[str, float]() for _ in answers]
        for measure in self.measures:
            for own, values in zip(found, measure.values(truth, seen), strict=True):
                own.update(values)
        return list(found)

    def names(self) -> tuple[str, ...]:
        """Of all figures, in the order of a table; those that compare with a target are not among them."""
        return tuple(name for measure in self.measures for name in measure.names)


def panel_of(asked: Measures, device: str) -> Panel:
    """The measures whose networks are here. Raises ModelError, InputError where one that was named is not."""
    found = _Found(asked, device)
    found.add_distances()
    found.add("clip", lambda label, one: Words(one, label))
    found.add("dino", lambda label, one: Likeness(one, label))
    found.add_faces()
    found.measures.append(Kept())
    if not has_ssim():
        found.missing.append('SSIM: pip install "frame2frame[eval]"')
    found.measures.append(Changed())
    return Panel(tuple(found.measures), found.networks, tuple(found.missing), asked.side)


@dataclass
class _Found:
    """A panel that is being put together."""

    asked: Measures
    device: str
    measures: list[Measure] = field(default_factory=list)
    networks: dict[str, Mapping[str, str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add_distances(self) -> None:
        trunk = self.asked.lpips
        if network := perceptual.lpips(trunk):
            self._add_distance("LPIPS", network)
        else:
            file = perceptual.trunk_file(trunk).name
            remedy = (
                f"it takes torchmetrics, torchvision and torchvision's weights {file} in torch's own folder"
            )
            if not self.asked.is_usual("lpips"):
                raise InputError("the network under LPIPS is not here", got=trunk, remedy=remedy)
            self.missing.append(f"LPIPS: {remedy}")
        if network := perceptual.shift_tolerant_lpips():
            self._add_distance("ST-LPIPS", network)

    def _add_distance(self, name: str, network: perceptual.Network) -> None:
        self.measures.append(Apart(network, name))
        self.networks[network.name] = {file.name: sha256(file) for file in network.files}

    def add(self, name: str, measure: Callable[[str, Encoder], Measure]) -> None:
        """The measure of an encoder, by the option that names it."""
        wish = getattr(self.asked, name)
        kind = encoder_named(wish)[0]
        label = LABELS.get(kind, kind)
        try:
            encoder = (encoder_with_words if name == "clip" else _without_words)(wish, self.device, None)
            _try(encoder)
        except Frame2FrameError as error:
            if not self.asked.is_usual(name):
                raise
            self.missing.append(f"{label}: {error}")
            return
        self.measures.append(measure(label, encoder))
        called = f"{label} ({_shown(encoder, wish)})"
        self.networks[called] = fingerprints(encoder)

    def add_faces(self) -> None:
        if self.asked.face is None:
            self.missing.append("face: name its networks with --face NETWORK.onnx,DETECTOR.onnx")
            return
        wish = f"face:{self.asked.face}"
        encoder = encoder_of(wish, self.device, None)
        _try(encoder)
        self.measures.append(Faces(encoder))
        files = [Path(one) for one in self.asked.face.split(",")]
        self.networks["face"] = {file.name: sha256(file) for file in files}


def _without_words(wish: str, device: str, cache_dir: str | None) -> Encoder:
    """Raises InputError for an encoder whose column would be that of `--clip`."""
    if capabilities.of_encoder(registry.find("encoders", encoder_named(wish)[0])).words:
        raise InputError("this encoder reads texts too", got=repr(wish), remedy="name it with --clip")
    return encoder_of(wish, device, cache_dir)


def _try(encoder: Encoder) -> None:
    """Encode a grey picture, so that a network that is not here is said before anything is measured."""
    encoder.images(np.full((1, 64, 64, 3), 127, np.uint8))


def _shown(encoder: Any, wish: str) -> str:
    """What the encoder is, without the folders that it lies in."""
    place = getattr(encoder, "repository", wish)
    return Path(place).name if Path(place).is_dir() else str(place)
