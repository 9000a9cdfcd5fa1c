"""frame2frame: edit a picture by letting a video model imagine the change.

    import frame2frame

    result = frame2frame.edit("table.png", "paint the red ball blue")
    result.image, result.index, result.reason, result.folder

The method is Frame2Frame: Rotstein et al., "Pathways on the Image Manifold: Image Editing via Video
Generation", CVPR 2025, arXiv 2411.16819.
"""

from .edit import edit, stream
from .errors import (
    CancelledError,
    Frame2FrameError,
    InputError,
    MissingPackageError,
    ModelError,
    OutOfMemoryError,
    WriteError,
)
from .pick import pick
from .replaying import replay
from .request import Request
from .values import Caption, Choice, Clip, Note, Progress, Result, Sampling, Scores, Started, Step
from .wishes import PickWishes, Wishes

__version__ = "0.1.0"

__all__ = [
    "CancelledError",
    "Caption",
    "Choice",
    "Clip",
    "Frame2FrameError",
    "InputError",
    "MissingPackageError",
    "ModelError",
    "Note",
    "OutOfMemoryError",
    "PickWishes",
    "Progress",
    "Request",
    "Result",
    "Sampling",
    "Scores",
    "Started",
    "Step",
    "Wishes",
    "WriteError",
    "edit",
    "pick",
    "replay",
    "stream",
]
