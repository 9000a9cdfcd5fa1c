"""What the author of a plugin imports; docs/how-to/write-a-plugin.md says how each is used.

Nothing here loads torch or any other heavy library, and nothing else of frame2frame is promised to stay.
"""

from ..errors import InputError, ModelError
from ..values import (
    PLACE,
    WORD,
    Caption,
    Choice,
    Clip,
    Column,
    Frames,
    Note,
    Picture,
    Progress,
    Sampling,
    Scores,
    Step,
    Take,
    Vectors,
)
from .capabilities import (
    CaptionerCapabilities,
    EncoderCapabilities,
    GeneratorCapabilities,
    SelectorCapabilities,
    StrategyCapabilities,
)
from .model import Model
from .options import check, given, option, part
from .stages import (
    Captioner,
    Draft,
    Encoder,
    Generator,
    Item,
    Scorer,
    Selector,
    Stages,
    Strategy,
)

__all__ = [
    "PLACE",
    "WORD",
    "Caption",
    "Captioner",
    "CaptionerCapabilities",
    "Choice",
    "Clip",
    "Column",
    "Draft",
    "Encoder",
    "EncoderCapabilities",
    "Frames",
    "Generator",
    "GeneratorCapabilities",
    "InputError",
    "Item",
    "Model",
    "ModelError",
    "Note",
    "Picture",
    "Progress",
    "Sampling",
    "Scorer",
    "Scores",
    "Selector",
    "SelectorCapabilities",
    "Stages",
    "Step",
    "Strategy",
    "StrategyCapabilities",
    "Take",
    "Vectors",
    "check",
    "given",
    "option",
    "part",
]
