"""What the page is made of: its single fields, and what is read and changed of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ..errors import Frame2FrameError
from ..media.transfer.ways import WAYS
from ..plugins import registry
from . import status
from .form import check_picture
from .questions import SELECTORS, Question, questions

SELECT = """
element.addEventListener('click', (event) => {
  const frame = event.target.closest('button[data-frame]');
  if (!frame) return;
  element.querySelectorAll('[aria-pressed]').forEach((other) => other.setAttribute('aria-pressed', 'false'));
  frame.setAttribute('aria-pressed', 'true');
  trigger('select', {index: [Number(frame.dataset.strip), Number(frame.dataset.frame)], value: ''});
});
"""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_name": False}
AT_ONCE = {**QUIET, "queue": False}
"""How an event is listened to: by the page alone, without a sign of waiting, and without a queue."""
SLIDE = """
element.addEventListener('input', (event) => {
  const slider = event.target.closest('.slider');
  if (slider) slider.style.setProperty('--split', event.target.value + '%');
});
"""


@dataclass(frozen=True, eq=False)
class Desk:
    """What starts one of the two works of the page, stops it, and says how far it is."""

    go: Any
    cancel: Any
    status: Any

    @property
    def buttons(self) -> list[Any]:
        return [self.go, self.cancel, self.status]


@dataclass(frozen=True, eq=False)
class Widgets:
    """Everything on the page that is read or changed."""

    fields: dict[str, Any]
    """By the names of `Form`."""
    pick_fields: dict[str, Any]
    """By the names of `PickForm`."""
    edit: Desk
    pick: Desk
    examples: Any
    written: Any
    target: Any
    rewrite: Any
    empty: Any
    result: Any
    outcome: Any
    compare: Any
    strips: Any
    large: Any
    metrics: Any
    keep_seed: Any
    sections: dict[str, Any]
    """What is there for a chosen part alone, by its place."""
    pick_sections: dict[str, Any]
    """The same of the tab that picks from a clip."""
    by_server: Any
    """Whether the vision-language server that is set is asked; None where none is."""
    selecting: Any
    """How the frame is chosen, where the strategy does not do so itself."""

    def desk(self, work: str) -> Desk:
        """That of `edit` or `pick`."""
        return self.pick if work == "pick" else self.edit


def desk(words: str, name: str) -> Desk:
    """A button with these words, one that cancels, and the line of progress."""
    with gr.Column(elem_classes="f2f-desk"):
        with gr.Row():
            go = gr.Button(words, variant="primary", elem_id=name)
            cancel = gr.Button("Cancel", visible=False, elem_id=f"{name}-cancel")
        status = _line(f"{name}-status")
    return Desk(go, cancel, status)


def _line(name: str) -> Any:
    """A place for one line, which is not there while it is empty."""
    return gr.HTML("", elem_classes="f2f-status-line", elem_id=name, apply_default_css=False)


def picture_field(label: str, name: str, height: int) -> Any:
    """A picture to be given, as the path of its file; what is wrong with it is told below it at once."""
    picture = gr.Image(
        label=label,
        type="filepath",
        image_mode=None,
        sources=["upload", "clipboard"],
        height=height,
        elem_id=name,
        elem_classes="f2f-upload",
    )
    # The file as it is: frame2frame reads it, and says in one line what is wrong with it.
    picture.preprocess = _path_of  # type: ignore[method-assign, assignment]
    wrong = _line(f"{name}-wrong")
    picture.change(_wrong_with, picture, wrong, **AT_ONCE)
    return picture


def _wrong_with(path: str | None) -> str:
    try:
        check_picture(path)
    except Frame2FrameError as error:
        return status.failed(error)
    return ""


def selector_field(value: str | None = None) -> Any:
    """How the frame is chosen: at first as this says, else as it is by default."""
    names = [(SELECTORS.get(name, name), name) for name in registry.names("selectors")]
    asked = questions()["selector"]
    return choice_field(asked, names, value=value or asked.default, min_width=280)


def scorers_field() -> Any:
    """What else scores the frames."""
    names = registry.names("scorers")
    return choice_field(questions()["score"], names, value=[], multiselect=True, min_width=280)


def choice_field(question: Question, choices: Sequence[Any], **how: Any) -> Any:
    """One of several names."""
    told = {"label": question.widget.label, "info": question.widget.info or None}
    return gr.Dropdown(list(choices), **{"value": question.default, **told, **how})


def field_of(question: Question, **how: Any) -> Any:
    """The widget that a definition asks for: a slider where both ends are known, else what its type is."""
    widget = question.widget
    told: dict[str, Any] = {"label": widget.label, "info": widget.info or None}
    told |= {"elem_id": f"f2f-{question.name}", "value": question.default, **how}
    if question.typed == "bool":
        return gr.Checkbox(**{**told, "container": False})
    if question.limits.choices:
        return gr.Dropdown(list(question.limits.choices), **told)
    if question.typed in ("int", "float"):
        return _number(question, told)
    lines: dict[str, Any] = {"lines": widget.lines} if widget.lines > 1 else {"max_lines": 1}
    return gr.Textbox(**{**told, "value": None, "placeholder": widget.hint, **lines})


def _number(question: Question, told: dict[str, Any]) -> Any:
    low, high, step = question.low, question.high, question.widget.step
    if question.name.startswith("w_") or low is None or high is None or not step:
        return gr.Number(**{**told, "minimum": low, "step": step, "min_width": 140})
    return gr.Slider(low, high, **{**told, "step": step, "buttons": [], "min_width": 320})


def in_rows(questions: Sequence[Question]) -> Iterator[list[Question]]:
    """Questions that stand beside each other."""
    row: list[Question] = []
    for question in questions:
        if row and not question.widget.beside:
            yield row
            row = []
        row.append(question)
    if row:
        yield row


def _path_of(upload: Any) -> str | None:
    return None if upload is None else str(upload.path)


def transfer_field(name: str) -> Any:
    """Whether a change of the whole picture is made in it at its own size."""
    return choice_field(questions()["transfer"], WAYS, elem_id=name)


def keep_field(name: str) -> Any:
    """Whether the source's own pixels come back."""
    return field_of(questions()["keep"], elem_id=name)
