"""What stands below the help of a command: examples, exit codes, and where there is more."""

from __future__ import annotations


def _below(title: str, lines: list[str], *more: str) -> str:
    """What stands below a help: lines that are kept as they are, then paragraphs."""
    return "\n\n".join(["\n".join([title, *(f"  {line}" for line in lines)]), *more])


ALL = _below(
    "First steps:",
    [
        "f2f examples",
        'f2f edit ball_and_cube.png "paint the orange ball blue"',
        "f2f models suggest",
    ],
    "Exit codes: 0 done, 1 the answer could not be written or rows of a batch failed, 2 something cannot be "
    "used (the line on stderr says what to do), 3 no frame shows the edit, 130 stopped.",
    "All else: README.md and docs/ in the project's repository, docs/reference/command-line.md for this "
    "command.",
)

EDIT = _below(
    "Examples:",
    [
        'f2f edit ball_and_cube.png "paint the orange ball blue"',
        'f2f edit photo.jpg "make the dog sit" --model cogvideox1.5-5b-i2v',
        'f2f edit photo.jpg "make the dog sit" --strategy path --rounds 3',
    ],
    "Every option: docs/reference/options.md. The JSON and the exit codes: docs/reference/command-line.md.",
)

PICK = _below(
    "Examples:",
    [
        'f2f pick clip.mp4 --source photo.jpg --target "the dog sits"',
        'f2f pick frames/ --source photo.jpg --instruction "make the dog sit"',
    ],
    "More: docs/how-to/pick.md.",
)

ANIMATE = _below(
    "Examples:",
    ["f2f animate outputs/RUN", "f2f animate outputs/RUN --as mp4", "f2f animate outputs/RUN --out dog.webp"],
)

REPLAY = _below("Example:", ["f2f replay outputs/RUN/final_frame.png"])

RESELECT = _below(
    "Examples:",
    [
        "f2f reselect outputs/RUN --select all",
        "f2f reselect outputs/RUN --select best",
        "f2f reselect outputs/RUN --mask mask.png",
    ],
    "More: docs/how-to/reselect.md.",
)

CALIBRATE = _below(
    "Examples:",
    [
        "f2f calibrate --encoder clip",
        "f2f calibrate --list",
        "f2f calibrate --remove clip",
    ],
    "More: docs/how-to/calibrate-an-encoder.md.",
)

BATCH = _below(
    "Examples:",
    [
        "f2f batch edits.jsonl --out night",
        'f2f batch photos/ --instruction "make it snow" --out snow',
        "f2f batch edits.csv --out night --dry-run",
        "f2f batch edits.jsonl --out night --shard 3/16",
    ],
    "Exit codes: 0 all rows are done, 1 some failed (results.jsonl says why), 2 nothing could begin. More: "
    "docs/how-to/batch.md.",
)
