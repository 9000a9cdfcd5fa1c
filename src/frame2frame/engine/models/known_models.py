"""The table of the models that frame2frame knows by name.

What it says of a model is what its authors say or what its repository is known to hold. Where that was not
found it says None or nothing: no revision, size or licence here is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .measured import (
    A14B,
    A14B_IN_EIGHT_STEPS,
    COGVIDEOX_15,
    COGVIDEOX_15_OWN_SIZE,
    TABLETOP,
    TI2V_5B,
    Measured,
)

EMBEDDED = "tabletop"
_TABLETOP = Path(__file__).parents[2] / "worlds" / "tabletop"
WEIGHTS = _TABLETOP / "weights"
PICTURES = _TABLETOP / "pictures"
CLIP = "openai/clip-vit-base-patch16"


@dataclass(frozen=True)
class Model:
    """One video model and what goes with it. None means the checkpoint's own rule."""

    name: str
    repository: str
    """A hub id, or a folder in the diffusers layout."""
    family: str = "cogvideox"
    """The generator that runs it."""
    encoder: str = CLIP
    """The image–text encoder that scores its frames: a hub id or a folder."""
    revision: str | None = None
    """The commit, tag or branch; None is the newest when it is pulled."""
    licence: str = "unknown"
    commercial: bool | None = None
    """Whether the licence lets everybody use it commercially; None where that was not found."""
    terms: str = ""
    """What the licence asks beyond that, in a few words."""
    frames: int | None = None
    steps: int | None = None
    guidance: float | None = None
    image_latent_scale: float | None = None
    """What the picture's latent is multiplied with; None is what diffusers does for the layout."""
    solver: str | None = None
    shift: float | None = None
    """How far the noise levels of flow matching lean to the noisy end."""
    area: tuple[int, int] | None = None
    """A size that it was trained for, where its pipeline draws another one by default."""
    loras: tuple[str, ...] | None = None
    """LoRA files that belong to the model, as repository and path, such as those for a few steps."""
    knows: str = ""
    """The only kind of pictures that the model knows; empty if it is a general one."""
    size: str = ""
    """Width × height that it is made for, and what both sides are multiples of."""
    frame_rule: str = ""
    """Which numbers of frames it can draw; k is any whole number."""
    dtype: str = ""
    """The number format that it runs in on a GPU."""
    measured: tuple[Measured, ...] = ()
    """What clips took, where a program of benchmarks/ measured it; the first is the size to begin with."""
    stated_gb: float | None = None
    """Memory of the GPU, as its authors say; None where that was not found, or where it was measured."""
    stated_how: str = ""
    """How they run it in that much."""
    download_gb: float | None = None
    """About, in 10^9 bytes; None where it is known only from the hub, which says it before a pull."""
    negative: str = ""
    """What is to be known of a negative prompt."""

    @property
    def options(self) -> dict[str, Any]:
        """The generator's options that this model sets; the others keep the generator's defaults."""
        names = (
            "revision",
            "frames",
            "steps",
            "guidance",
            "image_latent_scale",
            "solver",
            "shift",
            "area",
            "loras",
        )
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def label(self) -> str:
        """The name to be shown and recorded, with the revision that was asked for."""
        return f"{self.name}@{self.revision}" if self.revision else self.name

    @property
    def clip(self) -> str:
        """The clip that it draws unless told otherwise, in a few words."""
        frames = f"{self.frames} frames" if self.frames else ""
        steps = f"{self.steps} steps" if self.steps else ""
        guidance = f"guidance {self.guidance:g}" if self.guidance else ""
        return ", ".join(part for part in (frames, steps, guidance) if part)

    @property
    def gpu_memory(self) -> str:
        """The least of a GPU's memory that a clip was measured in."""
        if not self.measured:
            return UNMEASURED
        first = self.measured[0]
        if first.leanest.gib is None:
            return "no GPU"
        return f"{'from ' if len(first.took) > 1 else ''}{first.leanest.gib:.1f} GiB"

    @property
    def stated(self) -> str:
        """What its authors say of the GPU's memory; empty if that was not found."""
        return f"{self.stated_gb:g} GB {self.stated_how}".rstrip() if self.stated_gb else ""

    @property
    def time(self) -> str:
        """Of one clip, on the card that it was measured on."""
        return seconds(self.measured[0].quickest.seconds) if self.measured else UNMEASURED

    @property
    def download(self) -> str:
        """About how much a pull fetches."""
        if self.download_gb is None:
            return "not known"
        return f"{self.download_gb:g} GB" if self.download_gb else "embedded"


UNMEASURED = "not measured"


def seconds(value: float) -> str:
    """A time in as many digits as it was measured well."""
    return f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"


_COGVIDEOX_TERMS = "research free, commercial use after registration, at most 1M visits a month, not military"
_TENCENT_TERMS = "not for the EU, the UK and South Korea"
_NO_NEGATIVE = "none by default: the stock one forbids stillness, which an edit ends in"
_WAN_A14B = Model(
    "wan2.2-i2v-a14b",
    repository="Wan-AI/Wan2.2-I2V-A14B-Diffusers",
    family="wan",
    licence="Apache-2.0",
    commercial=True,
    frames=81,
    steps=40,
    guidance=3.5,
    shift=5.0,  # as its authors' own code; the published scheduler says 3
    size="832×480 or 1280×720, /16",
    frame_rule="4k + 1, at most 81",
    dtype="bfloat16, the VAE float32",
    measured=(A14B,),
    negative="our own: the stock one forbids stillness, which an edit ends in",
)
_WAN_DISTILLED = replace(
    _WAN_A14B,
    measured=(),
    guidance=1.0,
    solver="euler",
    loras=tuple(
        f"lightx2v/Wan2.2-Distill-Loras/wan2.2_i2v_A14b_{noise}_noise_lora_rank64_lightx2v_4step_1022.safetensors"
        for noise in ("high", "low")
    ),
    negative="has no effect without guidance",
)

_TABLE = (
    Model(
        EMBEDDED,
        repository=str(WEIGHTS),
        encoder=str(WEIGHTS / "clip"),
        licence="Apache-2.0",
        commercial=True,
        frames=17,
        steps=5,
        guidance=2.0,
        knows="tabletop scenes (one to three solids on a chequered floor)",
        size="128×128",
        frame_rule="8k + 1",
        dtype="float32",
        measured=(TABLETOP,),
        download_gb=0.0,
    ),
    Model(
        "cogvideox1.5-5b-i2v",
        repository="zai-org/CogVideoX1.5-5B-I2V",
        licence="CogVideoX licence",
        commercial=False,
        terms=_COGVIDEOX_TERMS,
        frames=81,
        steps=50,
        guidance=6.0,
        image_latent_scale=1.0,  # as its authors' own code; diffusers multiplies by 1/0.7
        size="short side 768, long side up to 1360, /16",
        frame_rule="8k + 1, trained on 16k + 1, at most 161",
        dtype="bfloat16",
        measured=(COGVIDEOX_15, COGVIDEOX_15_OWN_SIZE),
        download_gb=21,  # 5.57 B weights and the text encoder's 4.76 B, two bytes each
    ),
    Model(
        "cogvideox-5b-i2v",
        repository="zai-org/CogVideoX-5b-I2V",
        licence="CogVideoX licence",
        commercial=False,
        terms=_COGVIDEOX_TERMS,
        frames=49,
        steps=50,
        guidance=6.0,
        size="720×480 only",
        frame_rule="49 only",
        dtype="bfloat16",
        stated_gb=5,
        stated_how="with every offload",
        download_gb=21,
    ),
    replace(_WAN_DISTILLED, name="wan2.2-i2v-a14b-4step", steps=4),
    replace(_WAN_DISTILLED, name="wan2.2-i2v-a14b-8step", steps=8, measured=(A14B_IN_EIGHT_STEPS,)),
    _WAN_A14B,  # after its presets: by its repository it is found as it was published
    Model(
        "wan2.2-ti2v-5b",
        repository="Wan-AI/Wan2.2-TI2V-5B-Diffusers",
        family="wan",
        licence="Apache-2.0",
        commercial=True,
        frames=121,
        steps=50,
        guidance=5.0,
        shift=5.0,
        size="1280×704 or 704×1280, /32",
        frame_rule="4k + 1, best at 121",
        dtype="bfloat16, the VAE float32",
        measured=(TI2V_5B,),
        negative=_WAN_A14B.negative,
    ),
    Model(
        "wan2.1-i2v-14b-480p",
        repository="Wan-AI/Wan2.1-I2V-14B-480P-Diffusers",
        family="pipeline",
        licence="Apache-2.0",
        commercial=True,
        frames=81,
        steps=50,
        guidance=5.0,
        size="832×480, /16",
        frame_rule="4k + 1, at most 81",
        dtype="bfloat16, the VAE float32",
        negative=_NO_NEGATIVE,
    ),
    Model(
        "wan2.1-i2v-14b-720p",
        repository="Wan-AI/Wan2.1-I2V-14B-720P-Diffusers",
        family="pipeline",
        licence="Apache-2.0",
        commercial=True,
        frames=81,
        steps=50,
        guidance=5.0,
        area=(720, 1280),
        size="1280×720, /16",
        frame_rule="4k + 1, at most 81",
        dtype="bfloat16, the VAE float32",
        negative=_NO_NEGATIVE,
    ),
    Model(
        "chronoedit-14b",
        repository="nvidia/ChronoEdit-14B-Diffusers",
        family="pipeline",
        licence="NVIDIA Open Model License",
        commercial=True,
        terms="as a copy of its card says, commercial use included; the code is Apache-2.0",
        frames=5,
        steps=50,
        guidance=5.0,
        size="about 1280×720, /16",
        frame_rule="4k + 1: 5, or 29 with reasoning",
        dtype="bfloat16, the VAE float32",
        stated_gb=34,
        stated_how="with offload",
        negative=_NO_NEGATIVE,
    ),
    Model(
        "ltx-2",
        repository="Lightricks/LTX-2",
        family="pipeline",
        licence="LTX-2.x community licence",
        commercial=False,
        terms="terms by revenue",
        frames=121,
        steps=30,
        guidance=3.0,
        size="768×512, /32",
        frame_rule="8k + 1",
        dtype="bfloat16",
    ),
    Model(
        "hunyuanvideo1.5-480p-i2v",
        repository="hunyuanvideo-community/HunyuanVideo-1.5-Diffusers-480p_i2v",
        family="pipeline",
        licence="Tencent community licence",
        terms=_TENCENT_TERMS,
        frames=121,
        steps=50,
        guidance=6.0,
        size="by the picture's aspect, about 640 a side",
        frame_rule="4k + 1",
        dtype="bfloat16",
        stated_gb=14,
        stated_how="with offload",
    ),
)

MODELS: dict[str, Model] = {model.name: model for model in _TABLE}
