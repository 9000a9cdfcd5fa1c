"""What the paper printed for its own sets, to stand below what is measured here.

Rotstein et al., "Pathways on the Image Manifold", CVPR 2025, arXiv 2411.16819v4, Tables 1 and 2.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..results.columns import Table

_SOURCE = ("LPIPS ↓", "CLIP-I ↑", "CLIP-T ↑")
_TARGET = ("LPIPS ↓", "CLIP-I ↑", "LPIPS to target ↓", "CLIP-I to target ↑", "CLIP-T ↑")

_TEDBENCH: Mapping[str, tuple[float, ...]] = {
    "SDEdit": (0.30, 0.85, 0.60),
    "Pix2Pix-Zero": (0.29, 0.84, 0.62),
    "Imagic": (0.52, 0.86, 0.63),
    "LEDITS++": (0.23, 0.87, 0.63),
    "FlowEdit (FLUX)": (0.22, 0.89, 0.61),
    "Frame2Frame": (0.22, 0.89, 0.63),
}
_POSEDIT: Mapping[str, tuple[float, ...]] = {
    "ground truth": (0.08, 0.91, 0, 1, 0.61),
    "SDEdit": (0.39, 0.61, 0.39, 0.64, 0.57),
    "Pix2Pix-Zero": (0.39, 0.57, 0.40, 0.60, 0.56),
    "LEDITS++": (0.26, 0.65, 0.28, 0.69, 0.64),
    "Frame2Frame": (0.14, 0.82, 0.15, 0.84, 0.64),
}
_IF_EDIT: Mapping[str, tuple[float, ...]] = {
    "LEDITS++": (0.23, 0.87, 0.63),
    "Frame2Frame": (0.22, 0.89, 0.63),
    "FlowEdit": (0.22, 0.89, 0.61),
    "IF-Edit": (0.19, 0.96, 0.65),
}
"""Chen et al., arXiv 2511.19435."""
_PRINTED = {
    "tedbench": ("As printed in the paper's Table 1, all 100 cases", _SOURCE, _TEDBENCH),
    "posedit": ("As printed in the paper's Table 2, all 58 cases", _TARGET, _POSEDIT),
    "if-edit": ("As IF-Edit prints it (arXiv 2511.19435), all 100 cases", _SOURCE, _IF_EDIT),
}

NOT_COMPARABLE = (
    "The paper does not name the networks under its LPIPS and CLIP, and its CLIP-T is no plain cosine: what "
    "is measured here can be compared with its tables only where both agree on the authors' own results, of "
    "which each was also chosen by hand from several seeds."
)


def printed(name: str) -> Table | None:
    """The paper's table of a set that goes by name, or that of IF-Edit; None of any other."""
    if name not in _PRINTED:
        return None
    title, header, methods = _PRINTED[name]
    rows = tuple((method, *(f"{one:.2f}" for one in figures)) for method, figures in methods.items())
    figures = {method: dict(zip(header, ones, strict=True)) for method, ones in methods.items()}
    return Table(title, ("method", *header), rows, "if_edit" if name == "if-edit" else "paper", figures)
