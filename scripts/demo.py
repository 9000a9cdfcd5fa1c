"""Edit a drawing and a photograph with the embedded model: `python3 scripts/demo.py`.

The first run sets up `.venv`; arguments are passed on to `f2f demo`.
"""

import sys

from python_version import check

check()

from environment import in_environment  # noqa: E402  (only now that Python is known to be new enough)

if __name__ == "__main__":
    sys.exit(in_environment(["base"], ["f2f", "demo", *sys.argv[1:]]))
