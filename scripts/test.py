"""Run the tests: `python3 scripts/test.py`.

The first run sets up `.venv`; arguments are passed on to pytest.
"""

import sys

from python_version import check

check()

from download import ROOT  # noqa: E402  (only now that Python is known to be new enough)
from environment import in_environment  # noqa: E402

if __name__ == "__main__":
    sys.exit(in_environment(["base", "dev"], ["pytest", *sys.argv[1:]], cwd=ROOT))
