"""Build the site from docs/: `python3 scripts/docs.py FOLDER`.

The first run sets up `.venv`. A warning is an error. The site needs neither a server nor a network to read:
open FOLDER/index.html.
"""

import sys
import tempfile

from python_version import check

check()

from download import ROOT  # noqa: E402  (only now that Python is known to be new enough)
from environment import in_environment  # noqa: E402


def main(folders: list[str]) -> int:
    """Build it into this folder. The exit code is Sphinx's; 2 for anything but one folder."""
    if len(folders) != 1:
        print("Error: name one folder for the site, like: python3 scripts/docs.py site", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as parsed:
        strictly = ["--fail-on-warning", "--keep-going", "--quiet", "--doctree-dir", parsed]
        command = ["sphinx-build", *strictly, "--builder", "html", str(ROOT / "docs"), folders[0]]
        return in_environment(["base", "docs"], command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
