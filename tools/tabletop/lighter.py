"""Write the photographs that are trained on and measured with into a folder that is light to carry.

It has the layout that `--photographs` reads: a manifest and a tar of pictures for each split. What may not be
trained on stays behind, and larger pictures are reduced.
"""

from __future__ import annotations

import argparse
import io
import json
import tarfile
from pathlib import Path

from photographs import entries_of, files_of
from PIL import Image

SPLITS = ("train", "dev")
QUALITY = 86
"""Of WebP."""


def main(arguments: list[str] | None = None) -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path, help="with MANIFEST.jsonl, train.tar and dev.tar")
    asked.add_argument("--to", type=Path, required=True)
    asked.add_argument("--short-side", type=int, default=256, help="pixels that larger ones are reduced to")
    given = asked.parse_args(arguments)
    given.to.mkdir(parents=True, exist_ok=True)
    entries = [one for split in SPLITS for one in entries_of(given.folder, split)]
    (given.to / "MANIFEST.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries), "utf-8")
    for split in SPLITS:
        with tarfile.open(given.to / f"{split}.tar", "w") as archive:
            for name, contents in files_of(given.folder, split):
                _add(archive, name, _reduced(contents, given.short_side))
    size = sum(file.stat().st_size for file in given.to.iterdir())
    print(f"{len(entries)} photographs, {size / 2**20:.1f} MiB in {given.to}")


def _reduced(contents: bytes, short_side: int) -> bytes:
    picture = Image.open(io.BytesIO(contents)).convert("RGB")
    scale = short_side / min(picture.size)
    if scale < 1.0:
        width, height = (round(scale * side) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=QUALITY, method=6)
    return written.getvalue()


def _add(archive: tarfile.TarFile, name: str, contents: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(contents)
    archive.addfile(member, io.BytesIO(contents))


if __name__ == "__main__":
    main()
