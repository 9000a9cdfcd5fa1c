"""Throw hostile inputs at everything that reads files from outside: `python3 scripts/fuzz.py --minutes 10`.

Arguments go to `tests/fuzz/__main__.py`: how long, which targets, and a seed that repeats a failure. The
first run sets up `.venv`.
"""

import sys

from python_version import check

check()

from download import ROOT  # noqa: E402  (only now that Python is known to be new enough)
from environment import in_environment  # noqa: E402

if __name__ == "__main__":
    sys.exit(in_environment(["base", "dev"], ["python", "-m", "tests.fuzz", *sys.argv[1:]], cwd=ROOT))
