"""Open vision-language models that are known by name: a few, small enough to run beside a video model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownVisionLanguage:
    """One of them."""

    name: str
    repository: str
    billions: float
    """Of parameters, eyes and all."""
    licence: str
    commercial: bool

    @property
    def weights_gb(self) -> float:
        """As a GPU holds them, in bfloat16, two bytes each; on a processor it is twice as much."""
        return 2 * self.billions


_APACHE = "Apache-2.0"

KNOWN = {
    one.name: one
    for one in (
        KnownVisionLanguage(
            "smolvlm2-500m", "HuggingFaceTB/SmolVLM2-500M-Video-Instruct", 0.5, _APACHE, commercial=True
        ),
        KnownVisionLanguage("qwen3-vl-2b", "Qwen/Qwen3-VL-2B-Instruct", 2.1, _APACHE, commercial=True),
        KnownVisionLanguage(
            "smolvlm2-2.2b", "HuggingFaceTB/SmolVLM2-2.2B-Instruct", 2.2, _APACHE, commercial=True
        ),
        KnownVisionLanguage(
            "qwen2.5-vl-3b", "Qwen/Qwen2.5-VL-3B-Instruct", 3.8, "Qwen Research licence", commercial=False
        ),
        KnownVisionLanguage("qwen3-vl-4b", "Qwen/Qwen3-VL-4B-Instruct", 4.4, _APACHE, commercial=True),
        KnownVisionLanguage("qwen2.5-vl-7b", "Qwen/Qwen2.5-VL-7B-Instruct", 8.3, _APACHE, commercial=True),
    )
}


def repository_of(name: str) -> str:
    """Of a model that is known by name, whatever the capitals; anything else is a repository itself."""
    known = KNOWN.get(name.lower())
    return known.repository if known else name
