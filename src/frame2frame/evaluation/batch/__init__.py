"""Many edits from a list, done completely and once: docs/how-to/batch.md.

manifest   the list, in whatever form it is, as rows
rows       one edit of the list, checked before anything is drawn
ledger     what has come of each row, a line as it is finished
lines      the files of these lines, here or in a bucket
places     where the run folders lie: each by itself, in tar files, or in a bucket
shipping   tar files in a bucket, and which of these ways a batch goes
drawing    rows of one shape drawn together
work       a batch from its manifest to its end
cluster    its rows dealt out to workers on Ray
connection Ray for as long as that takes
worker     what runs on the cluster
pace       how fast it goes, and how long it will go on
sheet      the page on which all of it is seen
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack

from ...errors import InputError
from ...files.anywhere import place_named
from ...plugins.asking import naming_all
from ...plugins.wishes import Wishes
from ...runs.frames import RESULT
from .ledger import Outcome

if TYPE_CHECKING:
    from ...editor import Editor
    from .work import Workers


@naming_all(Wishes)
def batch(
    rows: str | PathLike[str] | Iterable[Mapping[str, Any]],
    out: str | PathLike[str],
    *,
    instruction: str | None = None,
    root: str | PathLike[str] | None = None,
    limit: int | None = None,
    shard: str = "0/1",
    together: int | None = None,
    time_limit: float | None = None,
    retry_errors: bool = False,
    pack: bool | None = None,
    editor: Editor | None = None,
    ray: str | None = None,
    worker_cpus: int = 1,
    **wishes: Unpack[Wishes],
) -> Iterator[Outcome]:
    """Make many edits from a list; each outcome comes once it is kept in the folder `out`.

        for row in frame2frame.batch("edits.jsonl", "night", model="cogvideox1.5-5b-i2v"):
            print(row.id, row.outcome, row.score)

    `rows` is a manifest (JSON lines, CSV, Parquet), a folder of pictures, or mappings with an `id`, a
    `picture` (a path), an `instruction` and any wishes. All of these, and `out`, may lie in a bucket. What
    has a result in `out` already is not done again. With `ray` the rows are dealt out to workers on the
    cluster at that address, or on this machine alone (`local`). The other arguments are the flags of
    `f2f batch`; the models are the `editor`'s, or are freed at the end.
    The wishes hold for all rows that do not make them; `Wishes` says what each means:

    Raises InputError for rows that cannot be asked for, before anything is drawn, and WriteError.
    """
    from .ledger import Shard
    from .manifest import edit_list
    from .work import Batch, outcomes_of

    found, listed = Shard.read(shard), edit_list(rows, root, instruction)
    usual = {"save": RESULT, **{name: wish for name, wish in wishes.items() if wish is not None}}
    asked = Batch(listed, place_named(out), usual, found, limit, together, time_limit, retry_errors, pack)
    return outcomes_of(asked, workers(ray, worker_cpus, editor))


def workers(
    ray: str | None = None, worker_cpus: int = 1, editor: Editor | None = None
) -> AbstractContextManager[Workers]:
    """Who draws a batch: workers on the cluster at an address, else this program's own editor.

    Raises InputError for an editor besides an address.
    """
    from .work import Here

    if ray is None:
        return Here.opened(editor)
    if editor is not None:
        raise InputError("workers on Ray have editors of their own", got="an editor", remedy="leave it out")
    from .cluster import Cluster

    return Cluster.opened(ray, worker_cpus)
