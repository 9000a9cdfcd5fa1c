"""frame2frame: edit a picture by letting a video model imagine the change.

    import frame2frame

    result = frame2frame.edit("photo.jpg", "make the dog sit")
    result.image, result.index, result.reason, result.folder
    result.save("edit.png")
    result.save("edit.gif")  # the way from the photograph to the edit

`pick` chooses a frame of a clip that you have, `stream` is an edit as events, `replay` gives the request of a
finished run. `Wishes` lists all that can be asked for.

The method is Frame2Frame: Rotstein et al., "Pathways on the Image Manifold: Image Editing via Video
Generation", CVPR 2025, arXiv 2411.16819.
"""

from .editor import Editor, edit, pick, stream
from .errors import (
    CancelledError,
    Frame2FrameError,
    InputError,
    MissingPackageError,
    ModelError,
    OutOfMemoryError,
    WriteError,
)
from .evaluation.batch import batch
from .evaluation.batch.ledger import Outcome
from .evaluation.calibration import calibrate
from .moved import find_old_names
from .picking import Pick
from .plugins.wishes import PickWishes, ReselectWishes, Wishes
from .replaying import replay, replay_pick
from .report.result import Result
from .request import Request
from .reselecting import Reselect, reselect
from .score.calibrations import Calibrated
from .values import Caption, Choice, Clip, Note, Progress, Sampling, Scores, Started, Step

find_old_names()

__version__ = "0.1.0"

__all__ = [
    "Calibrated",
    "CancelledError",
    "Caption",
    "Choice",
    "Clip",
    "Editor",
    "Frame2FrameError",
    "InputError",
    "MissingPackageError",
    "ModelError",
    "Note",
    "OutOfMemoryError",
    "Outcome",
    "Pick",
    "PickWishes",
    "Progress",
    "Request",
    "Reselect",
    "ReselectWishes",
    "Result",
    "Sampling",
    "Scores",
    "Started",
    "Step",
    "Wishes",
    "WriteError",
    "batch",
    "calibrate",
    "edit",
    "pick",
    "replay",
    "replay_pick",
    "reselect",
    "stream",
]


def __dir__() -> list[str]:
    """The public names; submodules are imported by their own."""
    return [*__all__, "__version__"]
