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

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    CancelledError,
    Frame2FrameError,
    InputError,
    MissingPackageError,
    ModelError,
    OutOfMemoryError,
    WriteError,
)
from .moved import find_old_names

if TYPE_CHECKING:
    from .editor import Editor, edit, pick, stream
    from .evaluation.batch import batch
    from .evaluation.batch.ledger import Outcome
    from .evaluation.calibration import calibrate
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


_HOMES = {
    "Calibrated": "score.calibrations",
    "Caption": "values",
    "Choice": "values",
    "Clip": "values",
    "Editor": "editor",
    "Note": "values",
    "Outcome": "evaluation.batch.ledger",
    "Pick": "picking",
    "PickWishes": "plugins.wishes",
    "Progress": "values",
    "Request": "request",
    "Reselect": "reselecting",
    "ReselectWishes": "plugins.wishes",
    "Result": "report.result",
    "Sampling": "values",
    "Scores": "values",
    "Started": "values",
    "Step": "values",
    "Wishes": "plugins.wishes",
    "batch": "evaluation.batch",
    "calibrate": "evaluation.calibration",
    "edit": "editor",
    "pick": "editor",
    "replay": "replaying",
    "replay_pick": "replaying",
    "reselect": "reselecting",
    "stream": "editor",
}
"""The modules that public names come from, each of which loads when it is first asked for.

None is called as one of the functions, whose place here a module of that name would take.
"""


if not TYPE_CHECKING:  # to a type checker any name would be one, which it knows from the imports above

    def __getattr__(name: str) -> Any:
        """A public name, looked for where it is not yet here."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
        return found


def __dir__() -> list[str]:
    """The public names; submodules are imported by their own."""
    return [*__all__, "__version__"]
