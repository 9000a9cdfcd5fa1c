"""Write the tables of README and docs that follow from the code: `.venv/bin/python scripts/tables.py`.

Each stands between two marks, `<!-- table NAME -->` and `<!-- end of table NAME -->`. A test fails where one
is not what the code says.
"""

import re
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import wishes  # noqa: E402
from frame2frame.engine.device.hardware import Gpu  # noqa: E402  (only now that it is found)
from frame2frame.engine.device.memory import GIB, PRESETS  # noqa: E402
from frame2frame.engine.models.known_models import EMBEDDED, MODELS  # noqa: E402
from frame2frame.engine.models.known_vision_language import KNOWN, KnownVisionLanguage  # noqa: E402
from frame2frame.engine.suggest import Machine, bound_gib, suggestions  # noqa: E402
from frame2frame.plugins.model import Measured, Model, Took, seconds  # noqa: E402

WISHES = "src/frame2frame/plugins/wishes.py"
"""Written as a whole: the keywords of a caller."""
COMMAND = ".venv/bin/python scripts/tables.py"
PAGES = (
    "README.md",
    "docs/how-to/judge-without-a-key.md",
    "docs/how-to/little-memory.md",
    "docs/reference/models.md",
    "docs/reference/options.md",
)
_MARKED = re.compile(r"<!-- table (\w+) -->\n(.*?)<!-- end of table \1 -->", re.DOTALL)
_USUAL_GIB, _ROOMY_GIB, _ROOMY_GB = 32.0, 128.0, 1000.0
"""Main memory and disk that leave the choice to the GPU."""


def refreshed(text: str) -> str:
    """A page with its tables as the code has them."""
    return _MARKED.sub(lambda mark: f"<!-- table {mark[1]} -->\n{_TABLES[mark[1]]()}\n" + _end(mark[1]), text)


def _end(name: str) -> str:
    return f"<!-- end of table {name} -->"


def _table(titles: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    lines = [" | ".join(cells) for cells in (titles, ["---"] * len(titles), *rows)]
    return "\n".join(f"| {line} |" for line in lines)


def models() -> str:
    """Every model that is known by name, where it comes from, and under which licence."""
    return _table(("name", "repository", "download", "licence"), map(_known, MODELS.values()))


def _known(model: Model) -> tuple[str, ...]:
    repository = EMBEDDED if model.is_embedded else model.repository
    restricted = ", restricts commercial use" if model.commercial is False else ""
    terms = f" ({model.terms})" if model.terms else ""
    return f"`{model.name}`", repository, model.download, model.licence + restricted + terms


def clips() -> str:
    """What each model draws, and what that takes."""
    titles = ("name", "clip by default", "frames", "size", "GPU memory", "a clip took")
    return _table(titles, map(_drawn, MODELS.values()))


def _drawn(model: Model) -> tuple[str, ...]:
    said = f"; its authors say {model.stated}" if model.stated and not model.measured else ""
    took = f"{model.time} ({model.measured[0].quickest.card})" if model.measured else model.time
    return f"`{model.name}`", model.clip, model.frame_rule, model.size, model.gpu_memory + said, took


def measured() -> str:
    """What was held and how long it took, by preset."""
    rows = [
        _measured(model, size, took)
        for model in MODELS.values()
        for size in model.measured
        for took in size.took
        if took.memory
    ]
    return _table(("model", "clip", "preset", "its bound", "held", "a clip", "GPU"), rows)


def _measured(model: Model, size: Measured, took: Took) -> tuple[str, ...]:
    preset, held = took.memory or 0, took.gib or 0.0
    bound = f"{bound_gib(preset):.1f} GiB"
    return (
        f"`{model.name}`",
        size.clip,
        f"`{preset}`",
        bound,
        f"{held:.1f} GiB",
        seconds(took.seconds),
        took.card,
    )


def presets() -> str:
    """The bounds of each preset of `--memory`."""
    titles = (
        "preset",
        "bound",
        "predictions at once",
        "candidates decoded at once",
        "longest side of a tile",
    )
    rows = [
        (
            f"`{size}`",
            f"{(preset.limit or 0) / GIB:.1f} GiB",
            str(preset.rows or "any"),
            str(preset.clips or "any"),
            f"{preset.tile} pixels" if preset.tile else "none",
        )
        for size, preset in PRESETS.items()
    ]
    whole = "as the largest preset that fits what is free; without bounds where the whole model fits"
    return _table(titles, [*rows, ("`auto`", "what is free", whole, "", "")])


def cards() -> str:
    """What to begin with on a GPU of each size, with main memory as most machines have it and with plenty."""
    rows = [_begun_with(size, main) for size in (0, *PRESETS) for main in (_USUAL_GIB, _ROOMY_GIB)]
    return _table(("GPU", "model", "a clip", "GPU memory", "main memory", "download"), dict.fromkeys(rows))


def _begun_with(size: int, main: float) -> tuple[str, ...]:
    gpus = (Gpu("a GPU", size, size),) if size else ()
    first = suggestions(Machine(gpus, main, _ROOMY_GB))[0]
    assert first.took and first.measured  # what was measured comes first, and something always was
    took = f"{seconds(first.took.seconds)} for {first.measured.clip} ({first.took.card})"
    limit = ", which changes photographs only as a whole" if first.model.knows else ""
    name = f"`{first.model.name}`{limit}"
    held = f"{first.took.gib:.1f} GiB" if first.took.gib else "none"
    weights = first.measured.weights or "any"
    return f"{size} GB" if size else "none", name, took, held, weights, first.model.download


def wished() -> str:
    """The flags of `f2f edit`, which are keywords too."""
    return _table(("flag", "what it is", "by default"), wishes.flags())


def options(part: str) -> str:
    """The options of a part."""
    titles = ("option", "of", "takes", "by default", "what it does")
    return _table(titles, wishes.rows(part))


def judges() -> str:
    """Every vision-language model that is known by name."""
    titles = ("name", "repository", "parameters", "GPU memory", "licence")
    return _table(titles, map(_judge, KNOWN.values()))


def _judge(one: KnownVisionLanguage) -> tuple[str, ...]:
    restricted = "" if one.commercial else ", restricts commercial use"
    size, memory = f"{one.billions:g} billion", f"from {one.weights_gb:.1f} GB"
    return f"`{one.name}`", one.repository, size, memory, one.licence + restricted


_TABLES: dict[str, Callable[[], str]] = {
    "judges": judges,
    "wishes": wished,
    **{part: partial(options, part) for part in wishes.PARTS},
    "models": models,
    "clips": clips,
    "measured": measured,
    "presets": presets,
    "cards": cards,
}


def main() -> int:
    """Write each page anew and name those that changed."""
    for page in PAGES:
        _write(page, refreshed((ROOT / page).read_text(encoding="utf-8")))
    _write(WISHES, wishes.module())
    return 0


def _write(place: str, text: str) -> None:
    path = ROOT / place
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        print(f"{place} written")


if __name__ == "__main__":
    sys.exit(main())
