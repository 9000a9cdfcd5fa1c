"""The table of `f2f models list`: what is known by name, what is on this disk, what runs by default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..engine.hub.store import Store, size_of
from ..engine.hub.verify import require_whole
from ..engine.models.catalogue import Model, find, is_folder, models
from ..errors import ModelError, printable


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
    def disk(self) -> str:
        """State and size, in words."""
        if self.state == "embedded":
            return self.state
        if self.size:
            return f"{self.state}, {self.size / 1e9:.1f} GB"
        return f"{self.state}, {self.model.download}" if self.model.download_gb else self.state

    @property
    def gpu_memory(self) -> str:
        """As measured, else as its authors say."""
        said = self.model.stated_gb if not self.model.measured else None
        return f"said: {said:g} GB" if said else self.model.gpu_memory

    @property
    def clip(self) -> str:
        """How long a clip takes."""
        return self.model.time if self.model.measured else "–"

    def facts(self) -> dict[str, Any]:
        """The same for machines."""
        model = self.model
        left_out = ("encoder", "image_latent_scale", "knows", "knowing", "meaning", "untaught", "loras")
        known = {name: value for name, value in asdict(model).items() if name not in left_out}
        return known | {"runs_by_default": self.runs, "state": self.state, "bytes_here": self.size}


def rows(store: Store, say: Callable[[str], None]) -> list[Row]:
    """The catalogue, other models in the store, and the chosen one; `say` is told if that is gone."""
    try:
        mine = find(cache_dir=store.wish)
    except ModelError as error:
        say(f"Note: {error}.")
        mine = None
    strangers = [find(name, store.wish) for name in store.strangers()]
    listed = {model.name: model for model in (*models().values(), *strangers)}
    if mine is not None:
        listed[mine.name] = mine
    return [_row(model, model is mine, store) for model in listed.values()]


def _row(model: Model, runs: bool, store: Store) -> Row:
    if not model.repository:
        return Row(model, runs, "here", 0)
    own = Path(model.repository).expanduser()
    folder = own if is_folder(model.repository) else store.snapshot(model.repository, model.revision)
    if folder is None:
        return Row(model, runs, "not here", 0)
    if model.is_embedded:
        return Row(model, runs, "embedded", size_of(folder))
    try:
        require_whole(folder, remedy="")
    except ModelError:
        return Row(model, runs, "partly here", size_of(folder))
    return Row(model, runs, "here", size_of(folder))


LEGEND = """\
* runs when none is named. GPU memory, and the time of a clip: as measured with
random weights (–: not measured), or “said” by its authors of their own program.
f2f models suggest says which suit this machine; --json and
docs/reference/models.md say more."""


def table(found: Sequence[Row]) -> None:
    """Print the rows, in 80 columns if the terminal has no more; into a file or a pipe each is one line."""
    from rich.console import Console
    from rich.table import Table

    watched = Console().is_terminal
    console = Console(highlight=False, markup=False, emoji=False, width=None if watched else 1_000)
    shown = Table(box=None, pad_edge=False)
    shown.add_column("")
    shown.add_column("name", overflow="fold", width=max(map(len, models())) if watched else None)
    for title in ("on this disk", "GPU memory", "a clip"):
        shown.add_column(title, no_wrap=True)
    shown.add_column("licence", overflow="fold")
    for row in found:
        cells = (row.disk, row.gpu_memory, row.clip, row.model.licence)
        shown.add_row("*" if row.runs else "", printable(row.model.label), *cells)
    console.print(shown)
