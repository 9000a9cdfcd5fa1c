"""The table of the models that frame2frame knows by name.

What it says of a model is what its authors say or what its repository is known to hold. Where that was not
found it says None or nothing: no revision, size or licence here is a guess.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...plugins.model import Model
from .measured import A14B, A14B_IN_EIGHT_STEPS, COGVIDEOX_15, COGVIDEOX_15_OWN_SIZE, TABLETOP, TI2V_5B

EMBEDDED = "tabletop"
_TABLETOP = Path(__file__).parents[2] / "worlds" / "tabletop"
WEIGHTS = _TABLETOP / "weights"
PICTURES = _TABLETOP / "pictures"

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
        knows="tabletop scenes (one to three solids on a chequered floor) and photographs as a whole "
        "(light, weather, colours, camera, focus and noise)",
        knowing="frame2frame.worlds.wishes:beyond",
        meaning="frame2frame.worlds.wishes.things:ambiguous",
        untaught="frame2frame.worlds.wishes.untaught:untaught",
        degrees="frame2frame.worlds.wishes.degrees:degrees",
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
