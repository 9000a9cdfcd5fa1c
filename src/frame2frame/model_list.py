"""The table of `f2f models list`: what is known by name, what is on this disk, what runs by default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .catalogue import EMBEDDED, MODELS, Model, chosen, find
from .errors import ModelError
from .hub.store import Store, size_of
from .hub.verify import require_whole


@dataclass(frozen=True)
class Row:
    """One model and how it stands here."""

    model: Model
    runs: bool
    """Whether it runs when none is named."""
    state: str
    """embedded, here, partly here, or not here."""
    size: int
    """Bytes on this disk."""

    @property
    def source(self) -> str:
        if self.model.name == EMBEDDED:
            return "embedded"
        if self.model.repository != self.model.name:
            return self.model.repository
        return "a folder" if Path(self.model.repository).is_dir() else "from the hub"

    @property
    def disk(self) -> str:
        """State and size, in words."""
        if self.size and self.state != "embedded":
            return f"{self.state}, {self.size / 1e9:.1f} GB"
        about = self.model.download_gb
        return self.state if self.size or not about else f"{self.state}, about {about:g} GB"

    @property
    def use(self) -> str:
        """The licence and whether it restricts commercial use."""
        return self.model.licence + (", restricts commercial use" if self.model.commercial is False else "")

    def facts(self) -> dict[str, Any]:
        """The same for machines."""
        model = self.model
        left_out = ("encoder", "image_latent_scale", "knows", "loras")
        known = {name: value for name, value in vars(model).items() if name not in left_out}
        return known | {"runs_by_default": self.runs, "state": self.state, "bytes_here": self.size}


def rows(store: Store, say: Callable[[str], None]) -> list[Row]:
    """The catalogue, other models in the store, and the chosen one; `say` is told if that is gone."""
    try:
        mine = find(chosen())
    except ModelError as error:
        say(f"The chosen model cannot be used: {error}")
        mine = None
    strangers = [find(name) for name in store.strangers()]
    listed = {model.name: model for model in (*MODELS.values(), *strangers)}
    if mine is not None:
        listed[mine.name] = mine
    return [_row(model, model is mine, store) for model in listed.values()]


def _row(model: Model, runs: bool, store: Store) -> Row:
    own = Path(model.repository)
    folder = own if own.is_dir() else store.snapshot(model.repository, model.revision)
    if folder is None:
        return Row(model, runs, "not here", 0)
    if model.name == EMBEDDED:
        return Row(model, runs, "embedded", size_of(folder))
    try:
        require_whole(folder, remedy="")
    except ModelError:
        return Row(model, runs, "partly here", size_of(folder))
    return Row(model, runs, "here", size_of(folder))


def table(found: Sequence[Row]) -> None:
    """Print the rows; into a file or a pipe each is one line."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    watched = Console().is_terminal
    console = Console(highlight=False, markup=False, emoji=False, width=None if watched else 1_000)
    shown = Table(box=SIMPLE_HEAD if watched else None, pad_edge=False)
    for title in ("", "name", "on this disk", "clip", "memory", "licence", "from"):
        shown.add_column(title, overflow="fold")
    for row in found:
        cells = (row.disk, row.model.clip, row.model.memory, row.use, row.source)
        shown.add_row("*" if row.runs else "", row.model.label, *cells)
    console.print(shown)
